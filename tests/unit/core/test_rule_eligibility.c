/* The conditions for sitting an evaluation, clause by clause: on the day a period is full, the day
 * before, and with each part missing. Rows carry the number of the clause they come from. */
#include "rule_case.h"

struct row {
	const char *clause, *on, *facts;
	enum rule_verdict verdict;
	const char *met_on;  /* NULL: time alone does not mend it, or it holds */
	const char *missing; /* part of the words for what is missing */
};

#define YES RULE_MET
#define NO RULE_NOT_MET
#define ASK RULE_UNKNOWN

/* clang-format off */
static const struct row rows_2023[] = {
	{"五级①", "2024-03-15", "b:2008-03-15", YES},
	{"五级①", "2024-03-14", "b:2008-03-15", NO, "2024-03-15", "未满 16 周岁"},
	{"五级①", "2024-02-28", "b:2008-02-29", NO, "2024-02-29"},
	{"五级①", "2025-02-28", "b:2009-02-28", YES},
	{"五级①", "2024-03-15", "", ASK, NULL, "出生日期"},
	{"五级②", "2024-03-15", "b:2008-03-15 w:2024-03-15/", YES},
	{"五级②", "2024-03-15", "b:2008-03-15 w:2024-04-01/", NO, "2024-04-01"},
	{"五级②", "2024-03-14", "b:2008-03-15 w:2024-01-01/", NO, "2024-03-15", "未满 16"},
	{"五级②", "2024-03-15", "b:2000-01-01", NO, NULL, "工作经历"},
	{"五级②", "2024-03-15", "b:2000-01-01 W:2020-01-01/", NO, NULL, "工作经历"},

	{"四级①", "2024-06-01", "w:2019-06-01/", YES},
	{"四级①", "2024-05-31", "w:2019-06-01/", NO, "2024-06-01", "还需 1 天"},
	{"四级①", "2024-06-01", "w:2019-06-01/2024-05-31", YES},
	{"四级①", "2025-01-01", "w:2019-06-01/2024-05-30", NO, NULL, "还差"},
	{"四级①", "2024-06-01", "W:2010-06-01/", NO, NULL, "须累计满 5 年"},
	{"四级①", "2024-06-01", "?works", ASK, NULL, "承诺书"},
	{"四级②", "2024-03-15", "w:2018-01-01/ c5:2021-03-15", YES},
	{"四级②", "2024-03-14", "w:2018-01-01/ c5:2021-03-15", NO, "2024-03-15", "初级工证书后"},
	{"四级②", "2024-03-15", "w:2018-01-01/2023-01-31 c5:2021-03-15", NO, NULL, "还差"},
	{"四级②", "2024-03-15", "w:2018-01-01/ C5:2021-03-15", NO, NULL,
		"缺少本职业或相关职业五级"},
	{"四级②", "2024-03-15", "w:2018-01-01/ c4:2021-03-15", NO, NULL,
		"缺少本职业或相关职业五级"},
	{"四级②", "2024-03-15", "?works c5:2021-03-15", ASK, NULL, "工作"},
	{"四级②", "2023-01-15", "?works c5:2021-03-15", NO, "2024-03-15", "最早 2024-03-15"},
	{"四级②", "2024-03-15", "?certificates w:2018-01-01/", ASK, NULL, "证书"},
	{"四级③", "2024-07-01", "e:technical_intermediate:2024-07-01", YES},
	{"四级③", "2024-07-01", "e:technical_senior:2020-07-01", YES},
	{"四级③", "2024-07-01", "e:secondary_vocational:2020-07-01", YES},
	{"四级③", "2024-07-01", "e:higher_vocational:2020-07-01", YES},
	{"四级③", "2024-07-01", "e:college:2020-07-01", YES},
	{"四级③", "2024-07-01", "e:bachelor:2020-07-01", YES},
	{"四级③", "2024-03-01", "e:secondary_vocational:enrolled", YES},
	{"四级③", "2024-06-30", "e:college:2024-07-01", NO, "2024-07-01", "毕业证书"},
	{"四级③", "2024-07-01", "E:college:2020-07-01", NO, NULL, "缺少本专业或相关专业"},
	{"四级③", "2024-07-01", "e:senior_high:2020-07-01", NO, NULL, "缺少本专业或相关专业"},
	{"四级③", "2024-07-01", "?educations", ASK, NULL, "需提供"},

	{"三级①", "2024-06-01", "w:2014-06-01/", YES},
	{"三级①", "2024-05-31", "w:2014-06-01/", NO, "2024-06-01"},
	{"三级①", "2024-06-01", "w:2010-01-01/2014-12-31 w:2020-06-01/", NO, "2025-06-01"},
	{"三级②", "2025-03-15", "w:2018-01-01/ c4:2021-03-15", YES},
	{"三级②", "2025-03-14", "w:2018-01-01/ c4:2021-03-15", NO, "2025-03-15"},
	{"三级②", "2025-03-15", "w:2018-01-01/ c5:2010-03-15", NO, NULL, "四级/中级工证书"},
	{"三级③", "2022-05-10", "w:2015-01-01/ t:junior:2021-05-10", YES},
	{"三级③", "2022-05-09", "w:2015-01-01/ t:junior:2021-05-10", NO, "2022-05-10"},
	{"三级③", "2022-05-10", "w:2015-01-01/ T:junior:2021-05-10", NO, NULL, "初级职称"},
	{"三级③", "2022-05-10", "t:junior:2021-05-10", NO, NULL, "须累计满 1 年"},
	{"三级④", "2024-07-01", "e:technical_senior:2024-07-01", YES},
	{"三级④", "2024-07-01", "e:technician_college:2020-07-01", YES},
	{"三级④", "2024-07-01", "e:preparatory_technician:enrolled", YES},
	{"三级④", "2024-06-30", "e:technical_senior:2024-07-01", NO, "2024-07-01"},
	{"三级④", "2024-07-01", "e:technical_intermediate:2020-07-01", NO, NULL, "高级工班"},
	{"三级④", "2024-07-01", "E:technical_senior:2020-07-01", NO, NULL, "高级工班"},
	{"三级④", "2024-07-01", "e:college:2020-07-01", NO, NULL, "高级工班"},
	{"三级⑤", "2024-07-01", "c4:2024-07-01 e:college:2020-07-01", YES},
	{"三级⑤", "2024-07-01", "c4:2022-01-01 e:higher_vocational:enrolled", YES},
	{"三级⑤", "2024-06-30", "c4:2024-07-01 e:college:2020-07-01", NO, "2024-07-01"},
	{"三级⑤", "2024-07-01", "e:college:2020-07-01", NO, NULL, "四级/中级工证书"},
	{"三级⑤", "2024-07-01", "c4:2022-01-01 e:secondary_vocational:2020-07-01", NO, NULL,
		"专科"},
	{"三级⑥", "2024-07-01", "e:college:2024-07-01+", YES},
	{"三级⑥", "2024-03-01", "e:higher_vocational:enrolled+", YES},
	{"三级⑥", "2024-06-30", "e:college:2024-07-01+", NO, "2024-07-01"},
	{"三级⑥", "2024-07-01", "e:college:2020-07-01", NO, NULL, "经评估论证"},

	{"二级①", "2026-03-15", "w:2018-01-01/ c3:2021-03-15", YES},
	{"二级①", "2026-03-14", "w:2018-01-01/ c3:2021-03-15", NO, "2026-03-15"},
	{"二级①", "2026-03-15", "w:2018-01-01/ c4:2011-03-15", NO, NULL, "三级/高级工证书"},
	{"二级②", "2024-03-15", "w:2010-01-01/ t:junior:2019-03-15 c3:2023-03-15", YES},
	{"二级②", "2024-03-14", "w:2010-01-01/ t:junior:2019-03-15 c3:2022-03-15", NO,
		"2024-03-15", "初级职称"},
	{"二级②", "2024-03-14", "w:2010-01-01/ t:junior:2018-03-15 c3:2023-03-15", NO,
		"2024-03-15", "三级/高级工证书后"},
	{"二级②", "2024-03-15", "w:2010-01-01/ t:junior:2018-03-15", NO, NULL, "高级工证书"},
	{"二级②", "2024-03-15", "w:2010-01-01/ c3:2018-03-15", NO, NULL, "初级职称"},
	{"二级③", "2022-05-10", "w:2015-01-01/ t:middle:2021-05-10", YES},
	{"二级③", "2022-05-09", "w:2015-01-01/ t:middle:2021-05-10", NO, "2022-05-10"},
	{"二级③", "2022-05-10", "w:2015-01-01/ t:junior:2011-05-10", NO, NULL, "中级职称"},
	{"二级④", "2024-07-01", "w:2022-07-01/ c3:2022-06-01 e:technician_college:2022-07-01", YES},
	{"二级④", "2024-06-30", "w:2022-07-01/ c3:2022-06-01 e:technician_college:2022-07-01", NO,
		"2024-07-01"},
	{"二级④", "2024-07-01", "w:2022-07-01/ e:technician_college:2022-07-01", NO, NULL,
		"三级/高级工证书"},
	{"二级④", "2024-07-01", "w:2022-07-01/ c3:2022-06-01 e:technician_college:enrolled", ASK,
		NULL, "毕业证书"},
	{"二级④", "2024-07-01", "w:2020-07-01/ c3:2022-06-01 e:college:2020-07-01", NO, NULL,
		"高级技工学校或技师学院"},
	{"二级⑤", "2024-06-01", "c3:2022-06-01 e:preparatory_technician:enrolled", YES},
	{"二级⑤", "2024-05-31", "c3:2022-06-01 e:preparatory_technician:enrolled", NO,
		"2024-06-01", "还需满 1 天"},
	{"二级⑤", "2024-06-01", "c3:2022-06-01 e:technical_senior:enrolled", NO, NULL, "预备技师"},
	{"二级⑤", "2024-06-01", "e:preparatory_technician:enrolled", NO, NULL, "三级/高级工证书"},

	{"一级①", "2026-03-15", "w:2018-01-01/ c2:2021-03-15", YES},
	{"一级①", "2026-03-14", "w:2018-01-01/ c2:2021-03-15", NO, "2026-03-15"},
	{"一级①", "2026-03-15", "w:2018-01-01/ c3:2011-03-15", NO, NULL, "二级/技师证书"},
	{"一级②", "2024-03-15", "w:2010-01-01/ t:middle:2019-03-15 c2:2023-03-15", YES},
	{"一级②", "2024-03-14", "w:2010-01-01/ t:middle:2019-03-15 c2:2022-03-15", NO,
		"2024-03-15"},
	{"一级②", "2024-03-14", "w:2010-01-01/ t:middle:2018-03-15 c2:2023-03-15", NO,
		"2024-03-15"},
	{"一级②", "2024-03-15", "w:2010-01-01/ t:junior:2010-03-15 c2:2020-03-15", NO, NULL,
		"中级职称"},
	{"一级②", "2024-03-15", "w:2010-01-01/ t:middle:2018-03-15", NO, NULL, "二级/技师证书"},
	{"一级③", "2022-05-10", "w:2015-01-01/ t:senior:2021-05-10", YES},
	{"一级③", "2022-05-09", "w:2015-01-01/ t:senior:2021-05-10", NO, "2022-05-10"},
	{"一级③", "2022-05-10", "w:2015-01-01/ t:middle:2011-05-10", NO, NULL, "高级职称"},
};

