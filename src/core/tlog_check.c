#include "core/tlog_check.h"

#include <inttypes.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/hex.h"
#include "base/leaf.h"
#include "core/tlog_begin.h"
#include "core/tlog_key.h"
#include "core/tlog_seal.h"
#include "query/log.h"

enum { BUNDLE_ARENA = 64 << 20, KEYS_MAX = NOTE_KEYS_MAX };

struct run {
	struct ctx *cx;
	const struct tlog_check *c;
	struct arena *scratch; /* of one bundle, one row */
	uint64_t size;
	struct merkle_range range;
	struct str kept[TILE_LEVELS]; /* the tile of each level as it is kept, in the scratch */
	struct tile kept_tile[TILE_LEVELS];
	uint64_t checkpoint; /* the next one's size; 0: none is left */
	const char *root_hex;
	uint64_t places;
	bool has_numbers;
	int64_t n_checkpoints; /* by their numbers, or counted where they have none */
	size_t n_keys;
	struct note_key keys[KEYS_MAX];
	bool has_signed[KEYS_MAX], is_lost[KEYS_MAX];
	int64_t since[KEYS_MAX], last_at; /* of each key, of the last checkpoint */
	const char *origin;
};

#define ALARM(run, ...) \
	(run)->c->alarm((run)->c->arg, arena_printf((run)->cx->arena, __VA_ARGS__))

/* As much of it as the tree had when the check began: it may have grown since. */
static bool cut(const struct tile *t, const struct q_log_tile_find *row, struct str *ret_bytes)
{
	struct str rest = row->tile_bytes, entry;
	bool is_bundle = t->level == TILE_ENTRIES;
	if (row->tile_width < t->width || row->tile_width > TILE_WIDTH)
		return false;
	if (!is_bundle && rest.n != (size_t)row->tile_width * MERKLE_BYTES)
		return false;
	if (is_bundle && !tile_bundle_holds(rest, (unsigned)row->tile_width))
		return false;
	for (unsigned i = 0; is_bundle && i < t->width; i++)
		(void)tile_entry_next(&rest, &entry);
	size_t n = is_bundle ? row->tile_bytes.n - rest.n : (size_t)t->width * MERKLE_BYTES;
	*ret_bytes = (struct str){row->tile_bytes.p, n};
	return true;
}

static int kept_bytes(struct run *run, const struct tile *t, struct str *ret_bytes)
{
	struct q_log_tile_find row;
	int r = q_log_tile_find(
		run->cx->db, &row, .tile_level = t->level, .tile_index = (int64_t)t->index);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	*ret_bytes = STR_NONE;
	if (r < 0 || !cut(t, &row, ret_bytes))
		ALARM(run, "公开日志第%d层第%" PRIu64 "块缺失或残缺", t->level, t->index);
	return 0;
}

/* A node that the leaves make against the tile that has it. */
static int put_node(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	struct run *run = self;
	if (level % TILE_HEIGHT)
		return 0;
	unsigned l = level / TILE_HEIGHT;
	struct tile *t = &run->kept_tile[l];
	if (!t->width || t->index != index / TILE_WIDTH) {
		*t = (struct tile){.level = (int)l, .index = index / TILE_WIDTH,
			.width = tile_width(run->size, (int)l, index / TILE_WIDTH)};
		int r = kept_bytes(run, t, &run->kept[l]);
		if (r < 0)
			return r;
	}
	size_t at = (size_t)(index % TILE_WIDTH) * MERKLE_BYTES;
	if (run->kept[l].n >= at + MERKLE_BYTES &&
		memcmp(run->kept[l].p + at, hash->bytes, MERKLE_BYTES))
		ALARM(run, "公开日志第%u层第%" PRIu64 "个散列值与记录不符", level, index);
	return 0;
}

static int next_checkpoint(struct run *run)
{
	struct q_log_checkpoint_after row;
	int r = q_log_checkpoint_after(
		run->cx->db, &row, .after_size = (int64_t)run->checkpoint);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	run->checkpoint = r < 0 ? 0 : (uint64_t)row.tree_size;
	run->root_hex = r < 0 ? "" : arena_dup(run->cx->arena, row.root_hex);
	return 0;
}

static int compare_root(struct run *run)
{
	struct merkle_hash root;
	char hex[2 * MERKLE_BYTES + 1];
	if (run->checkpoint != run->range.n)
		return 0;
	merkle_range_root(&run->range, &root);
	if (!streq(hex_write(root.bytes, MERKLE_BYTES, hex), run->root_hex))
		ALARM(run, "%" PRIu64 "条记录的检查点与公开日志的记录不符", run->checkpoint);
	return next_checkpoint(run);
}

