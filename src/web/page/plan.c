/* A batch's plan: sittings with rooms and time, the people on duty, and the checklist of the
 * planning rules. */
#include <string.h>

#include "base/civil.h"
#include "domain/evaluation/batch.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/registry.h"
#include "web/page/batch.h"

static const struct choice duty_choices[] = {{"proctor", "监考员"}, {"leader", "考评组长"},
	{"examiner", "考评员"}, {"supervisor", "内部督导员"}, {0}};

static const struct field room_fields[] = {
	{"part", FIELD_CHOICE, "科目", .choices = part_choices, .flags = FIELD_REQUIRED},
	{"starts_at", FIELD_TIME, "开始时间", .flags = FIELD_REQUIRED},
	{"ends_at", FIELD_TIME, "结束时间", .flags = FIELD_REQUIRED},
	{"room_id", FIELD_IDS, "考室", .help = "同一时间的几个考室可一次勾选。",
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct field staff_fields[] = {
	{"batch_room_id", FIELD_CHOICE, "场次", .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"duty", FIELD_CHOICE, "职责", .choices = duty_choices, .flags = FIELD_REQUIRED},
	{"staff_id", FIELD_IDS, "人员", .help = "职责相同的几个人可一次勾选。",
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

bool plan_is_open(const char *state)
{
	return streq(state, "draft") || streq(state, "returned") || streq(state, "postponed");
}

/* Shown in this order. */
enum finding_kind { FINDING_BAD, FINDING_HINT, FINDING_GOOD };

static enum finding_kind kind_of(const struct plan_finding *f)
{
	return !f->ok ? FINDING_BAD : f->is_hint ? FINDING_HINT : FINDING_GOOD;
}

static json_t *finding_view(const struct plan_finding *f)
{
	static const char *const tones[] = {"bad", "wait", "good"};
	return json_pack("{s:s, s:s, s:b, s:b, s:s, s:s}", "rule", f->rule, "label", f->label, "ok",
		f->ok, "is_hint", f->is_hint, "text", f->text, "tone", tones[kind_of(f)]);
}

static int put_checklist(struct req *rq, const struct q_batch_find *b)
{
	struct plan_finding *findings;
	size_t n;
	bool ok = false, shown = plan_is_open(b->state) || streq(b->state, "filed");
	json_t *list = json_array();
	view_set(rq, "checklist", list);
	view_flag(rq, "has_checklist", shown);
	view_flag(rq, "plan_ok", false);
	view_int(rq, "plan_bad", 0);
	if (!shown)
		return 0;
	int r = batch_plan_check(rq->cx, b->id, &findings, &n, &ok);
	if (r < 0)
		return r;
	json_int_t bad = 0;
	for (enum finding_kind kind = FINDING_BAD; kind <= FINDING_GOOD; kind++)
		for (size_t i = 0; i < n; i++)
			if (kind_of(&findings[i]) == kind)
				json_array_append_new(list, finding_view(&findings[i]));
	for (size_t i = 0; i < n; i++)
		bad += !findings[i].ok;
	view_flag(rq, "plan_ok", ok);
	view_int(rq, "plan_bad", bad);
	return 0;
}

static json_t *staff_of(const struct q_batch_staff_rows *staff, struct req *rq, int64_t slot_id)
{
	json_t *array = json_array();
	for (size_t i = 0; i < staff->n; i++)
		if (staff->at[i].batch_room_id == slot_id)
			json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:s}", "id",
				text_of(rq->cx, "%lld", (long long)staff->at[i].id), "staff_id",
				text_of(rq->cx, "%lld", (long long)staff->at[i].staff_id), "name",
				staff->at[i].name,
				"duty", staff->at[i].duty, "duty_label",
				choice_label(duty_choices, staff->at[i].duty)));
	return array;
}

/* "2026-11-22 09:00 至 10:30": the day again only when it is another. */
static const char *time_span(struct ctx *cx, int64_t from, int64_t to)
{
	const char *end = civil_time_text(cx->arena, to);
	if (civil_day_at(from) == civil_day_at(to) && strlen(end) > 11)
		end += 11;
	return text_of(cx, "%s 至 %s", civil_time_text(cx->arena, from), end);
}

/* view.sittings = [{part, label, capacity, rooms […]}], a part each. */
static int put_sittings(struct req *rq, const struct q_batch_find *b,
	const struct q_batch_rooms_rows *rooms)
{
	struct q_batch_staff_rows staff;
	json_t *sittings = json_array(), *array = NULL, *sitting = NULL;
	int r = q_batch_staff(rq->cx->db, &staff, .batch_id = b->id);
	view_set(rq, "sittings", sittings);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	int64_t part = 0, seats = 0;
	for (size_t i = 0; i < rooms->n; i++) {
		const struct q_batch_rooms *slot = &rooms->at[i];
		if (slot->part != part) {
			part = slot->part;
			seats = 0;
			array = json_array();
			sitting = json_pack("{s:I, s:s, s:o}", "part", (json_int_t)part, "label",
				part_label(part), "rooms", array);
			json_array_append_new(sittings, sitting);
		}
		seats += slot->capacity;
		json_object_set_new(sitting, "capacity", json_integer(seats));
		json_t *row = view_row(rq, &q_batch_rooms_desc, slot);
		json_object_set_new(row, "time_text",
			json_string(time_span(rq->cx, slot->starts_at, slot->ends_at)));
		json_object_set_new(row, "staff", staff_of(&staff, rq, slot->id));
		json_array_append_new(array, row);
	}
	return 0;
}

static const char *part_names(struct ctx *cx, int64_t parts)
{
	const char *text = "";
	for (int64_t part = PART_THEORY; part <= PART_REVIEW; part <<= 1)
		if (parts & part)
			text = text_of(cx, "%s%s%s", text, *text ? "/" : "", part_short(part));
	return text;
}

static int put_room_choices(struct req *rq, const struct q_batch_find *b)
{
	struct q_rooms_of_body_rows rooms;
	int r = q_rooms_of_body(rq->cx->db, &rooms, .body_id = b->body_id, .scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	struct choice *list = arena_array(rq->cx->arena, struct choice, rooms.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < rooms.n; i++) {
		const struct q_rooms_of_body *room = &rooms.at[i];
		if (streq(room->state, "active") && (room->part & b->parts))
			list[n++] = (struct choice){text_of(rq->cx, "%lld", (long long)room->id),
				text_of(rq->cx, "%s %s（%s，%d 座）", room->venue_name, room->name,
					part_names(rq->cx, room->part), (int)room->seats)};
	}
	view_choices(rq, "room_id", list);
	return 0;
}

/* What somebody may be asked to do here; an examiner with or without a card for it on the day. */
static const char *duty_names(struct ctx *cx, const struct q_batch_find *b,
	const struct q_staff_of_body *s)
{
	int64_t on = b->first_at ? civil_day_at(b->first_at) : ctx_today(cx);
	const char *text = s->duties & DUTY_PROCTOR ? "监考" : "";
	if (s->duties & DUTY_EXAMINER) {
		bool has_card = registry_card_valid(cx, s->id, b->occupation_id, b->grade, on) == 0;
		ctx_clear(cx);
		text = text_of(cx, "%s%s考评，%s", text, *text ? "/" : "",
			has_card ? "证卡相符" : "没有相符的证卡");
	}
	if (s->duties & DUTY_INNER_SUPERVISOR)
		text = text_of(cx, "%s%s督导", text, *text ? "/" : "");
	return text;
}

static int put_staff_choices(struct req *rq, const struct q_batch_find *b)
{
	struct q_staff_of_body_rows staff;
	int64_t useful = DUTY_PROCTOR | DUTY_EXAMINER | DUTY_INNER_SUPERVISOR;
	int r = q_staff_of_body(rq->cx->db, &staff, .body_id = b->body_id, .scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	struct choice *list = arena_array(rq->cx->arena, struct choice, staff.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < staff.n; i++)
		if (streq(staff.at[i].state, "active") && (staff.at[i].duties & useful))
			list[n++] = (struct choice){text_of(rq->cx, "%lld",
				(long long)staff.at[i].id),
				text_of(rq->cx, "%s（%s）", staff.at[i].name,
					duty_names(rq->cx, b, &staff.at[i]))};
	view_choices(rq, "staff_id", list);
	return 0;
}

static void put_slot_choices(struct req *rq, const struct q_batch_rooms_rows *rooms)
{
	struct choice *list = arena_array(rq->cx->arena, struct choice, rooms->n + 1);
	for (size_t i = 0; i < rooms->n; i++)
		list[i] = (struct choice){text_of(rq->cx, "%lld", (long long)rooms->at[i].id),
			text_of(rq->cx, "%s　%s %s　%s", part_short(rooms->at[i].part),
				rooms->at[i].venue_name,
				rooms->at[i].room_name, time_span(rq->cx, rooms->at[i].starts_at,
				rooms->at[i].ends_at))};
	view_choices(rq, "batch_room_id", list);
}

static int put_forms(struct req *rq, const struct q_batch_find *b,
	const struct q_batch_rooms_rows *rooms)
{
	long long id = (long long)b->id;
	int r = put_room_choices(rq, b);
	if (r < 0 || (r = put_staff_choices(rq, b)) < 0)
		return r;
	put_slot_choices(rq, rooms);
	view_form(rq, "room_form", room_fields, text_of(rq->cx, "/batches/%lld/rooms", id),
		"添加场次", NULL);
	view_form(rq, "staff_form", staff_fields, text_of(rq->cx, "/batches/%lld/staff", id),
		"安排人员", NULL);
	return 0;
}

int plan_put(struct req *rq, const struct q_batch_find *b)
{
	struct q_batch_rooms_rows rooms;
	bool may_edit = plan_is_open(b->state) && ctx_may(rq->cx, PERM_BATCH_EDIT);
	int r = q_batch_rooms(rq->cx->db, &rooms, .batch_id = b->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_flag(rq, "may_edit", may_edit);
	view_flag(rq, "has_rooms", rooms.n > 0);
	if ((r = put_checklist(rq, b)) < 0 || (r = put_sittings(rq, b, &rooms)) < 0)
		return r;
	return may_edit ? put_forms(rq, b, &rooms) : 0;
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/batches/%s", rq_param(rq, "id"));
}

/* Several at once: all of them or none. */
static int room_add(struct req *rq)
{
	const int64_t *rooms;
	size_t n = in_ids(rq->in, "room_id", &rooms);
	int64_t part = 0, id;
	auto_tx tx = {0};
	(void)str_to_i64(str_of(in_text(rq->in, "part")), &part);
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < n; i++)
		if ((r = batch_room_add(rq->cx, rq_id(rq, "id"), part, rooms[i],
			in_int(rq->in, "starts_at"), in_int(rq->in, "ends_at"), &id)) < 0)
			return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "batch.room_added");
	return back(rq);
}

static int room_remove(struct req *rq)
{
	int r = batch_room_remove(rq->cx, rq_id(rq, "id"), rq_id(rq, "slot"));
	if (r < 0)
		return r;
	rq_flash(rq, "batch.room_removed");
	return back(rq);
}

static int staff_add(struct req *rq)
{
	const int64_t *staff;
	size_t n = in_ids(rq->in, "staff_id", &staff);
	int64_t slot = 0;
	auto_tx tx = {0};
	(void)str_to_i64(str_of(in_text(rq->in, "batch_room_id")), &slot);
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	for (size_t i = 0; i < n; i++)
		if ((r = batch_staff_add(rq->cx, slot, staff[i], in_text(rq->in, "duty"))) < 0)
			return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "batch.staff_added");
	return back(rq);
}

static int staff_remove(struct req *rq)
{
	int r = batch_staff_remove(rq->cx, rq_id(rq, "id"), rq_id(rq, "duty"));
	if (r < 0)
		return r;
	rq_flash(rq, "batch.staff_removed");
	return back(rq);
}

const struct route routes_plan[] = {
	{POST, "/batches/:id/rooms", PERM_BATCH_EDIT, room_add, NULL, "添加场次", room_fields,
		.form = "/batches/:id"},
	{POST, "/batches/:id/rooms/:slot/remove", PERM_BATCH_EDIT, room_remove, NULL, "删除场次",
		.form = "/batches/:id"},
	{POST, "/batches/:id/staff", PERM_BATCH_EDIT, staff_add, NULL, "安排人员", staff_fields,
		.form = "/batches/:id"},
	{POST, "/batches/:id/staff/:duty/remove", PERM_BATCH_EDIT, staff_remove, NULL,
		"取消人员安排", .form = "/batches/:id"},
	{0},
};
