/* Migrations: each once, in one piece, and never changed. */
#include "toy.h"

#include <string.h>

#include "store/driver.h"
#include "store/migrate.h"
#include "store/sqltext.h"

static void once(void **state)
{
	struct test_db *t = *state;
	struct str text = STR("CREATE TABLE one (id INT8 NOT NULL PRIMARY KEY);");
	assert_int_equal(migrate_text(t->db, "0001_one.sql", text), 1);
	assert_int_equal(migrate_text(t->db, "0001_one.sql", text), 0);
	assert_int_equal(migrate_text(t->db, "0001_one.sql",
				 STR("CREATE TABLE other (id INT8 NOT NULL PRIMARY KEY);")),
		ERR_STATE);
	assert_int_equal(migrate_text(t->db, "0001_one.sql", text), 0);
}

static void in_one_piece(void **state)
{
	struct test_db *t = *state;
	struct str bad = STR("CREATE TABLE one (id INT8 NOT NULL PRIMARY KEY);\nCREATE TABLE one "
			     "(id INT8 NOT NULL);");
	struct str good = STR("CREATE TABLE one (id INT8 NOT NULL PRIMARY KEY);");
	assert_int_equal(migrate_text(t->db, "0001_one.sql", bad), ERR_DB);
	assert_false(db_in_tx(t->db));
	assert_int_equal(migrate_text(t->db, "0001_one.sql", good), 1);
}

static void all_of_them(void **state)
{
	struct test_db *t = *state;
	int n = -1, missing = -1;
	test_ok(t, db_migrations_missing(t->db, &missing));
	assert_true(missing > 0);
	test_ok(t, db_migrate(t->db, &n));
	assert_int_equal(n, missing);
	test_ok(t, db_migrations_missing(t->db, &missing));
	assert_int_equal(missing, 0);
	test_ok(t, db_migrate(t->db, &n));
	assert_int_equal(n, 0);
}

/* Whoever only asks writes nothing: it may be another program's database, or not his to change. */
static void asking_makes_nothing(void **state)
{
	struct test_db *t = *state;
	int missing = -1, n = -1;
	test_ok(t, db_migrations_missing(t->db, &missing));
	test_ok(t, t->db->driver->exec(t->db, "CREATE TABLE schema_migration (x INT8)"));
	test_ok(t, t->db->driver->exec(t->db, "DROP TABLE schema_migration"));
	test_ok(t, db_migrate(t->db, &n));
	assert_int_equal(n, missing);
	test_ok(t, t->db->driver->exec(t->db, "DELETE FROM schema_migration WHERE name < '0003'"));
	test_ok(t, db_migrations_missing(t->db, &missing));
	assert_int_equal(missing, 2);
	test_ok(t, t->db->driver->exec(t->db, "UPDATE schema_migration SET hash = 'x'"));
	assert_int_equal(db_migrations_missing(t->db, &missing), ERR_STATE);
	assert_non_null(strstr(db_error(t->db), "was changed"));
}

static void of_a_newer_program(void **state)
{
	struct test_db *t = *state;
	struct str text = STR("CREATE TABLE later (id INT8 NOT NULL PRIMARY KEY);");
	int n = -1;
	test_ok(t, db_migrate(t->db, &n));
	assert_int_equal(migrate_text(t->db, "9999_later.sql", text), 1);
	assert_int_equal(db_migrations_missing(t->db, &n), ERR_STATE);
	assert_non_null(strstr(db_error(t->db), "9999_later.sql"));
	assert_int_equal(db_migrate(t->db, &n), ERR_STATE);
}

static void faults_leave_nothing_half_done(void **state)
{
	struct test_db *t = *state;
	struct str text = STR("CREATE TABLE one (id INT8 NOT NULL PRIMARY KEY);");
	int r = -1, n = 0;
	while (r < 0) {
		db_fail_after(t->db, ++n);
		r = migrate_text(t->db, "0001_one.sql", text);
		db_fail_after(t->db, 0);
		assert_false(db_in_tx(t->db));
	}
	assert_int_equal(r, 1);
	assert_true(n > 3);
}

static void check_split(const char *text, size_t n, const char *const *expected)
{
	struct str rest = str_of(text), statement;
	size_t i = 0;
	for (; sql_statement(&rest, &statement); i++) {
		assert_true(i < n);
		assert_true(str_is(statement, expected[i]));
	}
	assert_int_equal(i, n);
}

static void splitting(void **state)
{
	(void)state;
	check_split("", 0, NULL);
	check_split(" ; ;\n-- no; thing\n/* nor; this */ ;", 0, NULL);
	check_split("a;b", 2, (const char *[]){"a", "b"});
	check_split(
		"a 'x;''y;' ;b \"c;d\"; e", 3, (const char *[]){"a 'x;''y;'", "b \"c;d\"", "e"});
	check_split(
		"a -- x;\n+1; /* ; */ b /* ' */;", 2, (const char *[]){"a -- x;\n+1", "b /* ' */"});
	check_split("a 'never ends; b", 1, (const char *[]){"a 'never ends; b"});
}

static void check_translation(const char *text, const char *sqlite, const char *postgres)
{
	auto_buf a, b;
	buf_init(&a, 4096);
	buf_init(&b, 4096);
	sql_for_sqlite(&a, str_of(text));
	sql_for_postgres(&b, str_of(text));
	assert_string_equal(buf_z(&a), sqlite);
	assert_string_equal(buf_z(&b), postgres);
}

static void translating(void **state)
{
	(void)state;
	check_translation("CREATE TABLE t (id INT8, text TEXT, b BYTEA, f FLOAT8 DEFAULT 'INT8', "
			  "PRIMARY KEY (id, text))",
		"CREATE TABLE t (id INTEGER, text TEXT, b BLOB, f REAL DEFAULT 'INT8', PRIMARY KEY "
		"(id, text))\nSTRICT",
		"CREATE TABLE t (id INT8, text TEXT COLLATE \"C\", b BYTEA, f FLOAT8 DEFAULT "
		"'INT8', PRIMARY KEY (id, text))");
	check_translation("ALTER TABLE t ADD COLUMN n INT8 NOT NULL",
		"ALTER TABLE t ADD COLUMN n INTEGER NOT NULL",
		"ALTER TABLE t ADD COLUMN n INT8 NOT NULL");
	check_translation("INSERT INTO t SELECT CAST(x AS TEXT)",
		"INSERT INTO t SELECT CAST(x AS TEXT)", "INSERT INTO t SELECT CAST(x AS TEXT)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case_empty(once),
		test_db_case_empty(in_one_piece),
		test_db_case_empty(all_of_them),
		test_db_case_empty(asking_makes_nothing),
		test_db_case_empty(of_a_newer_program),
		test_db_case_empty(faults_leave_nothing_half_done),
		cmocka_unit_test(splitting),
		cmocka_unit_test(translating),
	};
	return test_db_run("migrate", tests);
}
