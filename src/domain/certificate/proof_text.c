/* What a leaf commits to and says, out of rows. Nothing here may change for leaves that are in a
 * log: another composition is another purpose, or another kind of leaf. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "core/secret.h"
#include "domain/certificate/proof_impl.h"

enum { BASIS_MAX = 256 * 1024 };

#define SALT_COLUMN "certificate_proof.salt_cipher"

bool proof_is_face(enum leaf_kind kind)
{
	return kind == LEAF_ISSUED || kind == LEAF_CORRECTED;
}

enum leaf_kind proof_kind(const char *code)
{
	for (enum leaf_kind kind = LEAF_ISSUED; kind <= LEAF_REVOKED; kind++)
		if (streq(code, leaf_kind_code(kind)))
			return kind;
	return LEAF_KINDS;
}

const char *proof_seal(struct ctx *cx, const struct salts *salts)
{
	char hex[2 * sizeof *salts + 1];
	return secret_seal(cx, SALT_COLUMN, hex_write(salts, sizeof *salts, hex));
}

int proof_open(struct ctx *cx, const char *salt_cipher, struct salts *ret_salts)
{
	const char *hex;
	int r = secret_open(cx, SALT_COLUMN, salt_cipher, &hex);
	if (r < 0)
		return r;
	if (!hex_read(str_of(hex), ret_salts, sizeof *ret_salts))
		return fail(cx, ERR_BUG, "secret.unreadable", SALT_COLUMN);
	return 0;
}

/* Every column of a row from `first` on, by its name. */
static void stow_row(struct buf *b, const struct q_desc *desc, const void *row, const char *first)
{
	bool is_in = !first;
	for (size_t i = 0; i < desc->n; i++) {
		const struct q_col *col = &desc->cols[i];
		const char *at = (const char *)row + col->offset;
		is_in = is_in || streq(col->name, first);
		if (!is_in)
			continue;
		if (col->type == Q_INT)
			stow_int(b, col->name, *(const int64_t *)(const void *)at);
		else
			stow_text(b, col->name, *(const char *const *)(const void *)at);
	}
}

static void stow_leaf(struct buf *b, const struct q_certificate_proofs_of *row)
{
	stow_int(b, "leaf_no", row->leaf_no);
	stow_text(b, "leaf_kind", row->leaf_kind);
	stow_text(b, "handle", row->handle);
	stow_int(b, "version", row->face_version);
	stow_int(b, "rests_version", row->result_version);
	stow_int(b, "change_id", row->change_id);
	stow_text(b, "state_reason", row->reason);
	stow_int(b, "account_id", row->account_id);
	stow_int(b, "at", row->at);
}

static int stow_change(struct ctx *cx, struct buf *b, const struct q_certificate_proofs_of *row)
{
	struct q_certificate_change_basis change;
	if (!row->change_id)
		return 0;
	int r = q_certificate_change_basis(
		cx->db, &change, .person_id = row->person_id, .id = row->change_id);
	if (r == ERR_NOTFOUND)
		return 0; /* it has gone: the digest will not hold */
	if (r < 0)
		return ctx_pass(cx, r);
	stow_row(b, &q_certificate_change_basis_desc, &change, NULL);
	return 0;
}

static int basis(struct ctx *cx, const struct proof_of *p, const char **ret_hex)
{
	char hex[DIGEST_HEX];
	auto_buf b;
	buf_init(&b, BASIS_MAX);
	stow_int(&b, "basis", 1);
	stow_leaf(&b, p->row);
	int r = stow_change(cx, &b, p->row);
	if (r < 0)
		return r;
	if (proof_is_face(proof_kind(p->row->leaf_kind)))
		stow_row(&b, &q_certificate_facts_desc, p->facts, "body_id");
	if (b.full)
		return fail(cx, ERR_LIMIT, "certificate.leaf_invalid", p->facts->number);
	*ret_hex = arena_dup(cx->arena, crypto_sha256_hex(buf_view(&b), hex));
	return 0;
}

