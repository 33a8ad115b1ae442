/* Entering and signing marks: two people, blind, each his own, and what was signed stands. */
#include "marked.h"

static void test_two_people(void **state)
{
	WORLD(w, 2, 3);
	struct mark_in in = theory_mark(0, MARK_FIRST, 8000);
	int n;
	as_clerk(&w, CLERK);
	test_ok(w.t, mark_put(cx, &in));
	in.score_centi = 8050;
	test_ok(w.t, mark_put(cx, &in)); /* one's own, not signed yet */
	in.round = MARK_SECOND;
	assert_problem(&w.f, mark_put(cx, &in), ERR_CONFLICT, "mark.other_round_is_yours");
	as_clerk(&w, CLERK2);
	in.round = MARK_FIRST;
	assert_problem(&w.f, mark_put(cx, &in), ERR_CONFLICT, "mark.round_taken");
	in.round = MARK_SECOND;
	test_ok(w.t, mark_put(cx, &in));
	assert_problem(&w.f, mark_sign(cx, BATCH, PART_THEORY, THEORY_SLOT, &n), ERR_STATE,
		"mark.incomplete");
	in = theory_mark(1, MARK_SECOND, 7000);
	test_ok(w.t, mark_put(cx, &in));
	test_ok(w.t, mark_sign(cx, BATCH, PART_THEORY, THEORY_SLOT, &n));
	assert_int_equal(n, 2);
	assert_problem(&w.f, mark_put(cx, &in), ERR_STATE, "mark.signed_already");
	assert_problem(&w.f, mark_clear(cx, &in), ERR_STATE, "mark.signed_already");
	assert_problem(&w.f, mark_sign(cx, BATCH, PART_THEORY, THEORY_SLOT, &n), ERR_STATE,
		"mark.nothing_to_sign");
	world_end(&w);
}

/* What one's page shows of a room is one's own alone. */
static void test_blind(void **state)
{
	WORLD(w, 2, 3);
	struct q_mark_sheet_rows rows;
	struct q_mark_differences_rows differences;
	int64_t round;
	struct mark_in in = theory_mark(0, MARK_FIRST, 8000);
	as_clerk(&w, CLERK);
	test_ok(w.t, mark_put(cx, &in));
	test_ok(w.t, mark_round(cx, BATCH, THEORY_SLOT, &round));
	assert_int_equal(round, MARK_FIRST);
	as_clerk(&w, CLERK2);
	test_ok(w.t, mark_round(cx, BATCH, THEORY_SLOT, &round));
	assert_int_equal(round, MARK_SECOND);
	test_ok(w.t, q_mark_sheet(w.t->db, &rows, .batch_room_id = THEORY_SLOT,
		.marker_id = CLERK2));
	assert_int_equal(rows.n, 2);
	assert_string_equal(rows.at[0].flag, "");
	assert_int_equal(rows.at[0].score_centi, 0);
	in = theory_mark(0, MARK_SECOND, 7900);
	test_ok(w.t, mark_put(cx, &in));
	/* not signed: nobody is told that they differ */
	test_ok(w.t, q_mark_differences(w.t->db, &differences, .batch_id = BATCH));
	assert_int_equal(differences.n, 0);
	as_manager(&w, MANAGER);
	test_ok(w.t, mark_round(cx, BATCH, THEORY_SLOT, &round));
	assert_int_equal(round, 0);
	world_end(&w);
}

