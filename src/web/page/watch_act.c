/* What invigilators do: in the whole room, for one candidate, and what they note. Every act is
 * logged with who, when and why by the verb that does it. */
#include <inttypes.h>
#include <string.h>

#include "domain/exam/exam.h"
#include "domain/exam/incident.h"
#include "domain/exam/sitting.h"
#include "query/sitting.h"
#include "web/auth.h"
#include "web/frame.h"
#include "web/page/page.h"
#include "web/page/watch_form.h"

enum { REASON_CHARS = 500, MINUTES_MAX = 240 };

/* Several forms stand on one page: each names its reason differently. */
#define REASON(name) {name, FIELD_TEXT, "理由", .max = REASON_CHARS, \
	.flags = FIELD_REQUIRED | FIELD_WIDE}

static const struct field extend_fields[] = {
	{"minutes", FIELD_INT, "延长", .unit = "分钟", .min = 1, .max = MINUTES_MAX,
		.flags = FIELD_REQUIRED},
	REASON("reason"),
	{0},
};
static const struct field seat_extend_fields[] = {
	{"minutes", FIELD_INT, "延长", .unit = "分钟", .min = 1, .max = MINUTES_MAX,
		.flags = FIELD_REQUIRED},
	REASON("reason"),
	{0},
};
static const struct choice count_choices[] = {{"in", "开考清点人数"}, {"out", "收卷清点份数"}, {0}};
static const struct field count_fields[] = {
	{"which", FIELD_CHOICE, "清点", .choices = count_choices, .flags = FIELD_REQUIRED},
	{"heads", FIELD_INT, "数目", .min = 0, .max = 1000, .flags = FIELD_REQUIRED},
	{0},
};
static const struct field incident_fields[] = {
	{"kind", FIELD_CHOICE, "类别", .flags = FIELD_REQUIRED},
	{"sitting", FIELD_CHOICE, "考生", .help = "不选则记在全场。"},
	{"note", FIELD_AREA, "经过与处理", .max = INCIDENT_NOTE_MAX,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"photo", FIELD_FILE, "照片", .help = "JPEG 或 PNG，可直接拍摄。",
		.max = INCIDENT_PHOTO_MAX},
	{0},
};
static const struct field reseat_fields[] = {
	{"room", FIELD_CHOICE, "考场", .flags = FIELD_REQUIRED},
	{"seat", FIELD_INT, "座位", .unit = "号", .min = 1, .max = BOARD_SEATS_MAX,
		.flags = FIELD_REQUIRED},
	REASON("move_reason"),
	{0},
};
static const struct field waive_fields[] = {REASON("waive_reason"), {0}};

/* ---- what the room can do now ---- */

static void action(struct req *rq, json_t *list, const char *url, const char *code,
	const char *label, int64_t n, bool reason, bool danger)
{
	if (n <= 0)
		return;
	json_t *item = json_pack("{s:s, s:s, s:b, s:b, s:s, s:s, s:s}", "action", code, "label",
		text_of(rq->cx, "%s（%d人）", label, (int)n), "reason", reason, "danger", danger,
		"url", url, "csrf", auth_csrf(rq->ex), "form_id", frame_form_id(rq->ex));
	view_typed(rq, code, item);
	json_array_append_new(list, item);
}

static void put_incident(struct req *rq, const struct board *b, const char *url,
	int64_t sitting_id)
{
	const struct board_room *room = &b->rooms[0];
	struct choice *people = arena_array(rq->cx->arena, struct choice, room->n + 1);
	size_t kinds = 0;
	for (size_t i = 0; i < room->n; i++)
		people[i] = (struct choice){text_of(rq->cx, "%" PRId64, room->seats[i].row->id),
			text_of(rq->cx, "%02d号 %s", (int)room->seats[i].row->seat,
			room->seats[i].row->name)};
	while (incident_kinds[kinds].code)
		kinds++;
	struct choice *list = arena_array(rq->cx->arena, struct choice, kinds + 1);
	for (size_t i = 0; i < kinds; i++)
		list[i] = (struct choice){incident_kinds[i].code, incident_kinds[i].label};
	view_choices(rq, "sitting", people);
	view_choices(rq, "kind", list);
	view_form(rq, "incident_form", incident_fields, text_of(rq->cx, "%s/incidents", url),
		"登记情况", sitting_id ? json_pack("{s:s}", "sitting", text_of(rq->cx,
		"%" PRId64, sitting_id)) : NULL);
}

