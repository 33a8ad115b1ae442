/* The rule engine: reading its language, three-valued judging, periods, and what a file may not
 * do. */
#include "rule_case.h"

#define HEAD \
	"ruleset: t\nversion: \"1\"\ntitle: 试\nsource: 无\neffective_from: 2024-01-01\n" \
	"facts:\n" \
	"  birth_on: {label: 出生日期}\n" \
	"  months: {label: 参保月数, bring: 参保证明}\n" \
	"  region: {label: 参保地}\n" \
	"  works: {label: 工作, fields: {related: 相关, from_on: 起, to_on: 止}}\n" \
	"  certificates: {label: 证书, fields: {grade: 等级, related: 相关, issued_on: 日期}}\n"

/* One case "x" with one alternative of the conditions given, each line indented by eight. */
static const char *with(struct arena *a, const char *conditions)
{
	return arena_printf(a,
		HEAD "cases:\n  x:\n    title: 例\n    alternatives:\n"
		     "    - clause: ①\n      text: 例\n      all:\n%s",
		conditions);
}

static const struct ruleset *read_ok(struct arena *a, const char *yaml)
{
	const struct ruleset *s = NULL;
	const char *error = "";
	if (ruleset_read(a, str_of(yaml), &s, &error))
		fail_msg("%s", error);
	return s;
}

struct judged {
	enum rule_verdict verdict;
	int64_t met_on;
	const char *text, *fact;
};

static struct judged judge(
	struct arena *a, const char *conditions, const struct facts *f, const char *on)
{
	struct rule_answer answer;
	const struct ruleset *s = read_ok(a, with(a, conditions));
	assert_int_equal(rule_judge(a, s, "x", f, day_of(str_of(on)), &answer), 0);
	const struct rule_alternative *alt = &answer.alternatives[0];
	struct judged j = {alt->verdict, alt->met_on, "", ""};
	if (alt->n_missing) {
		j.text = alt->missing[0].text;
		j.fact = alt->missing[0].fact;
	}
	return j;
}

static void expect(struct judged j, enum rule_verdict verdict, const char *met_on, const char *says)
{
	int64_t day = met_on ? day_of(str_of(met_on)) : 0;
	if (j.verdict != verdict || j.met_on != day || !strstr(j.text, says))
		fail_msg("verdict %d, met on day %lld, \"%s\"", (int)j.verdict,
			(long long)j.met_on, j.text);
}

static void test_scalars(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct facts *f = facts_new(a);
	const char *months = "      - {value: months, min: 12, max: 36}\n";
	expect(judge(a, months, f, "2024-01-01"), RULE_UNKNOWN, NULL, "参保证明");
	facts_int(f, "months", 12);
	expect(judge(a, months, f, "2024-01-01"), RULE_MET, NULL, "");
	facts_int(f, "months", 36);
	expect(judge(a, months, f, "2024-01-01"), RULE_MET, NULL, "");
	facts_int(f, "months", 11);
	expect(judge(a, months, f, "2024-01-01"), RULE_NOT_MET, NULL, "不小于 12");
	facts_int(f, "months", 37);
	expect(judge(a, months, f, "2024-01-01"), RULE_NOT_MET, NULL, "现为 37");

	const char *region = "      - {value: region, in: [\"3710\", \"3706\"]}\n";
	expect(judge(a, region, f, "2024-01-01"), RULE_UNKNOWN, NULL, "参保地");
	facts_text(f, "region", "");
	expect(judge(a, region, f, "2024-01-01"), RULE_UNKNOWN, NULL, "参保地");
	facts_text(f, "region", "3706");
	expect(judge(a, region, f, "2024-01-01"), RULE_MET, NULL, "");
	facts_text(f, "region", "3701");
	expect(judge(a, region, f, "2024-01-01"), RULE_NOT_MET, NULL, "3710、3706");
	/* A number and a text are never the same. */
	facts_int(f, "region", 3706);
	expect(judge(a, region, f, "2024-01-01"), RULE_NOT_MET, NULL, "参保地");

	const char *born = "      - {value: birth_on, max: 1990-12-31}\n";
	facts_date(f, "birth_on", day_of(STR("1990-12-31")));
	expect(judge(a, born, f, "2024-01-01"), RULE_MET, NULL, "");
	facts_date(f, "birth_on", day_of(STR("1991-01-01")));
	expect(judge(a, born, f, "2024-01-01"), RULE_NOT_MET, NULL,
		"1990-12-31（现为 1991-01-01）");
}

