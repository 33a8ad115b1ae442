/* Answers of a running sitting: idempotent writes with a sequence number. A write is judged and
 * kept in one statement under the server's clock: the sitting must be running, its epoch the
 * newest (the last page that took it over writes, older ones are told), the deadline not passed.
 * What was acknowledged is on disk. Rows are never changed; an item's answer is that of its highest
 * seq, so a save that overtakes another does no harm. */
#ifndef LUBAN_DOMAIN_EXAM_ANSWER_H
#define LUBAN_DOMAIN_EXAM_ANSWER_H

#include "core/ctx.h"

enum answer_status {
	ANSWER_SAVED = 1,
	ANSWER_REPEATED,    /* this seq was kept before with the same item and response */
	ANSWER_CLASH,       /* this seq was kept before with something else: the page must take the
	                     * sitting over again */
	ANSWER_LATE,        /* after the deadline, whatever stamp it bears */
	ANSWER_ELSEWHERE,   /* another page or machine has taken the sitting over */
	ANSWER_NOT_RUNNING, /* paused, handed in, forced, void: ret_state says which */
	ANSWER_UNKNOWN,     /* no such sitting */
	ANSWER_INVALID,     /* no such item on the form, or too long */
};

enum { ANSWER_GRACE_SECONDS = 5 }; /* for the line, after the deadline */

struct answer_write {
	int64_t person_id, sitting_id, epoch, seq, item_no, spent_ms;
	const char *response;
	/* out */
	enum answer_status status;
	const char *state;   /* of the sitting when NOT_RUNNING */
	int64_t saved_at;    /* epoch milliseconds */
	int64_t deadline_at;
};

/* All of them in one transaction, in order; committed when this returns 0. ERR_DB, ERR_IO: none is
 * kept. */
int answer_save(struct ctx *cx, struct answer_write *w, size_t n) MUST_CHECK;

struct answer {
	int64_t item_no, seq, saved_at;
	const char *response;
};
/* The answers that count, by item number; those taken back are left out. */
int answer_current(struct ctx *cx, int64_t person_id, int64_t sitting_id,
	struct answer **ret_answers, size_t *ret_n) MUST_CHECK;

#endif
