/* The demo's computer exams, at the batches that the table marks: a paper set of two forms, the
 * exam set up when the seats are arranged, people who sit it when its time comes. In the exam of
 * today the first room is at work and the second one lets people in. Has a chance of its own, so
 * that the rest of the province is the same with or without. */
#include <string.h>

#include "base/crypto.h"
#include "domain/demo/exam_items.h"
#include "domain/demo/province.h"
#include "domain/exam/answer.h"
#include "domain/exam/exam.h"
#include "domain/exam/form.h"
#include "domain/exam/sitting.h"
#include "query/batch.h"
#include "query/demo.h"
#include "query/exam.h"
#include "query/person.h"
#include "query/sitting.h"

enum { FORMS = 2, SECTIONS = 4, MINUTE = 60 };

/* Where each kind stands on the paper. */
static int section_of(enum item_kind kind)
{
	return kind == ITEM_TRUE_FALSE ? 0 : kind == ITEM_SINGLE ? 1
		: kind == ITEM_MULTIPLE ? 2 : 3;
}

static const struct form_section sections[SECTIONS] = {
	{"一、判断题（每题4分）", "正确的选“正确”，错误的选“错误”。"},
	{"二、单项选择题（每题5分）", "每题只有一个正确答案。"},
	{"三、多项选择题（每题6分）", "每题有两个或两个以上正确答案，多选、少选、错选均不得分。"},
	{"四、其他题型", "按题目要求作答。"},
};

/* The second form has the questions of each section from the last to the first. */
static int put_form(struct demo *d, int64_t set, int form_no, struct form *ret_form)
{
	static const int64_t points[SECTIONS] = {400, 500, 600, 500};
	struct arena *a = d->cx->arena;
	int n = demo_questions_n();
	struct form f = {.paper_set_id = set, .form_no = form_no,
		.title = form_no == 1 ? "职业道德与基础知识A卷" : "职业道德与基础知识B卷",
		.multiple_rule = "all", .n_sections = SECTIONS, .n_items = 0,
		.items = arena_array(a, struct form_item, n)};
	memcpy(f.sections, sections, sizeof sections);
	for (int section = 0; section < SECTIONS; section++)
		for (int i = 0; i < n; i++) {
			struct item it;
			int k = form_no == 1 ? i : n - 1 - i;
			demo_question(a, k, &it);
			if (section_of(it.kind) == section)
				f.items[f.n_items++] = (struct form_item){.item_id = k + 1,
					.version_no = 1, .score_centi = it.kind == ITEM_ESSAY ? 600
						: points[section],
					.section = section, .material_html = "", .content = it};
		}
	TRY(form_store(d->cx, &f));
	*ret_form = f;
	return 0;
}

static int put_set(struct demo *d, const struct demo_batch *b, int64_t *ret_set)
{
	struct form ignored;
	int64_t set = ctx_id(d->cx);
	int r = q_demo_paper_set(d->cx->db, .id = set, .body_id = b->body->id,
		.region = b->body->region, .title = "职业道德与基础知识（演示）",
		.n_forms = FORMS, .opened_at = d->now, .created_by = b->body->clerks[0].account_id,
		.created_at = d->now);
	if (r < 0)
		return ctx_pass(d->cx, r);
	for (int i = 1; i <= FORMS; i++)
		TRY(put_form(d, set, i, &ignored));
	*ret_set = set;
	return 0;
}

int demo_exam_set_up(struct demo *d, struct demo_batch *b)
{
	struct exam_in in = exam_preset;
	struct chance keep = d->chance;
	if (!b->machine)
		return 0;
	chance_init(&d->chance, keep_text(d, "%s/exam/%d", d->in->seed, (int)b->exam_on));
	demo_act(d, &b->body->clerks[0]);
	TRY(put_set(d, b, &in.paper_set_id));
	TRY(exam_create(d->cx, b->id, &in, &b->exam_id));
	TRY(flow_run(d->cx, &exam_flow, 0, b->exam_id, "ready", "", NULL));
	d->chance = keep;
	return 0;
}

/* ---- sitting it ---- */

int demo_exam_clock(struct demo *d)
{
	demo_act_as_system(d);
	TRY(sitting_tick(d->cx));
	TRY(exam_tick(d->cx));
	return exam_tick(d->cx);
}

static const char *response_of(struct demo *d, const struct item *it, int right)
{
	if (chance_is(&d->chance, 4))
		return NULL;
	return chance_is(&d->chance, right) ? demo_right_response(it) : demo_wrong_response(it);
}

static int answer_all(struct demo *d, const struct sitting_token *t, const struct form *f,
	int percent, int right)
{
	int64_t seq = 0;
	int last = f->n_items * percent / 100;
	struct answer_write *w = arena_array(d->cx->arena, struct answer_write, last + 1);
	for (int i = 0; i < last; i++) {
		const char *response = response_of(d, &f->items[i].content, right);
		if (response)
			w[seq] = (struct answer_write){.person_id = t->person_id,
				.sitting_id = t->sitting_id, .epoch = t->epoch, .seq = seq + 1,
				.item_no = i + 1, .response = response,
				.spent_ms = chance_between(&d->chance, 6000, 90000)};
		seq += !!response;
	}
	return answer_save(d->cx, w, (size_t)seq);
}

