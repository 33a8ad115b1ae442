/* Several at the same sitting at the same moment, each on a connection of his own: one is first,
 * the others are told, and nothing that was acknowledged is missing from what was handed in. */
#include "exam_support.h"

#undef fail

#include <pthread.h>

#include "core/job.h"
#include "domain/exam/answer.h"
#include "domain/exam/essay.h"
#include "domain/exam/exam_impl.h"
#include "domain/exam/receipt.h"
#include "domain/exam/scoring.h"
#include "domain/exam/withdraw.h"
#include "query/batch.h"
#include "query/exam_score.h"
#include "query/mark.h"

enum { RACERS = 6, ROUNDS = 5 };

struct racer {
	struct exam_world w;
	struct db *db;
	struct arena *arena;
	pthread_t thread;
	pthread_barrier_t *start;
	int (*run)(struct racer *r);
	const struct sitting_token *token;
	int number, result, saved;
};

static void *race_one(void *arg)
{
	struct racer *r = arg;
	pthread_barrier_wait(r->start);
	r->result = r->run(r);
	return NULL;
}

static int race(struct exam_world *w, const struct sitting_token *token,
	int (*run)(struct racer *r), struct racer *racers)
{
	pthread_barrier_t start;
	int won = 0;
	pthread_barrier_init(&start, NULL, RACERS);
	for (int i = 0; i < RACERS; i++) {
		struct racer *r = &racers[i];
		*r = (struct racer){.start = &start, .run = run, .number = i, .token = token,
			.arena = arena_new(64 * 1024 * 1024)};
		test_ok(w->t, db_open(w->t->url, &r->db));
		exam_world_join(&r->w, w, r->db, r->arena);
		assert_int_equal(pthread_create(&r->thread, NULL, race_one, r), 0);
	}
	for (int i = 0; i < RACERS; i++) {
		struct racer *r = &racers[i];
		pthread_join(r->thread, NULL);
		won += r->result >= 0;
		if (r->result < 0 && r->result != ERR_STATE && r->result != ERR_CONFLICT)
			print_message("%d: %s %s\n", r->result, r->w.cx->problem.id,
				db_error(r->db));
		assert_true(r->result >= 0 || r->result == ERR_STATE || r->result == ERR_CONFLICT);
		db_close(r->db);
		arena_free(r->arena);
	}
	pthread_barrier_destroy(&start);
	return won;
}

/* All want seat 30 of the first room. */
static int reseat(struct racer *r)
{
	struct q_sitting_find s = exam_sitting(&r->w, r->number);
	return sitting_reseat(r->w.cx, s.person_id, s.id, EXAM_ROOM, 30, "设备故障");
}

static void one_seat_for_one(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	int there = 0;
	exam_world_open(&w, *state, RACERS, 8);
	assert_int_equal(race(&w, NULL, reseat, racers), 1);
	for (int i = 0; i < RACERS; i++)
		there += exam_sitting(&w, i).seat == 30;
	assert_int_equal(there, 1);
	exam_world_close(&w);
}

/* All move the first one, each to a seat of its own: he has one seat, and holds no other. */
static int move_first(struct racer *r)
{
	struct q_sitting_find s = exam_sitting(&r->w, 0);
	return sitting_reseat(r->w.cx, s.person_id, s.id, EXAM_ROOM, 20 + r->number, "设备故障");
}

static void one_candidate_has_one_seat(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	exam_world_open(&w, *state, 2, 8);
	assert_true(race(&w, NULL, move_first, racers) > 0);
	struct q_sitting_find first = exam_sitting(&w, 0), other = exam_sitting(&w, 1);
	for (int seat = 20; seat < 20 + RACERS; seat++)
		if (seat != first.seat)
			exam_ok(&w, sitting_reseat(w.cx, other.person_id, other.id, EXAM_ROOM,
				seat, "空位"));
	exam_world_close(&w);
}

/* One is moved to a seat with the other form in the moment in which he begins: what he is told is
 * what he sits. */
