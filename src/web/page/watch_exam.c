/* All rooms of an exam on one page, those with an alarm first; a form taken out of the exam; what
 * waits for whoever watches rooms. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "domain/exam/withdraw.h"
#include "web/auth.h"
#include "web/frame.h"
#include "web/page/watch.h"
#include "web/todo.h"

enum { REASON_CHARS = 500 };

static const struct field withdraw_fields[] = {
	{"form", FIELD_CHOICE, "停用的试卷", .flags = FIELD_REQUIRED},
	{"other_form", FIELD_CHOICE, "改用", .flags = FIELD_REQUIRED},
	{"withdraw_reason", FIELD_AREA, "理由", .max = REASON_CHARS,
		.help = "提出后正在用这份试卷的考生立即暂停，由另一人决定换卷、作废或恢复。",
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{0},
};

static const struct choice decisions[] = {{"yes", "同意停用"}, {"no", "不停用"}, {0}};
static const struct field decide_fields[] = {
	{"withdrawal", FIELD_ID, "申请", .flags = FIELD_REQUIRED | FIELD_HIDDEN},
	{"decision", FIELD_CHOICE, "决定", .choices = decisions, .flags = FIELD_REQUIRED},
	{"decide_reason", FIELD_TEXT, "说明", .max = REASON_CHARS, .flags = FIELD_WIDE},
	{0},
};

/* ---- the overview ---- */

static int by_alarm(const void *a, const void *b)
{
	const struct board_room *x = a, *y = b;
	if (!x->n_alarms != !y->n_alarms)
		return x->n_alarms ? -1 : 1;
	if (!x->counts.lost != !y->counts.lost)
		return x->counts.lost ? -1 : 1;
	int64_t d = x->row->starts_at - y->row->starts_at;
	if (d)
		return d < 0 ? -1 : 1;
	int names = strcmp(x->row->room_name, y->row->room_name);
	return names ? names : (x->row->batch_room_id > y->row->batch_room_id) -
		(x->row->batch_room_id < y->row->batch_room_id);
}

static json_t *tile_of(struct req *rq, const struct board_room *room)
{
	const struct board_counts *c = &room->counts;
	struct ctx *cx = rq->cx;
	bool away = streq(room->row->place, "venue");
	const char *look = room->n_alarms ? "alarm" : away ? "away" : c->lost ? "lost"
		: room->row->room_state;
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
		"s:s, s:I, s:b}", "id", text_of(cx, "%" PRId64, room->row->batch_room_id), "url",
		watch_url(cx, room), "room_name", room->row->room_name, "venue_name",
		room->row->venue_name, "look", look, "state_label", away ? "在离线考点"
		: watch_room_label(room->row->room_state), "entry_code", room->row->entry_code,
		"registered", (json_int_t)c->registered, "seated", (json_int_t)c->seated, "going",
		(json_int_t)(c->running + c->lost + c->paused), "done",
		(json_int_t)(c->handed_in + c->forced), "absent", (json_int_t)c->absent, "lost",
		(json_int_t)c->lost, "incidents", (json_int_t)c->incidents, "alarm",
		room->n_alarms ? room->alarms[0].text : "", "n_alarms", (json_int_t)room->n_alarms,
		"is_alarm", room->n_alarms > 0);
}

static json_t *tiles_of(struct req *rq, const struct board *b)
{
	json_t *tiles = json_array();
	qsort(b->rooms, b->n, sizeof *b->rooms, by_alarm);
	for (size_t i = 0; i < b->n; i++)
		json_array_append_new(tiles, tile_of(rq, &b->rooms[i]));
	return tiles;
}

static const char *form_name(struct ctx *cx, const struct q_board_forms_rows *forms, int64_t id)
{
	for (size_t i = 0; i < forms->n; i++)
		if (forms->at[i].id == id)
			return text_of(cx, "%c卷（%d题）",
				(char)('A' + (forms->at[i].form_no - 1) % 26),
				(int)forms->at[i].n_items);
	return "不换卷，整场作废";
}

/* One that another exam has taken out may be sat here still. */
static bool is_sat(const struct board *b, int64_t form_id)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->rooms[i].n; k++) {
			const struct board_seat *s = &b->rooms[i].seats[k];
			bool writes = s->look == LOOK_RUNNING || s->look == LOOK_LOST ||
				s->look == LOOK_PAUSED;
			if (writes && s->row->form_id == form_id)
				return true;
		}
	return false;
}

