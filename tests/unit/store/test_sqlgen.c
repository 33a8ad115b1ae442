/* The generator refuses what it must, and says where and why. */
#include "support.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char schema[] = "CREATE TABLE t (id INT8 NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
			     " region TEXT NOT NULL, body_id INT8 NOT NULL, amount INT8 NOT NULL);";

static char folder[] = "/tmp/luban_sqlgen_XXXXXX";
static char path[128];

static const char *in_folder(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_folder(name), "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int make_folders(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	mkdir(in_folder("out"), 0700);
	mkdir(in_folder("m"), 0700);
	return mkdir(in_folder("q"), 0700);
}

static int remove_folders(void **state)
{
	static const char *const files[] = {
		"log", "out/room.h", "out/room.c", "out/all.c", "m/1.sql", "q/room.sql"};
	static const char *const folders[] = {"out", "m", "q", ""};
	(void)state;
	for (size_t i = 0; i < 6; i++)
		unlink(in_folder(files[i]));
	for (size_t i = 0; i < 4; i++)
		rmdir(in_folder(folders[i]));
	return 0;
}

/* Runs sqlgen; returns its exit code. What it said is in the file log. */
static int run(const char *migration, const char *queries)
{
	char out[128], m[128], q[128];
	char *argv[] = {SQLGEN, out, m, q, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;
	write_file("m/1.sql", migration);
	write_file("q/room.sql", queries);
	snprintf(out, sizeof out, "%s/out", folder);
	snprintf(m, sizeof m, "%s/m", folder);
	snprintf(q, sizeof q, "%s/q", folder);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
		&actions, 2, in_folder("log"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(posix_spawn(&pid, SQLGEN, &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void expect(const char *migration, const char *queries, const char *words)
{
	int code = run(migration, queries);
	struct str log = test_file(in_folder("log"));
	const char *said = log.p ? log.p : "";
	if (code != 1 || !strstr(said, words))
		fail_msg("expected “%s”, got %d: %s\nfor: %s", words, code, said, queries);
	free((char *)log.p);
}

#define Q(kind, sql) "-- name: x " kind "\n" sql "\n"

static const struct {
	const char *queries, *words;
} refused[] = {
	{"SELECT 1;", "room.sql:1: error: SQL before any -- name:"},
	{"-- param: a int\n", "room.sql:1: error: -- param: before any"},
	{Q(":all", "SELECT id FROM t"), "the kind must be"},
	{Q(":one", ""), "x: no SQL"},
	{"\n\n" Q(":one", "SELECT nowhere FROM t"),
		"room.sql:3: error: x: no such column: nowhere"},
	{Q(":one", "SELECT id FROM missing"), "no such table"},
	{Q(":one", "SELECT id FROM t; SELECT id FROM t"), "more than one statement"},
	{Q(":one", "SELECT id FROM t WHERE id = :other"), ":other is no column's name"},
	{Q(":one", "-- param: id2 int\nSELECT id FROM t"), "id2 is never mentioned"},
	{Q(":one", "-- param: id2 long\nSELECT id FROM t"),
		"room.sql:2: error: expected a name"},
	{Q(":one", "-- column: n int\nSELECT id FROM t"), "n is not in the result"},
	{Q(":one", "-- column: id text\nSELECT id FROM t"), "another type than it has"},
	{Q(":one", "SELECT count(*) AS n FROM t"), "the type of column n is not known"},
	{Q(":one", "-- column: n int\nSELECT count(*) FROM t"), "needs a name"},
	{Q(":one", "SELECT id, id FROM t"), "two columns are called id"},
	{Q(":one", "SELECT id AS int FROM t"), "needs a name"},
	{Q(":one", "DELETE FROM t"), "without a result is :exec"},
	{Q(":exec", "SELECT id FROM t"), ":exec has no result"},
	{Q(":exec", "DELETE FROM t RETURNING id"), ":exec has no result"},
	{Q(":each", "DELETE FROM t RETURNING id"), "only read"},
	{Q(":one", "SELECT id FROM t WHERE amount < now()"), "now() is not allowed"},
	{Q(":one", "SELECT id FROM t ORDER BY random()"), "random() is not allowed"},
	{Q(":one", "SELECT id FROM t WHERE amount < CURRENT_TIMESTAMP"),
		"CURRENT_TIMESTAMP"},
	{Q(":one", "SELECT id FROM t FOR UPDATE SKIP LOCKED"), "SKIP is not allowed"},
	{Q(":one", "SELECT id::text FROM t"), ":: is not allowed"},
	{Q(":one", "SELECT id FROM t WHERE id = ?"), "? is not allowed"},
	{Q(":one", "SELECT id FROM t WHERE id = $1"), "$ is not allowed"},
	{Q(":exec", "INSERT OR IGNORE INTO t (id) VALUES (:id)"), "write ON CONFLICT"},
	{Q(":one", "WITH d AS (DELETE FROM t RETURNING id) SELECT id FROM d"),
		"DELETE within parentheses"},
	{Q(":one", "SELECT id FROM t WHERE name = '{0}'"), "no { in a text"},
	{Q(":one", "SELECT id FROM t WHERE {scoop}"), "{scoop} is not known here"},
	{Q(":one", "SELECT id FROM t WHERE id = :scope"), ":scope is reserved"},
	{Q(":one", "-- sort: id = id\nSELECT id FROM t"), "for :list only"},
	{Q(":one", "SELECT id FROM t") Q(":one", "SELECT id FROM t"), "this name is taken"},
	{Q(":list", "SELECT id FROM t {sort}"), "needs a -- sort:"},
	{Q(":list", "-- sort: id = id\nSELECT id FROM t"), "a list ends in {sort}"},
	{Q(":list", "-- sort: id = id\n-- filter: id = :id\nSELECT id FROM t {sort}"),
		"has {filters} when"},
	{Q(":list",
		 "-- sort: id = id\n-- filter: id = 1\nSELECT id FROM t {filters} {sort}"),
		"has no parameter"},
	{Q(":list", "-- sort: id = idd\nSELECT id FROM t {sort}"), "no such column: idd"},
	{Q(":list", "-- sort: id = id\n-- sort: b = bb\nSELECT id FROM t {sort}"),
		"column: bb"},
	{Q(":list", "-- sort: id = id\nSELECT id FROM t {sort} LIMIT 3"),
		"nothing may follow"},
	{Q(":list", "-- sort: id = id\nSELECT id FROM t LIMIT 3 {sort}"),
		"LIMIT from its page"},
	{Q(":list", "-- sort: id = id\nSELECT id FROM t UNION SELECT id FROM t {sort}"),
		"a list is one SELECT"},
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		expect(schema, refused[i].queries, refused[i].words);
}

static void refuses_schemas(void **state)
{
	static const struct {
		const char *migration, *words;
	} cases[] = {
		{"CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)",
			"1.sql:1: error: INTEGER: the types are"},
		{"\nCREATE TABLE t (id INT8 PRIMARY KEY,\n n VARCHAR NOT NULL)",
			"1.sql:3: error: VARCHAR"},
		{"CREATE TABLE t (id INT8 NOT NULL PRIMARY KEY, n TEXT)", "t.n must be NOT NULL"},
		{"CREATE TABLE t (n INT8 NOT NULL PRIMARY KEY); CREATE TABLE u (n TEXT NOT NULL "
		 "PRIMARY KEY)",
			"one name but two types"},
		{"CREATE TABLE t (id INT8 PRIMARY KEY AUTOINCREMENT)",
			"AUTOINCREMENT is not allowed"},
		{"CREATE TABLE t (id INT8 NOT NULL PRIMARY KEY);\n\nCREATE TABLE t (id INT8 NOT "
		 "NULL)",
			"1.sql:3: error: table t already exists"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect(cases[i].migration, "", cases[i].words);
}

static void accepts(void **state)
{
	(void)state;
	assert_int_equal(run(schema, ""), 0);
	assert_int_equal(run(schema, Q(":one", "SELECT id FROM t WHERE name = :name -- :no\n")), 0);
}

/* A second run over the same input leaves the files as they are, so that nothing is compiled again.
 */
static void leaves_alone(void **state)
{
	struct stat before, after;
	(void)state;
	assert_int_equal(run(schema, Q(":one", "SELECT id FROM t")), 0);
	assert_int_equal(stat(in_folder("out/room.h"), &before), 0);
	usleep(20000);
	assert_int_equal(run(schema, Q(":one", "SELECT id FROM t\n")), 0);
	assert_int_equal(stat(in_folder("out/room.h"), &after), 0);
	assert_true(before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
		before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_schemas),
		cmocka_unit_test(accepts),
		cmocka_unit_test(leaves_alone),
	};
	return cmocka_run_group_tests_name("sqlgen", tests, make_folders, remove_folders);
}
