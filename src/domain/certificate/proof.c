/* Leaves appended, and shown again. */
#include "domain/certificate/handover.h"
#include "domain/certificate/proof.h"

#include <string.h>

#include "base/hex.h"
#include "core/flow.h"
#include "core/secret.h"
#include "core/tlog.h"
#include "domain/certificate/proof_impl.h"
#include "query/certificate.h"

enum { FILL = 1024, CHUNK = 256, CHUNK_ARENA = 64 << 20, HANDLE_BYTES = LEAF_HANDLE_HEX / 2 };

int proof_facts(struct ctx *cx, const struct q_certificate_proofs_of *row,
	struct q_certificate_facts *ret_facts)
{
	int r = q_certificate_facts(cx->db, ret_facts, .person_id = row->person_id,
		.id = row->certificate_id, .rests_version = row->result_version);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int open_idno(struct ctx *cx, struct proof_of *p)
{
	return p->idno ? 0
		: secret_open(cx, "certificate.idno_cipher", p->facts->idno_cipher, &p->idno);
}

static int make_entry(struct ctx *cx, struct proof_of *p, struct str *ret_entry)
{
	struct stow_field fields[CERTIFICATE_FIELDS];
	size_t n;
	int r = open_idno(cx, p);
	if (r >= 0)
		r = proof_fields(cx, p, fields, &n);
	return r < 0 ? r : proof_entry(cx, p, fields, n, ret_entry);
}

static struct q_certificate_proof_insert_in row_in(struct ctx *cx, const struct proof_of *p)
{
	const struct q_certificate_proofs_of *row = p->row;
	return (struct q_certificate_proof_insert_in){.person_id = row->person_id,
		.certificate_id = row->certificate_id, .leaf_no = row->leaf_no,
		.leaf_id = row->leaf_id, .leaf_kind = row->leaf_kind, .handle = row->handle,
		.face_version = row->face_version, .result_version = row->result_version,
		.change_id = row->change_id, .reason = row->reason, .account_id = row->account_id,
		.salt_cipher = proof_seal(cx, &p->salts), .at = row->at};
}

/* The row of a leaf to come, but for its id. */
static struct q_certificate_proofs_of row_of(
	struct ctx *cx, enum certificate_event event, int64_t person_id, int64_t id)
{
	return (struct q_certificate_proofs_of){.person_id = person_id, .certificate_id = id,
		.leaf_kind = leaf_kind_code((enum leaf_kind)event), .reason = "",
		.account_id = cx->actor.account_id, .at = ctx_now(cx)};
}

static void begin(struct ctx *cx, struct q_certificate_proofs_of *row)
{
	uint8_t handle[HANDLE_BYTES];
	ctx_random(cx, handle, sizeof handle);
	row->handle = hex_text(cx->arena, handle, sizeof handle);
	row->leaf_no = row->face_version = 1;
}

/* Many at once. */

struct chunk {
	struct ctx *cx;
	const struct certificate_new *news;
	size_t n;
	struct q_certificate_facts *facts;
	struct q_certificate_proofs_of *rows;
	struct q_certificate_proof_insert_in *in;
	struct str *entries;
	int64_t *ids;
	size_t *order;
};

static int read_facts(struct chunk *c)
{
	struct ctx *cx = c->cx;
	struct q_certificate_facts_in *in =
		arena_array(cx->arena, struct q_certificate_facts_in, c->n);
	bool *found = arena_array(cx->arena, bool, c->n);
	for (size_t i = 0; i < c->n; i++)
		in[i] = (struct q_certificate_facts_in){.person_id = c->news[i].person_id,
			.id = c->news[i].id, .rests_version = c->news[i].result_version};
	int r = q_certificate_facts_bulk(cx->db, in, c->n, c->facts, found);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < c->n; i++)
		if (!found[i])
			return fail(cx, ERR_NOTFOUND, "certificate.not_found");
	return 0;
}

