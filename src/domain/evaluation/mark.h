/* Marks 评分: theory twice by two people (or a sheet as one of the two), skill and review by each
 * examiner for himself. Nobody sees another's mark before his own is signed; nobody changes
 * another's. */
#ifndef LUBAN_EVALUATION_MARK_H
#define LUBAN_EVALUATION_MARK_H

#include "core/ctx.h"
#include "domain/standard/grade.h"

enum mark_flag { MARK_SCORE, MARK_ABSENT, MARK_VOID };

/* Rounds of theory: two entries, and the decision of a third person where they differ. Skill and
 * review have round 0. */
enum mark_round { MARK_FIRST = 1, MARK_SECOND = 2, MARK_SETTLED = 3 };

struct mark_in {
	int64_t person_id, enrolment_id;
	enum part part;
	int64_t round;
	enum mark_flag flag;
	int64_t score_centi; /* 0…10000 */
	const char *note;    /* required for MARK_VOID and MARK_SETTLED: what happened, why */
};
/* Keeps or replaces the actor's own unsigned mark. */
int mark_put(struct ctx *cx, const struct mark_in *in) MUST_CHECK;
/* Takes the actor's own unsigned mark back; nothing happens when there is none. */
int mark_clear(struct ctx *cx, const struct mark_in *in) MUST_CHECK;
/* The third person's decision on a paper whose two signed entries differ: stands at once. */
int mark_settle(struct ctx *cx, const struct mark_in *in) MUST_CHECK;
/* Signs all of the actor's marks of a part of a batch; afterwards they stand. With a room, only
 * when everybody in it is marked; with 0, every room begun must be complete. */
int mark_sign(struct ctx *cx, int64_t batch_id, enum part part, int64_t batch_room_id,
	int *ret_n) MUST_CHECK;

/* Which theory entry of a room is the actor's to make: the one he began, else the first one that
 * nobody has begun; 0 when both are others'. */
int mark_round(struct ctx *cx, int64_t batch_id, int64_t batch_room_id,
	int64_t *ret_round) MUST_CHECK;

/* An examiner who must not mark a candidate of his room (近亲属、师生、师徒、同单位). */
struct mark_avoid {
	int64_t batch_room_id, account_id, person_id;
	const char *reason;
};
/* batch_room_id 0: all rooms. */
int mark_avoidances(struct ctx *cx, int64_t batch_id, int64_t batch_room_id,
	struct mark_avoid **ret_avoids, size_t *ret_n) MUST_CHECK;
/* The reason, or NULL. */
const char *mark_avoid_reason(const struct mark_avoid *avoids, size_t n, int64_t batch_room_id,
	int64_t account_id, int64_t person_id);

/* Aggregates signed marks into enrolment_part: theory when both entries agree or the third person
 * has decided; skill and review when every examiner on duty (but those who must avoid the
 * candidate) has signed, by the rule of setting "mark.aggregate" (0 mean, 1 trimmed mean from 5
 * examiners up, 2 median), rounded half up to 0.01; two thirds absent or void make the part so.
 * Stores how in words. */
int mark_aggregate(struct ctx *cx, int64_t batch_id) MUST_CHECK;

/* Recomputes the signatures of a batch's signed marks (0: of all batches) and calls for each that
 * does not fit. */
int mark_check(struct ctx *cx, int64_t batch_id,
	void (*alarm)(void *arg, int64_t batch_id, const char *text), void *arg) MUST_CHECK;

#endif
