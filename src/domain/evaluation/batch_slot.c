/* What a plan takes up: rooms with their time, and the people on duty there. */
#include "core/setting.h"
#include "base/civil.h"
#include "domain/evaluation/batch_plan.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/registry.h"

enum { SLOTS_MAX = 300 };

/* Keeps the first and last moment of a batch in step with its rooms. */
static int set_times(struct ctx *cx, int64_t batch_id)
{
	struct q_batch_rooms_rows rooms;
	int64_t first = 0, last = 0;
	int r = q_batch_rooms(cx->db, &rooms, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rooms.n; i++) {
		if (!first || rooms.at[i].starts_at < first)
			first = rooms.at[i].starts_at;
		if (rooms.at[i].ends_at > last)
			last = rooms.at[i].ends_at;
	}
	r = q_batch_set_times(cx->db, .id = batch_id, .first_at = first, .last_at = last);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int check_room(struct ctx *cx, const struct q_batch_find *batch,
	const struct q_room_find *room, int64_t part, int64_t starts_at, int64_t ends_at)
{
	if (!(batch->parts & part))
		fail_field(cx, "part", "batch.part_not_asked", part_label(part));
	else if (!(room->part & part))
		fail_field(cx, "room_id", "batch.room_not_for_part", room->name, part_label(part));
	if (ends_at <= starts_at)
		fail_field(cx, "ends_at", "batch.times_reversed");
	else if (ends_at - starts_at > 12 * 3600)
		fail_field(cx, "ends_at", "batch.too_long");
	return ctx_checked(cx);
}

/* A room in use, of the body whose plan it is. */
static int find_room(struct ctx *cx, const struct q_batch_find *batch, int64_t room_id,
	struct q_room_find *ret_room)
{
	int r = q_room_find(cx->db, ret_room, .id = room_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND || (r >= 0 && ret_room->body_id != batch->body_id))
		return fail_field(cx, "room_id", "room.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	return streq(ret_room->state, "active") ? 0 : fail_field(cx, "room_id", "batch.room_closed",
		ret_room->name);
}

/* An ordinary examination room holds no more people than the standards allow, whatever stands in
 * it. */
static int64_t capacity_of(struct ctx *cx, const struct q_batch_find *batch,
	const struct q_room_find *room, int64_t part, int64_t starts_at)
{
	int64_t most = setting_int(cx, "room.seats_max", batch->region, civil_day_at(starts_at));
	return part == PART_THEORY && room->seats > most ? most : room->seats;
}

static int room_for_more(struct ctx *cx, int64_t batch_id)
{
	struct q_batch_rooms_rows rooms;
	int r = q_batch_rooms(cx->db, &rooms, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return rooms.n < SLOTS_MAX ? 0 : fail(cx, ERR_LIMIT, "batch.too_many_slots",
		text_of(cx, "%d", SLOTS_MAX));
}

static int add_room(struct ctx *cx, int64_t batch_id, int64_t part, int64_t room_id,
	int64_t starts_at, int64_t ends_at, int64_t id)
{
	struct q_batch_find batch;
	struct q_room_find room;
	int r = batch_open_plan(cx, batch_id, &batch);
	if (r < 0 || (r = find_room(cx, &batch, room_id, &room)) < 0 ||
		(r = check_room(cx, &batch, &room, part, starts_at, ends_at)) < 0 ||
		(r = room_for_more(cx, batch_id)) < 0)
		return r;
	r = q_batch_room_insert(cx->db, .id = id, .batch_id = batch_id, .body_id = batch.body_id,
		.region = batch.region, .part = part, .room_id = room_id, .venue_id = room.venue_id,
		.starts_at = starts_at, .ends_at = ends_at,
		.capacity = capacity_of(cx, &batch, &room, part, starts_at));
	return r < 0 ? ctx_pass(cx, r) : set_times(cx, batch_id);
}

int batch_room_add(struct ctx *cx, int64_t batch_id, int64_t part, int64_t room_id,
	int64_t starts_at, int64_t ends_at, int64_t *ret_id)
{
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = add_room(cx, batch_id, part, room_id, starts_at, ends_at, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int batch_room_remove(struct ctx *cx, int64_t batch_id, int64_t batch_room_id)
{
	struct q_batch_find batch;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = batch_open_plan(cx, batch_id, &batch)) < 0)
		return r;
	r = q_batch_staff_delete_of_room(cx->db, .batch_room_id = batch_room_id,
		.batch_id = batch_id);
	if (r >= 0)
		r = q_batch_room_delete(cx->db, .id = batch_room_id, .batch_id = batch_id);
	if (r <= 0)
		return r < 0 ? ctx_pass(cx, r) : fail(cx, ERR_NOTFOUND, "batch.slot_not_found");
	if ((r = set_times(cx, batch_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int64_t duty_bit(const char *duty)
{
	if (streq(duty, "proctor"))
		return DUTY_PROCTOR;
	if (streq(duty, "examiner") || streq(duty, "leader"))
		return DUTY_EXAMINER;
	return streq(duty, "supervisor") ? DUTY_INNER_SUPERVISOR : 0;
}

static int find_staff(struct ctx *cx, const struct q_batch_room_find *slot, int64_t staff_id,
	const char *duty, struct q_staff_find *ret_staff)
{
	int r = q_staff_find(cx->db, ret_staff, .id = staff_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND || (r >= 0 && ret_staff->body_id != slot->body_id))
		return fail_field(cx, "staff_id", "staff.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(ret_staff->state, "active"))
		return fail_field(cx, "staff_id", "batch.staff_left", ret_staff->name);
	if (!(ret_staff->duties & duty_bit(duty)))
		return fail_field(cx, "duty", "batch.not_his_duty", ret_staff->name);
	return 0;
}

static int add_staff(struct ctx *cx, const struct q_batch_room_find *slot, int64_t staff_id,
	const char *duty)
{
	struct q_batch_find batch;
	struct q_staff_find staff;
	int r = batch_open_plan(cx, slot->batch_id, &batch);
	if (r < 0 || (r = find_staff(cx, slot, staff_id, duty, &staff)) < 0)
		return r;
	r = q_batch_staff_insert(cx->db, .id = ctx_id(cx), .batch_id = slot->batch_id,
		.body_id = slot->body_id,
		.region = slot->region, .batch_room_id = slot->id, .part = slot->part,
		.staff_id = staff_id,
		.idno_index = staff.idno_index, .duty = duty, .starts_at = slot->starts_at,
		.ends_at = slot->ends_at);
	if (r == ERR_CONFLICT)
		return fail_field(cx, "staff_id", "batch.staff_already", staff.name);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int batch_staff_add(struct ctx *cx, int64_t batch_room_id, int64_t staff_id, const char *duty)
{
	struct q_batch_room_find slot;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_batch_room_find(cx->db, &slot, .id = batch_room_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.slot_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = add_staff(cx, &slot, staff_id, duty)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

int batch_staff_remove(struct ctx *cx, int64_t batch_id, int64_t batch_staff_id)
{
	struct q_batch_find batch;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = batch_open_plan(cx, batch_id, &batch)) < 0)
		return r;
	r = q_batch_staff_delete(cx->db, .id = batch_staff_id, .batch_id = batch_id);
	if (r <= 0)
		return r < 0 ? ctx_pass(cx, r) : fail(cx, ERR_NOTFOUND, "batch.staff_not_found");
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
