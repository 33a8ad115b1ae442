#include "web/lookups.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "query/certificate.h"

enum {
	WAIT_S = 3,
	AT_ONCE = 4096, /* in one transaction: other writers wait for it */
	HURRY = LOOKUPS_MAX / 2, /* so many are written before their time */
};

struct entry {
	int64_t id, at, certificate_id;
	char ip[48];
	const char *kind, *outcome;
};

struct lookups {
	const char *database;
	pthread_mutex_t lock;
	pthread_cond_t due;
	pthread_t thread;
	bool is_running, ends;
	uint64_t first, next; /* counted since the start */
	struct entry at[LOOKUPS_MAX];
};

/* The oldest, at most AT_ONCE, copied out; they stay until they are written. */
static size_t copy_oldest(struct lookups *l, struct entry *batch, uint64_t *ret_end)
{
	size_t n = 0;
	pthread_mutex_lock(&l->lock);
	uint64_t i = l->first;
	for (; i < l->next && n < AT_ONCE; i++)
		batch[n++] = l->at[i % LOOKUPS_MAX];
	pthread_mutex_unlock(&l->lock);
	*ret_end = i;
	return n;
}

static void drop_before(struct lookups *l, uint64_t end)
{
	pthread_mutex_lock(&l->lock);
	if (l->first < end)
		l->first = end;
	pthread_mutex_unlock(&l->lock);
}

static int write_batch(struct db *db, const struct entry *batch, size_t n)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, db);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = q_lookup_insert(db, .id = batch[i].id, .at = batch[i].at, .ip = batch[i].ip,
			.lookup_kind = batch[i].kind, .outcome = batch[i].outcome,
			.certificate_id = batch[i].certificate_id);
	return r < 0 ? r : tx_commit(&tx);
}

/* Everything that waits, or until it cannot be written. */
static int write_all(struct lookups *l, struct db *db, struct entry *batch)
{
	int r = 0;
	uint64_t end;
	for (size_t n; r >= 0 && (n = copy_oldest(l, batch, &end)) > 0;) {
		r = write_batch(db, batch, n);
		if (r >= 0)
			drop_before(l, end);
	}
	return r;
}

/* Until there is something to do. After a failure a full ring is no reason to hurry. False: the
 * end. */
static bool wait_until_due(struct lookups *l, bool hurries)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_S;
	int r = 0;
	pthread_mutex_lock(&l->lock);
	while (!l->ends && !(hurries && l->next - l->first >= HURRY) && r == 0)
		r = pthread_cond_timedwait(&l->due, &l->lock, &until);
	bool ends = l->ends;
	pthread_mutex_unlock(&l->lock);
	return !ends;
}

/* Writes until the connection is of no use any more, or the end; false: the end. */
static bool write_on(struct lookups *l, struct db *db, struct entry *batch)
{
	bool goes_on = true;
	int r = 0;
	while (goes_on && r >= 0) {
		goes_on = wait_until_due(l, true);
		r = write_all(l, db, batch);
	}
	if (r < 0)
		log_warn("the log of look-ups waits: %s", db_error(db));
	return goes_on;
}

static void *run(void *arg)
{
	struct lookups *l = arg;
	struct entry *batch = calloc(AT_ONCE, sizeof *batch);
	if (!batch)
		log_die("out of memory");
	for (bool goes_on = true; goes_on;) {
		auto_db db = NULL;
		if (db_open(l->database, &db) == 0)
			goes_on = write_on(l, db, batch);
		goes_on = goes_on && wait_until_due(l, false);
	}
	free(batch);
	return NULL;
}

struct lookups *lookups_new(const char *database)
{
	struct lookups *l = calloc(1, sizeof *l);
	pthread_condattr_t monotonic;
	if (!l)
		log_die("out of memory");
	l->database = database;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&l->due, &monotonic);
	pthread_condattr_destroy(&monotonic);
	l->is_running = pthread_create(&l->thread, NULL, run, l) == 0;
	if (!l->is_running)
		log_warn("no thread for the log of look-ups: they are not logged");
	return l;
}

void lookups_free(struct lookups *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->ends = true;
	pthread_cond_signal(&l->due);
	pthread_mutex_unlock(&l->lock);
	if (l->is_running)
		pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->due);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

void lookups_add(struct lookups *l, struct ctx *cx, const char *kind, const char *outcome,
	int64_t certificate_id)
{
	struct entry e = {.id = ctx_id(cx), .at = ctx_now(cx), .certificate_id = certificate_id,
		.kind = kind, .outcome = outcome};
	struct str ip = str_of(cx->actor.ip);
	memcpy(e.ip, ip.p, ip.n < sizeof e.ip ? ip.n : sizeof e.ip - 1);
	pthread_mutex_lock(&l->lock);
	if (l->next - l->first == LOOKUPS_MAX)
		l->first++;
	l->at[l->next++ % LOOKUPS_MAX] = e;
	if (l->next - l->first == HURRY)
		pthread_cond_signal(&l->due);
	pthread_mutex_unlock(&l->lock);
}
