/* The life of a batch, step by step, each at its day before or after the sitting. A batch meant to
 * stand in a state today goes no further than that. */
#include <string.h>

#include "base/civil.h"
#include "core/workday.h"
#include "domain/certificate/certificate.h"
#include "domain/demo/province.h"
#include "domain/evaluation/arrange.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/result.h"
#include "query/batch.h"

enum { TURNED_AWAY_MAX = 12 };

static int move(struct demo *d, const struct demo_batch *b, const struct actor *who,
	const char *action, const char *why)
{
	demo_act(d, who);
	return flow_run(d->cx, &batch_flow, 0, b->id, action, why, NULL);
}

static struct demo_office *office(struct demo *d, const struct demo_batch *b)
{
	return demo_office_of(d, b->body->region);
}

static int tick(struct demo *d)
{
	int ignored;
	demo_act_as_system(d);
	return batch_tick(d->cx, &ignored);
}

static int submit(struct demo *d, struct demo_batch *b)
{
	return move(d, b, &b->body->manager, "submit", "");
}

#define RETURN_WHY "技能考核工位与报名人数不匹配，请核对场次后重新报备"

static int acknowledge(struct demo *d, struct demo_batch *b)
{
	if (streq(b->twist, "returned"))
		return move(d, b, &office(d, b)->clerk, "return", RETURN_WHY);
	if (streq(b->twist, "returned_once")) {
		TRY(move(d, b, &office(d, b)->clerk, "return", RETURN_WHY));
		demo_wait(d, 5 * HOUR);
		TRY(move(d, b, &b->body->manager, "submit", "已核对场次"));
		demo_wait(d, 3 * HOUR);
	}
	return move(d, b, &office(d, b)->clerk, "acknowledge", "");
}

static int change_mind(struct demo *d, struct demo_batch *b)
{
	if (streq(b->twist, "cancelled"))
		return move(d, b, &b->body->manager, "cancel", "预报名人数不足，取消本批次");
	if (streq(b->twist, "postponed"))
		return move(d, b, &b->body->manager, "postpone", "考场设备检修，延期举行");
	return 0;
}

static int enrol_first(struct demo *d, struct demo_batch *b)
{
	TRY(tick(d));
	return demo_enrol(d, b, 35);
}

static int enrol_more(struct demo *d, struct demo_batch *b)
{
	TRY(demo_enrol(d, b, 70));
	return demo_review(d, b, 40);
}

static int enrol_last(struct demo *d, struct demo_batch *b)
{
	TRY(demo_enrol(d, b, 100));
	return demo_review(d, b, 60);
}

static int close_and_review(struct demo *d, struct demo_batch *b)
{
	TRY(tick(d));
	demo_wait(d, 9 * HOUR);
	TRY(demo_review(d, b, streq(b->stop, "closed") ? 75 : 100));
	return demo_spot_check(d, b);
}

/* Who has to avoid every group of examiners finds no place: he is told to come to a later batch. */
static int seat_everybody(struct demo *d, struct demo_batch *b)
{
	for (int i = 0; i < TURNED_AWAY_MAX; i++) {
		demo_act(d, &b->body->clerks[0]);
		int r = arrange_batch(d->cx, b->id, NULL);
		if (r != ERR_STATE || !streq(d->cx->problem.id, "arrange.no_place"))
			return r;
		const char *name = keep_text(d, "%s", d->cx->problem.args[0]);
		ctx_clear(d->cx);
		TRY(demo_turn_away(d, b, name, "须回避本批次考评员，改报下一批次"));
	}
	return fail(d->cx, ERR_LIMIT, "demo.no_places", b->body->name);
}

static int arrange(struct demo *d, struct demo_batch *b)
{
	TRY(seat_everybody(d, b));
	return demo_exam_set_up(d, b);
}

static int start(struct demo *d, struct demo_batch *b)
{
	TRY(tick(d));
	return demo_exam_sit(d, b);
}

static int finish(struct demo *d, struct demo_batch *b)
{
	TRY(tick(d));
	demo_wait(d, HOUR);
	return demo_mark_skill(d, b);
}

static int theory_first(struct demo *d, struct demo_batch *b)
{
	if (streq(b->twist, "unmarked"))
		return 0;
	TRY(b->machine ? demo_score_exam(d, b) : demo_mark_theory(d, b, 1));
	if (!streq(b->twist, "held"))
		return 0;
	return move(d, b, &office(d, b)->clerk, "hold", "接到举报，理论考试监控录像缺失，冻结调查");
}

static int theory_second(struct demo *d, struct demo_batch *b)
{
	if (b->machine)
		return demo_score_publish(d, b);
	return streq(b->twist, "half_marked") || streq(b->twist,
		"unmarked") ? 0 : demo_mark_theory(d, b, 2);
}

static int freeze(struct demo *d, struct demo_batch *b)
{
	demo_act(d, &b->body->manager);
	return result_freeze(d->cx, b->id);
}

static int issue(struct demo *d, struct demo_batch *b)
{
	int n;
	demo_act(d, &b->body->manager);
	TRY(certificate_issue_batch(d->cx, b->id, &n));
	d->report.certificates += n;
	return 0;
}

