/* From signed marks to one score for each part, and how it came about in words. */
#include <stdlib.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/mark.h"
#include "query/batch.h"
#include "query/mark.h"

enum { MARKS_MAX = 32 };
enum aggregate_rule { AGGREGATE_MEAN, AGGREGATE_TRIMMED, AGGREGATE_MEDIAN };

struct outcome {
	const char *state; /* scored, absent, void; NULL: still pending */
	int64_t centi;
	const char *explained;
};

static const char *score_text(struct ctx *cx, int64_t centi)
{
	return text_of(cx, "%d.%02d", (int)(centi / 100), (int)(centi % 100));
}

static struct outcome of_mark(struct ctx *cx, const struct q_marks_of_part *m, const char *how)
{
	if (streq(m->flag, "absent"))
		return (struct outcome){"absent", 0, text_of(cx, "缺考（%s）", how)};
	if (streq(m->flag, "void"))
		return (struct outcome){"void", 0, text_of(cx, "违纪，成绩无效：%s", m->note)};
	return (struct outcome){"scored", m->score_centi, how};
}

static bool same(const struct q_marks_of_part *a, const struct q_marks_of_part *b)
{
	return streq(a->flag, b->flag) && a->score_centi == b->score_centi;
}

static struct outcome theory(struct ctx *cx, const struct q_marks_of_part_rows *marks)
{
	const struct q_marks_of_part *by_round[4] = {0};
	for (size_t i = 0; i < marks->n; i++)
		if (marks->at[i].signed_at && marks->at[i].round >= 1 && marks->at[i].round <= 3)
			by_round[marks->at[i].round] = &marks->at[i];
	if (by_round[3])
		return of_mark(cx, by_round[3],
			text_of(cx, "两次录入不一致，%s 核定：%s", by_round[3]->marker_name,
			by_round[3]->note));
	if (!by_round[1] || !by_round[2] || !same(by_round[1], by_round[2]))
		return (struct outcome){0};
	return of_mark(cx, by_round[1], text_of(cx, "%s、%s 两次录入一致", by_round[1]->marker_name,
		by_round[2]->marker_name));
}

static int ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static int64_t half_up(int64_t sum, int64_t n)
{
	return (2 * sum + n) / (2 * n);
}

static int64_t mean(const int64_t *centi, size_t from, size_t to)
{
	int64_t sum = 0;
	for (size_t i = from; i < to; i++)
		sum += centi[i];
	return half_up(sum, (int64_t)(to - from));
}

static int64_t by_rule(int64_t *centi, size_t n, enum aggregate_rule rule, const char **ret_how)
{
	qsort(centi, n, sizeof *centi, ascending);
	if (rule == AGGREGATE_TRIMMED && n >= 5) {
		*ret_how = "去掉最高分和最低分后取平均";
		return mean(centi, 1, n - 1);
	}
	if (rule == AGGREGATE_MEDIAN) {
		*ret_how = "取中位数";
		return n % 2 ? centi[n / 2] : half_up(centi[n / 2 - 1] + centi[n / 2], 2);
	}
	*ret_how = "取平均";
	return mean(centi, 0, n);
}

static struct outcome of_scores(struct ctx *cx, const struct q_marks_of_part_rows *marks,
	enum aggregate_rule rule, int64_t spread)
{
	int64_t centi[MARKS_MAX] = {0};
	size_t n = 0;
	const char *how, *list = "";
	for (size_t i = 0; i < marks->n && n < MARKS_MAX; i++)
		if (streq(marks->at[i].flag, "score")) {
			list = text_of(cx, "%s%s%s", list, n ? "、" : "",
				score_text(cx, marks->at[i].score_centi));
			centi[n++] = marks->at[i].score_centi;
		}
	int64_t value = by_rule(centi, n, rule, &how), apart = centi[n - 1] - centi[0];
	const char *wide = apart > spread ? text_of(cx, "（最高与最低相差 %s，请核查）",
		score_text(cx, apart)) : "";
	return (struct outcome){"scored", value, text_of(cx, "%zu 名考评员 %s，%s %s%s", n, list,
		how, score_text(cx, value), wide)};
}

static size_t flagged(const struct q_marks_of_part_rows *marks, const char *flag)
{
	size_t n = 0;
	for (size_t i = 0; i < marks->n; i++)
		n += streq(marks->at[i].flag, flag);
	return n;
}

static const char *notes_of(struct ctx *cx, const struct q_marks_of_part_rows *marks)
{
	const char *all = "";
	for (size_t i = 0; i < marks->n; i++)
		if (streq(marks->at[i].flag, "void"))
			all = text_of(cx, "%s%s%s", all, *all ? "；" : "", marks->at[i].note);
	return all;
}

