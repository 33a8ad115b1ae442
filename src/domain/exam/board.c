#include "domain/exam/board.h"

#include <string.h>

#include "core/flow.h"
#include "domain/exam/balance.h"
#include "query/exam_board.h"

enum { ENDING_SECONDS = 300, HEADS_MAX = 1000 };

static const struct {
	const char *code, *label;
} looks[LOOKS] = {
	[LOOK_WAITING] = {"waiting", "未到"},
	[LOOK_HERE] = {"here", "待准入"},
	[LOOK_ADMITTED] = {"admitted", "已入场"},
	[LOOK_RUNNING] = {"running", "作答中"},
	[LOOK_LOST] = {"lost", "失去联系"},
	[LOOK_PAUSED] = {"paused", "已暂停"},
	[LOOK_HANDED_IN] = {"handed_in", "已交卷"},
	[LOOK_FORCED] = {"forced", "强制收卷"},
	[LOOK_ABSENT] = {"absent", "缺考"},
	[LOOK_VOID] = {"void", "作废"},
};

const char *board_look_code(enum board_look look)
{
	return looks[look].code;
}

const char *board_look_label(enum board_look look)
{
	return looks[look].label;
}

bool board_by_duty(const struct ctx *cx)
{
	return cx->actor.role == ROLE_INVIGILATOR || cx->actor.role == ROLE_EXAMINER;
}

static int not_found(struct ctx *cx)
{
	return fail(cx, ERR_NOTFOUND, "board.not_found");
}

