#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/gb18030.h"

static void expect(struct str in, const char *want, enum text_encoding want_encoding)
{
	auto_buf out;
	enum text_encoding encoding;
	buf_init(&out, 1 << 20);
	assert_int_equal(text_to_utf8(in, &out, &encoding), 0);
	assert_string_equal(buf_z(&out), want);
	assert_int_equal(encoding, want_encoding);
}

static void utf8_stays(void **state)
{
	(void)state;
	expect(STR(""), "", TEXT_UTF8);
	expect(STR("姓名,证件号码"), "姓名,证件号码", TEXT_UTF8);
	expect(STR("\xef\xbb\xbf姓名"), "姓名", TEXT_UTF8_BOM);
}

static void gb18030_is_found(void **state)
{
	(void)state;
	expect(STR("\xd0\xd5\xc3\xfb,\xd5\xc5\xc8\xfd"), "姓名,张三", TEXT_GB18030);
	/* Four bytes: U+20BB7, a character of names. */
	expect(STR("\x95\x34\xb2\x35"), "\xf0\xa0\xae\xb7", TEXT_GB18030);
	/* GB 18030-2022 maps these to U+9FB4 and U+FE10, no longer to private use. */
	expect(STR("\xfe\x59\xa6\xd9"), "\xe9\xbe\xb4\xef\xb8\x90", TEXT_GB18030);
}

static void refuse(struct str in)
{
	auto_buf out;
	enum text_encoding encoding = TEXT_UTF8_BOM;
	buf_init(&out, 1 << 20);
	buf_puts(&out, "before");
	assert_int_equal(text_to_utf8(in, &out, &encoding), ERR_INVALID);
	assert_string_equal(buf_z(&out), "before");
	assert_int_equal(encoding, TEXT_UTF8_BOM);
}

static void neither_is_refused(void **state)
{
	(void)state;
	refuse(STR("\xff\xfe\x41\x00"));
	refuse(STR("\xd0\xd5\xc3"));
	refuse(STR("\xd0\xd5\x00\xc3\xfb"));
	refuse(STR("PK\x03\x04"));
	refuse(STR("\xef\xbb\xbf\xd0\xd5"));
}

static void too_much_is_left_out(void **state)
{
	(void)state;
	auto_buf out;
	enum text_encoding encoding;
	buf_init(&out, 5);
	assert_int_equal(text_to_utf8(STR("\xd0\xd5\xc3\xfb"), &out, &encoding), ERR_LIMIT);
	assert_int_equal(out.n, 0);
	assert_int_equal(text_to_utf8(STR("abcdef"), &out, &encoding), ERR_LIMIT);
	assert_int_equal(text_to_utf8(STR("abcde"), &out, &encoding), 0);
}

static void long_texts_cross_the_steps(void **state)
{
	(void)state;
	auto_buf in, out, want;
	enum text_encoding encoding;
	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_init(&want, 1 << 20);
	for (int i = 0; i < 20000; i++) {
		buf_puts(&in, i % 3 ? "\xd5\xc5" : "a");
		buf_puts(&want, i % 3 ? "张" : "a");
	}
	assert_int_equal(text_to_utf8(buf_view(&in), &out, &encoding), 0);
	assert_true(str_eq(buf_view(&out), buf_view(&want)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_stays),
		cmocka_unit_test(gb18030_is_found),
		cmocka_unit_test(neither_is_refused),
		cmocka_unit_test(too_much_is_left_out),
		cmocka_unit_test(long_texts_cross_the_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
