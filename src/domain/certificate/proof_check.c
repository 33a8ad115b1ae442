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

enum { ONE_ARENA = 16 << 20 };

struct check {
	struct ctx *cx;
	void (*alarm)(void *arg, const char *text);
	void *arg;
	struct arena *scratch;
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
	const struct q_certificate_proof_walk *row;
	struct q_certificate_proofs_of_rows leaves;
	struct q_certificate_facts facts; /* as they were when the leaf looked at was made */
	const char *idno;
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
	const struct q_certificate_proofs_of *at = o->leaves.at;
	const char *state = "valid", *reason = "";
	if (at->leaf_no != 1 || proof_kind(at->leaf_kind) != LEAF_ISSUED || at->face_version != 1)
		ALARM(o, "公开日志的第一条记录不是颁发");
	for (size_t i = 1; i < o->leaves.n; i++) {
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
	if (!c->is_silent)
		return;
	if (c->claimed[index / 8] & bit)
		c->alarm(c->arg, text_of(c->cx, "公开日志第%" PRIu64 "条记录被两次引用", index));
	c->claimed[index / 8] |= bit;
}

static int check_leaf(struct one *o, const struct q_certificate_proofs_of *leaf)
{
	struct proof_of p = {.facts = &o->facts, .row = leaf, .idno = o->idno};
	struct stow_field fields[CERTIFICATE_FIELDS];
	struct ctx *cx = o->c->cx;
	struct str ours, theirs;
	uint64_t index;
	size_t n;
	int r = tlog_leaf_kept(cx, &o->c->kept, leaf->leaf_id, &index, &theirs);
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
	for (size_t i = o->leaves.n; i; i--) {
		const struct q_certificate_proofs_of *leaf = &o->leaves.at[i - 1];
		int r = check_leaf(o, leaf);
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

static int check_holder(struct one *o)
{
	struct q_certificate_holder h;
	struct ctx *cx = o->c->cx;
	const char *idno = "";
	int r = q_certificate_holder(
		cx->db, &h, .person_id = o->row->person_id, .id = o->row->id);
	if (r < 0)
		return r;
	r = secret_open(cx, "person.idno_cipher", h.idno_cipher, &idno);
	ctx_clear(cx);
	if (r < 0 || !streq(idno, o->idno))
		ALARM(o, "证件号码与人员的不同");
	if (*idno && (!streq(h.idno_index, secret_idno_index(cx, idno)) ||
		h.found_person_id != o->row->person_id))
		ALARM(o, "按证件号码找不到持证人");
	if (*idno && !streq(h.idno_mask, ident_mask_idno(cx->arena, str_of(idno))))
		ALARM(o, "持证人的证件号码掩码不对");
	if (o->facts.enrolment_id && !streq(h.enrolment_state, "certified"))
		ALARM(o, "报名的状态不是已发证");
	return 0;
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
	for (size_t i = 1; i < o->leaves.n && (r >= 0 || r == ERR_NOTFOUND); i++) {
		const struct q_certificate_proofs_of *leaf = &o->leaves.at[i];
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
		r = q_log_status_of(cx->db, &row, .handle = o->leaves.at[0].handle);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	if (is_known != (r == 0) || !streq(row.state, state) || row.face_version != version)
		ALARM(o, "状态快照所据的记录与公开日志不符");
	o->c->n_status += o->c->is_silent && is_known;
	return 0;
}

static int open_one(struct one *o)
{
	struct ctx *cx = o->c->cx;
	const struct q_certificate_proof_walk *row = o->row;
	if (row->found_person_id != row->person_id || row->found_id != row->id)
		ALARM(o, "按编号查不到这本证书");
	int r = q_certificate_proofs_of(cx->db, &o->leaves, .person_id = row->person_id,
		.certificate_id = row->id);
	if (r < 0)
		return r;
	if (!o->leaves.n) {
		ALARM(o, "没有记入公开日志");
		return ERR_NOTFOUND;
	}
	r = proof_facts(cx, &o->leaves.at[0], &o->facts);
	if (r < 0)
		return r;
	r = secret_open(cx, "certificate.idno_cipher", o->facts.idno_cipher, &o->idno);
	if (r < 0) {
		ctx_clear(cx);
		ALARM(o, "证件号码无法解密");
		return ERR_NOTFOUND;
	}
	return 0;
}

static int look(struct check *c, const struct q_certificate_proof_walk *row)
{
	struct one o = {.c = c, .row = row};
	int r = open_one(&o);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r >= 0) {
		check_order(&o);
		r = check_holder(&o);
	}
	if (r >= 0)
		r = check_leaves(&o);
	return r < 0 || o.leaves.n < 2 ? r : check_status(&o);
}

/* Twice when something is found: somebody may have been at work between two statements. */
static int each(void *arg, const struct q_certificate_proof_walk *row)
{
	struct check *c = arg;
	struct ctx *cx = c->cx;
	struct arena *arena = cx->arena;
	cx->arena = c->scratch;
	db_use_arena(cx->db, c->scratch);
	c->is_silent = true;
	c->found = 0;
	int r = look(c, row);
	if (r >= 0 && c->found) {
		c->is_silent = false;
		r = look(c, row);
	}
	cx->arena = arena;
	db_use_arena(cx->db, arena);
	arena_reset(c->scratch);
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
		r = q_certificate_proof_walk(c->cx->db, each, c);
	if (r >= 0)
		r = check_count(c, head.tree_size);
	if (r >= 0)
		r = check_lost(c);
	return r < 0 ? ctx_pass(c->cx, r) : tlog_check(c->cx, &log);
}

int certificate_proof_check(struct ctx *cx, void (*alarm)(void *arg, const char *text), void *arg)
{
	struct q_log_head_find head = {0};
	auto_arena scratch = arena_new(ONE_ARENA);
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
