/* Connections and transactions, on whichever engine. */
#include "store/db.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/driver.h"

int db_fail(struct db *db, int err, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(db->error, sizeof db->error, fmt, ap);
	va_end(ap);
	return err;
}

int db_ready(struct db *db)
{
	if (db->fail_after > 0 && --db->fail_after == 0)
		return db_result(db, db_fail(db, ERR_DB, "injected fault"));
	if (db->failed)
		return db_fail(db, ERR_DB,
			"a statement of this transaction failed: only its rollback is possible");
	return 0;
}

int db_result(struct db *db, int r)
{
	if (r < 0 && db->depth > 0)
		db->failed = true;
	return r;
}

static void *must(void *p)
{
	if (!p)
		log_die("out of memory");
	return p;
}

int db_open(const char *url, struct db **ret_db)
{
	struct db *db = must(calloc(1, sizeof *db));
	*ret_db = db;
	db->url = must(strdup(url ? url : ""));
	db->plain = must(calloc(q_statements_n + 1, sizeof *db->plain));
	struct str s = str_of(url);
	if (str_starts(s, "sqlite:")) {
		db->driver = &sqlite_driver;
		db->kind = DB_SQLITE;
		return db->driver->open(db, url + strlen("sqlite:"));
	}
	if (str_starts(s, "postgresql://") || str_starts(s, "postgres://")) {
		db->driver = &postgres_driver;
		db->kind = DB_POSTGRES;
		return db->driver->open(db, url);
	}
	return db_fail(db, ERR_INVALID, "a database is named sqlite:FILE or postgresql://…");
}

void db_close(struct db *db)
{
	if (!db)
		return;
	while (db->depth > 0)
		db_rollback(db);
	db->closing = true;
	query_forget(db);
	if (db->driver)
		db->driver->close(db);
	free(db->plain);
	free(db->url);
	free(db);
}

void db_cleanup(struct db **db)
{
	db_close(*db);
}

enum db_kind db_kind(const struct db *db)
{
	return db->kind;
}

const char *db_error(const struct db *db)
{
	return db->error;
}

int db_write_much(struct db *db)
{
	if (db->kind != DB_SQLITE)
		return 0;
	int r = db_ready(db);
	return r < 0 ? r : db->driver->exec(db,
		"PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=16384");
}

void db_use_arena(struct db *db, struct arena *arena)
{
	db->arena = arena;
}

void db_fail_after(struct db *db, int n)
{
	db->fail_after = n;
}

bool db_in_tx(const struct db *db)
{
	return db->depth > 0;
}

static int savepoint(struct db *db, const char *verb, int depth)
{
	char sql[64];
	snprintf(sql, sizeof sql, "%s s%d", verb, depth);
	return db->driver->exec(db, sql);
}

int db_begin(struct db *db)
{
	int r = db_ready(db);
	if (r == 0)
		r = db->depth == 0 ? db->driver->begin(db) : savepoint(db, "SAVEPOINT", db->depth);
	if (r < 0)
		return db_result(db, r);
	db->depth++;
	return 0;
}

int db_commit(struct db *db)
{
	if (db->depth == 0)
		return db_fail(db, ERR_BUG, "commit without begin");
	int r = db_ready(db);
	if (r == 0 && db->depth > 1)
		r = savepoint(db, "RELEASE SAVEPOINT", db->depth - 1);
	if (r < 0) {
		db_rollback(db);
		return r;
	}
	if (--db->depth > 0)
		return 0;
	return db->driver->end(db, true);
}

void db_rollback(struct db *db)
{
	if (db->depth == 0)
		return;
	if (--db->depth == 0) {
		db->driver->end(db, false);
		db->failed = false;
		return;
	}
	/* When the savepoint is gone, the engine has rolled back everything: the outer ones are
	 * void too. */
	db->failed = savepoint(db, "ROLLBACK TO SAVEPOINT", db->depth) < 0 ||
		savepoint(db, "RELEASE SAVEPOINT", db->depth) < 0;
}

int db_hold(struct db *db, bool on)
{
	return db->driver->hold ? db->driver->hold(db, on) : 0;
}

int tx_begin(struct tx *tx, struct db *db)
{
	tx->db = NULL;
	int r = db_begin(db);
	if (r == 0)
		tx->db = db;
	return r;
}

int tx_commit(struct tx *tx)
{
	struct db *db = tx->db;
	tx->db = NULL;
	return db_commit(db);
}

void tx_cleanup(struct tx *tx)
{
	if (tx->db)
		db_rollback(tx->db);
	tx->db = NULL;
}
