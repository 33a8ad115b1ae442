#include "doc/room_record.h"

#include <string.h>

#include "base/civil.h"
#include "doc/paper.h"
#include "doc/room_paper.h"
#include "domain/exam/balance.h"
#include "domain/exam/incident.h"
#include "query/exam_board.h"

enum { INCIDENTS_A_PAGE = 9, NAMES_CHARS = 400 };

struct record {
	struct ctx *cx;
	const struct board *board;
	const struct board_room *room;
	struct q_incidents_of_room_rows incidents;
	struct q_board_proctors_rows proctors;
	struct paper *paper;
	size_t page, pages;
};

static const char *clock_of(struct ctx *cx, int64_t at)
{
	return at ? civil_time_text(cx->arena, at) + 11 : "—";
}

static void fact(json_t *facts, const char *label, const char *value)
{
	json_array_append_new(facts, json_pack("{s:s, s:s}", "label", label, "value", value));
}

static const char *proctor_names(struct record *p)
{
	const char *names = "";
	for (size_t i = 0; i < p->proctors.n; i++)
		if (streq(p->proctors.at[i].duty, "proctor"))
			names = text_of(p->cx, "%s%s%s", names, *names ? "、" : "",
				p->proctors.at[i].name);
	return names;
}

static json_t *sheet_of(struct record *p)
{
	const struct q_board_rooms *row = p->room->row;
	const struct q_board_exam *exam = p->board->exam;
	json_t *facts = json_array();
	int64_t from = row->starts_at ? row->starts_at : exam->starts_at;
	int64_t to = row->ends_at ? row->ends_at : exam->ends_at;
	fact(facts, "批次", exam->batch_title);
	fact(facts, "考试", exam->title);
	fact(facts, "考点考场", text_of(p->cx, "%s %s", row->venue_name, row->room_name));
	fact(facts, "计划时间", paper_time_span(p->cx, from, to));
	fact(facts, "实际开考", row->started_at ? civil_time_text(p->cx->arena,
		row->started_at) : "—");
	fact(facts, "监考员", proctor_names(p));
	return json_pack("{s:s, s:s, s:i, s:i, s:o, s:s}", "title", "考场情况记录单", "subtitle",
		exam->body_name, "page", (int)++p->page, "pages", (int)p->pages, "facts", facts,
		"footer", text_of(p->cx, "打印时间 %s　由系统按操作记录生成，手工填写部分须签字",
		civil_time_text(p->cx->arena, ctx_now(p->cx))));
}

static const char *remark(struct record *p, const struct board_seat *s)
{
	const char *z = s->flags & FLAG_EXTRA ? text_of(p->cx, "延时%d分",
		(int)(s->row->extra_seconds / 60)) : "";
	for (size_t i = 0; i < p->incidents.n; i++)
		if (p->incidents.at[i].sitting_id == s->row->id)
			z = text_of(p->cx, "%s%s%s", z, *z ? "；" : "",
				incident_label(p->incidents.at[i].incident_kind));
	if (*s->row->seb_waiver)
		z = text_of(p->cx, "%s%s免专用浏览器", z, *z ? "；" : "");
	return z;
}

static int print(struct record *p, const char *name, json_t *view)
{
	int r = paper_page(p->paper, name, view);
	json_decref(view);
	return r;
}

static json_t *seat_row(struct record *p, const struct board_seat *s)
{
	const struct q_board_seats *row = s->row;
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "seat",
		text_of(p->cx, "%02d", (int)row->seat), "ticket", row->ticket_no, "name", row->name,
		"state",
		board_look_label(s->look == LOOK_LOST ? LOOK_RUNNING : s->look), "begun",
		clock_of(p->cx, row->begun_at),
		"ended", clock_of(p->cx, row->ended_at), "done", row->begun_at
		? text_of(p->cx, "%d/%d", (int)s->n_answered, (int)s->n_items) : "—", "remark",
		remark(p, s));
}

static int print_seats(struct record *p, size_t from)
{
	json_t *view = sheet_of(p), *rows = json_array();
	for (size_t i = from; i < p->room->n && i < from + PAPER_ROWS; i++)
		json_array_append_new(rows, seat_row(p, &p->room->seats[i]));
	json_object_set_new(view, "rows", rows);
	return print(p, "room-record", view);
}

