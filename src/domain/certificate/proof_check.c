#include "domain/certificate/proof_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "core/secret.h"
#include "core/tlog_check.h"
#include "domain/certificate/proof_impl.h"
#include "query/log.h"
#include "query/log_fact.h"
#include "query/status.h"

enum { RANGE = 256, RANGE_ARENA = 64 << 20 };

struct check {
	struct ctx *cx;
	void (*alarm)(void *arg, const char *text);
	void *arg;
	struct arena *scratch; /* of one range */
	int found;       /* in one certificate */
	bool is_silent;
	uint64_t size;   /* of the log when the check began */
	uint8_t *claimed; /* a bit for each leaf */
	struct tlog_kept kept;
	int64_t n_status; /* certificates that snapshots of states know of */
};

/* One certificate, while it is looked at. */
struct one {
	struct check *c;
	const struct q_certificate_proof_range *row;
	size_t n;
	struct q_certificate_proofs_of *leaves;
	int64_t *places; /* of each; -1: not known */
	struct q_certificate_facts facts; /* as they were when the leaf looked at was made */
	const char *idno;
};

/* Certificates that were read together. */
struct range {
	struct check *c;
	struct q_certificate_proof_range_rows rows;
	struct q_certificate_facts *facts;
	bool *has_facts;
	struct one *ones;
};

static void say(struct check *c, const char *text)
{
	c->found++;
	if (!c->is_silent)
		c->alarm(c->arg, text);
}

