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
	COMMITTERS_MAX = 3,
	RETRY_PAUSE_MS = 50,
};

/* A thread with its connection and its own part of the sittings, so that each one's calls stay in
 * their order. SQLite has one writer at a time, so one does there; on PostgreSQL several keep each
 * other from waiting for the network and the disk. */
struct committer {
	struct intake *in;
	pthread_t thread;
	pthread_cond_t some;
	struct intake_call *first, **last;
	struct arena *arena;
	struct db *db;
};

struct intake {
	const char *database;
	const struct keyring *keys;
	pthread_mutex_t mutex;
	size_t depth, bytes, runs; /* reserved, waiting, or at work; runs: those to run() */
	double per_ms;             /* how many run() of late */
	int64_t next_turn;         /* micros; given out to the last who was told to come again */
	bool started, stopping;
	struct intake_count count;
	int n_committers, n_busy; /* busy: at a group */
	struct committer committers[COMMITTERS_MAX];
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

static int run_together(struct ctx *cx, struct intake_call **calls, size_t n)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return r;
	ctx_clear(cx);
	if ((r = calls[0]->run_many(cx, calls, n)) >= 0)
		return tx_commit(&tx);
	for (size_t i = 0; i < n; i++)
		calls[i]->is_done = false;
	return 0;
}

/* From *at on, all that can be run together, then what is left of them one by one. */
static int run_calls(struct ctx *cx, struct intake_call **calls, size_t n, size_t *at)
{
	size_t from = *at;
	int r = 0;
	for (; *at < n && !calls[*at]->answers && calls[*at]->run_many == calls[from]->run_many;
		++*at)
		calls[*at]->is_done = false;
	if (*at - from > 1 && calls[from]->run_many)
		r = run_together(cx, calls + from, *at - from);
	for (size_t i = from; i < *at && r == 0; i++) {
		calls[i]->result = 0;
		r = calls[i]->is_done ? 0 : run_one(cx, calls[i]);
	}
	return r;
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
			r = run_calls(cx, calls, n, &i);
	}
	return r < 0 ? r : tx_commit(&tx);
}

static int keep(struct committer *me, struct intake_call **calls, size_t n)
{
	struct ctx cx;
	size_t i = 0;
	bool only_answers = true;
	if (!me->db) {
		int r = db_open(me->in->database, &me->db);
		if (r < 0)
			return r;
	}
	ctx_init(&cx, me->arena, me->db, me->in->keys);
	ctx_act_as_system(&cx, "考试作答");
	for (size_t k = 0; k < n; k++) {
		only_answers = only_answers && calls[k]->answers;
		calls[k]->now_ms = ctx_now_ms(&cx);
	}
	return only_answers ? keep_answers(&cx, calls, n, &i) : keep_in_order(&cx, calls, n);
}

static void close_database(struct committer *me)
{
	if (me->db)
		log_error("intake: %s", db_error(me->db));
	db_close(me->db);
	me->db = NULL;
}

static void keep_trying(struct committer *me, struct intake_call **calls, size_t n)
{
	int64_t until = micros() + INTAKE_RETRY_SECONDS * 1000000;
	int r = keep(me, calls, n);
	for (int tries = 1; r < 0 && !is_stopping(me->in) && micros() < until; tries++) {
		if (r == ERR_CONFLICT && tries > CONFLICT_TRIES)
			break;
		if (r != ERR_CONFLICT) {
			close_database(me);
			usleep(RETRY_PAUSE_MS * 1000);
		}
		arena_reset(me->arena);
		r = keep(me, calls, n);
	}
	if (r < 0)
		close_database(me);
	for (size_t i = 0; i < n && r < 0; i++)
		calls[i]->result = r;
}

/* A smoothed speed, from groups that say something about it. */
static void learn_speed(struct intake *in, size_t runs, int64_t us)
{
	if (runs < INTAKE_RUNS_MAX / 10)
		return;
	double now = (double)runs * 1000 / (double)(us + 1) * in->n_busy;
	in->per_ms = 0.7 * in->per_ms + 0.3 * now;
}

static void commit(struct committer *me, struct intake_call *first, size_t n)
{
	struct intake *in = me->in;
	int64_t begun = micros();
	size_t bytes = 0, i = 0, runs = 0;
	arena_reset(me->arena);
	struct intake_call **calls = calloc(n, sizeof *calls);
	if (!calls)
		log_die("out of memory");
	for (struct intake_call *c = first; c; c = c->next)
		calls[i++] = c;
	keep_trying(me, calls, n);
	int64_t took = micros() - begun;
	intake_count_group(&in->count, n, took, calls[0]->result < 0);
	for (i = 0; i < n; i++) {
		bytes += calls[i]->bytes;
		runs += !calls[i]->answers;
		calls[i]->wait.wake(&calls[i]->wait);
	}
	free(calls);
	pthread_mutex_lock(&in->mutex);
	in->depth -= n;
	in->bytes -= bytes;
	in->runs -= runs;
	learn_speed(in, runs, took);
	in->n_busy--;
	pthread_mutex_unlock(&in->mutex);
}

