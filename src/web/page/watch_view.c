/* Rooms and seats as JSON: the same for the page, for the light updates of its script, and for
 * programs. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "domain/exam/balance.h"
#include "web/page/watch.h"

enum { PRINT_DIGITS = 6, SOON_SECONDS = 6 * 3600 };

static const struct {
	unsigned flag;
	const char *code, *label;
} flag_words[] = {
	{FLAG_ENDING, "ending", "即将到时"},
	{FLAG_MOVED, "moved", "换过页面或机器"},
	{FLAG_EXTRA, "extra", "延时"},
	{FLAG_WAIVER, "waiver", "免专用浏览器"},
	{FLAG_INCIDENT, "incident", "有情况记录"},
};

static const struct {
	const char *code, *label;
} room_words[] = {
	{"waiting", "未开放"}, {"admitting", "入场中"}, {"running", "考试中"}, {"closed", "已结束"},
};

const char *watch_room_label(const char *room_state)
{
	for (size_t i = 0; i < sizeof room_words / sizeof *room_words; i++)
		if (streq(room_words[i].code, room_state))
			return room_words[i].label;
	return room_state;
}

bool watch_is_today(struct ctx *cx, int64_t starts_at)
{
	return starts_at < civil_midnight(ctx_today(cx) + 1)
		|| starts_at < ctx_now(cx) + SOON_SECONDS;
}

const char *watch_url(struct ctx *cx, const struct board_room *room)
{
	return text_of(cx, "/exams/%" PRId64 "/rooms/%" PRId64, room->row->exam_id,
		room->row->batch_room_id);
}

/* Since when somebody has been lost or paused; else 0. What moves by itself (time left, last sign
 * of life) is counted by the page, so that a seat changes only when something has happened. */
static int64_t since_of(const struct board_seat *s)
{
	if (s->look == LOOK_LOST)
		return s->row->seen_at;
	return s->look == LOOK_PAUSED ? s->row->paused_at : 0;
}

/* FNV-1a over what is shown, cut to the digits that the page sends back. */
static const char *print_of(struct ctx *cx, json_t *seat)
{
	auto_buf text;
	uint32_t h = 2166136261u;
	buf_init(&text, 1 << 16);
	if (json_write(seat, &text) < 0)
		return "000000";
	for (size_t i = 0; i < text.n; i++)
		h = (h ^ (unsigned char)text.p[i]) * 16777619u;
	return text_of(cx, "%06x", (unsigned)((h >> 24 ^ h) & 0xffffff));
}

static json_t *flags_view(unsigned flags)
{
	json_t *list = json_array();
	for (size_t i = 0; i < sizeof flag_words / sizeof *flag_words; i++)
		if (flags & flag_words[i].flag)
			json_array_append_new(list, json_pack("{s:s, s:s}", "code",
				flag_words[i].code, "label", flag_words[i].label));
	return list;
}

static const char *form_letter(struct ctx *cx, int64_t form_no)
{
	return form_no > 0 && form_no <= 26 ? text_of(cx, "%c卷", (char)('A' + form_no - 1)) : "";
}

json_t *watch_seat(struct req *rq, const struct board *b, const struct board_seat *s)
{
	struct ctx *cx = rq->cx;
	const struct q_board_seats *row = s->row;
	bool runs = s->look == LOOK_RUNNING || s->look == LOOK_LOST || s->look == LOOK_PAUSED;
	json_t *seat = json_pack(
		"{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:s, s:s, s:b}", "seat",
		(json_int_t)row->seat, "name", row->name, "ticket_no", row->ticket_no, "look",
		board_look_code(s->look), "look_label", board_look_label(s->look), "done",
		(json_int_t)s->n_answered, "items", (json_int_t)s->n_items, "deadline_at",
		(json_int_t)(runs ? row->deadline_at : 0), "since_at", (json_int_t)since_of(s),
		"flags", flags_view(s->flags), "form", form_letter(cx, s->form_no), "url",
		text_of(cx, "/exams/%" PRId64 "/rooms/%" PRId64 "/sittings/%" PRId64, b->exam->id,
		row->batch_room_id, row->id), "is_open", runs);
	json_object_set_new(seat, "print", json_string(print_of(cx, seat)));
	return seat;
}

json_t *watch_steps(struct req *rq, const struct board_counts *counts)
{
	struct balance_step steps[BALANCE_STEPS];
	json_t *list = json_array();
	balance_steps(rq->cx->arena, counts, steps);
	for (size_t i = 0; i < BALANCE_STEPS; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:b}", "code",
			steps[i].code, "label", steps[i].label, "n", (json_int_t)steps[i].n, "note",
			steps[i].note, "holds", steps[i].holds));
	return list;
}

