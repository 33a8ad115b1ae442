/* Arrangement of one batch: the draw and its check, and who sits where in each room. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/evaluation/arrange.h"
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "query/arrange.h"
#include "web/page/batch.h"

static const struct field arrange_fields[] = {
	{"seed", FIELD_TEXT, "种子",
		.help = "留空则随机产生。同一种子和同一批考生，任何人都能重新算出同样的座位。",
		.example = "20261122a1b2c3d4", .max = 64},
	{"was", FIELD_TEXT, "打开页面时的编排", .max = 64, .flags = FIELD_HIDDEN},
	{0},
};

static const struct field no_fields[] = {{0}};

static int64_t count_in(const struct q_arrange_counts_rows *counts, int64_t slot_id)
{
	for (size_t i = 0; i < counts->n; i++)
		if (counts->at[i].batch_room_id == slot_id)
			return counts->at[i].n;
	return 0;
}

static int put_rooms(struct req *rq, const struct q_batch_find *b)
{
	struct q_batch_rooms_rows rooms;
	struct q_arrange_counts_rows counts;
	int r = q_batch_rooms(rq->cx->db, &rooms, .batch_id = b->id);
	if (r >= 0)
		r = q_arrange_counts(rq->cx->db, &counts, .batch_id = b->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_batch_rooms_desc, rooms.at, rooms.n);
	for (size_t i = 0; i < rooms.n; i++) {
		json_t *row = json_array_get(list, i);
		int64_t n = count_in(&counts, rooms.at[i].id);
		json_object_set_new(row, "part_label", json_string(part_label(rooms.at[i].part)));
		json_object_set_new(row, "n", json_integer(n));
		json_object_set_new(row, "percent",
			json_integer(rooms.at[i].capacity ? n * 100 / rooms.at[i].capacity : 0));
	}
	view_set(rq, "rooms", list);
	return 0;
}

static bool is_arranged(const struct q_batch_find *b)
{
	return !is_blank(b->arranged_hash);
}

static int put_draw(struct req *rq, const struct q_batch_find *b)
{
	int64_t pairs = 0;
	int r = is_arranged(b) ? arrange_conflicts(rq->cx, b->id, &pairs) : 0;
	if (r == ERR_STATE) {
		ctx_clear(rq->cx);
		r = 0;
	}
	view_flag(rq, "is_arranged", is_arranged(b));
	view_text(rq, "seed", b->seed);
	view_text(rq, "digest", b->arranged_hash);
	view_int(rq, "conflicts", pairs);
	return r;
}

/* Many places put a batch of few people off: who seats them is told. */
static int put_number(struct req *rq, const struct q_batch_find *b)
{
	int64_t least;
	int r = setting_get(rq->cx, "batch.quota_min", b->region, civil_day_at(b->first_at),
		&least);
	bool is_small = r >= 0 && streq(b->state, "closed") && b->n_accepted < least;
	view_text(rq, "too_few", !is_small ? "" : text_of(rq->cx,
		"审核通过 %d 人，少于开考最少人数 %d 人，按规定宜办理延期。", (int)b->n_accepted,
		(int)least));
	return r;
}

static int arrange_show(struct req *rq)
{
	struct q_batch_find b;
	int r = batch_get(rq->cx, rq_id(rq, "id"), &b);
	if (r < 0 || (r = put_rooms(rq, &b)) < 0 || (r = put_draw(rq, &b)) < 0 ||
		(r = put_number(rq, &b)) < 0)
		return r;
	bool now = streq(b.state, "closed") || streq(b.state, "arranged");
	const char *path = text_of(rq->cx, "/batches/%" PRId64 "/arrangement", b.id);
	view_set(rq, "batch", batch_view(rq, &b));
	view_text(rq, "title", text_of(rq->cx, "%s · 编排", b.title));
	view_flag(rq, "may_arrange", now && ctx_may(rq->cx, PERM_ARRANGE));
	view_flag(rq, "is_early", !now && !is_arranged(&b));
	view_batch_tabs(rq, &b, "/arrangement");
	view_form(rq, "form", arrange_fields, path, is_arranged(&b) ? "重新编排" : "开始编排",
		json_pack("{s:s}", "was", is_arranged(&b) ? b.arranged_hash : "none"));
	view_form(rq, "verify_form", no_fields, text_of(rq->cx, "%s/verify", path),
		"按种子重新核对", NULL);
	return 0;
}

static int back(struct req *rq)
{
	return rq_redirect(rq, "/batches/%s/arrangement", rq_param(rq, "id"));
}

/* A form carries the arrangement it was shown with; a machine's call need not. */
static int arrange_run(struct req *rq)
{
	struct q_batch_find b;
	int64_t id = rq_id(rq, "id");
	const char *was = in_text(rq->in, "was");
	was = streq(was, "none") ? "" : is_blank(was) ? NULL : was;
	int r = arrange_batch_as(rq->cx, id, in_text(rq->in, "seed"), was);
	if (r < 0 || (r = batch_get(rq->cx, id, &b)) < 0)
		return r;
	rq_flash(rq, "arrange.done", b.seed);
	return back(rq);
}