/* In the log they stand in no order that a list has. */
static void shuffle(struct ctx *cx, size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = (size_t)(ctx_random_u64(cx) % (i + 1));
		order[i] = order[k];
		order[k] = i;
	}
}

static int make_one(struct chunk *c, size_t i)
{
	struct ctx *cx = c->cx;
	struct q_certificate_proofs_of *row = &c->rows[i];
	struct proof_of p = {.facts = &c->facts[i], .row = row, .idno = c->news[i].idno};
	*row = row_of(cx, CERTIFICATE_ISSUED, c->news[i].person_id, c->news[i].id);
	row->result_version = c->news[i].result_version;
	begin(cx, row);
	ctx_random(cx, &p.salts, sizeof p.salts);
	int r = make_entry(cx, &p, &c->entries[c->order[i]]);
	if (r >= 0)
		c->in[i] = row_in(cx, &p);
	return r;
}

static int append_chunk(struct chunk *c)
{
	struct ctx *cx = c->cx;
	c->facts = arena_array(cx->arena, struct q_certificate_facts, c->n);
	c->rows = arena_array(cx->arena, struct q_certificate_proofs_of, c->n);
	c->in = arena_array(cx->arena, struct q_certificate_proof_insert_in, c->n);
	c->entries = arena_array(cx->arena, struct str, c->n);
	c->ids = arena_array(cx->arena, int64_t, c->n);
	c->order = arena_array(cx->arena, size_t, c->n);
	int r = read_facts(c);
	shuffle(cx, c->order, c->n);
	for (size_t i = 0; r >= 0 && i < c->n; i++)
		r = make_one(c, i);
	if (r >= 0)
		r = tlog_append_bulk(cx, c->entries, c->n, c->ids);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->n; i++)
		c->in[i].leaf_id = c->ids[c->order[i]];
	r = (int)q_certificate_proof_insert_bulk(cx->db, c->in, c->n, NULL);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int certificate_leaf_bulk(struct ctx *cx, const struct certificate_new *news, size_t n)
{
	auto_arena own = arena_new(CHUNK_ARENA);
	struct arena *arena = cx->arena;
	int r = 0;
	cx->arena = own;
	db_use_arena(cx->db, own);
	for (size_t at = 0; r >= 0 && at < n; at += CHUNK) {
		struct chunk c = {.cx = cx, .news = news + at,
			.n = n - at < CHUNK ? n - at : CHUNK};
		r = append_chunk(&c);
		if (r >= 0)
			arena_reset(own);
	}
	cx->arena = arena;
	db_use_arena(cx->db, arena);
	if (r < 0)
		ctx_keep(cx);
	return r < 0 ? r : 0;
}

/* One more leaf. */

