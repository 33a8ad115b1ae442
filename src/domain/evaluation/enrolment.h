/* Enrolment 报名: by the worker or by roster, judged by the rule engine, reviewed by the body,
 * spot-checked by the authority.
 *   submitted ─accept→ accepted; ─ask→ mend ─resubmit→ submitted; ─reject→ rejected ─reconsider→
 *   submitted; ─withdraw→ withdrawn ─again→ submitted
 *   accepted ─(result confirmed)→ passed | failed; passed ─(certificate)→ certified      (hidden
 * steps) */
#ifndef LUBAN_EVALUATION_ENROLMENT_H
#define LUBAN_EVALUATION_ENROLMENT_H

#include "core/ctx.h"
#include "core/flow.h"
#include "core/rule.h"
#include "domain/evaluation/person.h"

extern const struct flow enrolment_flow;

/* The judgement for a batch, or for an occupation and grade at large (batch_id 0: the standard in
 * force on the day). */
int enrolment_judge(struct ctx *cx, int64_t batch_id, int64_t occupation_id, int64_t grade,
	struct facts *facts, int64_t on, struct rule_answer *ret_answer) MUST_CHECK;

struct enrolment_in {
	int64_t batch_id, person_id;
	const char *source, *unit; /* source: self, roster */
	struct person_claims claims;
	int64_t photo_file_id;
	bool consent;
};
/* By the person himself, or by a body in whose scope the batch lies. Judges and keeps the enrolment
 * with its reasons. The same person again in the same batch: ERR_CONFLICT "enrolment.already".
 * Refused with a reason: batch not enrolling, quota full, another batch on the same day, the same
 * occupation and grade already certified. */
int enrolment_create(struct ctx *cx, const struct enrolment_in *in, int64_t *ret_id) MUST_CHECK;

struct q_batch_find; /* query/batch.h */
/* Whether the person may enter at all: ERR_CONFLICT when he is in this batch, in another on the
 * same days, or holds the certificate already; ERR_STATE when it is not open, ERR_LIMIT when full.
 */
int enrolment_check(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id) MUST_CHECK;

/* Judges once more with corrected claims, while the enrolment waits for review or for mending: by
 * the person himself or by the body. */
int enrolment_rejudge(struct ctx *cx, int64_t person_id, int64_t id,
	const struct person_claims *claims) MUST_CHECK;

struct q_enrolment_find; /* query/enrolment.h */
/* The number of a certificate of this system that the judgement counted and that has been suspended
 * or revoked since; NULL when there is none. Nobody is accepted on it until he is judged again. */
int enrolment_fallen(struct ctx *cx, const struct q_enrolment_find *e,
	const char **ret_number) MUST_CHECK;
/* The actor's own, or one in his scope; ERR_NOTFOUND with words. */
int enrolment_get(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_enrolment_find *ret_enrolment) MUST_CHECK;

/* Step "certify" of many enrolments, in the caller's transaction: all of them, or ERR_STATE when
 * one is not in state "passed". A passed enrolment has no deadline, so that none is closed. */
struct enrolment_certified {
	int64_t person_id, id, certificate_id;
	const char *number, *name;
};
int enrolment_certify_many(struct ctx *cx, const struct enrolment_certified *list,
	size_t n) MUST_CHECK;

/* Evidence: a file with what it is, kept with the enrolment; while it waits for review or for
 * mending. */
int enrolment_attach(struct ctx *cx, int64_t person_id, int64_t id, const char *item,
	const char *filename, struct str bytes, int64_t *ret_attachment_id) MUST_CHECK;
struct file; /* core/file.h */
int enrolment_file(struct ctx *cx, int64_t person_id, int64_t id, int64_t attachment_id,
	struct file *ret_file)
	MUST_CHECK;
/* The photo of this enrolment. */
int enrolment_photo(struct ctx *cx, int64_t person_id, int64_t id,
	struct file *ret_file) MUST_CHECK;
int enrolment_set_photo(struct ctx *cx, int64_t person_id, int64_t id, int64_t file_id) MUST_CHECK;

enum { ACCEPT_AT_ONCE = 200 };
/* The body accepts all waiting enrolments that met a condition. At most ACCEPT_AT_ONCE are done
 * now; more become job "enrolment.accept": then *ret_job_id is not 0. */
int enrolment_accept_all(struct ctx *cx, int64_t batch_id, int64_t *ret_accepted,
	int64_t *ret_job_id) MUST_CHECK;
/* The work of that job; job NULL when called directly. */
struct job;
int enrolment_accept_run(struct ctx *cx, int64_t batch_id, struct job *job,
	int64_t *ret_accepted) MUST_CHECK;

/* Spot check by the authority: draws setting enrolment.spot_check_percent of the batch (at least
 * one), by a seed that stays in the batch's record, so that anybody can draw again and get the
 * same. Drawn ones stay drawn. */
int enrolment_draw(struct ctx *cx, int64_t batch_id, const char *seed,
	int64_t *ret_drawn) MUST_CHECK;
/* good, or bad with a reason: a bad one that was accepted goes back for mending. */
int enrolment_spot(struct ctx *cx, int64_t person_id, int64_t id, bool is_good,
	const char *reason) MUST_CHECK;

#endif
