#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/civil.h"
#include "base/ident_explain.h"

/* 2026-11-22 */
enum { TODAY = 20779 };

static struct arena *a;

static int open_arena(void **state)
{
	(void)state;
	a = arena_new(1 << 22);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static void line_is(
	const struct ident_report *r, size_t i, const char *value, const char *meaning, bool ok)
{
	assert_true(i < r->n);
	assert_string_equal(r->lines[i].value, value);
	assert_string_equal(r->lines[i].meaning, meaning);
	assert_int_equal(r->lines[i].ok, ok);
}

static void a_citizen(void **state)
{
	(void)state;
	struct ident_report r = ident_explain(a, IDENT_IDNO, STR("11010519491231002x"), TODAY);
	assert_true(r.ok);
	assert_int_equal(r.n, 4);
	line_is(&r, 0, "110105", "北京市", true);
	line_is(&r, 1, "19491231", "1949年12月31日，76周岁", true);
	line_is(&r, 2, "002", "女（双数）", true);
	line_is(&r, 3, "X", "校验正确", true);
	assert_string_equal(r.verdict, "公民身份号码格式与校验均正确");
}

static void a_wrong_check_digit(void **state)
{
	(void)state;
	struct ident_report r = ident_explain(a, IDENT_IDNO, STR("110105194912310021"), TODAY);
	assert_false(r.ok);
	line_is(&r, 3, "1", "校验不对：按前面各位应为X", false);
	assert_string_equal(r.verdict, "公民身份号码第18位：校验码不对，请逐位核对有没有输错");
}

static void a_birth_date_ahead(void **state)
{
	(void)state;
	char text[19];
	ident_idno_make("371002", TODAY + 1, 11, text);
	struct ident_report r = ident_explain(a, IDENT_IDNO, str_of(text), TODAY);
	assert_false(r.ok);
	assert_int_equal(r.fault.reason, IDENT_FUTURE);
	line_is(&r, 0, "371002", "山东省威海市环翠区", true);
	line_is(&r, 1, "20261123", "2026年11月23日，晚于今天", false);
	ident_idno_make("371002", TODAY, 11, text);
	assert_true(ident_explain(a, IDENT_IDNO, str_of(text), TODAY).ok);
}

static void lengths(void **state)
{
	(void)state;
	struct ident_report r = ident_explain(a, IDENT_IDNO, STR("123"), TODAY);
	assert_int_equal(r.n, 0);
	assert_string_equal(r.verdict, "公民身份号码应为18位，现为3位，请核对是否多输或漏输");
	r = ident_explain(a, IDENT_IDNO, STR("110105491231002"), TODAY);
	assert_int_equal(r.fault.reason, IDENT_OLD15);
	r = ident_explain(a, IDENT_USCC,
		STR("1111111111111111111111111111111111111111111111111111111111111111"), TODAY);
	assert_string_equal(r.verdict, "统一社会信用代码应为18位，现为64位，请核对是否多输或漏输");
}

static void a_credit_code(void **state)
{
	(void)state;
	struct ident_report r = ident_explain(a, IDENT_USCC, STR("9144030071526726XG"), TODAY);
	assert_true(r.ok);
	line_is(&r, 0, "9", "市场监督管理（原工商）", true);
	line_is(&r, 1, "1", "企业", true);
	line_is(&r, 2, "440300", "广东省", true);
	line_is(&r, 3, "71526726X", "校验正确", true);
	line_is(&r, 4, "G", "校验正确", true);
	r = ident_explain(a, IDENT_USCC, STR("9144030071526726IG"), TODAY);
	assert_false(r.ok);
	line_is(&r, 3, "71526726I", "前面有不允许的字符，无法计算", false);
}

static void certificates(void **state)
{
	(void)state;
	struct ident_report r = ident_explain(
		a, IDENT_CERTNO, STR("S000037100001243000017"), TODAY);
	assert_true(r.ok);
	assert_int_equal(r.n, 7);
	assert_string_equal(r.verdict, "证书编号格式正确");
	line_is(&r, 0, "S", "社会培训评价组织", true);
	line_is(&r, 3, "100001", "由省级人社部门编制；前两位10为山东省威海市", true);
	line_is(&r, 5, "3", "三级/高级工", true);
	line_is(&r, 6, "000017", "第17号", true);
	r = ident_explain(a, IDENT_CERTNO, STR("1437003001300456"), TODAY);
	assert_true(r.ok);
	line_is(&r, 0, "14", "2014年", true);
	line_is(&r, 1, "37", "按GB/T 2260为山东省；旧编号另有代码表，以其为准", true);
	r = ident_explain(a, IDENT_CERTNO, STR("0812345678901"), TODAY);
	assert_true(r.ok);
	assert_int_equal(r.n, 1);
	r = ident_explain(a, IDENT_CERTNO, STR("0000812345678901"), TODAY);
	assert_true(r.ok);
	line_is(&r, 0, "000", "补足 16 位", true);
	line_is(&r, 1, "0812345678901", "上海市旧版 13 位编号，各位含义未公布", true);
}

static void an_organisation_code(void **state)
{
	(void)state;
	struct ident_report r = ident_explain(a, IDENT_ORGNO, STR("80210043-3"), TODAY);
	assert_true(r.ok);
	assert_string_equal(r.text, "802100433");
	line_is(&r, 1, "3", "校验正确", true);
}

/* Whatever one character does to a number: the parts say so if and only if the reader does, and
 * there is a meaning. */
static void parts_and_verdict_agree(void **state)
{
	static const struct {
		enum ident_what what;
		const char *good;
	} numbers[] = {{IDENT_IDNO, "11010519491231002X"}, {IDENT_IDNO, "931840199005060024"},
		{IDENT_USCC, "91350100M000100Y43"}, {IDENT_ORGNO, "71526726X"},
		{IDENT_CERTNO, "S000037100001243000017"}, {IDENT_CERTNO, "1437003001300456"},
		{IDENT_BODYNO, "Y000137000072"}, {IDENT_CARDNO, "R37240015"}};
	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		assert_true(ident_explain(a, numbers[i].what, str_of(numbers[i].good), TODAY).ok);
		for (size_t at = 0; numbers[i].good[at]; at++)
			for (char c = '!'; c <= '~'; c++) {
				arena_reset(a);
				char *text = arena_dup(a, numbers[i].good);
				text[at] = c;
				struct ident_report r = ident_explain(
					a, numbers[i].what, str_of(text), TODAY);
				bool all = true;
				for (size_t k = 0; k < r.n; k++) {
					all = all && r.lines[k].ok;
					assert_true(*r.lines[k].meaning);
				}
				if (r.n && all != r.ok)
					print_error("%s\n", text);
				if (r.n)
					assert_int_equal(all, r.ok);
			}
	}
}

static void region_names(void **state)
{
	(void)state;
	assert_string_equal(ident_region_name("371083"), "山东省威海市乳山市");
	assert_string_equal(ident_region_name("371099"), "山东省威海市");
	assert_string_equal(ident_region_name("37"), "山东省");
	assert_string_equal(ident_region_name("99"), "");
	assert_string_equal(ident_region_name(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_citizen),
		cmocka_unit_test(a_wrong_check_digit),
		cmocka_unit_test(a_birth_date_ahead),
		cmocka_unit_test(lengths),
		cmocka_unit_test(a_credit_code),
		cmocka_unit_test(certificates),
		cmocka_unit_test(an_organisation_code),
		cmocka_unit_test(parts_and_verdict_agree),
		cmocka_unit_test(region_names),
	};
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