static int append(struct ctx *cx, struct q_certificate_proofs_of *row, int64_t after)
{
	struct q_certificate_facts facts;
	struct proof_of p = {.facts = &facts, .row = row};
	struct str entry;
	int r = proof_facts(cx, row, &facts);
	if (r < 0)
		return r;
	ctx_random(cx, &p.salts, sizeof p.salts);
	r = make_entry(cx, &p, &entry);
	if (r >= 0)
		r = tlog_append_after(cx, entry, after, &row->leaf_id);
	if (r < 0)
		return r;
	struct q_certificate_proof_insert_in in = row_in(cx, &p);
	r = (int)q_certificate_proof_insert_bulk(cx->db, &in, 1, NULL);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int leaves_of(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_certificate_proofs_of_rows *ret_rows)
{
	int r = q_certificate_proofs_of(
		cx->db, ret_rows, .person_id = person_id, .certificate_id = id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int public_reason(struct ctx *cx, int64_t person_id, int64_t id, const char **ret_reason)
{
	struct q_certificate_face face;
	int r = q_certificate_face(cx->db, &face, .person_id = person_id, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_reason = face.state_reason;
	return 0;
}

static int append_next(struct ctx *cx, const struct q_certificate_proofs_of *last,
	enum certificate_event event, int64_t change_id)
{
	struct q_certificate_proofs_of row =
		row_of(cx, event, last->person_id, last->certificate_id);
	row.leaf_no = last->leaf_no + 1;
	row.handle = last->handle;
	row.face_version = last->face_version + (event == CERTIFICATE_CORRECTED);
	row.result_version = last->result_version;
	row.change_id = change_id;
	int r = public_reason(cx, row.person_id, row.certificate_id, &row.reason);
	return r < 0 ? r : append(cx, &row, last->leaf_id);
}

static int leave_next(struct ctx *cx, int64_t person_id, int64_t id, enum certificate_event event,
	int64_t change_id)
{
	struct q_certificate_proofs_of_rows rows;
	int r = leaves_of(cx, person_id, id, &rows);
	if (r < 0)
		return r;
	return rows.n ? append_next(cx, &rows.at[rows.n - 1], event, change_id) : ERR_NOTFOUND;
}

/* Of those issued before the log began: issued, each with the last version of its list. */
static int leave_issued(struct ctx *cx, const struct q_certificates_after *all, size_t n)
{
	struct certificate_new *news = arena_array(cx->arena, struct certificate_new, n);
	struct q_result_last_version_in *in =
		arena_array(cx->arena, struct q_result_last_version_in, n);
	struct q_result_last_version *lists =
		arena_array(cx->arena, struct q_result_last_version, n);
	bool *found = arena_array(cx->arena, bool, n);
	for (size_t i = 0; i < n; i++)
		in[i] = (struct q_result_last_version_in){
			.person_id = all[i].person_id, .enrolment_id = all[i].enrolment_id};
	int r = q_result_last_version_bulk(cx->db, in, n, lists, found);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < n; i++)
		news[i] = (struct certificate_new){.person_id = all[i].person_id, .id = all[i].id,
			.result_version = all[i].enrolment_id ? lists[i].result_version : 0};
	return certificate_leaf_bulk(cx, news, n);
}

/* And what has become of one by now. */
static int leave_become(struct ctx *cx, const struct q_certificates_after *c)
{
	int r = c->reissued ? leave_next(cx, c->person_id, c->id, CERTIFICATE_REISSUED, 0) : 0;
	if (r >= 0 && streq(c->state, "suspended"))
		r = leave_next(cx, c->person_id, c->id, CERTIFICATE_SUSPENDED, 0);
	if (r >= 0 && streq(c->state, "revoked"))
		r = leave_next(cx, c->person_id, c->id, CERTIFICATE_REVOKED, 0);
	return r;
}

/* Never silently: each has an event that says so. */
static int leave_all(struct ctx *cx, const struct q_certificates_after *all, size_t n)
{
	struct flow_noted *notes = arena_array(cx->arena, struct flow_noted, n + 1);
	int r = n ? leave_issued(cx, all, n) : 0;
	for (size_t i = 0; r >= 0 && i < n; i++) {
		notes[i] = (struct flow_noted){all[i].person_id, all[i].id, all[i].number};
		r = leave_become(cx, &all[i]);
	}
	return r < 0 ? r : flow_note_many(cx, "certificate", "log_late", notes, n);
}

static int leave_present(struct ctx *cx, int64_t person_id, int64_t id)
{
	struct q_certificate_facts now;
	int r = q_certificate_facts(cx->db, &now, .person_id = person_id, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	return leave_all(cx, &(struct q_certificates_after){.person_id = person_id, .id = id,
		.enrolment_id = now.enrolment_id, .state = now.state, .reissued = now.reissued,
		.number = now.number}, 1);
}

static int leave(struct ctx *cx, enum certificate_event event, int64_t person_id, int64_t id,
	int64_t change_id)
{
	if (event == CERTIFICATE_ISSUED)
		return ctx_pass(cx, ERR_BUG);
	int r = leave_next(cx, person_id, id, event, change_id);
	if (r != ERR_NOTFOUND || cx->problem.err == r)
		return r;
	/* The rows say it already, so its first leaves do; but for who decided a correction. */
	r = leave_present(cx, person_id, id);
	return r < 0 || event != CERTIFICATE_CORRECTED ? r
		: leave_next(cx, person_id, id, event, change_id);
}

/* Who was told of the certificate is to be told of this, too. */
int certificate_leaf(struct ctx *cx, enum certificate_event event, int64_t person_id, int64_t id,
	int64_t change_id)
{
	int r = leave(cx, event, person_id, id, change_id);
	return r < 0 ? r : handover_queue(cx, event, person_id, id);
}

/* Shown again. */

static const struct q_certificate_proofs_of *face_leaf(
	const struct q_certificate_proofs_of_rows *rows)
{
	for (size_t i = rows->n; i; i--)
		if (proof_is_face(proof_kind(rows->at[i - 1].leaf_kind)))
			return &rows->at[i - 1];
	return NULL;
}

static int show(struct ctx *cx, struct proof_of *p, struct certificate_proof *ret)
{
	int r = proof_open(cx, p->row->salt_cipher, &p->salts);
	if (r >= 0)
		r = open_idno(cx, p);
	if (r >= 0)
		r = proof_fields(cx, p, ret->fields, &ret->n);
	if (r >= 0)
		r = proof_entry(cx, p, ret->fields, ret->n, &ret->entry);
	if (r < 0)
		return r;
	ret->handle = p->row->handle;
	ret->version = p->row->face_version;
	ret->leaf_id = p->row->leaf_id;
	ret->idno = p->idno;
	memcpy(ret->salt, p->salts.person, sizeof ret->salt);
	memcpy(ret->idno_salt, p->salts.idno, sizeof ret->idno_salt);
	return 0;
}

int certificate_proof_of(
	struct ctx *cx, int64_t person_id, int64_t id, struct certificate_proof *ret_proof)
{
	struct q_certificate_facts *facts = arena_make(cx->arena, struct q_certificate_facts);
	struct q_certificate_proofs_of_rows rows;
	struct certificate_proof proof = {0};
	int r = leaves_of(cx, person_id, id, &rows);
	if (r < 0)
		return r;
	struct proof_of p = {.facts = facts, .row = face_leaf(&rows)};
	if (!p.row)
		return fail(cx, ERR_NOTFOUND, "certificate.no_leaf");
	r = proof_facts(cx, p.row, facts);
	if (r >= 0)
		r = show(cx, &p, &proof);
	if (r < 0)
		return r;
	proof.last = (enum certificate_event)proof_kind(rows.at[rows.n - 1].leaf_kind);
	*ret_proof = proof;
	return 0;
}

/* Backfill. */

static int fill(struct ctx *cx, const struct q_certificates_after_rows *rows, int *ret_n)
{
	struct q_certificates_after *without =
		arena_array(cx->arena, struct q_certificates_after, rows->n + 1);
	size_t n = 0;
	for (size_t i = 0; i < rows->n; i++)
		if (!rows->at[i].leaf_no)
			without[n++] = rows->at[i];
	int r = leave_all(cx, without, n);
	if (r >= 0)
		*ret_n = (int)n;
	return r;
}

int certificate_backfill(struct ctx *cx, int *ret_n, bool *ret_done)
{
	struct q_certificate_backfill_find found;
	struct q_certificate_backfill_hold at = {0};
	struct q_certificates_after_rows rows;
	int n;
	*ret_n = 0;
	*ret_done = true;
	int r = q_certificate_backfill_find(cx->db, &found);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (r >= 0 && found.is_done)
		return 0;
	auto_tx tx = {0};
	r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_certificate_backfill_hold(cx->db, &at);
	if (r >= 0)
		r = q_certificates_after(cx->db, &rows, .after_id = at.done_id, .most = FILL);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = fill(cx, &rows, &n)) < 0)
		return r;
	bool is_done = rows.n < FILL;
	r = (int)q_certificate_backfill_move(cx->db,
		.done_id = rows.n ? rows.at[rows.n - 1].id : at.done_id, .is_done = is_done);
	if (r >= 0)
		r = tx_commit(&tx);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_n = n;
	*ret_done = is_done;
	return 0;
}
