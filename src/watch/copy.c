#include "watch/copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkpoint.h"
#include "base/log.h"
#include "base/note.h"
#include "watch/keep.h"

struct copying {
	struct source *source;
	const char *dir;
	struct copy_result *result;
	struct buf note;
	char origin[CHECKPOINT_ORIGIN_MAX + 1];
	struct source_tile tiles[SOURCE_AT_ONCE];
};

static bool read_note(struct str text, char origin[CHECKPOINT_ORIGIN_MAX + 1], uint64_t *ret_size)
{
	struct note note;
	struct checkpoint c;
	if (note_parse(text, &note) < 0 || checkpoint_parse(note.text, &c) < 0)
		return false;
	snprintf(origin, CHECKPOINT_ORIGIN_MAX + 1, "%.*s", (int)c.origin.n, c.origin.p);
	*ret_size = c.head.size;
	return true;
}

static int path_in(struct copying *c, const char *name, char out[KEEP_PATH_MAX])
{
	if (snprintf(out, KEEP_PATH_MAX, "%s/%s", c->dir, name) < KEEP_PATH_MAX)
		return 0;
	snprintf(c->result->problem, SOURCE_PROBLEM, "%.100s: path too long", c->dir);
	return ERR_IO;
}

static int own_problem(struct copying *c, const char *path)
{
	snprintf(c->result->problem, SOURCE_PROBLEM, "%.140s: %s", path, strerror(errno));
	return ERR_IO;
}

/* What the folder has by its own checkpoint. */
static int read_own(struct copying *c)
{
	char path[KEEP_PATH_MAX], origin[CHECKPOINT_ORIGIN_MAX + 1];
	auto_buf note;
	buf_init(&note, NOTE_MAX);
	int r = path_in(c, "checkpoint", path);
	if (r < 0)
		return r;
	r = keep_read(path, &note);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r < 0)
		return own_problem(c, path);
	if (!read_note(buf_view(&note), origin, &c->result->from)) {
		snprintf(c->result->problem, SOURCE_PROBLEM, "%.140s", path);
		return ERR_INVALID;
	}
	if (streq(origin, c->origin) && c->result->from <= c->result->to)
		return 0;
	snprintf(c->result->problem, SOURCE_PROBLEM, "%.80s %llu, %.80s %llu", origin,
		(unsigned long long)c->result->from, c->origin, (unsigned long long)c->result->to);
	return ERR_STATE;
}

/* Left whole by a copy that was cut short; after a power cut a file may be there and be empty. */
static bool is_there(struct copying *c, const struct tile *t)
{
	char path[TILE_PATH_MAX], file[KEEP_PATH_MAX];
	auto_buf bytes;
	buf_init(&bytes, SOURCE_BUNDLE_MAX);
	if (!tile_is_full(t) || path_in(c, tile_path(t, path), file) < 0 ||
		keep_read(file, &bytes) < 0)
		return false;
	return t->level == TILE_ENTRIES ? tile_bundle_holds(buf_view(&bytes), t->width)
					: bytes.n == TILE_BYTES;
}

static int keep_tile(struct copying *c, const struct source_tile *t)
{
	char name[TILE_PATH_MAX], path[KEEP_PATH_MAX];
	tile_path(&t->tile, name);
	if (t->r < 0) {
		snprintf(c->result->problem, SOURCE_PROBLEM, "%s: %.120s", name,
			*t->problem ? t->problem
				: t->r == ERR_NOTFOUND ? "not there" : "of the wrong shape");
		return t->r;
	}
	int r = path_in(c, name, path);
	if (!r)
		r = keep_folders(path);
	if (!r)
		r = keep_copy(path, buf_view(&t->bytes));
	c->result->files++;
	return r < 0 ? own_problem(c, path) : 0;
}

static int fetch_tiles(struct copying *c, size_t n)
{
	int r = 0;
	source_tiles(c->source, c->tiles, n);
	for (size_t i = 0; i < n && !r; i++)
		r = keep_tile(c, &c->tiles[i]);
	return r;
}

static int copy_tiles(struct copying *c)
{
	struct tile_walk walk = {.from = c->result->from, .to = c->result->to};
	struct tile t;
	size_t n = 0;
	int r = 0;
	while (!r && tile_next(&walk, &t)) {
		if (is_there(c, &t))
			continue;
		c->tiles[n++].tile = t;
		if (n < SOURCE_AT_ONCE)
			continue;
		r = fetch_tiles(c, n);
		n = 0;
	}
	return r ? r : fetch_tiles(c, n);
}

static int copy_all(struct copying *c)
{
	char path[KEEP_PATH_MAX];
	int r = source_checkpoint(c->source, &c->note, c->result->problem);
	if (r < 0)
		return r == ERR_LIMIT ? ERR_INVALID : r;
	if (!read_note(buf_view(&c->note), c->origin, &c->result->to)) {
		snprintf(c->result->problem, SOURCE_PROBLEM, "checkpoint");
		return ERR_INVALID;
	}
	r = read_own(c);
	if (!r)
		r = copy_tiles(c);
	if (!r)
		r = path_in(c, "checkpoint", path);
	if (r < 0)
		return r;
	r = keep_folders(path);
	if (!r) /* the checkpoint says that they are there */
		r = keep_sync(c->dir);
	if (!r)
		r = keep_write(path, buf_view(&c->note), 0644);
	return r < 0 ? own_problem(c, path) : 0;
}

int copy_run(struct source *source, const char *dir, struct copy_result *ret_result)
{
	struct copying *c = calloc(1, sizeof *c);
	if (!c)
		log_die("out of memory");
	*ret_result = (struct copy_result){0};
	c->source = source;
	c->dir = dir;
	c->result = ret_result;
	buf_init(&c->note, NOTE_MAX);
	for (size_t i = 0; i < SOURCE_AT_ONCE; i++)
		source_tile_init(&c->tiles[i], TILE_ENTRIES);
	int r = copy_all(c);
	for (size_t i = 0; i < SOURCE_AT_ONCE; i++)
		buf_fini(&c->tiles[i].bytes);
	buf_fini(&c->note);
	free(c);
	return r;
}
