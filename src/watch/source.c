#include "watch/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "base/note.h"
#include "watch/keep.h"

enum { CONNECT_SECONDS = 10, SECONDS = 120, TRIES = 3, PAUSE_MS = 300 };

struct source {
	char where[FETCH_URL_MAX];
	struct fetch *fetch; /* NULL: a folder */
};

int source_open(const char *where, struct source **ret_source)
{
	struct stat st;
	struct str base = str_of(where);
	bool is_folder = stat(where, &st) == 0 && S_ISDIR(st.st_mode);
	while (base.n > 1 && str_ends(base, "/"))
		base.n--;
	if ((!is_folder && !fetch_is_base(base)) || base.n >= FETCH_URL_MAX - TILE_PATH_MAX - 16)
		return ERR_INVALID;
	struct source *s = calloc(1, sizeof *s);
	if (!s)
		log_die("out of memory");
	memcpy(s->where, base.p, base.n);
	if (!is_folder)
		s->fetch = fetch_new(&(struct fetch_limits){CONNECT_SECONDS, SECONDS});
	*ret_source = s;
	return 0;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	fetch_free(s->fetch);
	free(s);
}

bool source_is_folder(const struct source *s)
{
	return !s->fetch;
}

/* ---- one file each ---- */

struct item {
	char path[FETCH_URL_MAX];
	struct buf *bytes;
	int r;
	char *problem;
};

static void name_item(const struct source *s, const char *path, struct item *item)
{
	snprintf(item->path, sizeof item->path, "%s/%s", s->where, path);
}

static void read_item(struct item *item)
{
	buf_reset(item->bytes);
	item->r = keep_read(item->path, item->bytes);
	if (item->r == ERR_IO)
		snprintf(item->problem, SOURCE_PROBLEM, "%s", strerror(errno));
}

static int outcome(const struct fetch_call *call, struct item *item)
{
	if (call->status == 200)
		return 0;
	if (call->status == 404 || call->status == 410)
		return ERR_NOTFOUND;
	if (call->status == 0 && call->body->full)
		return ERR_LIMIT;
	if (call->status)
		snprintf(item->problem, SOURCE_PROBLEM, "HTTP %d", call->status);
	else
		snprintf(item->problem, SOURCE_PROBLEM, "%s", call->problem);
	return ERR_IO;
}

/* Those that had no answer yet. */
static size_t fetch_items(struct source *s, struct item **items, size_t n)
{
	struct fetch_call calls[SOURCE_AT_ONCE] = {0};
	size_t left = 0;
	for (size_t i = 0; i < n; i++) {
		buf_reset(items[i]->bytes);
		calls[i].url = items[i]->path;
		calls[i].body = items[i]->bytes;
	}
	/* how each went is in its call */
	(void)!fetch_all(s->fetch, calls, n);
	for (size_t i = 0; i < n; i++) {
		items[i]->r = outcome(&calls[i], items[i]);
		if (items[i]->r == ERR_IO)
			items[left++] = items[i];
	}
	return left;
}

static void get(struct source *s, struct item **items, size_t n)
{
	for (size_t i = 0; !s->fetch && i < n; i++)
		read_item(items[i]);
	for (int try = 0; s->fetch && n && try < TRIES; try++) {
		if (try)
			nanosleep(&(struct timespec){.tv_nsec = try * PAUSE_MS * 1000000L}, NULL);
		n = fetch_items(s, items, n);
	}
}

int source_checkpoint(struct source *s, struct buf *out, char problem[SOURCE_PROBLEM])
{
	struct item item = {.bytes = out, .problem = problem}, *items[] = {&item};
	problem[0] = 0;
	name_item(s, "checkpoint", &item);
	get(s, items, 1);
	return item.r;
}

/* ---- tiles ---- */

void source_tile_init(struct source_tile *t, int level)
{
	buf_init(&t->bytes, level == TILE_ENTRIES ? SOURCE_BUNDLE_MAX : TILE_BYTES);
}

static bool cut_bundle(struct buf *bytes, unsigned width)
{
	struct str rest = buf_view(bytes), entry;
	for (unsigned i = 0; i < width; i++)
		if (!tile_entry_next(&rest, &entry))
			return false;
	bytes->n -= rest.n;
	return true;
}

/* is_wider: what came is the full tile. */
static int check_shape(struct source_tile *t, bool is_wider)
{
	size_t n = (size_t)t->tile.width * MERKLE_BYTES;
	if (t->tile.level == TILE_ENTRIES) {
		if (is_wider && !cut_bundle(&t->bytes, t->tile.width))
			return ERR_INVALID;
		return tile_bundle_holds(buf_view(&t->bytes), t->tile.width) ? 0 : ERR_INVALID;
	}
	if (is_wider && t->bytes.n == TILE_BYTES)
		t->bytes.n = n;
	return t->bytes.n == n ? 0 : ERR_INVALID;
}

static void get_tiles(struct source *s, struct source_tile **tiles, size_t n, bool is_wider)
{
	struct item *items = calloc(n + 1, sizeof *items);
	struct item *list[SOURCE_AT_ONCE];
	char path[TILE_PATH_MAX];
	if (!items)
		log_die("out of memory");
	for (size_t i = 0; i < n; i++) {
		struct tile t = tiles[i]->tile;
		t.width = is_wider ? TILE_WIDTH : t.width;
		list[i] = &items[i];
		tiles[i]->problem[0] = 0;
		items[i].bytes = &tiles[i]->bytes;
		items[i].problem = tiles[i]->problem;
		name_item(s, tile_path(&t, path), &items[i]);
	}
	get(s, list, n);
	for (size_t i = 0; i < n; i++) {
		int r = items[i].r;
		tiles[i]->r = r == ERR_LIMIT ? ERR_INVALID : r ? r : check_shape(tiles[i],
			is_wider);
	}
	free(items);
}

void source_tiles(struct source *s, struct source_tile *tiles, size_t n)
{
	struct source_tile *list[SOURCE_AT_ONCE];
	size_t gone = 0;
	for (size_t i = 0; i < n; i++)
		list[i] = &tiles[i];
	get_tiles(s, list, n, /* is_wider= */ false);
	for (size_t i = 0; i < n; i++)
		if (tiles[i].r == ERR_NOTFOUND && !tile_is_full(&tiles[i].tile))
			list[gone++] = &tiles[i];
	if (gone)
		get_tiles(s, list, gone, /* is_wider= */ true);
}
