#include "domain/certificate/status.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/leaf.h"
#include "core/issuer.h"
#include "core/log_witness.h"
#include "core/tlog_key.h"
#include "query/log_closed.h"
#include "query/status.h"

enum { CHUNKS = 4, TEXT_MAX = 4096 };

/* One leaf; *changed: it says something of a certificate's state. */
static int take_leaf(struct ctx *cx, struct str entry, bool *changed)
{
	struct leaf leaf;
	int64_t r = 0;
	if (leaf_parse(entry, &leaf) < 0)
		return 0; /* luban log audit says so */
	const char *handle = arena_str(cx->arena, leaf.certificate);
	*changed = true;
	if (leaf.kind == LEAF_CORRECTED)
		r = q_log_status_version(
			cx->db, .handle = handle, .face_version = leaf.version);
	else if (leaf.kind == LEAF_SUSPENDED || leaf.kind == LEAF_REVOKED ||
		leaf.kind == LEAF_REINSTATED)
		r = q_log_status_state(cx->db, .handle = handle,
			.state = leaf.kind == LEAF_SUSPENDED ? "s"
				: leaf.kind == LEAF_REVOKED ? "r" : "");
	else
		*changed = false;
	return r < 0 ? ctx_pass(cx, (int)r) : 0;
}

struct cursor {
	int64_t at, changed;
};

/* The rest of the bundle in which the next leaf stands. */
static int take_bundle(struct ctx *cx, uint64_t size, struct cursor *cursor)
{
	struct tile t;
	struct str rest, entry;
	if (!tile_of_leaf(size, TILE_ENTRIES, (uint64_t)cursor->at, &t))
		return ctx_pass(cx, ERR_BUG);
	int r = tlog_tile(cx, &t, &rest);
	int64_t i = (int64_t)t.index * TILE_WIDTH;
	for (; r >= 0 && tile_entry_next(&rest, &entry); i++) {
		bool changed = false;
		if (i < cursor->at)
			continue;
		r = take_leaf(cx, entry, &changed);
		cursor->at = i + 1;
		if (changed)
			cursor->changed = i + 1;
	}
	if (r >= 0 && (rest.n || cursor->at != (int64_t)(t.index * TILE_WIDTH + t.width)))
		return fail(cx, ERR_STATE, "log.damaged", "条目",
			text_of(cx, "%llu", (unsigned long long)t.index));
	return r;
}