static void test_settled_by_a_third(void **state)
{
	WORLD(w, 1, 3);
	struct q_mark_differences_rows rows;
	struct mark_in in = theory_mark(0, 0, 7900);
	in.note = "核对答卷，第二次录入有误";
	as_manager(&w, MANAGER);
	assert_problem(&w.f, mark_settle(cx, &in), ERR_STATE, "mark.nothing_to_settle");
	put_theory(&w, CLERK, MARK_FIRST, (int64_t[]){7900});
	put_theory(&w, CLERK2, MARK_SECOND, (int64_t[]){9700});
	test_ok(w.t, q_mark_differences(w.t->db, &rows, .batch_id = BATCH));
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.at[0].first_centi, 7900);
	assert_int_equal(rows.at[0].second_centi, 9700);
	for (int64_t who = CLERK; who <= CLERK2; who++) {
		as_clerk(&w, who);
		assert_problem(&w.f, mark_settle(cx, &in), ERR_CONFLICT,
			"mark.other_round_is_yours");
	}
	as_manager(&w, MANAGER);
	in.note = " ";
	assert_field_problem(&w.f, mark_settle(cx, &in), "note", "mark.settle_needs_note");
	test_ok(w.t, mark_aggregate(cx, BATCH));
	assert_string_equal(part_now(&w, 0, PART_THEORY).part_state, "pending");
	in.note = "核对答卷，第二次录入有误";
	test_ok(w.t, mark_settle(cx, &in));
	assert_problem(&w.f, mark_settle(cx, &in), ERR_STATE, "mark.signed_already");
	as_manager(&w, MANAGER2);
	assert_problem(&w.f, mark_settle(cx, &in), ERR_CONFLICT, "mark.round_taken");
	test_ok(w.t, mark_aggregate(cx, BATCH));
	assert_int_equal(part_now(&w, 0, PART_THEORY).score_centi, 7900);
	world_end(&w);
}

static int64_t q_starts_at(struct world *w, int64_t slot)
{
	struct q_batch_room_find row;
	test_ok(w->t, q_batch_room_find(w->t->db, &row, .id = slot, .scope = scope_all()));
	return row.starts_at;
}

static void test_refusals(void **state)
{
	WORLD(w, 2, 3);
	struct mark_in in = theory_mark(0, MARK_FIRST, 10001);
	int n;
	as_clerk(&w, CLERK);
	assert_field_problem(&w.f, mark_put(cx, &in), "score", "mark.score_range");
	in.score_centi = -1;
	assert_field_problem(&w.f, mark_put(cx, &in), "score", "mark.score_range");
	in = theory_mark(0, 4, 100);
	assert_field_problem(&w.f, mark_put(cx, &in), "round", "mark.round_unknown");
	int64_t now = w.f.now, begins = q_starts_at(&w, THEORY_SLOT);
	in = theory_mark(0, MARK_FIRST, 10000);
	w.f.now = begins - 1;
	assert_problem(&w.f, mark_put(cx, &in), ERR_STATE, "mark.not_begun");
	w.f.now = begins;
	test_ok(w.t, mark_put(cx, &in));
	w.f.now = now;
	in = theory_mark(0, MARK_FIRST, 0);
	in.flag = MARK_VOID;
	assert_field_problem(&w.f, mark_put(cx, &in), "note", "mark.void_needs_note");
	in = theory_mark(7, MARK_FIRST, 0);
	assert_problem(&w.f, mark_put(cx, &in), ERR_NOTFOUND, "mark.not_found");
	in = theory_mark(0, MARK_FIRST, 100);
	as(&w, ROLE_BODY_CLERK, 77, BODY + 1); /* of another body */
	assert_problem(&w.f, mark_put(cx, &in), ERR_NOTFOUND, "mark.not_found");
	as_city(&w, CITY);
	assert_problem(&w.f, mark_put(cx, &in), ERR_DENIED, "auth.denied");
	as_examiner(&w, 0);
	assert_problem(&w.f, mark_put(cx, &in), ERR_DENIED, "auth.denied");
	assert_problem(&w.f, mark_sign(cx, BATCH, PART_THEORY, 0, &n), ERR_DENIED, "auth.denied");
	in = skill_mark(0, MARK_SCORE, 100);
	as_clerk(&w, CLERK);
	assert_problem(&w.f, mark_put(cx, &in), ERR_DENIED, "auth.denied");
	as(&w, ROLE_EXAMINER, 99, BODY);
	assert_problem(&w.f, mark_put(cx, &in), ERR_DENIED, "mark.not_on_duty");
	test_ok(w.t, q_batch_move(w.t->db, .id = BATCH, .from_state = "marking",
		.state = "publicity"));
	as_examiner(&w, 0);
	assert_problem(&w.f, mark_put(cx, &in), ERR_STATE, "mark.not_now");
	assert_problem(&w.f, mark_sign(cx, BATCH, PART_SKILL, SKILL_SLOT, &n), ERR_STATE,
		"mark.not_now");
	world_end(&w);
}

