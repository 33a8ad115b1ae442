/* Inside the room: what online enrolment and rosters share. */
#ifndef LUBAN_EVALUATION_ENROLMENT_ROW_H
#define LUBAN_EVALUATION_ENROLMENT_ROW_H

#include "domain/evaluation/enrolment.h"
#include "domain/evaluation/person_row.h"

struct q_batch_find;

/* What enrolment_check() finds outside the batch only: another one that day, certified already. */
int enrolment_clashes(struct ctx *cx, const struct q_batch_find *batch,
	int64_t person_id) MUST_CHECK;
/* Until the caller's transaction ends nobody else enrols this person anywhere. */
int enrolment_hold_person(struct ctx *cx, int64_t person_id) MUST_CHECK;
/* The row, its parts and its first event, in the caller's transaction; the caller counts it. A new
 * person has no earlier passes to keep. */
int enrolment_insert(struct ctx *cx, const struct q_batch_find *batch,
	const struct enrolment_in *in,
	const struct rule_answer *answer, const char *facts_json, int64_t seq,
	const struct person_known *person, int64_t *ret_id) MUST_CHECK;
/* Is the batch open, and is there room? */
int enrolment_batch_takes(struct ctx *cx, const struct q_batch_find *batch) MUST_CHECK;
/* The rules a batch began under. */
int enrolment_ruleset(struct ctx *cx, const struct q_batch_find *batch,
	const struct ruleset **ret_set) MUST_CHECK;
int enrolment_judge_by(struct ctx *cx, const struct ruleset *set, int64_t grade,
	const struct facts *facts, int64_t on, struct rule_answer *ret_answer) MUST_CHECK;
const char *enrolment_verdict_code(enum rule_verdict verdict); /* met, not_met, unknown */
const char *enrolment_verdict_text(struct ctx *cx, const struct rule_answer *answer);

#endif
