#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/name.h"

static bool same(const char *a, const char *b)
{
	bool is = name_same(str_of(a), str_of(b));
	assert_int_equal(is, name_same(str_of(b), str_of(a)));
	return is;
}

/* What keyboards and copied pages have for the interval dot. */
static void an_interval_dot_is_one_however_typed(void **state)
{
	(void)state;
	static const char *const dots[] = {"·", "•", "．", ".", "・", "･", "‧", "∙", "⋅", "․", "·",
		"●", "⸱", "﹒", "··", " · ", "　·　", " . "};
	char typed[64];
	for (size_t i = 0; i < sizeof dots / sizeof dots[0]; i++) {
		snprintf(typed, sizeof typed, "迪丽热巴%s买买提", dots[i]);
		if (!same("迪丽热巴·买买提", typed))
			fail_msg("%s", typed);
	}
	assert_true(same("阿卜杜拉·买买提·艾力", "阿卜杜拉.买买提•艾力"));
}

static void what_is_another_name_stays_another(void **state)
{
	(void)state;
	assert_false(same("迪丽热巴·买买提", "迪丽热巴买买提"));
	assert_false(same("迪丽热巴·买买提", "迪丽热巴·买买"));
	assert_false(same("迪丽热巴", "迪丽热巴·"));
	assert_false(same("张伟", "張偉"));
	assert_false(same("李喆", "李哲"));
	assert_false(same("", "张伟"));
	assert_false(same("𠮷田", "吉田"));
	assert_true(same("张𠅤", "张𠅤"));
	assert_false(same("张\xff", "张\xfe\xfe"));
}

static void gaps_and_width_do_not_matter(void **state)
{
	(void)state;
	assert_true(same(" 张　三 ", "张三"));
	assert_true(same("张\xc2\xa0三\xe2\x80\x83", "张三"));
	assert_true(same("𠅤 三", "𠅤三"));
	assert_true(same("ＪＯＨＮ　Smith", "John  SMITH"));
	assert_false(same("John Smith", "JohnSmith"));
	assert_true(same("John A. Smith", "JOHN A. SMITH"));
	assert_false(same("John A. Smith", "John A Smith"));
	assert_true(same("", "　 "));
}

static const char *normal(struct arena *a, const char *z)
{
	return name_normal(a, str_of(z));
}

static void is_kept_in_one_spelling(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	assert_string_equal(normal(a, "迪丽热巴 . 买买提"), "迪丽热巴·买买提");
	assert_string_equal(normal(a, "　张 𠅤　"), "张𠅤");
	assert_string_equal(normal(a, "Ｊｏｈｎ  A.  Smith"), "John A. Smith");
	assert_string_equal(normal(a, "玛丽 Smith"), "玛丽 Smith");
	assert_string_equal(normal(a, "."), ".");
	assert_string_equal(normal(a, "张."), "张.");
	assert_string_equal(normal(a, ""), "");
	assert_string_equal(normal(a, "\xff\xfe\xff\xfe\xff\xfe\xff\xfe"), "��������");
	assert_string_equal(normal(a, " 　"), "");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interval_dot_is_one_however_typed),
		cmocka_unit_test(what_is_another_name_stays_another),
		cmocka_unit_test(gaps_and_width_do_not_matter),
		cmocka_unit_test(is_kept_in_one_spelling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
