/* A log as files that never change: the layout of C2SP tlog-tiles (https://c2sp.org/tlog-tiles).
 *
 *   tile/<L>/<N>[.p/<W>]         up to 256 hashes of 32 bytes: the nodes of level 8L from 256N on
 *   tile/entries/<N>[.p/<W>]     up to 256 entries, each behind its length (two bytes, big-endian)
 *
 * N is written in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067.
 * A tile that is not full yet is partial and has its width W (1…255) in its name. Each node of
 * level 8(L + 1) is the root of a full tile of level L; partial tiles are hashed into nothing. */
#ifndef LUBAN_BASE_TILE_H
#define LUBAN_BASE_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/merkle.h"
#include "base/str.h"

enum {
	TILE_HEIGHT = 8,
	TILE_WIDTH = 256,
	TILE_BYTES = TILE_WIDTH * MERKLE_BYTES,
	TILE_LEVELS = 8,   /* no tree of MERKLE_SIZE_MAX leaves has more */
	TILE_ENTRIES = -1, /* the level of entry bundles, which lie as the tiles of level 0 do */
	TILE_PATH_MAX = 64,
	TILE_ENTRY_MAX = UINT16_MAX,
	TILE_BUNDLE_MAX = TILE_WIDTH * (2 + TILE_ENTRY_MAX)
};

struct tile {
	int level; /* TILE_ENTRIES or 0 … TILE_LEVELS - 1 */
	unsigned width; /* 1 … TILE_WIDTH */
	uint64_t index;
};

bool tile_is_full(const struct tile *t);
/* "tile/0/x001/x234/067.p/8" with a NUL into out, which is returned. */
const char *tile_path(const struct tile *t, char out[TILE_PATH_MAX]);
/* The one spelling that tile_path() gives, of a tile that some tree may have; false for everything
 * else: other digits, leading zeros, dots, a width of 0 or 256, what lies beyond
 * MERKLE_SIZE_MAX. */
bool tile_parse(struct str path, struct tile *ret_tile);

/* How many hashes (or entries) of this tile a tree of `size` leaves has: 0 … TILE_WIDTH. */
unsigned tile_width(uint64_t size, int level, uint64_t index);
/* The tile that holds a leaf's hash or entry, as wide as the tree has it. false: no such leaf. */
bool tile_of_leaf(uint64_t size, int level, uint64_t leaf, struct tile *ret_tile);

/* The tiles and bundles that a tree of `to` leaves has and the tree of `from` had not, or not so
 * wide; with from = 0 all of them. Bundles first, then level by level, from left to right.
 *
 *   struct tile_walk walk = {.from = n, .to = m};
 *   while (tile_next(&walk, &t)) … */
struct tile_walk {
	uint64_t from, to;
	int done;      /* levels that are behind, TILE_ENTRIES included */
	uint64_t next; /* tiles of the present level that are behind, from the first new one */
};
bool tile_next(struct tile_walk *walk, struct tile *ret_tile);

/* Fetches a tile of hashes: exactly t->width of them into ret_hashes. */
typedef int tile_fetch(void *self, const struct tile *t, struct merkle_hash *ret_hashes) MUST_CHECK;

/* Nodes of a tree of `size` leaves out of its tiles, as a merkle_get. One tile of each level is
 * kept. What a tile says is believed: the proof that is made of it shows whether that was right. */
struct tile_reader {
	uint64_t size;
	tile_fetch *fetch;
	void *self;
	struct tile kept[TILE_LEVELS]; /* width 0: none */
	struct merkle_hash hashes[TILE_LEVELS][TILE_WIDTH];
};
void tile_reader_init(struct tile_reader *r, uint64_t size, tile_fetch *fetch, void *self);
/* A merkle_get over a struct tile_reader. ERR_INVALID: the tree has no such node. */
int tile_reader_get(
	void *reader, unsigned level, uint64_t index, struct merkle_hash *ret_hash) MUST_CHECK;

/* Entries, one after the other. ERR_LIMIT: longer than TILE_ENTRY_MAX, or the buffer is full. */
int tile_entry_put(struct buf *bundle, struct str entry) MUST_CHECK;
/* Takes the next entry off *rest. false at the end, and for what is cut short: then rest->n is not
 * 0. */
bool tile_entry_next(struct str *rest, struct str *ret_entry);
/* Is this exactly `width` entries? */
bool tile_bundle_holds(struct str bundle, unsigned width);

#endif
