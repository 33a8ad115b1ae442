/* From signed marks to one score: the rule of the region, rounding, absence, voids, resits. */
#include "core/setting.h"
#include "marked.h"

static void set_rule(struct world *w, int64_t rule)
{
	ctx_act_as_system(&w->f.cx, "test");
	test_ok(w->t, setting_put(&w->f.cx, "mark.aggregate", "3710", day_of("2026-01-01"), rule));
}

static int64_t skill_score(struct world *w, int64_t rule, const int64_t *centi)
{
	set_rule(w, rule);
	put_skill(w, centi);
	as_clerk(w, CLERK);
	test_ok(w->t, mark_aggregate(&w->f.cx, BATCH));
	assert_string_equal(part_now(w, 0, PART_SKILL).part_state, "scored");
	return part_now(w, 0, PART_SKILL).score_centi;
}

enum { MEAN, TRIMMED, MEDIAN };

static void test_mean_rounds_half_up(void **state)
{
	WORLD(w, 1, 3);
	/* 80.00 + 80.01 + 80.03 = 240.04, a third of it is 80.01333… */
	assert_int_equal(skill_score(&w, MEAN, (int64_t[]){8000, 8001, 8003}), 8001);
	world_end(&w);
}

static void test_half_goes_up(void **state)
{
	WORLD(w, 1, 4);
	/* 70.00, 70.00, 70.01, 70.01: the mean is 70.005 */
	assert_int_equal(skill_score(&w, MEAN, (int64_t[]){7000, 7000, 7001, 7001}), 7001);
	world_end(&w);
}

static void test_trimmed_from_five(void **state)
{
	WORLD(w, 1, 5);
	/* 0 and 100 go; 60, 70, 80 stay */
	assert_int_equal(skill_score(&w, TRIMMED, (int64_t[]){0, 10000, 6000, 7000, 8000}), 7000);
	world_end(&w);
}

static void test_not_trimmed_below_five(void **state)
{
	WORLD(w, 1, 4);
	assert_int_equal(skill_score(&w, TRIMMED, (int64_t[]){0, 10000, 6000, 7000}), 5750);
	world_end(&w);
}

static void test_median(void **state)
{
	WORLD(w, 1, 4);
	assert_int_equal(skill_score(&w, MEDIAN, (int64_t[]){0, 6000, 6001, 10000}), 6001);
	world_end(&w);
}

/* flags[k] of examiner k: a digit 's', 'a' or 'v'. */
static struct q_part_find flagged(struct world *w, const char *flags)
{
	int n;
	for (int k = 0; flags[k]; k++) {
		struct mark_in in = skill_mark(0, flags[k] == 'a' ? MARK_ABSENT :
			flags[k] == 'v' ? MARK_VOID : MARK_SCORE, flags[k] == 's' ? 9000 : 0);
		as_examiner(w, k);
		test_ok(w->t, mark_put(&w->f.cx, &in));
		test_ok(w->t, mark_sign(&w->f.cx, BATCH, PART_SKILL, SKILL_SLOT, &n));
	}
	as_clerk(w, CLERK);
	test_ok(w->t, mark_aggregate(&w->f.cx, BATCH));
	return part_now(w, 0, PART_SKILL);
}

static void test_two_thirds_absent(void **state)
{
	WORLD(w, 1, 3);
	assert_string_equal(flagged(&w, "aas").part_state, "absent");
	world_end(&w);
}

static void test_one_third_absent(void **state)
{
	WORLD(w, 1, 3);
	struct q_part_find p = flagged(&w, "ass");
	assert_string_equal(p.part_state, "scored");
	assert_int_equal(p.score_centi, 9000);
	world_end(&w);
}

static void test_two_thirds_void(void **state)
{
	WORLD(w, 1, 3);
	struct q_parts_of_batch_rows parts;
	assert_string_equal(flagged(&w, "vvs").part_state, "void");
	test_ok(w.t, q_parts_of_batch(cx->db, &parts, .batch_id = BATCH));
	assert_non_null(strstr(parts.at[1].explained, "替考"));
	world_end(&w);
}

