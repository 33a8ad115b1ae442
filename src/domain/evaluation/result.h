/* Results 成绩: compiled, frozen, shown publicly, objected to, changed only by two approvers,
 * confirmed. */
#ifndef LUBAN_EVALUATION_RESULT_H
#define LUBAN_EVALUATION_RESULT_H

#include "core/ctx.h"
#include "core/flow.h"
#include "domain/evaluation/objection.h"

extern const struct flow result_change_flow; /* requested → approved_once → applied; refused */

/* Compiles every candidate's outcome (pass mark in every part), keeps the list as version 1 with
 * its hash over the canonical text, opens the publicity of setting result.publicity_wd working
 * days, step "freeze". ERR_STATE when a part is still pending, with who is missing. */
int result_freeze(struct ctx *cx, int64_t batch_id) MUST_CHECK;
/* The canonical text a hash is over: one line per candidate, documented in docs/auditing.md. */
int result_canonical(struct ctx *cx, int64_t batch_id, int64_t version, struct buf *out) MUST_CHECK;
/* After the publicity, no objection open: authority confirms; enrolments become passed or failed;
 * step "confirm". */
int result_confirm(struct ctx *cx, int64_t batch_id) MUST_CHECK;
/* 0 when it may be confirmed now, else ERR_STATE with the first reason why not. */
int result_may_confirm(struct ctx *cx, int64_t batch_id) MUST_CHECK;
/* Keeps a new version of a frozen list under notice, from the parts as they stand now; the timeline
 * names who or what it is about. For callers behind whom two approvers stand, in their
 * transaction. */
int result_recompile(struct ctx *cx, int64_t batch_id, const char *reason,
	const char *about) MUST_CHECK;
/* Asks for a change of one part after the freeze; see result_change_flow. */
struct result_change_in {
	int64_t person_id, enrolment_id, part, new_centi, file_id;
	const char *new_state, *reason; /* scored, absent, void */
};
int result_change_request(struct ctx *cx, const struct result_change_in *in,
	int64_t *ret_id) MUST_CHECK;

/* Recomputes the hashes of every frozen list (batch_id 0: all): calls each with what differs. For
 * `luban check`. */
int result_check(struct ctx *cx, int64_t batch_id,
	void (*alarm)(void *arg, int64_t batch_id, const char *text), void *arg)
	MUST_CHECK;

#endif
