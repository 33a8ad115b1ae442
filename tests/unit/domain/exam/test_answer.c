/* Answers: every verdict, order, repetition, what a failure leaves behind, and the race with the
 * end of a sitting; on both engines. */
#include "support.h"

#undef fail

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/exam/answer.h"
#include "domain/exam/item.h"
#include "query/exam_answer.h"
#include "store/migrate.h"

enum { PERSON = 11, SITTING = 22, ITEMS = 40, BEGUN = 1800000000, DEADLINE = BEGUN + 5400 };

static int64_t now;
static int64_t tell(void *self)
{
	(void)self;
	return now;
}

static struct ctx context(struct test_db *t)
{
	struct ctx cx;
	ctx_init(&cx, t->arena, t->db, NULL);
	cx.clock = (struct clock){tell, NULL};
	return cx;
}

/* Behind the program's back. */
static void sql(struct test_db *t, const char *text)
{
	static int number;
	char name[32];
	snprintf(name, sizeof name, "test%d", ++number);
	test_ok(t, migrate_text(t->db, name, str_of(text)));
}

static void add_sitting(struct test_db *t, int64_t person, int64_t id, const char *state)
{
	char text[1024];
	snprintf(text, sizeof text,
		"INSERT INTO sitting (person_id, id, exam_id, batch_id, body_id, region,"
		" enrolment_id, batch_room_id, seat, ticket_no, name, form_id, order_seed, state,"
		" epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq, n_answered,"
		" seen_at, device, photo_file_id, ended_at, ended_why, answers_hash, receipt,"
		" score_centi, score_version) VALUES (%lld, %lld, 1, 1, 1, '37', 1, 1, %lld, '', ''"
		","
		" 5, 0, '%s', 2, %d, %d, 0, 0, 0, 0, 0, '', 0, 0, '', '', '', 0, 0);",
		(long long)person, (long long)id, (long long)id, state, BEGUN, DEADLINE);
	sql(t, text);
}

static void set(struct test_db *t, const char *what)
{
	char text[300];
	snprintf(text, sizeof text, "UPDATE sitting SET %s WHERE person_id = %d AND id = %d;", what,
		PERSON, SITTING);
	sql(t, text);
}

static int setup(void **state)
{
	if (test_db_setup(state))
		return -1;
	struct test_db *t = *state;
	char text[300];
	snprintf(text, sizeof text,
		"INSERT INTO paper_form (id, paper_set_id, form_no, form_state, n_items,"
		" score_centi, content_cipher, content_hash) VALUES (5, 1, 1, 'opened', %d, 0, '', "
		"'');", ITEMS);
	sql(t, text);
	add_sitting(t, PERSON, SITTING, "running");
	now = BEGUN + 60;
	return 0;
}
#define exam_case(f) cmocka_unit_test_setup_teardown(f, setup, test_db_teardown)

#define write_at(epoch_, ...) \
	((struct answer_write){.person_id = PERSON, .sitting_id = SITTING, .epoch = (epoch_), \
		__VA_ARGS__})
#define write_of(...) write_at(2, __VA_ARGS__)

static enum answer_status save_one(struct test_db *t, struct answer_write w)
{
	struct ctx cx = context(t);
	test_ok(t, answer_save(&cx, &w, 1));
	return w.status;
}
#define save(t, ...) save_one(t, write_of(__VA_ARGS__))

/* "1=A 3=BC" of what counts. */
static const char *current(struct test_db *t)
{
	struct ctx cx = context(t);
	struct answer *answers;
	size_t n;
	const char *text = "";
	test_ok(t, answer_current(&cx, PERSON, SITTING, &answers, &n));
	for (size_t i = 0; i < n; i++)
		text = text_of(&cx, "%s%s%lld=%s", text, i ? " " : "",
			(long long)answers[i].item_no, answers[i].response);
	return text;
}

static void saves_and_takes_back(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = context(t);
	struct answer_write w[] = {write_of(.seq = 1, .item_no = 3, .response = "A", .spent_ms = 9),
		write_of(.seq = 2, .item_no = 1, .response = "甲\n乙"),
		write_of(.seq = 3, .item_no = ITEMS, .response = "")};
	test_ok(t, answer_save(&cx, w, 3));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(w[i].status, ANSWER_SAVED);
		assert_int_equal(w[i].saved_at, now * 1000);
		assert_int_equal(w[i].deadline_at, DEADLINE);
	}
	assert_string_equal(current(t), "1=甲\n乙 3=A");
	assert_int_equal(save(t, .seq = 4, .item_no = 3, .response = ""), ANSWER_SAVED);
	assert_string_equal(current(t), "1=甲\n乙");
}

