/* Marks of a batch, for its body: who has entered and signed what, the theory grid, differences. */
#include "domain/evaluation/batch.h"
#include "domain/evaluation/mark.h"
#include "query/batch.h"
#include "query/mark.h"
#include "web/choices.h"
#include "web/page/batch.h"
#include "web/page/mark_cells.h"
#include "web/page/page.h"

static const struct choice flag_choices[] = {
	{"score", "有成绩"}, {"absent", "缺考"}, {"void", "违纪"}, {0}};

/* What the overview is made from. */
struct overview {
	struct q_batch_rooms_rows rooms;
	struct q_mark_rooms_rows counts;
	struct q_mark_progress_rows progress;
	struct q_batch_staff_rows staff;
};

static int load(struct req *rq, int64_t batch_id, struct overview *o)
{
	struct db *db = rq->cx->db;
	int r = q_batch_rooms(db, &o->rooms, .batch_id = batch_id);
	if (r >= 0)
		r = q_mark_rooms(db, &o->counts, .batch_id = batch_id);
	if (r >= 0)
		r = q_mark_progress(db, &o->progress, .batch_id = batch_id);
	if (r >= 0)
		r = q_batch_staff(db, &o->staff, .batch_id = batch_id);
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static json_t *entry(const char *role, const char *name, int64_t n, int64_t n_signed, int64_t all)
{
	bool whole = all && n_signed >= all;
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:s, s:s}", "role", role, "name", name, "n",
		(json_int_t)n, "n_signed", (json_int_t)n_signed, "n_all", (json_int_t)all,
		"state_label", whole ? "已签字" : n_signed ? "部分签字" : n ? "录入中" : "未录入",
		"state_tone", whole ? "good" : n ? "wait" : "plain");
}

static json_t *theory_entries(const struct overview *o, int64_t room, int64_t all)
{
	static const char *const labels[] = {"", "第一次录入", "第二次录入"};
	json_t *list = json_array();
	for (int64_t round = MARK_FIRST; round <= MARK_SECOND; round++) {
		size_t before = json_array_size(list);
		for (size_t i = 0; i < o->progress.n; i++) {
			const struct q_mark_progress *p = &o->progress.at[i];
			if (p->batch_room_id == room && p->part == PART_THEORY && p->round == round)
				json_array_append_new(list, entry(labels[round], p->marker_name,
					p->n, p->n_signed, all));
		}
		if (json_array_size(list) == before)
			json_array_append_new(list, entry(labels[round], "", 0, 0, all));
	}
	return list;
}

static json_t *examiner_entries(const struct overview *o, int64_t room, int64_t all)
{
	json_t *list = json_array();
	for (size_t k = 0; k < o->staff.n; k++) {
		const struct q_batch_staff *s = &o->staff.at[k];
		bool leads = streq(s->duty, "leader");
		int64_t n = 0, n_signed = 0;
		if (s->batch_room_id != room || (!leads && !streq(s->duty, "examiner")))
			continue;
		for (size_t i = 0; i < o->progress.n; i++) {
			const struct q_mark_progress *p = &o->progress.at[i];
			if (p->batch_room_id == room && p->marker_id == s->account_id) {
				n = p->n;
				n_signed = p->n_signed;
			}
		}
		json_array_append_new(list,
			entry(leads ? "考评组长" : "考评员", s->name, n, n_signed, all));
	}
	return list;
}

static void count_room(const struct overview *o, int64_t room, int64_t *ret_n, int64_t *ret_done)
{
	*ret_n = *ret_done = 0;
	for (size_t k = 0; k < o->counts.n; k++)
		if (o->counts.at[k].batch_room_id == room) {
			*ret_n = o->counts.at[k].n;
			*ret_done = o->counts.at[k].n_done;
		}
}

/* Rooms in which somebody sits. */
static json_t *rooms_view(struct req *rq, const struct overview *o)
{
	json_t *list = json_array();
	for (size_t i = 0; i < o->rooms.n; i++) {
		const struct q_batch_rooms *room = &o->rooms.at[i];
		int64_t n, done;
		count_room(o, room->id, &n, &done);
		if (!n)
			continue;
		json_t *item = view_row(rq, &q_batch_rooms_desc, room);
		bool theory = room->part == PART_THEORY;
		json_object_set_new(item, "part_label", json_string(part_label(room->part)));
		json_object_set_new(item, "is_theory", json_boolean(theory));
		json_object_set_new(item, "n", json_integer(n));
		json_object_set_new(item, "n_done", json_integer(done));
		json_object_set_new(item, "entries", theory ? theory_entries(o, room->id, n)
							    : examiner_entries(o, room->id, n));
		json_array_append_new(list, item);
	}
	return list;
}

