/* Scores of the demo's computer exams: by the machine, essays by the examiners of the group. */
#include "domain/demo/province.h"
#include "domain/exam/essay.h"
#include "domain/exam/scoring.h"

/* What one examiner gives: by the sheet alone, and a little by himself. */
static int64_t points_of(const struct essay_task *t, int who)
{
	struct chance own = {(uint64_t)t->sitting_id * 31 + (uint64_t)t->item_no};
	int64_t half_points = t->full_centi / 50, base = chance_between(&own, 2, half_points);
	struct chance lean = {own.state + (uint64_t)who};
	int64_t given = base + chance_between(&lean, -1, 1);
	return (given < 0 ? 0 : given > half_points ? half_points : given) * 50;
}

/* At most so many; fewer when nothing waits any more. */
static int mark_essays(struct demo *d, struct demo_batch *b, int who, int most)
{
	struct essay_task t;
	demo_act(d, &b->scope->examiners[3 * b->group + who].actor);
	for (int i = 0; i < most; i++) {
		int r = essay_take(d->cx, b->exam_id, &t);
		if (r == ERR_NOTFOUND) {
			ctx_clear(d->cx);
			return 0;
		}
		if (r < 0)
			return r;
		demo_wait(d, 40);
		TRY(essay_give(d->cx, &t, points_of(&t, who), ""));
	}
	return 0;
}

int demo_score_exam(struct demo *d, struct demo_batch *b)
{
	int64_t version_id;
	TRY(demo_exam_clock(d));
	demo_act(d, &b->body->clerks[0]);
	TRY(score_begin(d->cx, b->exam_id, &version_id));
	TRY(score_run(d->cx, version_id, NULL));
	return mark_essays(d, b, 0, 1000);
}

int demo_score_publish(struct demo *d, struct demo_batch *b)
{
	TRY(mark_essays(d, b, 1, 1000));
	TRY(mark_essays(d, b, 2, 1000));
	demo_act(d, &b->body->clerks[0]);
	return score_publish(d->cx, b->exam_id);
}
