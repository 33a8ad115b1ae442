#include "web/intake.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "web/intake_count.h"

enum {
	ARENA_MAX = 512 * 1024 * 1024,
	CONFLICT_TRIES = 5,
	RETRY_PAUSE_MS = 50,
};

struct intake {
	const char *database;
	const struct keyring *keys;
	pthread_mutex_t mutex;
	pthread_cond_t some;
	struct intake_call *first, **last;
	size_t depth, bytes; /* reserved, waiting, or at work */
	bool started, stopping, ended;
	pthread_t thread;
	struct intake_count count;

	/* the committer's own */
	struct arena *arena;
	struct db *db;
};

static int64_t micros(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool is_stopping(struct intake *in)
{
	pthread_mutex_lock(&in->mutex);
	bool stopping = in->stopping;
	pthread_mutex_unlock(&in->mutex);
	return stopping;
}

/* ---- one group ---- */

/* From *at on, all that are answers; *at is moved behind them. */
static int keep_answers(struct ctx *cx, struct intake_call **calls, size_t n, size_t *at)
{
	size_t from = *at;
	while (*at < n && calls[*at]->answers)
		++*at;
	size_t count = *at - from;
	struct answer_call *all = arena_array(cx->arena, struct answer_call, count);
	for (size_t i = 0; i < count; i++)
		all[i] = *calls[from + i]->answers;
	int r = answer_calls(cx, all, count);
	for (size_t i = 0; i < count && r == 0; i++) {
		struct intake_call *c = calls[from + i];
		*c->answers = all[i];
		snprintf(c->state, sizeof c->state, "%s", all[i].state);
		c->answers->state = c->state;
		c->result = 0;
	}
	return r;
}

/* A call that fails is alone in that, unless the transaction is void. */
static int run_one(struct ctx *cx, struct intake_call *c)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return r;
	ctx_clear(cx);
	c->result = c->run(cx, c);
	return c->result < 0 ? 0 : tx_commit(&tx);
}

static int keep_in_order(struct ctx *cx, struct intake_call **calls, size_t n)
{
	auto_tx tx = {0};
	size_t i = 0;
	int r = tx_begin(&tx, cx->db);
	while (i < n && r == 0) {
		if (calls[i]->answers)
			r = keep_answers(cx, calls, n, &i);
		else
			r = run_one(cx, calls[i++]);
	}
	return r < 0 ? r : tx_commit(&tx);
}

static int keep(struct intake *in, struct intake_call **calls, size_t n)
{
	struct ctx cx;
	size_t i = 0;
	bool only_answers = true;
	if (!in->db) {
		int r = db_open(in->database, &in->db);
		if (r < 0)
			return r;
	}
	ctx_init(&cx, in->arena, in->db, in->keys);
	ctx_act_as_system(&cx, "考试作答");
	for (size_t k = 0; k < n; k++) {
		only_answers = only_answers && calls[k]->answers;
		calls[k]->now_ms = ctx_now_ms(&cx);
	}
	return only_answers ? keep_answers(&cx, calls, n, &i) : keep_in_order(&cx, calls, n);
}

static void close_database(struct intake *in)
{
	if (in->db)
		log_error("intake: %s", db_error(in->db));
	db_close(in->db);
	in->db = NULL;
}

static void keep_trying(struct intake *in, struct intake_call **calls, size_t n)
{
	int64_t until = micros() + INTAKE_RETRY_SECONDS * 1000000;
	int r = keep(in, calls, n);
	for (int tries = 1; r < 0 && !is_stopping(in) && micros() < until; tries++) {
		if (r == ERR_CONFLICT && tries > CONFLICT_TRIES)
			break;
		if (r != ERR_CONFLICT) {
			close_database(in);
			usleep(RETRY_PAUSE_MS * 1000);
		}
		arena_reset(in->arena);
		r = keep(in, calls, n);
	}
	if (r < 0)
		close_database(in);
	for (size_t i = 0; i < n && r < 0; i++)
		calls[i]->result = r;
}