static int begin_or_move(struct racer *r)
{
	struct q_sitting_find s;
	bool begun;
	if (r->number == 0) {
		s = exam_sitting(&r->w, 0);
		return sitting_reseat(r->w.cx, s.person_id, s.id, EXAM_ROOM, 20, "设备故障");
	}
	auto_tx tx = {0};
	int result = tx_begin(&tx, r->w.cx->db);
	if (result == 0)
		result = sitting_begin_many(r->w.cx, r->token, 1, &s, &begun);
	if (result == 0)
		result = tx_commit(&tx);
	r->saved = result == 0 && begun ? (int)(s.form_id == r->w.forms[1].id) + 1 : 0;
	return result;
}

static void the_form_that_is_told_is_the_one_that_is_sat(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	exam_world_open(&w, *state, 1, 8);
	struct sitting_token t = exam_enter(&w, 0);
	exam_ok(&w, flow_run(w.cx, &sitting_flow, t.person_id, t.sitting_id, "admit", "", NULL));
	w.now = w.starts_at;
	exam_clock(&w); /* forms are given */
	race(&w, &t, begin_or_move, racers);
	struct q_sitting_find s = exam_sitting(&w, 0);
	for (int i = 1; i < RACERS; i++)
		if (racers[i].saved)
			assert_int_equal(racers[i].saved, (s.form_id == w.forms[1].id) + 1);
	assert_true(s.form_id != 0);
	exam_world_close(&w);
}

/* The room, or the whole exam, is ended while everybody hands in. */
static int end_or_hand_in(struct racer *r)
{
	struct q_sitting_find s;
	int n;
	if (r->number)
		return sitting_hand_in(r->w.cx, &r->token[r->number], 0, &s);
	return r->w.m % 2 ? exam_end(r->w.cx, r->w.exam_id, "统一收卷")
		: sitting_room_run(r->w.cx, r->w.exam_id, EXAM_ROOM, "force", "统一收卷", &n);
}

static void everybody_is_ended(void **state, int items)
{
	struct exam_world w;
	struct racer racers[RACERS];
	struct sitting_token tokens[EXAM_ROOM_SEATS];
	exam_world_open(&w, *state, EXAM_ROOM_SEATS, items);
	w.now = w.starts_at;
	exam_clock(&w);
	for (int i = 0; i < w.n; i++)
		tokens[i] = exam_begin(&w, i);
	w.now += 40 * 60;
	race(&w, tokens, end_or_hand_in, racers);
	assert_int_equal(racers[0].result, 0);
	for (int i = 0; i < w.n; i++) {
		struct q_sitting_find s = exam_sitting(&w, i);
		assert_true(streq(s.state, "forced") || streq(s.state, "handed_in"));
	}
	exam_world_close(&w);
}

static void a_room_is_ended_while_all_hand_in(void **state)
{
	everybody_is_ended(state, 8);
}

static void an_exam_is_ended_while_all_hand_in(void **state)
{
	everybody_is_ended(state, 9);
}

/* Two managers at once, and both want another form taken out. */
static int ask(struct racer *r)
{
	int64_t id;
	struct withdrawal_in in = {r->w.forms[r->number % 2].id, 0, "试题外泄"};
	return withdraw_ask(r->w.cx, r->w.exam_id, &in, &id);
}

static void one_form_at_a_time_is_taken_out(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	exam_world_open(&w, *state, 4, 8);
	exam_world_begin(&w);
	assert_int_equal(race(&w, NULL, ask, racers), 1);
	exam_world_close(&w);
}

/* A form is taken out while they begin: nobody goes on with it, and nobody is left without one. */
static int begin_or_ask(struct racer *r)
{
	struct q_sitting_find s;
	int64_t id;
	struct withdrawal_in in = {r->w.forms[0].id, r->w.forms[1].id, "试题外泄"};
	return r->number ? sitting_begin(r->w.cx, &r->token[r->number], &s)
		: withdraw_ask(r->w.cx, r->w.exam_id, &in, &id);
}

static void nobody_begins_with_what_was_taken_out(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	struct sitting_token tokens[RACERS];
	exam_world_open(&w, *state, RACERS, 8);
	w.now = w.starts_at;
	exam_clock(&w);
	for (int i = 0; i < RACERS; i++) {
		tokens[i] = exam_enter(&w, i);
		exam_ok(&w, flow_run(w.cx, &sitting_flow, tokens[i].person_id,
			tokens[i].sitting_id, "admit", "", NULL));
	}
	race(&w, tokens, begin_or_ask, racers);
	assert_int_equal(racers[0].result, 0);
	for (int i = 1; i < RACERS; i++) {
		struct q_sitting_find s = exam_sitting(&w, i);
		assert_true(s.form_id == w.forms[1].id ? streq(s.state, "running")
			: s.form_id == w.forms[0].id && streq(s.state, "paused"));
	}
	exam_world_close(&w);
}

