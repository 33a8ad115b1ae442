/* From answers to scores, essays, decisions afterwards, and the check that finds a changed
 * score. */
#include "exam_support.h"

#undef fail

#include <stdio.h>
#include <string.h>

#include "core/job.h"
#include "domain/exam/essay.h"
#include "domain/exam/exam_statistics.h"
#include "domain/exam/matrix.h"
#include "domain/exam/paper.h"
#include "domain/exam/scoring.h"
#include "query/batch.h"
#include "query/exam_score.h"
#include "query/exam_statistics.h"
#include "query/mark.h"

enum { PEOPLE = 4, ITEMS = 8, MARKER = 31, OTHER_MARKER = 32, THIRD_MARKER = 33, SECOND_BOSS = 24,
	CITY = 41 };

/* Form B begins with the second item: kinds stand one place earlier there. */
static int form_of(struct exam_world *w, int i)
{
	struct q_sitting_find s = exam_sitting(w, i);
	return s.form_id == w->forms[0].id ? 0 : 1;
}

static int place_of(struct exam_world *w, int i, enum item_kind kind)
{
	return ((int)kind - 1 - form_of(w, i) + ITEMS) % ITEMS + 1;
}

static void answer(struct exam_world *w, int i, int64_t seq, enum item_kind kind,
	const char *response)
{
	struct q_sitting_find s = exam_sitting(w, i);
	struct sitting_token token = {.person_id = s.person_id, .sitting_id = s.id,
		.epoch = s.epoch};
	assert_int_equal(exam_answer(w, &token, seq, place_of(w, i, kind), response), 1);
}

/* Who answers what: 0 all right, 1 all wrong but the essay, 2 only the single one, 3 nothing. */
static void answer_all(struct exam_world *w)
{
	static const char *const responses[2][ITEM_KINDS] = {
		{"", "A", "C", "ACD", "12.5", "接地", "CABD", "BAC", "因为"},
		{"", "B", "A", "B", "9", "不知道", "ABCD", "ABD", "可能"}};
	for (int i = 0; i < 2; i++)
		for (int kind = ITEM_TRUE_FALSE; kind <= ITEM_ESSAY; kind++)
			answer(w, i, kind, (enum item_kind)kind, responses[i][kind]);
	answer(w, 2, 1, ITEM_SINGLE, "A");
	answer(w, 2, 2, ITEM_SINGLE, "C");
}

static void run_jobs(struct exam_world *w)
{
	int r;
	while ((r = job_work(w->cx)) > 0)
		;
	exam_ok(w, r);
	exam_as_manager(w);
}

static void score(struct exam_world *w)
{
	int64_t job_id;
	exam_ok(w, score_request(w->cx, w->exam_id, &job_id));
	run_jobs(w);
}

static void open_ended(struct exam_world *w, struct test_db *t)
{
	exam_world_open(w, t, PEOPLE, ITEMS);
	exam_world_begin(w);
	answer_all(w);
	exam_as_manager(w);
	exam_ok(w, exam_end(w->cx, w->exam_id, "时间到"));
	exam_ok(w, q_batch_move(w->t->db, .id = EXAM_BATCH, .from_state = "arranged",
			   .state = "testing"));
}

static void open_scored(struct exam_world *w, struct test_db *t)
{
	open_ended(w, t);
	score(w);
}

static int64_t score_of(struct exam_world *w, int i)
{
	struct q_sitting_find s = exam_sitting(w, i);
	struct q_score_sitting_find row;
	exam_ok(w, q_score_sitting_find(w->cx->db, &row, .person_id = s.person_id, .id = s.id,
		.scope = scope_all()));
	return row.score_centi;
}

static int64_t part_of(struct exam_world *w, int i, const char **ret_state)
{
	struct q_sitting_find s = exam_sitting(w, i);
	struct q_part_find part;
	exam_ok(w, q_part_find(w->cx->db, &part, .person_id = s.person_id,
		.enrolment_id = s.enrolment_id, .part = 1));
	*ret_state = part.part_state;
	return part.score_centi;
}

/* Seven items of 200 are the machine's, the essay is people's: 1600 in all. */
static void sheets_are_scored(void **state)
{
	struct exam_world w;
	open_scored(&w, *state);
	assert_int_equal(score_of(&w, 0), 8750);
	assert_int_equal(score_of(&w, 1), 0);
	assert_int_equal(score_of(&w, 2), 1250);
	assert_int_equal(score_of(&w, 3), 0);
	exam_no(&w, score_publish(w.cx, w.exam_id), ERR_STATE, "score.essays_wait");
	score(&w); /* once more changes nothing */
	assert_int_equal(score_of(&w, 0), 8750);
	exam_world_close(&w);
}

