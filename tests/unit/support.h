/* What unit tests share: the cmocka headers, and fresh migrated databases on each engine.
 *
 *   int main(void)
 *   {
 *       const struct CMUnitTest tests[] = {test_db_case(adds_one), …};
 *       return test_db_run("venue", tests);            on SQLite, then on PostgreSQL when
 * LUBAN_TEST_PG is set
 *   }
 *   static void adds_one(void **state)
 *   {
 *       struct test_db *t = *state;                    t->db is migrated, its rows live in t->arena
 *   } */
#ifndef LUBAN_TEST_SUPPORT_H
#define LUBAN_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "store/db.h"

struct test_db {
	enum db_kind kind;
	struct db *db;
	struct arena *arena;
	char url[512]; /* a further connection to the same database may be opened with it */
	char place[256]; /* the file, or the schema */
};

/* A fresh database with every migration applied; fails the test when it cannot be had. */
struct test_db *test_db_open(enum db_kind kind);
/* The same without any migration. */
struct test_db *test_db_open_empty(enum db_kind kind);
/* Closes and removes it. */
void test_db_close(struct test_db *t);

/* The kind that test_db_run() is at; for tests that open databases themselves. */
extern enum db_kind test_db_kind;
int test_db_setup(void **state);
int test_db_setup_empty(void **state);
int test_db_teardown(void **state);
#define test_db_case(f) cmocka_unit_test_setup_teardown(f, test_db_setup, test_db_teardown)
#define test_db_case_empty(f) \
	cmocka_unit_test_setup_teardown(f, test_db_setup_empty, test_db_teardown)
#define test_db_run(name, tests) test_db_run_n((name), (tests), sizeof(tests) / sizeof((tests)[0]))
int test_db_run_n(const char *name, const struct CMUnitTest *tests, size_t n);

/* r is 0 (or a count), else the test fails with the database's words. */
#define test_ok(t, r) test_ok_at((t), (r), __FILE__, __LINE__)
void test_ok_at(struct test_db *t, int64_t r, const char *file, int line);

/* The whole file, NUL-terminated, malloc()ed. Paths are relative to the source tree, where tests
 * run. */
struct str test_file(const char *path);

#endif