static int begin(struct racer *r)
{
	struct q_sitting_find s;
	return sitting_begin(r->w.cx, r->token, &s);
}

static void it_begins_once(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	struct flow_event *events;
	size_t n, begun = 0;
	exam_world_open(&w, *state, 1, 8);
	struct sitting_token t = exam_enter(&w, 0);
	exam_ok(&w, flow_run(w.cx, &sitting_flow, t.person_id, t.sitting_id, "admit", "", NULL));
	w.now = w.starts_at;
	assert_int_equal(race(&w, &t, begin, racers), RACERS); /* to each it has begun */
	exam_ok(&w, flow_events(w.cx, &sitting_flow, t.person_id, t.sitting_id, &events, &n));
	for (size_t i = 0; i < n; i++)
		begun += streq(events[i].action, "begin");
	assert_int_equal(begun, 1);
	exam_world_close(&w);
}

/* The candidate's page saves, saves, hands in; the invigilator forces meanwhile. */
static int save_and_end(struct racer *r)
{
	struct q_sitting_find s;
	if (r->number == 0)
		return flow_run(r->w.cx, &sitting_flow, r->token->person_id, r->token->sitting_id,
			"force", "统一收卷", NULL);
	if (r->number == 1)
		return sitting_hand_in(r->w.cx, r->token, 0, &s);
	for (int i = 0; i < 8; i++) {
		struct answer_write a = {.person_id = r->token->person_id,
			.sitting_id = r->token->sitting_id, .epoch = r->token->epoch,
			.seq = r->number * 100 + i, .item_no = i + 1, .response = "A"};
		int result = answer_save(r->w.cx, &a, 1);
		if (result < 0)
			return result;
		if (a.status == ANSWER_SAVED && a.seq > r->saved)
			r->saved = (int)a.seq;
	}
	return 0;
}

static void nothing_acknowledged_is_left_out(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	exam_world_open(&w, *state, ROUNDS, 8);
	for (int i = 0; i < ROUNDS; i++) {
		struct receipt_answers answers;
		int newest = 0;
		w.now = w.starts_at;
		struct sitting_token t = exam_begin(&w, i);
		w.now += 40 * 60;
		race(&w, &t, save_and_end, racers);
		for (int k = 0; k < RACERS; k++)
			newest = racers[k].saved > newest ? racers[k].saved : newest;
		struct q_sitting_find s = exam_sitting(&w, i);
		assert_true(streq(s.state, "forced") || streq(s.state, "handed_in"));
		assert_int_equal(s.last_seq, newest);
		exam_ok(&w, receipt_answers(w.cx, t.person_id, t.sitting_id, &answers));
		assert_string_equal(answers.hash, s.answers_hash);
	}
	exam_world_close(&w);
}

static int take_over(struct racer *r)
{
	struct sitting_pass pass;
	int result = sitting_take_over(r->w.cx, r->token, "x", &pass);
	return result < 0 ? result : (int)pass.token.epoch;
}

static void each_page_has_an_epoch_of_its_own(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	bool seen[RACERS + 2] = {0};
	exam_world_open(&w, *state, 1, 8);
	struct sitting_token t = exam_enter(&w, 0);
	assert_int_equal(race(&w, &t, take_over, racers), RACERS);
	for (int i = 0; i < RACERS; i++) {
		assert_in_range(racers[i].result, 2, RACERS + 1);
		assert_false(seen[racers[i].result]);
		seen[racers[i].result] = true;
	}
	exam_world_close(&w);
}

/* One extends the room by ten minutes while the others begin: each has the minutes, however it
 * came. */
static int begin_or_extend(struct racer *r)
{
	struct q_sitting_find s;
	return r->number ? sitting_begin(r->w.cx, &r->token[r->number], &s)
		: exam_room_extend(r->w.cx, r->w.exam_id, EXAM_ROOM, 600, "停电");
}

