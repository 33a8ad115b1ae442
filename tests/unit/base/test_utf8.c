#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf8.h"

static void well_formed_texts(void **state)
{
	(void)state;
	assert_true(utf8_is_valid(STR("")));
	assert_true(utf8_is_valid(STR("abc 鲁班 𠮷 \xf4\x8f\xbf\xbf")));
	assert_true(utf8_is_text(STR("a\tb\r\n张三")));
}

/* Examples of the Unicode standard, table 3-8 and its neighbourhood. */
static void malformed_texts(void **state)
{
	static const char *const bad[] = {
		"\xc0\xaf",
		"\xe0\x9f\x80",
		"\xf0\x8f\x92\x91",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\x80",
		"\xbf",
		"\xe4\xb8",
		"\xe4",
		"\xf0\x9f\x98",
		"\xc2",
		"a\xff",
		"\xe4\x28\xad",
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(utf8_is_valid(str_of(bad[i])));
}

static void control_characters_are_no_text(void **state)
{
	(void)state;
	assert_false(utf8_is_text(STR("a\0b")));
	assert_false(utf8_is_text(STR("\x1b[31m")));
	assert_false(utf8_is_text(STR("\x7f")));
	assert_false(utf8_is_text(STR("\xc2\x85")));
	assert_true(utf8_is_text(STR("\xc2\xa0")));
	assert_true(utf8_is_valid(STR("a\0b")));
}

static void never_reads_past_the_view(void **state)
{
	(void)state;
	struct str s = {"张", 2};
	uint32_t point;
	assert_int_equal(utf8_next(s, &point), 0);
	assert_false(utf8_is_valid(s));
}

static void writes_what_it_reads(void **state)
{
	static const uint32_t points[] = {
		1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
	(void)state;
	for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
		char out[UTF8_MAX];
		uint32_t point = 0;
		size_t n = utf8_write(points[i], out);
		assert_int_equal(utf8_next((struct str){out, n}, &point), n);
		assert_int_equal(point, points[i]);
	}
	char out[UTF8_MAX];
	assert_int_equal(utf8_write(0xd800, out), 0);
	assert_int_equal(utf8_write(0x110000, out), 0);
}

static void counts_and_cuts_characters(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(STR("")), 0);
	assert_int_equal(utf8_count(STR("a张𠮷")), 3);
	assert_int_equal(utf8_count(STR("\xff\xff")), 2);
	assert_true(str_is(utf8_cut(STR("欧阳修文"), 2), "欧阳"));
	assert_true(str_is(utf8_cut(STR("ab"), 5), "ab"));
	assert_int_equal(utf8_cut(STR("张"), 0).n, 0);
}

static void widths(void **state)
{
	(void)state;
	assert_int_equal(utf8_width(STR("abc")), 3);
	assert_int_equal(utf8_width(STR("张三（男）")), 10);
	assert_int_equal(utf8_width(STR("e\xcc\x81")), 1);
	assert_int_equal(utf8_width(STR("𠮷")), 2);
	assert_int_equal(utf8_width(STR("ｱ")), 1);
	assert_int_equal(utf8_width(STR("：，。")), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_texts),
		cmocka_unit_test(malformed_texts),
		cmocka_unit_test(control_characters_are_no_text),
		cmocka_unit_test(never_reads_past_the_view),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(counts_and_cuts_characters),
		cmocka_unit_test(widths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
