/* Venues and rooms of a body. */
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/registry.h"
#include "web/choices.h"
#include "web/page/page.h"

static const struct choice state_choices[] = {{"active", "启用"}, {"closed", "停用"}, {0}};

static const struct field venue_fields[] = {
	{"name", FIELD_TEXT, "考场名称", .max = 60, .flags = FIELD_REQUIRED},
	{"address", FIELD_TEXT, "地址", .help = "写到门牌号，印在准考证上。", .max = 200,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"contact", FIELD_TEXT, "联系人", .max = 60},
	{"phone", FIELD_PHONE, "联系电话"},
	{"equipment", FIELD_AREA, "主要设备", .max = 2000, .flags = FIELD_WIDE},
	{"machine_key", FIELD_TEXT, "离线机器公钥",
		.help = "考点的机器上luban venue key给出的64位十六进制数。登"
		"记后，离线考场包只有这台机器能打开。", .max = 64, .flags = FIELD_WIDE},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	REVISION_FIELD,
	{0},
};

static const struct field room_fields[] = {
	{"name", FIELD_TEXT, "考室名称", .example = "201 机房", .max = 40, .flags = FIELD_REQUIRED},
	{"part", FIELD_IDS, "用途", .flags = FIELD_REQUIRED},
	{"seats", FIELD_INT, "座位（工位）数", .min = 1, .max = 500, .flags = FIELD_REQUIRED},
	{"per_row", FIELD_INT, "每排座位数", .help = "用于座位图和同单位考生分开编排。", .min = 1,
		.max = 30, .flags = FIELD_REQUIRED},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	REVISION_FIELD,
	{0},
};

/* The body whose venues are shown: one's own, or the one an authority asks for. */
static int64_t body_of(struct req *rq)
{
	int64_t own = rq->cx->actor.body_id;
	return own ? own : in_int(rq->in, "body_id");
}

static const struct field body_filter[] = {{"body_id", FIELD_ID, "机构编号"}, {0}};

static const char *parts_text(struct ctx *cx, int64_t parts)
{
	const char *text = "";
	for (int64_t part = PART_THEORY; part <= PART_REVIEW; part <<= 1)
		if (parts & part)
			text = text_of(cx, "%s%s%s", text, *text ? "、" : "", part_short(part));
	return text;
}

static json_t *rooms_view(struct req *rq, const struct q_rooms_of_body_rows *rooms,
	int64_t venue_id)
{
	json_t *list = json_array();
	for (size_t i = 0; i < rooms->n; i++) {
		if (rooms->at[i].venue_id != venue_id)
			continue;
		json_t *row = view_row(rq, &q_rooms_of_body_desc, &rooms->at[i]);
		json_object_set_new(row, "part_text",
			json_string(parts_text(rq->cx, rooms->at[i].part)));
		json_object_set_new(row, "is_closed",
			json_boolean(streq(rooms->at[i].state, "closed")));
		json_array_append_new(list, row);
	}
	return list;
}

static int venue_list(struct req *rq)
{
	struct q_venues_of_body_rows venues;
	struct q_rooms_of_body_rows rooms;
	int r = q_venues_of_body(rq->cx->db, &venues, .body_id = body_of(rq),
		.scope = rq->cx->scope);
	if (r >= 0)
		r = q_rooms_of_body(rq->cx->db, &rooms, .body_id = body_of(rq),
			.scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *list = view_rows(rq, &q_venues_of_body_desc, venues.at, venues.n);
	for (size_t i = 0; i < venues.n; i++) {
		json_t *row = json_array_get(list, i);
		json_object_set_new(row, "rooms", rooms_view(rq, &rooms, venues.at[i].id));
		json_object_set_new(row, "is_closed",
			json_boolean(streq(venues.at[i].state, "closed")));
	}
	view_set(rq, "venues", list);
	view_flag(rq, "is_empty", venues.n == 0);
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_VENUE_EDIT));
	return 0;
}

static int venue_new(struct req *rq)
{
	view_form(rq, "form", venue_fields, "/venues/new", "登记考场",
		json_pack("{s:s}", "state", "active"));
	return 0;
}

static struct venue_in venue_input(struct req *rq)
{
	const char *state = in_text(rq->in, "state");
	return (struct venue_in){.name = in_text(rq->in, "name"),
		.address = in_text(rq->in, "address"),
		.contact = in_text(rq->in, "contact"), .phone = in_text(rq->in, "phone"),
		.equipment = in_text(rq->in, "equipment"),
		.machine_key = in_text(rq->in, "machine_key"), .state = *state ? state : "active",
		.seen = in_int(rq->in, "revision")};
}

static int venue_add(struct req *rq)
{
	struct venue_in in = venue_input(rq);
	int64_t id;
	int r = venue_save(rq->cx, rq->cx->actor.body_id, 0, &in, &id);
	return r < 0 ? r : rq_redirect(rq, "/venues/%lld", (long long)id);
}