static void commit(struct intake *in, struct intake_call *first, size_t n)
{
	int64_t begun = micros();
	size_t bytes = 0, i = 0;
	arena_reset(in->arena);
	struct intake_call **calls = calloc(n, sizeof *calls);
	if (!calls)
		log_die("out of memory");
	for (struct intake_call *c = first; c; c = c->next)
		calls[i++] = c;
	keep_trying(in, calls, n);
	intake_count_group(&in->count, n, micros() - begun, calls[0]->result < 0);
	for (i = 0; i < n; i++) {
		bytes += calls[i]->bytes;
		calls[i]->wait.wake(&calls[i]->wait);
	}
	free(calls);
	pthread_mutex_lock(&in->mutex);
	in->depth -= n;
	in->bytes -= bytes;
	pthread_mutex_unlock(&in->mutex);
}

/* ---- the queue ---- */

/* Waits for some; NULL when there will be none. */
static struct intake_call *take(struct intake *in, size_t *ret_n)
{
	size_t n = 0;
	pthread_mutex_lock(&in->mutex);
	while (!in->first && !in->stopping)
		pthread_cond_wait(&in->some, &in->mutex);
	struct intake_call *first = in->first, **end = &in->first;
	for (; *end && n < INTAKE_GROUP_MAX; n++)
		end = &(*end)->next;
	in->first = *end;
	*end = NULL;
	if (!in->first)
		in->last = &in->first;
	in->ended = n == 0;
	pthread_mutex_unlock(&in->mutex);
	*ret_n = n;
	return n ? first : NULL;
}

static void *committer(void *arg)
{
	struct intake *in = arg;
	struct intake_call *first;
	size_t n;
	in->arena = arena_new(ARENA_MAX);
	while ((first = take(in, &n)))
		commit(in, first, n);
	db_close(in->db);
	arena_free(in->arena);
	return NULL;
}

struct intake *intake_new(const char *database, const struct keyring *keys)
{
	struct intake *in = calloc(1, sizeof *in);
	if (!in)
		log_die("out of memory");
	in->database = database;
	in->keys = keys;
	in->last = &in->first;
	pthread_mutex_init(&in->mutex, NULL);
	pthread_cond_init(&in->some, NULL);
	return in;
}

void intake_stop(struct intake *in)
{
	pthread_mutex_lock(&in->mutex);
	bool started = in->started;
	in->stopping = true;
	in->started = false;
	pthread_cond_signal(&in->some);
	pthread_mutex_unlock(&in->mutex);
	if (started)
		pthread_join(in->thread, NULL);
}

void intake_free(struct intake *in)
{
	if (!in)
		return;
	intake_stop(in);
	pthread_cond_destroy(&in->some);
	pthread_mutex_destroy(&in->mutex);
	free(in);
}

bool intake_reserve(struct intake *in, size_t bytes)
{
	pthread_mutex_lock(&in->mutex);
	bool fits = in->depth < INTAKE_CALLS_MAX && in->bytes + bytes <= INTAKE_BYTES_MAX;
	if (fits) {
		in->depth++;
		in->bytes += bytes;
	}
	pthread_mutex_unlock(&in->mutex);
	if (!fits)
		intake_count_refusal(&in->count);
	return fits;
}

static void start(struct intake *in)
{
	if (pthread_create(&in->thread, NULL, committer, in) != 0)
		log_die("no thread for the intake");
	in->started = true;
}

void intake_push(struct intake *in, struct intake_call *c)
{
	c->intake = in;
	c->next = NULL;
	pthread_mutex_lock(&in->mutex);
	/* After the last look into the queue nobody comes for it any more. */
	bool late = in->ended || (in->stopping && !in->first);
	if (late) {
		in->depth--;
		in->bytes -= c->bytes;
	} else {
		if (!in->started && !in->stopping)
			start(in);
		bool was_empty = !in->first;
		*in->last = c;
		in->last = &c->next;
		if (was_empty)
			pthread_cond_signal(&in->some);
	}
	pthread_mutex_unlock(&in->mutex);
	if (late) {
		c->result = ERR_STATE;
		c->wait.wake(&c->wait);
	}
}

size_t intake_depth(struct intake *in)
{
	pthread_mutex_lock(&in->mutex);
	size_t depth = in->depth;
	pthread_mutex_unlock(&in->mutex);
	return depth;
}

void intake_put(struct intake *in, struct buf *out)
{
	buf_printf(out, "# HELP luban_intake_waiting Writes that wait for their commit.\n"
		"# TYPE luban_intake_waiting gauge\nluban_intake_waiting %zu\n",
		intake_depth(in));
	intake_count_put(&in->count, out);
}
