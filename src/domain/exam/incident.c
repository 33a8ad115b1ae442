#include "domain/exam/incident.h"

#include "core/flow.h"
#include "domain/exam/board.h"
#include "query/exam_board.h"

const struct incident_kind incident_kinds[] = {
	{"order", "违反考场纪律"}, {"cheating", "涉嫌作弊"}, {"device", "设备故障"},
	{"power", "停电断网"}, {"illness", "考生身体不适"}, {"identity", "身份核对问题"},
	{"paper", "试题问题"}, {"other", "其他"}, {0}};

const char *incident_label(const char *code)
{
	for (const struct incident_kind *k = incident_kinds; k->code; k++)
		if (streq(k->code, code))
			return k->label;
	return code;
}

static int check(struct ctx *cx, const struct incident_in *in)
{
	bool known = false;
	for (const struct incident_kind *k = incident_kinds; k->code; k++)
		known |= streq(k->code, in->kind);
	if (!known)
		fail_field(cx, "kind", "incident.kind");
	if (is_blank(in->note))
		fail_field(cx, "note", "incident.note");
	if (in->photo.n > INCIDENT_PHOTO_MAX)
		fail_field(cx, "photo", "incident.photo_big");
	return ctx_checked(cx);
}

static int put_photo(struct ctx *cx, const struct incident_in *in, const struct board_room *room,
	int64_t person_id, int64_t *ret_id)
{
	struct file file = {.person_id = person_id, .body_id = room->row->body_id,
		.region = room->row->region, .name = "incident", .mime = "", .bytes = in->photo};
	*ret_id = 0;
	if (!in->photo.n)
		return 0;
	int r = file_put(cx, &file);
	bool image = r >= 0 && (streq(file.mime, "image/jpeg") || streq(file.mime, "image/png"));
	if (r == ERR_INVALID || (r >= 0 && !image)) {
		ctx_clear(cx);
		return fail_field(cx, "photo", "incident.photo_kind");
	}
	*ret_id = file.id;
	return r < 0 ? r : 0;
}

static int insert(struct ctx *cx, const struct incident_in *in, const struct board_room *room,
	const struct q_board_seats *s, int64_t id)
{
	int64_t person_id = s ? s->person_id : 0, photo;
	int r = put_photo(cx, in, room, person_id, &photo);
	if (r < 0)
		return r;
	r = q_incident_insert(cx->db, .person_id = person_id, .id = id, .exam_id = in->exam_id,
		.batch_room_id = in->batch_room_id, .body_id = room->row->body_id,
		.region = room->row->region, .sitting_id = in->sitting_id, .seat = s ? s->seat : 0,
		.name = s ? s->name : "", .incident_kind = in->kind, .note = in->note,
		.photo_file_id = photo, .created_by = cx->actor.account_id,
		.actor_name = cx->actor.name, .created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	const char *text = text_of(cx, "%s：%s", incident_label(in->kind), in->note);
	return s ? flow_note(cx, "sitting", s->person_id, s->id, "incident", text)
		 : flow_note(cx, "exam_room", 0, in->batch_room_id, "incident", text);
}

int incident_add(struct ctx *cx, const struct incident_in *in, int64_t *ret_id)
{
	struct board b;
	const struct q_board_seats *s = NULL;
	int64_t id = ctx_id(cx);
	int r = check(cx, in);
	if (r < 0 || (r = board_room(cx, in->exam_id, in->batch_room_id, &b)) < 0)
		return r;
	for (size_t i = 0; i < b.rooms[0].n; i++)
		if (in->sitting_id && b.rooms[0].seats[i].row->id == in->sitting_id)
			s = b.rooms[0].seats[i].row;
	if (in->sitting_id && !s)
		return fail_field(cx, "sitting", "incident.nobody");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = insert(cx, in, &b.rooms[0], s, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int incident_photo(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, int64_t id,
	struct file *ret_file)
{
	struct q_incident_find row;
	int r = board_let(cx, exam_id, batch_room_id);
	if (r < 0)
		return r;
	r = q_incident_find(cx->db, &row, .exam_id = exam_id, .batch_room_id = batch_room_id,
		.id = id);
	if (r == ERR_NOTFOUND || (r >= 0 && !row.photo_file_id))
		return fail(cx, ERR_NOTFOUND, "incident.no_photo");
	return r < 0 ? ctx_pass(cx, r) : file_read(cx, row.person_id, row.photo_file_id, ret_file);
}
