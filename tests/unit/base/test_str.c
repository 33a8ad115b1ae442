#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/str.h"

static void comparing(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR("")));
	assert_true(str_is(STR("ab"), "ab"));
	assert_false(str_is(STR("ab"), "abc"));
	assert_false(str_eq(STR("ab"), STR("ac")));
	assert_true(str_starts(STR("abc"), "ab"));
	assert_true(str_starts(STR_NONE, ""));
	assert_false(str_starts(STR("a"), "ab"));
	assert_true(str_ends(STR("abc"), "bc"));
	assert_false(str_ends(STR("c"), "bc"));
	assert_true(streq(NULL, NULL));
	assert_false(streq("", NULL));
}

static void trimming(void **state)
{
	(void)state;
	assert_true(str_is(str_trim(STR(" \t　a b　\r\n ")), "a b"));
	assert_int_equal(str_trim(STR(" 　 ")).n, 0);
	assert_int_equal(str_trim(STR_NONE).n, 0);
	assert_true(is_blank("　\n"));
	assert_true(is_blank(NULL));
	assert_false(is_blank(" x"));
}

static void cutting(void **state)
{
	(void)state;
	struct str s = STR("a=b=c");
	assert_true(str_is(str_cut(&s, '='), "a"));
	assert_true(str_is(str_cut(&s, '='), "b"));
	assert_true(str_is(str_cut(&s, '='), "c"));
	assert_int_equal(s.n, 0);
	assert_int_equal(str_cut(&s, '=').n, 0);
	s = STR_NONE;
	assert_int_equal(str_cut(&s, '=').n, 0);
	assert_int_equal(s.n, 0);
}

static void numbers(void **state)
{
	static const char *const bad[] = {"", " 1", "1 ", "1x", "x", "-", "+", "0x10", "1.0",
		"9223372036854775808", "-9223372036854775809", "111111111111111111111111111"};
	(void)state;
	int64_t value = 77;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(str_to_i64(str_of(bad[i]), &value));
	assert_int_equal(value, 77);
	assert_true(str_to_i64(STR("9223372036854775807"), &value) && value == INT64_MAX);
	assert_true(str_to_i64(STR("-9223372036854775808"), &value) && value == INT64_MIN);
	assert_true(str_to_i64((struct str){"123", 2}, &value) && value == 12);
	assert_true(str_to_i64(STR("007"), &value) && value == 7);
}

static void a_buffer_takes_all_or_nothing(void **state)
{
	(void)state;
	auto_buf b;
	buf_init(&b, 5);
	assert_string_equal(buf_z(&b), "");
	buf_puts(&b, "abc");
	buf_puts(&b, "def");
	assert_true(b.full);
	buf_putc(&b, 'd');
	assert_string_equal(buf_z(&b), "abc");
	buf_reset(&b);
	assert_false(b.full);
	buf_printf(&b, "%d", 12345);
	assert_string_equal(buf_z(&b), "12345");
	buf_printf(&b, "%d", 6);
	assert_true(b.full);
	assert_string_equal(buf_z(&b), "12345");
}

static void a_buffer_grows(void **state)
{
	(void)state;
	auto_buf b;
	buf_init(&b, 100000);
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%04d,", i);
	assert_int_equal(b.n, 50000);
	assert_memory_equal(b.p + 5 * 1234, "1234,", 5);
	assert_int_equal(b.p[b.n], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),
		cmocka_unit_test(trimming),
		cmocka_unit_test(cutting),
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_buffer_takes_all_or_nothing),
		cmocka_unit_test(a_buffer_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