static void test_age(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct facts *f = facts_new(a);
	const char *age = "      - age: {min: 18, max: 40}\n";
	facts_date(f, "birth_on", day_of(STR("2004-02-29")));
	expect(judge(a, age, f, "2022-02-27"), RULE_NOT_MET, "2022-02-28", "年满 18 周岁");
	expect(judge(a, age, f, "2022-02-28"), RULE_MET, NULL, "");
	expect(judge(a, age, f, "2045-02-27"), RULE_MET, NULL, "");
	expect(judge(a, age, f, "2045-02-28"), RULE_NOT_MET, NULL, "不超过 40 周岁（现为 41");
	/* The epoch's own day is a day like others. */
	facts_date(f, "birth_on", 0);
	expect(judge(a, age, f, "1988-01-01"), RULE_MET, NULL, "");
}

/* A certificate of 2021-03-15 is full three years on 2024-03-15; one of 29 February on the 28th. */
static void test_held(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	const char *held = "      - some: certificates\n"
			   "        name: 五级证书\n"
			   "        where: {grade: {is: 5}, related: {is: 1}}\n"
			   "        held: {years: 3, since: issued_on}\n";
	struct facts *f = facts_of(a, "c5:2021-03-15 c4:2010-01-01 C5:2010-01-01");
	expect(judge(a, held, f, "2024-03-15"), RULE_MET, NULL, "");
	expect(judge(a, held, f, "2024-03-14"), RULE_NOT_MET, "2024-03-15", "还需满 1 天");
	expect(judge(a, held, f, "2023-01-15"), RULE_NOT_MET, "2024-03-15", "还需满 1 年 2 个月");
	f = facts_of(a, "c5:2020-02-29");
	expect(judge(a, held, f, "2023-02-27"), RULE_NOT_MET, "2023-02-28", "");
	expect(judge(a, held, f, "2023-02-28"), RULE_MET, NULL, "");
	expect(judge(a, held, facts_of(a, ""), "2024-01-01"), RULE_NOT_MET, NULL, "缺少五级证书");
	expect(judge(a, held, facts_new(a), "2024-01-01"), RULE_UNKNOWN, NULL, "需提供五级证书");
}

/* What a record does not say makes it unknown, unless another one decides. */
static void test_unknown_fields(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	const char *some = "      - some: certificates\n        where: {grade: 5, related: 1}\n"
			   "        held: {since: issued_on}\n";
	struct facts *f = facts_new(a);
	struct fact_record *r = facts_add(f, "certificates");
	record_int(r, "grade", 5);
	record_date(r, "issued_on", 100);
	expect(judge(a, some, f, "2024-01-01"), RULE_UNKNOWN, NULL, "证书");
	record_int(r, "related", 0);
	expect(judge(a, some, f, "2024-01-01"), RULE_NOT_MET, NULL, "缺少证书");
	record_int(r, "related", 1);
	expect(judge(a, some, f, "2024-01-01"), RULE_MET, NULL, "");
	record_date(r, "issued_on", 0);
	expect(judge(a, some, f, "2024-01-01"), RULE_UNKNOWN, NULL, "证书");
	r = facts_add(f, "certificates");
	record_int(r, "grade", 5);
	record_int(r, "related", 1);
	record_date(r, "issued_on", 100);
	expect(judge(a, some, f, "2024-01-01"), RULE_MET, NULL, "");
}

