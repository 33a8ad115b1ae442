/* The intake queue: everybody is woken once with his own answer, in the order of arrival; it drains
 * when it stops, is bounded, and lets other writers have their turn; on both engines. */
#include "support.h"

#undef fail
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "query/exam_answer.h"
#include "query/sitting.h"
#include "store/migrate.h"
#include "web/intake.h"

enum { SITTINGS = 60, CALLS = 600 };

struct caller {
	struct intake_call call; /* first */
	struct answer_call answers;
	struct answer_write write;
	int64_t sitting;
	int fails; /* run() gives this */
	int together, singly;
	atomic_int woken;
};

static struct caller callers[CALLS];

static void woken(struct wait *w)
{
	atomic_fetch_add(&((struct caller *)w)->woken, 1);
}

static int setup(void **state)
{
	static int number;
	char name[32];
	if (test_db_setup(state))
		return -1;
	struct test_db *t = *state;
	snprintf(name, sizeof name, "seed%d", ++number);
	test_ok(t, migrate_text(t->db, name,
		STR("INSERT INTO paper_form (id, paper_set_id, form_no,"
		" form_state, n_items, score_centi, content_cipher, content_hash)"
		" VALUES (5, 1, 1, 'opened', 100, 0, '', '');"
		"INSERT INTO sitting (person_id, id, exam_id, batch_id, body_id, region,"
		" enrolment_id, batch_room_id, seat, ticket_no, name, form_id, order_seed, state,"
		" epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq, n_answered,"
		" seen_at, device, photo_file_id, ended_at, ended_why, answers_hash, receipt,"
		" score_centi, score_version) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
		" i + 1 FROM n WHERE i < 60) SELECT 100 + i, i, 1, 1, 1, '37', 1, 1, i, '', '', 5,"
		" 0, 'running', 1, 1, 4000000000, 0, 0, 0, 0, 0, '', 0, 0, '', '', '', 0, 0 FROM "
		"n;")));
	memset(callers, 0, sizeof callers);
	return 0;
}
#define intake_case(f) cmocka_unit_test_setup_teardown(f, setup, test_db_teardown)

static struct caller *answer_of(int i, int64_t sitting, int64_t seq)
{
	struct caller *c = &callers[i];
	c->sitting = sitting;
	c->write = (struct answer_write){.seq = seq, .item_no = 1 + seq % 100, .response = "A"};
	c->answers = (struct answer_call){.person_id = 100 + sitting, .sitting_id = sitting,
		.epoch = 1, .writes = &c->write, .n = 1, .state = ""};
	c->call = (struct intake_call){.wait.wake = woken, .bytes = sizeof *c,
		.sitting_id = sitting, .answers = &c->answers};
	return c;
}

static int hand_in(struct ctx *cx, struct intake_call *call)
{
	struct caller *c = (struct caller *)call;
	c->singly++;
	int r = q_sitting_move(cx->db, .person_id = 100 + c->sitting, .id = c->sitting,
		.from_state = "running", .state = "handed_in");
	if (c->fails)
		return ctx_fail(cx, c->fails, "error.state", (const char *)NULL);
	return r < 0 ? r : 0;
}

