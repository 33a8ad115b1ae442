/* At the venue: a package is put into an empty database, and its forms are opened when the start
 * code is told. */
#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "core/account.h"
#include "core/file.h"
#include "core/secret.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "domain/exam/exam.h"
#include "domain/exam/form.h"
#include "domain/exam/venue_impl.h"
#include "query/exam.h"
#include "query/exam_venue.h"

enum { ACCOUNTS_MAX = 500 };

struct opening {
	struct ctx *cx;
	int64_t id;
	struct q_venue_get_exam exam;
	struct q_venue_get_batch batch;
	const char *forms, *secret;
	struct str photo; /* of the person whose row comes next, in base64 */
	int64_t n_forms, now;
	struct venue_opened done;
	struct q_venue_get_rooms *rooms; /* VENUE_ROOMS_MAX */
	int64_t *staff; /* whose accounts are made, by account */
};

#define READ(o, field, query, row) do { \
	if (venue_row_read((o)->cx->arena, (field).text, &q_##query##_desc, (row)) < 0) \
		return venue_bad_file((o)->cx); \
} while (0)

static int put_body(struct opening *o, struct stow_field f)
{
	struct q_venue_get_body b;
	READ(o, f, venue_get_body, &b);
	return q_venue_put_body(o->cx->db, .id = b.id, .name = b.name, .uscc = b.uscc,
		.body_kind = b.body_kind, .body_code = b.body_code, .region = b.region,
		.contact = b.contact, .phone = b.phone, .created_at = o->now);
}

static int put_batch(struct opening *o, struct stow_field f)
{
	struct q_venue_get_batch *b = &o->batch;
	READ(o, f, venue_get_batch, b);
	return q_venue_put_batch(o->cx->db, .id = b->id, .body_id = b->body_id,
		.region = b->region, .batch_no = b->batch_no, .title = b->title,
		.occupation_id = b->occupation_id, .grade = b->grade, .parts = b->parts,
		.ruleset = b->ruleset, .contact = b->contact, .phone = b->phone,
		.first_at = b->first_at, .last_at = b->last_at, .created_at = o->now);
}

static int put_room(struct opening *o, struct stow_field f)
{
	struct db *db = o->cx->db;
	if (o->done.n_rooms == VENUE_ROOMS_MAX)
		return venue_bad_file(o->cx);
	struct q_venue_get_rooms *k = &o->rooms[o->done.n_rooms++];
	READ(o, f, venue_get_rooms, k);
	int r = q_venue_put_venue(db, .id = k->venue_id, .body_id = k->body_id,
		.region = k->region, .name = k->venue_name, .address = k->address);
	if (r >= 0)
		r = q_venue_put_place(db, .id = k->room_id, .venue_id = k->venue_id,
			.body_id = k->body_id, .region = k->region, .name = k->room_name,
			.part = k->part, .seats = k->seats, .per_row = k->per_row);
	if (r >= 0)
		r = q_venue_put_slot(db, .id = k->batch_room_id, .batch_id = k->batch_id,
			.body_id = k->body_id, .region = k->region, .part = k->part,
			.room_id = k->room_id, .venue_id = k->venue_id, .starts_at = k->starts_at,
			.ends_at = k->ends_at, .capacity = k->capacity);
	if (r >= 0)
		r = q_venue_put_room(db, .exam_id = k->exam_id, .batch_room_id = k->batch_room_id,
			.body_id = k->body_id, .region = k->region,
			.extra_seconds = k->extra_seconds, .entry_code = k->entry_code,
			.starts_at = k->starts_at, .ends_at = k->ends_at, .per_row = k->per_row);
	return r;
}

static int put_photo(struct opening *o, int64_t person_id, int64_t *ret_id)
{
	auto_buf bytes;
	buf_init(&bytes, FILE_MAX);
	if (!o->photo.n)
		return 0;
	if (!base64_read(o->photo, &bytes))
		return venue_bad_file(o->cx);
	struct file file = {.person_id = person_id, .name = "photo.jpg", .region = o->exam.region,
		.body_id = o->exam.body_id, .bytes = buf_view(&bytes)};
	int r = file_put(o->cx, &file);
	o->photo = (struct str){0};
	*ret_id = file.id;
	return r;
}

static int put_person(struct opening *o, struct stow_field f)
{
	struct ctx *cx = o->cx;
	struct q_venue_get_people s;
	int64_t photo_id = 0;
	READ(o, f, venue_get_people, &s);
	int r = put_photo(o, s.person_id, &photo_id);
	if (r < 0)
		return r;
	r = q_venue_put_person(cx->db, .person_id = s.person_id, .name = s.name,
		.photo_file_id = photo_id,
		.id_type = s.id_type, .region = o->exam.region, .created_at = o->now,
		.idno_cipher = secret_seal(cx, "person.idno_cipher", s.idno_cipher));
	if (r >= 0)
		r = q_venue_put_sitting(cx->db, .person_id = s.person_id, .id = s.id,
			.exam_id = o->exam.id, .batch_id = o->exam.batch_id,
			.body_id = o->exam.body_id, .region = o->exam.region,
			.enrolment_id = s.enrolment_id, .batch_room_id = s.batch_room_id,
			.seat = s.seat, .ticket_no = s.ticket_no, .name = s.name,
			.form_id = s.form_id, .order_seed = s.order_seed,
			.extra_seconds = s.extra_seconds);
	if (r >= 0)
		r = q_exam_seat_claim(cx->db, .exam_id = o->exam.id,
			.batch_room_id = s.batch_room_id, .seat = s.seat,
			.found_person_id = s.person_id, .sitting_id = s.id);
	o->done.n_sittings++;
	return r;
}

/* ---- accounts of those on duty ---- */

static const char *room_name(const struct opening *o, int64_t room)
{
	for (int64_t i = 0; i < o->done.n_rooms; i++)
		if (o->rooms[i].batch_room_id == room)
			return o->rooms[i].room_name;
	return "";
}

static int new_account(struct opening *o, enum role role, const char *login, const char *name,
	int64_t *ret_id)
{
	struct venue_account *account = &o->done.accounts[o->done.n_accounts];
	struct account_in in = {.login = login, .name = name, .role = role,
		.region = o->exam.region, .body_id = o->exam.body_id};
	int r = account_create(o->cx, &in, ret_id);
	if (r < 0)
		return r;
	*account = (struct venue_account){.login = login, .name = name, .rooms = ""};
	o->done.n_accounts++;
	return account_reset(o->cx, *ret_id, false, "离线考点", &account->password);
}

static int account_of(struct opening *o, const struct q_venue_get_proctors *d, size_t *ret_at)
{
	struct ctx *cx = o->cx;
	int64_t account;
	for (*ret_at = 1; *ret_at < o->done.n_accounts; ++*ret_at)
		if (o->staff[*ret_at] == d->id)
			return 0;
	if (o->done.n_accounts == ACCOUNTS_MAX)
		return venue_bad_file(cx);
	int r = new_account(o, ROLE_INVIGILATOR, text_of(cx, "jiankao%02zu", o->done.n_accounts),
		d->name, &account);
	if (r < 0)
		return r;
	o->staff[*ret_at] = d->id;
	r = q_venue_put_staff(cx->db, .id = d->id, .body_id = o->exam.body_id,
		.region = o->exam.region, .name = d->name, .account_id = account,
		.idno_index = text_of(cx, "venue:%" PRId64, d->id));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int put_duty(struct opening *o, struct stow_field f)
{
	struct ctx *cx = o->cx;
	struct q_venue_get_proctors d;
	size_t at;
	READ(o, f, venue_get_proctors, &d);
	int r = account_of(o, &d, &at);
	if (r < 0)
		return r;
	struct venue_account *account = &o->done.accounts[at];
	account->rooms = text_of(cx, "%s%s%s", account->rooms, *account->rooms ? "、" : "",
		room_name(o, d.batch_room_id));
	return q_venue_put_duty(cx->db, .id = ctx_id(cx), .batch_id = o->exam.batch_id,
		.body_id = o->exam.body_id, .region = o->exam.region,
		.batch_room_id = d.batch_room_id, .part = o->exam.part, .staff_id = d.id,
		.idno_index = text_of(cx, "venue:%" PRId64, d.id), .duty = d.duty,
		.starts_at = d.starts_at, .ends_at = d.ends_at);
}

/* ---- the whole ---- */

static int put_field(struct opening *o, struct stow_field f)
{
	if (str_is(f.name, "body"))
		return put_body(o, f);
	if (str_is(f.name, "batch"))
		return put_batch(o, f);
	if (str_is(f.name, "exam"))
		READ(o, f, venue_get_exam, &o->exam);
	else if (str_is(f.name, "room"))
		return put_room(o, f);
	else if (str_is(f.name, "photo"))
		o->photo = f.text;
	else if (str_is(f.name, "person"))
		return put_person(o, f);
	else if (str_is(f.name, "duty"))
		return put_duty(o, f);
	else if (str_is(f.name, "n_forms"))
		str_to_i64(f.text, &o->n_forms);
	else if (str_is(f.name, "forms"))
		o->forms = arena_str(o->cx->arena, f.text);
	else if (str_is(f.name, "secret"))
		o->secret = arena_str(o->cx->arena, f.text);
	else
		return venue_bad_file(o->cx);
	return 0;
}

static int put_exam(struct opening *o)
{
	const struct q_venue_get_exam *e = &o->exam;
	struct db *db = o->cx->db;
	int r = q_venue_put_exam(db, .id = e->id, .batch_id = e->batch_id, .body_id = e->body_id,
		.region = e->region, .part = e->part, .title = e->title,
		.paper_set_id = e->paper_set_id, .duration_seconds = e->duration_seconds,
		.late_seconds = e->late_seconds, .stay_seconds = e->stay_seconds,
		.layout = e->layout, .shuffle = e->shuffle, .seb_mode = e->seb_mode,
		.seb_key = e->seb_key, .starts_at = e->starts_at, .ends_at = e->ends_at,
		.photo_mode = e->photo_mode, .admit_mode = e->admit_mode,
		.open_seconds = e->open_seconds, .n_sittings = o->done.n_sittings,
		.created_at = o->now);
	if (r >= 0)
		r = q_venue_put_set(db, .id = e->paper_set_id, .body_id = e->body_id,
			.region = e->region, .title = e->title, .n_forms = o->n_forms,
			.open_from_at = e->starts_at - VENUE_OPENS_BEFORE,
			.open_to_at = e->ends_at, .created_at = o->now);
	if (r >= 0)
		r = q_venue_here_insert(db, .id = o->id, .exam_id = e->id, .title = e->title,
			.secret_cipher = secret_seal(o->cx, "venue_here.secret_cipher",
				o->secret),
			.forms_cipher = o->forms, .opens_at = e->starts_at - VENUE_OPENS_BEFORE,
			.created_at = o->now);
	return r < 0 ? ctx_pass(o->cx, r) : 0;
}

static int put_all(struct opening *o, struct str body)
{
	struct stow_field f;
	int64_t head;
	int r;
	while (stow_next(&body, &f)) {
		if (!o->done.n_accounts && str_is(f.name, "room") &&
			(r = new_account(o, ROLE_BODY_MANAGER, "kaowu", "考务负责人", &head)) < 0)
			return r;
		if ((r = put_field(o, f)) < 0)
			return ctx_pass(o->cx, r);
	}
	if (body.n || !o->exam.id || !o->forms || !o->secret || !o->done.n_sittings)
		return venue_bad_file(o->cx);
	return put_exam(o);
}

int venue_open(struct ctx *cx, struct str file, const char *open_code, const uint8_t *machine,
	struct venue_opened *ret_opened)
{
	struct opening o = {.cx = cx, .now = ctx_now(cx)};
	struct venue_outer outer;
	struct q_venue_here_all_rows here;
	struct str body;
	int r = venue_outer_read(cx, file, "pack", &outer);
	if (r < 0 || (r = venue_unbox(cx, machine, outer.body, &outer.body)) < 0 ||
		(r = venue_unseal(cx, open_code, "venue.pack", outer.body, &body)) < 0)
		return r;
	o.id = outer.id;
	o.rooms = arena_array(cx->arena, struct q_venue_get_rooms, VENUE_ROOMS_MAX);
	o.staff = arena_array(cx->arena, int64_t, ACCOUNTS_MAX);
	o.done.accounts = arena_array(cx->arena, struct venue_account, ACCOUNTS_MAX);
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0 || (r = q_venue_here_all(cx->db, &here)) < 0)
		return ctx_pass(cx, r);
	if (here.n)
		return fail(cx, ERR_CONFLICT, "venue.here_already", here.at[0].title);
	/* Telephones and their codes are not to be had everywhere; the machine stands alone. */
	if ((r = setting_put(cx, "account.second_factor", "", 0, 0)) < 0 ||
		(r = put_all(&o, body)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	o.done.exam_id = o.exam.id;
	o.done.title = o.exam.title;
	o.done.starts_at = o.exam.starts_at;
	o.done.accounts[0].rooms = "全部考场";
	*ret_opened = o.done;
	return 0;
}

int venue_here(struct ctx *cx, struct venue_here *ret_here)
{
	struct q_venue_here_all_rows rows;
	int r = q_venue_here_all(cx->db, &rows);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!rows.n)
		return ERR_NOTFOUND;
	*ret_here = (struct venue_here){.id = rows.at[0].id, .exam_id = rows.at[0].exam_id,
		.opens_at = rows.at[0].opens_at, .opened_at = rows.at[0].opened_at,
		.title = rows.at[0].title};
	return 0;
}

/* ---- forms ---- */

struct unpacking {
	struct ctx *cx;
	int64_t set_id, body_id;
	const char *region;
	struct {
		int64_t from, to; /* file ids there and here */
	} assets[FORM_ITEMS_MAX * 4];
	size_t n_assets;
};

static int put_asset(struct unpacking *u, int64_t id, struct str *rest)
{
	struct stow_field mime, data;
	auto_buf bytes;
	buf_init(&bytes, FILE_MAX);
	if (!stow_next(rest, &mime) || !stow_next(rest, &data) || !base64_read(data.text, &bytes) ||
		u->n_assets == sizeof u->assets / sizeof *u->assets)
		return venue_bad_file(u->cx);
	struct file file = {.mime = arena_str(u->cx->arena, mime.text), .name = "asset",
		.region = u->region, .body_id = u->body_id, .bytes = buf_view(&bytes)};
	int r = file_put(u->cx, &file);
	if (r < 0)
		return r;
	u->assets[u->n_assets].from = id;
	u->assets[u->n_assets++].to = file.id;
	return 0;
}

static void point_to_own(struct unpacking *u, struct item *it)
{
	for (int i = 0; i < it->n_assets; i++)
		for (size_t k = 0; k < u->n_assets; k++)
			if (u->assets[k].from == it->assets[i].file_id) {
				it->assets[i].file_id = u->assets[k].to;
				break;
			}
}

static int put_form(struct unpacking *u, int64_t id, struct str *rest)
{
	struct ctx *cx = u->cx;
	struct stow_field hash, content;
	struct form form;
	if (!stow_next(rest, &hash) || !stow_next(rest, &content) ||
		form_unpack(cx->arena, content.text, &form) < 0)
		return venue_bad_file(cx);
	form.id = id;
	form.paper_set_id = u->set_id;
	for (int i = 0; i < form.n_items; i++)
		point_to_own(u, &form.items[i].content);
	int r = form_store(cx, &form);
	if (r < 0)
		return r;
	r = q_venue_form_hash(cx->db, .id = id, .content_hash = arena_str(cx->arena, hash.text));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int put_forms(struct unpacking *u, struct str forms)
{
	struct stow_field f;
	while (stow_next(&forms, &f)) {
		int64_t id;
		if (!str_to_i64(f.text, &id))
			return venue_bad_file(u->cx);
		int r = str_is(f.name, "asset") ? put_asset(u, id, &forms)
			: str_is(f.name, "form") ? put_form(u, id, &forms)
			: venue_bad_file(u->cx);
		if (r < 0)
			return r;
	}
	return forms.n ? venue_bad_file(u->cx) : 0;
}

int venue_start(struct ctx *cx, int64_t exam_id, const char *start_code)
{
	struct q_venue_here_all_rows here;
	struct q_venue_get_exam exam;
	struct str forms;
	int r = ctx_need(cx, PERM_EXAM_INVIGILATE);
	if (r < 0)
		return r;
	r = q_venue_here_all(cx->db, &here);
	if (r >= 0 && (!here.n || here.at[0].exam_id != exam_id))
		return fail(cx, ERR_NOTFOUND, "venue.not_here");
	if (r >= 0)
		r = q_venue_get_exam(cx->db, &exam, .id = exam_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if (here.at[0].opened_at)
		return fail(cx, ERR_STATE, "venue.open_already");
	if (ctx_now(cx) < here.at[0].opens_at)
		return fail(cx, ERR_STATE, "venue.not_time");
	r = venue_unseal(cx, start_code, "venue.forms", str_of(here.at[0].forms_cipher), &forms);
	if (r < 0)
		return r;
	struct unpacking *u = arena_make(cx->arena, struct unpacking);
	*u = (struct unpacking){.cx = cx, .set_id = exam.paper_set_id, .body_id = exam.body_id,
		.region = exam.region};
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = put_forms(u, forms)) < 0)
		return r;
	r = q_venue_open_set(cx->db, .id = exam.paper_set_id, .opened_at = ctx_now(cx));
	if (r >= 0)
		r = q_venue_here_opened(cx->db, .id = here.at[0].id, .opened_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = flow_note(cx, "exam", 0, exam_id, "venue_start", "")) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