static void nobody_misses_what_the_room_is_given(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		struct exam_world w;
		struct racer racers[RACERS];
		struct sitting_token tokens[RACERS];
		if (round) {
			test_db_teardown(state);
			assert_int_equal(test_db_setup(state), 0);
		}
		exam_world_open(&w, *state, RACERS, 8);
		for (int i = 0; i < RACERS; i++) {
			tokens[i] = exam_enter(&w, i);
			exam_ok(&w, flow_run(w.cx, &sitting_flow, tokens[i].person_id,
				tokens[i].sitting_id, "admit", "", NULL));
		}
		w.now = w.starts_at;
		assert_int_equal(race(&w, tokens, begin_or_extend, racers), RACERS);
		for (int i = 1; i < RACERS; i++) {
			struct q_sitting_find s = exam_sitting(&w, i);
			assert_int_equal(s.deadline_at, sitting_ends_at(&s, s.begun_at));
			assert_int_equal(s.room_extra_seconds, 600);
		}
		exam_world_close(&w);
	}
}

enum { MARKERS = 3, MARKER = 900, WRITERS = 12 };

/* Three people, each with two windows open; and meanwhile another rule is tried out. */
static int mark(struct racer *r)
{
	struct essay_task t;
	int more;
	while (r->number == 0 && (more = job_work(r->w.cx)) != 0)
		if (more < 0)
			return more;
	exam_as(&r->w, ROLE_EXAMINER, MARKER + r->number % MARKERS);
	for (;;) {
		int got = essay_take(r->w.cx, r->w.exam_id, &t);
		if (got == ERR_NOTFOUND)
			return 0;
		if (got == 0)
			got = essay_give(r->w.cx, &t, 100, "");
		if (got < 0 && got != ERR_STATE)
			return got;
		ctx_clear(r->w.cx);
	}
}

static void write_essays(struct exam_world *w)
{
	exam_world_begin(w);
	for (int p = 0; p < WRITERS; p++) {
		struct q_sitting_find s = exam_sitting(w, p);
		struct sitting_token t = {.person_id = s.person_id, .sitting_id = s.id,
			.epoch = s.epoch};
		for (int i = 1; i <= w->m; i++)
			assert_int_equal(exam_answer(w, &t, i, i, "A"), ANSWER_SAVED);
	}
	exam_as_manager(w);
	exam_ok(w, exam_end(w->cx, w->exam_id, "时间到"));
	exam_ok(w, q_batch_move(w->t->db, .id = EXAM_BATCH, .from_state = "arranged",
		.state = "testing"));
}

static void an_essay_is_decided_by_two_people(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	struct q_score_pending pending;
	int64_t job_id;
	exam_world_open(&w, *state, WRITERS, 24);
	write_essays(&w);
	exam_ok(&w, score_request(w.cx, w.exam_id, &job_id));
	while (job_work(w.cx) > 0)
		;
	exam_as_manager(&w);
	exam_ok(&w, score_propose(w.cx, &(struct score_proposal){.exam_id = w.exam_id,
		.reason = "漏选可得一半分", .multiple_rule = "half"}, &job_id));
	race(&w, NULL, mark, racers);
	for (int i = 0; i < MARKERS; i++) { /* what was left lying between two windows */
		struct racer rest = {.w = w, .number = i};
		assert_int_equal(mark(&rest), 0);
	}
	for (int version = 1; version <= 2; version++) {
		exam_ok(&w, q_score_pending(w.cx->db, &pending, .exam_id = w.exam_id,
			.score_version = version));
		assert_int_equal(pending.n_sheets, WRITERS);
		assert_int_equal(pending.n, 0);
	}
	for (int p = 0; p < WRITERS; p++) {
		struct q_essay_rounds_rows rounds;
		exam_ok(&w, q_essay_rounds(w.cx->db, &rounds, .person_id = exam_person(p),
			.sitting_id = exam_sitting(&w, p).id));
		assert_true(rounds.n > 0 && rounds.n % 2 == 0);
		for (size_t i = 0; i < rounds.n; i += 2)
			assert_int_not_equal(rounds.at[i].marker_id, rounds.at[i + 1].marker_id);
	}
	exam_world_close(&w);
}

static int64_t essay_of(struct exam_world *w, int i)
{
	struct q_essay_rounds_rows rounds;
	exam_ok(w, q_essay_rounds(w->cx->db, &rounds, .person_id = exam_person(i),
		.sitting_id = exam_sitting(w, i).id));
	return rounds.at[0].item_no;
}

