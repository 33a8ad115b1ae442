/* The examiner's pages, for a tablet: my rooms, and the seats of one of them. */
#include <inttypes.h>

#include "doc/mark_sheet.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/mark.h"
#include "query/mark.h"
#include "web/page/mark_cells.h"
#include "web/page/page.h"

static bool is_open(const char *state)
{
	return streq(state, "testing") || streq(state, "marking");
}

/* One's own marks in a room; those whom one must avoid do not count. */
struct tally {
	int64_t all, entered, signed_n;
};

static int count(struct req *rq, int64_t batch_id, int64_t slot, struct q_mark_sheet_rows *rows,
	struct mark_avoid **avoids, size_t *n_avoids, struct tally *ret_tally)
{
	struct ctx *cx = rq->cx;
	struct tally t = {0};
	int r = q_mark_sheet(cx->db, rows, .batch_room_id = slot,
		.marker_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = mark_avoidances(cx, batch_id, slot, avoids, n_avoids)) < 0)
		return r;
	for (size_t i = 0; i < rows->n; i++) {
		if (mark_avoid_reason(*avoids, *n_avoids, slot, cx->actor.account_id,
			rows->at[i].person_id))
			continue;
		t.all++;
		t.entered += *rows->at[i].flag != 0;
		t.signed_n += rows->at[i].signed_at > 0;
	}
	*ret_tally = t;
	return 0;
}

static int slot_list(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct q_examiner_slots_rows slots;
	json_t *list = json_array();
	view_set(rq, "slots", list);
	int r = q_examiner_slots(cx->db, &slots, .account_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < slots.n; i++) {
		const struct q_examiner_slots *s = &slots.at[i];
		struct q_mark_sheet_rows rows;
		struct mark_avoid *avoids;
		struct tally t;
		size_t n;
		r = count(rq, s->batch_id, s->batch_room_id, &rows, &avoids, &n, &t);
		if (r < 0)
			return r;
		json_t *item = view_row(rq, &q_examiner_slots_desc, s);
		bool done = t.all && t.signed_n == t.all;
		view_state(item, &batch_flow, s->state);
		json_object_set_new(item, "part_label", json_string(part_label(s->part)));
		json_object_set_new(item, "n_all", json_integer(t.all));
		json_object_set_new(item, "n_entered", json_integer(t.entered));
		json_object_set_new(item, "is_signed", json_boolean(done));
		json_object_set_new(item, "is_due", json_boolean(!done && is_open(s->state)));
		json_array_append_new(list, item);
	}
	view_flag(rq, "is_empty", slots.n == 0);
	return 0;
}

/* The room, if the actor is its examiner. */
static int own_slot(struct req *rq, struct q_mark_slot *ret_slot,
	struct q_examiner_in_slot *ret_duty)
{
	struct ctx *cx = rq->cx;
	int64_t id = rq_id(rq, "slot");
	int r = q_examiner_in_slot(cx->db, ret_duty, .batch_room_id = id,
		.account_id = cx->actor.account_id);
	if (r >= 0)
		r = q_mark_slot(cx->db, ret_slot, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "mark.not_on_duty");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* What the others gave: only to one whose own marks stand. */
static int put_others(struct req *rq, const struct q_mark_sheet *row, json_t *item)
{
	struct ctx *cx = rq->cx;
	struct q_marks_of_part_rows marks;
	const char *text = "";
	int r = q_marks_of_part(cx->db, &marks, .person_id = row->person_id,
		.enrolment_id = row->enrolment_id, .part = row->part);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < marks.n; i++) {
		const struct q_marks_of_part *m = &marks.at[i];
		if (m->marker_id != cx->actor.account_id && m->signed_at)
			text = text_of(cx, "%s%s%s %s", text, *text ? "、" : "", m->marker_name,
				mark_text(cx, m->flag, m->score_centi));
	}
	json_object_set_new(item, "others", json_string(text));
	return 0;
}