static void test_count(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	const char *two = "      - some: certificates\n        count: 2\n"
			  "        held: {months: 6, since: issued_on}\n";
	struct facts *f = facts_of(a, "c5:2023-01-31 c4:2023-08-31 c3:2023-10-31");
	expect(judge(a, two, f, "2024-01-01"), RULE_NOT_MET, "2024-02-29", "");
	expect(judge(a, two, f, "2024-02-29"), RULE_MET, NULL, "");
	f = facts_of(a, "c5:2023-01-31");
	expect(judge(a, two, f, "2024-01-01"), RULE_NOT_MET, NULL, "不少于 2 项（现有 1 项）");
}

static void test_total(void **state)
{
	(void)state;
	static const struct {
		const char *facts, *on;
		enum rule_verdict verdict;
		const char *met_on, *says;
	} rows[] = {
		/* days covered twice count once */
		{"w:2020-01-01/2021-12-31 w:2021-01-01/2022-12-31", "2024-01-01", RULE_MET},
		{"w:2020-01-01/2021-12-31 w:2021-01-01/2022-06-30", "2024-01-01", RULE_NOT_MET,
			NULL, "2 年 6 个月"},
		{"w:2020-01-01/2022-12-30 w:2020-01-01/2022-12-30", "2024-01-01", RULE_NOT_MET,
			NULL, "还差 1 天"},
		{"w:2020-01-01/2022-12-31 w:2021-05-01/2021-06-30", "2023-01-01", RULE_MET},
		/* the day after the last is the first of the next: one period */
		{"w:2020-01-31/2021-01-30 w:2021-01-31/2023-01-30", "2024-01-01", RULE_MET},
		{"w:2020-01-01/2020-12-31 w:2022-06-01/", "2024-05-31", RULE_NOT_MET, "2024-06-01"},
		{"w:2020-01-01/2020-12-31 w:2022-06-01/", "2024-06-01", RULE_MET},
		/* remainders of several are put together, 31 days to a month */
		{"w:2020-01-01/2022-12-16 w:2023-01-01/2023-01-15", "2024-01-01", RULE_MET},
		{"w:2020-01-01/2022-12-15 w:2023-01-01/2023-01-15", "2024-01-01", RULE_NOT_MET,
			NULL, "还差 1 天"},
		/* an end that lies ahead is followed to that day and no further */
		{"w:2021-06-01/2024-05-31", "2024-01-01", RULE_NOT_MET, "2024-06-01"},
		{"w:2021-06-01/2024-05-30", "2024-01-01", RULE_NOT_MET, NULL, "还差"},
		{"w:2025-01-01/", "2024-01-01", RULE_NOT_MET, "2028-01-01", "累计 0 天"},
		{"w:2024-01-01/2020-01-01", "2024-01-01", RULE_NOT_MET, NULL, "缺少"},
		{"?works", "2024-01-01", RULE_UNKNOWN, NULL, "工作"},
	};
	const char *total = "      - {total: works, where: {related: 1}, years: 3}\n";
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		auto_arena a = arena_new(1 << 22);
		struct judged j = judge(a, total, facts_of(a, rows[i].facts), rows[i].on);
		int64_t day = rows[i].met_on ? day_of(str_of(rows[i].met_on)) : 0;
		if (j.verdict != rows[i].verdict || j.met_on != day ||
			(rows[i].says && !strstr(j.text, rows[i].says)))
			fail_msg("[%s] on %s: verdict %d, %s, \"%s\"", rows[i].facts, rows[i].on,
				(int)j.verdict, civil_day_text(a, j.met_on), j.text);
	}
}

/* The sum never falls as days pass, so the first day it is reached is well defined. */
static void test_total_never_falls(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 26);
	const char *total = "      - {total: works, where: {related: 1}, months: %d}\n";
	struct facts *f = facts_of(a,
		"w:2020-01-31/2020-02-28 w:2020-05-30/2020-08-30 w:2020-12-29/");
	for (int months = 3; months < 12; months++) {
		auto_arena b = arena_new(1 << 24);
		const struct ruleset *s =
			read_ok(b, with(b, arena_printf(b, total, months)));
		struct rule_answer answer;
		int64_t from = day_of(STR("2020-12-29")), met_on = 0;
		bool was_met = false;
		for (int64_t on = from; on < from + 400; on++) {
			assert_int_equal(rule_judge(b, s, "x", f, on, &answer), 0);
			bool is_met = answer.verdict == RULE_MET;
			assert_false(was_met && !is_met);
			if (is_met && !was_met && met_on)
				assert_int_equal(on, met_on);
			was_met = is_met;
			met_on = answer.alternatives[0].met_on;
		}
		assert_true(was_met);
	}
}

