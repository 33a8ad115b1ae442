#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"

static void every_error_has_its_row(void **state)
{
	(void)state;
	assert_string_equal(err_name(0), "ok");
	assert_int_equal(err_http(0), 200);
	assert_int_equal(err_exit(0), 0);
	for (int err = ERR_BUG; err < 0; err++) {
		assert_non_null(err_name(err));
		assert_true(err_http(err) >= 400 && err_http(err) < 600);
		assert_true(err_exit(err) == 1 || err_exit(err) == 3);
	}
	assert_int_equal(err_http(ERR_NOTFOUND), 404);
	assert_int_equal(err_exit(ERR_NOTFOUND), 1);
	assert_int_equal(err_exit(ERR_DB), 3);
}

static void numbers_without_a_row_are_bugs(void **state)
{
	(void)state;
	assert_string_equal(err_name(1), "bug");
	assert_string_equal(err_name(ERR_BUG - 1), "bug");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_its_row),
		cmocka_unit_test(numbers_without_a_row_are_bugs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