static int put_seats(struct req *rq, const struct q_mark_slot *slot)
{
	struct ctx *cx = rq->cx;
	struct q_mark_sheet_rows rows;
	struct mark_avoid *avoids;
	struct tally t;
	size_t n;
	json_t *seats = json_array();
	view_set(rq, "seats", seats);
	int r = count(rq, slot->batch_id, slot->id, &rows, &avoids, &n, &t);
	if (r < 0)
		return r;
	bool done = t.all && t.signed_n == t.all, open = is_open(slot->state);
	for (size_t i = 0; i < rows.n; i++) {
		const char *reason = mark_avoid_reason(avoids, n, slot->id,
			cx->actor.account_id, rows.at[i].person_id);
		json_t *item = mark_cell_view(rq, &rows.at[i]);
		json_object_del(item, "unit");
		json_object_set_new(item, "avoid", json_string(reason ? reason : ""));
		json_object_set_new(item, "may_mark",
			json_boolean(open && !reason && !rows.at[i].signed_at));
		json_array_append_new(seats, item);
		if (done && (r = put_others(rq, &rows.at[i], item)) < 0)
			return r;
	}
	view_int(rq, "n_all", t.all);
	view_int(rq, "n_entered", t.entered);
	view_int(rq, "n_left", t.all - t.entered);
	view_flag(rq, "is_open", open && !done);
	view_flag(rq, "is_signed", done);
	view_flag(rq, "may_sign", open && !done && t.all && t.entered == t.all);
	return 0;
}

static int slot_show(struct req *rq)
{
	struct q_mark_slot slot;
	struct q_examiner_in_slot duty;
	int r = own_slot(rq, &slot, &duty);
	if (r < 0)
		return r;
	json_t *row = view_row(rq, &q_mark_slot_desc, &slot);
	view_state(row, &batch_flow, slot.state);
	json_object_set_new(row, "part_label", json_string(part_label(slot.part)));
	view_set(rq, "slot", row);
	view_text(rq, "title", text_of(rq->cx, "%s评分 · %s", part_short(slot.part),
		slot.room_name));
	return put_seats(rq, &slot);
}

static const struct field no_fields[] = {{0}};

static int slot_save(struct req *rq)
{
	struct q_mark_slot slot;
	struct q_examiner_in_slot duty;
	struct q_mark_sheet_rows rows;
	int n = 0, r = own_slot(rq, &slot, &duty);
	if (r < 0)
		return r;
	r = q_mark_sheet(rq->cx->db, &rows, .batch_room_id = slot.id,
		.marker_id = rq->cx->actor.account_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = mark_cells_save(rq, &rows, 0, &n)) < 0)
		return r;
	rq_flash(rq, "mark.saved", text_of(rq->cx, "%d", n));
	return rq_redirect(rq, "/marking/%" PRId64, slot.id);
}

static int slot_sign(struct req *rq)
{
	struct q_mark_slot slot;
	struct q_examiner_in_slot duty;
	int n, r = own_slot(rq, &slot, &duty);
	if (r < 0 ||
		(r = mark_sign(rq->cx, slot.batch_id, (enum part)slot.part, slot.id, &n)) < 0)
		return r;
	rq_flash(rq, "mark.signed", text_of(rq->cx, "%d", n));
	return rq_redirect(rq, "/marking/%" PRId64, slot.id);
}

static int slot_sheet(struct req *rq)
{
	struct q_mark_slot slot;
	struct q_examiner_in_slot duty;
	struct str pdf;
	int r = own_slot(rq, &slot, &duty);
	if (r < 0 || (r = mark_sheet_pdf(rq->cx, slot.id, rq->cx->actor.account_id,
		duty.name, &pdf)) < 0)
		return r;
	return rq_bytes(rq, "application/pdf", text_of(rq->cx, "%s评分表-%s.pdf",
		part_short(slot.part), slot.room_name), pdf);
}

static const struct field sign_fields[] = {
	{"agreed", FIELD_BOOL, "我已核对，成绩由我独立评定，签字后不再更改",
		.flags = FIELD_REQUIRED},
	{0},
};

const struct route routes_marking[] = {
	{GET, "/marking", PERM_MARK_SKILL, slot_list, "mark/slots", "我的评分"},
	{GET, "/marking/:slot", PERM_MARK_SKILL, slot_show, "mark/slot", "评分"},
	{POST, "/marking/:slot", PERM_MARK_SKILL, slot_save, NULL, "保存评分", no_fields,
		.form = "/marking/:slot"},
	{POST, "/marking/:slot/sign", PERM_MARK_SKILL, slot_sign, NULL, "评分签字", sign_fields,
		.form = "/marking/:slot"},
	{GET, "/marking/:slot/sheet", PERM_MARK_SKILL, slot_sheet, NULL, "评分表",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
