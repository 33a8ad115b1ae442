/* The table schema_migration knows which texts are applied, with a hash that tells when one was
 * changed since. Its statements are here, not in sql/query/: they run before there is a schema. */
#include "store/migrate.h"

#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "conf/asset.h"
#include "store/driver.h"
#include "store/sqltext.h"

static const char table[] =
	"CREATE TABLE IF NOT EXISTS schema_migration ("
	"name TEXT NOT NULL PRIMARY KEY, applied_at INT8 NOT NULL, hash TEXT NOT NULL)";

struct q_schema_migration {
	const char *hash;
};

struct q_schema_newer {
	const char *name;
};

struct q_schema_applied {
	const char *name, *hash;
};

struct schema_migration_in {
	const char *name, *hash;
	int64_t applied_at;
};

static const struct q_col cols[] = {{"hash", Q_TEXT, offsetof(struct q_schema_migration, hash)}};
static const struct q_desc desc = {"schema_migration", cols, 1, sizeof(struct q_schema_migration)};
static const struct q_param params[] = {
	{"name", Q_TEXT, offsetof(struct schema_migration_in, name)},
	{"hash", Q_TEXT, offsetof(struct schema_migration_in, hash)},
	{"applied_at", Q_INT, offsetof(struct schema_migration_in, applied_at)},
};
static const struct q_col newer_cols[] = {{"name", Q_TEXT, offsetof(struct q_schema_newer, name)}};
static const struct q_desc newer_desc = {"schema_newer", newer_cols, 1,
	sizeof(struct q_schema_newer)};
static const struct q_col applied_cols[] = {
	{"name", Q_TEXT, offsetof(struct q_schema_applied, name)},
	{"hash", Q_TEXT, offsetof(struct q_schema_applied, hash)}};
static const struct q_desc applied_desc = {"schema_applied", applied_cols, 2,
	sizeof(struct q_schema_applied)};
static const struct q_order find_order = {.n = 1, .at = {0}},
			    insert_order = {.n = 3, .at = {0, 1, 2}};
/* A statement whose parameters are the first n of the above, as they stand. */
#define PLAIN(n) \
	.index = Q_INDEX_NONE, .params = params, .n_params = (n), .scope_param = -1, \
	.page_param = -1

static const struct q_def table_def = {
	.statement = {"schema_migration_table",
		"SELECT name AS hash FROM sqlite_schema WHERE type = 'table' AND name = ?1",
		"SELECT tablename AS hash FROM pg_catalog.pg_tables"
		" WHERE schemaname = ANY (current_schemas(false)) AND tablename = $1", &desc},
	PLAIN(1),
	.order = &find_order};
static const struct q_def applied_def = {
	.statement = {"schema_migration_applied", "SELECT name, hash FROM schema_migration",
		"SELECT name, hash FROM schema_migration", &applied_desc},
	PLAIN(0)};
static const struct q_def find_def = {
	.statement = {"schema_migration_find", "SELECT hash FROM schema_migration WHERE name = ?1",
		"SELECT hash FROM schema_migration WHERE name = $1", &desc},
	PLAIN(1),
	.order = &find_order};
static const struct q_def newer_def = {
	.statement = {"schema_migration_newer",
		"SELECT name FROM schema_migration WHERE name > ?1 ORDER BY name DESC LIMIT 1",
		"SELECT name FROM schema_migration WHERE name > $1 ORDER BY name DESC LIMIT 1",
		&newer_desc},
	PLAIN(1),
	.order = &find_order};
static const struct q_def insert_def = {
	.statement = {"schema_migration_insert",
		"INSERT INTO schema_migration (name, hash, applied_at) VALUES (?1, ?2, ?3)",
		"INSERT INTO schema_migration (name, hash, applied_at) VALUES ($1, $2, $3)", NULL},
	PLAIN(3),
	.writes = true,
	.order = &insert_order};

static int run_statement(struct db *db, struct str statement)
{
	auto_buf sql;
	buf_init(&sql, 1024 * 1024);
	if (db_kind(db) == DB_SQLITE)
		sql_for_sqlite(&sql, statement);
	else
		sql_for_postgres(&sql, statement);
	if (sql.full)
		return db_fail(db, ERR_LIMIT, "a statement of a migration is too long");
	return db_result(db, db->driver->exec(db, buf_z(&sql)));
}

static int run_text(struct db *db, struct str text)
{
	struct str statement;
	int r = 0;
	while (r == 0 && sql_statement(&text, &statement))
		r = run_statement(db, statement);
	return r;
}

static int find(struct db *db, const struct q_def *def, const char *name, struct arena *arena,
	void *ret_row)
{
	struct schema_migration_in in = {.name = name};
	struct arena *before = db->arena;
	db_use_arena(db, arena);
	int r = q_run_one(db, def, &in, ret_row);
	db_use_arena(db, before);
	return r;
}