#define ALARM(o, fmt, ...) \
	say((o)->c, arena_printf((o)->c->scratch, "证书%s：" fmt, (o)->row->number, ##__VA_ARGS__))

static const char *state_of(const char *kind)
{
	enum leaf_kind k = proof_kind(kind);
	if (k == LEAF_REVOKED)
		return "revoked";
	if (k == LEAF_SUSPENDED)
		return "suspended";
	return k == LEAF_ISSUED || k == LEAF_REINSTATED ? "valid" : NULL;
}

/* What may follow what: issued first and once, nothing after the end. */
static bool may_follow(const char *state, enum leaf_kind kind)
{
	if (kind == LEAF_ISSUED || kind >= LEAF_KINDS)
		return false;
	if (kind == LEAF_REINSTATED)
		return streq(state, "suspended");
	if (kind == LEAF_SUSPENDED)
		return streq(state, "valid");
	return kind != LEAF_REVOKED || !streq(state, "revoked");
}

static bool follows(const struct q_certificate_proofs_of *a,
	const struct q_certificate_proofs_of *b)
{
	bool is_corrected = proof_kind(b->leaf_kind) == LEAF_CORRECTED;
	return b->leaf_no == a->leaf_no + 1 && b->leaf_id > a->leaf_id &&
		streq(b->handle, a->handle) && b->face_version == a->face_version + is_corrected &&
		b->result_version == a->result_version;
}

static void check_order(struct one *o)
{
	const struct q_certificate_proofs_of *at = o->leaves;
	const char *state = "valid", *reason = "";
	if (at->leaf_no != 1 || proof_kind(at->leaf_kind) != LEAF_ISSUED || at->face_version != 1)
		ALARM(o, "公开日志的第一条记录不是颁发");
	for (size_t i = 1; i < o->n; i++) {
		enum leaf_kind kind = proof_kind(at[i].leaf_kind);
		if (!follows(&at[i - 1], &at[i]) || !may_follow(state, kind))
			ALARM(o, "公开日志的第%zu条记录不接前一条", i + 1);
		if (state_of(at[i].leaf_kind)) {
			state = state_of(at[i].leaf_kind);
			reason = at[i].reason;
		}
	}
	if (!streq(state, o->facts.state))
		ALARM(o, "状态与公开日志不符：日志为%s，证书为%s", state, o->facts.state);
	if (!streq(streq(state, "valid") ? "" : reason, o->facts.state_reason))
		ALARM(o, "状态的原因与公开日志不符");
}

static void undo_photo(struct one *o, int64_t person_id, const char *file)
{
	struct q_certificate_photo_digest photo = {.sha256 = ""};
	int64_t id = 0;
	(void)str_to_i64(str_of(file), &id);
	if (id && q_certificate_photo_digest(o->c->cx->db, &photo, .person_id = person_id,
		.id = id) < 0)
		return;
	o->facts.photo_sha256 = photo.sha256;
	o->facts.photo_file_id = id;
}

/* Back to what it was before a correction. */
static void undo(struct one *o, const struct q_certificate_proofs_of *leaf)
{
	struct q_certificate_change_basis change;
	struct ctx *cx = o->c->cx;
	if (!leaf->change_id || q_certificate_change_basis(cx->db, &change,
		.person_id = leaf->person_id, .id = leaf->change_id) < 0)
		return;
	struct str rest = str_of(change.before_text), field = str_cut(&rest, '=');
	const char *value = arena_str(cx->arena, rest);
	if (str_is(field, "name"))
		o->facts.name = value;
	else if (str_is(field, "work_type_name"))
		o->facts.work_type_name = value;
	else if (str_is(field, "photo"))
		undo_photo(o, leaf->person_id, value);
}

static void claim(struct one *o, uint64_t index)
{
	struct check *c = o->c;
	if (index >= c->size) /* it waits, or came since */
		return;
	uint8_t bit = (uint8_t)(1u << index % 8);
	if (c->is_silent && c->claimed[index / 8] & bit)
		c->alarm(c->arg,
			text_of(c->cx, "公开日志第%" PRIu64 "条记录被两次引用", index));
	c->claimed[index / 8] |= bit;
}

/* One that had no place when the range was read may have got one. */
static int read_leaf(struct one *o, size_t i, uint64_t *ret_index, struct str *ret_entry)
{
	struct check *c = o->c;
	if (o->places[i] < 0)
		return tlog_leaf_kept(
			c->cx, &c->kept, o->leaves[i].leaf_id, ret_index, ret_entry);
	*ret_index = (uint64_t)o->places[i];
	return tlog_entry_kept(c->cx, &c->kept, *ret_index, ret_entry);
}

static int check_leaf(struct one *o, size_t i)
{
	const struct q_certificate_proofs_of *leaf = &o->leaves[i];
	struct proof_of p = {.facts = &o->facts, .row = leaf, .idno = o->idno};
	struct stow_field fields[CERTIFICATE_FIELDS];
	struct ctx *cx = o->c->cx;
	struct str ours, theirs;
	uint64_t index;
	size_t n;
	int r = read_leaf(o, i, &index, &theirs);
	if (r == ERR_NOTFOUND) {
		ALARM(o, "公开日志中没有它的第%" PRId64 "条记录", leaf->leaf_no);
		return 0;
	}
	if (r < 0)
		return r;
	r = proof_open(cx, leaf->salt_cipher, &p.salts);
	if (r >= 0)
		r = proof_fields(cx, &p, fields, &n);
	if (r >= 0)
		r = proof_entry(cx, &p, fields, n, &ours);
	if (r == ERR_DB)
		return r;
	if (r < 0 || !str_eq(ours, theirs))
		ALARM(o, "内容与公开日志第%" PRId64 "条记录的承诺不符", leaf->leaf_no);
	else
		claim(o, index);
	ctx_clear(cx);
	return 0;
}

/* From the last to the first, each with the facts as they were then. */
static int check_leaves(struct one *o)
{
	for (size_t i = o->n; i; i--) {
		const struct q_certificate_proofs_of *leaf = &o->leaves[i - 1];
		int r = check_leaf(o, i - 1);
		if (r < 0)
			return r;
		if (proof_kind(leaf->leaf_kind) == LEAF_CORRECTED)
			undo(o, leaf);
		if (proof_kind(leaf->leaf_kind) == LEAF_REISSUED)
			o->facts.reissued = leaf->change_id ? o->facts.reissued - 1 : 0;
	}
	if (o->facts.reissued)
		ALARM(o, "补发次数与公开日志不符");
	return 0;
}

static void check_holder(struct one *o)
{
	const struct q_certificate_proof_range *h = o->row;
	struct ctx *cx = o->c->cx;
	const char *idno = "";
	int r = secret_open(cx, "person.idno_cipher", h->idno_cipher, &idno);
	ctx_clear(cx);
	if (r < 0 || !streq(idno, o->idno))
		ALARM(o, "证件号码与人员的不同");
	if (*idno && (!streq(h->idno_index, secret_idno_index(cx, idno)) ||
		h->found_person_id != h->person_id))
		ALARM(o, "按证件号码找不到持证人");
	if (*idno && !streq(h->idno_mask, ident_mask_idno(cx->arena, str_of(idno))))
		ALARM(o, "持证人的证件号码掩码不对");
	if (o->facts.enrolment_id && !streq(h->enrolment_state, "certified"))
		ALARM(o, "报名的状态不是已发证");
}

/* What the snapshots of states are made of, against the leaves it was read from. */
static int check_status(struct one *o)
{
	struct q_log_status_head head = {0};
	struct q_log_status_of row = {.state = ""};
	struct ctx *cx = o->c->cx;
	const char *state = "";
	int64_t version = 0;
	bool is_known = false;
	int r = q_log_status_head(cx->db, &head);
	for (size_t i = 1; i < o->n && (r >= 0 || r == ERR_NOTFOUND); i++) {
		const struct q_certificate_proofs_of *leaf = &o->leaves[i];
		const char *becomes = state_of(leaf->leaf_kind);
		uint64_t index;
		r = tlog_index(cx, leaf->leaf_id, &index);
		if (r < 0 || index >= (uint64_t)head.tree_size)
			continue;
		if (becomes)
			state = streq(becomes, "suspended") ? "s" : streq(becomes,
				"revoked") ? "r" : "";
		else if (proof_kind(leaf->leaf_kind) == LEAF_CORRECTED)
			version = leaf->face_version;
		is_known = is_known || becomes || version;
	}
	if (r >= 0 || r == ERR_NOTFOUND)
		r = q_log_status_of(cx->db, &row, .handle = o->leaves[0].handle);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	if (is_known != (r == 0) || !streq(row.state, state) || row.face_version != version)
		ALARM(o, "状态快照所据的记录与公开日志不符");
	o->c->n_status += o->c->is_silent && is_known;
	return 0;
}

/* false: nothing can be said of its leaves. */
static bool open_one(struct one *o, bool has_facts)
{
	struct ctx *cx = o->c->cx;
	const struct q_certificate_proof_range *row = o->row;
	if (row->number_person_id != row->person_id || row->found_id != row->id)
		ALARM(o, "按编号查不到这本证书");
	if (!o->n || !has_facts)
		ALARM(o, "没有记入公开日志");
	else if (secret_open(cx, "certificate.idno_cipher", o->facts.idno_cipher, &o->idno) < 0)
		ALARM(o, "证件号码无法解密");
	ctx_clear(cx);
	return o->idno;
}

static int look(struct range *g, size_t i)
{
	struct one *o = &g->ones[i];
	o->facts = g->facts[i];
	if (!open_one(o, g->has_facts[i]))
		return 0;
	check_order(o);
	check_holder(o);
	int r = check_leaves(o);
	return r < 0 || o->n < 2 ? r : check_status(o);
}

static struct q_certificate_proofs_of leaf_in(const struct q_certificate_proofs_range *p)
{
	return (struct q_certificate_proofs_of){.person_id = p->person_id,
		.certificate_id = p->certificate_id, .leaf_no = p->leaf_no, .leaf_id = p->leaf_id,
		.leaf_kind = p->leaf_kind, .handle = p->handle, .face_version = p->face_version,
		.result_version = p->result_version, .change_id = p->change_id,
		.reason = p->reason, .account_id = p->account_id, .salt_cipher = p->salt_cipher,
		.at = p->at};
}

static bool is_before(const struct q_certificate_proofs_range *p,
	const struct q_certificate_proof_range *row)
{
	return p->certificate_id < row->id ||
		(p->certificate_id == row->id && p->person_id < row->person_id);
}

/* Both are in one order: merged in step. Leaves of certificates that came since are passed over. */
static void give_leaves(struct range *g, const struct q_certificate_proofs_range_rows *all)
{
	struct ctx *cx = g->c->cx;
	struct q_certificate_proofs_of *leaves =
		arena_array(cx->arena, struct q_certificate_proofs_of, all->n + 1);
	int64_t *places = arena_array(cx->arena, int64_t, all->n + 1);
	size_t k = 0;
	for (size_t i = 0; i < g->rows.n; i++) {
		struct one *o = &g->ones[i];
		const struct q_certificate_proof_range *row = &g->rows.at[i];
		while (k < all->n && is_before(&all->at[k], row))
			k++;
		*o = (struct one){.c = g->c, .row = row, .leaves = &leaves[k],
			.places = &places[k]};
		for (; k < all->n && all->at[k].certificate_id == row->id &&
			all->at[k].person_id == row->person_id; k++, o->n++) {
			leaves[k] = leaf_in(&all->at[k]);
			places[k] = all->at[k].leaf_index;
		}
	}
}

static int read_facts(struct range *g)
{
	struct ctx *cx = g->c->cx;
	size_t n = g->rows.n;
	struct q_certificate_facts_in *in = arena_array(cx->arena, struct q_certificate_facts_in,
		n);
	g->facts = arena_array(cx->arena, struct q_certificate_facts, n);
	g->has_facts = arena_array(cx->arena, bool, n);
	for (size_t i = 0; i < n; i++)
		in[i] = (struct q_certificate_facts_in){.person_id = g->rows.at[i].person_id,
			.id = g->rows.at[i].id,
			.rests_version = g->ones[i].n ? g->ones[i].leaves->result_version : 0};
	return q_certificate_facts_bulk(cx->db, in, n, g->facts, g->has_facts);
}

/* The next so many behind a certificate. */
static int read_range(struct range *g, const struct q_certificate_proof_range *after, size_t most)
{
	struct q_certificate_proofs_range_rows leaves;
	struct db *db = g->c->cx->db;
	int r = q_certificate_proof_range(db, &g->rows, .after_id = after->id,
		.after_person = after->person_id, .most = (int64_t)most);
	size_t n = g->rows.n;
	if (r < 0 || !n)
		return r;
	r = q_certificate_proofs_range(
		db, &leaves, .first_id = g->rows.at[0].id, .last_id = g->rows.at[n - 1].id);
	if (r < 0)
		return r;
	g->ones = arena_array(g->c->cx->arena, struct one, n);
	give_leaves(g, &leaves);
	return read_facts(g);
}

/* Read anew when something is found: somebody may have been at work between two statements. */
static int look_again(struct check *c, const struct q_certificate_proof_range *row)
{
	struct range g = {.c = c};
	struct q_certificate_proof_range before = {.id = row->id, .person_id = row->person_id - 1};
	int r = read_range(&g, &before, 1);
	c->is_silent = false;
	if (r >= 0 && g.rows.n && g.rows.at->id == row->id &&
		g.rows.at->person_id == row->person_id)
		r = look(&g, 0);
	c->is_silent = true;
	return r;
}

static int check_range(struct check *c, struct q_certificate_proof_range *at, size_t *ret_n)
{
	struct range g = {.c = c};
	int r = read_range(&g, at, RANGE);
	for (size_t i = 0; r >= 0 && i < g.rows.n; i++) {
		c->found = 0;
		r = look(&g, i);
		if (r >= 0 && c->found)
			r = look_again(c, &g.rows.at[i]);
	}
	*ret_n = g.rows.n;
	if (r >= 0 && g.rows.n)
		*at = (struct q_certificate_proof_range){.id = g.rows.at[g.rows.n - 1].id,
			.person_id = g.rows.at[g.rows.n - 1].person_id};
	return r;
}

/* A range lives in an arena of its own. */
static int check_certificates(struct check *c)
{
	struct q_certificate_proof_range at = {.id = INT64_MIN};
	struct ctx *cx = c->cx;
	struct arena *arena = cx->arena;
	size_t n = RANGE;
	int r = 0;
	c->is_silent = true;
	cx->arena = c->scratch;
	db_use_arena(cx->db, c->scratch);
	while (r >= 0 && n == RANGE) {
		r = check_range(c, &at, &n);
		arena_reset(c->scratch);
	}
	cx->arena = arena;
	db_use_arena(cx->db, arena);
	return r;
}

/* A leaf that is no certificate's has its row too. */
static int check_fact(struct check *c, uint64_t index, const struct leaf *leaf)
{
	struct q_log_fact_at fact;
	struct q_figures_publication_at figures;
	bool is_figures = leaf->kind == LEAF_FIGURES;
	int r = is_figures
		? q_figures_publication_at(c->cx->db, &figures, .leaf_index = (int64_t)index)
		: q_log_fact_at(c->cx->db, &fact, .leaf_index = (int64_t)index);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	if (r < 0 || (!is_figures && !streq(fact.leaf_kind, leaf_kind_code(leaf->kind))))
		c->alarm(c->arg,
			text_of(c->cx, "公开日志第%" PRIu64 "条记录没有相符的事项", index));
	return 0;
}

static int each_in_log(void *arg, uint64_t index, struct str entry)
{
	struct check *c = arg;
	struct leaf leaf;
	if (index >= c->size || leaf_parse(entry, &leaf) < 0)
		return 0;
	if (leaf.kind > LEAF_REVOKED)
		return check_fact(c, index, &leaf);
	if (!(c->claimed[index / 8] & 1u << index % 8))
		c->alarm(c->arg, text_of(c->cx, "公开日志第%" PRIu64 "条记录没有相符的证书",
			index));
	return 0;
}

static int check_lost(struct check *c)
{
	struct q_certificate_numbers_lost_rows numbers;
	struct q_certificate_proofs_lost_rows proofs;
	struct q_log_facts_lost_rows facts;
	struct q_certificate_changes_lost_rows changes;
	int r = q_certificate_numbers_lost(c->cx->db, &numbers);
	for (size_t i = 0; r >= 0 && i < numbers.n; i++)
		c->alarm(c->arg, text_of(c->cx, "编号%s没有相应的证书", numbers.at[i].number));
	if (r >= 0)
		r = q_certificate_proofs_lost(c->cx->db, &proofs);
	for (size_t i = 0; r >= 0 && i < proofs.n; i++)
		c->alarm(c->arg, text_of(c->cx, "公开日志记录%s没有相应的证书",
			proofs.at[i].handle));
	if (r >= 0)
		r = q_log_facts_lost(c->cx->db, &facts);
	for (size_t i = 0; r >= 0 && i < facts.n; i++)
		c->alarm(c->arg, text_of(c->cx, "公开日志的%s记录没有相应的事项",
			facts.at[i].leaf_kind));
	if (r >= 0)
		r = q_certificate_changes_lost(c->cx->db, &changes);
	for (size_t i = 0; r >= 0 && i < changes.n; i++)
		c->alarm(c->arg, text_of(c->cx, "证书%s已办理的更正或补发没有记入公开日志",
			changes.at[i].number));
	return r;
}

/* Unless it has gone on meanwhile. */
static int check_count(struct check *c, int64_t size_before)
{
	struct q_log_status_head head = {0};
	struct q_log_status_count row;
	int r = q_log_status_head(c->cx->db, &head);
	if (r >= 0 || r == ERR_NOTFOUND)
		r = q_log_status_count(c->cx->db, &row);
	if (r >= 0 && head.tree_size == size_before && row.n != c->n_status)
		c->alarm(c->arg, text_of(c->cx, "状态快照所据的记录有%" PRId64 "条，应有%" PRId64
			"条", row.n, c->n_status));
	return r;
}

static void log_alarm(void *arg, const char *text)
{
	struct check *c = arg;
	c->alarm(c->arg, text);
}

static int check_all(struct check *c)
{
	struct tlog_check log = {.alarm = log_alarm, .leaf = each_in_log, .arg = c};
	struct q_log_status_head head = {0};
	int r = q_log_status_head(c->cx->db, &head);
	if (r >= 0 || r == ERR_NOTFOUND)
		r = check_certificates(c);
	if (r >= 0)
		r = check_count(c, head.tree_size);
	if (r >= 0)
		r = check_lost(c);
	return r < 0 ? ctx_pass(c->cx, r) : tlog_check(c->cx, &log);
}

int certificate_proof_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct q_log_head_find head = {0};
	auto_arena scratch = arena_new(RANGE_ARENA);
	int r = q_log_head_find(cx->db, &head);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	struct check c = {.cx = cx, .alarm = alarm, .arg = arg, .scratch = scratch,
		.size = (uint64_t)head.tree_size};
	c.claimed = calloc(c.size / 8 + 1, 1);
	if (!c.claimed)
		return ctx_pass(cx, ERR_LIMIT);
	tlog_kept_init(&c.kept);
	r = check_all(&c);
	tlog_kept_fini(&c.kept);
	free(c.claimed);
	return r;
}