static int one_leaf(struct run *run, struct str entry)
{
	struct merkle_hash hash;
	struct leaf leaf;
	uint64_t index = run->range.n;
	merkle_leaf(entry, &hash);
	if (leaf_parse(entry, &leaf) < 0)
		ALARM(run, "公开日志第%" PRIu64 "条记录不能识别", index);
	int r = merkle_range_add(&run->range, &hash, put_node, run);
	if (r >= 0)
		r = compare_root(run);
	if (r >= 0 && run->c->leaf)
		r = run->c->leaf(run->c->arg, index, entry);
	return r;
}

static int one_bundle(struct run *run, const struct tile *t)
{
	struct str bytes, entry;
	int r = kept_bytes(run, t, &bytes);
	if (r < 0)
		return r;
	if (!bytes.n)
		return ERR_STATE;
	while (r >= 0 && tile_entry_next(&bytes, &entry))
		r = one_leaf(run, entry);
	return r;
}

/* A checkpoint of more than there is now. */
static int check_rest(struct run *run)
{
	struct q_log_head_find head = {0};
	int r = run->checkpoint ? q_log_head_find(run->cx->db, &head) : 0;
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	if (run->checkpoint > (uint64_t)head.tree_size)
		ALARM(run, "检查点有%" PRIu64 "条记录，公开日志只有%" PRId64 "条",
			run->checkpoint, head.tree_size);
	return 0;
}

/* A bundle that cannot be read ends it: what follows has no place any more. */
static int check_leaves(struct run *run)
{
	struct ctx *cx = run->cx;
	struct arena *arena = cx->arena;
	struct tile t;
	int r = next_checkpoint(run);
	for (uint64_t at = 0; r >= 0 && tile_of_leaf(run->size, TILE_ENTRIES, at, &t);
		at += TILE_WIDTH) {
		arena_reset(run->scratch);
		memset(run->kept_tile, 0, sizeof run->kept_tile);
		cx->arena = run->scratch;
		db_use_arena(cx->db, run->scratch);
		run->root_hex = arena_dup(run->scratch, run->root_hex);
		r = one_bundle(run, &t);
		const char *root = run->root_hex;
		cx->arena = arena;
		db_use_arena(cx->db, arena);
		run->root_hex = arena_dup(arena, root);
	}
	if (r == ERR_STATE)
		return 0;
	return r < 0 ? r : check_rest(run);
}

static int one_place(void *arg, const struct q_log_leaf_walk *row)
{
	struct run *run = arg;
	if ((uint64_t)row->leaf_index != run->places)
		ALARM(run, "公开日志的序号不连续：应为%" PRIu64 "，实为%" PRId64, run->places,
			row->leaf_index);
	run->places = (uint64_t)row->leaf_index + 1;
	return 0;
}

static int check_places(struct run *run)
{
	int r = q_log_leaf_walk(run->cx->db, one_place, run);
	if (r >= 0 && run->places < run->size)
		ALARM(run, "公开日志有%" PRIu64 "条记录，登记序号的只有%" PRIu64 "条", run->size,
			run->places);
	return r;
}

static int check_tiles(struct run *run)
{
	struct q_log_tile_count row;
	struct tile_walk walk = {.to = run->size};
	struct tile t;
	int64_t n = 0;
	while (tile_next(&walk, &t))
		n++;
	int r = q_log_tile_count(run->cx->db, &row);
	if (r >= 0 && row.n < n)
		ALARM(run, "公开日志应有%" PRId64 "块，实有%" PRId64 "块", n, row.n);
	return r;
}

static int read_keys(struct run *run)
{
	struct q_log_keys_rows rows;
	int r = q_log_keys(run->cx->db, &rows);
	for (size_t i = 0; r >= 0 && i < rows.n && run->n_keys < KEYS_MAX; i++) {
		const struct q_log_keys *k = &rows.at[i];
		bool is_current = streq(k->key_state, "current");
		if (is_current != !k->ended_at || (!is_current &&
			!streq(k->key_state, "retired") && !streq(k->key_state, "lost")))
			ALARM(run, "公开日志公钥%s的状态“%s”与停用时间不符", k->verifier_key,
				k->key_state);
		if (str_starts(str_of(k->verifier_key), "issuer "))
			continue;
		run->since[run->n_keys] = k->created_at;
		run->is_lost[run->n_keys] = streq(k->key_state, "lost");
		if (note_key_parse(str_of(k->verifier_key), &run->keys[run->n_keys]) == 0)
			run->n_keys++;
		else
			ALARM(run, "“%s”不是公开日志的公钥", k->verifier_key);
	}
	return r;
}