static void repetition_is_told_from_clash(void **state)
{
	struct test_db *t = *state;
	assert_int_equal(save(t, .seq = 1, .item_no = 3, .response = "A"), ANSWER_SAVED);
	int64_t first = now * 1000;
	now += 30;
	struct answer_write w = write_of(.seq = 1, .item_no = 3, .response = "A");
	struct ctx cx = context(t);
	test_ok(t, answer_save(&cx, &w, 1));
	assert_int_equal(w.status, ANSWER_REPEATED);
	assert_int_equal(w.saved_at, first);
	assert_int_equal(save(t, .seq = 1, .item_no = 3, .response = "B"), ANSWER_CLASH);
	assert_int_equal(save(t, .seq = 1, .item_no = 4, .response = "A"), ANSWER_CLASH);
	assert_string_equal(current(t), "3=A");
}

static void duplicates_within_a_batch(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = context(t);
	struct answer_write w[] = {write_of(.seq = 7, .item_no = 1, .response = "A"),
		write_of(.seq = 7, .item_no = 1, .response = "A"),
		write_of(.seq = 7, .item_no = 1, .response = "C"),
		write_of(.seq = 8, .item_no = 1, .response = "D")};
	test_ok(t, answer_save(&cx, w, 4));
	assert_int_equal(w[0].status, ANSWER_SAVED);
	assert_int_equal(w[1].status, ANSWER_REPEATED);
	assert_int_equal(w[2].status, ANSWER_CLASH);
	assert_int_equal(w[3].status, ANSWER_SAVED);
	assert_string_equal(current(t), "1=D");
}

static void overtaking_does_no_harm(void **state)
{
	struct test_db *t = *state;
	assert_int_equal(save(t, .seq = 9, .item_no = 1, .response = "new"), ANSWER_SAVED);
	assert_int_equal(save(t, .seq = 8, .item_no = 1, .response = "old"), ANSWER_SAVED);
	assert_string_equal(current(t), "1=new");
}

static void the_servers_clock_decides(void **state)
{
	struct test_db *t = *state;
	now = DEADLINE;
	assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = "A"), ANSWER_SAVED);
	now = DEADLINE + ANSWER_GRACE_SECONDS;
	assert_int_equal(save(t, .seq = 2, .item_no = 2, .response = "A"), ANSWER_SAVED);
	now++;
	assert_int_equal(save(t, .seq = 3, .item_no = 3, .response = "A"), ANSWER_LATE);
	assert_int_equal(save(t, .seq = 2, .item_no = 2, .response = "A"), ANSWER_REPEATED);
	assert_int_equal(save(t, .seq = 2, .item_no = 2, .response = "B"), ANSWER_LATE);
	set(t, "deadline_at = deadline_at + 600");
	assert_int_equal(save(t, .seq = 3, .item_no = 3, .response = "A"), ANSWER_SAVED);
	assert_string_equal(current(t), "1=A 2=A 3=A");
}

static void the_last_page_writes(void **state)
{
	struct test_db *t = *state;
	assert_int_equal(save_one(t, write_at(1, .seq = 1, .item_no = 1, .response = "A")),
		ANSWER_ELSEWHERE);
	assert_int_equal(save_one(t, write_at(3, .seq = 1, .item_no = 1, .response = "A")),
		ANSWER_ELSEWHERE);
	set(t, "epoch = 3");
	assert_int_equal(save_one(t, write_at(3, .seq = 1, .item_no = 1, .response = "A")),
		ANSWER_SAVED);
	assert_int_equal(save(t, .seq = 2, .item_no = 1, .response = "B"), ANSWER_ELSEWHERE);
	assert_string_equal(current(t), "1=A");
}