static void test_groups(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	const char *any = "      - any:\n"
			  "          - {some: certificates, name: 证书甲, where: {grade: 4}}\n"
			  "          - {value: months, min: 12}\n";
	struct facts *f = facts_of(a, "c4:2020-01-01");
	expect(judge(a, any, f, "2024-01-01"), RULE_MET, NULL, "");
	f = facts_of(a, "");
	expect(judge(a, any, f, "2024-01-01"), RULE_UNKNOWN, NULL,
		"缺少证书甲；或者需提供参保月数");
	facts_int(f, "months", 3);
	expect(judge(a, any, f, "2024-01-01"), RULE_NOT_MET, NULL, "；或者");

	const char *not = "      - not: {some: certificates, where: {grade: 1}}\n"
			  "        name: 已取得一级证书\n";
	expect(judge(a, not, facts_of(a, "c5:2020-01-01"), "2024-01-01"), RULE_MET, NULL, "");
	expect(judge(a, not, facts_of(a, "c1:2020-01-01"), "2024-01-01"), RULE_NOT_MET, NULL,
		"已取得一级证书");
	expect(judge(a, not, facts_new(a), "2024-01-01"), RULE_UNKNOWN, NULL, "需说明");
}

/* By the time one condition holds another may have ended: then time alone does not mend it. */
static void test_age_limit_passes(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	const char *both = "      - age: {max: 40}\n"
			   "      - {total: works, where: {related: 1}, years: 10}\n";
	struct facts *f = facts_of(a, "b:1990-01-01 w:2020-01-01/");
	expect(judge(a, both, f, "2024-01-01"), RULE_NOT_MET, "2030-01-01", "还需 6 年");
	f = facts_of(a, "b:1985-01-01 w:2020-01-01/");
	expect(judge(a, both, f, "2024-01-01"), RULE_NOT_MET, NULL, "还需 6 年");
}

/* What is kept with a decision says what was given, and no more. */
static void test_dump(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	assert_string_equal(facts_dump(a, facts_new(a)), "{}");
	struct facts *f = facts_new(a);
	facts_none(f, "titles");
	assert_string_equal(facts_dump(a, f), "{\"titles\":[]}");
	f = facts_new(a);
	struct fact_record *r = facts_add(f, "works");
	record_date(r, "to_on", 0);
	record_date(r, "from_on", day_of(STR("2019-07-01")));
	facts_add(f, "works");
	assert_string_equal(facts_dump(a, f), "{\"works\":[{\"from_on\":\"2019-07-01\"},{}]}");
	f = facts_new(a);
	facts_text(f, "region", "a\"\\b");
	assert_string_equal(facts_dump(a, f), "{\"region\":\"a\\\"\\\\b\"}");
}

