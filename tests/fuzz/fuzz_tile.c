/* Tiles: a path that is taken is the one that is written, and names a tile that a tree may have; a
 * bundle that is whole is written again as the same bytes. */
#include <stdint.h>
#include <stdlib.h>

#include "base/tile.h"

static void path(struct str text)
{
	struct tile t;
	char again[TILE_PATH_MAX];
	if (!tile_parse(text, &t))
		return;
	if (!str_is(text, tile_path(&t, again)) || !t.width || t.width > TILE_WIDTH)
		abort();
	if (tile_width(MERKLE_SIZE_MAX, t.level, t.index) < t.width)
		abort();
}

static void bundle(struct str text)
{
	struct str rest = text, entry;
	unsigned n = 0;
	auto_buf again;
	buf_init(&again, text.n + 1);
	while (tile_entry_next(&rest, &entry)) {
		if (tile_entry_put(&again, entry) != 0)
			abort();
		n++;
	}
	if (tile_bundle_holds(text, n) != !rest.n)
		abort();
	if (!str_eq(buf_view(&again), (struct str){text.p, text.n - rest.n}))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	path(text);
	bundle(text);
	return 0;
}