static void only_while_it_runs(void **state)
{
	static const char *const states[] = {"waiting", "admitted", "paused", "handed_in", "forced",
		"absent", "void"};
	struct test_db *t = *state;
	struct ctx cx = context(t);
	assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = "A"), ANSWER_SAVED);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		struct answer_write w = write_of(.seq = 2, .item_no = 1, .response = "B");
		set(t, text_of(&cx, "state = '%s'", states[i]));
		test_ok(t, answer_save(&cx, &w, 1));
		assert_int_equal(w.status, ANSWER_NOT_RUNNING);
		assert_string_equal(w.state, states[i]);
		assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = "A"), ANSWER_REPEATED);
	}
	assert_string_equal(current(t), "1=A");
}

static void what_cannot_be_kept(void **state)
{
	struct test_db *t = *state;
	char *longest = malloc(ITEM_RESPONSE_MAX + 2);
	memset(longest, 'x', ITEM_RESPONSE_MAX + 1);
	longest[ITEM_RESPONSE_MAX + 1] = 0;
	assert_int_equal(save(t, .seq = 1, .item_no = 0, .response = "A"), ANSWER_INVALID);
	assert_int_equal(save(t, .seq = 1, .item_no = ITEMS + 1, .response = "A"), ANSWER_INVALID);
	assert_int_equal(save(t, .seq = 0, .item_no = 1, .response = "A"), ANSWER_INVALID);
	assert_int_equal(save(t, .seq = INT64_MAX, .item_no = 1, .response = "A"), ANSWER_INVALID);
	assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = "\xff"), ANSWER_INVALID);
	assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = "\x01"), ANSWER_INVALID);
	assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = "", .spent_ms = -1),
		ANSWER_INVALID);
	assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = longest), ANSWER_INVALID);
	assert_int_equal(save_one(t, (struct answer_write){.person_id = PERSON, .sitting_id = 9,
		.epoch = 2, .seq = 1, .item_no = 1}), ANSWER_UNKNOWN);
	assert_int_equal(save_one(t, (struct answer_write){.person_id = 12, .sitting_id = SITTING,
		.epoch = 2, .seq = 1, .item_no = 1}), ANSWER_UNKNOWN);
	assert_int_equal(save(t, .seq = 1, .item_no = 1, .response = longest + 1), ANSWER_SAVED);
	free(longest);
}

/* One bad write does not hold the others up, and everybody gets his own verdict. */
static void a_mixed_batch(void **state)
{
	struct test_db *t = *state;
	struct ctx cx = context(t);
	add_sitting(t, 5, 50, "running");
	add_sitting(t, 99, 60, "paused");
	struct answer_write a[] = {write_of(.seq = 1, .item_no = 1, .response = "A"),
		write_of(.seq = 2, .item_no = 400, .response = "A")};
	struct answer_write b = {.seq = 1, .item_no = 2, .response = "C"}, c = b, d = b;
	struct answer_call calls[] = {
		{.person_id = 99, .sitting_id = 60, .epoch = 2, .writes = &c, .n = 1},
		{.person_id = PERSON, .sitting_id = SITTING, .epoch = 2, .writes = a, .n = 2},
		{.person_id = 5, .sitting_id = 50, .epoch = 2, .writes = &b, .n = 1},
		{.person_id = 1, .sitting_id = 1, .epoch = 2, .writes = &d, .n = 1}};
	test_ok(t, answer_calls(&cx, calls, 4));
	assert_int_equal(a[0].status, ANSWER_SAVED);
	assert_int_equal(a[1].status, ANSWER_INVALID);
	assert_int_equal(b.status, ANSWER_SAVED);
	assert_int_equal(c.status, ANSWER_NOT_RUNNING);
	assert_int_equal(d.status, ANSWER_UNKNOWN);
	assert_int_equal(calls[0].status, ANSWER_NOT_RUNNING);
	assert_int_equal(calls[1].status, ANSWER_SAVED);
	assert_string_equal(calls[2].state, "running");
	assert_int_equal(calls[3].status, ANSWER_UNKNOWN);
}

static int64_t seen_at(struct test_db *t)
{
	struct q_answer_judge row;
	test_ok(t, q_answer_judge(t->db, &row, .person_id = PERSON, .id = SITTING));
	return row.seen_at;
}

static void beat(struct test_db *t, struct answer_call *call)
{
	struct ctx cx = context(t);
	test_ok(t, answer_calls(&cx, call, 1));
}

