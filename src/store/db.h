/* One connection to the one database, SQLite or PostgreSQL. Only this room sees sqlite3 and libpq.
 *
 * A connection belongs to one thread at a time. Rows that a query returns live in the arena set
 * with db_use_arena(). On SQLite a writing transaction takes the process-wide writer lock first, so
 * writers queue instead of failing; readers never wait (WAL). Statements are prepared once per
 * connection. */
#ifndef LUBAN_STORE_DB_H
#define LUBAN_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

enum db_kind { DB_SQLITE, DB_POSTGRES };

/* url: "sqlite:FILE" (created when missing) or "postgresql://…". On failure *ret_db still holds a
 * handle whose db_error() says why; db_close() it all the same. */
int db_open(const char *url, struct db **ret_db) MUST_CHECK;
void db_close(struct db *db); /* NULL is fine */
enum db_kind db_kind(const struct db *db);
/* The database's own words for the last ERR_DB or ERR_CONFLICT. */
const char *db_error(const struct db *db);
void db_use_arena(struct db *db, struct arena *arena);

/* For a command that writes millions of rows: this connection keeps more pages in memory (64 MB),
 * and SQLite's log may grow to as much before it is merged into the file. Nothing becomes less
 * safe. */
int db_write_much(struct db *db) MUST_CHECK;

/* Transactions nest: inner ones are savepoints. After a statement that failed (ERR_NOTFOUND is no
 * failure) nothing works in the innermost one but its rollback: whoever wants to go on after an
 * ERR_CONFLICT tries in an inner transaction. A commit that fails has rolled back. */
int db_begin(struct db *db) MUST_CHECK;
int db_commit(struct db *db) MUST_CHECK;
void db_rollback(struct db *db);
bool db_in_tx(const struct db *db);

/* Rolls back at the end of the scope unless tx_commit() was called; begun before any return.
 *   auto_tx tx; r = tx_begin(&tx, cx->db); … return tx_commit(&tx); */
struct tx {
	struct db *db;
};
int tx_begin(struct tx *tx, struct db *db) MUST_CHECK;
int tx_commit(struct tx *tx) MUST_CHECK;
void tx_cleanup(struct tx *tx);
#define auto_tx __attribute__((cleanup(tx_cleanup))) struct tx

/* From db_hold(db, true) to db_hold(db, false), statements outside a transaction read one state of
 * the database where that costs less than a state each: on SQLite one snapshot, and the locks of
 * its file once for all of them. What is written in between goes through at once, and whoever
 * reads after it sees it. For a piece of work that waits for nobody: while a snapshot is held, the
 * write-ahead log cannot be emptied. */
int db_hold(struct db *db, bool on) MUST_CHECK;

/* Apply every embedded migration that is not applied yet, each in a transaction. */
int db_migrate(struct db *db, int *ret_applied) MUST_CHECK;
/* How many embedded migrations are missing; a server refuses to start on a database with any.
 * Nothing is written. */
int db_migrations_missing(struct db *db, int *ret_missing) MUST_CHECK;

/* Fault injection for tests: the n-th statement from now fails with ERR_DB; 0 switches it off. */
void db_fail_after(struct db *db, int n);

void db_cleanup(struct db **db);
#define auto_db __attribute__((cleanup(db_cleanup))) struct db *

#endif
