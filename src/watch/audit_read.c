/* Leaves and tiles. What the leaves make is compared with what the tiles say while both are read;
 * from the first leaf that cannot be had nothing more can be computed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "watch/audit_impl.h"

enum { STRIDE = SOURCE_AT_ONCE / 2 }; /* bundles at once, each with its tile of level 0 */

/* Bundles and tiles that were fetched together. */
struct stride {
	size_t n;
	struct source_tile all[SOURCE_AT_ONCE]; /* n bundles, then their n tiles */
};

static void find_path(struct audit *a, enum audit_fault fault, const struct tile *t)
{
	char path[TILE_PATH_MAX];
	unsigned height = t->level > 0 ? (unsigned)t->level * TILE_HEIGHT : 0;
	struct audit_finding *f = audit_find_at(a, fault, (t->index * TILE_WIDTH) << height);
	snprintf(f->subject, sizeof f->subject, "%s", tile_path(t, path));
}

/* true: it can be used. */
static bool is_good(struct audit_run *run, const struct source_tile *t)
{
	if (t->r == 0)
		return true;
	if (t->r == ERR_NOTFOUND || t->r == ERR_INVALID)
		find_path(run->audit, t->r == ERR_NOTFOUND ? AUDIT_MISSING : AUDIT_SHAPE, &t->tile);
	return false;
}

static int no_answer(struct audit_run *run, const struct source_tile *t)
{
	char path[TILE_PATH_MAX];
	snprintf(run->audit->problem, SOURCE_PROBLEM, "%s: %.120s", tile_path(&t->tile, path),
		t->problem);
	return ERR_IO;
}

/* One finding a tile: the first of its hashes that is not what the leaves make. */
static void compare_tile(struct audit_run *run, const struct source_tile *t)
{
	const struct merkle_hash *own = run->hashes[t->tile.level];
	unsigned height = (unsigned)t->tile.level * TILE_HEIGHT;
	for (unsigned i = 0; i < t->tile.width; i++) {
		if (memcmp(&own[i], t->bytes.p + (size_t)i * MERKLE_BYTES, MERKLE_BYTES) == 0)
			continue;
		find_path(run->audit, AUDIT_TILE, &t->tile);
		struct audit *a = run->audit;
		if (a->n_findings && a->findings[a->n_findings - 1].fault == AUDIT_TILE)
			a->findings[a->n_findings - 1].at =
				(t->tile.index * TILE_WIDTH + i) << height;
		return;
	}
}

/* Level by level, of what the leaves have filled by now. */
static int put_node(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	struct audit_run *run = self;
	if (level % TILE_HEIGHT == 0)
		run->hashes[level / TILE_HEIGHT][index % TILE_WIDTH] = *hash;
	return 0;
}

/* A tile above level 0, when it is full or nothing follows. */
static int check_upper(struct audit_run *run, int level, uint64_t index, unsigned width)
{
	struct source_tile *t = calloc(1, sizeof *t);
	if (!t)
		log_die("out of memory");
	t->tile = (struct tile){.level = level, .width = width, .index = index};
	source_tile_init(t, level);
	source_tiles(run->source, t, 1);
	int r = t->r == ERR_IO ? no_answer(run, t) : 0;
	if (!r && is_good(run, t))
		compare_tile(run, t);
	buf_fini(&t->bytes);
	free(t);
	return r;
}

/* After `n` leaves: the upper tiles that these have just filled, or, at the end, what is left. */
static int check_uppers(struct audit_run *run, bool is_end)
{
	uint64_t n = run->range.n;
	for (int level = 1; level < TILE_LEVELS; level++) {
		uint64_t nodes = n >> ((unsigned)level * TILE_HEIGHT);
		uint64_t beyond = n & ((UINT64_C(1) << ((unsigned)level * TILE_HEIGHT)) - 1);
		unsigned width = (unsigned)(nodes % TILE_WIDTH);
		int r = 0;
		if (nodes && width == 0 && beyond == 0)
			r = check_upper(run, level, nodes / TILE_WIDTH - 1, TILE_WIDTH);
		if (!r && is_end && width)
			r = check_upper(run, level, nodes / TILE_WIDTH, width);
		if (r < 0)
			return r;
	}
	return 0;
}

