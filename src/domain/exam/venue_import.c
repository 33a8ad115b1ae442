/* At the centre: what happened at a venue comes back, each room once. */
#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "core/audit.h"
#include "core/file.h"
#include "core/flow.h"
#include "core/secret.h"
#include "core/signer.h"
#include "domain/exam/venue_impl.h"
#include "query/exam.h"
#include "query/exam_board.h"
#include "query/exam_venue.h"

struct import {
	struct ctx *cx;
	struct q_venue_pack_find pack;
	struct q_venue_room_row room;
	bool is_away;                 /* the room is still run by this package */
	int64_t photo_from, photo_to; /* the last photo read, there and here */
	int64_t n_sittings, n_answers, n_conflicts;
	struct venue_import done;
};

#define READ(im, field, query, row) do { \
	if (venue_row_read((im)->cx->arena, (field).text, &q_##query##_desc, (row)) < 0) \
		return venue_bad_file((im)->cx); \
} while (0)

static bool is_listed(const char *rooms, int64_t room)
{
	struct str rest = str_of(rooms);
	while (rest.n) {
		int64_t id;
		if (str_to_i64(str_cut(&rest, ','), &id) && id == room)
			return true;
	}
	return false;
}

static bool is_of_pack(const struct import *im, int64_t room)
{
	return is_listed(im->pack.rooms, room);
}

/* The row that follows names the photo by the id it had there. What it is, its bytes say. */
static int read_photo(struct import *im, int64_t person_id, struct stow_field f, struct str *rest)
{
	struct ctx *cx = im->cx;
	struct stow_field mime, data;
	auto_buf bytes;
	buf_init(&bytes, FILE_MAX);
	if (!str_to_i64(f.text, &im->photo_from) || !stow_next(rest, &mime) ||
		!stow_next(rest, &data) || !base64_read(data.text, &bytes))
		return venue_bad_file(cx);
	const char *kind = file_kind("", buf_view(&bytes));
	if (!kind || (!streq(kind, "jpg") && !streq(kind, "png")))
		return venue_bad_file(cx);
	struct file file = {.person_id = person_id, .name = "venue", .region = im->pack.region,
		.body_id = im->pack.body_id, .bytes = buf_view(&bytes)};
	int r = file_put(cx, &file);
	im->photo_to = file.id;
	return r;
}

static int64_t photo_here(const struct import *im, int64_t id)
{
	return id && id == im->photo_from ? im->photo_to : 0;
}

static int put_event(struct import *im, const char *kind, int64_t person_id, int64_t subject_id,
	struct stow_field f)
{
	struct q_venue_events e;
	READ(im, f, venue_events, &e);
	int r = q_venue_put_event(im->cx->db, .person_id = person_id, .id = e.id, .kind = kind,
		.subject_id = subject_id, .at = e.at, .actor_name = e.actor_name, .role = e.role,
		.action = e.action, .from_state = e.from_state, .to_state = e.to_state,
		.reason = e.reason);
	return r < 0 ? ctx_pass(im->cx, r) : 0;
}

/* ---- one sitting ---- */

static int put_sitting(struct import *im, const struct q_venue_back_sittings *s)
{
	struct db *db = im->cx->db;
	int r = q_exam_seat_free(db, .exam_id = im->pack.exam_id, .sitting_id = s->id);
	if (r >= 0)
		r = q_venue_seat_back(db, .exam_id = im->pack.exam_id,
			.batch_room_id = s->batch_room_id, .seat = s->seat,
			.found_person_id = s->person_id, .sitting_id = s->id);
	if (r >= 0)
		r = q_venue_sitting_back(db, .person_id = s->person_id, .id = s->id,
			.batch_room_id = s->batch_room_id, .seat = s->seat, .form_id = s->form_id,
			.state = s->state, .epoch = s->epoch, .begun_at = s->begun_at,
			.deadline_at = s->deadline_at, .extra_seconds = s->extra_seconds,
			.paused_at = s->paused_at, .last_seq = s->last_seq,
			.n_answered = s->n_answered, .seen_at = s->seen_at, .device = s->device,
			.photo_file_id = photo_here(im, s->photo_file_id),
			.ended_at = s->ended_at, .ended_why = s->ended_why,
			.answers_hash = s->answers_hash, .receipt = s->receipt,
			.checked_in_at = s->checked_in_at, .seb_waiver = s->seb_waiver,
			.receipt_code = s->receipt_code);
	return r < 0 ? ctx_pass(im->cx, r) : 0;
}

static int put_answer(struct import *im, const struct q_venue_back_sittings *s,
	struct stow_field f)
{
	struct q_venue_answers a;
	READ(im, f, venue_answers, &a);
	im->n_answers++;
	int r = q_venue_answer_back(im->cx->db, .person_id = s->person_id, .sitting_id = s->id,
		.seq = a.seq, .item_no = a.item_no, .response = a.response, .epoch = a.epoch,
		.saved_at = a.saved_at, .spent_ms = a.spent_ms);
	return r < 0 ? ctx_pass(im->cx, r) : 0;
}

/* A sitting's record; is_dry only reads it. */
static int read_one(struct import *im, struct str one, bool is_dry,
	struct q_venue_back_sittings *ret_sitting)
{
	struct q_venue_back_sittings s = {0};
	struct stow_field f;
	struct str whole = one;
	int r = 0;
	/* whose photo it is stands in the row behind it */
	while (stow_next(&whole, &f))
		if (str_is(f.name, "sitting"))
			READ(im, f, venue_back_sittings, &s);
	if (whole.n || !s.id || !venue_has_ended(s.state))
		return venue_bad_file(im->cx);
	*ret_sitting = s;
	while (!is_dry && r >= 0 && stow_next(&one, &f)) {
		if (str_is(f.name, "photo"))
			r = read_photo(im, s.person_id, f, &one);
		else if (str_is(f.name, "sitting"))
			r = put_sitting(im, &s);
		else if (str_is(f.name, "answer"))
			r = put_answer(im, &s, f);
		else
			r = str_is(f.name, "event")
				? put_event(im, "sitting", s.person_id, s.id, f)
				: venue_bad_file(im->cx);
	}
	return r;
}

/* It ran here as well, although the room was away: both are kept until somebody decides. */
static int put_conflict(struct import *im, const struct q_venue_back_sittings *s,
	const struct q_venue_sitting_here *here, struct str one)
{
	struct ctx *cx = im->cx;
	const char *text = arena_str(cx->arena, one);
	int r = q_venue_conflict_insert(cx->db, .person_id = s->person_id, .id = s->id,
		.pack_id = im->pack.id, .exam_id = im->pack.exam_id,
		.batch_room_id = s->batch_room_id, .body_id = im->pack.body_id,
		.region = im->pack.region,
		.record_cipher = secret_seal(cx, "venue_conflict.record_cipher", text),
		.here_state = here->state, .here_answers = here->n_answered,
		.venue_state = s->state, .venue_answers = s->n_answered);
	im->n_conflicts++;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Of this exam, and while its room is away, in one of the package; it stays as it is until the
 * transaction ends. */
static int find_here(struct import *im, int64_t person_id, int64_t id,
	struct q_venue_sitting_here *ret_here)
{
	struct ctx *cx = im->cx;
	int r = q_venue_sitting_hold(cx->db, .person_id = person_id, .id = id);
	if (r >= 0)
		r = q_venue_sitting_here(cx->db, ret_here, .person_id = person_id, .id = id);
	if (r == ERR_NOTFOUND || (r >= 0 && (ret_here->exam_id != im->pack.exam_id ||
		(im->is_away && !is_of_pack(im, ret_here->batch_room_id)))))
		return fail(cx, ERR_INVALID, "venue.other_sitting");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* 1: the one of here has been sat, or is to be sat here. */
static int counts_here(struct import *im, const struct q_venue_back_sittings *s,
	const struct q_venue_sitting_here *here)
{
	struct q_venue_answers_rows answers;
	int r = q_venue_answers(im->cx->db, &answers, .person_id = s->person_id,
		.sitting_id = s->id);
	if (r < 0)
		return ctx_pass(im->cx, r);
	return !im->is_away || here->begun_at || here->checked_in_at || answers.n ||
		!streq(here->state, "waiting");
}

static int put_one(struct import *im, struct str one)
{
	struct q_venue_back_sittings s;
	struct q_venue_sitting_here here;
	int r = read_one(im, one, true, &s);
	if (r < 0 || (r = find_here(im, s.person_id, s.id, &here)) < 0)
		return r;
	if (!is_of_pack(im, s.batch_room_id))
		return fail(im->cx, ERR_INVALID, "venue.other_sitting");
	if ((r = counts_here(im, &s, &here)) < 0)
		return r;
	im->n_sittings++;
	if (!r)
		return read_one(im, one, false, &s);
	/* who never came to the venue has left nothing to decide about */
	bool came_there = s.checked_in_at || s.begun_at;
	return im->is_away || came_there ? put_conflict(im, &s, &here, one) : 0;
}

/* ---- one room ---- */

static int put_incident(struct import *im, struct stow_field f)
{
	struct q_incidents_of_room i;
	struct q_venue_sitting_here here;
	READ(im, f, incidents_of_room, &i);
	int r = i.sitting_id ? find_here(im, i.person_id, i.sitting_id, &here)
		: i.person_id ? venue_bad_file(im->cx) : 0;
	if (r < 0)
		return r;
	r = q_incident_insert(im->cx->db, .person_id = i.person_id, .id = i.id,
		.exam_id = im->pack.exam_id, .batch_room_id = im->room.batch_room_id,
		.body_id = im->pack.body_id, .region = im->pack.region, .sitting_id = i.sitting_id,
		.seat = i.seat, .name = i.name, .incident_kind = i.incident_kind, .note = i.note,
		.photo_file_id = photo_here(im, i.photo_file_id), .actor_name = i.actor_name,
		.created_at = i.created_at);
	return r < 0 ? ctx_pass(im->cx, r) : 0;
}

static int put_state(struct import *im)
{
	if (!im->is_away)
		return 0;
	int r = q_venue_room_back(im->cx->db, .exam_id = im->pack.exam_id,
		.batch_room_id = im->room.batch_room_id, .started_at = im->room.started_at,
		.extra_seconds = im->room.extra_seconds, .counted_in = im->room.counted_in,
		.counted_out = im->room.counted_out);
	return r < 0 ? ctx_pass(im->cx, r) : 0;
}

/* Whose photo of an incident it is stands in the row behind it, as with sittings. */
static int64_t whose(struct import *im, struct str rest)
{
	struct stow_field f;
	struct q_incidents_of_room i;
	for (int k = 0; k < 3 && stow_next(&rest, &f); k++)
		if (str_is(f.name, "incident") && !venue_row_read(im->cx->arena, f.text,
			&q_incidents_of_room_desc, &i))
			return i.person_id;
	return 0;
}

static int put_parts(struct import *im, struct str room)
{
	struct stow_field f;
	int r = 0;
	while (r >= 0 && stow_next(&room, &f)) {
		if (str_is(f.name, "one"))
			r = put_one(im, f.text);
		else if (str_is(f.name, "photo"))
			r = read_photo(im, whose(im, room), f, &room);
		else if (str_is(f.name, "incident"))
			r = put_incident(im, f);
		else if (str_is(f.name, "event"))
			r = put_event(im, "exam_room", 0, im->room.batch_room_id, f);
		else
			r = str_is(f.name, "state") ? put_state(im) : venue_bad_file(im->cx);
	}
	return r < 0 ? r : room.n ? venue_bad_file(im->cx) : 0;
}

static int read_room_row(struct import *im, struct str room)
{
	struct stow_field f;
	if (!stow_next(&room, &f) || !str_is(f.name, "state"))
		return venue_bad_file(im->cx);
	READ(im, f, venue_room_row, &im->room);
	if (im->room.exam_id != im->pack.exam_id || !is_of_pack(im, im->room.batch_room_id))
		return fail(im->cx, ERR_INVALID, "venue.other_sitting");
	return 0;
}

/* 1: run by this package, and by no later one; a room that was taken back is run here. Whoever else
 * brings it back waits. */
static int is_run_there(struct import *im)
{
	struct q_venue_packs_rows packs;
	struct ctx *cx = im->cx;
	int64_t room = im->room.batch_room_id, last = 0;
	int away = q_venue_room_place(cx->db, .exam_id = im->pack.exam_id, .batch_room_id = room,
		.from_place = "venue", .place = "venue");
	int r = away < 0 ? away : q_venue_packs(cx->db, &packs, .exam_id = im->pack.exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < packs.n && !last; i++)
		if (is_listed(packs.at[i].rooms, room))
			last = packs.at[i].id;
	return away && last == im->pack.id;
}

/* 1: it was here before and is the same. */
static int was_here(struct import *im, const char *hash)
{
	struct q_venue_return_find row;
	int r = q_venue_return_find(im->cx->db, &row, .pack_id = im->pack.id,
		.batch_room_id = im->room.batch_room_id);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return ctx_pass(im->cx, r);
	return streq(row.room_hash, hash) ? 1 : fail(im->cx, ERR_CONFLICT,
		"venue.returned_otherwise");
}

static int keep(struct import *im, const char *hash)
{
	struct ctx *cx = im->cx;
	int r = q_venue_return_insert(cx->db, .pack_id = im->pack.id,
		.batch_room_id = im->room.batch_room_id, .exam_id = im->pack.exam_id,
		.body_id = im->pack.body_id, .region = im->pack.region, .room_hash = hash,
		.n_sittings = im->n_sittings, .n_answers = im->n_answers,
		.n_conflicts = im->n_conflicts, .created_by = cx->actor.account_id,
		.actor_name = cx->actor.name, .created_at = ctx_now(cx));
	if (r == ERR_CONFLICT)
		return fail(cx, r, "venue.returned_otherwise");
	if (r < 0)
		return ctx_pass(cx, r);
	return flow_note(cx, "exam_room", 0, im->room.batch_room_id, "venue_return",
		text_of(cx, "考生%d名，作答记录%d条", (int)im->n_sittings, (int)im->n_answers));
}

/* A room is all or nothing: a crash leaves it to be done again. */
static int put_room(struct import *im, struct stow_field f)
{
	struct ctx *cx = im->cx;
	struct str room = f.text;
	char hash[DIGEST_HEX];
	crypto_sm3_hex(room, hash);
	im->n_sittings = im->n_answers = im->n_conflicts = 0;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = read_room_row(im, room)) < 0 || (r = is_run_there(im)) < 0)
		return r;
	im->is_away = r;
	if ((r = was_here(im, hash)) < 0)
		return r;
	if (r == 1) {
		im->done.already++;
		return 0;
	}
	if ((r = put_parts(im, room)) < 0 || (r = keep(im, hash)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	im->done.rooms++;
	im->done.sittings += im->n_sittings;
	im->done.answers += im->n_answers;
	im->done.conflicts += im->n_conflicts;
	return 0;
}

/* ---- the file ---- */

static int check_signature(struct import *im, const struct venue_outer *outer)
{
	uint8_t key[SIGN_PUBLIC_BYTES], signature[SIGN_BYTES];
	bool fits = hex_read(str_of(im->pack.verify_key), key, sizeof key) &&
		hex_read(outer->signature, signature, sizeof signature) &&
		sign_holds(key, str_of(venue_signed_text(im->cx, outer)), signature);
	return fits ? 0 : fail(im->cx, ERR_INVALID, "venue.signature");
}

/* A venue signs receipts. No other key that it names is believed, and none under a false name. */
static int put_signer(struct import *im, struct stow_field f)
{
	struct q_venue_signer_keys k;
	uint8_t key[SIGN_PUBLIC_BYTES];
	char id[SIGN_ID_HEX];
	READ(im, f, venue_signer_keys, &k);
	if (!streq(k.key_use, sign_use_code(SIGN_RECEIPT)))
		return 0;
	if (!hex_read(str_of(k.public_key), key, sizeof key) ||
		!streq(sign_key_id(key, id), k.key_id))
		return venue_bad_file(im->cx);
	int r = q_venue_signer_key(im->cx->db, .key_id = k.key_id, .key_use = k.key_use,
		.public_key = k.public_key, .created_at = ctx_now(im->cx));
	return r < 0 ? ctx_pass(im->cx, r) : 0;
}

/* All of one name, in their order. */
static int put_all(struct import *im, struct str body, const char *name,
	int (*put)(struct import *im, struct stow_field f))
{
	struct stow_field f;
	int r = 0;
	while (r >= 0 && stow_next(&body, &f))
		if (str_is(f.name, name))
			r = put(im, f);
		else if (!str_is(f.name, "room") && !str_is(f.name, "signer"))
			r = venue_bad_file(im->cx);
	return r < 0 ? r : body.n ? venue_bad_file(im->cx) : 0;
}

int venue_import(struct ctx *cx, struct str file, struct venue_import *ret_import)
{
	struct import im = {.cx = cx};
	struct venue_outer outer;
	const char *code;
	struct str body;
	int r = ctx_need(cx, PERM_EXAM_EDIT);
	if (r < 0 || (r = venue_outer_read(cx, file, "return", &outer)) < 0)
		return r;
	r = q_venue_pack_find(cx->db, &im.pack, .id = outer.id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "venue.no_pack");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = check_signature(&im, &outer)) < 0)
		return r;
	if ((r = secret_open(cx, "venue_pack.return_cipher", im.pack.return_cipher, &code)) < 0 ||
		(r = venue_unseal(cx, code, "venue.return", outer.body, &body)) < 0)
		return r;
	/* what their receipts are checked with is there before the rooms, one of which may be
	 * refused */
	if ((r = put_all(&im, body, "signer", put_signer)) < 0 ||
		(r = put_all(&im, body, "room", put_room)) < 0)
		return r;
	im.done.exam_id = im.pack.exam_id;
	*ret_import = im.done;
	return audit_note(cx, "venue.import", "exam", im.pack.exam_id, "",
		text_of(cx, "%" PRId64, im.pack.id));
}

/* ---- conflicts ---- */

/* The one of here gives way, and is kept as it was: row and answers. */
static int keep_here(struct import *im, const struct q_venue_back_sittings *s,
	const char **ret_cipher)
{
	struct ctx *cx = im->cx;
	struct q_venue_back_sitting row;
	struct q_venue_answers_rows answers;
	auto_buf b;
	buf_init(&b, VENUE_FILE_MAX / 4);
	int r = q_venue_back_sitting(cx->db, &row, .person_id = s->person_id, .id = s->id);
	if (r >= 0)
		r = q_venue_answers(cx->db, &answers, .person_id = s->person_id,
			.sitting_id = s->id);
	if (r < 0)
		return ctx_pass(cx, r);
	venue_row(&b, "sitting", &q_venue_back_sitting_desc, &row);
	for (size_t i = 0; i < answers.n; i++)
		venue_row(&b, "answer", &q_venue_answers_desc, &answers.at[i]);
	*ret_cipher = secret_seal(cx, "venue_conflict.here_cipher", buf_z(&b));
	return 0;
}

static int take_venues(struct import *im, const char *record, const char **ret_cipher)
{
	struct ctx *cx = im->cx;
	struct q_venue_back_sittings s;
	struct q_venue_sitting_here here;
	int r = read_one(im, str_of(record), true, &s);
	if (r < 0 || (r = find_here(im, s.person_id, s.id, &here)) < 0 ||
		(r = keep_here(im, &s, ret_cipher)) < 0)
		return r;
	r = q_venue_answers_drop(cx->db, .person_id = s.person_id, .sitting_id = s.id);
	if (r < 0)
		return ctx_pass(cx, r);
	return read_one(im, str_of(record), false, &s);
}

/* Nothing counts in an exam that is void. */
static int check_exam(struct import *im)
{
	struct q_board_exam exam;
	struct ctx *cx = im->cx;
	int r = q_board_exam(cx->db, &exam, .id = im->pack.exam_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	return streq(exam.state, "void") ? fail(cx, ERR_STATE, "venue.exam_void", exam.title) : 0;
}

int venue_settle(struct ctx *cx, int64_t exam_id, int64_t person_id, int64_t sitting_id,
	bool venues, const char *reason)
{
	struct import im = {.cx = cx};
	struct q_venue_conflict_find c;
	const char *record, *here = "";
	int r = ctx_need(cx, PERM_EXAM_WITHDRAW);
	if (r < 0)
		return r;
	if (is_blank(reason))
		return fail_field(cx, "settle_reason", "venue.reason");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_venue_conflict_find(cx->db, &c, .person_id = person_id, .id = sitting_id,
		.exam_id = exam_id, .scope = cx->scope);
	if (r >= 0)
		r = q_venue_pack_find(cx->db, &im.pack, .id = c.pack_id, .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "venue.no_conflict");
	if (r >= 0)
		r = secret_open(cx, "venue_conflict.record_cipher", c.record_cipher, &record);
	if (r < 0)
		return ctx_pass(cx, r);
	if (venues && ((r = check_exam(&im)) < 0 || (r = take_venues(&im, record, &here)) < 0))
		return r;
	r = q_venue_conflict_settle(cx->db, .person_id = person_id, .id = sitting_id,
		.conflict_state = venues ? "venue" : "here", .here_cipher = here, .reason = reason,
		.decided_by = cx->actor.account_id, .decided_name = cx->actor.name,
		.decided_at = ctx_now(cx));
	if (r <= 0)
		return r < 0 ? ctx_pass(cx, r) : fail(cx, ERR_STATE, "venue.settled");
	if ((r = flow_note(cx, "sitting", person_id, sitting_id, venues ? "venue_counts"
		: "here_counts", reason)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