static void test_errors(void **state)
{
	(void)state;
	static const struct {
		const char *conditions, *says;
	} rows[] = {
		{"      - {age: {min: 16}, yers: 3}\n", "第 19 行：不认识的键“yers”"},
		{"      - {total: works, where: {related: 1}}\n", "第 19 行：应写明累计的年数"},
		{"      - {total: works, years: 1000}\n", "0 到 100"},
		{"      - {total: works, years: \"3\"}\n", "0 到 100"},
		{"      - {total: birth_on, years: 1}\n", "“birth_on”不是列表"},
		{"      - {total: works, years: 1, from: related}\n", "不是“works”的日期项"},
		{"      - {value: works, min: 1}\n", "“works”是列表"},
		{"      - {value: height, min: 1}\n", "“height”没有在 facts 中列出"},
		{"      - {value: months}\n", "应写明 is、in、min 或 max"},
		{"      - {value: months, min: many}\n", "“min”应是整数"},
		{"      - {value: months, is: 1, in: [2]}\n", "只能用一个"},
		{"      - {value: months, in: []}\n", "至少列出一个值"},
		{"      - {value: birth_on, min: 2024-02-30}\n", "“2024-02-30”不是日期"},
		{"      - {some: certificates, where: {garde: 5}}\n", "没有“garde”这一项"},
		{"      - {some: certificates, held: {years: 1}}\n", "缺少“since”"},
		{"      - {some: certificates, held: {years: 1, since: grade}}\n", "日期项"},
		{"      - {some: certificates, count: 0}\n", "1 到 100"},
		{"      - {not: {value: months, min: 1}}\n", "“not”须有“name”"},
		{"      - any: []\n", "逐条列出条件"},
		{"      - {age: {}}\n", "此处应是“键: 值”的形式"},
		{"      - {age: {of: birth_on}}\n", "年龄应写明 min 或 max"},
		{"      - 16\n", "条件应以"},
		{"      - {name: 甲}\n", "条件应以"},
		{"      - &a {age: {min: 1}}\n", "不使用锚点"},
		{"      - !x {age: {min: 1}}\n", "不使用锚点"},
		{"      - {age: {min: 1}, age: {min: 2}}\n", "键“age”重复"},
		{"      - [[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]\n", "嵌套超过"},
		{"      - {age: {min: 1}\n", "不是正确的 YAML"},
		{"      - {age: {min: 1}}\n    - clause: ①\n      text: 又\n      all: [{age: {min:"
			" "
			"1}}]\n", "“①”重复"},
		{"      - {age: {min: 1}}\n---\na: 1\n", "只能有一个文档"},
		{"      - {value: \"mon\\0ths\", min: 1}\n", "空字符"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		auto_arena a = arena_new(1 << 22);
		const struct ruleset *s = NULL;
		const char *error = NULL;
		int r = ruleset_read(a, str_of(with(a, rows[i].conditions)), &s, &error);
		if (r != ERR_INVALID || s || !error || !strstr(error, rows[i].says) ||
			!strstr(error, "行："))
			fail_msg("%s gives %d \"%s\"", rows[i].conditions, r, error ? error : "");
	}
}

static void test_error_lines(void **state)
{
	(void)state;
	static const struct {
		const char *yaml, *says;
	} rows[] = {
		{"", "第 1 行：文件是空的"},
		{"a", "第 1 行：此处应是“键: 值”的形式"},
		{"ruleset: x\nversion: 1\n", "缺少“title”"},
		{"ruleset: x\nversion: 1\ntitle: t\nsource: s\neffective_from: soon\n",
			"第 5 行：“soon”不是日期"},
		{HEAD, "缺少“cases”"},
		{HEAD "cases:\n  x: {title: 例}\n", "第 13 行：“alternatives”"},
		{"\xff\xfe", "不是正确的 YAML"},
		{"a: \xc3\x28\n", "不是正确的 YAML"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		auto_arena a = arena_new(1 << 22);
		const struct ruleset *s = NULL;
		const char *error = NULL;
		int r = ruleset_read(a, str_of(rows[i].yaml), &s, &error);
		if (r != ERR_INVALID || s || !error || !strstr(error, rows[i].says))
			fail_msg("%s gives %d \"%s\"", rows[i].yaml, r, error ? error : "");
	}
}

static void test_sizes(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 26);
	const struct ruleset *s = NULL;
	const char *error = NULL;
	char *big = arena_alloc(a, 300 * 1024);
	memset(big, '#', 300 * 1024 - 1);
	assert_int_equal(ruleset_read(a, str_of(big), &s, &error), ERR_LIMIT);
	auto_buf many;
	buf_init(&many, 200 * 1024);
	buf_puts(&many, HEAD "cases: [");
	for (int i = 0; i < 10000; i++)
		buf_puts(&many, "a,");
	buf_puts(&many, "]\n");
	assert_int_equal(ruleset_read(a, buf_view(&many), &s, &error), ERR_INVALID);
	assert_non_null(strstr(error, "内容超过"));
	assert_null(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_unknown_fields),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_total_never_falls),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_age_limit_passes),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_error_lines),
		cmocka_unit_test(test_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
