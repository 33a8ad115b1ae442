/* The story of test_story.c once more, with every statement of every verb failing in its turn: the
 * verb says so, and the database is as if it had not been called. Then it is called again and does
 * its work. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

struct story;
static bool arm(struct story *s, int n, int64_t *ret_before);
static bool fired(struct story *s, int r, int64_t before, const char *call);

#define must(s, call) do { \
	int64_t before_; \
	int n_ = 1, r_; \
	bool armed_; \
	do { \
		armed_ = arm((s), n_++, &before_); \
		r_ = (call); \
	} while (armed_ && fired((s), r_, before_, #call)); \
	must_at((s), r_, __LINE__); \
} while (0)

#include "store/driver.h"
#include "story.h"

enum { CALLS = 2000 };

struct faults {
	/* what each call that went well has built, and its failures before */
	struct arena *arenas[CALLS];
	size_t n;
	sqlite3 *beside; /* sees what is committed */
	int64_t injected;
};

static struct faults faults;

static int64_t committed(void)
{
	sqlite3_stmt *stmt;
	assert_int_equal(sqlite3_prepare_v2(faults.beside, "PRAGMA data_version", -1, &stmt, NULL),
		0);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	int64_t version = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return version;
}

/* Arms the n-th statement from now. Not before the story begins, nor within a transaction of the
 * test itself, which a failure would end. */
static bool arm(struct story *s, int n, int64_t *ret_before)
{
	if (db_in_tx(s->cx->db) || !s->welder)
		return false;
	*ret_before = committed();
	if (n == 1)
		s->cx->arena = faults.arenas[faults.n++] = arena_new(64 * 1024 * 1024);
	db_use_arena(s->cx->db, s->cx->arena);
	assert_true(faults.n < CALLS);
	db_fail_after(s->cx->db, n);
	return true;
}

/* Was it the fault? Then nothing may have come of the call. */
static bool fired(struct story *s, int r, int64_t before, const char *call)
{
	bool is_over = s->cx->db->fail_after > 0;
	db_fail_after(s->cx->db, 0);
	if (is_over)
		return false;
	faults.injected++;
	if (r >= 0)
		fail_msg("a statement failed and nobody said so: %s", call);
	if (db_in_tx(s->cx->db))
		fail_msg("a transaction is left open: %s", call);
	/* The calendar moves each batch in a transaction of its own; enrol() saves the person
	 * first. */
	bool is_one = !strstr(call, "batch_tick") && strncmp(call, "enrol(", 6);
	if (is_one && committed() != before)
		fail_msg("half of it was kept: %s", call);
	ctx_clear(s->cx);
	arena_reset(s->cx->arena);
	return true;
}

#define main story_main
#include "test_story.c"
#undef main

static void with_faults(void **state)
{
	struct test_db *t = *state;
	assert_int_equal(sqlite3_open_v2(t->place, &faults.beside, SQLITE_OPEN_READONLY, NULL), 0);
	test_story(state);
	sqlite3_close(faults.beside);
	for (size_t i = 0; i < faults.n; i++)
		arena_free(faults.arenas[i]);
	assert_true(faults.injected > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(with_faults)};
	test_db_kind = DB_SQLITE;
	if (access("/dev/shm", W_OK) == 0) /* thousands of commits */
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests_name("a story of faults", tests, NULL, NULL);
}
