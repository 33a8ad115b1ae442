/* At the centre: rooms go out. */
#include <inttypes.h>

#include "base/hex.h"
#include "core/audit.h"
#include "core/file.h"
#include "core/secret.h"
#include "domain/exam/exam.h"
#include "domain/exam/form.h"
#include "domain/exam/venue_impl.h"
#include "query/exam.h"
#include "query/exam_board.h"
#include "query/exam_form.h"
#include "query/exam_venue.h"

struct packing {
	struct ctx *cx;
	struct q_venue_get_exam exam;
	struct q_venue_get_rooms_rows rooms;
	const int64_t *wanted;
	size_t n_wanted;
	struct buf *body;
	const char *room_list;
	const char *machine_key; /* NULL: no room yet */
	struct venue_packed done;
};

static bool is_wanted(const struct packing *p, int64_t room)
{
	for (size_t i = 0; i < p->n_wanted; i++)
		if (p->wanted[i] == room)
			return true;
	return !p->n_wanted;
}

/* ---- forms: what the page needs, and nothing that tells an answer ---- */

static void strip(struct item *it)
{
	it->key = it->value = it->tolerance = it->rubric_html = it->explanation_html = "";
	it->n_variants = 0;
	it->case_sensitive = false;
	for (int i = 0; i < it->n_options; i++)
		it->options[i].feedback_html = "";
	for (int i = 0; i < it->n_targets; i++)
		it->targets[i].feedback_html = "";
}

static int put_assets(struct packing *p, struct buf *forms, const struct item *it)
{
	for (int i = 0; i < it->n_assets; i++) {
		struct file file;
		auto_buf data;
		int r = file_read(p->cx, 0, it->assets[i].file_id, &file);
		if (r < 0)
			return r;
		buf_init(&data, 2 * FILE_MAX);
		base64_put(&data, file.bytes.p, file.bytes.n);
		stow_int(forms, "asset", it->assets[i].file_id);
		stow_text(forms, "mime", file.mime);
		stow_str(forms, "data", buf_view(&data));
	}
	return 0;
}

static int put_form(struct packing *p, struct buf *forms, const struct q_board_forms *row)
{
	struct form form;
	struct q_paper_form_find sealed;
	auto_buf record;
	buf_init(&record, FORM_RECORD_MAX);
	int r = form_load(p->cx, row->id, &form);
	if (r < 0)
		return r;
	if ((r = q_paper_form_find(p->cx->db, &sealed, .id = row->id)) < 0)
		return ctx_pass(p->cx, r);
	for (int i = 0; i < form.n_items; i++) {
		if ((r = put_assets(p, forms, &form.items[i].content)) < 0)
			return r;
		strip(&form.items[i].content);
	}
	form_pack(&record, &form);
	stow_int(forms, "form", row->id);
	stow_text(forms, "hash", sealed.content_hash);
	stow_str(forms, "content", buf_view(&record));
	return record.full ? fail(p->cx, ERR_LIMIT, "venue.large") : 0;
}

static int put_forms(struct packing *p, const char *start_code)
{
	struct q_board_forms_rows rows;
	struct ctx *cx = p->cx;
	auto_buf forms;
	size_t n = 0;
	buf_init(&forms, VENUE_FILE_MAX / 4);
	int r = q_board_forms(cx->db, &rows, .paper_set_id = p->exam.paper_set_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		if (!streq(rows.at[i].form_state, "opened"))
			continue;
		if ((r = put_form(p, &forms, &rows.at[i])) < 0)
			return r;
		n++;
	}
	if (!n)
		return fail(cx, ERR_STATE, "venue.forms_sealed");
	if (forms.full)
		return fail(cx, ERR_LIMIT, "venue.large");
	stow_int(p->body, "n_forms", (int64_t)n);
	stow_text(p->body, "forms", venue_seal(cx, start_code, "venue.forms", buf_view(&forms)));
	return 0;
}