/* By a key of its own name. */
static bool is_signed(struct run *run, const struct note *note)
{
	struct note_verdict v;
	if (note_check(note, run->keys, run->n_keys, &v) < 0)
		return false;
	bool is = false;
	for (size_t i = 0; i < run->n_keys; i++)
		if (v.by[i].holds && streq(run->keys[i].name, run->origin))
			is = run->has_signed[i] = true;
	return is;
}

/* A key that never signed was put in to be trusted; unless it came after the last checkpoint. */
static void check_used(struct run *run)
{
	int64_t now = ctx_now(run->cx);
	for (size_t i = 0; i < run->n_keys; i++)
		if (!run->has_signed[i] && !run->is_lost[i] &&
			(run->since[i] < run->last_at || run->since[i] > now) &&
			streq(run->keys[i].name, run->origin))
			ALARM(run, "公开日志的公钥%s+%08" PRIx32 "没有签过任何检查点",
				run->keys[i].name, run->keys[i].id);
}

static bool is_note(struct run *run, const struct q_log_checkpoint_walk *row)
{
	struct checkpoint c;
	char hex[2 * MERKLE_BYTES + 1];
	struct note *note = arena_make(run->scratch, struct note);
	return note_parse(str_of(row->note), note) == 0 &&
		checkpoint_parse(note->text, &c) == 0 && str_is(c.origin, run->origin) &&
		c.head.size == (uint64_t)row->tree_size &&
		streq(hex_write(c.head.root.bytes, MERKLE_BYTES, hex), row->root_hex) &&
		is_signed(run, note);
}

static bool is_sealed(struct run *run, const struct q_log_checkpoint_walk *row)
{
	struct tlog_sealed s = {row->checkpoint_no, row->at, row->note};
	return row->checkpoint_no ? tlog_seal_holds(run->cx, &s, row->seal) : !*row->seal;
}

/* None may be missing; those from before there were numbers come first. */
static void count_checkpoint(struct run *run, const struct q_log_checkpoint_walk *row)
{
	int64_t no = run->n_checkpoints + 1;
	if (!is_sealed(run, row) || (!row->checkpoint_no && run->has_numbers))
		ALARM(run, "%" PRId64 "条记录的检查点不是本系统所存的，或已被改动", row->tree_size);
	else if (row->checkpoint_no && row->checkpoint_no != no)
		ALARM(run, "检查点不连续：%" PRId64 "条记录的检查点应为第%" PRId64 "个，实为第"
			"%" PRId64
			"个，其前有检查点被删除", row->tree_size, no, row->checkpoint_no);
	run->has_numbers = run->has_numbers || row->checkpoint_no;
	run->last_at = row->at;
	run->n_checkpoints = row->checkpoint_no ? row->checkpoint_no : no;
}

static int one_checkpoint(void *arg, const struct q_log_checkpoint_walk *row)
{
	struct run *run = arg;
	if (!is_note(run, row))
		ALARM(run, "%" PRId64 "条记录的检查点与其签名不符", row->tree_size);
	count_checkpoint(run, row);
	arena_reset(run->scratch);
	return 0;
}

/* Counted before and after: those signed meanwhile are no fault. */
static int check_checkpoints(struct run *run, int64_t n)
{
	struct q_log_head_find after = {0};
	int r = q_log_checkpoint_walk(run->cx->db, one_checkpoint, run);
	if (r >= 0)
		r = q_log_head_find(run->cx->db, &after);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	check_used(run);
	if (run->n_checkpoints < n || run->n_checkpoints > after.checkpoint_no)
		ALARM(run, "签发过%" PRId64 "个检查点，最后存有的是第%" PRId64 "个：有检查点被删除"
			"，"
			"或计数被改动", after.checkpoint_no, run->n_checkpoints);
	return 0;
}

static int one_waiting(void *arg, const struct q_log_pending_walk *row)
{
	struct run *run = arg;
	struct leaf leaf;
	if (leaf_parse(row->entry, &leaf) < 0)
		ALARM(run, "等待进入公开日志的记录%" PRId64 "不能识别", row->id);
	return 0;
}