static json_t *difference_view(struct req *rq, const struct q_mark_differences *d)
{
	struct ctx *cx = rq->cx;
	int64_t own = cx->actor.account_id;
	json_t *item = view_row(rq, &q_mark_differences_desc, d);
	bool settled = *d->settled_flag != 0;
	json_object_set_new(item, "first",
		json_string(mark_text(cx, d->first_flag, d->first_centi)));
	json_object_set_new(item, "second",
		json_string(mark_text(cx, d->second_flag, d->second_centi)));
	json_object_set_new(item, "settled",
		json_string(mark_text(cx, d->settled_flag, d->settled_centi)));
	json_object_set_new(item, "is_settled", json_boolean(settled));
	json_object_set_new(item, "is_mine",
		json_boolean(d->first_id == own || d->second_id == own));
	json_object_set_new(item, "may_settle", json_boolean(!settled && d->first_id != own &&
		d->second_id != own && ctx_may(cx, PERM_MARK_THEORY)));
	return item;
}

static int put_differences(struct req *rq, int64_t batch_id)
{
	struct q_mark_differences_rows rows;
	int r = q_mark_differences(rq->cx->db, &rows, .batch_id = batch_id);
	int64_t open = 0;
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < rows.n; i++) {
		json_array_append_new(list, difference_view(rq, &rows.at[i]));
		open += !*rows.at[i].settled_flag;
	}
	view_set(rq, "differences", list);
	view_flag(rq, "has_differences", rows.n > 0);
	view_int(rq, "n_open", open);
	return 0;
}

static int overview(struct req *rq)
{
	struct q_batch_find batch;
	struct overview o;
	int64_t id = rq_id(rq, "id");
	int r = batch_get(rq->cx, id, &batch);
	if (r < 0 || (r = load(rq, id, &o)) < 0 || (r = put_differences(rq, id)) < 0)
		return r;
	bool open = streq(batch.state, "testing") || streq(batch.state, "marking");
	view_set(rq, "batch", batch_view(rq, &batch));
	view_batch_tabs(rq, &batch, "/marks");
	view_set(rq, "rooms", rooms_view(rq, &o));
	view_flag(rq, "is_open", open);
	view_flag(rq, "may_enter", open && ctx_may(rq->cx, PERM_MARK_THEORY));
	view_text(rq, "title", batch.title);
	return 0;
}

