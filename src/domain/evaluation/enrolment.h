/* Enrolment 报名: by the worker or by roster, judged by the rule engine, reviewed by the body, spot-checked by the
 * authority.
 *   submitted ─accept→ accepted; ─ask→ mend ─resubmit→ submitted; ─reject→ rejected; ─withdraw→ withdrawn
 *   accepted ─(result confirmed)→ passed | failed; passed ─(certificate)→ certified      (hidden steps) */
#ifndef LUBAN_EVALUATION_ENROLMENT_H
#define LUBAN_EVALUATION_ENROLMENT_H

#include "core/ctx.h"
#include "core/flow.h"
#include "core/rule.h"
#include "domain/evaluation/person.h"

extern const struct flow enrolment_flow;

/* The judgement for a batch, or for an occupation and grade at large (batch_id 0: the standard in force on the day). */
int enrolment_judge(struct ctx *cx, int64_t batch_id, int64_t occupation_id, int64_t grade, struct facts *facts,
	int64_t on, struct rule_answer *ret_answer) MUST_CHECK;

struct enrolment_in {
	int64_t batch_id, person_id;
	const char *source, *unit; /* source: self, roster */
	struct person_claims claims;
	int64_t photo_file_id;
	bool consent;
};
/* Judges and keeps the enrolment with its reasons. The same person again in the same batch: ERR_CONFLICT
 * "enrolment.already". Refused with a reason: batch not enrolling, quota full, another batch on the same day, the same
 * occupation and grade already certified. */
int enrolment_create(struct ctx *cx, const struct enrolment_in *in, int64_t *ret_id) MUST_CHECK;

#endif