static int moderate(struct exam_world *w, int i, int64_t centi)
{
	exam_as_manager(w);
	return essay_moderate(w->cx, exam_person(i), exam_sitting(w, i).id, essay_of(w, i), centi,
		"统一给分");
}

/* Every essay is decided and nothing is published. */
static void decide_all(struct exam_world *w)
{
	int64_t job_id;
	write_essays(w);
	exam_ok(w, score_request(w->cx, w->exam_id, &job_id));
	while (job_work(w->cx) > 0)
		;
	for (int i = 0; i < WRITERS; i++)
		exam_ok(w, moderate(w, i, 100));
}

static int moderate_or_publish(struct racer *r)
{
	return r->number % 2 ? score_publish(r->w.cx, r->w.exam_id)
		: moderate(&r->w, r->number % WRITERS, 120 + r->number);
}

/* A moderator's last word comes before the scores go out, or it is refused. */
static void what_is_published_is_what_counts(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	struct q_part_find part;
	exam_world_open(&w, *state, WRITERS, 8);
	decide_all(&w);
	race(&w, NULL, moderate_or_publish, racers);
	int published = 0;
	for (int i = 1; i < RACERS; i += 2)
		published += racers[i].result >= 0;
	assert_int_equal(published, 1);
	for (int i = 0; i < WRITERS; i++) {
		struct q_sitting_find s = exam_sitting(&w, i);
		struct q_score_sitting_find row;
		exam_ok(&w, q_part_find(w.cx->db, &part, .person_id = s.person_id,
			.enrolment_id = s.enrolment_id, .part = 1));
		exam_ok(&w, q_score_sitting_find(w.cx->db, &row, .person_id = s.person_id,
			.id = s.id, .scope = scope_all()));
		assert_int_equal(part.score_centi, row.score_centi);
	}
	exam_world_close(&w);
}

static int64_t version(struct exam_world *w, int64_t no)
{
	struct q_score_version_of v;
	exam_ok(w, q_score_version_of(w->cx->db, &v, .exam_id = w->exam_id, .score_version = no));
	return v.id;
}

static int apply(struct racer *r)
{
	exam_as(&r->w, ROLE_AUTHORITY, 41);
	return flow_run(r->w.cx, &score_version_flow, 0, version(&r->w, 2 + r->number % 2),
		"apply", "", NULL);
}

/* Both were compared with what counted: the second is told that something else counts now. */
static void one_decision_is_applied(void **state)
{
	struct exam_world w;
	struct racer racers[RACERS];
	int64_t id;
	exam_world_open(&w, *state, WRITERS, 8);
	decide_all(&w);
	for (int i = 0; i < 2; i++)
		exam_ok(&w, score_propose(w.cx, &(struct score_proposal){.exam_id = w.exam_id,
			.reason = "合格线有误", .multiple_rule = "", .pass_centi = 5000 + i},
			&id));
	while (job_work(w.cx) > 0)
		;
	exam_as(&w, ROLE_BODY_MANAGER, 24);
	for (int i = 0; i < 2; i++)
		exam_ok(&w, flow_run(w.cx, &score_version_flow, 0, version(&w, 2 + i), "approve",
			"", NULL));
	assert_int_equal(race(&w, NULL, apply, racers), 1);
	exam_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(one_seat_for_one),
		test_db_case(one_candidate_has_one_seat),
		test_db_case(the_form_that_is_told_is_the_one_that_is_sat),
		test_db_case(a_room_is_ended_while_all_hand_in),
		test_db_case(an_exam_is_ended_while_all_hand_in),
		test_db_case(one_form_at_a_time_is_taken_out),
		test_db_case(nobody_begins_with_what_was_taken_out),
		test_db_case(it_begins_once),
		test_db_case(nothing_acknowledged_is_left_out),
		test_db_case(each_page_has_an_epoch_of_its_own),
		test_db_case(nobody_misses_what_the_room_is_given),
		test_db_case(an_essay_is_decided_by_two_people),
		test_db_case(what_is_published_is_what_counts),
		test_db_case(one_decision_is_applied),
	};
	job_register(score_jobs);
	return test_db_run("sitting races", tests);
}