/* A theory room of the batch in the actor's scope, with his own marks in it. */
static int theory_room(struct req *rq, struct q_mark_slot *ret_slot, struct q_mark_sheet_rows *rows)
{
	struct ctx *cx = rq->cx;
	struct q_batch_find batch;
	int r = batch_get(cx, rq_id(rq, "id"), &batch);
	if (r < 0)
		return r;
	r = q_mark_slot(cx->db, ret_slot, .id = rq_id(rq, "slot"));
	if (r == ERR_NOTFOUND || (r == 0 && (ret_slot->batch_id != batch.id ||
		ret_slot->part != PART_THEORY)))
		return fail(cx, ERR_NOTFOUND, "mark.no_room");
	if (r >= 0)
		r = q_mark_sheet(cx->db, rows, .batch_room_id = ret_slot->id,
			.marker_id = cx->actor.account_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static void put_room(struct req *rq, const struct q_mark_slot *slot,
	const struct q_mark_sheet_rows *rows)
{
	json_t *seats = json_array();
	int64_t entered = 0, signed_n = 0;
	for (size_t i = 0; i < rows->n; i++) {
		json_array_append_new(seats, mark_cell_view(rq, &rows->at[i]));
		entered += *rows->at[i].flag != 0;
		signed_n += rows->at[i].signed_at > 0;
	}
	json_t *row = view_row(rq, &q_mark_slot_desc, slot);
	view_state(row, &batch_flow, slot->state);
	json_object_set_new(row, "part_label", json_string(part_label(slot->part)));
	view_set(rq, "slot", row);
	view_set(rq, "seats", seats);
	view_int(rq, "n_all", (int64_t)rows->n);
	view_int(rq, "n_entered", entered);
	view_int(rq, "n_left", (int64_t)rows->n - entered);
	bool open = streq(slot->state, "testing") || streq(slot->state, "marking");
	bool done = rows->n && signed_n == (int64_t)rows->n;
	view_flag(rq, "is_open", open && !done);
	view_flag(rq, "is_signed", done);
	view_flag(rq, "may_sign", open && !done && entered == (int64_t)rows->n);
}

static int theory_show(struct req *rq)
{
	struct q_mark_slot slot;
	struct q_mark_sheet_rows rows;
	int64_t round;
	int r = theory_room(rq, &slot, &rows);
	if (r < 0 || (r = mark_round(rq->cx, slot.batch_id, slot.id, &round)) < 0)
		return r;
	put_room(rq, &slot, &rows);
	view_int(rq, "round", round);
	view_flag(rq, "has_round", round > 0);
	view_text(rq, "round_label", round == MARK_FIRST ? "第一次录入" : "第二次录入");
	view_text(rq, "title", text_of(rq->cx, "理论成绩 · %s %s", slot.venue_name,
		slot.room_name));
	return 0;
}

static const struct field theory_fields[] = {
	{"round", FIELD_INT, "录入轮次", .min = 1, .max = 2,
		.flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{0},
};

static int theory_save(struct req *rq)
{
	struct q_mark_slot slot;
	struct q_mark_sheet_rows rows;
	int n = 0, r = theory_room(rq, &slot, &rows);
	if (r < 0 || (r = mark_cells_save(rq, &rows, in_int(rq->in, "round"), &n)) < 0)
		return r;
	rq_flash(rq, "mark.saved", text_of(rq->cx, "%d", n));
	return rq_redirect(rq, "/batches/%s/marks/%s", rq_param(rq, "id"), rq_param(rq, "slot"));
}

static int theory_sign(struct req *rq)
{
	struct q_mark_slot slot;
	struct q_mark_sheet_rows rows;
	int n, r = theory_room(rq, &slot, &rows);
	if (r < 0 || (r = mark_sign(rq->cx, slot.batch_id, PART_THEORY, slot.id, &n)) < 0)
		return r;
	rq_flash(rq, "mark.signed", text_of(rq->cx, "%d", n));
	return rq_redirect(rq, "/batches/%s/marks", rq_param(rq, "id"));
}

static const struct field settle_fields[] = {
	{"person_id", FIELD_ID, "考生", .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"enrolment_id", FIELD_ID, "报名", .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"flag", FIELD_CHOICE, "核定为", .choices = flag_choices, .flags = FIELD_REQUIRED},
	{"score", FIELD_SCORE, "成绩", .help = "0 至 100，最多两位小数。"},
	{"note", FIELD_AREA, "核定依据", .help = "写明查阅了什么、哪一次录入有误。", .max = 500,
		.flags = FIELD_REQUIRED},
	{0},
};

/* The difference in question and the form to settle it. */
static int settle_show(struct req *rq)
{
	struct q_mark_differences_rows rows;
	struct q_batch_find batch;
	int64_t enrolment = rq_id(rq, "enrolment");
	int r = batch_get(rq->cx, rq_id(rq, "id"), &batch);
	if (r < 0)
		return r;
	r = q_mark_differences(rq->cx->db, &rows, .batch_id = batch.id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_mark_differences *d = &rows.at[i];
		if (d->enrolment_id != enrolment)
			continue;
		view_set(rq, "difference", difference_view(rq, d));
		view_form(rq, "form", settle_fields, text_of(rq->cx, "/batches/%s/marks/settle/%s",
			rq_param(rq, "id"), rq_param(rq, "enrolment")), "核定并签字",
			json_pack("{s:I, s:I, s:s}", "person_id", (json_int_t)d->person_id,
			"enrolment_id", (json_int_t)d->enrolment_id, "flag", "score"));
		view_text(rq, "title", text_of(rq->cx, "核定理论成绩 · %s", d->name));
		view_text(rq, "batch_id", rq_param(rq, "id"));
		return 0;
	}
	return fail(rq->cx, ERR_NOTFOUND, "mark.nothing_to_settle");
}

static int settle(struct req *rq)
{
	const struct input *in = rq->in;
	struct q_batch_find batch;
	enum mark_flag flag = MARK_SCORE;
	(void)mark_flag_of(in_text(in, "flag"), &flag);
	if (flag == MARK_SCORE && !in_has(in, "score"))
		return fail_field(rq->cx, "score", "mark.score_range");
	int r = batch_get(rq->cx, rq_id(rq, "id"), &batch);
	if (r < 0)
		return r;
	struct mark_in third = {.person_id = in_int(in, "person_id"),
		.enrolment_id = in_int(in, "enrolment_id"), .flag = flag,
		.score_centi = in_int(in, "score"), .note = in_text(in, "note")};
	if ((r = mark_settle(rq->cx, &third)) < 0)
		return r;
	rq_flash(rq, "mark.settled");
	return rq_redirect(rq, "/batches/%s/marks", rq_param(rq, "id"));
}

const struct route routes_mark[] = {
	{GET, "/batches/:id/marks", PERM_MARK_READ, overview, "mark/overview", "评分"},
	{GET, "/batches/:id/marks/settle/:enrolment", PERM_MARK_THEORY, settle_show, "mark/settle",
		"核定理论成绩"},
	{POST, "/batches/:id/marks/settle/:enrolment", PERM_MARK_THEORY, settle, NULL,
		"核定理论成绩", settle_fields, .form = "/batches/:id/marks/settle/:enrolment"},
	{GET, "/batches/:id/marks/:slot", PERM_MARK_THEORY, theory_show, "mark/theory",
		"录入理论成绩"},
	{POST, "/batches/:id/marks/:slot", PERM_MARK_THEORY, theory_save, NULL, "录入理论成绩",
		theory_fields, .form = "/batches/:id/marks/:slot"},
	{POST, "/batches/:id/marks/:slot/sign", PERM_MARK_THEORY, theory_sign, NULL, "理论成绩签字",
		.form = "/batches/:id/marks/:slot"},
	{0},
};
