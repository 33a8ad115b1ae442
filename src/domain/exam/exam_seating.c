/* Who sits where, and with which form. The arrangement of the batch is the truth; rooms, sittings
 * and claimed seats are made to follow it. */
#include "base/civil.h"
#include "domain/exam/exam_impl.h"
#include "query/batch.h"
#include "query/exam.h"
#include "query/exam_venue.h"
#include "query/sitting.h"

/* The hash of a batch that came in a package (venue_put_batch): the package says who sits where. */
static const char at_venue[] = "venue";

/* The seats as arranged and the sittings as they are. */
struct seating {
	struct ctx *cx;
	struct q_exam_find exam;
	struct q_exam_seats_rows seats;
	struct q_sittings_of_exam_rows sittings;
	struct exam_seated done;
	int64_t starts_at, ends_at;
};

static bool has_part(const struct q_batch_rooms *room, int64_t part)
{
	return room->part == part;
}

static int put_rooms(struct seating *s)
{
	struct q_batch_rooms_rows rooms;
	struct ctx *cx = s->cx;
	int r = q_batch_rooms(cx->db, &rooms, .batch_id = s->exam.batch_id);
	for (size_t i = 0; i < rooms.n && r >= 0; i++) {
		const struct q_batch_rooms *room = &rooms.at[i];
		if (!has_part(room, s->exam.part))
			continue;
		if (!s->starts_at || room->starts_at < s->starts_at)
			s->starts_at = room->starts_at;
		if (room->ends_at > s->ends_at)
			s->ends_at = room->ends_at;
		r = q_exam_room_put(cx->db, .exam_id = s->exam.id, .batch_room_id = room->id,
			.body_id = s->exam.body_id, .region = s->exam.region, .entry_code = "",
			.starts_at = room->starts_at, .ends_at = room->ends_at,
			.per_row = room->per_row);
	}
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Rooms that the plan has no more. */
static int remove_rooms(struct seating *s)
{
	struct q_batch_rooms_rows plan;
	struct q_exam_rooms_rows rooms;
	struct ctx *cx = s->cx;
	int r = q_batch_rooms(cx->db, &plan, .batch_id = s->exam.batch_id);
	if (r >= 0)
		r = q_exam_rooms(cx->db, &rooms, .exam_id = s->exam.id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rooms.n; i++) {
		bool is_there = false;
		for (size_t k = 0; k < plan.n; k++)
			is_there |= plan.at[k].id == rooms.at[i].batch_room_id;
		if (!is_there && (r = q_exam_room_remove(cx->db, .exam_id = s->exam.id,
					  .batch_room_id = rooms.at[i].batch_room_id)) < 0)
			return ctx_pass(cx, r);
	}
	return 0;
}

static const struct q_sittings_of_exam *sitting_of(const struct seating *s,
	const struct q_exam_seats *seat)
{
	for (size_t i = 0; i < s->sittings.n; i++)
		if (s->sittings.at[i].enrolment_id == seat->enrolment_id)
			return &s->sittings.at[i];
	return NULL;
}

static const struct q_exam_seats *seat_of(const struct seating *s,
	const struct q_sittings_of_exam *sitting)
{
	for (size_t i = 0; i < s->seats.n; i++)
		if (s->seats.at[i].enrolment_id == sitting->enrolment_id)
			return &s->seats.at[i];
	return NULL;
}

static bool is_same_place(const struct q_sittings_of_exam *a, const struct q_exam_seats *b)
{
	return a->batch_room_id == b->batch_room_id && a->seat == b->seat &&
		streq(a->ticket_no, b->ticket_no);
}

static int refuse_moving(struct ctx *cx, const struct q_sittings_of_exam *sitting)
{
	return fail(cx, ERR_STATE, "exam.already_there", sitting->ticket_no,
		text_of(cx, "%d", (int)sitting->seat));
}

static int remove_one(struct seating *s, const struct q_sittings_of_exam *sitting)
{
	struct ctx *cx = s->cx;
	int n = q_sitting_delete(cx->db, .person_id = sitting->person_id, .id = sitting->id);
	if (n < 0)
		return ctx_pass(cx, n);
	if (!n)
		return refuse_moving(cx, sitting);
	s->done.removed++;
	return 0;
}

static int move_one(struct seating *s, const struct q_sittings_of_exam *sitting,
	const struct q_exam_seats *seat)
{
	struct ctx *cx = s->cx;
	if (!streq(sitting->state, "waiting") || sitting->checked_in_at)
		return refuse_moving(cx, sitting);
	int r = q_sitting_reseat(cx->db, .person_id = sitting->person_id, .id = sitting->id,
		.batch_room_id = seat->batch_room_id, .seat = seat->seat,
		.ticket_no = seat->ticket_no, .scope = scope_all());
	if (r >= 0)
		r = q_sitting_set_form(cx->db, .person_id = sitting->person_id, .id = sitting->id);
	s->done.moved++;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Under an arrangement that has been followed already, who sits elsewhere was put there by an
 * invigilator. */
static int remove_and_move(struct seating *s)
{
	bool is_followed = streq(s->exam.arranged_hash, s->exam.batch_hash);
	for (size_t i = 0; i < s->sittings.n; i++) {
		const struct q_sittings_of_exam *sitting = &s->sittings.at[i];
		const struct q_exam_seats *seat = seat_of(s, sitting);
		int r = !seat ? remove_one(s, sitting)
			: is_followed || is_same_place(sitting, seat) ? 0 : move_one(s, sitting,
				seat);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_new(struct seating *s)
{
	struct ctx *cx = s->cx;
	for (size_t i = 0; i < s->seats.n; i++) {
		const struct q_exam_seats *seat = &s->seats.at[i];
		if (sitting_of(s, seat))
			continue;
		int r = q_sitting_insert(cx->db, .person_id = seat->person_id, .id = ctx_id(cx),
			.exam_id = s->exam.id, .batch_id = s->exam.batch_id,
			.body_id = s->exam.body_id, .region = s->exam.region,
			.enrolment_id = seat->enrolment_id, .batch_room_id = seat->batch_room_id,
			.seat = seat->seat, .ticket_no = seat->ticket_no, .name = seat->name,
			.order_seed = (int64_t)(ctx_random_u64(cx) & UINT32_MAX));
		if (r < 0)
			return ctx_pass(cx, r);
		s->done.added++;
	}
	return 0;
}

static int claim_seats(struct seating *s)
{
	struct q_sittings_of_exam_rows rows;
	struct ctx *cx = s->cx;
	int r = q_exam_seats_clear(cx->db, .exam_id = s->exam.id);
	if (r >= 0)
		r = q_sittings_of_exam(cx->db, &rows, .exam_id = s->exam.id);
	for (size_t i = 0; r >= 0 && i < rows.n; i++)
		r = q_exam_seat_claim(cx->db, .exam_id = s->exam.id,
			.batch_room_id = rows.at[i].batch_room_id, .seat = rows.at[i].seat,
			.found_person_id = rows.at[i].person_id, .sitting_id = rows.at[i].id);
	if (r == ERR_CONFLICT)
		return fail(cx, ERR_BUG, "exam.seat_twice");
	if (r >= 0)
		r = q_exam_set_seating(cx->db, .id = s->exam.id,
			.arranged_hash = s->exam.batch_hash, .starts_at = s->starts_at,
			.ends_at = s->ends_at, .n_sittings = (int64_t)s->seats.n);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int exam_none_away(struct ctx *cx, int64_t id)
{
	struct q_venue_away away;
	int r = q_venue_away(cx->db, &away, .exam_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	return away.n ? fail(cx, ERR_STATE, "venue.away_seats") : 0;
}

static int seat_in_tx(struct seating *s, int64_t id)
{
	struct ctx *cx = s->cx;
	int r = exam_open(cx, id, &s->exam);
	if (r < 0 || (r = exam_none_away(cx, id)) < 0)
		return r;
	if (streq(s->exam.batch_hash, at_venue))
		return 0;
	if ((r = q_exam_seats(cx->db, &s->seats, .batch_id = s->exam.batch_id,
		     .part = s->exam.part)) < 0 ||
		(r = q_sittings_of_exam(cx->db, &s->sittings, .exam_id = id)) < 0)
		return ctx_pass(cx, r);
	if ((r = put_rooms(s)) < 0 || (r = remove_and_move(s)) < 0 || (r = add_new(s)) < 0 ||
		(r = remove_rooms(s)) < 0 || (r = claim_seats(s)) < 0)
		return r;
	if (!s->done.added && !s->done.moved && !s->done.removed)
		return 0;
	return flow_note(cx, exam_flow.kind, 0, id, "exam_seated",
		text_of(cx, "新增 %d 人，调整 %d 人，减少 %d 人", s->done.added, s->done.moved,
			s->done.removed));
}

int exam_seat(struct ctx *cx, int64_t id, struct exam_seated *ret_seated)
{
	struct seating s = {.cx = cx};
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_EXAM_EDIT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = seat_in_tx(&s, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_seated = s.done;
	return 0;
}

/* ---- forms ---- */

/* Two forms like the squares of a chess board; with more of them the next row begins two further
 * on, so that a seat differs from those beside it (by one) and behind it (by two). */
int exam_form_of_seat(int64_t seat, int64_t per_row, int n_forms)
{
	int64_t place = seat > 0 ? seat - 1 : 0;
	int64_t row = per_row > 0 ? place / per_row : 0,
		col = per_row > 0 ? place % per_row : place;
	return n_forms < 2 ? 0 : (int)((col + (n_forms == 2 ? row : 2 * row)) % n_forms);
}

int exam_take_forms(struct ctx *cx, int64_t id)
{
	int r = q_sittings_take_forms(cx->db, .exam_id = id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int exam_form_for(struct ctx *cx, const struct q_sitting_find *s, int64_t *ret_form_id)
{
	struct q_exam_papers_open_rows forms;
	int r = q_exam_papers_open(cx->db, &forms, .paper_set_id = s->paper_set_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!forms.n)
		return fail(cx, ERR_STATE, "sitting.sealed");
	int64_t form_id = forms.at[exam_form_of_seat(s->seat, s->per_row, (int)forms.n)].id;
	r = q_sitting_set_form(cx->db, .person_id = s->person_id, .id = s->id, .form_id = form_id);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_form_id = form_id;
	return 0;
}

int exam_give_forms(struct ctx *cx, int64_t id, int *ret_given)
{
	struct q_exam_find e;
	struct q_exam_papers_open_rows forms;
	struct q_sittings_without_form_rows rows;
	int r = q_exam_find(cx->db, &e, .id = id, .scope = scope_all());
	if (r >= 0)
		r = q_exam_papers_open(cx->db, &forms, .paper_set_id = e.paper_set_id);
	if (r >= 0)
		r = q_sittings_without_form(cx->db, &rows, .exam_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; forms.n && i < rows.n; i++) {
		int k = exam_form_of_seat(rows.at[i].seat, rows.at[i].per_row, (int)forms.n);
		r = q_sitting_set_form(cx->db, .person_id = rows.at[i].person_id,
			.id = rows.at[i].id, .form_id = forms.at[k].id);
		if (r < 0)
			return ctx_pass(cx, r);
	}
	*ret_given = forms.n ? (int)rows.n : 0;
	return 0;
}
