/* Answers of a running sitting: idempotent writes with a sequence number. A write is judged and
 * kept in one transaction that holds the sitting's row, under the server's clock: the sitting must
 * be running, its epoch the newest (the last page that took it over writes, older ones are told),
 * the deadline not passed. What was acknowledged is on disk. Rows are never changed; an item's
 * answer is that of its highest seq, so a save that overtakes another does no harm.
 *
 * Because the row is held, whoever ends a sitting by compare-and-set on it (hand-in, force, void)
 * and reads the answers after that, in the same transaction, reads every answer that was or will be
 * acknowledged: a save either committed before, or finds the sitting ended. */
#ifndef LUBAN_DOMAIN_EXAM_ANSWER_H
#define LUBAN_DOMAIN_EXAM_ANSWER_H

#include "core/ctx.h"

enum answer_status {
	ANSWER_SAVED = 1,
	/* this seq was kept before with the same item and response; whatever became of the sitting
	 * since */
	ANSWER_REPEATED,
	ANSWER_CLASH,       /* this seq was kept before with something else: the page must take the
	                     * sitting over again */
	ANSWER_LATE,        /* after the deadline, whatever stamp it bears */
	ANSWER_ELSEWHERE,   /* another page or machine has taken the sitting over */
	ANSWER_NOT_RUNNING, /* paused, handed in, forced, void: ret_state says which */
	ANSWER_UNKNOWN,     /* no such sitting */
	ANSWER_INVALID,     /* no such item on the form, or too long */
};

enum {
	ANSWER_GRACE_SECONDS = 5, /* for the line, after the deadline */
	ANSWER_SEEN_SECONDS = 8,  /* a sign of life is written when the last one is as old */
	ANSWER_SPENT_MAX = 24 * 3600 * 1000,
};
#define ANSWER_SEQ_MAX INT64_C(9007199254740991) /* what a script counts exactly */

struct answer_write {
	int64_t person_id, sitting_id, epoch, seq, item_no, spent_ms;
	const char *response;
	/* out */
	enum answer_status status;
	const char *state;   /* of the sitting when NOT_RUNNING */
	int64_t saved_at;    /* epoch milliseconds */
	int64_t deadline_at;
};

/* answer_calls() of writes that stand alone, in order. */
int answer_save(struct ctx *cx, struct answer_write *w, size_t n) MUST_CHECK;

/* What one page sends at a time: a sign of life, with answers or without. */
struct answer_call {
	int64_t person_id, sitting_id, epoch;
	struct answer_write *writes; /* ids and epoch are those of the call */
	size_t n;
	/* out: of the sitting as a whole: SAVED when the page may write on, else LATE, ELSEWHERE,
	 * NOT_RUNNING, UNKNOWN */
	enum answer_status status;
	const char *state;
	int64_t newest_epoch, deadline_at;
};

/* All calls in one transaction (the caller's, if there is one), each sitting's in their order;
 * committed when this returns 0. Signs of life are kept with them. ERR_CONFLICT: may be tried again
 * at once; ERR_DB, ERR_IO: none is kept, or on PostgreSQL nobody knows, and trying again tells. */
int answer_calls(struct ctx *cx, struct answer_call *calls, size_t n) MUST_CHECK;

const char *answer_status_code(enum answer_status status); /* "saved" */

struct answer {
	int64_t item_no, seq, saved_at;
	const char *response;
};
/* The answers that count, by item number; those taken back are left out. */
int answer_current(struct ctx *cx, int64_t person_id, int64_t sitting_id,
	struct answer **ret_answers, size_t *ret_n) MUST_CHECK;

#endif
