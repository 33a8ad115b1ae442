/* Essays are marked by people 主观题阅卷: blind (a code instead of a name, no other's points in
 * sight), by two; by a third when the two are further apart than setting essay.apart_permille of
 * full marks; a moderator may set the points with a reason. The points are
 *   two rounds       their mean
 *   three rounds     by setting essay.third_rule: 0 the third's, 1 the mean of the two nearest
 *   moderated        the moderator's
 * each rounded half up to 0.01. */
#ifndef LUBAN_DOMAIN_EXAM_ESSAY_H
#define LUBAN_DOMAIN_EXAM_ESSAY_H

#include "core/ctx.h"

enum { ESSAY_ROUNDS = 4, ESSAY_MODERATED = 4, ESSAY_HOLD_SECONDS = 30 * 60 };

/* given[round], -1 for none; 1…4. Points, or -1: not decided. ret_apart: a third is needed. */
int64_t essay_points(const int64_t given[ESSAY_ROUNDS + 1], int64_t full_centi,
	int64_t apart_permille, int64_t third_rule, bool *ret_apart);

struct essay_task {
	int64_t person_id, sitting_id, item_no, round, exam_id, form_id, full_centi;
	const char *code; /* what the marker sees instead of a name */
};

/* The same for every round of a sheet's essay, and nothing a marker could look up. */
const char *essay_code(struct ctx *cx, int64_t sitting_id, int64_t item_no);
/* Opens the first two rounds of every essay answered in a sitting; nothing happens the second time.
 * In the caller's transaction. */
int essay_open(struct ctx *cx, int64_t person_id, int64_t sitting_id, int64_t exam_id,
	int64_t form_id, int64_t item_no, int64_t full_centi, int64_t body_id,
	const char *region) MUST_CHECK;
struct q_score_exam; /* query/exam_score.h */
/* Needs score.mark. The exam when it is one of the actor's own body, else ERR_NOTFOUND. */
int essay_exam(struct ctx *cx, int64_t exam_id, struct q_score_exam *ret_exam) MUST_CHECK;
/* Needs score.mark. The essay the actor holds, or a free one that he has not marked in another
 * round; one held longer than ESSAY_HOLD_SECONDS is free again. ERR_NOTFOUND: nothing waits. */
int essay_take(struct ctx *cx, int64_t exam_id, struct essay_task *ret_task) MUST_CHECK;
/* The one the actor holds; ERR_NOTFOUND: none. */
int essay_held(struct ctx *cx, int64_t exam_id, struct essay_task *ret_task) MUST_CHECK;
/* Points for the essay the actor holds. A difference opens the third round; a decision scores the
 * sheet anew. */
int essay_give(struct ctx *cx, const struct essay_task *t, int64_t score_centi,
	const char *note) MUST_CHECK;
/* Needs score.apply. The moderator's word, with a reason, until the scores are published. */
int essay_moderate(struct ctx *cx, int64_t person_id, int64_t sitting_id, int64_t item_no,
	int64_t score_centi, const char *note) MUST_CHECK;

/* What people gave: points by item number (index item_no - 1), -1 where nothing is decided. */
int essay_given(struct ctx *cx, int64_t person_id, int64_t sitting_id, int n,
	int64_t *given_centi) MUST_CHECK;

#endif
