/* The bare loop that issuing is measured against: `bench_bare SOURCE TARGET`. Every row of SOURCE is
 * inserted into TARGET, the same database before: tables and indexes as they are, one prepared
 * INSERT a table, nothing but SQLite. A transaction takes the rows of a thousand certificates, each
 * table's in the order in which they were written. Reading SOURCE is not timed. Prints:
 * certificates, a second by the wall, a second of the processor, rows, tables. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { TABLES_MAX = 64, COLUMNS_MAX = 64, EACH = 1000 };

struct table {
	char name[64];
	sqlite3_int64 n, done; /* rows */
	int columns;
	sqlite3_stmt *read, *write;
};

static struct table tables[TABLES_MAX];
static int n_tables;

static void die(sqlite3 *db, const char *what)
{
	fprintf(stderr, "bench_bare: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
	exit(3);
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(db, sql);
}

static sqlite3 *open_db(const char *path)
{
	sqlite3 *db;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		die(db, path);
	return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		die(db, sql);
	return s;
}

static sqlite3_int64 number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = prepare(db, sql);
	sqlite3_int64 n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
	sqlite3_finalize(s);
	return n;
}

static sqlite3_stmt *insert_of(sqlite3 *target, const struct table *t)
{
	char sql[1024];
	int at = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", t->name);
	for (int i = 1; i < t->columns; i++)
		at += snprintf(sql + at, sizeof sql - (size_t)at, ", ?");
	snprintf(sql + at, sizeof sql - (size_t)at, ")");
	return prepare(target, sql);
}

/* Ids are given in the order of writing, whatever a table is clustered by. */
static const char *order_of(sqlite3 *source, const char *name)
{
	static const char *const columns[] = {"id", "leaf_index", "certificate_id", "enrolment_id",
		"found_person_id", "tile_index"};
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		char sql[256];
		snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM pragma_table_info('%s') "
			"WHERE name = '%s'", name, columns[i]);
		if (number(source, sql))
			return columns[i];
	}
	return "1";
}

/* Tables that have rows before are reference data, but for the events. */
static void add_table(sqlite3 *source, sqlite3 *target, const char *name)
{
	char sql[256];
	struct table *t = &tables[n_tables];
	snprintf(t->name, sizeof t->name, "%s", name);
	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", name);
	t->n = number(source, sql);
	if (!t->n || (number(target, sql) && strcmp(name, "event")))
		return;
	snprintf(sql, sizeof sql, "DELETE FROM %s", name);
	run(target, sql);
	snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY %s", name, order_of(source, name));
	t->read = prepare(source, sql);
	t->columns = sqlite3_column_count(t->read);
	t->write = insert_of(target, t);
	n_tables++;
}

struct rows {
	sqlite3_value **values;
	size_t n, cap;
	int table;
};

static struct rows pieces[TABLES_MAX];

static void take(int i, sqlite3_int64 upto)
{
	struct table *t = &tables[i];
	struct rows *r = &pieces[i];
	r->n = 0;
	for (; t->done < upto; t->done++) {
		if (sqlite3_step(t->read) != SQLITE_ROW)
			die(NULL, "SOURCE ends early");
		for (int c = 0; c < t->columns; c++) {
			if (r->n == r->cap) {
				r->cap = r->cap ? 2 * r->cap : 4096;
				r->values = realloc(r->values, r->cap * sizeof *r->values);
				if (!r->values)
					die(NULL, "memory");
			}
			r->values[r->n++] = sqlite3_value_dup(sqlite3_column_value(t->read, c));
		}
	}
}

static void put(sqlite3 *target, int i)
{
	struct table *t = &tables[i];
	struct rows *r = &pieces[i];
	for (size_t at = 0; at < r->n; at += (size_t)t->columns) {
		for (int c = 0; c < t->columns; c++)
			sqlite3_bind_value(t->write, c + 1, r->values[at + (size_t)c]);
		if (sqlite3_step(t->write) != SQLITE_DONE)
			die(target, t->name);
		sqlite3_reset(t->write);
	}
}

static void drop(int i)
{
	for (size_t at = 0; at < pieces[i].n; at++)
		sqlite3_value_free(pieces[i].values[at]);
}

static double wall(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double processor(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		(double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	double took = 0, cpu = 0;
	if (argc != 3)
		return 2;
	sqlite3 *source = open_db(argv[1]), *target = open_db(argv[2]);
	/* As src/store/sqlite.c opens it, and as `luban simulate` writes in bulk. */
	run(target, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF;"
		"PRAGMA journal_size_limit=67108864;"
		"PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=16384");
	sqlite3_stmt *names = prepare(source, "SELECT name FROM sqlite_master WHERE type = 'table' "
		"AND name NOT LIKE 'sqlite_%' AND name NOT IN ('simulation', 'schema_migration') "
		"ORDER BY name");
	while (sqlite3_step(names) == SQLITE_ROW && n_tables < TABLES_MAX)
		add_table(source, target, (const char *)sqlite3_column_text(names, 0));
	sqlite3_int64 certificates = number(source, "SELECT COUNT(*) FROM certificate");
	sqlite3_int64 steps = (certificates + EACH - 1) / EACH, rows = 0;
	for (sqlite3_int64 k = 1; k <= steps; k++) {
		for (int i = 0; i < n_tables; i++)
			take(i, tables[i].n * k / steps);
		double from = wall(), from_cpu = processor();
		run(target, "BEGIN IMMEDIATE");
		for (int i = 0; i < n_tables; i++)
			put(target, i);
		run(target, "COMMIT");
		took += wall() - from;
		cpu += processor() - from_cpu;
		for (int i = 0; i < n_tables; i++)
			drop(i);
	}
	for (int i = 0; i < n_tables; i++)
		rows += tables[i].n;
	printf("%lld %.0f %.0f %lld %d\n", (long long)certificates, (double)certificates / took,
		(double)certificates / cpu, (long long)rows, n_tables);
	return 0;
}