/* ---- people and rooms ---- */

/* Before the row that it belongs to. One that is gone holds nobody up. */
static int put_photo(struct packing *p, const struct q_venue_get_people *row)
{
	struct file file;
	auto_buf data;
	buf_init(&data, 2 * FILE_MAX);
	if (!row->photo_file_id)
		return 0;
	int r = file_read(p->cx, row->person_id, row->photo_file_id, &file);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	if (r < 0) {
		ctx_clear(p->cx);
		return 0;
	}
	base64_put(&data, file.bytes.p, file.bytes.n);
	stow_str(p->body, "photo", buf_view(&data));
	return 0;
}

/* Disqualified, or known not to come: nothing of it is left for the venue to run. */
static bool is_out(const struct q_venue_get_people *row)
{
	return streq(row->state, "void") || streq(row->state, "absent");
}

/* The number travels in the clear inside the sealed file, and is sealed again where it arrives. */
static int put_person(struct packing *p, const struct q_venue_get_people *row)
{
	struct ctx *cx = p->cx;
	struct q_venue_get_people out = *row;
	if (!streq(row->state, "waiting") || row->checked_in_at)
		return fail(cx, ERR_STATE, "venue.people_there", row->name);
	if (!row->form_id)
		return fail(cx, ERR_STATE, "venue.no_form", row->name);
	int r = secret_open(cx, "person.idno_cipher", row->idno_cipher, &out.idno_cipher);
	if (r < 0)
		return r;
	if ((r = put_photo(p, row)) < 0)
		return r;
	venue_row(p->body, "person", &q_venue_get_people_desc, &out);
	p->done.n_sittings++;
	return 0;
}

static int put_room(struct packing *p, const struct q_venue_get_rooms *room)
{
	struct ctx *cx = p->cx;
	struct q_venue_get_people_rows people;
	if (*room->place)
		return fail(cx, ERR_STATE, "venue.away_already", room->room_name);
	if (p->machine_key && !streq(p->machine_key, room->machine_key))
		return fail(cx, ERR_INVALID, "venue.machines_differ", room->room_name);
	p->machine_key = room->machine_key;
	int r = q_venue_get_people(cx->db, &people, .exam_id = p->exam.id,
		.batch_room_id = room->batch_room_id);
	if (r < 0)
		return ctx_pass(cx, r);
	venue_row(p->body, "room", &q_venue_get_rooms_desc, room);
	for (size_t i = 0; i < people.n; i++)
		if (!is_out(&people.at[i]) && (r = put_person(p, &people.at[i])) < 0)
			return r;
	r = q_venue_room_place(cx->db, .exam_id = p->exam.id, .batch_room_id = room->batch_room_id,
		.from_place = "", .place = "venue");
	if (r != 1)
		return r < 0 ? ctx_pass(cx, r)
			     : fail(cx, ERR_STATE, "venue.away_already", room->room_name);
	p->room_list = text_of(cx, "%s%s%" PRId64, p->room_list, *p->room_list ? "," : "",
		room->batch_room_id);
	p->done.n_rooms++;
	return flow_note(cx, "exam_room", 0, room->batch_room_id, "venue_pack", "");
}

static int put_rooms(struct packing *p)
{
	struct q_venue_get_proctors_rows duties;
	struct ctx *cx = p->cx;
	int r = q_venue_get_proctors(cx->db, &duties, .batch_id = p->exam.batch_id,
		.part = p->exam.part);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < p->rooms.n; i++)
		if (is_wanted(p, p->rooms.at[i].batch_room_id)
			&& (r = put_room(p, &p->rooms.at[i])) < 0)
			return r;
	for (size_t i = 0; i < duties.n; i++)
		if (is_wanted(p, duties.at[i].batch_room_id))
			venue_row(p->body, "duty", &q_venue_get_proctors_desc, &duties.at[i]);
	bool missing = p->n_wanted && (size_t)p->done.n_rooms != p->n_wanted;
	if (missing || !p->done.n_sittings)
		return fail(cx, ERR_INVALID, "venue.rooms");
	return 0;
}