static int venue_show(struct req *rq)
{
	struct q_venue_find venue;
	struct q_rooms_of_body_rows rooms;
	int r = q_venue_find(rq->cx->db, &venue, .id = rq_id(rq, "id"), .scope = rq->cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "venue.not_found");
	if (r >= 0)
		r = q_rooms_of_body(rq->cx->db, &rooms, .body_id = venue.body_id,
			.scope = rq->cx->scope);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	static const struct choice parts[] = {{"1", "理论"}, {"2", "技能"}, {"4", "综合评审"}, {0}};
	view_choices(rq, "part", parts);
	view_set(rq, "venue", view_row(rq, &q_venue_find_desc, &venue));
	view_set(rq, "rooms", rooms_view(rq, &rooms, venue.id));
	view_text(rq, "title", venue.name);
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_VENUE_EDIT));
	view_form(rq, "form", venue_fields, text_of(rq->cx, "/venues/%s", rq_param(rq, "id")),
		"保存", view_row(rq, &q_venue_find_desc, &venue));
	view_form(rq, "room_form", room_fields,
		text_of(rq->cx, "/venues/%s/rooms", rq_param(rq, "id")), "登记考室",
		json_pack("{s:s, s:i}", "state", "active", "per_row", 5));
	return 0;
}

static int venue_edit(struct req *rq)
{
	struct venue_in in = venue_input(rq);
	int64_t id;
	int r = venue_save(rq->cx, rq->cx->actor.body_id, rq_id(rq, "id"), &in, &id);
	return r < 0 ? r : rq_redirect(rq, "/venues/%s", rq_param(rq, "id"));
}

static int put_room(struct req *rq, int64_t room_id)
{
	const int64_t *parts;
	size_t n = in_ids(rq->in, "part", &parts);
	const char *state = in_text(rq->in, "state");
	struct room_in in = {.name = in_text(rq->in, "name"), .state = *state ? state : "active",
		.seats = in_int(rq->in, "seats"), .per_row = in_int(rq->in, "per_row"),
		.seen = in_int(rq->in, "revision")};
	int64_t id;
	for (size_t i = 0; i < n; i++)
		in.part |= parts[i];
	int r = room_save(rq->cx, rq_id(rq, "id"), room_id, &in, &id);
	return r < 0 ? r : rq_redirect(rq, "/venues/%s", rq_param(rq, "id"));
}

static int room_add(struct req *rq)
{
	return put_room(rq, 0);
}

static int room_edit(struct req *rq)
{
	return put_room(rq, rq_id(rq, "room"));
}

/* A room's own form, filled. */
static int room_show(struct req *rq)
{
	struct q_room_find room;
	static const struct choice parts[] = {{"1", "理论"}, {"2", "技能"}, {"4", "综合评审"}, {0}};
	int r = q_room_find(rq->cx->db, &room, .id = rq_id(rq, "room"), .scope = rq->cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "room.not_found");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *values = view_row(rq, &q_room_find_desc, &room);
	const char *list = "";
	for (int64_t part = PART_THEORY; part <= PART_REVIEW; part <<= 1)
		if (room.part & part)
			list = text_of(rq->cx, "%s%s%d", list, *list ? "," : "", (int)part);
	json_object_set_new(values, "part", json_string(list));
	view_choices(rq, "part", parts);
	view_text(rq, "title", text_of(rq->cx, "%s %s", room.venue_name, room.name));
	view_form(rq, "form", room_fields,
		text_of(rq->cx, "/venues/%s/rooms/%s", rq_param(rq, "id"),
		rq_param(rq, "room")), "保存", values);
	return 0;
}

const struct route routes_venue[] = {
	{GET, "/venues", PERM_BODY_READ, venue_list, "venue/list", "考场场地", body_filter},
	{GET, "/venues/new", PERM_VENUE_EDIT, venue_new, "venue/new", "登记考场"},
	{POST, "/venues/new", PERM_VENUE_EDIT, venue_add, NULL, "登记考场", venue_fields,
		.form = "/venues/new"},
	{GET, "/venues/:id", PERM_BODY_READ, venue_show, "venue/show", "考场"},
	{POST, "/venues/:id", PERM_VENUE_EDIT, venue_edit, NULL, "保存考场", venue_fields,
		.form = "/venues/:id"},
	{POST, "/venues/:id/rooms", PERM_VENUE_EDIT, room_add, NULL, "登记考室", room_fields,
		.form = "/venues/:id"},
	{GET, "/venues/:id/rooms/:room", PERM_VENUE_EDIT, room_show, "venue/room", "考室"},
	{POST, "/venues/:id/rooms/:room", PERM_VENUE_EDIT, room_edit, NULL, "保存考室", room_fields,
		.form = "/venues/:id/rooms/:room"},
	{0},
};
