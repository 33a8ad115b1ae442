/* At the venue: what happened goes back. */
#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "core/file.h"
#include "core/secret.h"
#include "core/signer.h"
#include "domain/exam/venue_impl.h"
#include "query/exam_board.h"
#include "query/exam_venue.h"

struct returning {
	struct ctx *cx;
	int64_t exam_id, n_rooms;
	const int64_t *wanted;
	size_t n_wanted;
	struct buf *body;
};

static bool is_wanted(const struct returning *t, int64_t room)
{
	for (size_t i = 0; i < t->n_wanted; i++)
		if (t->wanted[i] == room)
			return true;
	return !t->n_wanted;
}

/* One that is gone or damaged holds up no result. */
static int put_file(struct returning *t, struct buf *b, int64_t person_id, int64_t id)
{
	struct file file;
	auto_buf data;
	buf_init(&data, 2 * FILE_MAX);
	if (!id)
		return 0;
	int r = file_read(t->cx, person_id, id, &file);
	if (r < 0 && r != ERR_NOTFOUND && r != ERR_IO)
		return r;
	if (r < 0) {
		ctx_clear(t->cx);
		return 0;
	}
	base64_put(&data, file.bytes.p, file.bytes.n);
	stow_int(b, "photo", id);
	stow_text(b, "mime", file.mime);
	stow_str(b, "data", buf_view(&data));
	return 0;
}

static int put_events(struct returning *t, struct buf *b, const char *kind, int64_t person_id,
	int64_t subject_id)
{
	struct q_venue_events_rows rows;
	int r = q_venue_events(t->cx->db, &rows, .person_id = person_id, .subject_id = subject_id,
		.kind = kind);
	if (r < 0)
		return ctx_pass(t->cx, r);
	for (size_t i = 0; i < rows.n; i++)
		venue_row(b, "event", &q_venue_events_desc, &rows.at[i]);
	return 0;
}

/* The photo stands before the row that names it. */
static int put_sitting(struct returning *t, struct buf *room, const struct q_venue_back_sittings *s)
{
	struct ctx *cx = t->cx;
	struct q_venue_answers_rows answers;
	auto_buf b;
	buf_init(&b, VENUE_FILE_MAX / 4);
	if (streq(s->state, "running") || streq(s->state, "paused"))
		return fail(cx, ERR_STATE, "venue.still_open");
	int r = put_file(t, &b, s->person_id, s->photo_file_id);
	if (r < 0)
		return r;
	venue_row(&b, "sitting", &q_venue_back_sittings_desc, s);
	r = q_venue_answers(cx->db, &answers, .person_id = s->person_id, .sitting_id = s->id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < answers.n; i++)
		venue_row(&b, "answer", &q_venue_answers_desc, &answers.at[i]);
	if ((r = put_events(t, &b, "sitting", s->person_id, s->id)) < 0)
		return r;
	stow_str(room, "one", buf_view(&b));
	return b.full ? fail(cx, ERR_LIMIT, "venue.large") : 0;
}

static int put_incidents(struct returning *t, struct buf *b, int64_t room)
{
	struct q_incidents_of_room_rows rows;
	int r = q_incidents_of_room(t->cx->db, &rows, .exam_id = t->exam_id,
		.batch_room_id = room);
	if (r < 0)
		return ctx_pass(t->cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		r = put_file(t, b, rows.at[i].person_id, rows.at[i].photo_file_id);
		if (r < 0)
			return r;
		venue_row(b, "incident", &q_incidents_of_room_desc, &rows.at[i]);
	}
	return 0;
}

static int put_room(struct returning *t, int64_t room)
{
	struct ctx *cx = t->cx;
	struct q_venue_room_row row;
	struct q_venue_back_sittings_rows sittings;
	auto_buf b;
	buf_init(&b, VENUE_FILE_MAX / 2);
	int r = q_venue_room_row(cx->db, &row, .exam_id = t->exam_id, .batch_room_id = room);
	if (r >= 0)
		r = q_venue_back_sittings(cx->db, &sittings, .exam_id = t->exam_id,
			.batch_room_id = room);
	if (r < 0)
		return ctx_pass(cx, r);
	venue_row(&b, "state", &q_venue_room_row_desc, &row);
	for (size_t i = 0; i < sittings.n; i++)
		if ((r = put_sitting(t, &b, &sittings.at[i])) < 0)
			return r;
	if ((r = put_incidents(t, &b, room)) < 0 ||
		(r = put_events(t, &b, "exam_room", 0, room)) < 0)
		return r;
	if (b.full)
		return fail(cx, ERR_LIMIT, "venue.large");
	stow_str(t->body, "room", buf_view(&b));
	t->n_rooms++;
	return 0;
}