static int take_leaves(struct ctx *cx, uint64_t size, struct cursor *cursor)
{
	int64_t until = cursor->at + CERTIFICATE_STATUS_CHUNK;
	int r = 0;
	while (r >= 0 && cursor->at < (int64_t)size && cursor->at < until)
		r = take_bundle(cx, size, cursor);
	if (r < 0)
		return r;
	r = (int)q_log_status_move(
		cx->db, .tree_size = cursor->at, .changed_size = cursor->changed);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int by_handle(const void *a, const void *b)
{
	const struct status_entry *x = a, *y = b;
	return memcmp(x->handle, y->handle, STATUS_HANDLE_BYTES);
}

/* A database sorts by its own alphabet. */
static int read_entries(struct ctx *cx, struct status *s)
{
	struct q_log_status_entries_rows rows;
	int r = q_log_status_entries(cx->db, &rows, .most = STATUS_ENTRIES_MAX + 1);
	if (r < 0)
		return ctx_pass(cx, r);
	if (rows.n > STATUS_ENTRIES_MAX)
		return fail(cx, ERR_LIMIT, "certificate.snapshot_large");
	struct status_entry *entries = arena_array(cx->arena, struct status_entry, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		entries[i].state = *rows.at[i].state;
		entries[i].version = rows.at[i].face_version;
		if (!hex_read(str_of(rows.at[i].handle), entries[i].handle, STATUS_HANDLE_BYTES))
			return ctx_pass(cx, ERR_BUG);
	}
	if (rows.n)
		qsort(entries, rows.n, sizeof *entries, by_handle);
	s->entries = entries;
	s->n = rows.n;
	return 0;
}

static int make(struct ctx *cx, const struct merkle_head *head)
{
	struct status s = {.on = ctx_today(cx), .head = *head};
	const char *origin;
	auto_buf text, file;
	buf_init(&text, TEXT_MAX);
	buf_init(&file, STATUS_MAX);
	int r = tlog_origin(cx, &origin);
	if (r >= 0)
		r = read_entries(cx, &s);
	if (r < 0)
		return r;
	s.origin = str_of(origin);
	status_put_text(&text, &s);
	r = issuer_sign_note(cx, buf_view(&text), origin, &file);
	if (r < 0)
		return r;
	buf_putc(&file, '\n');
	status_put_list(&file, &s);
	if (file.full)
		return fail(cx, ERR_LIMIT, "certificate.snapshot_large");
	r = (int)q_status_snapshot_put(cx->db, .made_on = s.on, .tree_size = (int64_t)head->size,
		.n_entries = (int64_t)s.n, .file_text = buf_z(&file), .at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* None today, or none of this log; or one that is behind, and not from just now. */
static int is_due(struct ctx *cx, const struct cursor *cursor, bool *ret_due)
{
	struct q_status_snapshot_last last = {0};
	struct q_log_closed_last closed = {.closed_at = INT64_MIN};
	int r = q_log_closed_last(cx->db, &closed);
	if (r >= 0 || r == ERR_NOTFOUND)
		r = q_status_snapshot_last(cx->db, &last);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	int64_t age = ctx_now(cx) - last.at;
	*ret_due = r == ERR_NOTFOUND || last.made_on < ctx_today(cx) ||
		last.at <= closed.closed_at ||
		(last.tree_size < cursor->changed && age >= CERTIFICATE_STATUS_SECONDS) ||
		(last.tree_size < cursor->at && age >= CERTIFICATE_STATUS_GROWN_SECONDS);
	return 0;
}

/* A chunk; *ret_due: all is read, and a snapshot is to be made. */
static int read_chunk(struct ctx *cx, const struct merkle_head *head, bool *ret_more, bool *ret_due)
{
	struct q_log_status_hold held;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_log_status_hold(cx->db, &held);
	if (r < 0)
		return ctx_pass(cx, r);
	struct cursor cursor = {held.tree_size, held.changed_size};
	r = take_leaves(cx, head->size, &cursor);
	if (r < 0)
		return r;
	*ret_more = cursor.at < (int64_t)head->size;
	*ret_due = false;
	if (cursor.at == (int64_t)head->size && (r = is_due(cx, &cursor, ret_due)) < 0)
		return r;
	r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Nobody reads on meanwhile: the list is that of this tree. */
static int make_held(struct ctx *cx, const struct merkle_head *head, bool *ret_made)
{
	struct q_log_status_hold held;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_log_status_hold(cx->db, &held);
	if (r < 0)
		return ctx_pass(cx, r);
	if (held.tree_size != (int64_t)head->size)
		return 0;
	r = make(cx, head);
	if (r < 0)
		return r;
	r = tx_commit(&tx);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_made = true;
	return 0;
}

/* Reads first: nothing is written when nothing is new. */
static int is_idle(struct ctx *cx, const struct merkle_head *head, bool *ret_idle)
{
	struct q_log_status_head at = {0};
	bool due = true;
	int r = q_log_status_head(cx->db, &at);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	bool is_behind = r == ERR_NOTFOUND || at.tree_size < (int64_t)head->size;
	struct cursor cursor = {at.tree_size, at.changed_size};
	if (!is_behind && (r = is_due(cx, &cursor, &due)) < 0)
		return r;
	*ret_idle = !is_behind && !due;
	return 0;
}

int certificate_status_tick(struct ctx *cx, bool *ret_made)
{
	struct tlog_head head;
	bool more = true, due = false, idle;
	*ret_made = false;
	int r = log_served(cx, &head);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : r;
	r = is_idle(cx, &head.head, &idle);
	if (r < 0 || idle)
		return r;
	for (int i = 0; i < CHUNKS && more && r >= 0; i++)
		r = read_chunk(cx, &head.head, &more, &due);
	return r < 0 || !due ? r : make_held(cx, &head.head, ret_made);
}

int certificate_status_file(struct ctx *cx, int64_t on, struct str *ret_file)
{
	struct q_status_snapshot_newest newest;
	struct q_status_snapshot_of of;
	int r = on ? q_status_snapshot_of(cx->db, &of, .made_on = on)
		   : q_status_snapshot_newest(cx->db, &newest);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.no_snapshot");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_file = str_of(on ? of.file_text : newest.file_text);
	return 0;
}
