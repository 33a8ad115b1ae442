/* Inside the room: what scoring, replays and essays share. */
#ifndef LUBAN_DOMAIN_EXAM_SCORE_IMPL_H
#define LUBAN_DOMAIN_EXAM_SCORE_IMPL_H

#include "domain/exam/scoring.h"

struct q_score_exam;

int score_rules_of(struct ctx *cx, const char *rulings, const char *multiple_rule,
	struct score_rules *ret_rules) MUST_CHECK;
/* Has a sitting in this state a sheet that is scored? */
bool score_counts(const char *sitting_state);
/* The exam in the actor's scope. */
int score_exam_get(struct ctx *cx, int64_t exam_id, struct q_score_exam *ret_exam) MUST_CHECK;
/* In a transaction: what others do to this exam's scores at the same moment is seen behind it. */
int score_lock(struct ctx *cx, int64_t exam_id) MUST_CHECK;
/* In a transaction: the batch's results are not frozen before its end. */
int score_hold_batch(struct ctx *cx, int64_t batch_id) MUST_CHECK;
/* How many essays of the version that counts wait. ERR_STATE: none counts. */
int score_pending(struct ctx *cx, const struct q_score_exam *exam, int64_t *ret_n) MUST_CHECK;
/* Writes what counts now into the parts of the batch; `how` stands behind each score. */
int score_write_parts(struct ctx *cx, const struct q_score_exam *exam, const char *how) MUST_CHECK;

#endif
