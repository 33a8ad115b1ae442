/* A body, a batch with two theory rooms, n people seated in them, a set of two opened forms of m
 * items of all kinds, and the exam over it, made by the rooms' own verbs. Used by the tests of the
 * exam room; link with test_support.
 *
 *   struct exam_world w;
 *   exam_world_open(&w, *state, 12, 16);   ready, a quarter of an hour before the start
 *   exam_world_begin(&w);                  a minute after it, everybody at work
 *   … w.cx …
 *   exam_world_close(&w); */
#ifndef LUBAN_TEST_EXAM_SUPPORT_H
#define LUBAN_TEST_EXAM_SUPPORT_H

#include "base/crypto.h"
#include "core/ctx.h"
#include "domain/exam/exam.h"
#include "domain/exam/form.h"
#include "domain/exam/sitting.h"
#include "query/sitting.h"
#include "support.h"

enum {
	EXAM_BODY = 1, EXAM_BATCH = 10, EXAM_SET = 50, EXAM_FORMS = 2, EXAM_ROOM = 101,
	EXAM_ROOM2 = 102, EXAM_ROOM_SEATS = 30, EXAM_PER_ROW = 5, EXAM_PEOPLE = 60,
	EXAM_MANAGER = 23, EXAM_CLERK = 21,
};

struct exam_world {
	struct test_db *t;
	struct keyring *keys;
	struct ctx *cx;       /* its clock is `now`; acts as the body's manager */
	struct ctx own;
	int64_t now;
	uint64_t seed;        /* of its randomness */
	int n, m;             /* people, items */
	int64_t exam_id, starts_at, ends_at;
	struct form forms[EXAM_FORMS];
};

void exam_world_open(struct exam_world *w, struct test_db *t, int n_people, int n_items);
void exam_world_begin(struct exam_world *w);
void exam_world_close(struct exam_world *w);
/* What was put off by its caller for another thread: the same world over another connection. */
void exam_world_join(struct exam_world *w, const struct exam_world *other, struct db *db,
	struct arena *arena);

/* The i-th person (from 0). */
int64_t exam_person(int i);
const char *exam_ticket(struct exam_world *w, int i);
const char *exam_idno(struct exam_world *w, int i);
struct q_sitting_find exam_sitting(struct exam_world *w, int i);
struct sitting_in exam_door(struct exam_world *w, int i); /* what he types at the door */
struct sitting_token exam_enter(struct exam_world *w, int i); /* checks in, must succeed */
/* Checks in, is admitted, begins. */
struct sitting_token exam_begin(struct exam_world *w, int i);
/* Saves; the status. */
int exam_answer(struct exam_world *w, const struct sitting_token *token, int64_t seq,
	int64_t item_no, const char *response);
/* Item i (from 1) in memory, of kind 1 + (i - 1) % 8; the right response is its key. */
void exam_item(struct arena *a, int i, struct form_item *ret_item);

/* What the clock does, as the program; then the manager acts again. */
void exam_clock(struct exam_world *w);
void exam_as_manager(struct exam_world *w);
void exam_as_public(struct exam_world *w);
void exam_as(struct exam_world *w, enum role role, int64_t account_id);

/* Succeeds, or the test fails with the problem's words. */
#define exam_ok(w, r) exam_ok_at((w), (r), __FILE__, __LINE__)
void exam_ok_at(struct exam_world *w, int64_t r, const char *file, int line);
/* Fails in exactly this way. */
#define exam_no(w, r, err, message) do { \
	assert_int_equal((r), (err)); \
	assert_string_equal((w)->cx->problem.id, (message)); \
	ctx_clear((w)->cx); \
} while (0)

/* One field is wrong, for this reason. */
#define exam_no_field(w, r, name, message) do { \
	assert_int_equal((r), ERR_INVALID); \
	assert_int_equal((w)->cx->problem.n_fields, 1); \
	assert_string_equal((w)->cx->problem.fields[0].field, (name)); \
	assert_string_equal((w)->cx->problem.fields[0].id, (message)); \
	ctx_clear((w)->cx); \
} while (0)

#endif
