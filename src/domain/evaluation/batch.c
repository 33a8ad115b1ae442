/* Batches: planning what is examined, when, where and by whom. */
#include "domain/evaluation/batch.h"

#include "base/civil.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "query/batch.h"
#include "query/registry.h"
#include "query/standard.h"

static int check_in(struct ctx *cx, const struct batch_in *in)
{
	if (is_blank(in->title))
		fail_field(cx, "title", "field.required", "批次名称");
	if (in->grade < 0 || in->grade > 5)
		fail_field(cx, "grade", "batch.grade_unknown");
	if (in->enrol_to_on < in->enrol_from_on)
		fail_field(cx, "enrol_to_on", "batch.enrol_dates_reversed");
	if (in->quota < 1 || in->quota > 20000)
		fail_field(cx, "quota", "batch.quota_range");
	return ctx_checked(cx);
}

static int standard_for(struct ctx *cx, const struct batch_in *in, struct q_standard_in_force *ret_standard)
{
	if (in->special_project_id) {
		*ret_standard = (struct q_standard_in_force){.ruleset = "special-skill", .version = ""};
		return 0;
	}
	int r = q_standard_in_force(cx->db, ret_standard, .occupation_id = in->occupation_id,
		.on_day = in->enrol_from_on);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "occupation_id", "batch.no_standard");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int own_body(struct ctx *cx, struct q_body_find *ret_body)
{
	int r = q_body_find(cx->db, ret_body, .id = cx->actor.body_id, .own_id = cx->actor.body_id,
		.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_DENIED, "batch.only_bodies");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Body code, year and month, two digits: what people call the batch by. */
static int next_number(struct ctx *cx, const struct q_body_find *body, const char **ret_number)
{
	struct q_body_serial_next next;
	struct civil today = civil_of(ctx_today(cx));
	const char *month = text_of(cx, "%04d%02d", (int)today.year, today.month);
	int r = q_body_serial_next(cx->db, &next, .prefix = text_of(cx, "batch:%s:%s", body->body_code, month));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_number = text_of(cx, "%s-%s-%02d", body->body_code, month, (int)next.last);
	return 0;
}

int batch_create(struct ctx *cx, const struct batch_in *in, int64_t *ret_id)
{
	struct q_body_find body;
	struct q_standard_in_force standard;
	const char *number;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = check_in(cx, in);
	if (r < 0 || (r = own_body(cx, &body)) < 0 || (r = standard_for(cx, in, &standard)) < 0)
		return r;
	r = registry_may_plan(cx, body.id, in->occupation_id, in->work_type_id, in->special_project_id, in->grade,
		in->enrol_from_on);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = next_number(cx, &body, &number)) < 0)
		return r;
	r = q_batch_insert(cx->db, .id = id, .body_id = body.id, .region = body.region, .batch_no = number,
		.title = in->title, .occupation_id = in->occupation_id, .work_type_id = in->work_type_id,
		.special_project_id = in->special_project_id, .grade = in->grade, .standard_id = standard.id,
		.ruleset = standard.ruleset, .ruleset_version = standard_ruleset_version(cx, standard.ruleset),
		.parts = grade_parts(in->grade), .enrol_from_on = in->enrol_from_on, .enrol_to_on = in->enrol_to_on,
		.quota = in->quota, .fee_fen = in->fee_fen, .contact = in->contact, .phone = in->phone,
		.notice = in->notice, .created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "batch", 0, id, "create", number)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

/* A batch whose plan may still change. */
static int find_open(struct ctx *cx, int64_t id, struct q_batch_find *ret_batch)
{
	int r = batch_get(cx, id, ret_batch);
	if (r < 0)
		return r;
	if (streq(ret_batch->state, "draft") || streq(ret_batch->state, "returned") ||
		streq(ret_batch->state, "postponed"))
		return 0;
	return fail(cx, ERR_STATE, "batch.not_open", flow_state(&batch_flow, ret_batch->state)->label);
}