static const struct row rows_2018[] = {
	{"五级①", "2020-05-01", "w:2019-05-01/", YES},
	{"五级①", "2020-04-30", "w:2019-05-01/", NO, "2020-05-01"},
	{"五级①", "2020-05-01", "", NO, NULL, "须累计满 1 年"},
	{"五级②", "2020-05-01", "a:1", YES},
	{"五级②", "2020-05-01", "a:0", NO, NULL, "学徒期满"},
	{"五级②", "2020-05-01", "", ASK, NULL, "学徒合同"},

	{"四级①", "2025-03-15", "w:2018-01-01/ c5:2021-03-15", YES},
	{"四级①", "2025-03-14", "w:2018-01-01/ c5:2021-03-15", NO, "2025-03-15"},
	{"四级①", "2025-03-15", "w:2018-01-01/", NO, NULL, "五级/初级工证书"},
	{"四级②", "2025-01-01", "w:2019-01-01/", YES},
	{"四级②", "2024-12-31", "w:2019-01-01/", NO, "2025-01-01"},
	{"四级③", "2024-07-01", "e:technical_intermediate:2024-07-01", YES},
	{"四级③", "2024-03-01", "e:technical_intermediate:enrolled", YES},
	{"四级③", "2024-07-01", "e:secondary_vocational:2024-07-01+", YES},
	{"四级③", "2024-07-01", "e:secondary_vocational:2024-07-01", NO, NULL, "经评估论证"},
	{"四级③", "2024-06-30", "e:technical_intermediate:2024-07-01", NO, "2024-07-01"},
	{"四级③", "2024-07-01", "E:technical_intermediate:2024-07-01", NO, NULL, "缺少"},

	{"三级①", "2026-03-15", "w:2018-01-01/ c4:2021-03-15", YES},
	{"三级①", "2026-03-14", "w:2018-01-01/ c4:2021-03-15", NO, "2026-03-15"},
	{"三级①", "2026-03-15", "w:2018-01-01/", NO, NULL, "四级/中级工证书"},
	{"三级②", "2024-07-01", "c4:2023-07-01 E:technical_senior:2024-07-01", YES},
	{"三级②", "2024-03-01", "c4:2023-07-01 e:technician_college:enrolled", YES},
	{"三级②", "2024-07-01", "c4:2023-07-01 e:higher_vocational:2024-07-01+", YES},
	{"三级②", "2024-07-01", "c4:2023-07-01 e:higher_vocational:2024-07-01", NO, NULL,
		"经评估论证"},
	{"三级②", "2024-06-30", "c4:2023-07-01 e:technical_senior:2024-07-01", NO, "2024-07-01"},
	{"三级②", "2024-07-01", "e:technical_senior:2024-07-01", NO, NULL, "四级/中级工证书"},
	{"三级③", "2023-03-15", "w:2018-01-01/ c4:2021-03-15 e:college:2017-07-01", YES},
	{"三级③", "2023-03-14", "w:2018-01-01/ c4:2021-03-15 e:college:2017-07-01", NO,
		"2023-03-15"},
	{"三级③", "2023-03-15", "w:2018-01-01/ c4:2021-03-15 e:secondary_vocational:2017-07-01", NO,
		NULL, "大专及以上"},
	{"三级③", "2023-03-15", "w:2018-01-01/ e:college:2017-07-01", NO, NULL, "四级/中级工证书"},

	{"二级①", "2025-03-15", "w:2018-01-01/ c3:2021-03-15", YES},
	{"二级①", "2025-03-14", "w:2018-01-01/ c3:2021-03-15", NO, "2025-03-15"},
	{"二级①", "2025-03-15", "w:2018-01-01/", NO, NULL, "三级/高级工证书"},
	{"二级②", "2025-07-01", "w:2022-07-01/ c3:2022-06-01 e:technical_senior:2022-07-01", YES},
	{"二级②", "2025-06-30", "w:2022-07-01/ c3:2022-06-01 e:technical_senior:2022-07-01", NO,
		"2025-07-01"},
	{"二级②", "2024-07-01", "w:2022-07-01/ e:preparatory_technician:2022-07-01", YES},
	{"二级②", "2024-06-30", "w:2022-07-01/ e:preparatory_technician:2022-07-01", NO,
		"2024-07-01"},
	{"二级②", "2025-07-01", "w:2022-07-01/ e:technical_senior:2022-07-01", NO, NULL,
		"三级/高级工证书"},

	{"一级①", "2025-03-15", "w:2018-01-01/ c2:2021-03-15", YES},
	{"一级①", "2025-03-14", "w:2018-01-01/ c2:2021-03-15", NO, "2025-03-15"},
	{"一级①", "2025-03-15", "w:2018-01-01/ c3:2011-03-15", NO, NULL, "二级/技师证书"},
};

