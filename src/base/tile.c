#include "base/tile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GROUP = 1000, GROUPS_MAX = 7 };

/* Bits below a hash of this level. */
static unsigned height_of(int level)
{
	return level == TILE_ENTRIES ? 0 : (unsigned)level * TILE_HEIGHT;
}

bool tile_is_full(const struct tile *t)
{
	return t->width == TILE_WIDTH;
}

const char *tile_path(const struct tile *t, char out[TILE_PATH_MAX])
{
	unsigned groups[GROUPS_MAX];
	size_t n = 0, at;
	uint64_t index = t->index;
	do {
		groups[n++] = (unsigned)(index % GROUP);
		index /= GROUP;
	} while (index);
	if (t->level == TILE_ENTRIES)
		at = (size_t)snprintf(out, TILE_PATH_MAX, "tile/entries");
	else
		at = (size_t)snprintf(out, TILE_PATH_MAX, "tile/%d", t->level);
	while (n) {
		const char *mark = n > 1 ? "x" : "";
		at += (size_t)snprintf(
			out + at, TILE_PATH_MAX - at, "/%s%03u", mark, groups[--n]);
	}
	if (!tile_is_full(t))
		snprintf(out + at, TILE_PATH_MAX - at, ".p/%u", t->width);
	return out;
}

static bool take(struct str *s, const char *z)
{
	if (!str_starts(*s, z))
		return false;
	*s = (struct str){s->p + strlen(z), s->n - strlen(z)};
	return true;
}

/* 1 … `most` digits. */
static bool take_number(struct str *s, size_t most, uint64_t *ret_n)
{
	size_t i = 0;
	uint64_t n = 0;
	while (i < s->n && i < most && s->p[i] >= '0' && s->p[i] <= '9')
		n = n * 10 + (uint64_t)(s->p[i++] - '0');
	*s = (struct str){s->p + i, s->n - i};
	*ret_n = n;
	return i > 0;
}

static bool take_index(struct str *s, uint64_t *ret_index)
{
	uint64_t index = 0, group = 0;
	for (size_t i = 0; i < GROUPS_MAX; i++) {
		bool has_more = take(s, "/x");
		if (!has_more && !take(s, "/"))
			return false;
		if (!take_number(s, 3, &group) || index > MERKLE_SIZE_MAX / GROUP - 1)
			return false;
		index = index * GROUP + group;
		if (!has_more) {
			*ret_index = index;
			return true;
		}
	}
	return false;
}

/* Has a tree within the limit the last hash of this tile? */
static bool may_exist(const struct tile *t)
{
	uint64_t hashes = MERKLE_SIZE_MAX >> height_of(t->level);
	return t->width <= hashes && t->index <= hashes / TILE_WIDTH &&
		t->index * TILE_WIDTH <= hashes - t->width;
}

bool tile_parse(struct str path, struct tile *ret_tile)
{
	struct tile t = {.level = TILE_ENTRIES, .width = TILE_WIDTH};
	struct str rest = path;
	uint64_t level = 0, width = TILE_WIDTH;
	if (path.n >= TILE_PATH_MAX || !take(&rest, "tile/"))
		return false;
	if (!take(&rest, "entries")) {
		if (!take_number(&rest, 1, &level) || level >= TILE_LEVELS)
			return false;
		t.level = (int)level;
	}
	if (!take_index(&rest, &t.index))
		return false;
	if (take(&rest, ".p/") && (!take_number(&rest, 3, &width) || width >= TILE_WIDTH))
		return false;
	t.width = (unsigned)width;
	char again[TILE_PATH_MAX];
	if (!width || rest.n || !may_exist(&t) || !str_is(path, tile_path(&t, again)))
		return false;
	*ret_tile = t;
	return true;
}

unsigned tile_width(uint64_t size, int level, uint64_t index)
{
	uint64_t hashes = size >> height_of(level), full = hashes / TILE_WIDTH;
	if (index < full)
		return TILE_WIDTH;
	return index == full ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

bool tile_of_leaf(uint64_t size, int level, uint64_t leaf, struct tile *ret_tile)
{
	if (leaf >= size || level > 0)
		return false;
	uint64_t index = leaf / TILE_WIDTH;
	*ret_tile = (struct tile){level, tile_width(size, level, index), index};
	return true;
}

bool tile_next(struct tile_walk *walk, struct tile *ret_tile)
{
	for (; walk->done <= TILE_LEVELS; walk->done++, walk->next = 0) {
		int level = walk->done - 1;
		uint64_t first = (walk->from >> height_of(level)) / TILE_WIDTH;
		uint64_t index = first + walk->next;
		unsigned width = tile_width(walk->to, level, index);
		if (!width || (!walk->next && width == tile_width(walk->from, level, index)))
			continue;
		walk->next++;
		*ret_tile = (struct tile){level, width, index};
		return true;
	}
	return false;
}

void tile_reader_init(struct tile_reader *r, uint64_t size, tile_fetch *fetch, void *self)
{
	r->size = size;
	r->fetch = fetch;
	r->self = self;
	memset(r->kept, 0, sizeof r->kept);
}

static int load(struct tile_reader *r, const struct tile *t)
{
	struct tile *kept = &r->kept[t->level];
	if (kept->width == t->width && kept->index == t->index)
		return 0;
	kept->width = 0;
	int err = r->fetch(r->self, t, r->hashes[t->level]);
	if (!err)
		*kept = *t;
	return err;
}

int tile_reader_get(void *reader, unsigned level, uint64_t index, struct merkle_hash *ret_hash)
{
	struct tile_reader *r = reader;
	unsigned above = level % TILE_HEIGHT;
	struct tile t = {.level = (int)(level / TILE_HEIGHT)};
	if (level >= MERKLE_RANGE_MAX || index >= r->size >> level)
		return ERR_INVALID;
	uint64_t first = index << above;
	size_t n = (size_t)1 << above;
	t.index = first / TILE_WIDTH;
	t.width = tile_width(r->size, t.level, t.index);
	int err = load(r, &t);
	if (err)
		return err;
	struct merkle_hash hashes[TILE_WIDTH / 2];
	memcpy(hashes, &r->hashes[t.level][first % TILE_WIDTH], n * sizeof *hashes);
	for (; n > 1; n /= 2)
		for (size_t i = 0; i < n / 2; i++)
			merkle_node(&hashes[2 * i], &hashes[2 * i + 1], &hashes[i]);
	*ret_hash = hashes[0];
	return 0;
}

int tile_entry_put(struct buf *bundle, struct str entry)
{
	if (entry.n > TILE_ENTRY_MAX || bundle->max - bundle->n < 2 + entry.n)
		return ERR_LIMIT;
	buf_putc(bundle, (char)(entry.n >> 8));
	buf_putc(bundle, (char)(entry.n & 0xff));
	buf_str(bundle, entry);
	return bundle->full ? ERR_LIMIT : 0;
}

bool tile_entry_next(struct str *rest, struct str *ret_entry)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	if (rest->n < 2)
		return false;
	size_t n = (size_t)p[0] << 8 | p[1];
	if (rest->n - 2 < n)
		return false;
	*ret_entry = (struct str){rest->p + 2, n};
	*rest = (struct str){rest->p + 2 + n, rest->n - 2 - n};
	return true;
}

bool tile_bundle_holds(struct str bundle, unsigned width)
{
	struct str entry;
	unsigned n = 0;
	while (n <= width && tile_entry_next(&bundle, &entry))
		n++;
	return n == width && !bundle.n;
}
