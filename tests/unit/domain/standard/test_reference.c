/* Reference data into the database: shipped files, verdicts row by row, nothing half done. */
#include <stdlib.h>
#include <string.h>

#include "core/workday.h"
#include "domain/standard/reference.h"
#include "domain/standard/standard.h"
#include "query/core.h"
#include "query/standard.h"
#include "base/civil.h"
#include "support.h"

static struct ctx system_ctx(struct test_db *t)
{
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	ctx_act_as_system(&cx, "test");
	return cx;
}

static struct reference_report import(struct ctx *cx, enum reference_kind kind, const char *text)
{
	struct reference_report report;
	int r = reference_import(cx, kind, str_of(text), false, &report);
	if (r)
		fail_msg("%s: %s", cx->problem.id, cx->problem.args[0]);
	return report;
}

static void test_load(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	size_t changed;
	test_ok(t, reference_load(&cx, &changed));
	assert_true(changed > 500);
	struct q_occupation_by_code welder;
	test_ok(t, q_occupation_by_code(t->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	assert_string_equal(welder.name, "焊工");
	struct q_region_find region;
	test_ok(t, q_region_find(t->db, &region, .code = "371002"));
	assert_string_equal(region.parent, "3710");
	assert_int_equal(region.tier, 3);
	assert_false(workday_is(&cx, civil_day(2026, 2, 16)));
	assert_true(workday_is(&cx, civil_day(2026, 2, 14)));
	/* again: nothing */
	test_ok(t, reference_load(&cx, &changed));
	assert_int_equal(changed, 0);
}

static void test_in_force(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	size_t changed;
	test_ok(t, reference_load(&cx, &changed));
	struct q_occupation_by_code welder;
	struct q_standard_in_force s;
	test_ok(t, q_occupation_by_code(t->db, &welder, .edition = "2022", .code = "6-18-02-04"));
	test_ok(t, q_standard_in_force(t->db, &s, .occupation_id = welder.id,
		.on_day = civil_day(2022, 1, 1)));
	assert_string_equal(s.ruleset, "eligibility-2018");
	test_ok(t, q_standard_in_force(t->db, &s, .occupation_id = welder.id,
		.on_day = civil_day(2026, 1, 1)));
	assert_string_equal(s.ruleset, "eligibility-2023");
	assert_int_equal(q_standard_in_force(t->db, &s, .occupation_id = welder.id,
		.on_day = civil_day(2010, 1, 1)), ERR_NOTFOUND);

	struct facts *f = facts_new(t->arena);
	facts_date(f, "birth_on", civil_day(2008, 3, 15));
	struct rule_answer answer;
	test_ok(t, eligibility_judge(&cx, s.id, 5, f, civil_day(2024, 3, 15), &answer));
	assert_int_equal(answer.verdict, RULE_MET);
	assert_string_equal(answer.held->clause, "五级①");
	test_ok(t, eligibility_judge(&cx, 0, 0, f, civil_day(2024, 3, 14), &answer));
	assert_int_equal(answer.verdict, RULE_NOT_MET);
	assert_int_equal(eligibility_judge(&cx, s.id, 8, f, 0, &answer), ERR_NOTFOUND);
	assert_int_equal(eligibility_judge(&cx, 12345, 5, f, 0, &answer), ERR_NOTFOUND);
}

static void test_changes(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	const char *head = "edition,code,name,grades\n";
	struct reference_report r = import(&cx, REFERENCE_OCCUPATIONS,
		text_of(&cx, "%s2022,6-18-02-04,焊工,54321\n2022,6-31-01-03,电工,54321\n", head));
	assert_int_equal(r.added, 2);
	assert_true(r.saved);
	struct q_occupation_by_code before, after;
	test_ok(t, q_occupation_by_code(t->db, &before, .edition = "2022", .code = "6-31-01-03"));
	r = import(&cx, REFERENCE_OCCUPATIONS,
		text_of(&cx, "%s2022,6-18-02-04,焊工,54321\n2022,6-31-01-03,电工,4321\n", head));
	assert_int_equal(r.added, 0);
	assert_int_equal(r.same, 1);
	assert_int_equal(r.changed, 1);
	test_ok(t, q_occupation_by_code(t->db, &after, .edition = "2022", .code = "6-31-01-03"));
	assert_int_equal(after.id, before.id);
	assert_string_equal(after.grades, "4321");
}

/* Columns in any order, unknown ones passed over, tabs, GB 18030, a byte order mark. */
static void test_forms(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	struct reference_report r = import(&cx, REFERENCE_REGIONS,
		"\xef\xbb\xbfnote\tlevel\tname\tcode\r\nx\tprovince\t 山东省 \t37\r\n");
	assert_int_equal(r.added, 1);
	struct q_region_find region;
	test_ok(t, q_region_find(t->db, &region, .code = "37"));
	assert_string_equal(region.name, "山东省");
	r = import(&cx, REFERENCE_REGIONS, "code,name,level\n3710,\xcd\xfe\xba\xa3\xca\xd0,city\n");
	test_ok(t, q_region_find(t->db, &region, .code = "3710"));
	assert_string_equal(region.name, "威海市");
}

/* One bad row and nothing is saved; every bad row is told with its line. */
static void test_bad_rows(void **state)
{
	static const struct {
		enum reference_kind kind;
		const char *text, *says;
	} rows[] = {
		{REFERENCE_REGIONS, "code,name,level\n37a,甲,city\n", "区划代码"},
		{REFERENCE_REGIONS, "code,name,level\n370000,甲,province\n", "“level”"},
		{REFERENCE_REGIONS, "code,name,level\n3710,威海市,city\n", "上级 37 不存在"},
		{REFERENCE_REGIONS, "code,name,level\n37,,province\n", "“name”没有填写"},
		{REFERENCE_REGIONS, "code,name,level\n37\n", "“name”没有填写"},
		{REFERENCE_HOLIDAYS, "day,kind,name\n2026-02-30,holiday,甲\n", "应为日期"},
		{REFERENCE_HOLIDAYS, "day,kind,name\n2026-02-16,free,春节\n", "holiday"},
		{REFERENCE_HOLIDAYS, "day,kind,name\n2026-02-16,workday,春节\n", "调休上班日"},
		{REFERENCE_OCCUPATIONS, "edition,code,name\n22,6-18-02-04,焊工\n", "版本年份"},
		{REFERENCE_OCCUPATIONS, "edition,code,name\n2022,6-18-02-4,焊工\n", "职业编码"},
		{REFERENCE_OCCUPATIONS, "edition,code,name,grades\n2022,6-18-02-04,焊工,12345\n",
			"由高位到低位"},
		{REFERENCE_OCCUPATIONS, "edition,code,name,track\n2022,6-18-02-04,焊工,x\n",
			"qualification"},
		{REFERENCE_OCCUPATIONS, "edition,code,name,green\n2022,6-18-02-04,焊工,2\n",
			"0 或 1"},
		{REFERENCE_WORK_TYPES, "occupation,name\n6-18-02-04,电焊工\n", "请先导入该职业"},
		{REFERENCE_SPECIAL_PROJECTS,
			"code,name,version,minutes,region\n1,拉面师,1,60,37\n", "不能以"},
		{REFERENCE_SPECIAL_PROJECTS,
			"code,name,version,minutes,region\n1,拉面制作,1,0,37\n", "分钟数"},
		{REFERENCE_SPECIAL_PROJECTS,
			"code,name,version,minutes,region\n1,拉面制作,1,60,37\n", "没有代码为“37”"},
	};
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct reference_report r = import(&cx, rows[i].kind, rows[i].text);
		assert_false(r.saved);
		assert_int_equal(r.bad, 1);
		assert_int_equal(r.verdicts[0].line, 2);
		if (!strstr(r.verdicts[0].text, rows[i].says))
			fail_msg("%s: %s", rows[i].text, r.verdicts[0].text);
	}
	struct reference_report r = import(&cx, REFERENCE_REGIONS,
		"code,name,level\n37,山东省,province\n37,山东,province\n3799,乙,county\n");
	assert_int_equal(r.rows, 3);
	assert_int_equal(r.bad, 2);
	assert_int_equal(r.verdicts[0].line, 3);
	assert_non_null(strstr(r.verdicts[0].text, "与第 2 行重复"));
	struct q_region_find region;
	assert_int_equal(q_region_find(t->db, &region, .code = "37"), ERR_NOTFOUND);
}

static void test_bad_files(void **state)
{
	static const struct {
		const char *text, *id;
	} rows[] = {
		{"", "reference.no_rows"},
		{"code,name\n37,山东省\n", "reference.no_column"},
		{"code,name,level\n37,\"山东省,province\n", "reference.not_csv"},
		{"code,name,level\n37,\xff\xff,province\n", "reference.encoding"},
	};
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	struct reference_report report;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ctx_clear(&cx);
		int r = reference_import(&cx, REFERENCE_REGIONS, str_of(rows[i].text), false,
			&report);
		assert_int_equal(r, ERR_INVALID);
		assert_string_equal(cx.problem.id, rows[i].id);
	}
}

