/* The invigilator's pages: the rooms he watches, one room as a live seat plan, one candidate. */
#include "web/page/watch.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "core/message.h"
#include "doc/room_record.h"
#include "domain/exam/incident.h"
#include "domain/exam/sitting.h"
#include "query/sitting.h"
#include "web/auth.h"
#include "web/frame.h"
#include "web/page/watch_form.h"

static const struct field state_fields[] = {
	{"have", FIELD_TEXT, "已显示的座位", .help = "每个座位六位，按座位号。",
		.max = 6 * BOARD_SEATS_MAX},
	{0},
};

/* ---- the rooms I watch ---- */

static json_t *duty_view(struct req *rq, const struct q_board_duties *d)
{
	struct ctx *cx = rq->cx;
	json_t *row = view_row(rq, &q_board_duties_desc, d);
	json_object_set_new(row, "url", json_string(text_of(cx, "/exams/%" PRId64 "/rooms/%" PRId64,
		d->exam_id, d->batch_room_id)));
	json_object_set_new(row, "room_state_label", json_string(watch_room_label(d->room_state)));
	json_object_set_new(row, "is_running", json_boolean(streq(d->room_state, "running")));
	json_object_set_new(row, "day_text",
		json_string(civil_day_text_zh(cx->arena, civil_day_at(d->starts_at))));
	json_object_set_new(row, "time_text", json_string(text_of(cx, "%s—%s",
		civil_time_text(cx->arena, d->starts_at) + 11,
		civil_time_text(cx->arena, d->ends_at) + 11)));
	return row;
}

/* Rows of both lists as the one kind. */
static int rooms_of(struct ctx *cx, int64_t from_at, struct q_board_duties **ret_rows,
	size_t *ret_n)
{
	struct q_board_duties_rows mine;
	struct q_board_coming_rows all;
	int r = board_by_duty(cx)
		? q_board_duties(cx->db, &mine, .account_id = cx->actor.account_id,
			.from_at = from_at)
		: q_board_coming(cx->db, &all, .from_at = from_at, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_n = board_by_duty(cx) ? mine.n : all.n;
	*ret_rows = board_by_duty(cx) ? mine.at
				      : arena_array(cx->arena, struct q_board_duties, all.n + 1);
	for (size_t i = 0; !board_by_duty(cx) && i < all.n; i++)
		(*ret_rows)[i] = (struct q_board_duties){all.at[i].exam_id,
			all.at[i].batch_room_id, all.at[i].room_state, all.at[i].starts_at,
			all.at[i].ends_at, all.at[i].place, all.at[i].title, all.at[i].state,
			all.at[i].room_name, all.at[i].venue_name, all.at[i].body_name, ""};
	return 0;
}

static int watch_list(struct req *rq)
{
	struct q_board_duties *rows;
	size_t n;
	int64_t today = ctx_today(rq->cx);
	int r = rooms_of(rq->cx, civil_midnight(today), &rows, &n);
	if (r < 0)
		return r;
	json_t *now = json_array(), *later = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(watch_is_today(rq->cx, rows[i].starts_at) ? now : later,
			duty_view(rq, &rows[i]));
	view_flag(rq, "is_empty", n == 0);
	view_set(rq, "today", now);
	view_set(rq, "later", later);
	return 0;
}

/* ---- one room ---- */

static int64_t last_seat(const struct board_room *room)
{
	int64_t last = room->row->capacity;
	for (size_t i = 0; i < room->n; i++)
		if (room->seats[i].row->seat > last)
			last = room->seats[i].row->seat;
	return last > BOARD_SEATS_MAX ? BOARD_SEATS_MAX : last;
}

static json_t *empty_seat(int64_t number)
{
	return json_pack("{s:I, s:b, s:s}", "seat", (json_int_t)number, "is_empty", true, "print",
		"000000");
}

/* Rows of the plan from the front backwards; a seat that nobody has is empty. */
static void put_plan(struct req *rq, const struct board *b)
{
	const struct board_room *room = &b->rooms[0];
	int64_t last = last_seat(room);
	int64_t per_row = room->row->per_row > 0 ? room->row->per_row : 6;
	json_t **seats = arena_array(rq->cx->arena, json_t *, (size_t)last + 1);
	json_t *rows = json_array(), *row = NULL;
	for (size_t i = 0; i < room->n; i++) {
		int64_t at = room->seats[i].row->seat;
		if (at >= 1 && at <= last && !seats[at])
			seats[at] = watch_seat(rq, b, &room->seats[i]);
	}
	for (int64_t at = 1; at <= last; at++) {
		if ((at - 1) % per_row == 0) {
			row = json_array();
			json_array_append_new(rows, json_pack("{s:I, s:o}", "row",
				(json_int_t)((at - 1) / per_row + 1), "seats", row));
		}
		if (seats[at])
			json_object_set_new(seats[at], "is_empty", json_false());
		json_array_append_new(row, seats[at] ? seats[at] : empty_seat(at));
	}
	view_set(rq, "rows", rows);
	view_int(rq, "columns", per_row < 12 ? per_row : 12);
}

static const char *event_words(struct ctx *cx, const struct q_board_room_events *e)
{
	const struct flow_step *step = sitting_flow.steps;
	while (step->action && !streq(step->action, e->action))
		step++;
	bool named = step->action && streq(e->kind, "sitting");
	return named ? step->label
		     : message_text(cx->arena, text_of(cx, "event.%s", e->action), NULL);
}

static const char *whose(struct ctx *cx, const struct board_room *room,
	const struct q_board_room_events *e)
{
	for (size_t i = 0; e->person_id && i < room->n; i++)
		if (room->seats[i].row->id == e->subject_id)
			return text_of(cx, "%02d号 %s", (int)room->seats[i].row->seat,
				room->seats[i].row->name);
	return "";
}

static int put_events(struct req *rq, const struct board *b)
{
	struct q_board_room_events_rows rows;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	int r = q_board_room_events(cx->db, &rows, .exam_id = b->exam->id,
		.batch_room_id = b->rooms[0].row->batch_room_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_board_room_events *e = &rows.at[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "at_text",
			civil_time_text(cx->arena, e->at) + 11, "actor", e->actor_name, "label",
			event_words(cx, e), "whose", whose(cx, &b->rooms[0], e), "reason",
			e->reason));
	}
	view_set(rq, "events", list);
	return 0;
}

