#include "web/log_file.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "core/log_witness.h"
#include "core/tlog.h"
#include "web/answer.h"
#include "web/site.h"

enum { SLOTS = 256, CHECKPOINT_MS = 500, NOTE_KEPT = 64 * 1024 };

#define CHECKPOINT "/log/checkpoint"
#define TILES "/log/"
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

static bool is_checkpoint(const struct exchange *ex)
{
	return streq(ex->path, CHECKPOINT);
}

bool log_file_is(struct exchange *ex)
{
	return (streq(ex->method, "GET") || streq(ex->method, "HEAD")) &&
		(is_checkpoint(ex) || str_starts(str_of(ex->path), TILES "tile/"));
}

static bool tile_asked(const struct exchange *ex, struct tile *ret_tile)
{
	return tile_parse(str_of(ex->path + strlen(TILES)), ret_tile);
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

static void send_checkpoint(struct exchange *ex, struct str note)
{
	send(ex, "text/plain; charset=utf-8", A_MOMENT, note);
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
	struct str bytes;
	struct tile t;
	if (is_checkpoint(ex)) {
		if (!copy_note(f, ex->arena, &bytes))
			return false;
		send_checkpoint(ex, bytes);
		return true;
	}
	if (!tile_asked(ex, &t)) {
		send_nothing(ex, 404);
		return true;
	}
	if (!tile_is_full(&t) || !copy_tile(f, &t, ex->arena, &bytes))
		return false;
	send_tile(ex, bytes);
	return true;
}

void log_file_read(struct exchange *ex)
{
	struct log_files *f = ex->site->log_files;
	struct tlog_head head;
	struct tile t = {0};
	struct str bytes;
	int r;
	if (is_checkpoint(ex)) {
		r = log_served(&ex->cx, &head);
		bytes = r < 0 ? STR_NONE : str_of(head.note);
	} else {
		r = tile_asked(ex, &t) ? tlog_tile(&ex->cx, &t, &bytes) : ERR_NOTFOUND;
	}
	if (r < 0) {
		send_nothing(ex, r == ERR_NOTFOUND ? 404 : 503);
		return;
	}
	if (is_checkpoint(ex)) {
		keep_note(f, bytes);
		send_checkpoint(ex, bytes);
		return;
	}
	if (tile_is_full(&t))
		keep_tile(f, &t, bytes);
	send_tile(ex, bytes);
}
