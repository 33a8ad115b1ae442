#include "cli/background.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "core/audit_seal.h"
#include "core/job.h"
#include "core/log_witness.h"
#include "core/message.h"
#include "core/session.h"
#include "core/tlog_key.h"
#include "doc/handover_file.h"
#include "doc/held_sheet.h"
#include "doc/roster_sheet.h"
#include "doc/archive_package.h"
#include "doc/certificate_volumes.h"
#include "doc/item_job.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/issue_run.h"
#include "domain/certificate/proof.h"
#include "domain/certificate/status.h"
#include "domain/certificate/recall.h"
#include "domain/certificate/revocation.h"
#include "domain/evaluation/batch.h"
#include "domain/exam/exam.h"
#include "domain/exam/exam_statistics.h"
#include "domain/exam/look.h"
#include "domain/exam/paper.h"
#include "domain/exam/scoring.h"
#include "domain/statistics/publish.h"

/* Each ends with {0}. */
static const struct job_kind *const job_lists[] = {
	roster_jobs,
	held_jobs,
	handover_jobs,
	archive_jobs,
	certificate_volume_jobs,
	issue_jobs,
	item_jobs,
	score_jobs,
	exam_statistics_jobs,
	look_jobs,
	paper_jobs,
	recall_jobs,
	NULL,
};

static int move_batches(struct ctx *cx)
{
	int moved;
	return batch_tick(cx, &moved);
}

enum { FILL_SECONDS = 1 };

static int ask_witnesses(struct ctx *cx)
{
	int n;
	return log_witness_ask(cx, &n);
}

/* For a moment at a time, so that checkpoints and everybody who writes come in between, until all
 * have theirs; then it asks one row. */
static int fill_log(struct ctx *cx)
{
	int64_t until = ctx_wall(cx) + FILL_SECONDS;
	int n, r = 0;
	bool is_done = false;
	while (!r && !is_done && ctx_wall(cx) < until)
		r = certificate_backfill(cx, &n, &is_done);
	return r;
}

static int publish_figures(struct ctx *cx)
{
	bool is_published;
	return figures_publish(cx, &is_published);
}

static int read_states(struct ctx *cx)
{
	bool is_made;
	return certificate_status_tick(cx, &is_made);
}

static int clear_volumes(struct ctx *cx)
{
	int n;
	return certificate_volumes_clear(cx, &n);
}

/* Said here too: whoever could rewrite the database does not have the journal. */
static int count_audit(struct ctx *cx)
{
	struct audit_count c;
	int r = audit_count(cx, &c);
	if (r > 0)
		log_info("audit: count %" PRId64 ": %" PRId64 " rows up to %" PRId64 ", seal %s",
			c.no, c.n, c.upto_id, c.seal);
	return r;
}

static int sweep_lookups(struct ctx *cx)
{
	int r = lookup_sweep(cx);
	return r < 0 ? r : 0;
}

/* Done every so many seconds, by every process: whoever comes second finds nothing to do. */
struct routine {
	const char *name;
	int every;
	int (*run)(struct ctx *cx);
};
static const struct routine routines[] = {
	{"sessions", 3600, session_sweep},
	{"audit", 600, count_audit},
	{"look-ups", 60, sweep_lookups},
	{"batches", 60, move_batches},
	{"printed volumes", 60, clear_volumes},
	{"revocations", 20, revocation_tick},
};

/* Whoever sits an exam waits for nothing that may take minutes, such as thousands of terms that end
 * on one day. */
static const struct routine timely[] = {
	{"sittings", 1, sitting_tick},
	{"exams", 5, exam_tick},
};

/* The public log has a thread of its own: a checkpoint waits for nobody's work. */
static const struct routine logging[] = {
	{"log memory", 300, tlog_remembered},
	{"log", 1, tlog_tick},
	{"log backfill", 2, fill_log},
	{"log figures", 15, publish_figures},
	{"log states", 10, read_states},
};

/* The same for what waits for other servers, in a thread of its own. */
static const struct routine outward[] = {
	{"witnesses", 1, ask_witnesses},
};

static const struct table {
	const struct routine *routines;
	size_t n;
} tables[] = {
	{routines, sizeof routines / sizeof *routines},
	{timely, sizeof timely / sizeof *timely},
	{logging, sizeof logging / sizeof *logging},
	{outward, sizeof outward / sizeof *outward},
};

enum {
	TABLES = sizeof tables / sizeof *tables,
	ROUTINES_MAX = 16, /* of one table */
	ARENA_MAX = 256 * 1024 * 1024,
	SLICE_MS = 200,
	RETRY_SECONDS = 10,
	QUIET_SECONDS = 60, /* what fails each second is not said each second */
};

struct turn {
	int64_t due, quiet_until;
};

struct clockwork {
	struct background *background;
	const struct table *table;
};

struct background {
	const char *database;
	const struct keyring *keys;
	volatile int stop;
	int n;
	pthread_t threads[BACKGROUND_JOBS_MAX + TABLES];
	struct clockwork clockworks[TABLES];
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

static int run_routine(struct background *b, struct db *db, struct arena *arena,
	const struct routine *routine, struct turn *turn)
{
	struct ctx cx;
	arena_reset(arena);
	db_use_arena(db, arena);
	ctx_init(&cx, arena, db, b->keys);
	ctx_act_as_system(&cx, "定时任务");
	int r = routine->run(&cx);
	if (r >= 0)
		turn->quiet_until = 0;
	if (r < 0 && seconds() >= turn->quiet_until) {
		log_error("%s: %s: %s %s %s", routine->name, err_name(r),
			cx.problem.id ? cx.problem.id : "",
			cx.problem.id ? problem_text(&cx) : "", db_error(db));
		turn->quiet_until = seconds() + QUIET_SECONDS;
	}
	return r;
}

/* Until stopped, or until the connection is of no use any more. Turns are kept then: one that fails
 * each time does not keep those behind it from theirs. */
static void run_routines(const struct clockwork *c, struct db *db, struct arena *arena,
	struct turn turns[ROUTINES_MAX])
{
	struct background *b = c->background;
	while (!is_stopped(b)) {
		for (size_t i = 0; i < c->table->n && !is_stopped(b); i++) {
			const struct routine *routine = &c->table->routines[i];
			if (seconds() < turns[i].due)
				continue;
			int r = run_routine(b, db, arena, routine, &turns[i]);
			turns[i].due = seconds() + routine->every;
			if (r == ERR_DB) {
				turns[i].due += RETRY_SECONDS;
				return;
			}
		}
		rest(b, seconds() + 1);
	}
}

static void *routine_thread(void *arg)
{
	const struct clockwork *c = arg;
	struct background *b = c->background;
	struct turn turns[ROUTINES_MAX] = {0};
	auto_arena arena = arena_new(ARENA_MAX);
	while (!is_stopped(b)) {
		auto_db db = NULL;
		if (db_open(b->database, &db) == 0)
			run_routines(c, db, arena, turns);
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

static int start_thread(struct background *b, void *(*run)(void *arg), void *arg)
{
	if (pthread_create(&b->threads[b->n], NULL, run, arg))
		return ERR_IO;
	b->n++;
	return 0;
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
	int r = 0;
	for (size_t i = 0; i < TABLES && !r; i++) {
		b->clockworks[i] = (struct clockwork){b, &tables[i]};
		r = start_thread(b, routine_thread, &b->clockworks[i]);
	}
	for (int i = 0; i < jobs && !r; i++)
		r = start_thread(b, job_thread, b);
	if (r < 0)
		background_stop(b);
	else
		*ret_background = b;
	return r;
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