/* A package takes a second and megabytes: most batches go without, and can have theirs made
 * later. */
static int archive(struct demo *d, struct demo_batch *b)
{
	int64_t ignored;
	if (!d->in->archive || !streq(b->twist, "package"))
		return move(d, b, &b->body->clerks[0], "archive", "五卷齐全");
	demo_act(d, &b->body->clerks[0]);
	return d->in->archive(d->cx, b->id, &ignored);
}

/* FROM_EXAM_ANY: what people do on any day of the week. */
enum anchor { FROM_EXAM, FROM_EXAM_ANY, FROM_START, FROM_END, FROM_LAST, FROM_NOTICE };

static const struct life_step {
	enum anchor anchor;
	int days, hour;
	const char *state; /* in which it leaves the batch */
	int (*run)(struct demo *d, struct demo_batch *b);
} steps[] = {
	{FROM_EXAM, -36, 10, "draft", demo_batch_draft},
	{FROM_EXAM, -34, 15, "filed", submit},
	{FROM_EXAM, -32, 11, "announced", acknowledge},
	{FROM_EXAM, -30, 9, "announced", change_mind},
	{FROM_EXAM_ANY, -28, 9, "enrolling", enrol_first},
	{FROM_EXAM_ANY, -21, 10, "enrolling", enrol_more},
	{FROM_EXAM_ANY, -14, 14, "enrolling", enrol_last},
	{FROM_EXAM_ANY, -9, 0, "closed", close_and_review},
	{FROM_EXAM, -6, 15, "arranged", arrange},
	{FROM_START, 0, 0, "testing", start},
	{FROM_END, 0, 0, "marking", finish},
	{FROM_LAST, 1, 9, "marking", theory_first},
	{FROM_LAST, 2, 10, "marking", theory_second},
	{FROM_LAST, 5, 11, "publicity", freeze},
	{FROM_LAST, 7, 9, "publicity", demo_dispute},
	{FROM_NOTICE, 1, 10, "confirmed", demo_confirm},
	{FROM_LAST, 20, 10, "certified", issue},
	{FROM_LAST, 45, 15, "archived", archive},
};

enum { STEPS = sizeof steps / sizeof *steps };

static bool ends_early(const struct demo_batch *b, size_t step)
{
	if (streq(b->twist, "returned"))
		return step == 2;
	if (streq(b->twist, "cancelled") || streq(b->twist, "postponed"))
		return step == 3;
	return streq(b->twist, "held") && step == 11;
}

static bool is_last(const struct demo_batch *b, size_t step)
{
	if (step + 1 == STEPS || ends_early(b, step))
		return true;
	return streq(steps[step].state, b->stop) && !streq(steps[step + 1].state, b->stop);
}

/* Sittings begin and end when they do; offices work on working days, except near the present. */
static int due_at(struct demo *d, const struct demo_batch *b, const struct life_step *s,
	int64_t *ret_at)
{
	struct q_batch_find row;
	demo_act_as_system(d);
	TRY(batch_get(d->cx, b->id, &row));
	int64_t days[] = {[FROM_EXAM] = b->exam_on, [FROM_EXAM_ANY] = b->exam_on,
		[FROM_LAST] = civil_day_at(row.last_at), [FROM_NOTICE] = row.publicity_to_on};
	if (s->anchor == FROM_START || s->anchor == FROM_END) {
		*ret_at = (s->anchor == FROM_START ? row.first_at : row.last_at) + 30;
		return 0;
	}
	int64_t day = days[s->anchor] + s->days;
	*ret_at = b->is_live || s->anchor == FROM_EXAM_ANY ? 0
		: demo_office_hour(d, day, s->hour);
	bool is_late = s->anchor == FROM_EXAM && *ret_at >= row.first_at; /* long holidays */
	if (!*ret_at || is_late)
		*ret_at = civil_midnight(day) + s->hour * HOUR + 5 * 60;
	if (*ret_at <= d->now)
		*ret_at = d->now + HOUR / 2;
	return 0;
}

static int run_step(struct demo *d, struct demo_task *t)
{
	struct demo_batch *b = t->batch;
	TRY(steps[t->step].run(d, b));
	if (is_last(b, t->step))
		return 0;
	t->step++;
	return due_at(d, b, &steps[t->step], &t->due_at);
}

/* The batch that depends on the hour of the day has a chance of its own: the rest of the province
 * is the same at any hour. */
int demo_batch_task(struct demo *d, struct demo_task *t)
{
	struct chance keep = d->chance, keep_domain = d->domain_chance;
	bool is_apart = streq(t->batch->twist, "exam_today");
	if (is_apart) {
		chance_init(&d->chance, text_of(d->cx, "%s/today/%d", d->in->seed, (int)t->step));
		chance_init(&d->domain_chance,
			text_of(d->cx, "%s/today/domain/%d", d->in->seed, (int)t->step));
	}
	int r = run_step(d, t);
	if (is_apart) {
		d->chance = keep;
		d->domain_chance = keep_domain;
	}
	return r;
}
