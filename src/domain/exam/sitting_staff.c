/* What invigilators do with a sitting besides its steps. */
#include <stdlib.h>

#include "domain/exam/exam_impl.h"
#include "query/exam.h"
#include "query/sitting.h"

int sitting_get(struct ctx *cx, int64_t person_id, int64_t id, struct q_sitting_find *ret_sitting)
{
	int r = ctx_may(cx, PERM_EXAM_READ) ? 0 : ctx_need(cx, PERM_EXAM_INVIGILATE);
	if (r < 0)
		return r;
	r = q_sitting_find(cx->db, ret_sitting, .person_id = person_id, .id = id,
		.scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "sitting.notfound");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static bool is_open(const char *state)
{
	return streq(state, "waiting") || streq(state, "admitted") || streq(state, "running") ||
		streq(state, "paused");
}

static int get_open(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_sitting_find *ret_sitting)
{
	int r = ctx_need(cx, PERM_EXAM_INVIGILATE);
	if (r < 0 || (r = sitting_get(cx, person_id, id, ret_sitting)) < 0)
		return r;
	return is_open(ret_sitting->state) ? 0 : fail(cx, ERR_STATE, "sitting.has_ended");
}

int sitting_extend(struct ctx *cx, int64_t person_id, int64_t id, int64_t seconds,
	const char *reason)
{
	struct q_sitting_find s;
	auto_tx tx = {0};
	int r = exam_check_extra(cx, seconds, reason);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = get_open(cx, person_id, id, &s)) < 0)
		return r;
	r = q_sitting_extend(cx->db, .person_id = person_id, .id = id, .add_seconds = seconds);
	if (r <= 0)
		return r < 0 ? ctx_pass(cx, r) : fail(cx, ERR_STATE, "sitting.has_ended");
	const char *what = text_of(cx, "延长 %d 分钟：%s", (int)(seconds / 60), reason);
	if ((r = flow_note(cx, sitting_flow.kind, person_id, id, "sitting_extended", what)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static int check_seat(struct ctx *cx, const struct q_sitting_find *s, int64_t batch_room_id,
	int64_t seat, struct q_exam_room_find *ret_room)
{
	int r = exam_room_get(cx, s->exam_id, batch_room_id, ret_room);
	if (r < 0)
		return r;
	if (seat < 1 || seat > ret_room->capacity)
		return fail_field(cx, "seat", "sitting.no_seat", ret_room->room_name,
			text_of(cx, "%d", (int)ret_room->capacity));
	return 0;
}

/* The seat is claimed by inserting it: of two at once one fails. The row first: of two who move the
 * same candidate the second one frees what the first has claimed. */
static int change_seat(struct ctx *cx, const struct q_sitting_find *s, int64_t batch_room_id,
	int64_t seat)
{
	int r = q_sitting_reseat(cx->db, .person_id = s->person_id, .id = s->id,
		.batch_room_id = batch_room_id, .seat = seat, .ticket_no = s->ticket_no,
		.scope = cx->scope);
	if (r >= 0)
		r = q_exam_seat_free(cx->db, .exam_id = s->exam_id, .sitting_id = s->id);
	if (r >= 0)
		r = q_exam_seat_claim(cx->db, .exam_id = s->exam_id,
			.batch_room_id = batch_room_id, .seat = seat,
			.found_person_id = s->person_id, .sitting_id = s->id);
	if (r == ERR_CONFLICT)
		return fail(cx, r, "sitting.seat_taken", text_of(cx, "%d", (int)seat));
	/* given anew by the new seat; one that has begun keeps its form */
	if (r >= 0)
		r = q_sitting_set_form(cx->db, .person_id = s->person_id, .id = s->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int sitting_reseat(struct ctx *cx, int64_t person_id, int64_t id, int64_t batch_room_id,
	int64_t seat, const char *reason)
{
	struct q_sitting_find s;
	struct q_exam_room_find room;
	auto_tx tx = {0};
	int given;
	if (is_blank(reason))
		return fail_field(cx, "reason", "exam.reason");
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = get_open(cx, person_id, id, &s)) < 0 ||
		(r = check_seat(cx, &s, batch_room_id, seat, &room)) < 0 ||
		(r = change_seat(cx, &s, batch_room_id, seat)) < 0 ||
		(r = exam_give_forms(cx, s.exam_id, &given)) < 0)
		return r;
	const char *what = text_of(cx, "%s %d 号 → %s %d 号：%s", s.room_name, (int)s.seat,
		room.room_name, (int)seat, reason);
	if ((r = flow_note(cx, sitting_flow.kind, person_id, id, "sitting_reseated", what)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

int sitting_waive_seb(struct ctx *cx, int64_t person_id, int64_t id, const char *reason)
{
	struct q_sitting_find s;
	auto_tx tx = {0};
	if (is_blank(reason))
		return fail_field(cx, "reason", "exam.reason");
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = get_open(cx, person_id, id, &s)) < 0)
		return r;
	r = q_sitting_waive_seb(cx->db, .person_id = person_id, .id = id, .seb_waiver = reason);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, sitting_flow.kind, person_id, id, "sitting_seb_waived",
		     reason)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static bool fits(const struct q_sittings_of_room *s, const char *action)
{
	if (streq(action, "admit"))
		return streq(s->state, "waiting") && s->checked_in_at;
	if (streq(action, "absent")) /* not who stands at the door, or sits there already */
		return streq(s->state, "waiting") && !s->checked_in_at;
	for (const struct flow_step *step = sitting_flow.steps; step->action; step++)
		if (streq(step->action, action) && streq(step->from, s->state) &&
			!(step->flags & FLOW_HIDDEN))
			return true;
	return false;
}

/* Somebody hands in meanwhile, or may not go on: the others are not held up by that. When nobody is
 * left, the last one's reason is told. */
static int run_each(struct ctx *cx, const struct q_sittings_of_room_rows *rows, const char *action,
	const char *reason, int *ret_n)
{
	struct problem why = {0};
	*ret_n = 0;
	for (size_t i = 0; i < rows->n; i++) {
		if (!fits(&rows->at[i], action))
			continue;
		int r = flow_run(cx, &sitting_flow, rows->at[i].person_id, rows->at[i].id, action,
			reason, NULL);
		if (r < 0 && r != ERR_STATE)
			return r;
		if (r == ERR_STATE)
			why = cx->problem;
		*ret_n += r == 0;
		ctx_clear(cx);
	}
	if (*ret_n || !why.id)
		return 0;
	cx->problem = why;
	return why.err;
}

/* As everybody holds several sittings (answer.c, the end of an exam, a form taken out). */
static int by_person(const void *x, const void *y)
{
	const struct q_sittings_of_room *a = x, *b = y;
	return (a->person_id > b->person_id) - (a->person_id < b->person_id);
}

int sitting_room_run(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, const char *action,
	const char *reason, int *ret_n)
{
	struct q_sittings_of_room_rows rows;
	struct q_exam_room_find room;
	auto_tx tx = {0};
	int n, r = ctx_need(cx, PERM_EXAM_INVIGILATE);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = exam_room_get(cx, exam_id, batch_room_id, &room)) < 0)
		return r;
	if ((r = q_sittings_of_room(cx->db, &rows, .exam_id = exam_id,
		     .batch_room_id = batch_room_id, .scope = cx->scope)) < 0)
		return ctx_pass(cx, r);
	if (rows.n)
		qsort(rows.at, rows.n, sizeof *rows.at, by_person);
	if ((r = run_each(cx, &rows, action, reason, &n)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_n = n;
	return 0;
}
