#include "core/log_fact.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/hex.h"
#include "core/secret.h"
#include "core/tlog_check.h"
#include "query/log_fact.h"

#define SALT_COLUMN "log_fact.salt_cipher"

enum { HANDLE_BYTES = LEAF_HANDLE_HEX / 2 };

struct made {
	const char *handle;
	uint8_t salt[COMMIT_SALT_BYTES];
	int64_t after;
};

void log_fact_text(struct log_fact *f, const char *name, const char *text)
{
	f->fields[f->n++] = (struct stow_field){str_of(name), str_of(text)};
}

void log_fact_int(struct ctx *cx, struct log_fact *f, const char *name, int64_t n)
{
	log_fact_text(f, name, text_of(cx, "%" PRId64, n));
}

static int make_entry(struct ctx *cx, const struct log_fact *f, const struct made *m,
	struct str *ret_entry)
{
	uint8_t digest[COMMIT_BYTES];
	char hex[2 * COMMIT_BYTES + 1];
	struct leaf leaf = f->leaf;
	auto_buf b;
	buf_init(&b, LEAF_MAX);
	int r = commit_make(f->purpose, m->salt, f->fields, f->n, digest);
	hex_write(digest, sizeof digest, hex);
	leaf.on = civil_day_at(f->at);
	leaf.batch = leaf.draw = str_of(m->handle);
	leaf.commitment = leaf.digest = str_of(hex);
	if (!r)
		r = leaf_put(&b, &leaf);
	if (r < 0)
		return fail(cx, r, "log.fact_invalid", leaf_kind_code(leaf.kind));
	*ret_entry = (struct str){arena_copy(cx->arena, b.p, b.n), b.n};
	return 0;
}

static int begin(struct ctx *cx, const struct log_fact *f, struct made *m)
{
	struct q_log_fact_handle old;
	uint8_t handle[HANDLE_BYTES];
	int r = q_log_fact_handle(cx->db, &old, .subject_id = f->subject_id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	ctx_random(cx, handle, sizeof handle);
	if (f->has_salt)
		memcpy(m->salt, f->salt, sizeof m->salt);
	else
		ctx_random(cx, m->salt, sizeof m->salt);
	m->handle = r == 0 ? old.handle : hex_text(cx->arena,
		handle, sizeof handle);
	m->after = r == 0 ? old.leaf_id : 0;
	return 0;
}

int log_fact_append(struct ctx *cx, const struct log_fact *f)
{
	struct made m;
	struct str entry;
	int64_t id;
	int r = begin(cx, f, &m);
	if (r >= 0)
		r = make_entry(cx, f, &m, &entry);
	if (r >= 0)
		r = tlog_append_after(cx, entry, m.after, &id);
	if (r < 0)
		return r;
	r = (int)q_log_fact_insert(cx->db, .leaf_id = id, .leaf_kind = leaf_kind_code(f->leaf.kind),
		.subject_id = f->subject_id, .fact_version = f->version, .handle = m.handle,
		.salt_cipher = secret_seal(
			cx, SALT_COLUMN, hex_text(cx->arena, m.salt, sizeof m.salt)),
		.at = f->at);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int is_older(struct ctx *cx, int64_t at, enum log_fact_state *ret_state)
{
	struct q_log_fact_first first;
	int r = q_log_fact_first(cx->db, &first);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	*ret_state = r == ERR_NOTFOUND || at < first.at ? LOG_FACT_OLDER : LOG_FACT_NONE;
	return 0;
}

static bool is_same(struct ctx *cx, const struct log_fact *f, const struct q_log_fact_find *row,
	struct str theirs)
{
	struct made m = {.handle = row->handle};
	const char *hex;
	struct str ours;
	bool same = row->at == f->at &&
		secret_open(cx, SALT_COLUMN, row->salt_cipher, &hex) == 0 &&
		hex_read(str_of(hex), m.salt, sizeof m.salt) &&
		make_entry(cx, f, &m, &ours) == 0 && str_eq(ours, theirs);
	ctx_clear(cx);
	return same;
}

int log_fact_check(
	struct ctx *cx, const struct log_fact *f, enum log_fact_state *ret_state)
{
	struct q_log_fact_find row;
	struct str entry;
	uint64_t index;
	int r = q_log_fact_find(cx->db, &row, .subject_id = f->subject_id,
		.leaf_kind = leaf_kind_code(f->leaf.kind), .fact_version = f->version);
	if (r == ERR_NOTFOUND)
		return is_older(cx, f->at, ret_state);
	if (r < 0)
		return ctx_pass(cx, r);
	r = tlog_leaf(cx, row.leaf_id, &index, &entry);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	*ret_state = r == ERR_NOTFOUND ? LOG_FACT_NONE
		: is_same(cx, f, &row, entry) ? LOG_FACT_GOOD : LOG_FACT_BAD;
	return 0;
}