void watch_room_forms(struct req *rq, const struct board *b)
{
	const struct board_room *room = &b->rooms[0];
	const struct board_counts *c = &room->counts;
	const char *url = watch_url(rq->cx, room), *run = text_of(rq->cx, "%s/run", url);
	int64_t open = c->running + c->lost;
	json_t *list = json_array();
	action(rq, list, run, "admit", "全场准入", c->here, false, false);
	action(rq, list, run, "pause", "全场暂停", open, true, false);
	action(rq, list, run, "resume", "全场恢复", c->paused, true, false);
	action(rq, list, run, "absent", "未到者登记缺考", c->waiting, true, false);
	action(rq, list, run, "force", "全场强制收卷", open + c->paused, true, true);
	view_set(rq, "actions", list);
	view_form(rq, "extend_form", extend_fields, text_of(rq->cx, "%s/extend", url), "全场延时",
		NULL);
	view_form(rq, "count_form", count_fields, text_of(rq->cx, "%s/count", url), "登记清点",
		NULL);
	put_incident(rq, b, url, 0);
}

static int put_rooms(struct req *rq, const struct board *b)
{
	struct q_board_rooms_rows rooms;
	struct ctx *cx = rq->cx;
	int r = q_board_rooms(cx->db, &rooms, .exam_id = b->exam->id, .lo = 0, .hi = INT64_MAX,
		.scope = board_by_duty(cx) ? scope_all() : cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	struct choice *list = arena_array(cx->arena, struct choice, rooms.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < rooms.n; i++) {
		r = board_let(cx, b->exam->id, rooms.at[i].batch_room_id);
		ctx_clear(cx);
		if (r == ERR_NOTFOUND)
			continue;
		if (r < 0)
			return ctx_pass(cx, r);
		list[n++] = (struct choice){text_of(cx, "%" PRId64, rooms.at[i].batch_room_id),
			text_of(cx, "%s %s", rooms.at[i].venue_name, rooms.at[i].room_name)};
	}
	view_choices(rq, "room", list);
	return 0;
}

int watch_seat_forms(struct req *rq, const struct board *b, const struct board_seat *s,
	const char *url)
{
	struct ctx *cx = rq->cx;
	int r = put_rooms(rq, b);
	if (r < 0)
		return r;
	bool ended = s->look == LOOK_HANDED_IN || s->look == LOOK_FORCED || s->look == LOOK_VOID;
	view_flag(rq, "may_move", !ended);
	view_flag(rq, "may_waive", !ended && streq(b->exam->seb_mode, "required") &&
		is_blank(s->row->seb_waiver));
	view_form(rq, "extend_form", seat_extend_fields, text_of(cx, "%s/extend", url), "延长时间",
		NULL);
	view_form(rq, "reseat_form", reseat_fields, text_of(cx, "%s/reseat", url), "换座位",
		json_pack("{s:s, s:s}", "room", text_of(cx, "%" PRId64, s->row->batch_room_id),
		"seat", ""));
	view_form(rq, "waive_form", waive_fields, text_of(cx, "%s/waive", url),
		"允许不用专用浏览器", NULL);
	put_incident(rq, b, watch_url(cx, &b->rooms[0]), s->row->id);
	return 0;
}

/* ---- the room ---- */

static int enter(struct req *rq)
{
	return board_enter(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"));
}

static int to_room(struct req *rq)
{
	return rq_redirect(rq, "/exams/%s/rooms/%s", rq_param(rq, "id"), rq_param(rq, "room"));
}

static int room_run(struct req *rq)
{
	static const struct choice actions[] = {{"admit", "准入"}, {"pause", "暂停"},
		{"resume", "恢复"}, {"absent", "登记缺考"}, {"force", "强制收卷"}, {0}};
	const char *what = in_text(rq->in, "action"), *label = NULL;
	int n, r = enter(rq);
	if (r < 0)
		return r;
	for (size_t i = 0; actions[i].code; i++)
		if (streq(actions[i].code, what))
			label = actions[i].label;
	if (!label)
		return fail(rq->cx, ERR_INVALID, "flow.no_action", "考场");
	r = sitting_room_run(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"), what,
		in_text(rq->in, "reason"), &n);
	if (r < 0)
		return r;
	if (n)
		rq_flash(rq, "board.acted", text_of(rq->cx, "%d", n), label);
	else
		rq_flash(rq, "board.nobody", label);
	return to_room(rq);
}

static int room_extend(struct req *rq)
{
	int r = enter(rq);
	if (r >= 0)
		r = exam_room_extend(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"),
			60 * in_int(rq->in, "minutes"), in_text(rq->in, "reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "board.done", text_of(rq->cx, "全场延长%d分钟", (int)in_int(rq->in,
		"minutes")));
	return to_room(rq);
}

static int room_count(struct req *rq)
{
	int r = enter(rq);
	if (r >= 0)
		r = board_count(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"),
			streq(in_text(rq->in, "which"), "out"), in_int(rq->in, "heads"));
	if (r < 0)
		return r;
	rq_flash(rq, "board.counted");
	return to_room(rq);
}

static int room_incident(struct req *rq)
{
	const struct upload *photo = in_file(rq->in, "photo");
	struct incident_in in = {.exam_id = rq_id(rq, "id"), .batch_room_id = rq_id(rq, "room"),
		.kind = in_text(rq->in, "kind"), .note = in_text(rq->in, "note")};
	int64_t id;
	const char *sitting = in_text(rq->in, "sitting");
	if (*sitting && !str_to_i64(str_of(sitting), &in.sitting_id))
		in.sitting_id = -1;
	if (photo)
		in.photo = photo->bytes;
	int r = enter(rq);
	if (r < 0 || (r = incident_add(rq->cx, &in, &id)) < 0)
		return r;
	rq_flash(rq, "incident.saved");
	return to_room(rq);
}

/* ---- one candidate ---- */

/* The sitting in this room, after the actor has been let to act there. */
static int enter_seat(struct req *rq, int64_t *ret_person, int64_t *ret_id)
{
	struct board b;
	int64_t id = rq_id(rq, "sitting");
	int r = board_room(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"), &b);
	if (r < 0 || (r = enter(rq)) < 0)
		return r;
	for (size_t i = 0; i < b.rooms[0].n; i++)
		if (b.rooms[0].seats[i].row->id == id) {
			*ret_person = b.rooms[0].seats[i].row->person_id;
			*ret_id = id;
			return 0;
		}
	return fail(rq->cx, ERR_NOTFOUND, "board.not_found");
}

static int to_seat(struct req *rq)
{
	return rq_redirect(rq, "/exams/%s/rooms/%s/sittings/%s", rq_param(rq, "id"),
		rq_param(rq, "room"), rq_param(rq, "sitting"));
}

static int seat_run(struct req *rq)
{
	int64_t person, id;
	int r = enter_seat(rq, &person, &id);
	if (r >= 0)
		r = flow_run(rq->cx, &sitting_flow, person, id, in_text(rq->in, "action"),
			in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : to_seat(rq);
}

static int seat_extend(struct req *rq)
{
	int64_t person, id;
	int r = enter_seat(rq, &person, &id);
	if (r >= 0)
		r = sitting_extend(rq->cx, person, id, 60 * in_int(rq->in, "minutes"),
			in_text(rq->in, "reason"));
	return r < 0 ? r : to_seat(rq);
}

static int seat_waive(struct req *rq)
{
	int64_t person, id;
	int r = enter_seat(rq, &person, &id);
	if (r >= 0)
		r = sitting_waive_seb(rq->cx, person, id, in_text(rq->in, "waive_reason"));
	return r < 0 ? r : to_seat(rq);
}

/* Another room must be one of the same exam that the actor is let to as well. */
static int seat_reseat(struct req *rq)
{
	int64_t person, id, room = 0;
	if (!str_to_i64(str_of(in_text(rq->in, "room")), &room))
		return fail_field(rq->cx, "room", "board.room_unknown");
	int r = enter_seat(rq, &person, &id);
	if (r >= 0)
		r = board_enter(rq->cx, rq_id(rq, "id"), room);
	if (r == ERR_NOTFOUND) {
		ctx_clear(rq->cx);
		return fail_field(rq->cx, "room", "board.room_unknown");
	}
	if (r >= 0)
		r = sitting_reseat(rq->cx, person, id, room, in_int(rq->in, "seat"),
			in_text(rq->in, "move_reason"));
	if (r < 0)
		return r;
	return rq_redirect(rq, "/exams/%s/rooms/%" PRId64 "/sittings/%s", rq_param(rq, "id"), room,
		rq_param(rq, "sitting"));
}

#define ROOM "/exams/:id/rooms/:room"
#define SEAT ROOM "/sittings/:sitting"

const struct route routes_watch_act[] = {
	{POST, ROOM "/run", PERM_EXAM_INVIGILATE, room_run, NULL, "全场操作", step_fields,
		.form = ROOM},
	{POST, ROOM "/extend", PERM_EXAM_INVIGILATE, room_extend, NULL, "全场延时", extend_fields,
		.form = ROOM},
	{POST, ROOM "/count", PERM_EXAM_INVIGILATE, room_count, NULL, "登记清点人数", count_fields,
		.form = ROOM},
	{POST, ROOM "/incidents", PERM_EXAM_INVIGILATE, room_incident, NULL, "登记考场情况",
		incident_fields, .form = ROOM, .flags = ROUTE_BIG},
	{POST, SEAT "/run", PERM_EXAM_INVIGILATE, seat_run, NULL, "考生操作", step_fields,
		.form = SEAT},
	{POST, SEAT "/extend", PERM_EXAM_INVIGILATE, seat_extend, NULL, "考生延时",
		seat_extend_fields, .form = SEAT},
	{POST, SEAT "/reseat", PERM_EXAM_INVIGILATE, seat_reseat, NULL, "换座位", reseat_fields,
		.form = SEAT},
	{POST, SEAT "/waive", PERM_EXAM_INVIGILATE, seat_waive, NULL, "免用专用浏览器",
		waive_fields, .form = SEAT},
	{0},
};