static const struct row rows_special[] = {
	{"专项①", "2024-03-15", "b:2008-03-15", YES},
	{"专项①", "2024-03-14", "b:2008-03-15", NO, "2024-03-15", "未满 16 周岁"},
	{"专项①", "2024-03-15", "", ASK, NULL, "出生日期"},
};
/* clang-format on */

static const char *case_of(const char *clause)
{
	static const char *const ordinals[] = {"专项", "一级", "二级", "三级", "四级", "五级"};
	static const char *const ids[] = {"special", "1", "2", "3", "4", "5"};
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		if (str_starts(str_of(clause), ordinals[i]))
			return ids[i];
	return "";
}

static bool says(const struct rule_alternative *alt, const char *words)
{
	for (size_t i = 0; i < alt->n_missing; i++)
		if (strstr(alt->missing[i].text, words))
			return true;
	return false;
}

static void check_row(const struct ruleset *s, const struct row *row)
{
	auto_arena a = arena_new(1 << 20);
	struct rule_answer answer;
	int64_t on = day_of(str_of(row->on));
	int64_t met_on = row->met_on ? day_of(str_of(row->met_on)) : 0;
	const struct facts *f = facts_of(a, row->facts);
	assert_int_equal(rule_judge(a, s, case_of(row->clause), f, on, &answer), 0);
	const struct rule_alternative *alt = alternative_of(&answer, row->clause);
	if (alt->verdict != row->verdict || alt->met_on != met_on ||
		(row->missing && !says(alt, row->missing)))
		fail_msg("%s %s on %s with [%s]: verdict %d, met on %s, \"%s\"", ruleset_name(s),
			row->clause, row->on, row->facts, (int)alt->verdict,
			civil_day_text(a, alt->met_on),
			alt->n_missing ? alt->missing[0].text : "");
	assert_int_equal(alt->n_missing == 0, alt->verdict == RULE_MET);
	if (alt->verdict == RULE_MET)
		assert_int_equal(answer.verdict, RULE_MET);
}

