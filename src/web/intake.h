/* The intake queue: writes of many candidates, committed together. A worker hands a call over and
 * lets its connection sleep; a thread with a connection of its own (several on PostgreSQL) takes
 * all that wait, keeps them in one transaction, and wakes them when it is on disk. So the cost of a
 * commit is shared by all that arrived during the one before, and no worker waits for a disk.
 *
 * On SQLite that thread asks for the writer's turn like everybody else and gets it in the order of
 * asking. When the database fails, the group is tried again for a few seconds (answers are
 * idempotent), then each is told to come again. */
#ifndef LUBAN_WEB_INTAKE_H
#define LUBAN_WEB_INTAKE_H

#include "domain/exam/answer.h"
#include "web/wait.h"

enum {
	INTAKE_CALLS_MAX = 20000,              /* waiting at one time */
	INTAKE_BYTES_MAX = 64 * 1024 * 1024,
	INTAKE_GROUP_MAX = 4000,               /* calls committed together */
	INTAKE_RETRY_SECONDS = 3,              /* how long one group is tried again */
	INTAKE_RUNS_MAX = 250,                 /* calls of one group that are no answers */
	INTAKE_RUNS_AHEAD_MS = 700,            /* who would wait longer for run() comes again */
};

struct intake;

/* What waits: answers (and signs of life), or any other write that belongs into their order. */
struct intake_call {
	struct wait wait; /* first */
	size_t bytes;     /* of memory it holds */
	int64_t sitting_id; /* calls of one sitting are kept in their order */
	struct answer_call *answers; /* NULL: run() it */
	/* Within the group's transaction, in a savepoint of its own; may be run again when the
	 * group failed. What it keeps for the answer it copies out of the context's arena. */
	int (*run)(struct ctx *cx, struct intake_call *c);
	/* NULL, or: those of the group that follow one another in one go, in a savepoint of their
	 * own. Sets is_done of those that are finished (result 0); the others are run() after it,
	 * and all of them when it fails. */
	int (*run_many)(struct ctx *cx, struct intake_call **c, size_t n);
	bool is_done;

	/* the intake's */
	int result; /* 0 or enum err: of run(), or of the whole group */
	int64_t now_ms; /* by the clock that judged */
	char state[16]; /* of the answers' sitting: answers->state points here */
	struct intake *intake;
	struct intake_call *next;
};

/* No thread is made before the first call. keys must outlive it. */
struct intake *intake_new(const char *database, const struct keyring *keys);
/* Finishes what waits (one try each) and takes nothing more: whatever is pushed after that is woken
 * at once with ERR_STATE. */
void intake_stop(struct intake *in);
void intake_free(struct intake *in);

/* false: the queue is full. Else the call has a place, and intake_push() must follow. */
bool intake_reserve(struct intake *in, size_t bytes);
void intake_push(struct intake *in, struct intake_call *c);
/* The same for a call to run(): while more wait than can be run in INTAKE_RUNS_AHEAD_MS, false, the
 * place in the line (1 is the next) and when to come again. Those who come again as told meet an
 * open door: the moments are given out one after the other. */
bool intake_admit(struct intake *in, size_t bytes, int64_t *ret_place, int64_t *ret_retry_ms);
/* Calls that wait or are being committed. */
size_t intake_depth(struct intake *in);
/* For /metrics. */
void intake_put(struct intake *in, struct buf *out);

#endif
