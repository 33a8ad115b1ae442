/* Recall: the certificates of a body, a batch, an examiner or a case of the look for copying, taken
 * up together. The list is made and shown with what rests on it, frozen, approved by another; then
 * each person has a case of his own (revocation.h) with notice, term, decision, service and review.
 *
 *   listing → listed → frozen → noticing → running ⇄ deciding, serving → closed
 *
 * The long parts are jobs: each person is a compare-and-set in a transaction that also keeps the
 * progress, so that a job that died or was cancelled goes on where it stood, exactly once in
 * effect. Whoever spoke or asked for a hearing is never decided in bulk. */
#ifndef LUBAN_CERTIFICATE_RECALL_H
#define LUBAN_CERTIFICATE_RECALL_H

#include "core/ctx.h"
#include "core/field.h"
#include "core/flow.h"
#include "core/job.h"

enum { RECALL_MAX = 200000, RECALL_STEP = 50 /* people in a transaction */ };

extern const struct flow recall_flow;
extern const struct job_kind recall_jobs[];
extern const struct choice recall_picks[]; /* body, batch, examiner, case; ends with {0} */

struct recall_in {
	const char *title, *pick_kind;
	int64_t picked_id;      /* body, batch, staff or forensic case */
	int64_t from_on, to_on; /* days of issue, with a body; 0: no bound */
	const char *reason_kind, *reason;
	int64_t file_id;
	bool is_suspending, is_offering;
};

/* Needs revocation.handle; submits the job that makes the list. */
int recall_open(struct ctx *cx, const struct recall_in *in, int64_t *ret_id) MUST_CHECK;
/* Before the list is frozen: takes a person out, or in again, with a reason. Kept as events of kind
 * "recall_item" about the recall. */
int recall_take_out(struct ctx *cx, int64_t id, int64_t person_id, int64_t item_id,
	const char *reason) MUST_CHECK;
int recall_take_in(struct ctx *cx, int64_t id, int64_t person_id, int64_t item_id) MUST_CHECK;
/* The decision over all who let their term pass; needs certificate.revoke, and another person than
 * froze the list. Submits the job. */
int recall_decide(struct ctx *cx, int64_t id, const char *text) MUST_CHECK;
/* Whatever job the state waits for, again: it goes on where it stood. */
int recall_go_on(struct ctx *cx, int64_t id) MUST_CHECK;
/* What the job of the state would do, now and without it: for the demo and for tests. */
int recall_work(struct ctx *cx, int64_t id) MUST_CHECK;
/* "SHA-256 over certificate|state|number|reason, a line each, by certificate": hex, in the
 * arena. */
int recall_digest(struct ctx *cx, int64_t id, const char **ret_hex) MUST_CHECK;

/* The holder takes an offer up with an enrolment of his, or declines it. */
int reassessment_take(struct ctx *cx, int64_t id, int64_t enrolment_id) MUST_CHECK;
int reassessment_decline(struct ctx *cx, int64_t id) MUST_CHECK;

#endif
