#include "web/log_file.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "core/log_witness.h"
#include "core/tlog.h"
#include "query/log_closed.h"
#include "web/answer.h"
#include "web/site.h"

enum { SLOTS = 256, CHECKPOINT_MS = 500, NOTE_KEPT = 64 * 1024, CLOSED_DIGITS = 9 };

#define LOG "/log/"
#define CLOSED "closed/"
#define FOR_EVER "public, max-age=31536000, immutable"
#define A_MOMENT "public, max-age=1"

struct slot {
	struct tile tile; /* width 0: none */
	char *bytes;
	size_t n;
};

struct log_files {
	pthread_mutex_t lock;
	struct slot slots[SLOTS];
	char note[NOTE_KEPT];
	size_t note_n;
	int64_t note_ms;
};

struct log_files *log_files_new(void)
{
	struct log_files *f = calloc(1, sizeof *f);
	if (!f)
		log_die("out of memory");
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void log_files_free(struct log_files *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		free(f->slots[i].bytes);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static int64_t milliseconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What is asked for, behind /log/ or /log/closed/N/. */
struct asked {
	int64_t closed; /* 0: of the log as it is */
	struct str file;
	bool is_checkpoint, is_tile;
	struct tile tile;
};

static bool is_begun(struct str *path, const char *with)
{
	bool is = str_starts(*path, with);
	size_t n = is ? strlen(with) : 0;
	*path = (struct str){path->p + n, path->n - n};
	return is;
}

/* A number as it is written: no sign, no leading zero. */
static bool is_number(struct str s, int64_t *ret_n)
{
	return s.n && s.n <= CLOSED_DIGITS && s.p[0] >= '1' && s.p[0] <= '9' &&
		str_to_i64(s, ret_n);
}

static bool asked_for(const struct exchange *ex, struct asked *ret)
{
	struct str path = str_of(ex->path);
	*ret = (struct asked){0};
	if (!is_begun(&path, LOG))
		return false;
	if (is_begun(&path, CLOSED) && !is_number(str_cut(&path, '/'), &ret->closed))
		return false;
	ret->file = path;
	ret->is_checkpoint = str_is(path, "checkpoint");
	ret->is_tile = str_starts(path, "tile/") && tile_parse(path, &ret->tile);
	return ret->is_checkpoint || str_starts(path, "tile/");
}

bool log_file_is(struct exchange *ex)
{
	struct asked asked;
	return (streq(ex->method, "GET") || streq(ex->method, "HEAD")) && asked_for(ex, &asked);
}

static void send(struct exchange *ex, const char *mime, const char *keep, struct str bytes)
{
	answer_header(ex, "Cache-Control", keep);
	answer_header(ex, "Access-Control-Allow-Origin", "*");
	answer_bytes(ex, 200, mime, bytes, BODY_COPY);
}

static void send_tile(struct exchange *ex, struct str bytes)
{
	send(ex, "application/octet-stream", FOR_EVER, bytes);
}

static void send_checkpoint(struct exchange *ex, const char *keep, struct str note)
{
	send(ex, "text/plain; charset=utf-8", keep, note);
}

/* What is not there yet may be a moment later. */
static void send_nothing(struct exchange *ex, int status)
{
	answer_header(ex, "Cache-Control", "no-store");
	answer_bytes(ex, status, "text/plain; charset=utf-8",
		status == 404 ? STR("not found\n") : STR("try again later\n"), BODY_STATIC);
}

static struct slot *slot_of(struct log_files *f, const struct tile *t)
{
	uint64_t key = t->index * 8 + (uint64_t)(t->level + 1) * 61;
	return &f->slots[key % SLOTS];
}

static bool copy_tile(struct log_files *f, const struct tile *t, struct arena *a,
	struct str *ret_bytes)
{
	struct slot *s = slot_of(f, t);
	pthread_mutex_lock(&f->lock);
	bool is_kept = s->tile.width && s->tile.level == t->level && s->tile.index == t->index;
	if (is_kept)
		*ret_bytes = (struct str){arena_copy(a, s->bytes, s->n), s->n};
	pthread_mutex_unlock(&f->lock);
	return is_kept;
}

static void keep_tile(struct log_files *f, const struct tile *t, struct str bytes)
{
	struct slot *s = slot_of(f, t);
	char *copy = malloc(bytes.n);
	if (!copy)
		return;
	memcpy(copy, bytes.p, bytes.n);
	pthread_mutex_lock(&f->lock);
	free(s->bytes);
	*s = (struct slot){*t, copy, bytes.n};
	pthread_mutex_unlock(&f->lock);
}

static bool copy_note(struct log_files *f, struct arena *a, struct str *ret_note)
{
	pthread_mutex_lock(&f->lock);
	bool is_kept = f->note_n && milliseconds() - f->note_ms < CHECKPOINT_MS;
	if (is_kept)
		*ret_note = (struct str){arena_copy(a, f->note, f->note_n), f->note_n};
	pthread_mutex_unlock(&f->lock);
	return is_kept;
}

static void keep_note(struct log_files *f, struct str note)
{
	if (note.n > NOTE_KEPT)
		return;
	pthread_mutex_lock(&f->lock);
	memcpy(f->note, note.p, note.n);
	f->note_n = note.n;
	f->note_ms = milliseconds();
	pthread_mutex_unlock(&f->lock);
}

bool log_file_kept(struct exchange *ex)
{
	struct log_files *f = ex->site->log_files;
	struct asked asked;
	struct str bytes;
	bool is_one = asked_for(ex, &asked);
	if (is_one && asked.is_checkpoint) {
		if (asked.closed || !copy_note(f, ex->arena, &bytes))
			return false;
		send_checkpoint(ex, A_MOMENT, bytes);
		return true;
	}
	if (!is_one || !asked.is_tile) {
		send_nothing(ex, 404);
		return true;
	}
	if (!tile_is_full(&asked.tile) || !copy_tile(f, &asked.tile, ex->arena, &bytes))
		return false;
	send_tile(ex, bytes);
	return true;
}

static int read_checkpoint(struct exchange *ex, int64_t closed, struct str *ret_note)
{
	struct tlog_head head;
	struct q_log_closed_at row;
	int r = closed ? q_log_closed_at(ex->cx.db, &row, .closed_no = closed)
		       : log_served(&ex->cx, &head);
	if (r == 0)
		*ret_note = str_of(closed ? row.note : head.note);
	return r;
}

/* The tiles of a closed log are those of the log that followed it, which are wider. */
void log_file_read(struct exchange *ex)
{
	struct log_files *f = ex->site->log_files;
	struct asked asked;
	struct str bytes;
	bool is_one = asked_for(ex, &asked);
	int r = !is_one ? ERR_NOTFOUND
		: asked.is_checkpoint ? read_checkpoint(ex, asked.closed, &bytes)
				      : tlog_tile(&ex->cx, &asked.tile, &bytes);
	if (r < 0) {
		send_nothing(ex, r == ERR_NOTFOUND ? 404 : 503);
		return;
	}
	if (asked.is_checkpoint) {
		if (!asked.closed)
			keep_note(f, bytes);
		send_checkpoint(ex, asked.closed ? FOR_EVER : A_MOMENT, bytes);
		return;
	}
	if (tile_is_full(&asked.tile))
		keep_tile(f, &asked.tile, bytes);
	send_tile(ex, bytes);
}