/* What was sat counts, also when the set was withdrawn before the sheets were scored. */
static void a_withdrawn_set_is_scored(void **state)
{
	struct exam_world w;
	struct form f;
	open_ended(&w, *state);
	exam_ok(&w, flow_run(w.cx, &paper_flow, 0, EXAM_SET, "withdraw", "不再使用", NULL));
	exam_no(&w, form_load(w.cx, w.forms[0].id, &f), ERR_STATE, "exam.form_withdrawn");
	score(&w);
	assert_int_equal(score_of(&w, 0), 8750);
	assert_int_equal(score_of(&w, 2), 1250);
	exam_world_close(&w);
}

static void give(struct exam_world *w, int64_t marker, const char *response_of, int64_t centi)
{
	struct essay_task t;
	(void)response_of;
	exam_as(w, ROLE_EXAMINER, marker);
	exam_ok(w, essay_take(w->cx, w->exam_id, &t));
	exam_ok(w, essay_give(w->cx, &t, centi, ""));
}

static void essays_are_blind(void **state)
{
	struct exam_world w;
	struct essay_task a, b;
	open_scored(&w, *state);
	exam_no(&w, essay_take(w.cx, w.exam_id, &a), ERR_DENIED, "auth.denied");
	exam_as(&w, ROLE_EXAMINER, MARKER);
	exam_ok(&w, essay_take(w.cx, w.exam_id, &a));
	exam_ok(&w, essay_take(w.cx, w.exam_id, &b));
	assert_int_equal(a.sitting_id, b.sitting_id);
	exam_no_field(&w, essay_give(w.cx, &a, 201, ""), "score", "essay.points_range");
	exam_as(&w, ROLE_EXAMINER, OTHER_MARKER);
	exam_no(&w, essay_give(w.cx, &a, 100, ""), ERR_STATE, "essay.not_held");
	exam_as(&w, ROLE_EXAMINER, MARKER);
	exam_ok(&w, essay_give(w.cx, &a, 100, ""));
	give(&w, MARKER, "", 100);
	/* both sheets are marked by him: none is left for him */
	exam_as(&w, ROLE_EXAMINER, MARKER);
	exam_no(&w, essay_take(w.cx, w.exam_id, &a), ERR_NOTFOUND, "essay.none_waits");
	give(&w, OTHER_MARKER, "", 120);
	give(&w, OTHER_MARKER, "", 200); /* 100 and 200 of 200 are apart */
	exam_as(&w, ROLE_EXAMINER, OTHER_MARKER);
	exam_no(&w, essay_take(w.cx, w.exam_id, &a), ERR_NOTFOUND, "essay.none_waits");
	exam_as_manager(&w);
	exam_no(&w, score_publish(w.cx, w.exam_id), ERR_STATE, "score.essays_wait");
	give(&w, THIRD_MARKER, "", 160);
	/* 110 for one, the third's 160 for the other, whichever came first */
	int64_t first = score_of(&w, 0) - 8750, second = score_of(&w, 1);
	assert_true((first == 688 && second == 1000) || (first == 1000 && second == 688));
	exam_as_manager(&w);
	exam_ok(&w, score_publish(w.cx, w.exam_id));
	exam_world_close(&w);
}

static void a_marker_lets_an_essay_lie(void **state)
{
	struct exam_world w;
	struct essay_task a, b;
	open_scored(&w, *state);
	exam_as(&w, ROLE_EXAMINER, MARKER);
	exam_ok(&w, essay_take(w.cx, w.exam_id, &a));
	w.now += ESSAY_HOLD_SECONDS + 1;
	for (int i = 0; i < 4; i++) {
		exam_as(&w, ROLE_EXAMINER, OTHER_MARKER + i);
		exam_ok(&w, essay_take(w.cx, w.exam_id, &b));
		if (b.sitting_id == a.sitting_id && b.round == a.round)
			break;
	}
	assert_true(b.sitting_id == a.sitting_id && b.round == a.round);
	exam_as(&w, ROLE_EXAMINER, MARKER);
	exam_no(&w, essay_give(w.cx, &a, 100, ""), ERR_STATE, "essay.not_held");
	exam_world_close(&w);
}

