/* Rule sets as they are applied: shipped ones, ones kept in the database, shared between
 * threads. */
#include <pthread.h>
#include <string.h>

#include "base/civil.h"
#include "conf/asset.h"
#include "domain/standard/standard.h"
#include "support.h"

static struct ctx system_ctx(struct test_db *t)
{
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	ctx_act_as_system(&cx, "test");
	return cx;
}

static const char *text_of_rules(struct ctx *cx, const char *version, const char *from, int age)
{
	return text_of(cx,
		"ruleset: special-skill\nversion: \"%s\"\ntitle: 试\nsource: 试\n"
		"effective_from: %s\nfacts: {birth_on: {label: 出生日期}}\n"
		"cases: {special: {title: 专项, alternatives: [{clause: 一, text: 例, "
		"all: [{age: {min: %d}}]}]}}\n",
		version, from, age);
}

static void test_shipped(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	const struct ruleset *a, *b;
	test_ok(t, standard_ruleset(&cx, "eligibility-2023", &a));
	test_ok(t, standard_ruleset(&cx, "eligibility-2023", &b));
	assert_ptr_equal(a, b);
	const char *version = standard_ruleset_version(&cx, "eligibility-2023",
		ctx_today(&cx));
	assert_string_equal(version, ruleset_version(a));
	test_ok(t, standard_ruleset_at(&cx, "eligibility-2023", version, &b));
	assert_ptr_equal(a, b);
	assert_int_equal(standard_ruleset(&cx, "none", &a), ERR_NOTFOUND);
	assert_string_equal(cx.problem.id, "standard.no_ruleset");
	ctx_clear(&cx);
	assert_int_equal(standard_ruleset_at(&cx, "eligibility-2023", "0", &a), ERR_NOTFOUND);
	ctx_clear(&cx);
	assert_string_equal(standard_ruleset_version(&cx, "../secret", 0), "");
	assert_null(cx.problem.id);
}

/* One applied to the database takes over on its day; what began under the old one keeps it. */
static void test_applied(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = system_ctx(t);
	const struct ruleset *shipped, *set;
	test_ok(t, standard_ruleset(&cx, "special-skill", &shipped));
	const char *now = text_of_rules(&cx, "9", "2020-01-01", 18);
	const char *later = text_of_rules(&cx, "10", "2999-01-01", 20);
	test_ok(t, standard_ruleset_apply(&cx, str_of(now)));
	test_ok(t, standard_ruleset_apply(&cx, str_of(later)));
	test_ok(t, standard_ruleset_apply(&cx, str_of(now)));
	assert_string_equal(standard_ruleset_version(&cx, "special-skill", ctx_today(&cx)), "9");
	assert_string_equal(standard_ruleset_version(&cx, "special-skill", civil_day(2999, 1, 1)),
		"10");
	test_ok(t, standard_ruleset_at(&cx, "special-skill", ruleset_version(shipped), &set));
	assert_ptr_equal(set, shipped);

	struct facts *f = facts_new(t->arena);
	facts_date(f, "birth_on", civil_day(2008, 1, 1));
	struct rule_answer answer;
	int64_t on = civil_day(2025, 6, 1);
	test_ok(t, eligibility_judge_under(&cx, "special-skill", "", 0, f, on, &answer));
	assert_int_equal(answer.verdict, RULE_NOT_MET);
	test_ok(t, eligibility_judge_under(&cx, "special-skill", ruleset_version(shipped), 0, f, on,
		&answer));
	assert_int_equal(answer.verdict, RULE_MET);

	const char *other = text_of_rules(&cx, "9", "2020-01-01", 19);
	assert_int_equal(standard_ruleset_apply(&cx, str_of(other)), ERR_CONFLICT);
	ctx_clear(&cx);
	assert_int_equal(standard_ruleset_apply(&cx, STR("ruleset: x\n")), ERR_INVALID);
	assert_string_equal(cx.problem.id, "standard.ruleset_broken");
}

static void *judge_many(void *url)
{
	auto_arena a = arena_new(1 << 28);
	auto_db db = NULL;
	if (db_open(url, &db))
		return "open";
	db_use_arena(db, a);
	for (int i = 0; i < 300; i++) {
		struct ctx cx;
		ctx_init(&cx, a, db, NULL);
		struct facts *f = facts_new(a);
		facts_date(f, "birth_on", civil_day(1990, 1, 1));
		struct rule_answer answer;
		const char *ruleset = i % 2 ? "eligibility-2018" : "eligibility-2023";
		if (eligibility_judge_under(&cx, ruleset, "", 5, f, 20000, &answer))
			return "judge";
		if (i % 2 == 0 && answer.verdict != RULE_MET)
			return "verdict";
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct test_db *t = *state;
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, judge_many, t->url), 0);
	for (int i = 0; i < 4; i++) {
		void *wrong;
		pthread_join(threads[i], &wrong);
		if (wrong)
			fail_msg("%s", (const char *)wrong);
	}
}

static void test_grades(void **state)
{
	(void)state;
	assert_true(occupation_has_grade("54321", 1));
	assert_false(occupation_has_grade("543", 2));
	assert_false(occupation_has_grade("54321", 7));
	assert_false(occupation_has_grade("54321", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_shipped),
		test_db_case(test_applied),
		test_db_case(test_threads),
		cmocka_unit_test(test_grades),
	};
	return test_db_run("standard", tests);
}