static int pass_of(struct demo *d, const struct q_sittings_of_room *row,
	struct sitting_pass *ret_pass)
{
	const struct sitting_token t = {.person_id = row->person_id, .sitting_id = row->id};
	return sitting_take_over(d->cx, &t, "Chrome / 考试机", ret_pass);
}

/* Comes in, is admitted, begins; answers later. */
static int begin_one(struct demo *d, struct demo_batch *b, const struct q_sittings_of_room *row)
{
	struct sitting_pass pass;
	struct q_sitting_find s;
	TRY(pass_of(d, row, &pass));
	demo_act(d, &b->body->clerks[1]);
	TRY(flow_run(d->cx, &sitting_flow, row->person_id, row->id, "admit", "", NULL));
	return sitting_begin(d->cx, &pass.token, &s);
}

static int work_one(struct demo *d, const struct q_sittings_of_room *row, int percent, int right)
{
	struct q_sitting_find s;
	struct form f;
	int r = q_sitting_find(d->cx->db, &s, .person_id = row->person_id, .id = row->id,
		.scope = scope_all());
	if (r < 0)
		return ctx_pass(d->cx, r);
	if (!streq(s.state, "running"))
		return 0;
	struct sitting_token t = {.person_id = s.person_id, .sitting_id = s.id,
		.exam_id = s.exam_id, .epoch = s.epoch};
	TRY(form_load(d->cx, s.form_id, &f));
	TRY(answer_all(d, &t, &f, percent, right));
	if (percent < 100)
		return 0;
	return sitting_hand_in(d->cx, &t, 0, &s);
}

static int seated(struct demo *d, const struct demo_batch *b, int64_t room,
	struct q_sittings_of_room_rows *ret_rows)
{
	int r = q_sittings_of_room(d->cx->db, ret_rows, .exam_id = b->exam_id,
		.batch_room_id = room, .scope = scope_all());
	return r < 0 ? ctx_pass(d->cx, r) : 0;
}

/* One candidate of thirty stays away. */
static int begin_room(struct demo *d, struct demo_batch *b, int64_t room)
{
	struct q_sittings_of_room_rows rows;
	TRY(seated(d, b, room, &rows));
	for (size_t i = 0; i < rows.n; i++)
		if (i % 30 != 7)
			TRY(begin_one(d, b, &rows.at[i]));
	return 0;
}

/* In an exam that is over, the ninth of a room has all the answers of the seventh, who knows only
 * half of them. */
static int work_room(struct demo *d, struct demo_batch *b, int64_t room, bool is_over)
{
	struct q_sittings_of_room_rows rows;
	struct chance seventh = d->chance;
	TRY(seated(d, b, room, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		if (i % 30 == 6)
			seventh = d->chance;
		else if (is_over && i % 30 == 8)
			d->chance = seventh;
		int percent = is_over ? (i % 15 == 3 ? 80 : 100)
			: i % 10 == 4 ? 100 : (int)chance_between(&d->chance, 30, 95);
		demo_wait(d, 5);
		TRY(work_one(d, &rows.at[i], percent, is_over && (i % 30 == 6 || i % 30 == 8)
			? 50 : 72));
	}
	return 0;
}

static int sit_rooms(struct demo *d, struct demo_batch *b, const struct q_exam_rooms_rows *rooms)
{
	bool is_over = !streq(b->twist, "exam_today");
	int64_t now = d->now;
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->at[i].starts_at <= now)
			TRY(begin_room(d, b, rooms->at[i].batch_room_id));
	demo_wait(d, is_over ? 50 * MINUTE : 32 * MINUTE);
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->at[i].starts_at <= now)
			TRY(work_room(d, b, rooms->at[i].batch_room_id, is_over));
	return 0;
}

/* With the start of the batch: the rooms that begin then. What else went on in the province at that
 * hour has moved the clock already: it is put back for this exam. */
static int sit(struct demo *d, struct demo_batch *b)
{
	struct q_exam_rooms_rows rooms;
	int r = q_exam_rooms(d->cx->db, &rooms, .exam_id = b->exam_id);
	if (r < 0)
		return ctx_pass(d->cx, r);
	if (rooms.n)
		d->now = rooms.at[0].starts_at + 30;
	TRY(demo_exam_clock(d));
	TRY(sit_rooms(d, b, &rooms));
	return demo_exam_clock(d);
}

int demo_exam_sit(struct demo *d, struct demo_batch *b)
{
	struct chance keep = d->chance;
	int64_t now = d->now;
	if (!b->machine)
		return 0;
	chance_init(&d->chance, keep_text(d, "%s/sit/%d", d->in->seed, (int)b->exam_on));
	TRY(sit(d, b));
	if (d->now < now)
		d->now = now;
	d->chance = keep;
	return 0;
}