static void publish_all(struct exam_world *w)
{
	for (int i = 0; i < 2; i++) {
		struct q_sitting_find s = exam_sitting(w, i);
		int place = place_of(w, i, ITEM_ESSAY);
		exam_as_manager(w);
		exam_no_field(w, essay_moderate(w->cx, s.person_id, s.id, place, 200, " "), "note",
			"essay.note_needed");
		exam_ok(w, essay_moderate(w->cx, s.person_id, s.id, place, i ? 0 : 200,
			"统一给分"));
	}
	exam_ok(w, score_publish(w->cx, w->exam_id));
}

static void scores_reach_the_batch(void **state)
{
	struct exam_world w;
	const char *part_state;
	open_scored(&w, *state);
	publish_all(&w);
	assert_int_equal(part_of(&w, 0, &part_state), 10000);
	assert_string_equal(part_state, "scored");
	assert_int_equal(part_of(&w, 3, &part_state), 0);
	assert_string_equal(part_state, "scored");
	exam_no(&w, score_publish(w.cx, w.exam_id), ERR_STATE, "score.not_closed");
	exam_world_close(&w);
}

static int64_t propose(struct exam_world *w, const struct item_ruling *rulings, size_t n,
	int64_t pass)
{
	int64_t id;
	struct score_proposal p = {.exam_id = w->exam_id, .rulings = rulings, .n_rulings = n,
		.multiple_rule = "", .pass_centi = pass, .reason = "第2题答案有误"};
	exam_ok(w, score_propose(w->cx, &p, &id));
	run_jobs(w);
	return id;
}

static int step(struct exam_world *w, int64_t id, const char *action)
{
	return flow_run(w->cx, &score_version_flow, 0, id, action, "", NULL);
}

static void a_decision_is_looked_at_first(void **state)
{
	struct exam_world w;
	struct q_score_version_find v;
	const char *part_state;
	open_scored(&w, *state);
	publish_all(&w);
	const struct item_ruling rulings[] = {{702, {RULING_KEY, "A"}}};
	int64_t id = propose(&w, rulings, 1, 0);
	exam_ok(&w, q_score_version_find(w.cx->db, &v, .id = id, .scope = scope_all()));
	assert_string_equal(v.state, "proposed");
	assert_int_equal(v.n_sittings, 4);
	assert_int_equal(v.n_up, 1);
	assert_int_equal(v.n_down, 2);
	assert_int_equal(v.n_newly_failed, 0);
	assert_int_equal(score_of(&w, 1), 0); /* nothing has changed yet */
	exam_no(&w, step(&w, id, "approve"), ERR_DENIED, "score.own_proposal");
	exam_as(&w, ROLE_BODY_MANAGER, SECOND_BOSS);
	exam_ok(&w, step(&w, id, "approve"));
	exam_no(&w, step(&w, id, "apply"), ERR_DENIED, "score.authority_must");
	exam_as(&w, ROLE_AUTHORITY, CITY);
	exam_ok(&w, step(&w, id, "apply"));
	assert_int_equal(score_of(&w, 0), 8750);
	assert_int_equal(score_of(&w, 1), 1250);
	assert_int_equal(part_of(&w, 1, &part_state), 1250);
	/* the old world stays */
	struct q_sitting_find s = exam_sitting(&w, 0);
	struct q_sitting_score_find old;
	exam_ok(&w, q_sitting_score_find(w.cx->db, &old, .person_id = s.person_id,
		.sitting_id = s.id, .score_version = 1));
	assert_int_equal(old.score_centi, 10000);
	exam_world_close(&w);
}

static void a_cut_moves_the_line(void **state)
{
	struct exam_world w;
	struct q_score_version_find v;
	open_scored(&w, *state);
	publish_all(&w);
	int64_t id = propose(&w, NULL, 0, 1250);
	exam_ok(&w, q_score_version_find(w.cx->db, &v, .id = id, .scope = scope_all()));
	assert_int_equal(v.n_up + v.n_down, 0);
	assert_int_equal(v.n_newly_passed, 1);
	int64_t other = propose(&w, NULL, 0, 10000);
	exam_as(&w, ROLE_AUTHORITY, CITY + 1);
	exam_ok(&w, step(&w, other, "approve"));
	exam_no(&w, step(&w, other, "apply"), ERR_DENIED, "score.approved_already");
	exam_as(&w, ROLE_BODY_MANAGER, SECOND_BOSS);
	exam_ok(&w, step(&w, id, "approve"));
	exam_as(&w, ROLE_AUTHORITY, CITY);
	exam_ok(&w, step(&w, id, "apply"));
	exam_no(&w, step(&w, other, "apply"), ERR_STATE, "score.overtaken");
	exam_world_close(&w);
}

