/* Where a log is read from: its address, or a folder that holds a copy of it (luban log copy).
 * Whatever comes is a stranger's; only its size and shape were checked. */
#ifndef LUBAN_WATCH_SOURCE_H
#define LUBAN_WATCH_SOURCE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/leaf.h"
#include "base/tile.h"
#include "net/fetch.h"

enum {
	SOURCE_AT_ONCE = FETCH_AT_ONCE,
	SOURCE_BUNDLE_MAX = TILE_WIDTH * (2 + LEAF_MAX),
	SOURCE_PROBLEM = FETCH_PROBLEM + 64
};

struct source;
/* where: http(s)://… up to and without /checkpoint, or a folder. ERR_INVALID: neither. */
int source_open(const char *where, struct source **ret_source) MUST_CHECK;
void source_close(struct source *s);
bool source_is_folder(const struct source *s);

/* The checkpoint's bytes. ERR_NOTFOUND; ERR_LIMIT: longer than a note; ERR_IO, problem says why. */
int source_checkpoint(
	struct source *s, struct buf *out, char problem[SOURCE_PROBLEM]) MUST_CHECK;

struct source_tile {
	struct tile tile;
	struct buf bytes; /* emptied first; the caller gives its max */
	int r; /* 0; ERR_NOTFOUND: it is not there; ERR_INVALID: not of that shape; ERR_IO: no
		  answer, also when asked again */
	char problem[SOURCE_PROBLEM];
};
/* Up to SOURCE_AT_ONCE tiles or bundles side by side. A partial tile that is gone is cut out of the
 * full one (C2SP tlog-tiles). */
void source_tiles(struct source *s, struct source_tile *tiles, size_t n);
/* A buffer for a tile of this level. */
void source_tile_init(struct source_tile *t, int level);

#endif
