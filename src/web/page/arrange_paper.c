/* What is printed before an examination: tickets, sign-in sheets, door lists, seat plans; the
 * candidate's own ticket, and the page its code leads to. */
#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/civil.h"
#include "core/file.h"
#include "core/setting.h"
#include "doc/room_paper.h"
#include "doc/ticket_paper.h"
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "query/arrange.h"
#include "query/enrolment.h"
#include "web/origin.h"
#include "web/page/batch.h"

/* Paper is drawn while the reader waits: more than this is asked for room by room. */
enum { TICKETS_MAX = 200, SHEETS_MAX = 200 };

static const struct field paper_fields[] = {
	{"slot", FIELD_ID, "场次", .help = "只要这一场次的。"},
	{"person_id", FIELD_ID, "考生", .help = "只要这一名考生的准考证。"},
	{0},
};

static const char *ticket_code(struct req *rq, int64_t person_id, int64_t enrolment_id,
	const char *ticket_no)
{
	const char *text = text_of(rq->cx, "%" PRId64 "/%" PRId64 "/%s", person_id, enrolment_id,
		ticket_no);
	return text_of(rq->cx, "%s/ticket/%s?p=%" PRId64 "&e=%" PRId64 "&k=%s", rq_origin(rq),
		ticket_no, person_id, enrolment_id,
		keyring_mac_hex(rq->cx->keys, KEY_TICKET, rq->cx->arena, str_of(text)));
}

/* A photo is the person's own file; an enrolment in the actor's scope that names it lets him see
 * it. */
static int photo_of(struct ctx *cx, int64_t person_id, int64_t file_id, struct str *ret_photo)
{
	struct file file;
	*ret_photo = (struct str){0};
	if (!file_id)
		return 0;
	int r = file_read(cx, person_id, file_id, &file);
	if (r == ERR_NOTFOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (r >= 0 && streq(file.mime, "image/jpeg"))
		*ret_photo = file.bytes;
	return r < 0 ? r : 0;
}

static int face_of(struct req *rq, const struct q_ticket_find *t, struct ticket_face *ret_face)
{
	struct q_seats_of_enrolment_rows *seats = arena_make(rq->cx->arena,
		struct q_seats_of_enrolment_rows);
	struct str photo;
	int r = q_seats_of_enrolment(rq->cx->db, seats, .person_id = t->person_id,
		.enrolment_id = t->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = photo_of(rq->cx, t->person_id, t->photo_file_id, &photo)) < 0)
		return r;
	*ret_face = (struct ticket_face){.name = t->name, .id_type = t->id_type,
		.id_number = t->idno_mask,
		.ticket = t->ticket_no, .unit = t->unit, .photo = photo, .seats = seats,
		.code = ticket_code(rq, t->person_id, t->id, t->ticket_no)};
	return 0;
}

/* Rows of either list as the one kind the faces are made of. */
static const struct q_ticket_find *people_of(struct req *rq, const struct q_batch_find *b,
	int64_t slot, size_t *ret_n, int *ret_err)
{
	struct q_tickets_of_slot_rows of_slot = {0};
	struct q_tickets_of_batch_rows of_batch = {0};
	struct ctx *cx = rq->cx;
	*ret_err = slot ? q_tickets_of_slot(cx->db, &of_slot, .batch_room_id = slot,
		.scope = cx->scope)
		: q_tickets_of_batch(cx->db, &of_batch, .batch_id = b->id, .scope = cx->scope);
	*ret_n = *ret_err < 0 ? 0 : slot ? of_slot.n : of_batch.n;
	struct q_ticket_find *list = arena_array(cx->arena, struct q_ticket_find, *ret_n + 1);
	for (size_t i = 0; i < of_slot.n; i++) {
		const struct q_tickets_of_slot *t = &of_slot.at[i];
		list[i] = (struct q_ticket_find){.person_id = t->person_id, .id = t->id,
			.name = t->name,
			.idno_mask = t->idno_mask, .unit = t->unit, .ticket_no = t->ticket_no,
			.photo_file_id = t->photo_file_id, .id_type = t->id_type};
	}
	for (size_t i = 0; i < of_batch.n; i++) {
		const struct q_tickets_of_batch *t = &of_batch.at[i];
		list[i] = (struct q_ticket_find){.person_id = t->person_id, .id = t->id,
			.name = t->name,
			.idno_mask = t->idno_mask, .unit = t->unit, .ticket_no = t->ticket_no,
			.photo_file_id = t->photo_file_id, .id_type = t->id_type};
	}
	return list;
}

