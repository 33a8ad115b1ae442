/* The schema: migrations applied to a database in memory, and the rules every table keeps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlgen.h"
#include "store/sqltext.h"

struct known {
	const char *name, *table;
	enum q_type type;
};

static struct known *known;
static size_t n_known;

static const char *const foreign_types[] = {"INTEGER", "INT", "INT4", "INT2", "BIGINT", "SMALLINT",
	"SERIAL", "BIGSERIAL", "BOOLEAN", "BOOL", "BLOB", "REAL", "DOUBLE", "FLOAT", "FLOAT4",
	"NUMERIC", "DECIMAL", "VARCHAR", "CHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "JSON",
	"JSONB", "UUID", "ANY", NULL};
static const char *const forbidden[] = {"AUTOINCREMENT", "TRIGGER", "GENERATED", "PROCEDURE",
	"FUNCTION", "STRICT", "ROWID", "PRAGMA", "CURRENT_TIMESTAMP", "CURRENT_DATE",
	"CURRENT_TIME", "COLLATE", NULL};

static bool is_one_of(struct sql_token t, const char *const *words)
{
	for (; *words; words++)
		if (sql_is(t, *words))
			return true;
	return false;
}

/* A type stands after a word (the column); names of columns stand after ( or a comma. */
static void check_words(const char *path, struct str whole, struct str statement)
{
	struct sql_token before = {SQL_END, {0}};
	for (struct sql_token t = sql_next_word(&statement); t.kind != SQL_END;
		t = sql_next_word(&statement)) {
		int line = line_of(whole, t.text.p);
		if (t.kind == SQL_WORD && is_one_of(t, forbidden))
			bad(path, line, "%.*s is not allowed", (int)t.text.n, t.text.p);
		if (t.kind == SQL_WORD && before.kind == SQL_WORD && !sql_is(before, "AS") &&
			is_one_of(t, foreign_types))
			bad(path, line, "%.*s: the types are INT8, TEXT, BYTEA and FLOAT8",
				(int)t.text.n, t.text.p);
		before = t;
	}
}

static void apply(sqlite3 *db, const char *path)
{
	struct str whole = read_file(path), rest = whole, statement;
	while (sql_statement(&rest, &statement)) {
		auto_buf sql;
		buf_init(&sql, 1024 * 1024);
		check_words(path, whole, statement);
		sql_for_sqlite(&sql, statement);
		if (sqlite3_exec(db, buf_z(&sql), NULL, NULL, NULL) != SQLITE_OK)
			bad(path, line_of(whole, statement.p), "%s", sqlite3_errmsg(db));
	}
}

bool type_of_sqlite(const char *decltype, enum q_type *ret_type)
{
	static const char *const names[] = {
		[Q_INT] = "INTEGER", [Q_TEXT] = "TEXT", [Q_BYTES] = "BLOB", [Q_FLOAT] = "REAL"};
	for (int i = 0; decltype &&i < 4; i++) {
		if (strcmp(decltype, names[i]) == 0) {
			*ret_type = (enum q_type)i;
			return true;
		}
	}
	return false;
}

static const struct known *find(const char *column)
{
	for (size_t i = 0; i < n_known; i++)
		if (streq(known[i].name, column))
			return &known[i];
	return NULL;
}

bool schema_type(const char *column, enum q_type *ret_type)
{
	const struct known *k = find(column);
	if (k)
		*ret_type = k->type;
	return k != NULL;
}

static void learn(const char *folder, const char *table, const char *name, const char *decltype)
{
	struct known k = {arena_dup(mem, name), arena_dup(mem, table), Q_INT};
	if (!type_of_sqlite(decltype, &k.type)) {
		bad(folder, 0, "%s.%s: its type %s is not allowed", table, name, decltype);
		return;
	}
	const struct known *other = find(name);
	if (other && other->type != k.type)
		bad(folder, 0, "%s.%s and %s.%s have one name but two types", table, name,
			other->table, name);
	if (other)
		return;
	known = realloc(known, (n_known + 1) * sizeof *known);
	if (!known)
		abort();
	known[n_known++] = k;
}

static void learn_all(const char *folder, sqlite3 *db)
{
	static const char sql[] =
		"SELECT t.name, c.name, c.type, c.\"notnull\" OR c.pk > 0 FROM sqlite_schema t"
		" JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE "
		"'sqlite_%' ORDER BY t.name, c.cid";
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		bad(folder, 0, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(s) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(s, 0);
		const char *name = (const char *)sqlite3_column_text(s, 1);
		learn(folder, table, name, (const char *)sqlite3_column_text(s, 2));
		if (!sqlite3_column_int(s, 3))
			bad(folder, 0, "%s.%s must be NOT NULL", table, name);
	}
	sqlite3_finalize(s);
}

sqlite3 *schema_build(const char *folder)
{
	sqlite3 *db = NULL;
	int n;
	const char *const *files = sql_files(folder, &n);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		bad(folder, 0, "%s", sqlite3_errmsg(db));
	/* Double quotes never mean a text, as in PostgreSQL. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	for (int i = 0; i < n; i++)
		apply(db, arena_printf(mem, "%s/%s", folder, files[i]));
	learn_all(folder, db);
	return db;
}