/* Bits of the verdicts that the rows of a clause expect. */
static int kinds_of(const struct row *rows, size_t n, const char *clause)
{
	int kinds = 0;
	for (size_t i = 0; i < n; i++)
		if (streq(rows[i].clause, clause))
			kinds |= 1 << rows[i].verdict;
	return kinds;
}

/* Every clause has a row that is met and one that is not. */
static size_t check_cover(const struct ruleset *s, const struct row *rows, size_t n)
{
	auto_arena a = arena_new(1 << 20);
	size_t seen = 0;
	for (size_t i = 0; i < ruleset_cases(s); i++) {
		struct rule_answer answer;
		const char *id = ruleset_case_id(s, i);
		assert_int_equal(rule_judge(a, s, id, facts_new(a), 0, &answer), 0);
		for (size_t c = 0; c < answer.n; c++, seen++) {
			const char *clause = answer.alternatives[c].clause;
			int kinds = kinds_of(rows, n, clause), both = 1 << YES | 1 << NO;
			if ((kinds & both) != both)
				fail_msg("%s lacks a row", clause);
		}
	}
	return seen;
}

static void check(const char *path, const struct row *rows, size_t n, size_t clauses)
{
	auto_arena a = arena_new(1 << 22);
	const struct ruleset *s = ruleset_of_file(a, path);
	for (size_t i = 0; i < n; i++)
		check_row(s, &rows[i]);
	assert_int_equal(check_cover(s, rows, n), clauses);
}

