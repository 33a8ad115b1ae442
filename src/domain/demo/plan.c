/* The calendar of batches: the named ones near the present, and each body's own over two years; and
 * how a plan is drawn up: rooms and sessions enough for the quota, proctors, examiners in turns. */
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "domain/demo/province.h"
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/demo.h"
#include "query/standard.h"

enum { LIVE_DAYS = 70, DRAFT_BEFORE = 36, ENROL_FROM_BEFORE = 28, ENROL_TO_BEFORE = 10,
	THEORY_SEATS = 30, SKILL_STATIONS = 15, SESSIONS_A_DAY = 4,
	TODAY_SINCE = 40 * 60, TODAY_AHEAD = 20 * 60, TODAY_SEATS = 12 };

static struct demo_batch *add(struct demo *d)
{
	if (d->n_batches == d->cap_batches) {
		size_t cap = d->cap_batches ? 2 * d->cap_batches : 256;
		struct demo_batch *more = arena_array(d->keep, struct demo_batch, cap);
		if (d->n_batches)
			memcpy(more, d->batches, d->n_batches * sizeof *more);
		d->batches = more;
		d->cap_batches = cap;
	}
	d->batches[d->n_batches] = (struct demo_batch){.work_type = "", .stop = "archived",
		.twist = "", .worker = "", .group = -1};
	return &d->batches[d->n_batches++];
}

static int find_place(struct demo *d, struct demo_batch *b, const char *key, const char *code)
{
	for (size_t i = 0; i < d->n_bodies; i++)
		if (streq(d->bodies[i].key, key))
			b->body = &d->bodies[i];
	for (size_t i = 0; b->body && i < b->body->n_scopes; i++)
		if (streq(b->body->scopes[i].code, code))
			b->scope = &b->body->scopes[i];
	return b->scope ? 0 : fail(d->cx, ERR_BUG, "demo.bad_table", key, code);
}

static int find_work_type(struct demo *d, struct demo_batch *b)
{
	struct q_work_type_by_name row;
	if (!*b->work_type)
		return 0;
	int r = q_work_type_by_name(d->cx->db, &row, .occupation_id = b->scope->occupation_id,
		.name = b->work_type);
	if (r < 0)
		return fail(d->cx, r, "demo.bad_table", b->body->key, b->work_type);
	b->work_type_id = row.id;
	return 0;
}

static int read_named(struct demo *d)
{
	struct table t;
	table_read(d->keep, "data/demo/batches.csv", &t);
	for (size_t i = 0; i < t.n; i++) {
		struct demo_batch *b = add(d);
		TRY(find_place(d, b, table_at(&t, i, "body"), table_at(&t, i, "occupation")));
		b->work_type = table_at(&t, i, "work_type");
		b->grade = table_int(&t, i, "grade");
		b->exam_on = civil_day_at(d->until) + table_int(&t, i, "exam");
		b->quota = table_int(&t, i, "quota");
		b->stop = table_at(&t, i, "stop");
		b->twist = table_at(&t, i, "twist");
		b->worker = table_at(&t, i, "worker");
		b->machine = *table_at(&t, i, "machine") != 0;
		if (*table_at(&t, i, "group"))
			b->group = table_int(&t, i, "group");
		TRY(find_work_type(d, b));
	}
	return 0;
}

/* One of the scope's grades, low ones more often. */
static int64_t pick_grade(struct demo *d, const struct demo_scope *s)
{
	size_t n = strlen(s->grades);
	if (!n)
		return 0;
	int64_t a = chance_below(&d->chance, (int64_t)n), b = chance_below(&d->chance, (int64_t)n);
	return s->grades[a < b ? a : b] - '0';
}

