/* The schema keeps the rules that let one text run on SQLite, PostgreSQL and a sharded PostgreSQL:
 * a table that holds what belongs to a person carries person_id in its primary key and in every
 * unique key, and refers only to tables on the same key or to small ones that every shard holds. */
#include "support.h"

#include <sqlite3.h>
#include <string.h>

#include "base/err.h"
#include "store/driver.h"

/* Runs a query that must find nothing; each row it finds is a breach. */
static int breaches(struct test_db *t, const char *sql, const char *what)
{
	int n = 0;
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(sqlite_handle(t->db), sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(sqlite_handle(t->db)), sql);
	for (; sqlite3_step(s) == SQLITE_ROW; n++)
		print_error("%s %s\n", (const char *)sqlite3_column_text(s, 0), what);
	sqlite3_finalize(s);
	return n;
}

#define TABLES \
	"SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
#define OF_PERSONS \
	TABLES " AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = " \
	       "'person_id')"

static const char without_key[] =
	TABLES " AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.pk > 0)";
static const char person_not_in_key[] = OF_PERSONS
	" AND NOT EXISTS"
	" (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'person_id' AND c.pk > 0)";
static const char person_not_in_unique[] =
	"SELECT t.name || '.' || i.name FROM (" OF_PERSONS ") t"
	" JOIN pragma_index_list(t.name) i WHERE i.\"unique\" = 1 AND i.origin <> 'pk'"
	" AND NOT EXISTS (SELECT 1 FROM pragma_index_info(i.name) c WHERE c.name = 'person_id')";
static const char refers_elsewhere[] =
	"SELECT t.name || ' to ' || f.\"table\" FROM (" OF_PERSONS ") t"
	" JOIN pragma_foreign_key_list(t.name) f WHERE f.seq = 0 AND f.\"table\" IN (" OF_PERSONS
	")"
	" AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(t.name) g WHERE g.id = f.id AND "
	"g.\"from\" = 'person_id')";
/* A small table must not refer to a sharded one either. */
static const char refers_to_sharded[] =
	"SELECT t.name || ' to ' || f.\"table\" FROM (" TABLES ") t"
	" JOIN pragma_foreign_key_list(t.name) f WHERE f.\"table\" IN (" OF_PERSONS
	") AND t.name NOT IN (" OF_PERSONS ")";
static const char cascades[] =
	"SELECT t.name FROM (" TABLES ") t JOIN pragma_foreign_key_list(t.name) f"
	" WHERE f.on_delete <> 'NO ACTION' OR f.on_update <> 'NO ACTION'";
static const char others[] = "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view')";

static void keeps_the_rules(void **state)
{
	struct test_db *t = *state;
	int n = breaches(t, without_key, "has no primary key");
	n += breaches(t, person_not_in_key, "has a person_id that is not in its primary key");
	n += breaches(
		t, person_not_in_unique, "is unique without person_id: make it a table of its own");
	n += breaches(t, refers_elsewhere, "is a reference across shards");
	n += breaches(t, refers_to_sharded, "is a reference to a sharded table");
	n += breaches(t, cascades, "has a reference that changes rows by itself");
	n += breaches(t, others, "is no table");
	assert_int_equal(n, 0);
}

/* The queries above do find something when there is something to find. */
static void finds_breaches(void **state)
{
	struct test_db *t = *state;
	test_ok(t,
		t->db->driver->exec(t->db,
			"CREATE TABLE a (x TEXT NOT NULL);"
			"CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY, person_id INTEGER NOT "
			"NULL, n TEXT NOT NULL UNIQUE);"
			"CREATE TABLE c (id INTEGER NOT NULL, person_id INTEGER NOT NULL, b_id "
			"INTEGER NOT NULL REFERENCES b (id)"
			" ON DELETE CASCADE, PRIMARY KEY (person_id, id));"
			"CREATE TABLE d (id INTEGER NOT NULL PRIMARY KEY, b_id INTEGER NOT NULL "
			"REFERENCES b (id));"
			"CREATE VIEW v AS SELECT x FROM a"));
	print_message("seven breaches follow on purpose\n");
	assert_int_equal(breaches(t, without_key, ""), 1);
	assert_int_equal(breaches(t, person_not_in_key, ""), 1);
	assert_int_equal(breaches(t, person_not_in_unique, ""), 1);
	assert_int_equal(breaches(t, refers_elsewhere, ""), 1);
	assert_int_equal(breaches(t, refers_to_sharded, ""), 1);
	assert_int_equal(breaches(t, cascades, ""), 1);
	assert_int_equal(breaches(t, others, ""), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(keeps_the_rules), test_db_case_empty(finds_breaches)};
	test_db_kind = DB_SQLITE;
	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