#define COUNT(rows) (sizeof rows / sizeof rows[0])

static void test_2023(void **state)
{
	(void)state;
	check("rules/eligibility-2023.yaml", rows_2023, COUNT(rows_2023), 19);
}

static void test_2018(void **state)
{
	(void)state;
	check("rules/eligibility-2018.yaml", rows_2018, COUNT(rows_2018), 11);
}

static void test_special(void **state)
{
	(void)state;
	check("rules/special-skill.yaml", rows_special, COUNT(rows_special), 1);
}

static void test_names(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	const struct ruleset *s = ruleset_of_file(a, "rules/eligibility-2023.yaml");
	assert_string_equal(ruleset_name(s), "eligibility-2023");
	assert_string_equal(ruleset_version(s), "2023.1");
	assert_int_equal(ruleset_effective_from(s), day_of(STR("2023-09-26")));
	struct rule_answer answer;
	assert_int_equal(rule_judge(a, s, "7", facts_new(a), 0, &answer), ERR_NOTFOUND);
}

/* A worker's next step: the nearest of several ways, then the one that held. */
static void test_nearest(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	const struct ruleset *s = ruleset_of_file(a, "rules/eligibility-2023.yaml");
	struct facts *f = facts_of(a, "b:1990-01-01 w:2018-01-01/ c4:2021-03-15");
	struct rule_answer answer;
	assert_int_equal(rule_judge(a, s, "3", f, day_of(STR("2024-01-15")), &answer), 0);
	assert_int_equal(answer.verdict, RULE_NOT_MET);
	assert_null(answer.held);
	assert_string_equal(answer.nearest->clause, "三级②");
	assert_int_equal(answer.nearest->met_on, day_of(STR("2025-03-15")));
	assert_string_equal(answer.nearest->missing[0].fact, "works");
	assert_non_null(strstr(answer.nearest->missing[0].text, "1 年 2 个月"));
	assert_int_equal(rule_judge(a, s, "3", f, day_of(STR("2025-03-15")), &answer), 0);
	assert_int_equal(answer.verdict, RULE_MET);
	assert_string_equal(answer.held->clause, "三级②");
	assert_null(answer.nearest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_2023),
		cmocka_unit_test(test_2018),
		cmocka_unit_test(test_special),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_nearest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