/* ---- the queue ---- */

/* Cuts off what one group may hold; how many are in it. */
static size_t cut_group(struct committer *me)
{
	size_t n = 0, runs = 0;
	struct intake_call **end = &me->first;
	for (; *end && n < INTAKE_GROUP_MAX; n++) {
		runs += !(*end)->answers;
		if (runs > INTAKE_RUNS_MAX)
			break;
		end = &(*end)->next;
	}
	struct intake_call *rest = *end;
	*end = NULL;
	me->first = rest;
	if (!rest)
		me->last = &me->first;
	return n;
}

/* Waits for some; NULL when there will be none. */
static struct intake_call *take(struct committer *me, size_t *ret_n)
{
	struct intake *in = me->in;
	pthread_mutex_lock(&in->mutex);
	while (!me->first && !in->stopping)
		pthread_cond_wait(&me->some, &in->mutex);
	struct intake_call *first = me->first;
	*ret_n = first ? cut_group(me) : 0;
	in->n_busy += first != NULL;
	pthread_mutex_unlock(&in->mutex);
	return first;
}

static void *commit_on(void *arg)
{
	struct committer *me = arg;
	struct intake_call *first;
	size_t n;
	me->arena = arena_new(ARENA_MAX);
	while ((first = take(me, &n)))
		commit(me, first, n);
	db_close(me->db);
	arena_free(me->arena);
	return NULL;
}

struct intake *intake_new(const char *database, const struct keyring *keys)
{
	struct intake *in = calloc(1, sizeof *in);
	if (!in)
		log_die("out of memory");
	in->database = database;
	in->keys = keys;
	in->per_ms = 0.5; /* until it is known better */
	in->n_committers = str_starts(str_of(database), "sqlite:") ? 1 : COMMITTERS_MAX;
	pthread_mutex_init(&in->mutex, NULL);
	for (int i = 0; i < in->n_committers; i++) {
		struct committer *c = &in->committers[i];
		c->in = in;
		c->last = &c->first;
		pthread_cond_init(&c->some, NULL);
	}
	return in;
}

void intake_stop(struct intake *in)
{
	pthread_mutex_lock(&in->mutex);
	bool started = in->started;
	in->stopping = true;
	in->started = false;
	for (int i = 0; i < in->n_committers; i++)
		pthread_cond_signal(&in->committers[i].some);
	pthread_mutex_unlock(&in->mutex);
	for (int i = 0; i < in->n_committers && started; i++)
		pthread_join(in->committers[i].thread, NULL);
}

void intake_free(struct intake *in)
{
	if (!in)
		return;
	intake_stop(in);
	for (int i = 0; i < in->n_committers; i++)
		pthread_cond_destroy(&in->committers[i].some);
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

/* Where in the line; 0 when the door is open. */
static int64_t place_in_line(struct intake *in, int64_t *ret_retry_ms)
{
	int64_t now = micros(), turn = now + (int64_t)((double)in->runs * 1000 / in->per_ms);
	if (turn - now <= INTAKE_RUNS_AHEAD_MS * 1000)
		return 0;
	if (in->next_turn > turn)
		turn = in->next_turn;
	in->next_turn = turn + (int64_t)(1000 / in->per_ms);
	*ret_retry_ms = (turn - now) / 1000;
	return 1 + (int64_t)((double)*ret_retry_ms * in->per_ms);
}

bool intake_admit(struct intake *in, size_t bytes, int64_t *ret_place, int64_t *ret_retry_ms)
{
	pthread_mutex_lock(&in->mutex);
	*ret_place = place_in_line(in, ret_retry_ms);
	bool open = *ret_place == 0;
	in->runs += open;
	pthread_mutex_unlock(&in->mutex);
	if (!open || intake_reserve(in, bytes))
		return open;
	pthread_mutex_lock(&in->mutex);
	in->runs--;
	pthread_mutex_unlock(&in->mutex);
	*ret_place = INTAKE_CALLS_MAX;
	*ret_retry_ms = INTAKE_RUNS_AHEAD_MS;
	return false;
}

static void start(struct intake *in)
{
	for (int i = 0; i < in->n_committers; i++)
		if (pthread_create(&in->committers[i].thread, NULL, commit_on, &in->committers[i]))
			log_die("no thread for the intake");
	in->started = true;
}

void intake_push(struct intake *in, struct intake_call *c)
{
	struct committer *its = &in->committers[(uint64_t)c->sitting_id % (
		uint64_t)in->n_committers];
	c->intake = in;
	c->next = NULL;
	pthread_mutex_lock(&in->mutex);
	/* Whoever finds his queue empty then has left. */
	bool late = in->stopping && !its->first;
	if (late) {
		in->depth--;
		in->bytes -= c->bytes;
		in->runs -= !c->answers;
	} else {
		if (!in->started && !in->stopping)
			start(in);
		*its->last = c;
		its->last = &c->next;
		pthread_cond_signal(&its->some);
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