static void test_avoidance(void **state)
{
	WORLD(w, 2, 3);
	struct mark_avoid *avoids;
	size_t n_avoids;
	int n;
	struct mark_in in = skill_mark(0, MARK_SCORE, 8000);
	test_ok(w.t, q_relation_insert(w.t->db, .id = 1, .staff_id = 200, .idno_index = "person0",
		.relation = "master"));
	test_ok(w.t, mark_avoidances(cx, BATCH, 0, &avoids, &n_avoids));
	assert_int_equal(n_avoids, 1);
	assert_string_equal(mark_avoid_reason(avoids, n_avoids, SKILL_SLOT, EXAMINER, person(0)),
		"师徒");
	assert_null(mark_avoid_reason(avoids, n_avoids, SKILL_SLOT, EXAMINER, person(1)));
	as_examiner(&w, 0);
	assert_problem(&w.f, mark_put(cx, &in), ERR_DENIED, "mark.avoid");
	in = skill_mark(1, MARK_SCORE, 8000);
	test_ok(w.t, mark_put(cx, &in));
	test_ok(w.t, mark_sign(cx, BATCH, PART_SKILL, SKILL_SLOT, &n)); /* complete without him */
	for (int k = 1; k < 3; k++) {
		as_examiner(&w, k);
		for (int i = 0; i < 2; i++) {
			in = skill_mark(i, MARK_SCORE, 7000 + 1000 * k);
			test_ok(w.t, mark_put(cx, &in));
		}
		test_ok(w.t, mark_sign(cx, BATCH, PART_SKILL, SKILL_SLOT, &n));
	}
	as_clerk(&w, CLERK);
	test_ok(w.t, mark_aggregate(cx, BATCH));
	assert_int_equal(part_now(&w, 0, PART_SKILL).score_centi, 8500); /* of two */
	assert_int_equal(part_now(&w, 1, PART_SKILL).score_centi, 8333); /* of three */
	world_end(&w);
}

static void test_cleared(void **state)
{
	WORLD(w, 1, 3);
	struct mark_in in = theory_mark(0, MARK_FIRST, 5000);
	struct q_mark_sheet_rows rows;
	as_clerk(&w, CLERK);
	test_ok(w.t, mark_clear(cx, &in)); /* nothing there */
	test_ok(w.t, mark_put(cx, &in));
	test_ok(w.t, mark_clear(cx, &in));
	test_ok(w.t, q_mark_sheet(w.t->db, &rows, .batch_room_id = THEORY_SLOT,
		.marker_id = CLERK));
	assert_string_equal(rows.at[0].flag, "");
	as_clerk(&w, CLERK2); /* the round is free again */
	test_ok(w.t, mark_put(cx, &in));
	world_end(&w);
}

static void count_alarm(void *arg, int64_t batch_id, const char *text)
{
	assert_int_equal(batch_id, BATCH);
	assert_non_null(text);
	++*(int *)arg;
}

static void test_signatures(void **state)
{
	WORLD(w, 2, 3);
	int alarms = 0;
	put_theory(&w, CLERK, MARK_FIRST, (int64_t[]){7900, 5000});
	put_theory(&w, CLERK2, MARK_SECOND, (int64_t[]){7900, 5000});
	test_ok(w.t, mark_check(cx, 0, count_alarm, &alarms));
	assert_int_equal(alarms, 0);
	tamper(&w, "UPDATE mark SET score_centi = 6000 WHERE enrolment_id = 2002 "
		"AND marker_id = 21");
	tamper(&w, "UPDATE mark SET marker_id = 99 WHERE enrolment_id = 2001 "
		"AND marker_id = 22");
	test_ok(w.t, mark_check(cx, 0, count_alarm, &alarms));
	assert_int_equal(alarms, 2);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_two_people), test_db_case(test_blind),
		test_db_case(test_settled_by_a_third), test_db_case(test_refusals),
		test_db_case(test_avoidance), test_db_case(test_cleared),
		test_db_case(test_signatures),
	};
	return test_db_run("mark", tests);
}