static void test_dry_run(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	struct reference_report report;
	struct q_region_find region;
	test_ok(t, reference_import(&cx, REFERENCE_REGIONS,
		STR("code,name,level\n37,山东省,province\n3710,威海市,city\n"), true, &report));
	assert_int_equal(report.added, 2);
	assert_int_equal(report.bad, 0);
	assert_false(report.saved);
	assert_int_equal(q_region_find(t->db, &region, .code = "37"), ERR_NOTFOUND);
	assert_false(db_in_tx(t->db));
}

/* Whichever statement fails, nothing stays. */
static void test_faults(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	struct str text = STR("code,name,level\n37,山东省,province\n3710,威海市,city\n");
	struct reference_report report;
	struct q_region_find region;
	int r = ERR_DB;
	for (int n = 1; r; n++) {
		ctx_clear(&cx);
		db_fail_after(t->db, n);
		r = reference_import(&cx, REFERENCE_REGIONS, text, false, &report);
		db_fail_after(t->db, 0);
		assert_true(r == 0 || r == ERR_DB);
		assert_false(db_in_tx(t->db));
		int found = q_region_find(t->db, &region, .code = "37");
		assert_int_equal(found, r ? ERR_NOTFOUND : 0);
		assert_true(n < 50);
	}
}

static void test_permission(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	ctx_act_as(&cx, &(struct actor){.account_id = 1, .role = ROLE_AUTHORITY, .region = "37"});
	struct reference_report report;
	assert_int_equal(reference_import(&cx, REFERENCE_REGIONS,
		STR("code,name,level\n37,山东省,province\n"), false, &report), ERR_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_load),
		test_db_case(test_in_force),
		test_db_case(test_changes),
		test_db_case(test_forms),
		test_db_case(test_bad_rows),
		test_db_case(test_bad_files),
		test_db_case(test_dry_run),
		test_db_case(test_faults),
		test_db_case(test_permission),
	};
	return test_db_run("reference", tests);
}