static int put_incidents(struct req *rq, const struct board *b)
{
	struct q_incidents_of_room_rows rows;
	struct ctx *cx = rq->cx;
	const char *url = watch_url(cx, &b->rooms[0]);
	int r = q_incidents_of_room(cx->db, &rows, .exam_id = b->exam->id,
		.batch_room_id = b->rooms[0].row->batch_room_id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = view_rows(rq, &q_incidents_of_room_desc, rows.at, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_incidents_of_room *row = &rows.at[i];
		json_t *item = json_array_get(list, i);
		json_object_set_new(item, "label", json_string(incident_label(row->incident_kind)));
		json_object_set_new(item, "whose", json_string(row->seat ? text_of(cx, "%02d号 %s",
			(int)row->seat, row->name) : "全场"));
		json_object_set_new(item, "photo_url", json_string(row->photo_file_id ? text_of(cx,
			"%s/incidents/%" PRId64 "/photo", url, row->id) : ""));
	}
	view_set(rq, "incidents", list);
	return 0;
}

static int room_show(struct req *rq)
{
	struct board b;
	struct ctx *cx = rq->cx;
	int r = board_room(cx, rq_id(rq, "id"), rq_id(rq, "room"), &b);
	if (r < 0)
		return r;
	watch_head(rq, &b);
	put_plan(rq, &b);
	view_text(rq, "title", text_of(cx, "%s %s", b.rooms[0].row->venue_name,
		b.rooms[0].row->room_name));
	bool may = ctx_may(cx, PERM_EXAM_INVIGILATE) && !streq(b.rooms[0].row->place, "venue");
	view_flag(rq, "may_act", may);
	view_flag(rq, "may_see_exam", !board_by_duty(cx));
	watch_room_forms(rq, &b);
	if ((r = put_incidents(rq, &b)) < 0)
		return r;
	return put_events(rq, &b);
}

/* Light on purpose: no template, no frame, only what changed. */
static int room_state(struct req *rq)
{
	struct board b;
	auto_buf text;
	buf_init(&text, 1 << 20);
	int r = board_room(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"), &b);
	if (r < 0)
		return r;
	json_t *state = watch_state(rq, &b, in_text(rq->in, "have"));
	r = json_write(state, &text);
	json_decref(state);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	return rq_bytes(rq, "application/json", NULL, buf_view(&text));
}

/* ---- one candidate ---- */

static const struct board_seat *seat_of(const struct board *b, int64_t sitting_id)
{
	for (size_t i = 0; i < b->rooms[0].n; i++)
		if (b->rooms[0].seats[i].row->id == sitting_id)
			return &b->rooms[0].seats[i];
	return NULL;
}

static json_t *seat_pairs(struct req *rq, const struct board_seat *s)
{
	struct ctx *cx = rq->cx;
	const struct q_board_seats *row = s->row;
	const struct {
		const char *label, *text;
	} pairs[] = {
		{"座位", text_of(cx, "%02d号", (int)row->seat)}, {"准考证号", row->ticket_no},
		{"签到", row->checked_in_at ? civil_time_text(cx->arena, row->checked_in_at) : ""},
		{"开始作答", row->begun_at ? civil_time_text(cx->arena, row->begun_at) : ""},
		{"截止", row->deadline_at ? civil_time_text(cx->arena, row->deadline_at) : ""},
		{"个人延时", row->extra_seconds ? text_of(cx, "%d分钟",
			(int)(row->extra_seconds / 60)) : ""},
		{"已答", s->n_items ? text_of(cx, "%d/%d题", (int)s->n_answered,
			(int)s->n_items) : ""},
		{"最近联系", row->seen_at ? civil_time_text(cx->arena, row->seen_at) : ""},
		{"机器", row->device}, {"签到或接续次数", row->epoch ? text_of(cx, "%d",
			(int)row->epoch) : ""},
		{"免用专用浏览器", row->seb_waiver},
		{"结束", row->ended_at ? civil_time_text(cx->arena, row->ended_at) : ""},
		{"结束原因", row->ended_why}, {"回执号", row->receipt_code},
	};
	json_t *list = json_array();
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (*pairs[i].text)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:s}", "label",
				pairs[i].label, "text", pairs[i].text, "note", "", "is_num", false,
				"url", ""));
	return list;
}

