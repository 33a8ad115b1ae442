/* Persons: found by a blind index, identifiers sealed. */
#include "domain/evaluation/person.h"

#include "base/civil.h"
#include "base/ident.h"
#include "base/name.h"
#include "core/audit.h"
#include "core/secret.h"
#include "domain/evaluation/person_row.h"
#include "query/person.h"

int person_by_idno(struct ctx *cx, const char *idno, int64_t *ret_person_id)
{
	struct q_person_by_index row;
	int r = q_person_by_index(cx->db, &row, .idno_index = secret_idno_index(cx, idno));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "person.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_person_id = row.found_person_id;
	return 0;
}

static const char *or_old(const char *given, const char *old)
{
	return is_blank(given) ? old : given;
}

static bool is_news(const char *given, const char *old)
{
	return !is_blank(given) && !streq(given, old);
}

/* What is given replaces what was; the number and the name never change here. */
static int change(struct ctx *cx, int64_t person_id, const struct q_person_find *row,
	const struct person_in *in)
{
	const struct q_person_find old = *row;
	const char *phone;
	int r = secret_open(cx, "person.phone_cipher", old.phone_cipher, &phone);
	if (r < 0)
		return r;
	bool new_phone = is_news(in->phone, phone);
	if (!new_phone && !is_news(in->nation, old.nation) && !is_news(in->education,
		old.education) &&
		!is_news(in->employer, old.employer) && !is_news(in->region,
		old.region) && is_blank(in->address))
		return 0;
	r = q_person_update(cx->db, .person_id = person_id,
		.nation = or_old(in->nation, old.nation),
		.phone_cipher = new_phone ? secret_seal(cx, "person.phone_cipher",
		in->phone) : old.phone_cipher,
		.phone_mask = new_phone ? ident_mask_phone(cx->arena,
		str_of(in->phone)) : old.phone_mask,
		.education = or_old(in->education, old.education),
		.employer = or_old(in->employer, old.employer),
		.address_cipher = is_blank(in->address) ? old.address_cipher
							: secret_seal(cx, "person.address_cipher",
							in->address),
		.region = or_old(in->region, old.region));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static struct person_known known_of(const struct q_person_find *row)
{
	return (struct person_known){.person_id = row->person_id, .birth_on = row->birth_on,
		.name = row->name,
		.idno_mask = row->idno_mask, .photo_file_id = row->photo_file_id};
}

int person_known(struct ctx *cx, int64_t person_id, struct person_known *ret_person)
{
	struct q_person_find row;
	int r = q_person_find(cx->db, &row, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_person = known_of(&row);
	return 0;
}

static int refresh(struct ctx *cx, int64_t person_id, const struct person_in *in,
	struct person_known *ret_person)
{
	struct q_person_find old;
	int r = q_person_find(cx->db, &old, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!name_same(str_of(old.name), str_of(in->name)))
		return fail_field(cx, "name", "person.name_differs", in->name);
	*ret_person = known_of(&old);
	return change(cx, person_id, &old, in);
}

int person_update(struct ctx *cx, int64_t person_id, const struct person_in *in)
{
	struct q_person_find old;
	int r = person_is_own(cx, person_id);
	if (r < 0)
		return r;
	r = q_person_find(cx->db, &old, .person_id = person_id);
	return r < 0 ? ctx_pass(cx, r) : change(cx, person_id, &old, in);
}

const char *person_id_type(const struct idno *id)
{
	if (id->kind == IDNO_CITIZEN)
		return "idno";
	return id->kind == IDNO_FOREIGN ? "foreign" : "residence";
}

static struct q_person_insert_in row_of(struct ctx *cx, const struct person_in *in,
	const struct idno *id, const char *index)
{
	return (struct q_person_insert_in){.person_id = ctx_id(cx),
		.name = name_normal(cx->arena, str_of(in->name)),
		.sex = id->sex == IDENT_MALE ? "1" : "2", .birth_on = id->birth_day,
		.id_type = person_id_type(id),
		.idno_cipher = secret_seal(cx, "person.idno_cipher", id->text),
		.idno_index = index, .idno_mask = ident_mask_idno(cx->arena, str_of(id->text)),
		.phone_cipher = secret_seal(cx, "person.phone_cipher", in->phone),
		.phone_mask = is_blank(in->phone) ? "" : ident_mask_phone(cx->arena,
		str_of(in->phone)),
		.nation = in->nation, .education = in->education, .employer = in->employer,
		.address_cipher = secret_seal(cx, "person.address_cipher", in->address),
		.region = in->region, .created_at = ctx_now(cx)};
}

static int insert_rows(struct ctx *cx, const struct q_person_insert_in *rows, size_t n)
{
	struct q_person_index_insert_in *found = arena_array(cx->arena,
		struct q_person_index_insert_in, n + 1);
	for (size_t i = 0; i < n; i++)
		found[i] = (struct q_person_index_insert_in){.idno_index = rows[i].idno_index,
			.found_person_id = rows[i].person_id};
	int r = n ? q_person_index_insert_bulk(cx->db, found, n, NULL) : 0;
	if (r >= 0 && n)
		r = q_person_insert_bulk(cx->db, rows, n, NULL);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int insert(struct ctx *cx, const struct person_in *in, const struct idno *id,
	struct person_known *ret_person)
{
	struct q_person_insert_in row = row_of(cx, in, id, secret_idno_index(cx, id->text));
	int r = insert_rows(cx, &row, 1);
	if (r < 0)
		return r;
	*ret_person = (struct person_known){.person_id = row.person_id, .birth_on = id->birth_day,
		.name = row.name, .idno_mask = row.idno_mask, .is_new = true};
	return 0;
}

static int check_put(struct ctx *cx, const struct person_in *in, struct idno *ret_id)
{
	if (ident_idno(str_of(in->idno), ret_id, NULL) < 0)
		return fail_field(cx, "idno", "person.idno_wrong");
	return is_blank(in->name) ? fail_field(cx, "name", "field.required", "姓名") : 0;
}

static int known_name(struct ctx *cx, int64_t person_id, const char *name)
{
	struct q_person_find old;
	int r = q_person_find(cx->db, &old, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	return name_same(str_of(old.name), str_of(name))
		? 0 : fail_field(cx, "name", "person.name_differs", name);
}

int person_save_many(struct ctx *cx, const struct person_in *in, size_t n, int64_t *ret_ids)
{
	struct arena *a = cx->arena;
	struct idno *ids = arena_array(a, struct idno, n + 1);
	struct q_person_by_index_in *ask = arena_array(a, struct q_person_by_index_in, n + 1);
	struct q_person_by_index *known = arena_array(a, struct q_person_by_index, n + 1);
	struct q_person_insert_in *rows = arena_array(a, struct q_person_insert_in, n + 1);
	bool *found = arena_array(a, bool, n + 1);
	size_t n_new = 0;
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		if ((r = check_put(cx, &in[i], &ids[i])) == 0)
			ask[i].idno_index = secret_idno_index(cx, ids[i].text);
	if (r < 0)
		return r;
	if (n && (r = q_person_by_index_bulk(cx->db, ask, n, known, found)) < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < n && r == 0; i++) {
		if (!found[i])
			rows[n_new] = row_of(cx, &in[i], &ids[i], ask[i].idno_index);
		else
			r = known_name(cx, known[i].found_person_id, in[i].name);
		ret_ids[i] = found[i] ? known[i].found_person_id : rows[n_new++].person_id;
	}
	return r < 0 ? r : insert_rows(cx, rows, n_new);
}

int person_put(struct ctx *cx, const struct person_in *in, struct person_known *ret_person)
{
	struct idno id;
	struct q_person_by_index found;
	int r = check_put(cx, in, &id);
	if (r < 0)
		return r;
	r = q_person_by_index(cx->db, &found, .idno_index = secret_idno_index(cx, id.text));
	if (r == ERR_NOTFOUND)
		return insert(cx, in, &id, ret_person);
	return r < 0 ? ctx_pass(cx, r) : refresh(cx, found.found_person_id, in, ret_person);
}

int person_save(struct ctx *cx, const struct person_in *in, int64_t *ret_person_id)
{
	struct person_known person;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = person_put(cx, in, &person)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_person_id = person.person_id;
	return 0;
}

static int known_phone(struct ctx *cx, int64_t person_id, struct q_person_find *ret_row,
	const char **ret_phone)
{
	int r = q_person_find(cx->db, ret_row, .person_id = person_id);
	return r < 0 ? ctx_pass(cx, r)
		: secret_open(cx, "person.phone_cipher", ret_row->phone_cipher, ret_phone);
}

static int check_phone(struct ctx *cx, int64_t person_id, const char *phone)
{
	struct q_person_find row;
	const char *known;
	int r = known_phone(cx, person_id, &row, &known);
	if (r < 0 || is_blank(known) || streq(known, phone))
		return r;
	return fail_field(cx, "phone", "person.phone_differs");
}

int person_sign_up(struct ctx *cx, const struct person_in *in, int64_t *ret_person_id)
{
	struct q_person_by_index found;
	int r = q_person_by_index(cx->db, &found, .idno_index = secret_idno_index(cx, in->idno));
	if (r == 0)
		r = check_phone(cx, found.found_person_id, in->phone);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	return person_save(cx, in, ret_person_id);
}

bool person_may_see(struct ctx *cx, int64_t person_id)
{
	struct q_person_in_body_rows rows;
	if (cx->actor.person_id == person_id)
		return true;
	return q_person_in_body(cx->db, &rows, .person_id = person_id,
		.scope = cx->scope) == 0 && rows.n;
}

int person_reveal(struct ctx *cx, int64_t person_id, const char *purpose, const char **ret_idno)
{
	struct q_person_find person;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_PERSON_REVEAL);
	if (r < 0)
		return r;
	if (is_blank(purpose))
		return fail_field(cx, "purpose", "person.purpose_needed");
	if (!person_may_see(cx, person_id))
		return fail(cx, ERR_NOTFOUND, "person.not_found");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_person_find(cx->db, &person, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = audit_note(cx, "person.reveal", "person", person_id, purpose,
		person.idno_mask)) < 0 ||
		(r = secret_open(cx, "person.idno_cipher", person.idno_cipher, ret_idno)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}

static int mend_phone(struct ctx *cx, int64_t person_id, const char *phone, const char *reason)
{
	struct q_person_find row;
	const char *known;
	int r = known_phone(cx, person_id, &row, &known);
	if (r < 0)
		return r;
	if (streq(known, phone))
		return fail_field(cx, "phone", "person.phone_same");
	if ((r = change(cx, person_id, &row, &(struct person_in){.phone = phone})) < 0)
		return r;
	return audit_note(cx, "person.phone", "person", person_id, reason,
		text_of(cx, "%s → %s", *row.phone_mask ? row.phone_mask : "无",
		ident_mask_phone(cx->arena, str_of(phone))));
}

int person_phone_put(struct ctx *cx, int64_t person_id, const char *phone, const char *reason)
{
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_PERSON_PHONE);
	if (r < 0)
		return r;
	if (is_blank(phone))
		(void)fail_field(cx, "phone", "field.required", "手机号码");
	if (is_blank(reason))
		(void)fail_field(cx, "phone_reason", "person.phone_reason");
	if ((r = ctx_checked(cx)) < 0)
		return r;
	if (!person_may_see(cx, person_id))
		return fail(cx, ERR_NOTFOUND, "person.not_found");
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = mend_phone(cx, person_id, phone, reason)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(cx, r) : 0;
}