/* In one go for those of even sittings; a failing one spoils it for all. */
static int hand_in_many(struct ctx *cx, struct intake_call **calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct caller *c = (struct caller *)calls[i];
		c->together++;
		calls[i]->is_done = c->sitting % 2 == 0;
		int r = calls[i]->is_done ? hand_in(cx, calls[i]) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

static struct caller *end_of(int i, int64_t sitting)
{
	struct caller *c = &callers[i];
	c->sitting = sitting;
	c->call = (struct intake_call){.wait.wake = woken, .bytes = sizeof *c,
		.sitting_id = sitting, .run = hand_in};
	return c;
}

static void push(struct intake *in, struct caller *c)
{
	assert_true(intake_reserve(in, c->call.bytes));
	intake_push(in, &c->call);
}

static void all_woken_once(int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(atomic_load(&callers[i].woken), 1);
}

static void keeps_all(void **state)
{
	struct test_db *t = *state;
	struct intake *in = intake_new(t->url, NULL);
	for (int i = 0; i < CALLS; i++)
		push(in, answer_of(i, 1 + i % SITTINGS, 1 + i / SITTINGS));
	intake_stop(in);
	all_woken_once(CALLS);
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(callers[i].call.result, 0);
		assert_int_equal(callers[i].write.status, ANSWER_SAVED);
		assert_string_equal(callers[i].answers.state, "running");
		struct q_answer_at row;
		test_ok(t, q_answer_at(t->db, &row, .person_id = 101 + i % SITTINGS,
			.sitting_id = 1 + i % SITTINGS, .seq = 1 + i / SITTINGS));
	}
	assert_int_equal(intake_depth(in), 0);
	intake_free(in);
}

/* Pushed while the thread is at something else, they go into one group. */
static void order_is_that_of_arrival(void **state)
{
	struct test_db *t = *state;
	struct intake *in = intake_new(t->url, NULL);
	push(in, answer_of(0, 1, 1));
	push(in, answer_of(1, 2, 1));
	push(in, end_of(2, 1));
	push(in, answer_of(3, 1, 2));
	push(in, answer_of(4, 2, 2));
	intake_stop(in);
	all_woken_once(5);
	assert_int_equal(callers[0].write.status, ANSWER_SAVED);
	assert_int_equal(callers[2].call.result, 0);
	assert_int_equal(callers[3].write.status, ANSWER_NOT_RUNNING);
	assert_string_equal(callers[3].answers.state, "handed_in");
	assert_int_equal(callers[4].write.status, ANSWER_SAVED);
	intake_free(in);
}

static void one_that_fails_is_alone(void **state)
{
	struct test_db *t = *state;
	struct intake *in = intake_new(t->url, NULL);
	push(in, answer_of(0, 1, 1));
	end_of(1, 1)->fails = ERR_STATE;
	push(in, &callers[1]);
	push(in, answer_of(2, 1, 2));
	intake_stop(in);
	all_woken_once(3);
	assert_int_equal(callers[1].call.result, ERR_STATE);
	assert_int_equal(callers[0].write.status, ANSWER_SAVED);
	assert_int_equal(callers[2].write.status, ANSWER_SAVED); /* it was rolled back */
	intake_free(in);
}

/* Two that follow one another, an answer, and a last one. The thread may take the first of them
 * before the others are there. */
static void together_and_the_rest_singly(void **state)
{
	struct test_db *t = *state;
	for (int spoiled = 0; spoiled < 2; spoiled++) {
		struct intake *in = intake_new(t->url, NULL);
		memset(callers, 0, sizeof callers);
		push(in, answer_of(0, 1, 10 + spoiled));
		for (int i = 1; i < 9; i++) {
			end_of(i, 10 + spoiled * 10 + i)->call.run_many = hand_in_many;
			callers[i].fails = spoiled && i == 7 ? ERR_STATE : 0;
			push(in, &callers[i]);
		}
		push(in, answer_of(9, 12 + spoiled * 10, 1));
		intake_stop(in);
		all_woken_once(10);
		assert_int_equal(callers[0].write.status, ANSWER_SAVED);
		assert_int_equal(callers[9].write.status, ANSWER_NOT_RUNNING);
		for (int i = 1; i < 9; i++) {
			int64_t id = callers[i].sitting;
			const char *state_now = callers[i].fails ? "running" : "handed_in";
			assert_int_equal(callers[i].call.result, callers[i].fails);
			assert_int_equal(q_sitting_move(t->db, .person_id = 100 + id, .id = id,
				.from_state = state_now, .state = state_now), 1);
			assert_true(callers[i].together || callers[i].singly);
		}
		intake_free(in);
	}
}

