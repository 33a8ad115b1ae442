#include "core/audit_seal.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/stow.h"

enum { SEALED_MAX = 256 * 1024, COUNT_AFTER = 600, COUNT_MOST = 100000, TOLD_MOST = 100 };

static bool holds(struct ctx *cx, const struct buf *b, const char *seal)
{
	return keyring_mac_holds(cx->keys, KEY_AUDIT, buf_view(b), str_of(seal));
}

static const char *make(struct ctx *cx, const struct buf *b)
{
	return keyring_mac_hex(cx->keys, KEY_AUDIT, cx->arena, buf_view(b));
}

/* ---- a row ---- */

static void stow_row(struct buf *b, const struct q_audit_insert_in *row)
{
	buf_init(b, SEALED_MAX);
	stow_int(b, "luban_audit", 1);
	stow_int(b, "id", row->id);
	stow_int(b, "at", row->at);
	stow_int(b, "account_id", row->account_id);
	stow_text(b, "actor_name", row->actor_name);
	stow_text(b, "role", row->role);
	stow_text(b, "ip", row->ip);
	stow_text(b, "action", row->action);
	stow_text(b, "kind", row->kind);
	stow_int(b, "subject_id", row->subject_id);
	stow_text(b, "purpose", row->purpose);
	stow_text(b, "detail", row->detail);
}

const char *audit_seal(struct ctx *cx, const struct q_audit_insert_in *row)
{
	auto_buf b;
	stow_row(&b, row);
	return cx->keys ? make(cx, &b) : "";
}

static bool row_holds(struct ctx *cx, const struct q_audit_walk *row)
{
	auto_buf b;
	stow_row(&b, &(struct q_audit_insert_in){.id = row->id, .at = row->at,
		.account_id = row->account_id, .actor_name = row->actor_name, .role = row->role,
		.ip = row->ip, .action = row->action, .kind = row->kind,
		.subject_id = row->subject_id, .purpose = row->purpose, .detail = row->detail});
	return holds(cx, &b, row->seal);
}

/* ---- a count ---- */

static void stow_count(struct buf *b, const struct q_audit_count_insert_in *c)
{
	buf_init(b, SEALED_MAX);
	stow_int(b, "luban_audit_count", 1);
	stow_int(b, "no", c->audit_no);
	stow_int(b, "first_id", c->first_id);
	stow_int(b, "upto_id", c->upto_id);
	stow_int(b, "n", c->n_rows);
	stow_int(b, "at", c->counted_at);
}

/* Behind which row the next count begins, and where seals begin at all: 0 while there are none. */
static int last_count(struct ctx *cx, struct q_audit_count_last *ret_last)
{
	struct q_audit_first_sealed first;
	int r = q_audit_count_last(cx->db, ret_last);
	if (r != ERR_NOTFOUND)
		return r;
	*ret_last = (struct q_audit_count_last){0};
	r = q_audit_first_sealed(cx->db, &first);
	if (r == 0) {
		ret_last->first_id = first.id;
		ret_last->upto_id = first.id - 1;
	}
	return r == ERR_NOTFOUND ? 0 : r;
}

int audit_count(struct ctx *cx, struct audit_count *ret_count)
{
	struct q_audit_count_last last;
	struct q_audit_span span;
	int r = last_count(cx, &last);
	if (r < 0 || !last.first_id)
		return ctx_pass(cx, r);
	r = q_audit_span(cx->db, &span, .after_id = last.upto_id,
		.before_id = id_at(ctx_now(cx) - COUNT_AFTER), .most = COUNT_MOST);
	if (r < 0 || !span.n)
		return ctx_pass(cx, r);
	struct q_audit_count_insert_in c = {.audit_no = last.audit_no + 1,
		.first_id = last.first_id, .upto_id = span.upto_id, .n_rows = span.n,
		.counted_at = ctx_now(cx)};
	auto_buf b;
	stow_count(&b, &c);
	c.seal = make(cx, &b);
	r = q_audit_count_insert_(cx->db, &c);
	if (r < 0) /* another process was first */
		return r == ERR_CONFLICT ? 0 : ctx_pass(cx, r);
	*ret_count = (struct audit_count){c.audit_no, c.n_rows, c.upto_id, c.seal};
	return 1;
}

/* ---- are they all there, as they were? ---- */

struct look {
	struct ctx *cx;
	void (*found)(void *arg, const char *text);
	void *arg;
	struct q_audit_counts_rows counts;
	size_t at;        /* the count that the next row belongs to */
	int64_t n, told;  /* rows of that count so far; findings */
};

static void tell(struct look *l, const char *text)
{
	if (l->told++ < TOLD_MOST)
		l->found(l->arg, text);
}

static void look_at_counts(struct look *l)
{
	for (size_t i = 0; i < l->counts.n; i++) {
		const struct q_audit_counts *c = &l->counts.at[i];
		auto_buf b;
		stow_count(&b, &(struct q_audit_count_insert_in){.audit_no = c->audit_no,
			.first_id = c->first_id, .upto_id = c->upto_id, .n_rows = c->n_rows,
			.counted_at = c->counted_at});
		if (!holds(l->cx, &b, c->seal))
			tell(l, text_of(l->cx, "第%" PRId64 "次清点的封印不符", c->audit_no));
		if (c->audit_no != (int64_t)i + 1)
			tell(l, text_of(l->cx, "第%zu次清点不在其位：其后是第%" PRId64 "次",
				i + 1, c->audit_no));
	}
}

/* Before the row with this id comes, what ends earlier is complete. */
static void close_counts(struct look *l, int64_t id)
{
	for (; l->at < l->counts.n && l->counts.at[l->at].upto_id < id; l->at++) {
		const struct q_audit_counts *c = &l->counts.at[l->at];
		if (l->n < c->n_rows)
			tell(l, text_of(l->cx, "第%" PRId64 "次清点时有%" PRId64 "条，现在只有%"
				PRId64 "条：有审计记录被删除", c->audit_no, c->n_rows, l->n));
		l->n = 0;
	}
}

static int one_row(void *arg, const struct q_audit_walk *row)
{
	struct look *l = arg;
	int64_t first_id = l->counts.n ? l->counts.at[0].first_id : INT64_MAX;
	if (!*row->seal && row->id < first_id)
		return 0;
	close_counts(l, row->id);
	l->n++;
	if (!row_holds(l->cx, row))
		tell(l, text_of(l->cx, "审计记录%" PRId64 "与其封印不符：被改动或不是由平台写入",
			row->id));
	return 0;
}

int audit_check(struct ctx *cx, void (*found)(void *arg, const char *text), void *arg)
{
	struct look l = {.cx = cx, .found = found, .arg = arg};
	int r = q_audit_counts(cx->db, &l.counts);
	if (r < 0)
		return ctx_pass(cx, r);
	look_at_counts(&l);
	if ((r = q_audit_walk(cx->db, one_row, &l)) < 0)
		return ctx_pass(cx, r);
	close_counts(&l, INT64_MAX);
	return 0;
}