/* Every examiner on duty must have signed. */
static struct outcome skill(struct ctx *cx, const struct q_marks_of_part_rows *marks,
	size_t examiners, enum aggregate_rule rule, int64_t spread)
{
	for (size_t i = 0; i < marks->n; i++)
		if (!marks->at[i].signed_at)
			return (struct outcome){0};
	if (!marks->n || marks->n < examiners)
		return (struct outcome){0};
	size_t most = 2 * marks->n;
	if (3 * flagged(marks, "absent") >= most)
		return (struct outcome){"absent", 0, "缺考"};
	if (3 * flagged(marks, "void") >= most || !flagged(marks, "score"))
		return (struct outcome){"void", 0,
			text_of(cx, "违纪，成绩无效：%s", notes_of(cx, marks))};
	return of_scores(cx, marks, rule, spread);
}

struct job_state {
	struct ctx *cx;
	struct q_batch_find batch;
	struct mark_avoid *avoids;
	size_t n_avoids;
	enum aggregate_rule rule;
	int64_t pass, kept_until, spread; /* spread: marks further apart are worth a look */
};

/* Examiners of the room who are to mark this candidate. */
static size_t on_duty(const struct job_state *s, const struct q_examiners_of_slot_rows *examiners,
	const struct q_parts_of_batch *part)
{
	size_t n = 0;
	for (size_t i = 0; i < examiners->n; i++)
		n += !mark_avoid_reason(s->avoids, s->n_avoids, part->batch_room_id,
			examiners->at[i].account_id, part->person_id);
	return n;
}

static int outcome_of(struct job_state *s, const struct q_parts_of_batch *part,
	struct outcome *ret_outcome)
{
	struct q_marks_of_part_rows marks;
	struct q_examiners_of_slot_rows examiners = {0};
	struct ctx *cx = s->cx;
	int r = q_marks_of_part(cx->db, &marks, .person_id = part->person_id,
		.enrolment_id = part->enrolment_id, .part = part->part);
	if (r >= 0 && part->part != PART_THEORY)
		r = q_examiners_of_slot(cx->db, &examiners, .batch_room_id = part->batch_room_id);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_outcome = part->part == PART_THEORY
		? theory(cx, &marks) : skill(cx, &marks, on_duty(s, &examiners, part), s->rule,
			s->spread);
	return 0;
}

static int settle(struct job_state *s, const struct q_parts_of_batch *part)
{
	struct outcome o;
	if (streq(part->attempt, "kept"))
		return 0;
	int r = outcome_of(s, part, &o);
	if (r < 0 || !o.state)
		return r;
	bool passed = streq(o.state, "scored") && o.centi >= s->pass;
	r = q_part_set_score(s->cx->db, .person_id = part->person_id,
		.enrolment_id = part->enrolment_id,
		.part = part->part, .part_state = o.state, .score_centi = o.centi,
		.explained = o.explained, .kept_until_on = passed ? s->kept_until : 0);
	return r < 0 ? ctx_pass(s->cx, r) : 0;
}

static int load(struct job_state *s, int64_t batch_id)
{
	struct ctx *cx = s->cx;
	int r = ctx_need(cx, PERM_RESULT_COMPILE);
	if (r < 0 || (r = batch_get(cx, batch_id, &s->batch)) < 0)
		return r;
	if (!streq(s->batch.state, "testing") && !streq(s->batch.state, "marking"))
		return fail(cx, ERR_STATE, "mark.not_now",
			flow_state(&batch_flow, s->batch.state)->label);
	int64_t rule, months, on = civil_day_at(s->batch.first_at);
	const char *region = s->batch.region;
	if ((r = setting_get(cx, "mark.aggregate", region, on, &rule)) < 0 ||
		(r = setting_get(cx, "mark.pass_centi", region, on, &s->pass)) < 0 ||
		(r = setting_get(cx, "mark.spread_centi", region, on, &s->spread)) < 0 ||
		(r = setting_get(cx, "resit.months", region, on, &months)) < 0)
		return r;
	s->rule = (enum aggregate_rule)rule;
	/* Counted from the registration deadline, as provinces do. */
	s->kept_until = civil_add_months(s->batch.enrol_to_on, months);
	return mark_avoidances(cx, batch_id, 0, &s->avoids, &s->n_avoids);
}

int mark_aggregate(struct ctx *cx, int64_t batch_id)
{
	struct job_state s = {.cx = cx};
	struct q_parts_of_batch_rows parts;
	auto_tx tx = {0};
	int r = load(&s, batch_id);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_parts_of_batch(cx->db, &parts, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < parts.n; i++)
		if ((r = settle(&s, &parts.at[i])) < 0)
			return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