static void signs_of_life(void **state)
{
	struct test_db *t = *state;
	struct answer_call call = {.person_id = PERSON, .sitting_id = SITTING, .epoch = 2};
	beat(t, &call);
	assert_int_equal(call.status, ANSWER_SAVED);
	assert_string_equal(call.state, "running");
	assert_int_equal(call.deadline_at, DEADLINE);
	assert_int_equal(seen_at(t), now);
	int64_t first = now;
	now += ANSWER_SEEN_SECONDS - 1;
	beat(t, &call);
	assert_int_equal(seen_at(t), first);
	now++;
	call.epoch = 1; /* a page that lost the sitting shows nothing */
	beat(t, &call);
	assert_int_equal(call.status, ANSWER_ELSEWHERE);
	assert_int_equal(call.newest_epoch, 2);
	assert_int_equal(seen_at(t), first);
	call.epoch = 2;
	set(t, "state = 'paused'");
	beat(t, &call);
	assert_int_equal(call.status, ANSWER_NOT_RUNNING);
	assert_string_equal(call.state, "paused");
	assert_int_equal(seen_at(t), now);
}

static void a_fault_keeps_nothing(void **state)
{
	struct test_db *t = *state;
	int r = ERR_DB;
	for (int at = 1; r < 0 && at < 50; at++) {
		struct ctx cx = context(t);
		struct answer_write w[] = {write_of(.seq = 1, .item_no = 1, .response = "A"),
			write_of(.seq = 1, .item_no = 1, .response = "B"),
			write_of(.seq = 2, .item_no = 2, .response = "C")};
		db_fail_after(t->db, at);
		r = answer_save(&cx, w, 3);
		db_fail_after(t->db, 0);
		assert_string_equal(current(t), r < 0 ? "" : "1=A 2=C");
	}
	assert_int_equal(r, 0);
}

/* One thread saves, another ends the sitting and then reads: what was acknowledged is there. */
struct race {
	struct test_db *t;
	atomic_int acknowledged, stop;
};

static void *save_on(void *arg)
{
	struct race *race = arg;
	auto_arena arena = arena_new(1 << 24);
	auto_db db = NULL;
	if (db_open(race->t->url, &db) < 0)
		return NULL;
	for (int64_t seq = 1; !atomic_load(&race->stop); seq++) {
		struct ctx cx;
		struct answer_write w = write_of(.seq = seq, .item_no = 1 + seq % ITEMS,
			.response = "A");
		arena_reset(arena);
		ctx_init(&cx, arena, db, NULL);
		cx.clock = (struct clock){tell, NULL};
		int r = answer_save(&cx, &w, 1);
		if (r == 0 && w.status == ANSWER_SAVED)
			atomic_store(&race->acknowledged, (int)seq);
		else if (r == 0)
			break;
	}
	return NULL;
}

static void the_end_of_a_sitting_misses_none(void **state)
{
	struct test_db *t = *state;
	for (int round = 0; round < 5; round++) {
		struct race race = {.t = t};
		struct ctx cx = context(t);
		struct answer *answers;
		size_t n;
		pthread_t thread;
		sql(t, "DELETE FROM answer;");
		set(t, "state = 'running'");
		assert_int_equal(pthread_create(&thread, NULL, save_on, &race), 0);
		while (atomic_load(&race.acknowledged) < 20 + 7 * round)
			;
		set(t, "state = 'handed_in'");
		test_ok(t, answer_current(&cx, PERSON, SITTING, &answers, &n));
		int64_t last = 0;
		for (size_t i = 0; i < n; i++)
			last = answers[i].seq > last ? answers[i].seq : last;
		pthread_join(thread, NULL);
		assert_int_equal(last, atomic_load(&race.acknowledged));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		exam_case(saves_and_takes_back), exam_case(repetition_is_told_from_clash),
		exam_case(duplicates_within_a_batch), exam_case(overtaking_does_no_harm),
		exam_case(the_servers_clock_decides), exam_case(the_last_page_writes),
		exam_case(only_while_it_runs), exam_case(what_cannot_be_kept),
		exam_case(a_mixed_batch), exam_case(signs_of_life),
		exam_case(a_fault_keeps_nothing), exam_case(the_end_of_a_sitting_misses_none),
	};
	return test_db_run("answer", tests);
}