static int idno_commitment(struct ctx *cx, const struct proof_of *p, const char **ret_hex)
{
	uint8_t digest[COMMIT_BYTES];
	struct stow_field field = {STR("idno"), str_of(p->idno)};
	int r = commit_make(CERTIFICATE_IDNO, p->salts.idno, &field, 1, digest);
	if (r < 0)
		return fail(cx, r, "certificate.leaf_invalid", p->facts->number);
	*ret_hex = hex_text(cx->arena, digest, sizeof digest);
	return 0;
}

static int face_fields(struct ctx *cx, const struct proof_of *p, const char *basis_hex,
	struct stow_field *fields)
{
	const struct q_certificate_facts *f = p->facts;
	const char *idno;
	int r = idno_commitment(cx, p, &idno);
	if (r < 0)
		return r;
	const struct {
		const char *name, *text;
	} all[CERTIFICATE_FIELDS] = {{"number", f->number}, {"name", f->name},
		{"id_type", f->id_type}, {"idno_mask", f->idno_mask}, {"idno_commitment", idno},
		{"occupation_code", f->occupation_code}, {"occupation_name", f->occupation_name},
		{"work_type_name", f->work_type_name},
		{"grade", text_of(cx, "%" PRId64, f->grade)}, {"body_name", f->body_name},
		{"body_code", f->body_code}, {"theory", f->theory}, {"skill", f->skill},
		{"review", f->review}, {"issued_on", civil_day_text(cx->arena, f->issued_on)},
		{"photo", f->photo_sha256}, {"basis", basis_hex}};
	for (size_t i = 0; i < CERTIFICATE_FIELDS; i++)
		fields[i] = (struct stow_field){str_of(all[i].name), str_of(all[i].text)};
	return 0;
}

int proof_fields(struct ctx *cx, const struct proof_of *p,
	struct stow_field ret_fields[CERTIFICATE_FIELDS], size_t *ret_n)
{
	const char *basis_hex;
	bool is_face = proof_is_face(proof_kind(p->row->leaf_kind));
	int r = basis(cx, p, &basis_hex);
	if (r >= 0 && is_face)
		r = face_fields(cx, p, basis_hex, ret_fields);
	if (r < 0)
		return r;
	if (!is_face)
		ret_fields[0] = (struct stow_field){STR("basis"), str_of(basis_hex)};
	*ret_n = is_face ? CERTIFICATE_FIELDS : 1;
	return 0;
}

static struct leaf leaf_of(const struct proof_of *p, const char *commitment)
{
	const struct q_certificate_facts *f = p->facts;
	struct leaf leaf = {.kind = proof_kind(p->row->leaf_kind), .on = civil_day_at(p->row->at),
		.certificate = str_of(p->row->handle), .commitment = str_of(commitment),
		.version = p->row->face_version, .count = f->reissued};
	if (leaf.kind != LEAF_ISSUED)
		return leaf;
	leaf.body = str_of(f->body_code);
	leaf.body_kind = str_of(f->body_kind);
	leaf.occupation = str_of(f->occupation_code);
	leaf.grade = f->grade;
	leaf.route = str_of(f->route);
	leaf.region = str_of(f->region);
	leaf.issued_on = f->issued_on;
	return leaf;
}

int proof_entry(struct ctx *cx, const struct proof_of *p, const struct stow_field *fields,
	size_t n, struct str *ret_entry)
{
	uint8_t digest[COMMIT_BYTES];
	char hex[2 * COMMIT_BYTES + 1];
	const char *purpose = proof_is_face(proof_kind(p->row->leaf_kind)) ? CERTIFICATE_PERSON
									    : CERTIFICATE_ACT;
	auto_buf b;
	buf_init(&b, LEAF_MAX);
	int r = commit_make(purpose, p->salts.person, fields, n, digest);
	if (!r) {
		struct leaf leaf = leaf_of(p, hex_write(digest, sizeof digest, hex));
		r = leaf_put(&b, &leaf);
	}
	if (r < 0)
		return fail(cx, r, "certificate.leaf_invalid", p->facts->number);
	*ret_entry = (struct str){arena_copy(cx->arena, b.p, b.n), b.n};
	return 0;
}
