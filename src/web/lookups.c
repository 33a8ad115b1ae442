#include "web/lookups.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "query/certificate.h"

enum { ROOM = 2 * LOOKUPS_FULL, WAIT_MS = 3000 };

struct entry {
	int64_t id, at, certificate_id;
	char ip[48];
	const char *kind, *outcome; /* constants of the program */
};

struct lookups {
	pthread_mutex_t lock;
	struct entry at[ROOM];
	size_t n;
	int64_t first_ms; /* monotonic, of the entry that waits longest */
	bool writing;
};

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct lookups *lookups_new(void)
{
	struct lookups *l = calloc(1, sizeof *l);
	if (!l)
		log_die("out of memory");
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void lookups_free(struct lookups *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* Takes everything that waits; NULL when it is not due or somebody else is writing. Under the
 * lock. */
static struct entry *take(struct lookups *l, bool now, size_t *ret_n)
{
	bool due = now || l->n >= LOOKUPS_FULL || now_ms() - l->first_ms >= WAIT_MS;
	if (!l->n || !due || l->writing)
		return NULL;
	struct entry *batch = malloc(l->n * sizeof *batch);
	if (!batch)
		log_die("out of memory");
	memcpy(batch, l->at, l->n * sizeof *batch);
	*ret_n = l->n;
	l->n = 0;
	l->writing = true;
	return batch;
}

static int write_all(struct ctx *cx, const struct entry *batch, size_t n)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = q_lookup_insert(cx->db, .id = batch[i].id, .at = batch[i].at, .ip = batch[i].ip,
			.lookup_kind = batch[i].kind, .outcome = batch[i].outcome,
			.certificate_id = batch[i].certificate_id);
	return r < 0 ? r : tx_commit(&tx);
}

static void write_batch(struct lookups *l, struct ctx *cx, struct entry *batch, size_t n)
{
	if (!batch)
		return;
	if (write_all(cx, batch, n) < 0)
		log_warn("%zu look-ups could not be logged", n);
	free(batch);
	pthread_mutex_lock(&l->lock);
	l->writing = false;
	pthread_mutex_unlock(&l->lock);
}

void lookups_add(struct lookups *l, struct ctx *cx, const char *kind, const char *outcome,
	int64_t certificate_id)
{
	struct entry e = {.id = ctx_id(cx), .at = ctx_now(cx), .certificate_id = certificate_id,
		.kind = kind, .outcome = outcome};
	struct str ip = str_of(cx->actor.ip);
	size_t n = 0;
	memcpy(e.ip, ip.p, ip.n < sizeof e.ip ? ip.n : sizeof e.ip - 1);
	pthread_mutex_lock(&l->lock);
	if (l->n == 0)
		l->first_ms = now_ms();
	if (l->n == ROOM)
		memmove(&l->at[0], &l->at[1], --l->n * sizeof l->at[0]);
	l->at[l->n++] = e;
	struct entry *batch = take(l, false, &n);
	pthread_mutex_unlock(&l->lock);
	write_batch(l, cx, batch, n);
}

void lookups_flush(struct lookups *l, struct ctx *cx, bool now)
{
	size_t n = 0;
	pthread_mutex_lock(&l->lock);
	struct entry *batch = take(l, now, &n);
	pthread_mutex_unlock(&l->lock);
	write_batch(l, cx, batch, n);
}
