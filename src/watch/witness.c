#include "watch/witness.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checkpoint.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/sign.h"
#include "watch/keep.h"
#include "watch/witness_folder.h"

int witness_judge(const struct merkle_head *last, const struct cosign_request *rq,
	const struct merkle_head *next)
{
	if (rq->old_size > next->size)
		return 400;
	if (rq->old_size != last->size)
		return 409;
	if (next->size == last->size && !merkle_equal(&next->root, &last->root))
		return 409;
	return merkle_extends(last, next, &rq->proof) ? 200 : 422;
}

static void say(struct witness_answer *a, int status, const char *text)
{
	a->status = status;
	a->type = "text/plain; charset=utf-8";
	buf_reset(a->body);
	buf_puts(a->body, text);
}

static void say_size(struct witness_answer *a, uint64_t size)
{
	a->status = 409;
	a->type = "text/x.tlog.size";
	buf_reset(a->body);
	buf_printf(a->body, "%" PRIu64 "\n", size);
}

static struct watched_log *find_log(struct witness *w, struct str origin)
{
	for (size_t i = 0; i < w->n_logs; i++)
		if (str_is(origin, w->logs[i].keys[0].name))
			return &w->logs[i];
	return NULL;
}

static int sign_with_seed(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES])
{
	const struct witness *w = self;
	(void)key;
	sign_make(w->seed, message, ret_signature);
	return 0;
}

/* The checkpoint with the lines by the log's own keys and ours, for the state. */
static int put_signed(const struct watched_log *log, const struct note *note, struct str line,
	struct buf *out)
{
	int r = note_put_text(out, note->text);
	for (size_t i = 0; !r && i < note->n; i++) {
		const struct note_signature *s = &note->signatures[i];
		for (size_t k = 0; k < log->n_keys; k++)
			if (s->id == log->keys[k].id && str_is(s->name, log->keys[k].name)) {
				buf_printf(out, "\u2014 %s ", log->keys[k].name);
				buf_str(out, s->base64);
				buf_putc(out, '\n');
			}
	}
	buf_str(out, line);
	return r ? r : out->full ? ERR_LIMIT : 0;
}

/* Two trees of one size, both signed by the log: the proof of its misconduct is kept, once. */
static void keep_evidence(struct witness *w, const struct watched_log *log, struct str other,
	struct witness_answer *a)
{
	char path[KEEP_PATH_MAX];
	struct stat st;
	auto_buf both;
	buf_init(&both, 2 * NOTE_MAX + 16);
	snprintf(path, sizeof path, "%s/evidence/%.16s-%" PRIu64, w->dir, log->file_name,
		log->last.size);
	if (stat(path, &st) == 0)
		return;
	buf_str(&both, buf_view(&log->note));
	buf_putc(&both, '\n');
	buf_str(&both, other);
	bool is_kept = keep_folders(path) == 0 && keep_write(path, buf_view(&both), 0600) == 0;
	snprintf(a->remark, sizeof a->remark,
		"two trees of %" PRIu64 " leaves were signed by %s: %s %s", log->last.size,
		log->keys[0].name, is_kept ? "see" : "cannot write", path);
}

/* A tree that is the known one costs no write: what was promised is promised already. */
static int keep_state(struct watched_log *log, const struct note *note,
	const struct merkle_head *next, struct str line)
{
	auto_buf state;
	buf_init(&state, NOTE_MAX + 1024);
	if (log->is_signed && next->size == log->last.size)
		return 0;
	int r = put_signed(log, note, line, &state);
	if (!r)
		r = keep_write(log->path, buf_view(&state), 0600);
	if (r < 0)
		return r;
	log->last = *next;
	log->is_signed = true;
	buf_reset(&log->note);
	buf_str(&log->note, buf_view(&state));
	return 0;
}

/* With the lock held: judged, kept, signed. */
static void decide(struct witness *w, struct watched_log *log, const struct cosign_request *rq,
	const struct note *note, const struct merkle_head *next, int64_t now,
	struct witness_answer *a)
{
	int status = witness_judge(&log->last, rq, next);
	if (status == 409 && next->size == log->last.size &&
		!merkle_equal(&next->root, &log->last.root))
		keep_evidence(w, log, rq->note, a);
	if (status == 409) {
		say_size(a, log->last.size);
		return;
	}
	if (status != 200) {
		say(a, status, status == 400 ? "the old size is larger than the checkpoint's\n"
					     : "the consistency proof does not hold\n");
		return;
	}
	buf_reset(a->body);
	int r = note_put_signature(a->body, note->text, &w->key, now, sign_with_seed, w);
	if (!r)
		r = keep_state(log, note, next, buf_view(a->body));
	if (r < 0) {
		snprintf(a->remark, sizeof a->remark, "cannot keep %.200s: %s", log->path,
			r == ERR_IO ? strerror(errno) : err_name(r));
		say(a, 500, "the witness cannot keep its state\n");
		return;
	}
	a->status = 200;
	a->type = "text/plain; charset=utf-8";
}

void witness_add_checkpoint(
	struct witness *w, struct str body, int64_t now, struct witness_answer *a)
{
	struct cosign_request rq;
	struct note note;
	struct checkpoint c;
	struct note_verdict verdict;
	a->remark[0] = 0;
	if (cosign_parse(body, &rq) < 0 || note_parse(rq.note, &note) < 0 ||
		checkpoint_parse(note.text, &c) < 0) {
		say(a, 400, "no request of tlog-witness\n");
		return;
	}
	struct watched_log *log = find_log(w, c.origin);
	if (!log) {
		say(a, 404, "this witness does not watch that log\n");
		return;
	}
	if (note_check(&note, log->keys, log->n_keys, &verdict) < 0 || !verdict.n) {
		say(a, 403, "no signature by a key of that log\n");
		return;
	}
	if (w->lock_fd < 0) {
		say(a, 500, "this one may not sign\n");
		return;
	}
	pthread_mutex_lock(&w->lock);
	decide(w, log, &rq, &note, &c.head, now, a);
	pthread_mutex_unlock(&w->lock);
}

void witness_describe(struct witness *w, struct buf *out)
{
	note_key_put(out, &w->key);
	buf_putc(out, '\n');
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < w->n_logs; i++) {
		const struct watched_log *log = &w->logs[i];
		buf_printf(out, "%s %" PRIu64 " ", log->keys[0].name, log->last.size);
		base64_put(out, log->last.root.bytes, MERKLE_BYTES);
		buf_putc(out, '\n');
	}
	pthread_mutex_unlock(&w->lock);
}

const struct note_key *witness_key(const struct witness *w)
{
	return &w->key;
}

void witness_close(struct witness *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n_logs; i++)
		buf_fini(&w->logs[i].note);
	if (w->lock_fd >= 0)
		close(w->lock_fd);
	pthread_mutex_destroy(&w->lock);
	crypto_wipe(w->seed, sizeof w->seed);
	free(w);
}