static int was_changed(struct db *db, const char *name)
{
	return db_fail(db, ERR_STATE, "%s was changed after it had been applied to this database",
		name);
}

/* 1 applied, 0 not; ERR_STATE when the text differs from the one applied. */
static int is_applied(struct db *db, const char *name, const char *hash)
{
	struct q_schema_migration row;
	auto_arena arena = arena_new(64 * 1024);
	int r = find(db, &find_def, name, arena, &row);
	if (r == ERR_NOTFOUND)
		return 0;
	if (r == 0 && !streq(row.hash, hash))
		return was_changed(db, name);
	return r < 0 ? r : 1;
}

static int apply(struct db *db, const char *name, const char *hash, struct str text)
{
	struct schema_migration_in in = {.name = name, .hash = hash, .applied_at = time(NULL)};
	auto_tx tx;
	int r = tx_begin(&tx, db);
	/* First the name: of two processes, the second one waits here and then meets a conflict. */
	if (r == 0)
		r = q_run_exec(db, &insert_def, &in);
	if (r > 0)
		r = run_text(db, text);
	return r < 0 ? r : tx_commit(&tx);
}

static int prepare_table(struct db *db)
{
	return run_statement(db, str_of(table));
}

int migrate_text(struct db *db, const char *name, struct str text)
{
	char hash[DIGEST_HEX];
	crypto_sha256_hex(text, hash);
	int r = prepare_table(db);
	if (r == 0)
		r = is_applied(db, name, hash);
	if (r != 0)
		return r < 0 ? r : 0;
	r = apply(db, name, hash, text);
	if (r == ERR_CONFLICT)
		return is_applied(db, name, hash) == 1 ? 0 : ERR_CONFLICT;
	return r < 0 ? r : 1;
}

/* ERR_STATE when a later program has been at the database: this one does not know its schema. */
static int check_not_newer(struct db *db, const char *last)
{
	struct q_schema_newer row;
	auto_arena arena = arena_new(64 * 1024);
	int r = find(db, &newer_def, last, arena, &row);
	if (r == ERR_NOTFOUND)
		return 0;
	return r < 0 ? r : db_fail(db, ERR_STATE,
		"%s was applied by a newer version of this program", row.name);
}

/* 1: some were applied once; nothing is made. */
static int has_table(struct db *db)
{
	struct q_schema_migration row;
	auto_arena arena = arena_new(64 * 1024);
	int r = find(db, &table_def, "schema_migration", arena, &row);
	return r == ERR_NOTFOUND ? 0 : r < 0 ? r : 1;
}

/* The embedded texts, for a database that has the table: is it fit for them? */
static int begin(struct db *db, const struct asset **ret_assets, size_t *ret_n)
{
	const struct asset *a = asset_range("sql/migration/", ret_n);
	*ret_assets = a;
	return *ret_n ? check_not_newer(db, a[*ret_n - 1].path + strlen("sql/migration/")) : 0;
}

int db_migrate(struct db *db, int *ret_applied)
{
	size_t n;
	int applied = 0;
	const struct asset *a;
	int r = prepare_table(db);
	if (r == 0)
		r = begin(db, &a, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		r = migrate_text(db, a[i].path + strlen("sql/migration/"), a[i].bytes);
		if (r < 0)
			return r;
		applied += r;
	}
	*ret_applied = applied;
	return 0;
}

static const char *hash_of(const struct q_rows *rows, const char *name)
{
	const struct q_schema_applied *at = rows->at;
	for (size_t i = 0; i < rows->n; i++)
		if (streq(at[i].name, name))
			return at[i].hash;
	return NULL;
}

/* In few questions: those who watch ask again and again. */
static int count_missing(struct db *db, struct arena *arena, int *ret_missing)
{
	size_t n;
	int missing = 0;
	const struct asset *a;
	struct arena *before = db->arena;
	struct q_rows rows;
	int r = begin(db, &a, &n);
	db_use_arena(db, arena);
	if (r == 0)
		r = q_run_many(db, &applied_def, NULL, &rows);
	db_use_arena(db, before);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		char hash[DIGEST_HEX];
		const char *name = a[i].path + strlen("sql/migration/");
		const char *applied = hash_of(&rows, name);
		if (applied && !streq(applied, crypto_sha256_hex(a[i].bytes, hash)))
			r = was_changed(db, name);
		missing += !applied;
	}
	if (r < 0)
		return r;
	*ret_missing = missing;
	return 0;
}

int db_migrations_missing(struct db *db, int *ret_missing)
{
	size_t n;
	auto_arena arena = arena_new(1024 * 1024);
	int r = has_table(db);
	if (r != 0)
		return r < 0 ? r : count_missing(db, arena, ret_missing);
	(void)asset_range("sql/migration/", &n);
	*ret_missing = (int)n;
	return 0;
}