static int arrange_check(struct req *rq)
{
	struct q_batch_find b;
	int64_t id = rq_id(rq, "id");
	int r = arrange_verify(rq->cx, id);
	if (r < 0 || (r = batch_get(rq->cx, id, &b)) < 0)
		return r;
	rq_flash(rq, "arrange.verified", b.seed);
	return back(rq);
}

/* Seats by number, from the front of the room backwards. */
struct room_plan {
	const struct q_seats_of_slot *at[500 + 1];
	int64_t capacity, per_row;
};

static bool same_unit(const struct room_plan *p, int64_t a, int64_t b)
{
	return b >= 1 && b <= p->capacity && p->at[a] && p->at[b] && *p->at[a]->unit &&
		streq(p->at[a]->unit, p->at[b]->unit);
}

static bool has_colleague(const struct room_plan *p, int64_t seat)
{
	return ((seat - 1) % p->per_row && same_unit(p, seat, seat - 1)) ||
		(seat % p->per_row && same_unit(p, seat, seat + 1)) || same_unit(p, seat,
			seat - p->per_row) ||
		same_unit(p, seat, seat + p->per_row);
}

static json_t *seat_view(const struct room_plan *p, int64_t seat)
{
	const struct q_seats_of_slot *s = p->at[seat];
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:b}", "seat", (json_int_t)seat, "name",
		s ? s->name : "",
		"ticket", s ? s->ticket_no : "", "unit", s ? s->unit : "", "idno_mask",
		s ? s->idno_mask : "", "is_empty", !s, "is_near", s && has_colleague(p, seat));
}

static json_t *plan_rows(const struct room_plan *p)
{
	json_t *rows = json_array(), *seats = NULL;
	for (int64_t seat = 1; seat <= p->capacity; seat++) {
		if ((seat - 1) % p->per_row == 0) {
			seats = json_array();
			json_array_append_new(rows, json_pack("{s:I, s:o}", "row",
				(json_int_t)(seat / p->per_row + (p->per_row > 1)), "seats",
				seats));
		}
		json_array_append_new(seats, seat_view(p, seat));
	}
	return rows;
}

static const struct q_batch_rooms *slot_of(const struct q_batch_rooms_rows *rooms, int64_t id)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (rooms->at[i].id == id)
			return &rooms->at[i];
	return NULL;
}

static int put_plan(struct req *rq, const struct q_batch_rooms *slot)
{
	struct q_seats_of_slot_rows seats;
	struct room_plan *plan = arena_make(rq->cx->arena, struct room_plan);
	int r = q_seats_of_slot(rq->cx->db, &seats, .batch_room_id = slot->id,
		.scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	plan->capacity = slot->capacity > 500 ? 500 : slot->capacity;
	plan->per_row = slot->per_row > 0 ? slot->per_row : plan->capacity;
	for (size_t i = 0; i < seats.n; i++)
		if (seats.at[i].seat >= 1 && seats.at[i].seat <= plan->capacity)
			plan->at[seats.at[i].seat] = &seats.at[i];
	view_set(rq, "rows", plan_rows(plan));
	view_int(rq, "n", (int64_t)seats.n);
	view_int(rq, "columns", plan->per_row < 12 ? plan->per_row : 12);
	view_flag(rq, "by_lot", slot->part != PART_THEORY);
	return 0;
}

static int room_show(struct req *rq)
{
	struct q_batch_find b;
	struct q_batch_rooms_rows rooms;
	int r = batch_get(rq->cx, rq_id(rq, "id"), &b);
	if (r < 0)
		return r;
	if ((r = q_batch_rooms(rq->cx->db, &rooms, .batch_id = b.id)) < 0)
		return ctx_pass(rq->cx, r);
	const struct q_batch_rooms *slot = slot_of(&rooms, rq_id(rq, "slot"));
	if (!slot)
		return fail(rq->cx, ERR_NOTFOUND, "batch.slot_not_found");
	json_t *row = view_row(rq, &q_batch_rooms_desc, slot);
	json_object_set_new(row, "part_label", json_string(part_label(slot->part)));
	view_set(rq, "slot", row);
	view_set(rq, "batch", batch_view(rq, &b));
	view_text(rq, "title", text_of(rq->cx, "%s %s", slot->venue_name, slot->room_name));
	view_batch_tabs(rq, &b, "/arrangement");
	return put_plan(rq, slot);
}

const struct route routes_arrange[] = {
	{GET, "/batches/:id/arrangement", PERM_BATCH_READ, arrange_show, "arrange/show", "编排"},
	{POST, "/batches/:id/arrangement", PERM_ARRANGE, arrange_run, NULL, "编排考场",
		arrange_fields, .form = "/batches/:id/arrangement"},
	{POST, "/batches/:id/arrangement/verify", PERM_BATCH_READ, arrange_check, NULL, "核对编排",
		NULL, .form = "/batches/:id/arrangement"},
	{GET, "/batches/:id/rooms/:slot", PERM_BATCH_READ, room_show, "arrange/room", "座位图",
		.audit = "查看考场座位图"},
	{0},
};