static bool has_ended(const struct q_venue_back_sittings_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		if (!venue_has_ended(rows->at[i].state))
			return false;
	return rows->n > 0;
}

/* Asked for by name, a room must have ended; of all rooms those go that have. */
static int put_rooms(struct returning *t)
{
	struct q_venue_get_rooms_rows rooms;
	struct ctx *cx = t->cx;
	size_t found = 0;
	int r = q_venue_get_rooms(cx->db, &rooms, .exam_id = t->exam_id);
	for (size_t i = 0; i < rooms.n && r >= 0; i++) {
		struct q_venue_back_sittings_rows sittings;
		int64_t id = rooms.at[i].batch_room_id;
		if (!is_wanted(t, id))
			continue;
		r = q_venue_back_sittings(cx->db, &sittings, .exam_id = t->exam_id,
			.batch_room_id = id);
		if (r < 0)
			break;
		found++;
		if (has_ended(&sittings))
			r = put_room(t, id);
		else if (t->n_wanted)
			return fail(cx, ERR_STATE, "venue.room_open", rooms.at[i].room_name);
	}
	if (r < 0)
		return ctx_pass(cx, r);
	if (found < t->n_wanted)
		return fail(cx, ERR_INVALID, "venue.rooms");
	return t->n_rooms ? 0 : fail(cx, ERR_STATE, "venue.none_ended");
}

/* So that receipts signed here can be checked there. */
static int put_keys(struct returning *t)
{
	struct q_venue_signer_keys_rows rows;
	int r = q_venue_signer_keys(t->cx->db, &rows, .key_use = sign_use_code(SIGN_RECEIPT));
	if (r < 0)
		return ctx_pass(t->cx, r);
	for (size_t i = 0; i < rows.n; i++)
		venue_row(t->body, "signer", &q_venue_signer_keys_desc, &rows.at[i]);
	return 0;
}

static int seal(struct returning *t, const struct q_venue_here_all *here, struct str *ret_file)
{
	struct ctx *cx = t->cx;
	struct venue_secret secret;
	const char *text;
	uint8_t signature[SIGN_BYTES];
	auto_buf file;
	buf_init(&file, VENUE_FILE_MAX);
	int r = secret_open(cx, "venue_here.secret_cipher", here->secret_cipher, &text);
	if (r < 0 || (r = venue_secret_read(cx, text, &secret)) < 0)
		return r;
	struct venue_outer outer = {.kind = STR("return"), .id = here->id,
		.body = str_of(venue_seal(cx, secret.return_code, "venue.return",
			buf_view(t->body)))};
	sign_make(secret.seed, str_of(venue_signed_text(cx, &outer)), signature);
	crypto_wipe(&secret, sizeof secret);
	outer.signature = str_of(hex_text(cx->arena, signature, sizeof signature));
	venue_outer_put(&file, &outer);
	if (file.full)
		return fail(cx, ERR_LIMIT, "venue.large");
	*ret_file = str_of(arena_str(cx->arena, buf_view(&file)));
	return 0;
}

int venue_return(struct ctx *cx, const int64_t *rooms, size_t n, int64_t *ret_rooms,
	struct str *ret_file)
{
	struct q_venue_here_all_rows here;
	auto_buf body;
	buf_init(&body, VENUE_FILE_MAX / 2);
	int r = q_venue_here_all(cx->db, &here);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!here.n)
		return fail(cx, ERR_NOTFOUND, "venue.not_here");
	struct returning t = {.cx = cx, .exam_id = here.at[0].exam_id, .wanted = rooms,
		.n_wanted = n, .body = &body};
	auto_tx tx = {0}; /* one moment of the database */
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = put_rooms(&t)) < 0 || (r = put_keys(&t)) < 0 || (r = seal(&t, &here.at[0],
		ret_file)) < 0)
		return r;
	*ret_rooms = t.n_rooms;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
