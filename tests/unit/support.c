#include "support.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

enum db_kind test_db_kind = DB_SQLITE;

static void run_on_server(const char *fmt, const char *schema)
{
	char sql[256];
	PGconn *conn = PQconnectdb(getenv("LUBAN_TEST_PG"));
	snprintf(sql, sizeof sql, fmt, schema);
	PQclear(PQexec(conn, "SET client_min_messages = error"));
	PGresult *res = PQexec(conn, sql);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	PQclear(res);
	PQfinish(conn);
}

static void name_place(struct test_db *t)
{
	static int count;
	if (t->kind == DB_SQLITE) {
		const char *folder = getenv("TMPDIR");
		snprintf(t->place, sizeof t->place, "%s/luban_test_%d_%d.db",
			folder ? folder : "/tmp", (int)getpid(), ++count);
		snprintf(t->url, sizeof t->url, "sqlite:%s", t->place);
		return;
	}
	const char *server = getenv("LUBAN_TEST_PG");
	snprintf(t->place, sizeof t->place, "luban_test_%d_%d", (int)getpid(), ++count);
	snprintf(t->url, sizeof t->url, "%s%coptions=-csearch_path%%3D%s", server,
		strchr(server, '?') ? '&' : '?', t->place);
}

static void remove_file(const struct test_db *t)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	char path[sizeof t->place + 16];
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s%s", t->place, endings[i]);
		unlink(path);
	}
}

struct test_db *test_db_open_empty(enum db_kind kind)
{
	struct test_db *t = calloc(1, sizeof *t);
	assert_non_null(t);
	t->kind = kind;
	name_place(t);
	if (kind == DB_POSTGRES)
		run_on_server("CREATE SCHEMA %s", t->place);
	else
		remove_file(t);
	t->arena = arena_new(256 * 1024 * 1024);
	test_ok(t, db_open(t->url, &t->db));
	db_use_arena(t->db, t->arena);
	return t;
}

struct test_db *test_db_open(enum db_kind kind)
{
	int applied;
	struct test_db *t = test_db_open_empty(kind);
	test_ok(t, db_migrate(t->db, &applied));
	return t;
}

void test_db_close(struct test_db *t)
{
	db_close(t->db);
	arena_free(t->arena);
	if (t->kind == DB_POSTGRES)
		run_on_server("DROP SCHEMA %s CASCADE", t->place);
	else
		remove_file(t);
	free(t);
}

int test_db_setup(void **state)
{
	*state = test_db_open(test_db_kind);
	return 0;
}

int test_db_setup_empty(void **state)
{
	*state = test_db_open_empty(test_db_kind);
	return 0;
}

int test_db_teardown(void **state)
{
	test_db_close(*state);
	return 0;
}

int test_db_run_n(const char *name, const struct CMUnitTest *tests, size_t n)
{
	char group[128];
	int failed = 0;
	test_db_kind = DB_SQLITE;
	snprintf(group, sizeof group, "%s on SQLite", name);
	failed += _cmocka_run_group_tests(group, tests, n, NULL, NULL);
	if (!getenv("LUBAN_TEST_PG"))
		return failed;
	test_db_kind = DB_POSTGRES;
	snprintf(group, sizeof group, "%s on PostgreSQL", name);
	return failed + _cmocka_run_group_tests(group, tests, n, NULL, NULL);
}

void test_ok_at(struct test_db *t, int64_t r, const char *file, int line)
{
	if (r >= 0)
		return;
	print_error("%s:%d: %s: %s\n", file, line, err_name((int)r), t->db ? db_error(t->db) : "");
	_fail(file, line);
}

struct str test_file(const char *path)
{
	char chunk[4096];
	struct buf b;
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("%s cannot be read", path);
	buf_init(&b, 256 * 1024 * 1024);
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
		buf_put(&b, chunk, n);
	fclose(f);
	return buf_view(&b);
}