static void put_choices(struct req *rq, const struct board *b,
	const struct q_board_forms_rows *forms)
{
	struct ctx *cx = rq->cx;
	struct choice *list = arena_array(cx->arena, struct choice, forms->n + 1);
	struct choice *others = arena_array(cx->arena, struct choice, forms->n + 2);
	size_t n = 0, n_others = 0;
	for (size_t i = 0; i < forms->n; i++) {
		int64_t id = forms->at[i].id;
		bool opened = streq(forms->at[i].form_state, "opened");
		struct choice one = {text_of(cx, "%" PRId64, id), form_name(cx, forms, id)};
		if (opened || is_sat(b, id))
			list[n++] = one;
		if (opened)
			others[n_others++] = one;
	}
	others[n_others] = (struct choice){"0", "不换卷，整场作废"};
	view_choices(rq, "form", list);
	view_choices(rq, "other_form", others);
}

static json_t *withdrawal_view(struct req *rq, const struct q_withdrawals *w,
	const struct q_board_forms_rows *forms)
{
	struct ctx *cx = rq->cx;
	static const struct {
		const char *code, *label, *tone;
	} states[] = {{"asked", "待另一人决定", "wait"}, {"done", "已停用", "bad"},
		{"dropped", "未停用", "plain"}};
	json_t *row = view_row(rq, &q_withdrawals_desc, w);
	bool asked = streq(w->withdrawal_state, "asked");
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (streq(states[i].code, w->withdrawal_state)) {
			json_object_set_new(row, "label", json_string(states[i].label));
			json_object_set_new(row, "tone", json_string(states[i].tone));
		}
	json_object_set_new(row, "form", json_string(form_name(cx, forms, w->form_id)));
	json_object_set_new(row, "other", json_string(form_name(cx, forms, w->other_form_id)));
	json_object_set_new(row, "may_decide", json_boolean(asked &&
		w->asked_by != cx->actor.account_id && ctx_may(cx, PERM_EXAM_WITHDRAW)));
	json_object_set_new(row, "is_mine", json_boolean(asked &&
		w->asked_by == cx->actor.account_id));
	return row;
}

static int put_withdrawals(struct req *rq, const struct board *b)
{
	struct q_withdrawals_rows rows;
	struct q_board_forms_rows forms;
	struct ctx *cx = rq->cx;
	const char *url = text_of(cx, "/exams/%" PRId64, b->exam->id);
	bool is_open = false;
	int r = q_withdrawals(cx->db, &rows, .exam_id = b->exam->id);
	if (r >= 0)
		r = q_board_forms(cx->db, &forms, .paper_set_id = b->exam->paper_set_id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < rows.n; i++) {
		json_array_append_new(list, withdrawal_view(rq, &rows.at[i], &forms));
		if (!streq(rows.at[i].withdrawal_state, "asked"))
			continue;
		is_open = true;
		view_form(rq, "decide_form", decide_fields, text_of(cx, "%s/withdrawals/decide",
			url), "决定", json_pack("{s:s}", "withdrawal", text_of(cx, "%" PRId64,
			rows.at[i].id)));
	}
	bool is_on = streq(b->exam->state, "running") || streq(b->exam->state, "ready");
	view_set(rq, "withdrawals", list);
	view_flag(rq, "may_withdraw", is_on && !is_open && ctx_may(cx, PERM_EXAM_WITHDRAW));
	put_choices(rq, b, &forms);
	view_form(rq, "withdraw_form", withdraw_fields, text_of(cx, "%s/withdrawals", url),
		"停用并暂停相关考生", NULL);
	return 0;
}

static void put_totals(struct req *rq, const struct board *b)
{
	const struct board_counts *c = &b->counts;
	view_set(rq, "steps", watch_steps(rq, c));
	view_set(rq, "counts", json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "registered",
		(json_int_t)c->registered, "going", (json_int_t)(c->running + c->lost + c->paused),
		"done", (json_int_t)(c->handed_in + c->forced), "absent", (json_int_t)c->absent,
		"lost", (json_int_t)c->lost, "paused", (json_int_t)c->paused, "incidents",
		(json_int_t)c->incidents));
	view_int(rq, "n_alarms", b->n_alarms);
	view_int(rq, "n_rooms", (int64_t)b->n);
}