static int let(struct ctx *cx, int64_t exam_id, int64_t batch_room_id,
	struct q_board_rooms *ret_room)
{
	struct q_board_duty_rows duty;
	struct q_board_rooms_rows rooms;
	int r = q_board_rooms(cx->db, &rooms, .exam_id = exam_id, .lo = batch_room_id,
		.hi = batch_room_id, .scope = board_by_duty(cx) ? scope_all() : cx->scope);
	if (r >= 0 && !rooms.n)
		return not_found(cx);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_room = rooms.at[0];
	if (!board_by_duty(cx))
		return 0;
	r = q_board_duty(cx->db, &duty, .batch_room_id = batch_room_id,
		.account_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return duty.n ? 0 : not_found(cx);
}

int board_let(struct ctx *cx, int64_t exam_id, int64_t batch_room_id)
{
	struct q_board_rooms ignored;
	return let(cx, exam_id, batch_room_id, &ignored);
}

int board_enter(struct ctx *cx, int64_t exam_id, int64_t batch_room_id)
{
	struct q_board_rooms room;
	int r = let(cx, exam_id, batch_room_id, &room);
	if (r < 0)
		return r;
	if (streq(room.place, "venue"))
		return fail(cx, ERR_STATE, "board.away");
	if (board_by_duty(cx)) {
		cx->scope = scope_all();
		cx->scope.body_id = room.body_id;
	}
	return 0;
}

/* What a board is made from, in rows as they were read. */
struct reading {
	struct q_board_exam *exam;
	struct q_board_rooms_rows rooms;
	struct q_board_seats_rows seats;
	struct q_board_missing_rows missing;
	struct q_board_forms_rows forms;
	struct q_board_incidents_rows incidents;
	struct q_board_progress_rows progress;
	int64_t now;
};

static int read(struct ctx *cx, int64_t exam_id, int64_t lo, int64_t hi, struct reading *ret)
{
	struct scope scope = board_by_duty(cx) ? scope_all() : cx->scope;
	struct db *db = cx->db;
	ret->exam = arena_make(cx->arena, struct q_board_exam);
	ret->now = ctx_now(cx);
	int r = q_board_exam(db, ret->exam, .id = exam_id, .scope = scope);
	if (r == ERR_NOTFOUND)
		return not_found(cx);
	if (r >= 0)
		r = q_board_rooms(db, &ret->rooms, .exam_id = exam_id, .lo = lo, .hi = hi,
			.scope = scope);
	if (r >= 0)
		r = q_board_seats(db, &ret->seats, .exam_id = exam_id, .lo = lo, .hi = hi);
	if (r >= 0)
		r = q_board_missing(db, &ret->missing, .exam_id = exam_id, .lo = lo, .hi = hi,
			.batch_id = ret->exam->batch_id, .part = ret->exam->part);
	if (r >= 0)
		r = q_board_forms(db, &ret->forms, .paper_set_id = ret->exam->paper_set_id);
	if (r >= 0)
		r = q_board_incidents(db, &ret->incidents, .exam_id = exam_id, .lo = lo, .hi = hi);
	ret->progress = (struct q_board_progress_rows){0};
	if (r >= 0 && lo == hi)
		r = q_board_progress(db, &ret->progress, .exam_id = exam_id, .batch_room_id = lo);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static enum board_look look_of(const struct q_board_seats *row, int64_t now)
{
	bool runs = streq(row->state, "running");
	if (runs && now - row->seen_at > BOARD_LOST_SECONDS)
		return LOOK_LOST;
	if (streq(row->state, "waiting") && row->checked_in_at)
		return LOOK_HERE;
	for (int look = 0; look < LOOKS; look++)
		if (streq(looks[look].code, row->state))
			return (enum board_look)look;
	return LOOK_VOID;
}

static unsigned flags_of(const struct reading *in, const struct q_board_seats *row)
{
	unsigned flags = 0;
	int64_t left = row->deadline_at - in->now;
	if (row->epoch > 1)
		flags |= FLAG_MOVED;
	if (row->extra_seconds)
		flags |= FLAG_EXTRA;
	if (*row->seb_waiver)
		flags |= FLAG_WAIVER;
	if (streq(row->state, "running") && left < ENDING_SECONDS)
		flags |= FLAG_ENDING;
	for (size_t i = 0; i < in->incidents.n; i++)
		if (in->incidents.at[i].sitting_id == row->id)
			return flags | FLAG_INCIDENT;
	return flags;
}

static struct board_seat seat_of(const struct reading *in, const struct q_board_seats *row)
{
	struct board_seat seat = {.row = row, .look = look_of(row, in->now),
		.flags = flags_of(in, row), .n_answered = row->n_answered};
	for (size_t i = 0; i < in->progress.n; i++)
		if (in->progress.at[i].id == row->id)
			seat.n_answered = in->progress.at[i].n;
	for (size_t i = 0; i < in->forms.n; i++)
		if (in->forms.at[i].id == row->form_id) {
			seat.form_no = in->forms.at[i].form_no;
			seat.n_items = in->forms.at[i].n_items;
		}
	return seat;
}

static void fill(struct ctx *cx, const struct reading *in, const struct q_board_rooms *row,
	struct board_room *room)
{
	int64_t id = row->batch_room_id;
	size_t from = 0;
	room->row = row;
	while (from < in->seats.n && in->seats.at[from].batch_room_id != id)
		from++;
	while (from + room->n < in->seats.n && in->seats.at[from + room->n].batch_room_id == id)
		room->n++;
	room->seats = arena_array(cx->arena, struct board_seat, room->n + 1);
	for (size_t i = 0; i < room->n; i++)
		room->seats[i] = seat_of(in, &in->seats.at[from + i]);
	room->missing = arena_array(cx->arena, const char *, in->missing.n + 1);
	for (size_t i = 0; i < in->missing.n; i++)
		if (in->missing.at[i].batch_room_id == id)
			room->missing[room->n_missing++] = in->missing.at[i].name;
	balance_room(cx->arena, balance_phase(in->exam, room, in->now), room);
}

static void add(struct board_counts *sum, const struct board_counts *c)
{
	sum->registered += c->registered;
	sum->seated += c->seated;
	sum->started += c->started;
	sum->handed_in += c->handed_in;
	sum->forced += c->forced;
	sum->absent += c->absent;
	sum->voided += c->voided;
	sum->waiting += c->waiting;
	sum->here += c->here;
	sum->admitted += c->admitted;
	sum->running += c->running;
	sum->paused += c->paused;
	sum->lost += c->lost;
	sum->scored += c->scored;
	sum->incidents += c->incidents;
	sum->never_came += c->never_came;
	sum->left += c->left;
}

static int load(struct ctx *cx, int64_t exam_id, int64_t lo, int64_t hi, struct board *ret_board)
{
	struct reading in;
	int r = read(cx, exam_id, lo, hi, &in);
	if (r < 0)
		return r;
	struct board b = {.exam = in.exam};
	b.rooms = arena_array(cx->arena, struct board_room, in.rooms.n + 1);
	for (size_t i = 0; i < in.rooms.n; i++) {
		const struct q_board_rooms *row = &in.rooms.at[i];
		struct q_board_duty_rows duty;
		if (board_by_duty(cx)) {
			r = q_board_duty(cx->db, &duty, .batch_room_id = row->batch_room_id,
				.account_id = cx->actor.account_id);
			if (r < 0)
				return ctx_pass(cx, r);
			if (!duty.n)
				continue;
		}
		struct board_room *room = &b.rooms[b.n++];
		fill(cx, &in, row, room);
		add(&b.counts, &room->counts);
		b.n_alarms += (int64_t)room->n_alarms;
	}
	if (!b.n && (lo == hi || board_by_duty(cx)))
		return not_found(cx);
	*ret_board = b;
	return 0;
}

int board_exam(struct ctx *cx, int64_t exam_id, struct board *ret_board)
{
	return load(cx, exam_id, 0, INT64_MAX, ret_board);
}

int board_room(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, struct board *ret_board)
{
	return load(cx, exam_id, batch_room_id, batch_room_id, ret_board);
}

int board_count(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, bool is_out, int64_t heads)
{
	int r = board_let(cx, exam_id, batch_room_id);
	if (r < 0)
		return r;
	if (heads < 0 || heads > HEADS_MAX)
		return fail_field(cx, "heads", "board.heads");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = is_out ? q_board_count_out(cx->db, .exam_id = exam_id, .batch_room_id = batch_room_id,
			    .counted_out = heads)
		   : q_board_count_in(cx->db, .exam_id = exam_id, .batch_room_id = batch_room_id,
			    .counted_in = heads);
	if (r < 0)
		return ctx_pass(cx, r);
	r = flow_note(cx, "exam_room", 0, batch_room_id, is_out ? "count_out" : "count_in",
		text_of(cx, "%d", (int)heads));
	if (r < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
