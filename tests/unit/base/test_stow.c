#include "base/stow.h"

#include "support.h"

static void fields_come_back(void **state)
{
	(void)state;
	auto_buf b;
	buf_init(&b, 4096);
	stow_text(&b, "stem", "a:b\nc");
	stow_text(&b, "empty", "");
	stow_int(&b, "n", -7);
	assert_string_equal(buf_z(&b), "stem:5:a:b\nc\nempty:0:\nn:2:-7\n");
	struct str rest = buf_view(&b);
	struct stow_field f;
	assert_true(stow_next(&rest, &f));
	assert_true(str_is(f.name, "stem") && str_is(f.text, "a:b\nc"));
	assert_true(stow_next(&rest, &f));
	assert_true(str_is(f.name, "empty") && !f.text.n);
	assert_true(stow_next(&rest, &f));
	assert_true(str_is(f.text, "-7"));
	assert_false(stow_next(&rest, &f));
	assert_int_equal(rest.n, 0);
}

static void damage_is_noticed(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"stem", "stem:", "stem:5", "stem:5:abcd", "stem:5:abcde", "stem:4:abcde\n",
		"stem:-1:\n", "stem:99999999999999999999:x\n", "stem:x:y\n",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct str rest = str_of(bad[i]);
		struct stow_field f;
		assert_false(stow_next(&rest, &f));
		assert_int_not_equal(rest.n, 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_back),
		cmocka_unit_test(damage_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