static int portrait_of(struct req *rq, const struct board_seat *s, int64_t *ret_file_id)
{
	struct q_board_portrait row;
	int r = q_board_portrait(rq->cx->db, &row, .person_id = s->row->person_id,
		.id = s->row->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	*ret_file_id = row.photo_file_id;
	return 0;
}

static int seat_show(struct req *rq)
{
	struct board b;
	struct ctx *cx = rq->cx;
	int r = board_room(cx, rq_id(rq, "id"), rq_id(rq, "room"), &b);
	if (r < 0)
		return r;
	const struct board_seat *s = seat_of(&b, rq_id(rq, "sitting"));
	if (!s)
		return fail(cx, ERR_NOTFOUND, "board.not_found");
	int64_t portrait;
	if ((r = portrait_of(rq, s, &portrait)) < 0)
		return r;
	const char *url = text_of(cx, "%s/sittings/%" PRId64, watch_url(cx, &b.rooms[0]),
		s->row->id);
	struct flow_subject subject = {.id = s->row->id, .person_id = s->row->person_id,
		.state = s->row->state, .title = s->row->name, .body_id = b.exam->body_id,
		.region = b.exam->region};
	watch_head(rq, &b);
	json_t *seat = watch_seat(rq, &b, s);
	json_object_set_new(seat, "has_photo", json_boolean(s->row->photo_file_id != 0));
	json_object_set_new(seat, "has_portrait", json_boolean(portrait != 0));
	view_set(rq, "seat", seat);
	view_set(rq, "pairs", seat_pairs(rq, s));
	view_text(rq, "title", text_of(cx, "%02d号 %s", (int)s->row->seat, s->row->name));
	view_flag(rq, "may_act",
		ctx_may(cx, PERM_EXAM_INVIGILATE) && !streq(b.rooms[0].row->place, "venue"));
	if ((r = watch_seat_forms(rq, &b, s, url)) < 0)
		return r;
	return view_flow(rq, &sitting_flow, &subject, "%s/run", url);
}

/* ---- files ---- */

static int incident_photo_show(struct req *rq)
{
	struct file file;
	int r = incident_photo(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"), rq_id(rq, "incident"),
		&file);
	return r < 0 ? r : rq_bytes(rq, file.mime, NULL, file.bytes);
}

static int seat_photo(struct req *rq)
{
	struct board b;
	struct file file;
	int r = board_room(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"), &b);
	if (r < 0)
		return r;
	const struct board_seat *s = seat_of(&b, rq_id(rq, "sitting"));
	if (!s || !s->row->photo_file_id)
		return fail(rq->cx, ERR_NOTFOUND, "board.not_found");
	r = file_read(rq->cx, s->row->person_id, s->row->photo_file_id, &file);
	return r < 0 ? r : rq_bytes(rq, file.mime, NULL, file.bytes);
}

static int seat_portrait(struct req *rq)
{
	struct board b;
	struct file file;
	int64_t id;
	int r = board_room(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"), &b);
	if (r < 0)
		return r;
	const struct board_seat *s = seat_of(&b, rq_id(rq, "sitting"));
	if (!s)
		return fail(rq->cx, ERR_NOTFOUND, "board.not_found");
	if ((r = portrait_of(rq, s, &id)) < 0)
		return r;
	if (!id)
		return fail(rq->cx, ERR_NOTFOUND, "board.not_found");
	r = file_read(rq->cx, s->row->person_id, id, &file);
	return r < 0 ? r : rq_bytes(rq, file.mime, NULL, file.bytes);
}

static int record_pdf(struct req *rq)
{
	struct board b;
	struct str pdf;
	int r = board_room(rq->cx, rq_id(rq, "id"), rq_id(rq, "room"), &b);
	if (r < 0 || (r = room_record(rq->cx, &b, &pdf)) < 0)
		return r;
	return rq_bytes(rq, "application/pdf", text_of(rq->cx, "考场情况记录单-%s.pdf",
		b.rooms[0].row->room_name), pdf);
}

const struct route routes_watch[] = {
	{GET, "/watch", PERM_EXAM_WATCH, watch_list, "exam/watch", "考场监考"},
	{GET, "/exams/:id/rooms/:room", PERM_EXAM_WATCH, room_show, "exam/room", "考场监考",
		.audit = "监考"},
	{GET, "/exams/:id/rooms/:room/state", PERM_EXAM_WATCH, room_state, NULL, "考场即时状态",
		state_fields, .flags = ROUTE_DOWNLOAD},
	{GET, "/exams/:id/rooms/:room/record", PERM_EXAM_WATCH, record_pdf, NULL,
		"考场情况记录单", .flags = ROUTE_DOWNLOAD, .audit = "打印考场情况记录单"},
	{GET, "/exams/:id/rooms/:room/sittings/:sitting", PERM_EXAM_WATCH, seat_show, "exam/seat",
		"考生", .audit = "监考"},
	{GET, "/exams/:id/rooms/:room/sittings/:sitting/photo", PERM_EXAM_WATCH, seat_photo, NULL,
		"签到照片", .flags = ROUTE_DOWNLOAD, .audit = "核对签到照片"},
	{GET, "/exams/:id/rooms/:room/sittings/:sitting/portrait", PERM_EXAM_WATCH, seat_portrait,
		NULL, "报名照片", .flags = ROUTE_DOWNLOAD, .audit = "核对报名照片"},
	{GET, "/exams/:id/rooms/:room/incidents/:incident/photo", PERM_EXAM_WATCH,
		incident_photo_show, NULL, "情况照片", .flags = ROUTE_DOWNLOAD,
		.audit = "查看考场情况照片"},
	{0},
};