static int put_frame(struct packing *p)
{
	struct q_venue_get_body body;
	struct q_venue_get_batch batch;
	struct ctx *cx = p->cx;
	int r = q_venue_get_body(cx->db, &body, .id = p->exam.body_id);
	if (r >= 0)
		r = q_venue_get_batch(cx->db, &batch, .id = p->exam.batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	venue_row(p->body, "body", &q_venue_get_body_desc, &body);
	venue_row(p->body, "batch", &q_venue_get_batch_desc, &batch);
	venue_row(p->body, "exam", &q_venue_get_exam_desc, &p->exam);
	return 0;
}

/* ---- the package ---- */

static int keep(struct packing *p, const struct venue_secret *secret, const char *start_code)
{
	struct ctx *cx = p->cx;
	uint8_t key[SIGN_PUBLIC_BYTES];
	char hash[DIGEST_HEX];
	sign_public(secret->seed, key);
	int r = q_venue_pack_insert(cx->db, .id = p->done.id, .exam_id = p->exam.id,
		.body_id = p->exam.body_id, .region = p->exam.region, .rooms = p->room_list,
		.verify_key = hex_text(cx->arena, key, sizeof key),
		.return_cipher = secret_seal(cx, "venue_pack.return_cipher", secret->return_code),
		.start_cipher = secret_seal(cx, "venue_pack.start_cipher", start_code),
		.pack_hash = crypto_sm3_hex(p->done.file, hash), .n_sittings = p->done.n_sittings,
		.created_by = cx->actor.account_id, .actor_name = cx->actor.name,
		.created_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int fill(struct packing *p, const struct venue_secret *secret, const char *start_code)
{
	int r = put_frame(p);
	if (r < 0 || (r = put_rooms(p)) < 0 || (r = put_forms(p, start_code)) < 0)
		return r;
	stow_text(p->body, "secret", venue_secret_put(p->cx, secret));
	return p->body->full ? fail(p->cx, ERR_LIMIT, "venue.large") : 0;
}

static int make(struct packing *p)
{
	struct ctx *cx = p->cx;
	struct venue_secret secret = {.return_code = venue_code_new(cx)};
	const char *start_code = venue_code_new(cx);
	auto_buf body, file;
	buf_init(&body, VENUE_FILE_MAX / 2);
	buf_init(&file, VENUE_FILE_MAX);
	ctx_random(cx, secret.seed, sizeof secret.seed);
	p->body = &body;
	p->done.id = ctx_id(cx);
	p->done.open_code = venue_code_new(cx);
	int r = fill(p, &secret, start_code);
	if (r < 0)
		return r;
	const char *sealed = venue_seal(cx, p->done.open_code, "venue.pack", buf_view(&body));
	if (!is_blank(p->machine_key) &&
		(r = venue_box(cx, p->machine_key, str_of(sealed), &sealed)) < 0)
		return r;
	venue_outer_put(&file, &(struct venue_outer){.kind = STR("pack"), .id = p->done.id,
		.body = str_of(sealed)});
	if (file.full)
		return fail(cx, ERR_LIMIT, "venue.large");
	p->done.file = str_of(arena_str(cx->arena, buf_view(&file)));
	r = keep(p, &secret, start_code);
	crypto_wipe(&secret, sizeof secret);
	return r;
}

int venue_pack(struct ctx *cx, int64_t exam_id, const int64_t *rooms, size_t n,
	struct venue_packed *ret_packed)
{
	struct packing p = {.cx = cx, .wanted = rooms, .n_wanted = n, .room_list = ""};
	int given, r = ctx_need(cx, PERM_EXAM_EDIT);
	if (r < 0)
		return r;
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	/* nobody ends, voids or changes it meanwhile */
	r = q_exam_lock(cx->db, .id = exam_id);
	if (r >= 0)
		r = q_venue_get_exam(cx->db, &p.exam, .id = exam_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "board.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (!streq(p.exam.state, "ready") && !streq(p.exam.state, "running"))
		return fail(cx, ERR_STATE, "venue.not_ready", p.exam.title);
	if ((r = exam_give_forms(cx, exam_id, &given)) < 0)
		return r;
	if ((r = q_venue_get_rooms(cx->db, &p.rooms, .exam_id = exam_id)) < 0)
		return ctx_pass(cx, r);
	if ((r = make(&p)) < 0)
		return r;
	if ((r = audit_note(cx, "venue.pack", "exam", exam_id, "", p.room_list)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_packed = p.done;
	return 0;
}

int venue_tell(struct ctx *cx, int64_t exam_id, int64_t pack_id, const char **ret_code)
{
	struct q_venue_pack_find pack;
	struct q_board_exam exam;
	int r = ctx_need(cx, PERM_EXAM_WITHDRAW);
	if (r < 0)
		return r;
	r = q_venue_pack_find(cx->db, &pack, .id = pack_id, .scope = cx->scope);
	if (r >= 0)
		r = q_board_exam(cx->db, &exam, .id = pack.exam_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND || (r >= 0 && pack.exam_id != exam_id))
		return fail(cx, ERR_NOTFOUND, "venue.no_pack");
	if (r < 0)
		return ctx_pass(cx, r);
	int64_t now = ctx_now(cx);
	if (now < exam.starts_at - VENUE_OPENS_BEFORE || now > exam.ends_at)
		return fail(cx, ERR_STATE, "venue.not_time");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_venue_told(cx->db, .id = pack_id, .told_by = cx->actor.account_id, .told_at = now);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = audit_note(cx, "venue.tell", "venue_pack", pack_id, "", "")) < 0 ||
		(r = flow_note(cx, "exam", 0, exam_id, "venue_tell", "")) < 0)
		return r;
	if ((r = secret_open(cx, "venue_pack.start_cipher", pack.start_cipher, ret_code)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

enum { TOLD_SECONDS = 1800 };

int venue_told(struct ctx *cx, int64_t exam_id, int64_t pack_id, const char **ret_code)
{
	struct q_venue_pack_find pack;
	*ret_code = "";
	int r = q_venue_pack_find(cx->db, &pack, .id = pack_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(cx, r);
	bool mine = pack.exam_id == exam_id && pack.told_by == cx->actor.account_id &&
		pack.told_by && ctx_may(cx, PERM_EXAM_WITHDRAW);
	if (!mine || ctx_now(cx) > pack.told_at + TOLD_SECONDS)
		return 0;
	return secret_open(cx, "venue_pack.start_cipher", pack.start_cipher, ret_code);
}

int venue_cancel(struct ctx *cx, int64_t pack_id, const char *reason, int64_t *ret_rooms)
{
	struct q_venue_pack_find pack;
	int64_t n = 0, room;
	int r = ctx_need(cx, PERM_EXAM_EDIT);
	if (r < 0)
		return r;
	if (is_blank(reason))
		return fail_field(cx, "reason", "venue.cancel_reason");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_venue_pack_find(cx->db, &pack, .id = pack_id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "venue.no_pack");
	if (r < 0)
		return ctx_pass(cx, r);
	struct str rest = str_of(pack.rooms);
	while (rest.n && str_to_i64(str_cut(&rest, ','), &room)) {
		r = q_venue_room_place(cx->db, .exam_id = pack.exam_id, .batch_room_id = room,
			.from_place = "venue", .place = "");
		if (r < 0)
			return ctx_pass(cx, r);
		if (r && (r = flow_note(cx, "exam_room", 0, room, "venue_cancel", reason)) < 0)
			return r;
		n++;
	}
	if ((r = audit_note(cx, "venue.cancel", "venue_pack", pack_id, reason, "")) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_rooms = n;
	return 0;
}