static int pick_work_type(struct demo *d, struct demo_batch *b)
{
	struct q_work_types_of_rows rows;
	int r = q_work_types_of(d->cx->db, &rows, .occupation_id = b->scope->occupation_id);
	if (r < 0)
		return ctx_pass(d->cx, r);
	if (!rows.n || b->scope->special_project_id || chance_is(&d->chance, 30))
		return 0;
	const struct q_work_types_of *row = &rows.at[chance_below(&d->chance, (int64_t)rows.n)];
	b->work_type = arena_dup(d->keep, row->name);
	b->work_type_id = row->id;
	return 0;
}

/* Evenly over the time the body has been filed, on Saturdays. */
static int make_history(struct demo *d, struct demo_body *body)
{
	int64_t from = body->began_on + 115, to = civil_day_at(d->until) - 95;
	for (int64_t k = 0; k < body->n_batches && to > from; k++) {
		struct demo_batch *b = add(d);
		b->body = body;
		b->scope = &body->scopes[(size_t)k % body->n_scopes];
		b->grade = pick_grade(d, b->scope);
		b->quota = body->quota;
		b->exam_on = from + (to - from) * (2 * k + 1) / (2 * body->n_batches);
		b->exam_on += 6 - civil_weekday(b->exam_on);
		TRY(pick_work_type(d, b));
	}
	return 0;
}

static int by_day(const void *a, const void *b)
{
	const struct demo_batch *x = a, *y = b;
	return (x->exam_on > y->exam_on) - (x->exam_on < y->exam_on);
}

/* The two groups of a body's examiners take turns. */
static void take_turns(struct demo *d)
{
	for (size_t i = 0; i < d->n_batches; i++) {
		int64_t before = 0;
		for (size_t k = 0; k < i; k++)
			before += d->batches[k].body == d->batches[i].body;
		if (d->batches[i].group < 0)
			d->batches[i].group = before % 2;
	}
}

int demo_batches_plan(struct demo *d)
{
	TRY(read_named(d));
	for (size_t i = 0; i < d->n_bodies && !d->in->is_small; i++)
		TRY(make_history(d, &d->bodies[i]));
	qsort(d->batches, d->n_batches, sizeof *d->batches, by_day);
	take_turns(d);
	for (size_t i = 0; i < d->n_batches; i++) {
		struct demo_batch *b = &d->batches[i];
		b->is_live = b->exam_on > civil_day_at(d->until) - LIVE_DAYS;
		int64_t at = civil_midnight(b->exam_on - DRAFT_BEFORE) + 10 * HOUR;
		demo_task_add(d, at, demo_batch_task)->batch = b;
	}
	return 0;
}

/* ---- one plan ---- */

static int put_on_duty(struct demo *d, int64_t slot, const int64_t *staff, size_t n,
	const char *duty)
{
	for (size_t i = 0; i < n; i++)
		TRY(batch_staff_add(d->cx, slot, staff[i], duty));
	return 0;
}

/* In the exam of today one room is at work and the other one lets people in. */
static int64_t theory_start(const struct demo *d, const struct demo_batch *b, int64_t room)
{
	if (!streq(b->twist, "exam_today"))
		return civil_midnight(b->exam_on) + 8 * HOUR + HOUR / 2;
	int64_t now = d->until - d->until % 300;
	return room ? now + TODAY_AHEAD : now - TODAY_SINCE;
}

static int theory(struct demo *d, struct demo_batch *b)
{
	int64_t least = streq(b->twist, "exam_today") ? 2 : 0;
	for (int64_t i = 0; (i * THEORY_SEATS < b->quota || i < least) && i < 2; i++) {
		int64_t slot, starts = theory_start(d, b, i);
		TRY(batch_room_add(d->cx, b->id, PART_THEORY, b->body->theory_rooms[i], starts,
			starts + 2 * HOUR, &slot));
		if (least && !i && q_demo_slot_capacity(d->cx->db, .id = slot,
				.capacity = TODAY_SEATS) < 0)
			return ctx_pass(d->cx, ERR_DB);
		TRY(put_on_duty(d, slot, b->body->proctors + 2 * i, 2, "proctor"));
		if (i == 0)
			TRY(put_on_duty(d, slot, &b->body->supervisor, 1, "supervisor"));
	}
	return 0;
}