static int exam_board_show(struct req *rq)
{
	struct board b;
	struct ctx *cx = rq->cx;
	int r = board_exam(cx, rq_id(rq, "id"), &b);
	if (r < 0)
		return r;
	view_set(rq, "exam", view_row(rq, &q_board_exam_desc, b.exam));
	view_text(rq, "title", b.exam->title);
	view_text(rq, "time_text", text_of(cx, "%s—%s", civil_time_text(cx->arena,
		b.exam->starts_at), civil_time_text(cx->arena, b.exam->ends_at) + 11));
	view_int(rq, "now", ctx_now(cx));
	view_text(rq, "now_text", civil_time_text(cx->arena, ctx_now(cx)) + 11);
	put_totals(rq, &b);
	view_set(rq, "rooms", tiles_of(rq, &b));
	if ((r = watch_venue(rq, &b)) < 0)
		return r;
	return put_withdrawals(rq, &b);
}

static int exam_board_state(struct req *rq)
{
	struct board b;
	auto_buf text;
	buf_init(&text, 4 << 20);
	int r = board_exam(rq->cx, rq_id(rq, "id"), &b);
	if (r < 0)
		return r;
	json_t *state = json_pack("{s:I, s:I, s:o, s:o}", "now", (json_int_t)ctx_now(rq->cx),
		"n_alarms", (json_int_t)b.n_alarms, "steps", watch_steps(rq, &b.counts), "rooms",
		tiles_of(rq, &b));
	r = json_write(state, &text);
	json_decref(state);
	return r < 0 ? ctx_pass(rq->cx, r)
		     : rq_bytes(rq, "application/json", NULL, buf_view(&text));
}

/* ---- a form is withdrawn ---- */

static int to_board(struct req *rq)
{
	return rq_redirect(rq, "/exams/%s/board", rq_param(rq, "id"));
}

static int withdraw_put(struct req *rq)
{
	struct withdrawal_in in = {.reason = in_text(rq->in, "withdraw_reason")};
	int64_t id;
	if (!str_to_i64(str_of(in_text(rq->in, "form")), &in.form_id) ||
		!str_to_i64(str_of(in_text(rq->in, "other_form")), &in.other_form_id))
		return fail_field(rq->cx, "form", "withdraw.form");
	int r = withdraw_ask(rq->cx, rq_id(rq, "id"), &in, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "withdraw.done");
	return to_board(rq);
}

static int decide_put(struct req *rq)
{
	int r = withdraw_decide(rq->cx, rq_id(rq, "id"), in_int(rq->in, "withdrawal"),
		streq(in_text(rq->in, "decision"), "yes"), in_text(rq->in, "decide_reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "withdraw.decided_done");
	return to_board(rq);
}

const struct route routes_watch_exam[] = {
	{GET, "/exams/:id/board", PERM_EXAM_WATCH, exam_board_show, "exam/board", "考试监控"},
	{GET, "/exams/:id/board/state", PERM_EXAM_WATCH, exam_board_state, NULL, "考试即时状态",
		.flags = ROUTE_DOWNLOAD},
	{POST, "/exams/:id/withdrawals", PERM_EXAM_WITHDRAW, withdraw_put, NULL, "申请停用试卷",
		withdraw_fields, .form = "/exams/:id/board"},
	{POST, "/exams/:id/withdrawals/decide", PERM_EXAM_WITHDRAW, decide_put, NULL,
		"决定停用试卷", decide_fields, .form = "/exams/:id/board"},
	{0},
};

/* ---- to-do ---- */

static int find_rooms(struct ctx *cx, struct todo_item *items, size_t *ret_n, int64_t *ret_count)
{
	struct q_board_duties_rows rows;
	int64_t today = ctx_today(cx);
	int r = q_board_duties(cx->db, &rows, .account_id = cx->actor.account_id,
		.from_at = civil_midnight(today));
	*ret_n = 0;
	*ret_count = 0;
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_board_duties *d = &rows.at[i];
		if (!watch_is_today(cx, d->starts_at) || streq(d->room_state, "closed"))
			continue;
		++*ret_count;
		if (*ret_n < TODO_ROWS)
			items[(*ret_n)++] = (struct todo_item){
				.title = text_of(cx, "%s %s %s", civil_time_text(cx->arena,
					d->starts_at) + 11, d->venue_name, d->room_name),
				.note = d->title, .due_on = today,
				.url = text_of(cx, "/exams/%" PRId64 "/rooms/%" PRId64, d->exam_id,
					d->batch_room_id)};
	}
	return 0;
}

const struct todo_source todo_watch[] = {
	{"今天监考的考场", "/watch", PERM_EXAM_INVIGILATE, find_rooms},
	{0},
};