static void test_waits_for_everybody(void **state)
{
	WORLD(w, 1, 3);
	int n;
	struct mark_in in = skill_mark(0, MARK_SCORE, 9000);
	for (int k = 0; k < 3; k++) {
		as_examiner(&w, k);
		test_ok(w.t, mark_put(cx, &in));
		if (k < 2)
			test_ok(w.t, mark_sign(cx, BATCH, PART_SKILL, SKILL_SLOT, &n));
	}
	as_clerk(&w, CLERK);
	test_ok(w.t, mark_aggregate(cx, BATCH));
	assert_string_equal(part_now(&w, 0, PART_SKILL).part_state, "pending");
	as_examiner(&w, 2);
	test_ok(w.t, mark_sign(cx, BATCH, PART_SKILL, SKILL_SLOT, &n));
	as_clerk(&w, CLERK);
	test_ok(w.t, mark_aggregate(cx, BATCH));
	assert_string_equal(part_now(&w, 0, PART_SKILL).part_state, "scored");
	world_end(&w);
}

/* A pass may be kept for resit.months after the registration deadline; a fail is not kept. */
static void test_pass_is_kept(void **state)
{
	WORLD(w, 2, 3);
	struct q_parts_passed_before_rows rows;
	put_theory(&w, CLERK, MARK_FIRST, (int64_t[]){6000, 5999});
	put_theory(&w, CLERK2, MARK_SECOND, (int64_t[]){6000, 5999});
	test_ok(w.t, mark_aggregate(cx, BATCH));
	for (int i = 0; i < 2; i++)
		test_ok(w.t, q_enrolment_move(cx->db, .person_id = person(i), .id = enrolment(i),
			.from_state = "accepted", .state = "failed"));
	test_ok(w.t, q_parts_passed_before(cx->db, &rows, .person_id = person(0),
		.occupation_id = 1, .grade = 3, .on_day = day_of("2027-01-31")));
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.at[0].kept_until_on, day_of("2027-01-31"));
	test_ok(w.t, q_parts_passed_before(cx->db, &rows, .person_id = person(0),
		.occupation_id = 1, .grade = 3, .on_day = day_of("2027-02-01")));
	assert_int_equal(rows.n, 0);
	test_ok(w.t, q_parts_passed_before(cx->db, &rows, .person_id = person(1),
		.occupation_id = 1, .grade = 3, .on_day = day_of("2026-04-01")));
	assert_int_equal(rows.n, 0);
	world_end(&w);
}

/* A kept part is neither marked nor waited for, nor judged by today's cut: it passed by its own. */
static void test_kept_part(void **state)
{
	WORLD(w, 1, 3);
	struct q_results_of_version_rows rows;
	struct mark_in in = theory_mark(0, MARK_FIRST, 100);
	tamper(&w, "UPDATE enrolment_part SET attempt = 'kept', "
		"part_state = 'scored', score_centi = 5850 WHERE part = 1");
	as_clerk(&w, CLERK);
	assert_problem(&w.f, mark_put(cx, &in), ERR_STATE, "mark.kept");
	put_skill(&w, (int64_t[]){8000, 8000, 8000});
	as_manager(&w, MANAGER);
	test_ok(w.t, result_freeze(cx, BATCH));
	assert_int_equal(part_now(&w, 0, PART_THEORY).score_centi, 5850);
	test_ok(w.t, q_results_of_version(w.t->db, &rows, .batch_id = BATCH, .result_version = 1));
	assert_string_equal(rows.at[0].outcome, "passed");
	world_end(&w);
}

static void test_who_may(void **state)
{
	WORLD(w, 1, 3);
	as_examiner(&w, 0);
	assert_problem(&w.f, mark_aggregate(cx, BATCH), ERR_DENIED, "auth.denied");
	as(&w, ROLE_BODY_CLERK, 77, BODY + 1);
	assert_int_equal(mark_aggregate(cx, BATCH), ERR_NOTFOUND);
	ctx_clear(cx);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_mean_rounds_half_up), test_db_case(test_half_goes_up),
		test_db_case(test_trimmed_from_five), test_db_case(test_not_trimmed_below_five),
		test_db_case(test_median), test_db_case(test_two_thirds_absent),
		test_db_case(test_one_third_absent), test_db_case(test_two_thirds_void),
		test_db_case(test_waits_for_everybody), test_db_case(test_pass_is_kept),
		test_db_case(test_kept_part), test_db_case(test_who_may),
	};
	return test_db_run("aggregate", tests);
}