static void late_ones_are_told(void **state)
{
	struct test_db *t = *state;
	struct intake *in = intake_new(t->url, NULL);
	intake_stop(in);
	push(in, answer_of(0, 1, 1));
	all_woken_once(1);
	assert_int_equal(callers[0].call.result, ERR_STATE);
	assert_int_equal(intake_depth(in), 0);
	intake_free(in);
}

static void a_lost_database_is_told(void **state)
{
	struct test_db *t = *state;
	struct intake *in = intake_new(
		t->kind == DB_SQLITE ? "sqlite:/nonexistent/x.db" : "postgresql://127.0.0.1:1/x",
		NULL);
	push(in, answer_of(0, 1, 1));
	intake_stop(in);
	all_woken_once(1);
	assert_int_equal(callers[0].call.result, ERR_DB);
	intake_free(in);
}

static void is_bounded(void **state)
{
	struct test_db *t = *state;
	struct intake *in = intake_new(t->url, NULL);
	int64_t place, retry;
	assert_false(intake_reserve(in, INTAKE_BYTES_MAX + 1));
	for (int i = 0; i < INTAKE_CALLS_MAX; i++)
		assert_true(intake_reserve(in, 1));
	assert_false(intake_reserve(in, 1));
	assert_false(intake_admit(in, 1, &place, &retry));
	assert_true(place > 0 && retry > 0);
	intake_free(in);
}

static int64_t millis(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Whoever comes later is told a later moment, however long the telling takes. */
static void the_line_moves_on(void **state)
{
	const struct test_db *t = *state;
	struct intake *in = intake_new(t->url, NULL);
	int64_t place, retry, told = 0, begun = millis();
	int open = 0;
	while (intake_admit(in, 1, &place, &retry))
		open++;
	assert_true(open > 10 && open < INTAKE_CALLS_MAX);
	for (int i = 0; i < 1000; i++) {
		int64_t before = millis();
		assert_false(intake_admit(in, 1, &place, &retry));
		assert_true(place > 0 && millis() + retry >= told);
		told = before + retry;
	}
	assert_true(millis() + retry - begun > INTAKE_RUNS_AHEAD_MS + 500);
	intake_free(in);
}

/* Everybody comes again as soon as he was woken, until it is enough. */
struct flood {
	struct intake *in;
	atomic_bool is_enough;
	int pushed[SITTINGS];
};

static void *flood(void *arg)
{
	struct flood *f = arg;
	for (int i = 0; !atomic_load(&f->is_enough); i = (i + 1) % SITTINGS) {
		while (atomic_load(&callers[i].woken) < f->pushed[i])
			usleep(100);
		f->pushed[i]++;
		push(f->in, answer_of(i, 1 + i, f->pushed[i]));
	}
	return NULL;
}

/* Others write while the queue is never empty. */
static void others_have_their_turn(void **state)
{
	struct test_db *t = *state;
	struct flood f = {.in = intake_new(t->url, NULL)};
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, flood, &f), 0);
	while (!atomic_load(&callers[SITTINGS - 1].woken))
		usleep(100);
	for (int turn = 1; turn <= 20; turn++)
		test_ok(t, q_answer_seen(t->db, .person_id = 101, .id = 1, .seen_at = turn));
	atomic_store(&f.is_enough, true);
	pthread_join(thread, NULL);
	intake_stop(f.in);
	for (int i = 0; i < SITTINGS; i++)
		assert_int_equal(callers[i].woken, f.pushed[i]);
	intake_free(f.in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		intake_case(keeps_all), intake_case(order_is_that_of_arrival),
		intake_case(one_that_fails_is_alone), intake_case(together_and_the_rest_singly),
		intake_case(late_ones_are_told),
		intake_case(a_lost_database_is_told), intake_case(is_bounded),
		intake_case(the_line_moves_on), intake_case(others_have_their_turn),
	};
	return test_db_run("intake", tests);
}