/* As many names as there is room for, and how many there are; all of them stand in the list. */
static const char *absent_names(struct record *p)
{
	const char *names = "";
	int n = 0;
	bool is_cut = false;
	for (size_t i = 0; i < p->room->n; i++) {
		const struct board_seat *s = &p->room->seats[i];
		if (s->look != LOOK_ABSENT && s->look != LOOK_WAITING)
			continue;
		n++;
		is_cut = is_cut || strlen(names) >= NAMES_CHARS;
		if (!is_cut)
			names = text_of(p->cx, "%s%s%s（%02d号）", names, *names ? "、" : "",
				s->row->name, (int)s->row->seat);
	}
	return !n ? "无" : is_cut ? text_of(p->cx, "%s等，共%d人，见名单", names, n) : names;
}

static json_t *steps_of(struct record *p)
{
	struct balance_step steps[BALANCE_STEPS];
	json_t *list = json_array();
	balance_steps(p->cx->arena, &p->room->counts, steps);
	for (size_t i = 0; i < BALANCE_STEPS; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "label", steps[i].label,
			"n", text_of(p->cx, "%d", (int)steps[i].n), "note", steps[i].note));
	return list;
}

static const char *heads(struct record *p, int64_t n)
{
	return n < 0 ? "＿＿＿＿" : text_of(p->cx, "%d", (int)n);
}

static const char *alarm_words(struct record *p)
{
	const char *z = "";
	for (size_t i = 0; i < p->room->n_alarms; i++)
		z = text_of(p->cx, "%s%s%s", z, *z ? "；" : "", p->room->alarms[i].text);
	return *z ? z : "各项人数一致。";
}

static json_t *incident_row(struct record *p, const struct q_incidents_of_room *at)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "time", clock_of(p->cx, at->created_at),
		"whose", at->seat ? text_of(p->cx, "%02d号 %s", (int)at->seat, at->name) : "全场",
		"label", incident_label(at->incident_kind), "note", at->note, "actor",
		at->actor_name);
}

static int print_end(struct record *p, size_t from, bool is_last)
{
	json_t *view = sheet_of(p), *rows = json_array();
	const struct q_board_rooms *row = p->room->row;
	for (size_t i = from; i < p->incidents.n && i < from + INCIDENTS_A_PAGE; i++)
		json_array_append_new(rows, incident_row(p, &p->incidents.at[i]));
	json_object_set_new(view, "has_none", json_boolean(!p->incidents.n));
	json_object_set_new(view, "incidents", rows);
	json_object_set_new(view, "steps", steps_of(p));
	json_object_set_new(view, "absent", json_string(absent_names(p)));
	json_object_set_new(view, "counted_in", json_string(heads(p, row->counted_in)));
	json_object_set_new(view, "counted_out", json_string(heads(p, row->counted_out)));
	json_object_set_new(view, "alarms", json_string(alarm_words(p)));
	json_object_set_new(view, "is_last", json_boolean(is_last));
	return print(p, "room-record-end", view);
}

static size_t pages_for(size_t n, size_t a_page)
{
	return n ? (n + a_page - 1) / a_page : 1;
}

static int print_all(struct record *p)
{
	size_t lists = pages_for(p->room->n, PAPER_ROWS);
	size_t ends = pages_for(p->incidents.n, INCIDENTS_A_PAGE);
	int r = 0;
	p->pages = lists + ends;
	for (size_t i = 0; i < lists && r >= 0; i++)
		r = print_seats(p, i * PAPER_ROWS);
	for (size_t i = 0; i < ends && r >= 0; i++)
		r = print_end(p, i * INCIDENTS_A_PAGE, i + 1 == ends);
	return r;
}

int room_record(struct ctx *cx, const struct board *board, struct str *ret_pdf)
{
	struct record p = {.cx = cx, .board = board, .room = &board->rooms[0]};
	int64_t room = p.room->row->batch_room_id;
	int r = q_incidents_of_room(cx->db, &p.incidents, .exam_id = board->exam->id,
		.batch_room_id = room);
	if (r >= 0)
		r = q_board_proctors(cx->db, &p.proctors, .batch_room_id = room);
	if (r < 0)
		return ctx_pass(cx, r);
	r = paper_new(text_of(cx, "%s 考场情况记录单", board->exam->title), &p.paper);
	if (r < 0)
		return fail(cx, r, "arrange.no_paper");
	paper_date(p.paper, ctx_now(cx));
	r = print_all(&p);
	if (r >= 0)
		r = paper_finish(p.paper, cx->arena, ret_pdf);
	else
		paper_free(p.paper);
	return r < 0 ? fail(cx, r, "arrange.no_paper") : 0;
}
