#include "core/tlog.h"

#include <inttypes.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "core/tlog_seal.h"
#include "query/log.h"
#include "query/log_closed.h"

enum { RUN_ARENA = 96 << 20, BUNDLE_MAX = TILE_WIDTH * (2 + TLOG_ENTRY_MAX) };

static int check_entry(struct ctx *cx, struct str entry)
{
	if (entry.n <= TLOG_ENTRY_MAX)
		return 0;
	return fail(cx, ERR_LIMIT, "log.entry_size", text_of(cx, "%d", TLOG_ENTRY_MAX),
		text_of(cx, "%zu", entry.n));
}

int tlog_append(struct ctx *cx, struct str entry, int64_t *ret_id)
{
	return tlog_append_after(cx, entry, 0, ret_id);
}

int tlog_append_after(struct ctx *cx, struct str entry, int64_t after, int64_t *ret_id)
{
	int r = check_entry(cx, entry);
	if (r < 0)
		return r;
	int64_t id = ctx_id(cx);
	id = id > after ? id : after + 1;
	r = q_log_pending_insert(cx->db, .id = id, .entry = entry, .at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int tlog_append_bulk(struct ctx *cx, const struct str *entries, size_t n, int64_t *ret_ids)
{
	struct q_log_pending_insert_in *in =
		arena_array(cx->arena, struct q_log_pending_insert_in, n + 1);
	for (size_t i = 0; i < n; i++) {
		int r = check_entry(cx, entries[i]);
		if (r < 0)
			return r;
		in[i] = (struct q_log_pending_insert_in){
			.id = ctx_id(cx), .entry = entries[i], .at = ctx_now(cx)};
	}
	int r = n ? (int)q_log_pending_insert_bulk(cx->db, in, n, NULL) : 0;
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < n; i++)
		ret_ids[i] = in[i].id;
	return 0;
}

int tlog_index(struct ctx *cx, int64_t id, uint64_t *ret_index)
{
	struct q_log_leaf_find row;
	int r = q_log_leaf_find(cx->db, &row, .id = id);
	if (r < 0)
		return r == ERR_NOTFOUND ? r : ctx_pass(cx, r);
	*ret_index = (uint64_t)row.leaf_index;
	return 0;
}

static int damaged(struct ctx *cx, const struct tile *t)
{
	return fail(cx, ERR_STATE, "log.damaged", text_of(cx, "%d", t->level),
		text_of(cx, "%" PRIu64, t->index));
}

/* A bundle's first `width` entries. */
static bool cut_bundle(struct str bytes, unsigned width, struct str *ret_bytes)
{
	struct str rest = bytes, entry;
	for (unsigned i = 0; i < width; i++)
		if (!tile_entry_next(&rest, &entry))
			return false;
	*ret_bytes = (struct str){bytes.p, bytes.n - rest.n};
	return true;
}

/* The tile as it is kept, cut to the width that was asked for. */
static int find_tile(struct ctx *cx, const struct tile *t, struct str *ret_bytes)
{
	struct q_log_tile_find row;
	int r = q_log_tile_find(
		cx->db, &row, .tile_level = t->level, .tile_index = (int64_t)t->index);
	if (r == ERR_NOTFOUND)
		return damaged(cx, t);
	if (r < 0)
		return ctx_pass(cx, r);
	size_t n = (size_t)t->width * MERKLE_BYTES;
	if (t->level == TILE_ENTRIES)
		return cut_bundle(row.tile_bytes, t->width, ret_bytes) ? 0 : damaged(cx, t);
	if (row.tile_width < t->width || row.tile_bytes.n < n)
		return damaged(cx, t);
	*ret_bytes = (struct str){row.tile_bytes.p, n};
	return 0;
}

static int fetch(void *self, const struct tile *t, struct merkle_hash *ret_hashes)
{
	struct str bytes;
	int r = find_tile(self, t, &bytes);
	if (!r)
		memcpy(ret_hashes, bytes.p, bytes.n);
	return r;
}

struct tile_reader *tlog_reader(struct ctx *cx, uint64_t size)
{
	struct tile_reader *reader = arena_make(cx->arena, struct tile_reader);
	tile_reader_init(reader, size, fetch, cx);
	return reader;
}

/* Integration: the right edge of the tree in memory while it grows. */

struct run {
	struct ctx *cx;
	struct merkle_range range;
	struct tile edges[1 + TILE_LEVELS]; /* the tile being filled of each level, bundles first */
	bool has_grown[1 + TILE_LEVELS];
	struct merkle_hash hashes[TILE_LEVELS][TILE_WIDTH];
	struct buf bundle;
};

static int load_edge(struct run *run, struct tile *t)
{
	uint64_t size = run->range.n;
	unsigned height = t->level > 0 ? (unsigned)t->level * TILE_HEIGHT : 0;
	struct str bytes;
	t->index = (size >> height) / TILE_WIDTH;
	t->width = tile_width(size, t->level, t->index);
	if (!t->width)
		return 0;
	int r = find_tile(run->cx, t, &bytes);
	if (r < 0)
		return r;
	if (t->level == TILE_ENTRIES)
		buf_str(&run->bundle, bytes);
	else
		memcpy(run->hashes[t->level], bytes.p, bytes.n);
	return 0;
}

static int load(struct run *run, uint64_t size)
{
	run->range.n = size;
	for (int i = 0; i <= TILE_LEVELS; i++) {
		run->edges[i].level = i - 1;
		int r = load_edge(run, &run->edges[i]);
		if (r < 0)
			return r;
	}
	return merkle_range_load(
		size, tile_reader_get, tlog_reader(run->cx, size), &run->range);
}

static int save_edge(struct run *run, struct tile *t)
{
	struct str bytes = buf_view(&run->bundle);
	if (!run->has_grown[t->level + 1])
		return 0;
	if (t->level != TILE_ENTRIES)
		bytes = (struct str){
			(char *)run->hashes[t->level], (size_t)t->width * MERKLE_BYTES};
	int r = q_log_tile_put(run->cx->db, .tile_level = t->level,
		.tile_index = (int64_t)t->index, .tile_width = t->width, .tile_bytes = bytes);
	run->has_grown[t->level + 1] = false;
	return r < 0 ? ctx_pass(run->cx, r) : 0;
}

/* One hash or entry more in this tile; a full one is saved and the next begun. */
static int grow_edge(struct run *run, struct tile *t)
{
	run->has_grown[t->level + 1] = true;
	if (++t->width < TILE_WIDTH)
		return 0;
	int r = save_edge(run, t);
	t->index++;
	t->width = 0;
	if (t->level == TILE_ENTRIES)
		buf_reset(&run->bundle);
	return r;
}

static int put_node(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	struct run *run = self;
	if (level % TILE_HEIGHT)
		return 0;
	struct tile *t = &run->edges[1 + level / TILE_HEIGHT];
	run->hashes[t->level][index % TILE_WIDTH] = *hash;
	return grow_edge(run, t);
}

static int put_leaf(struct run *run, struct str entry)
{
	struct merkle_hash hash;
	merkle_leaf(entry, &hash);
	int r = tile_entry_put(&run->bundle, entry);
	if (!r)
		r = grow_edge(run, &run->edges[0]);
	return r ? r : merkle_range_add(&run->range, &hash, put_node, run);
}

static int put_leaves(struct run *run, const struct q_log_pending_first_rows *rows)
{
	struct ctx *cx = run->cx;
	struct q_log_leaf_insert_in *places =
		arena_array(cx->arena, struct q_log_leaf_insert_in, rows->n);
	struct q_log_pending_delete_in *gone =
		arena_array(cx->arena, struct q_log_pending_delete_in, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		places[i].id = gone[i].id = rows->at[i].id;
		places[i].leaf_index = (int64_t)run->range.n;
		int r = put_leaf(run, rows->at[i].entry);
		if (r < 0)
			return ctx_pass(cx, r);
	}
	for (size_t i = 0; i <= TILE_LEVELS; i++) {
		int r = save_edge(run, &run->edges[i]);
		if (r < 0)
			return r;
	}
	int r = q_log_leaf_insert_bulk(cx->db, places, rows->n, NULL);
	if (r >= 0)
		r = q_log_pending_delete_bulk(cx->db, gone, rows->n, NULL);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int grow(struct run *run, uint64_t size, const struct q_log_pending_first_rows *rows)
{
	int r = load(run, size);
	if (!r)
		r = put_leaves(run, rows);
	if (r < 0)
		return r;
	r = q_log_head_move(
		run->cx->db, .tree_size = (int64_t)run->range.n, .was = (int64_t)size);
	if (r == 0)
		r = ERR_BUG; /* the row was held */
	return r < 0 ? ctx_pass(run->cx, r) : 0;
}

static int integrate(struct ctx *cx, size_t *ret_n)
{
	struct q_log_head_hold head;
	struct q_log_pending_first_rows rows;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_log_head_hold(cx->db, &head);
	if (r >= 0)
		r = q_log_pending_first(cx->db, &rows, .most = TLOG_BATCH);
	if (r < 0)
		return ctx_pass(cx, r);
	if (rows.n) {
		struct run *run = arena_make(cx->arena, struct run);
		run->cx = cx;
		buf_init(&run->bundle, BUNDLE_MAX);
		r = grow(run, (uint64_t)head.tree_size, &rows);
		buf_fini(&run->bundle);
	}
	if (r >= 0)
		r = tx_commit(&tx);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_n = rows.n;
	return 0;
}

/* A batch lives in an arena of its own. */
int tlog_integrate(struct ctx *cx, size_t *ret_n)
{
	auto_arena own = arena_new(RUN_ARENA);
	struct arena *arena = cx->arena;
	cx->arena = own;
	db_use_arena(cx->db, own);
	int r = integrate(cx, ret_n);
	cx->arena = arena;
	db_use_arena(cx->db, arena);
	if (r < 0)
		ctx_keep(cx);
	return r;
}

/* Publication. */

int tlog_head(struct ctx *cx, struct tlog_head *ret_head)
{
	struct q_log_checkpoint_last row;
	struct tlog_head head;
	int r = q_log_checkpoint_last(cx->db, &row);
	if (r < 0)
		return r == ERR_NOTFOUND ? r : ctx_pass(cx, r);
	if (!hex_read(str_of(row.root_hex), head.head.root.bytes, MERKLE_BYTES))
		return ctx_pass(cx, ERR_BUG);
	head.head.size = (uint64_t)row.tree_size;
	head.note = row.note;
	head.at = row.at;
	*ret_head = head;
	return 0;
}

/* The tree as its tiles have it, shown to be the last one signed with leaves appended. */
static int show(
	struct ctx *cx, const struct merkle_head *last, uint64_t size, struct merkle_head *ret_head)
{
	struct tile_reader *reader = tlog_reader(cx, size);
	struct merkle_range range;
	struct merkle_proof proof;
	int r = merkle_range_load(size, tile_reader_get, reader, &range);
	if (r < 0)
		return r;
	ret_head->size = size;
	merkle_range_root(&range, &ret_head->root);
	bool is_grown = last->size <= size;
	if (is_grown)
		r = merkle_consistency(last->size, size, tile_reader_get, reader, &proof);
	if (r < 0)
		return r;
	if (!is_grown || !merkle_extends(last, ret_head, &proof))
		return fail(cx, ERR_STATE, "log.forked", text_of(cx, "%" PRIu64, size),
			text_of(cx, "%" PRIu64, last->size));
	return 0;
}

static int sign_head(struct ctx *cx, const struct checkpoint *c, const struct tlog_signer *signers,
	size_t n, struct buf *note)
{
	auto_buf text;
	struct checkpoint again;
	buf_init(&text, NOTE_TEXT_MAX);
	checkpoint_put(&text, c);
	int r = checkpoint_parse(buf_view(&text), &again);
	if (!r)
		r = note_put_text(note, buf_view(&text));
	if (r < 0)
		return fail(cx, ERR_INVALID, "log.origin", arena_str(cx->arena, c->origin));
	for (size_t i = 0; i < n; i++) {
		r = note_put_signature(note, buf_view(&text), &signers[i].key, ctx_now(cx),
			signers[i].sign, signers[i].self);
		if (r < 0)
			return ctx_pass(cx, r);
	}
	return 0;
}

/* Not behind one that another process signed meanwhile of a larger tree, and not of a log that was
 * closed meanwhile. */
static int keep(struct ctx *cx, const struct checkpoint *c, const char *note)
{
	char root[2 * MERKLE_BYTES + 1];
	struct q_log_checkpoint_next next;
	struct q_log_closed_find closed;
	struct tlog_head last = {0};
	struct tlog_sealed sealed = {.at = ctx_now(cx), .note = note};
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r >= 0)
		r = q_log_checkpoint_next(cx->db, &next);
	if (r < 0)
		return ctx_pass(cx, r);
	sealed.no = next.checkpoint_no;
	r = q_log_closed_find(cx->db, &closed, .origin = arena_str(cx->arena, c->origin));
	if (r != ERR_NOTFOUND)
		return r < 0 ? ctx_pass(cx, r) : ERR_CONFLICT;
	r = tlog_head(cx, &last);
	if (r != ERR_NOTFOUND && (r < 0 || last.head.size >= c->head.size))
		return r;
	r = q_log_checkpoint_insert(cx->db, .tree_size = (int64_t)c->head.size,
		.root_hex = hex_write(c->head.root.bytes, MERKLE_BYTES, root), .note = note,
		.at = sealed.at, .checkpoint_no = sealed.no, .seal = tlog_seal(cx, &sealed));
	if (r >= 0)
		r = tx_commit(&tx);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int publish(struct ctx *cx, const struct checkpoint *c, const struct tlog_signer *signers,
	size_t n)
{
	auto_buf note;
	buf_init(&note, NOTE_MAX);
	int r = sign_head(cx, c, signers, n, &note);
	return r < 0 ? r : keep(cx, c, buf_z(&note));
}

int tlog_publish(struct ctx *cx, const char *origin, const struct tlog_signer *signers, size_t n,
	uint64_t *ret_size)
{
	struct q_log_head_find now = {0};
	struct tlog_head last = {0};
	struct checkpoint c = {.origin = str_of(origin)};
	if (!n || n > TLOG_SIGNERS_MAX)
		return ctx_pass(cx, ERR_BUG);
	merkle_empty(&last.head.root);
	int found = tlog_head(cx, &last);
	if (found < 0 && found != ERR_NOTFOUND)
		return found;
	int r = q_log_head_find(cx->db, &now);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	uint64_t size = (uint64_t)now.tree_size;
	if (found < 0 || size != last.head.size) {
		r = show(cx, &last.head, size, &c.head);
		if (!r)
			r = publish(cx, &c, signers, n);
		if (r < 0)
			return r;
	}
	*ret_size = size;
	return 0;
}

/* Reading. */

int tlog_tile(struct ctx *cx, const struct tile *t, struct str *ret_bytes)
{
	struct tlog_head last;
	int r = tlog_head(cx, &last);
	if (r < 0)
		return r;
	if (t->width > tile_width(last.head.size, t->level, t->index))
		return ERR_NOTFOUND;
	return find_tile(cx, t, ret_bytes);
}

int tlog_entry(struct ctx *cx, uint64_t index, struct str *ret_entry)
{
	struct tlog_head last;
	struct tile t;
	struct str bytes, entry = {0};
	int r = tlog_head(cx, &last);
	if (r < 0)
		return r;
	if (!tile_of_leaf(last.head.size, TILE_ENTRIES, index, &t))
		return ERR_NOTFOUND;
	r = find_tile(cx, &t, &bytes);
	if (r < 0)
		return r;
	for (uint64_t i = 0; i <= index % TILE_WIDTH; i++)
		if (!tile_entry_next(&bytes, &entry))
			return damaged(cx, &t);
	*ret_entry = entry;
	return 0;
}