int batch_get(struct ctx *cx, int64_t id, struct q_batch_find *ret_batch)
{
	int r = q_batch_find(cx->db, ret_batch, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int batch_update(struct ctx *cx, int64_t id, const struct batch_in *in)
{
	struct q_batch_find batch;
	struct q_standard_in_force standard;
	int r = check_in(cx, in);
	if (r < 0 || (r = find_open(cx, id, &batch)) < 0 || (r = standard_for(cx, in, &standard)) < 0)
		return r;
	r = q_batch_update(cx->db, .id = id, .title = in->title, .occupation_id = in->occupation_id,
		.work_type_id = in->work_type_id, .special_project_id = in->special_project_id, .grade = in->grade,
		.standard_id = standard.id, .ruleset = standard.ruleset,
		.ruleset_version = standard_ruleset_version(cx, standard.ruleset), .parts = grade_parts(in->grade),
		.enrol_from_on = in->enrol_from_on, .enrol_to_on = in->enrol_to_on, .quota = in->quota,
		.fee_fen = in->fee_fen, .contact = in->contact, .phone = in->phone, .notice = in->notice,
		.scope = cx->scope);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

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

static int check_room(struct ctx *cx, const struct q_batch_find *batch, const struct q_room_find *room, int64_t part,
	int64_t starts_at, int64_t ends_at)
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

int batch_room_add(struct ctx *cx, int64_t batch_id, int64_t part, int64_t room_id, int64_t starts_at, int64_t ends_at,
	int64_t *ret_id)
{
	struct q_batch_find batch;
	struct q_room_find room;
	int64_t id = ctx_id(cx);
	auto_tx tx = {0};
	int r = find_open(cx, batch_id, &batch);
	if (r < 0)
		return r;
	r = q_room_find(cx->db, &room, .id = room_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "room_id", "room.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = check_room(cx, &batch, &room, part, starts_at, ends_at)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_batch_room_insert(cx->db, .id = id, .batch_id = batch_id, .body_id = batch.body_id,
		.region = batch.region, .part = part, .room_id = room_id, .venue_id = room.venue_id,
		.starts_at = starts_at, .ends_at = ends_at, .capacity = room.seats);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = set_times(cx, batch_id)) < 0)
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
	int r = find_open(cx, batch_id, &batch);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_batch_staff_delete_of_room(cx->db, .batch_room_id = batch_room_id, .batch_id = batch_id);
	if (r >= 0)
		r = q_batch_room_delete(cx->db, .id = batch_room_id, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
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

int batch_staff_add(struct ctx *cx, int64_t batch_room_id, int64_t staff_id, const char *duty)
{
	struct q_batch_room_find slot;
	struct q_batch_find batch;
	struct q_staff_find staff;
	int r = q_batch_room_find(cx->db, &slot, .id = batch_room_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.slot_not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = find_open(cx, slot.batch_id, &batch)) < 0)
		return r;
	r = q_staff_find(cx->db, &staff, .id = staff_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail_field(cx, "staff_id", "staff.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!(staff.duties & duty_bit(duty)))
		return fail_field(cx, "duty", "batch.not_his_duty", staff.name);
	r = q_batch_staff_insert(cx->db, .id = ctx_id(cx), .batch_id = slot.batch_id, .body_id = slot.body_id,
		.region = slot.region, .batch_room_id = batch_room_id, .part = slot.part, .staff_id = staff_id,
		.idno_index = staff.idno_index, .duty = duty, .starts_at = slot.starts_at, .ends_at = slot.ends_at);
	if (r == ERR_CONFLICT)
		return fail_field(cx, "staff_id", "batch.staff_already", staff.name);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int batch_staff_remove(struct ctx *cx, int64_t batch_id, int64_t batch_staff_id)
{
	struct q_batch_find batch;
	int r = find_open(cx, batch_id, &batch);
	if (r < 0)
		return r;
	r = q_batch_staff_delete(cx->db, .id = batch_staff_id, .batch_id = batch_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