static int answer_tickets(struct req *rq, const struct q_batch_find *b,
	const struct q_ticket_find *people, size_t n)
{
	struct str pdf;
	struct ticket_face *faces = arena_array(rq->cx->arena, struct ticket_face, n + 1);
	if (!n)
		return fail(rq->cx, ERR_NOTFOUND, "arrange.nobody_here");
	if (n > TICKETS_MAX)
		return fail(rq->cx, ERR_LIMIT, "arrange.too_many_tickets",
			text_of(rq->cx, "%zu", n), text_of(rq->cx, "%d", TICKETS_MAX));
	for (size_t i = 0; i < n; i++) {
		int r = face_of(rq, &people[i], &faces[i]);
		if (r < 0)
			return r;
	}
	int r = ticket_paper(rq->cx, b, faces, n, &pdf);
	return r < 0 ? r : rq_bytes(rq, "application/pdf", NULL, pdf);
}

static int print_tickets(struct req *rq, const struct q_batch_find *b)
{
	struct q_enrolment_of_person e;
	struct q_ticket_find one;
	size_t n;
	int r;
	int64_t person = in_int(rq->in, "person_id");
	if (!person) {
		const struct q_ticket_find *people = people_of(rq, b, in_int(rq->in, "slot"), &n,
			&r);
		return r < 0 ? ctx_pass(rq->cx, r) : answer_tickets(rq, b, people, n);
	}
	r = q_enrolment_of_person(rq->cx->db, &e, .person_id = person, .batch_id = b->id);
	if (r >= 0)
		r = q_ticket_find(rq->cx->db, &one, .person_id = person, .id = e.id);
	if (r == ERR_NOTFOUND || (r >= 0 && !*one.ticket_no))
		return fail(rq->cx, ERR_NOTFOUND, "arrange.nobody_here");
	return r < 0 ? ctx_pass(rq->cx, r) : answer_tickets(rq, b, &one, 1);
}

static int print_rooms(struct req *rq, const struct q_batch_find *b, enum room_paper_kind kind)
{
	struct q_batch_rooms_rows rooms;
	struct ctx *cx = rq->cx;
	struct str pdf;
	int64_t only = in_int(rq->in, "slot");
	size_t n = 0;
	int r = q_batch_rooms(cx->db, &rooms, .batch_id = b->id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct room_paper *list = arena_array(cx->arena, struct room_paper, rooms.n + 1);
	for (size_t i = 0; i < rooms.n && n < SHEETS_MAX; i++) {
		struct q_seats_of_slot_rows *seats = arena_make(cx->arena,
			struct q_seats_of_slot_rows);
		if (only && rooms.at[i].id != only)
			continue;
		r = q_seats_of_slot(cx->db, seats, .batch_room_id = rooms.at[i].id,
			.scope = cx->scope);
		if (r < 0)
			return ctx_pass(cx, r);
		if (seats->n)
			list[n++] = (struct room_paper){&rooms.at[i], seats};
	}
	if (!n)
		return fail(cx, ERR_NOTFOUND, "arrange.nobody_here");
	r = room_paper(cx, kind, b, list, n, &pdf);
	return r < 0 ? r : rq_bytes(rq, "application/pdf", NULL, pdf);
}

/* The sitting asked for belongs to this batch. */
static int check_slot(struct req *rq, const struct q_batch_find *b)
{
	struct q_batch_room_find slot;
	int64_t id = in_int(rq->in, "slot");
	int r = id ? q_batch_room_find(rq->cx->db, &slot, .id = id, .scope = rq->cx->scope) : 0;
	if (r == ERR_NOTFOUND || (r >= 0 && id && slot.batch_id != b->id))
		return fail(rq->cx, ERR_NOTFOUND, "batch.slot_not_found");
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int paper_show(struct req *rq)
{
	struct q_batch_find b;
	const char *paper = rq_param(rq, "paper");
	int r = batch_get(rq->cx, rq_id(rq, "id"), &b);
	if (r < 0 || (r = check_slot(rq, &b)) < 0)
		return r;
	if (is_blank(b.arranged_hash))
		return fail(rq->cx, ERR_STATE, "arrange.not_yet");
	if (streq(paper, "tickets"))
		return print_tickets(rq, &b);
	if (streq(paper, "signin"))
		return print_rooms(rq, &b, PAPER_SIGNIN);
	if (streq(paper, "doors"))
		return print_rooms(rq, &b, PAPER_DOOR);
	if (streq(paper, "seats"))
		return print_rooms(rq, &b, PAPER_SEATS);
	return fail(rq->cx, ERR_NOTFOUND, "arrange.no_such_paper");
}

/* A candidate's batch is none of his scope: read as anybody's, after it is certain that he sits in
 * it. */
static int batch_of_ticket(struct req *rq, const struct q_ticket_find *t,
	struct q_batch_find *ret_batch)
{
	int r = q_batch_find(rq->cx->db, ret_batch, .id = t->batch_id, .scope = scope_all());
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static bool is_valid(const struct q_ticket_find *t, const struct q_batch_find *b)
{
	bool has_seat = *t->ticket_no && !is_blank(b->arranged_hash);
	return has_seat && !streq(t->state, "withdrawn") && !streq(t->state, "rejected");
}

/* Open for some days before the first sitting. */
static int check_open(struct req *rq, const struct q_batch_find *b)
{
	struct ctx *cx = rq->cx;
	int64_t first = civil_day_at(b->first_at);
	int64_t opens = first - setting_int(cx, "ticket.open_before_days", b->region, first);
	if (ctx_today(cx) >= opens)
		return 0;
	return fail(cx, ERR_STATE, "arrange.ticket_opens", civil_day_text_zh(cx->arena, opens));
}

static int my_ticket(struct req *rq)
{
	struct q_ticket_find t;
	struct q_batch_find b;
	int64_t person = rq->cx->actor.person_id;
	int r = person ? q_ticket_find(rq->cx->db, &t, .person_id = person,
		.id = rq_id(rq, "enrolment")) : ERR_NOTFOUND;
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "arrange.no_ticket");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = batch_of_ticket(rq, &t, &b)) < 0)
		return r;
	if (!is_valid(&t, &b))
		return fail(rq->cx, ERR_STATE, "arrange.ticket_not_yet");
	if ((r = check_open(rq, &b)) < 0)
		return r;
	return answer_tickets(rq, &b, &t, 1);
}

