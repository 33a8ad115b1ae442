#include "support.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

enum db_kind test_db_kind = DB_SQLITE;

/* Runs statements in which %1$s is a schema; the number that the last one answers with, or 0. */
static int64_t run_on_server(const char *fmt, const char *schema)
{
	char sql[2048];
	PGconn *conn = PQconnectdb(getenv("LUBAN_TEST_PG"));
	snprintf(sql, sizeof sql, fmt, schema);
	PQclear(PQexec(conn, "SET client_min_messages = error"));
	PGresult *res = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(res);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	int64_t n = PQntuples(res) ? strtoll(PQgetvalue(res, 0, 0), NULL, 10) : 0;
	PQclear(res);
	PQfinish(conn);
	return n;
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

static struct test_db *name_new(enum db_kind kind)
{
	struct test_db *t = calloc(1, sizeof *t);
	assert_non_null(t);
	t->kind = kind;
	name_place(t);
	return t;
}

static void connect(struct test_db *t)
{
	t->arena = arena_new(256 * 1024 * 1024);
	test_ok(t, db_open(t->url, &t->db));
	db_use_arena(t->db, t->arena);
}

static void disconnect(struct test_db *t)
{
	db_close(t->db);
	arena_free(t->arena);
}

struct test_db *test_db_open_empty(enum db_kind kind)
{
	struct test_db *t = name_new(kind);
	if (kind == DB_POSTGRES)
		run_on_server("CREATE SCHEMA %1$s", t->place);
	else
		remove_file(t);
	connect(t);
	return t;
}

static struct test_db *open_migrated(enum db_kind kind)
{
	int applied;
	struct test_db *t = test_db_open_empty(kind);
	test_ok(t, db_migrate(t->db, &applied));
	return t;
}

/* SQLite: a program migrates one file; every test starts from its bytes. */
static struct str migrated_file;

static struct test_db *open_file(void)
{
	if (!migrated_file.n) {
		struct test_db *first = open_migrated(DB_SQLITE);
		disconnect(first);
		migrated_file = test_file(first->place);
		remove_file(first);
		free(first);
	}
	struct test_db *t = name_new(DB_SQLITE);
	remove_file(t);
	FILE *f = fopen(t->place, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(migrated_file.p, 1, migrated_file.n, f), migrated_file.n);
	assert_int_equal(fclose(f), 0);
	connect(t);
	return t;
}

/* PostgreSQL: a program migrates one schema and wipes it after each test; one that somebody has
 * open, or whose tables a test has changed, is not used again. */
static struct {
	struct test_db *t;
	int64_t shape;
	pid_t owner;
	bool is_open;
} kept;

static int64_t shape_of(const struct test_db *t)
{
	return run_on_server(
		"SELECT hashtextextended(string_agg(c.relname || a.attname || a.attnum ||"
		" a.atttypid || a.attnotnull, ',' ORDER BY c.relname, a.attnum), 0) + count(t.oid)"
		" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
		" LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal"
		" WHERE c.relnamespace = '%1$s'::regnamespace", t->place);
}

/* Rows that the migrations put in are kept beside the schema. */
static void keep_rows(const struct test_db *t)
{
	run_on_server("CREATE SCHEMA %1$s_rows;"
		"DO $$ DECLARE t name; BEGIN FOR t IN SELECT relname FROM pg_class"
		" WHERE relkind = 'r' AND relnamespace = '%1$s'::regnamespace"
		" AND pg_relation_size(oid) > 0 LOOP EXECUTE format("
		"'CREATE TABLE %1$s_rows.%%1$I AS TABLE %1$s.%%1$I', t);"
		" END LOOP; END $$", t->place);
}

static void wipe(const struct test_db *t)
{
	run_on_server("DO $$ DECLARE t name; BEGIN"
		" EXECUTE (SELECT 'TRUNCATE ' || string_agg(oid::regclass::text, ',') || ' CASCADE'"
		" FROM pg_class WHERE relkind = 'r' AND relnamespace = '%1$s'::regnamespace"
		" AND pg_relation_size(oid) > 0);"
		" FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r'"
		" AND relnamespace = '%1$s_rows'::regnamespace LOOP EXECUTE format("
		"'INSERT INTO %1$s.%%1$I TABLE %1$s_rows.%%1$I', t); END LOOP; END $$", t->place);
}

static void drop(const struct test_db *t)
{
	run_on_server("DROP SCHEMA %1$s CASCADE", t->place);
}

static void drop_kept(void)
{
	if (!kept.t || kept.owner != getpid())
		return;
	drop(kept.t);
	run_on_server("DROP SCHEMA %1$s_rows CASCADE", kept.t->place);
	free(kept.t);
	kept.t = NULL;
}

static struct test_db *open_schema(void)
{
	if (kept.t && (kept.is_open || kept.owner != getpid()))
		return open_migrated(DB_POSTGRES);
	if (!kept.t) {
		if (!kept.owner)
			atexit(drop_kept);
		kept.t = open_migrated(DB_POSTGRES);
		kept.owner = getpid();
		kept.shape = shape_of(kept.t);
		keep_rows(kept.t);
	} else {
		connect(kept.t);
	}
	kept.is_open = true;
	return kept.t;
}

struct test_db *test_db_open(enum db_kind kind)
{
	return kind == DB_POSTGRES ? open_schema() : open_file();
}

void test_db_close(struct test_db *t)
{
	disconnect(t);
	if (t == kept.t) {
		kept.is_open = false;
		if (shape_of(t) == kept.shape)
			wipe(t);
		else
			drop_kept();
		return;
	}
	if (t->kind == DB_POSTGRES)
		drop(t);
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