/* Sessions of 100 minutes from a given one on, as many as the stations ask for; gives the one
 * after. */
static int sessions(struct demo *d, struct demo_batch *b, int64_t part, int64_t room, int64_t *at)
{
	static const int minutes[SESSIONS_A_DAY] = {8 * 60 + 30, 10 * 60 + 20, 13 * 60 + 30,
		15 * 60 + 20};
	const struct demo_examiner *group = b->scope->examiners + 3 * b->group;
	bool needs_supervisor = !(grade_parts(b->grade) & PART_THEORY);
	for (int64_t seats = 0; seats < b->quota; seats += SKILL_STATIONS, ++*at) {
		int64_t slot, starts = civil_midnight(
			b->exam_on + *at / SESSIONS_A_DAY) + minutes[*at % SESSIONS_A_DAY] * 60;
		TRY(batch_room_add(d->cx, b->id, part, room, starts, starts + 100 * 60, &slot));
		TRY(batch_staff_add(d->cx, slot, group[0].staff_id, "leader"));
		TRY(batch_staff_add(d->cx, slot, group[1].staff_id, "examiner"));
		TRY(batch_staff_add(d->cx, slot, group[2].staff_id, "examiner"));
		if (needs_supervisor && !seats)
			TRY(put_on_duty(d, slot, &b->body->supervisor, 1, "supervisor"));
	}
	return 0;
}

static int rooms(struct demo *d, struct demo_batch *b)
{
	int64_t parts = grade_parts(b->grade);
	int64_t at = streq(b->twist, "long") || streq(b->twist,
		"exam_today") ? 2 * SESSIONS_A_DAY : parts & PART_THEORY ? 2 : 0;
	if (parts & PART_THEORY)
		TRY(theory(d, b));
	TRY(sessions(d, b, PART_SKILL, b->body->skill_room, &at));
	if (!(parts & PART_REVIEW))
		return 0;
	at += SESSIONS_A_DAY - at % SESSIONS_A_DAY;
	return sessions(d, b, PART_REVIEW, b->body->review_room, &at);
}

static const char *title_of(struct demo *d, const struct demo_batch *b)
{
	struct civil date = civil_of(b->exam_on);
	const char *what = *b->work_type ? text_of(d->cx, "%s（%s）", b->scope->name,
		b->work_type) : b->scope->name;
	if (!b->grade)
		return text_of(d->cx, "%d年%d月%s专项职业能力考核", (int)date.year, date.month,
			what);
	return text_of(d->cx, "%d年%d月%s%s认定", (int)date.year, date.month, what,
		grade_label(b->grade));
}

static int64_t fee_of(const struct demo_batch *b)
{
	static const int64_t yuan[] = {120, 520, 460, 330, 260, 200};
	return streq(b->body->kind, "enterprise") ? 0 : yuan[b->grade] * 100;
}

int demo_batch_draft(struct demo *d, struct demo_batch *b)
{
	struct q_batch_find row;
	struct batch_in in = {.occupation_id = b->scope->occupation_id,
		.work_type_id = b->work_type_id,
		.special_project_id = b->scope->special_project_id, .grade = b->grade,
		.enrol_from_on = b->exam_on - ENROL_FROM_BEFORE,
			.enrol_to_on = b->exam_on - ENROL_TO_BEFORE,
		.quota = b->quota, .fee_fen = fee_of(b), .title = title_of(d, b),
			.contact = b->body->contact,
		.phone = b->body->phone,
			.notice = "请携带准考证和有效身份证件，提前30分钟到场；迟到30分钟不得入场"
				"。"};
	demo_act(d, &b->body->clerks[0]);
	TRY(batch_create(d->cx, &in, &b->id));
	TRY(rooms(d, b));
	TRY(batch_get(d->cx, b->id, &row));
	b->ruleset = arena_dup(d->keep, row.ruleset);
	d->report.batches++;
	return 0;
}
