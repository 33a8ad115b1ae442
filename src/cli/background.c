#include "cli/background.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "core/job.h"
#include "core/session.h"
#include "doc/roster_sheet.h"
#include "doc/archive_package.h"
#include "doc/item_job.h"
#include "domain/certificate/issue_run.h"
#include "domain/evaluation/batch.h"
#include "domain/exam/exam.h"
#include "domain/exam/exam_statistics.h"
#include "domain/exam/look.h"
#include "domain/exam/paper.h"
#include "domain/exam/scoring.h"

/* Each ends with {0}. */
static const struct job_kind *const job_lists[] = {
	roster_jobs,
	archive_jobs,
	issue_jobs,
	item_jobs,
	score_jobs,
	exam_statistics_jobs,
	look_jobs,
	paper_jobs,
	NULL,
};

static int move_batches(struct ctx *cx)
{
	int moved;
	return batch_tick(cx, &moved);
}

/* Done every so many seconds, by every process: whoever comes second finds nothing to do. */
static const struct routine {
	const char *name;
	int every;
	int (*run)(struct ctx *cx);
} routines[] = {
	{"sessions", 3600, session_sweep},
	{"batches", 60, move_batches},
	{"sittings", 1, sitting_tick},
	{"exams", 5, exam_tick},
};

enum {
	ROUTINES = sizeof routines / sizeof *routines,
	ARENA_MAX = 256 * 1024 * 1024,
	SLICE_MS = 200,
	RETRY_SECONDS = 10,
};

struct background {
	const char *database;
	const struct keyring *keys;
	volatile int stop;
	int n;
	pthread_t threads[BACKGROUND_JOBS_MAX + 1];
};

static int64_t seconds(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static bool is_stopped(const struct background *b)
{
	return __atomic_load_n(&b->stop, __ATOMIC_RELAXED);
}

static void rest(const struct background *b, int64_t until)
{
	while (!is_stopped(b) && seconds() < until)
		nanosleep(&(struct timespec){.tv_nsec = SLICE_MS * 1000000L}, NULL);
}

static int run_routine(struct background *b, struct db *db, struct arena *arena, size_t i)
{
	struct ctx cx;
	arena_reset(arena);
	db_use_arena(db, arena);
	ctx_init(&cx, arena, db, b->keys);
	ctx_act_as_system(&cx, "定时任务");
	int r = routines[i].run(&cx);
	if (r < 0)
		log_error("%s: %s: %s %s", routines[i].name, err_name(r),
			cx.problem.id ? cx.problem.id : "", db_error(db));
	return r;
}

/* Until stopped, or until the connection is of no use any more. */
static void run_routines(struct background *b, struct db *db, struct arena *arena)
{
	int64_t due[ROUTINES] = {0};
	while (!is_stopped(b)) {
		for (size_t i = 0; i < ROUTINES && !is_stopped(b); i++) {
			if (seconds() < due[i])
				continue;
			if (run_routine(b, db, arena, i) == ERR_DB)
				return;
			due[i] = seconds() + routines[i].every;
		}
		rest(b, seconds() + 1);
	}
}

static void *routine_thread(void *arg)
{
	struct background *b = arg;
	auto_arena arena = arena_new(ARENA_MAX);
	while (!is_stopped(b)) {
		auto_db db = NULL;
		if (db_open(b->database, &db) == 0)
			run_routines(b, db, arena);
		else
			log_error("routines: %s", db_error(db));
		rest(b, seconds() + RETRY_SECONDS);
	}
	return NULL;
}

static void *job_thread(void *arg)
{
	struct background *b = arg;
	job_loop(b->database, b->keys, &b->stop);
	return NULL;
}

void background_register(void)
{
	for (size_t i = 0; i < sizeof job_lists / sizeof *job_lists; i++)
		if (job_lists[i])
			job_register(job_lists[i]);
}

int background_start(const char *database, const struct keyring *keys, int jobs,
	struct background **ret_background)
{
	struct background *b = calloc(1, sizeof *b);
	if (!b || jobs < 0 || jobs > BACKGROUND_JOBS_MAX)
		log_die("background: %s", b ? "too many jobs" : "out of memory");
	b->database = database;
	b->keys = keys;
	background_register();
	for (int i = 0; i <= jobs; i++) {
		if (pthread_create(&b->threads[b->n], NULL, i ? job_thread : routine_thread, b)) {
			background_stop(b);
			return ERR_IO;
		}
		b->n++;
	}
	*ret_background = b;
	return 0;
}

void background_stop(struct background *b)
{
	if (!b)
		return;
	__atomic_store_n(&b->stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < b->n; i++)
		pthread_join(b->threads[i], NULL);
	free(b);
}