static int proposes(struct exam_world *w, struct item_ruling ruling)
{
	int64_t id;
	struct score_proposal p = {.exam_id = w->exam_id, .rulings = &ruling, .n_rulings = 1,
		.multiple_rule = "", .reason = "第2题答案有误"};
	return score_propose(w->cx, &p, &id);
}

/* A key that nobody could have given would make everybody wrong. */
static void a_key_must_be_one(void **state)
{
	struct exam_world w;
	struct q_score_version_of v;
	open_scored(&w, *state);
	static const struct {
		int64_t item;
		struct ruling ruling;
		const char *why;
	} wrong[] = {
		{702, {RULING_KEY, "Z"}, "score.ruling_wrong"},
		{702, {RULING_ALSO, "乙"}, "score.ruling_wrong"},
		{703, {RULING_KEY, "A-C"}, "score.ruling_wrong"},
		{704, {RULING_KEY, "十二"}, "score.ruling_wrong"},
		{708, {RULING_KEY, "因为"}, "score.ruling_essay"},
		{799, {RULING_ALL, ""}, "score.ruling_item"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		exam_no_field(&w, proposes(&w, (struct item_ruling){wrong[i].item,
			wrong[i].ruling}), "ruling1", wrong[i].why);
	exam_ok(&w, proposes(&w, (struct item_ruling){703, {RULING_ALSO, "ｄ、a"}}));
	exam_ok(&w, q_score_version_of(w.cx->db, &v, .exam_id = w.exam_id, .score_version = 2));
	assert_non_null(strstr(v.rulings, "AD"));
	exam_world_close(&w);
}

/* Its job may have died; scoring anew and deciding exclude each other. */
static void what_is_being_computed(void **state)
{
	struct exam_world w;
	int64_t id, job_id;
	open_scored(&w, *state);
	exam_ok(&w, score_propose(w.cx, &(struct score_proposal){.exam_id = w.exam_id,
		.multiple_rule = "half", .reason = "漏选可得一半分"}, &id));
	exam_ok(&w, flow_run(w.cx, &score_version_flow, 0, id, "refuse", "不再需要", NULL));
	run_jobs(&w);
	struct q_score_version_find v;
	exam_ok(&w, q_score_version_find(w.cx->db, &v, .id = id, .scope = scope_all()));
	assert_string_equal(v.state, "refused");
	id = propose(&w, NULL, 0, 7000);
	exam_as(&w, ROLE_BODY_MANAGER, SECOND_BOSS);
	exam_ok(&w, step(&w, id, "approve"));
	exam_as_manager(&w);
	exam_ok(&w, score_request(w.cx, w.exam_id, &job_id));
	exam_no(&w, score_propose(w.cx, &(struct score_proposal){.exam_id = w.exam_id,
		.multiple_rule = "half", .reason = "漏选可得一半分"}, &job_id), ERR_STATE,
		"score.computing");
	exam_as(&w, ROLE_AUTHORITY, CITY);
	exam_no(&w, step(&w, id, "apply"), ERR_STATE, "score.computing");
	run_jobs(&w);
	exam_as(&w, ROLE_AUTHORITY, CITY);
	exam_ok(&w, step(&w, id, "apply"));
	exam_world_close(&w);
}

struct alarms {
	int n;
	char last[256];
};

static void count_alarm(void *arg, int64_t exam_id, const char *text)
{
	struct alarms *a = arg;
	(void)exam_id;
	a->n++;
	snprintf(a->last, sizeof a->last, "%s", text);
}

static int alarms_of(struct exam_world *w, struct alarms *a)
{
	*a = (struct alarms){0};
	exam_ok(w, score_check(w->cx, 0, count_alarm, a));
	return a->n;
}

static void a_changed_score_is_noticed(void **state)
{
	struct exam_world w;
	struct alarms a;
	open_scored(&w, *state);
	publish_all(&w);
	assert_int_equal(alarms_of(&w, &a), 0);
	struct q_sitting_find s = exam_sitting(&w, 2);
	exam_ok(&w, q_sitting_set_score(w.t->db, .score_centi = 6000, .score_version = 1,
		.person_id = s.person_id, .id = s.id));
	assert_true(alarms_of(&w, &a) >= 1);
	exam_world_close(&w);
}

static void the_matrix_is_what_was_answered(void **state)
{
	struct exam_world w;
	struct exam_matrix x;
	int person, item;
	open_scored(&w, *state);
	exam_ok(&w, exam_matrix_load(w.cx, &w.exam_id, 1, MATRIX_ALL, &x));
	assert_int_equal(x.r.n, PEOPLE);
	assert_int_equal(x.r.m, ITEMS + 1);
	assert_int_equal(response_check(&x.r, &person, &item), 0);
	for (int p = 0; p < x.r.n; p++) {
		int who = (int)(x.persons[p].person_id - exam_person(0));
		for (int i = 0; i < x.r.m; i++)
			if (x.items[i].kind == ITEM_SINGLE) {
				static const uint8_t chosen[PEOPLE] = {3, 1, 3, 0};
				assert_int_equal(response_at(&x.r, p, i), chosen[who]);
				assert_int_equal(x.r.change[p * x.r.m + i],
					who == 2 ? CHANGE_WRONG_RIGHT : CHANGE_NONE);
				assert_int_equal(x.r.items[i].key, 3);
			}
	}
	exam_world_close(&w);
}

static void statistics_are_kept(void **state)
{
	struct exam_world w;
	struct q_exam_stat_find stat;
	struct q_item_stats_rows items;
	struct form_line *forms;
	int64_t job_id, taken;
	size_t n;
	open_scored(&w, *state);
	exam_ok(&w, exam_statistics_request(w.cx, w.exam_id, &job_id));
	run_jobs(&w);
	exam_ok(&w, q_exam_stat_find(w.cx->db, &stat, .exam_id = w.exam_id, .scope = scope_all()));
	assert_true(stat.n_pending > 0);
	exam_ok(&w, q_item_stats(w.cx->db, &items, .exam_id = w.exam_id));
	assert_int_equal(items.n, ITEMS + 1 - ITEMS / (ITEM_KINDS - 1));
	for (size_t i = 0; i < items.n; i++) /* no essay; the single one as below */
		if (items.at[i].item_id == 702)
			assert_int_equal(items.at[i].facility_permille, 500);
	exam_no(&w, exam_statistics_take(w.cx, w.exam_id, &taken), ERR_STATE,
		"statistics.provisional");
	publish_all(&w);
	exam_ok(&w, exam_statistics_request(w.cx, w.exam_id, &job_id));
	run_jobs(&w);
	exam_ok(&w, q_exam_stat_find(w.cx->db, &stat, .exam_id = w.exam_id, .scope = scope_all()));
	assert_int_equal(stat.n_pending, 0);
	assert_int_equal(stat.n_sittings, PEOPLE);
	assert_int_equal(form_lines(w.cx->arena, stat.forms, &forms, &n), 0);
	assert_int_equal(n, EXAM_FORMS);
	assert_int_equal(forms[0].n + forms[1].n, PEOPLE);
	exam_ok(&w, q_item_stats(w.cx->db, &items, .exam_id = w.exam_id));
	assert_int_equal(items.n, ITEMS + 1);
	for (size_t i = 0; i < items.n; i++) /* the single one: two of four solved it */
		if (items.at[i].item_id == 702)
			assert_int_equal(items.at[i].facility_permille, 500);
	exam_no(&w, exam_statistics_take(w.cx, w.exam_id, &taken), ERR_DENIED,
		"statistics.no_bank");
	int64_t id = propose(&w, NULL, 0, 7000);
	exam_as(&w, ROLE_BODY_MANAGER, SECOND_BOSS);
	exam_ok(&w, step(&w, id, "approve"));
	exam_as(&w, ROLE_AUTHORITY, CITY);
	exam_ok(&w, step(&w, id, "apply"));
	exam_as_manager(&w);
	exam_no(&w, exam_statistics_take(w.cx, w.exam_id, &taken), ERR_STATE, "statistics.old");
	exam_world_close(&w);
}

int main(void)
{
	job_register(score_jobs);
	job_register(exam_statistics_jobs);
	const struct CMUnitTest tests[] = {
		test_db_case(a_withdrawn_set_is_scored),
		test_db_case(sheets_are_scored), test_db_case(essays_are_blind),
		test_db_case(a_marker_lets_an_essay_lie), test_db_case(scores_reach_the_batch),
		test_db_case(a_decision_is_looked_at_first), test_db_case(a_cut_moves_the_line),
		test_db_case(a_key_must_be_one), test_db_case(what_is_being_computed),
		test_db_case(a_changed_score_is_noticed),
		test_db_case(the_matrix_is_what_was_answered),
		test_db_case(statistics_are_kept),
	};
	return test_db_run("scoring", tests);
}
