/* The worker's loop: one connection, one arena, one job after the other. */
#include <time.h>

#include "base/log.h"
#include "core/job.h"

enum { IDLE_MS = 500, BROKEN_MS = 3000, SLICE_MS = 100 };

/* Everything one job may hold at once: the largest file, its sealed form, and a sheet read from
 * it. */
static const size_t ARENA_MAX = (size_t)512 * 1024 * 1024;

static bool is_set(const volatile int *stop)
{
	return __atomic_load_n(stop, __ATOMIC_RELAXED);
}

static void rest(int ms, const volatile int *stop)
{
	for (int left = ms; left > 0 && !is_set(stop); left -= SLICE_MS)
		nanosleep(&(struct timespec){.tv_nsec = SLICE_MS * 1000000L}, NULL);
}

/* Works until stopped or until the connection fails. */
static void work(struct db *db, const struct keyring *keys, struct arena *arena,
	const volatile int *stop)
{
	int r = 0;
	while (!is_set(stop) && r >= 0) {
		struct ctx cx;
		arena_reset(arena);
		ctx_init(&cx, arena, db, keys);
		r = job_work_until(&cx, stop);
		if (r < 0)
			log_error("jobs: %s: %s", err_name(r), db_error(db));
		else if (r == 0)
			rest(IDLE_MS, stop);
	}
}

void job_loop(const char *database, const struct keyring *keys, const volatile int *stop)
{
	auto_arena arena = arena_new(ARENA_MAX);
	while (!is_set(stop)) {
		auto_db db = NULL;
		int r = db_open(database, &db);
		if (r < 0)
			log_error("jobs: %s: %s", err_name(r), db_error(db));
		else
			work(db, keys, arena, stop);
		if (!is_set(stop))
			rest(BROKEN_MS, stop);
	}
}