/* Not a matter of balance, but what an invigilator must see first. */
static void add_lost(struct ctx *cx, json_t *list, const struct board_room *room)
{
	const char *names = "";
	int64_t n = 0;
	for (size_t i = 0; i < room->n; i++)
		if (room->seats[i].look == LOOK_LOST && n++ < BOARD_NAMES)
			names = text_of(cx, "%s%s%02d号%s", names, *names ? "、" : "",
				(int)room->seats[i].row->seat, room->seats[i].row->name);
	if (n)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I}", "rule", "lost",
			"title", "失去联系", "text", text_of(cx, "%s%s，共%d人", names,
			n > BOARD_NAMES ? "等" : "", (int)n), "n", (json_int_t)n));
}

json_t *watch_alarms(struct ctx *cx, const struct board_room *room)
{
	json_t *list = json_array();
	for (size_t i = 0; i < room->n_alarms; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I}", "rule",
			room->alarms[i].rule, "title", "人数不平", "text", room->alarms[i].text,
			"n", (json_int_t)room->alarms[i].n));
	add_lost(cx, list, room);
	return list;
}

static bool is_known(const char *have, int64_t seat, const char *print)
{
	size_t at = (size_t)(seat - 1) * PRINT_DIGITS;
	return seat >= 1 && at + PRINT_DIGITS <= strlen(have) &&
		!memcmp(have + at, print, PRINT_DIGITS);
}

json_t *watch_state(struct req *rq, const struct board *b, const char *have)
{
	const struct board_room *room = &b->rooms[0];
	json_t *seats = json_array(), *taken = json_array();
	for (size_t i = 0; i < room->n; i++) {
		json_t *seat = watch_seat(rq, b, &room->seats[i]);
		int64_t number = room->seats[i].row->seat;
		json_array_append_new(taken, json_integer(number));
		if (is_known(have, number, json_string_value(json_object_get(seat, "print"))))
			json_decref(seat);
		else
			json_array_append_new(seats, seat);
	}
	return json_pack("{s:I, s:s, s:s, s:o, s:o, s:o, s:o}", "now",
		(json_int_t)ctx_now(rq->cx), "room_state", room->row->room_state,
		"room_state_label", watch_room_label(room->row->room_state), "steps",
		watch_steps(rq, &room->counts), "alarms", watch_alarms(rq->cx, room), "taken",
		taken, "seats", seats);
}

static const char *clock_of(struct ctx *cx, int64_t at)
{
	return at ? civil_time_text(cx->arena, at) + 11 : "";
}

static json_t *room_view(struct req *rq, const struct board *b, const struct board_room *room)
{
	struct ctx *cx = rq->cx;
	json_t *view = view_row(rq, &q_board_rooms_desc, room->row);
	int64_t from = room->row->starts_at ? room->row->starts_at : b->exam->starts_at;
	int64_t to = room->row->ends_at ? room->row->ends_at : b->exam->ends_at;
	const char *state = room->row->room_state;
	json_object_set_new(view, "url", json_string(watch_url(cx, room)));
	json_object_set_new(view, "room_state_label", json_string(watch_room_label(state)));
	json_object_set_new(view, "is_running", json_boolean(streq(state, "running")));
	json_object_set_new(view, "is_away", json_boolean(streq(room->row->place, "venue")));
	json_object_set_new(view, "time_text",
		json_string(text_of(cx, "%s—%s", clock_of(cx, from), clock_of(cx, to))));
	json_object_set_new(view, "counted_in_text", json_string(room->row->counted_in < 0 ? ""
		: text_of(cx, "%d", (int)room->row->counted_in)));
	json_object_set_new(view, "counted_out_text", json_string(room->row->counted_out < 0 ? ""
		: text_of(cx, "%d", (int)room->row->counted_out)));
	return view;
}

void watch_head(struct req *rq, const struct board *b)
{
	const struct board_room *room = &b->rooms[0];
	view_set(rq, "exam", view_row(rq, &q_board_exam_desc, b->exam));
	view_set(rq, "room", room_view(rq, b, room));
	view_set(rq, "steps", watch_steps(rq, &room->counts));
	view_set(rq, "alarms", watch_alarms(rq->cx, room));
	view_int(rq, "now", ctx_now(rq->cx));
	view_text(rq, "now_text", clock_of(rq->cx, ctx_now(rq->cx)));
}
