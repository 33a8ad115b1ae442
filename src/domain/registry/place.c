/* Venues and their rooms. */
#include "base/box.h"
#include "base/hex.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/registry.h"

static int body_in_scope(struct ctx *cx, int64_t body_id, struct q_body_find *ret_body)
{
	int r = q_body_find(cx->db, ret_body, .id = body_id, .own_id = cx->scope.body_id,
		.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "body.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Nothing was updated: was it never there, or saved by somebody else since it was read? */
static int not_updated(struct ctx *cx, int found, const char *name, const char *missing)
{
	if (found == ERR_NOTFOUND)
		return fail(cx, found, missing);
	return found < 0 ? ctx_pass(cx, found) : fail(cx, ERR_CONFLICT, "registry.changed", name);
}

static int venue_not_updated(struct ctx *cx, int64_t id)
{
	struct q_venue_find now = {0};
	int r = q_venue_find(cx->db, &now, .id = id, .scope = cx->scope);
	return not_updated(cx, r, now.name, "venue.not_found");
}

static int room_not_updated(struct ctx *cx, int64_t id)
{
	struct q_room_find now = {0};
	int r = q_room_find(cx->db, &now, .id = id, .scope = cx->scope);
	return not_updated(cx, r, now.name, "room.not_found");
}

static int put_venue(struct ctx *cx, const struct q_body_find *body, int64_t id, bool is_new,
	const struct venue_in *in)
{
	int r;
	if (is_new)
		r = q_venue_insert(cx->db, .id = id, .body_id = body->id, .region = body->region,
			.name = in->name,
			.address = in->address, .contact = in->contact, .phone = in->phone,
			.equipment = in->equipment, .machine_key = in->machine_key);
	else
		r = q_venue_update(cx->db, .id = id, .name = in->name, .address = in->address,
			.contact = in->contact,
			.phone = in->phone, .equipment = in->equipment, .state = in->state,
			.machine_key = in->machine_key, .seen = in->seen, .scope = cx->scope);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return venue_not_updated(cx, id);
	return flow_note(cx, "venue", 0, id, is_new ? "create" : "update", in->name);
}

/* The point 0 and its like are no keys; whoever seals is told by box_code(). */
static int check_machine_key(struct ctx *cx, const char *text)
{
	uint8_t key[BOX_KEY_BYTES];
	if (is_blank(text) || hex_read(str_of(text), key, sizeof key))
		return 0;
	return fail_field(cx, "machine_key", "venue.machine_key");
}

int venue_save(struct ctx *cx, int64_t body_id, int64_t id, const struct venue_in *in,
	int64_t *ret_id)
{
	struct q_body_find body;
	auto_tx tx = {0};
	bool is_new = !id;
	int r = body_in_scope(cx, body_id, &body);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = check_machine_key(cx, in->machine_key)) < 0)
		return r;
	if (is_new)
		id = ctx_id(cx);
	if ((r = put_venue(cx, &body, id, is_new, in)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static int check_room(struct ctx *cx, const struct room_in *in)
{
	int64_t all = PART_THEORY | PART_SKILL | PART_REVIEW;
	if (!(in->part & all) || (in->part & ~all))
		fail_field(cx, "part", "room.part_needed");
	if (in->seats < 1 || in->seats > 500)
		fail_field(cx, "seats", "room.seats_range");
	if (in->per_row < 1 || in->per_row > 30)
		fail_field(cx, "per_row", "room.per_row_range");
	return ctx_checked(cx);
}

int room_save(struct ctx *cx, int64_t venue_id, int64_t id, const struct room_in *in,
	int64_t *ret_id)
{
	struct q_venue_find venue;
	int r = q_venue_find(cx->db, &venue, .id = venue_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "venue.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = check_room(cx, in)) < 0)
		return r;
	bool is_new = !id;
	if (is_new) {
		id = ctx_id(cx);
		r = q_room_insert(cx->db, .id = id, .venue_id = venue_id, .body_id = venue.body_id,
			.region = venue.region, .name = in->name, .part = in->part,
			.seats = in->seats, .per_row = in->per_row);
	} else {
		r = q_room_update(cx->db, .id = id, .name = in->name, .part = in->part,
			.seats = in->seats,
			.per_row = in->per_row, .state = in->state, .seen = in->seen,
			.scope = cx->scope);
	}
	if (r == ERR_CONFLICT)
		return fail_field(cx, "name", "room.name_taken", in->name);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return room_not_updated(cx, id);
	*ret_id = id;
	return 0;
}