static void check_known(struct audit_run *run)
{
	struct audit *a = run->audit;
	struct merkle_head now = {.size = run->range.n};
	if (!run->is_awaited || run->range.n != a->known.size)
		return;
	run->is_awaited = false;
	merkle_range_root(&run->range, &now.root);
	a->is_grown = merkle_equal(&now.root, &a->known.root);
	if (!a->is_grown)
		audit_find_fork(run, &now);
}

static void take_leaf(struct audit_run *run, struct str entry)
{
	struct audit *a = run->audit;
	struct merkle_hash hash;
	struct leaf leaf;
	uint64_t index = run->range.n;
	merkle_leaf(entry, &hash);
	if (merkle_range_add(&run->range, &hash, put_node, run) < 0)
		log_die("the tree is full");
	a->leaves++;
	if (leaf_parse(entry, &leaf) < 0) {
		audit_find_at(a, AUDIT_LEAF, index);
	} else {
		tally_add(a->tally, index, &leaf);
		if (leaf.kind == LEAF_FIGURES)
			audit_figures(a, index, &leaf);
	}
	check_known(run);
}

/* false: the bundle cannot be used, and nothing after it. */
static bool take_bundle(struct audit_run *run, struct source_tile *bundle, struct source_tile *tile)
{
	struct str rest = buf_view(&bundle->bytes), entry;
	if (!is_good(run, bundle))
		return false;
	while (tile_entry_next(&rest, &entry))
		take_leaf(run, entry);
	if (is_good(run, tile))
		compare_tile(run, tile);
	return true;
}

static void fetch_stride(struct audit_run *run, struct stride *s, uint64_t first)
{
	uint64_t size = run->audit->head.size;
	for (s->n = 0; s->n < STRIDE && tile_width(size, 0, first + s->n); s->n++)
		;
	for (size_t i = 0; i < s->n; i++) {
		unsigned width = tile_width(size, 0, first + i);
		s->all[i].tile = (struct tile){TILE_ENTRIES, width, first + i};
		s->all[s->n + i].tile = (struct tile){0, width, first + i};
		s->all[i].bytes.max = SOURCE_BUNDLE_MAX;
		s->all[s->n + i].bytes.max = SOURCE_BUNDLE_MAX;
	}
	source_tiles(run->source, s->all, 2 * s->n);
}

/* *ret_goes_on: the leaves can be read further. */
static int take_stride(struct audit_run *run, struct stride *s, bool *ret_goes_on)
{
	*ret_goes_on = s->n > 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->all[i].r == ERR_IO || s->all[s->n + i].r == ERR_IO)
			return no_answer(run, &s->all[s->all[i].r == ERR_IO ? i : s->n + i]);
		if (!take_bundle(run, &s->all[i], &s->all[s->n + i])) {
			*ret_goes_on = false;
			return 0;
		}
		int r = check_uppers(run, run->range.n == run->audit->head.size);
		if (r < 0)
			return r;
	}
	return 0;
}

int audit_read(struct audit_run *run)
{
	const struct audit_options *o = run->options;
	struct stride *s = calloc(1, sizeof *s);
	bool goes_on = true;
	int r = 0;
	if (!s)
		log_die("out of memory");
	for (size_t i = 0; i < SOURCE_AT_ONCE; i++)
		source_tile_init(&s->all[i], TILE_ENTRIES);
	check_known(run);
	while (!r && goes_on && run->range.n < run->audit->head.size) {
		fetch_stride(run, s, run->range.n / TILE_WIDTH);
		r = take_stride(run, s, &goes_on);
		if (o->progress)
			o->progress(o->self, run->range.n, run->audit->head.size);
	}
	for (size_t i = 0; i < SOURCE_AT_ONCE; i++)
		buf_fini(&s->all[i].bytes);
	free(s);
	return r;
}