static const struct field code_fields[] = {
	{"p", FIELD_ID, "考生", .flags = FIELD_HIDDEN | FIELD_REQUIRED},
	{"e", FIELD_ID, "报名", .flags = FIELD_HIDDEN | FIELD_REQUIRED},
	{"k", FIELD_TEXT, "校验码", .max = 64, .flags = FIELD_HIDDEN | FIELD_REQUIRED},
	{0},
};

static bool is_ours(struct req *rq, int64_t person, int64_t enrolment)
{
	const char *text = text_of(rq->cx, "%" PRId64 "/%" PRId64 "/%s", person, enrolment,
		rq_param(rq, "number"));
	return keyring_mac_holds(rq->cx->keys, KEY_TICKET, str_of(text),
		str_of(in_text(rq->in, "k")));
}

static int put_ticket(struct req *rq, const struct q_ticket_find *t, const struct q_batch_find *b)
{
	struct q_seats_of_enrolment_rows seats;
	int r = q_seats_of_enrolment(rq->cx->db, &seats, .person_id = t->person_id,
		.enrolment_id = t->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *parts = json_array();
	for (size_t i = 0; i < seats.n; i++) {
		const struct q_seats_of_enrolment *s = &seats.at[i];
		bool sits = s->batch_room_id;
		json_array_append_new(parts,
			json_pack("{s:s, s:s, s:s, s:s, s:I}", "part_label", part_label(s->part),
			"time_text", sits ? paper_time_span(rq->cx, s->starts_at,
			s->ends_at) : "免考（保留合格成绩）",
			"venue_name", s->venue_name, "room_name", s->room_name, "seat",
			(json_int_t)s->seat));
	}
	view_set(rq, "parts", parts);
	view_set(rq, "ticket", json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "number", t->ticket_no,
		"name", t->name,
		"idno_mask", t->idno_mask, "batch_title", b->title, "body_name", b->body_name,
		"state_label", flow_state(&batch_flow, b->state)->label));
	view_flag(rq, "is_valid", is_valid(t, b) && streq(t->ticket_no, rq_param(rq, "number")));
	return 0;
}

/* What the code on a ticket leads to: whoever holds the paper sees whether it stands. */
static int ticket_check(struct req *rq)
{
	struct q_ticket_find t;
	struct q_batch_find b;
	int64_t person = in_int(rq->in, "p"), enrolment = in_int(rq->in, "e");
	int r = is_ours(rq, person, enrolment)
		? q_ticket_find(rq->cx->db, &t, .person_id = person,
			.id = enrolment) : ERR_NOTFOUND;
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "arrange.ticket_false");
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = batch_of_ticket(rq, &t, &b)) < 0)
		return r;
	return put_ticket(rq, &t, &b);
}

const struct route routes_arrange_paper[] = {
	{GET, "/batches/:id/papers/:paper", PERM_BATCH_READ, paper_show, NULL,
		"准考证、签到表、门贴与座位图", paper_fields,
		.audit = "打印考务表单", .flags = ROUTE_DOWNLOAD},
	{GET, "/my/tickets/:enrolment", PERM_ENROLMENT_SELF, my_ticket, NULL, "我的准考证",
		.flags = ROUTE_DOWNLOAD},
	{GET, "/ticket/:number", PERM_PUBLIC, ticket_check, "arrange/ticket", "准考证核对",
		code_fields, .flags = ROUTE_THROTTLE},
	{0},
};