static int check_all(struct run *run)
{
	struct q_log_head_find head = {0};
	struct ctx *cx = run->cx;
	int r = q_log_head_find(cx->db, &head);
	if (r < 0 && r != ERR_NOTFOUND)
		return r;
	run->size = (uint64_t)head.tree_size;
	r = tlog_origin(cx, &run->origin);
	if (r >= 0)
		r = read_keys(run);
	if (r >= 0)
		r = check_leaves(run);
	if (r >= 0)
		r = check_places(run);
	if (r >= 0)
		r = check_tiles(run);
	if (r >= 0)
		r = check_checkpoints(run, head.checkpoint_no);
	if (r >= 0)
		r = q_log_pending_walk(cx->db, one_waiting, run);
	return r < 0 ? r : tlog_begin_check(cx, run->c->alarm, run->c->arg);
}

int tlog_check(struct ctx *cx, const struct tlog_check *c)
{
	auto_arena scratch = arena_new(BUNDLE_ARENA);
	struct run *run = arena_make(cx->arena, struct run);
	*run = (struct run){.cx = cx, .c = c, .scratch = scratch, .root_hex = ""};
	int r = check_all(run);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int waiting(struct ctx *cx, int64_t id, struct str *ret_entry)
{
	struct q_log_pending_find row;
	int r = q_log_pending_find(cx->db, &row, .id = id);
	if (r >= 0)
		*ret_entry = row.entry;
	return r;
}

void tlog_kept_init(struct tlog_kept *k)
{
	for (size_t i = 0; i < TLOG_KEPT; i++)
		k->at[i] = (struct kept_bundle){0};
	for (size_t i = 0; i < TLOG_KEPT; i++)
		buf_init(&k->at[i].bytes, TILE_BUNDLE_MAX);
}

void tlog_kept_fini(struct tlog_kept *k)
{
	for (size_t i = 0; i < TLOG_KEPT; i++)
		buf_fini(&k->at[i].bytes);
}

static bool nth(struct str bundle, uint64_t n, struct str *ret_entry)
{
	for (uint64_t i = 0; i <= n; i++)
		if (!tile_entry_next(&bundle, ret_entry))
			return false;
	return true;
}

/* One that has grown since is read again. */
static int placed(
	struct ctx *cx, struct tlog_kept *k, uint64_t index, struct str *ret_entry)
{
	struct q_log_tile_find row;
	struct kept_bundle *b = &k->at[index / TILE_WIDTH % TLOG_KEPT];
	bool is_it = b->is_filled && b->index == index / TILE_WIDTH;
	if (is_it && nth(buf_view(&b->bytes), index % TILE_WIDTH, ret_entry))
		return 0;
	int r = q_log_tile_find(cx->db, &row, .tile_level = TILE_ENTRIES,
		.tile_index = (int64_t)(index / TILE_WIDTH));
	if (r < 0)
		return r;
	b->index = index / TILE_WIDTH;
	b->is_filled = true;
	buf_reset(&b->bytes);
	buf_str(&b->bytes, row.tile_bytes);
	return nth(buf_view(&b->bytes), index % TILE_WIDTH, ret_entry) ? 0 : ERR_NOTFOUND;
}

int tlog_entry_kept(struct ctx *cx, struct tlog_kept *k, uint64_t index, struct str *ret_entry)
{
	int r = placed(cx, k, index, ret_entry);
	return r == ERR_NOTFOUND ? r : r < 0 ? ctx_pass(cx, r) : 0;
}

/* It may get its place between two looks. */
int tlog_leaf_kept(struct ctx *cx, struct tlog_kept *k, int64_t id, uint64_t *ret_index,
	struct str *ret_entry)
{
	int r = tlog_index(cx, id, ret_index);
	if (r == ERR_NOTFOUND) {
		r = waiting(cx, id, ret_entry);
		*ret_index = UINT64_MAX;
		if (r != ERR_NOTFOUND)
			return r < 0 ? ctx_pass(cx, r) : 0;
		r = tlog_index(cx, id, ret_index);
	}
	if (r >= 0)
		return tlog_entry_kept(cx, k, *ret_index, ret_entry);
	return r == ERR_NOTFOUND ? r : ctx_pass(cx, r);
}

int tlog_leaf(struct ctx *cx, int64_t id, uint64_t *ret_index, struct str *ret_entry)
{
	struct tlog_kept kept;
	struct str entry;
	tlog_kept_init(&kept);
	int r = tlog_leaf_kept(cx, &kept, id, ret_index, &entry);
	if (r >= 0)
		*ret_entry = (struct str){arena_copy(cx->arena, entry.p, entry.n), entry.n};
	tlog_kept_fini(&kept);
	return r;
}
