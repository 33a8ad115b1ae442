/* Marks 评分: theory twice by two people (or a sheet as one of the two), skill and review by each examiner for himself.
 * Nobody sees another's mark before his own is signed; nobody changes another's. */
#ifndef LUBAN_EVALUATION_MARK_H
#define LUBAN_EVALUATION_MARK_H

#include "core/ctx.h"
#include "domain/standard/grade.h"

enum mark_flag { MARK_SCORE, MARK_ABSENT, MARK_VOID };

struct mark_in {
	int64_t person_id, enrolment_id;
	enum part part;
	int64_t round; /* theory: 1 or 2; else 0 */
	enum mark_flag flag;
	int64_t score_centi; /* 0…10000 */
	const char *note;    /* required for MARK_VOID: what happened */
};
/* Keeps or replaces the actor's own unsigned mark. */
int mark_put(struct ctx *cx, const struct mark_in *in) MUST_CHECK;
/* Signs all of the actor's marks of a part of a batch (one room or all); afterwards they stand. */
int mark_sign(struct ctx *cx, int64_t batch_id, enum part part, int64_t batch_room_id, int *ret_n) MUST_CHECK;
/* Aggregates signed marks into enrolment_part: theory when both entries agree (else the pair is listed as a
 * difference to be settled); skill and review by the rule of setting "mark.aggregate" (0 mean, 1 trimmed mean from
 * 5 examiners up, 2 median), rounded half up to 0.01; two thirds absent or void make the part so. Stores how in words. */
int mark_aggregate(struct ctx *cx, int64_t batch_id) MUST_CHECK;

#endif
