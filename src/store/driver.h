/* What the two engines have in common, seen from inside this room. db.c keeps transactions, query.c
 * runs described statements; both talk to the engine through this table only. */
#ifndef LUBAN_STORE_DRIVER_H
#define LUBAN_STORE_DRIVER_H

#include "store/statement.h"

struct stmt; /* prepared; each engine has its own */

struct value {
	enum q_type type;
	int64_t i;
	double f;
	struct str s; /* texts and bytes; s.p is never NULL */
};

enum { RUN_WRITES = 1, RUN_STREAMS = 2 }; /* streams: rows must not be held in memory */

/* Functions return 0 or an error whose text they left with db_fail(). */
struct driver {
	int (*open)(struct db *db, const char *url);
	void (*close)(struct db *db);
	/* Statements without parameters or result, as many as the text has. */
	int (*exec)(struct db *db, const char *sql);
	/* As db_hold(); NULL where there is nothing to hold. */
	int (*hold)(struct db *db, bool on);
	/* The outermost transaction. end() closes it in any case; after a failed commit it is
	 * rolled back. */
	int (*begin)(struct db *db);
	int (*end)(struct db *db, bool commit);
	/* sql must outlive the statement. types: of the n parameters. */
	int (*prepare)(struct db *db, const char *sql, const enum q_type *types, int n,
		struct stmt **ret_stmt);
	void (*discard)(struct db *db, struct stmt *stmt);
	bool (*is_busy)(const struct stmt *stmt);
	/* start, next until it is not 1, value within, finish always. */
	int (*start)(
		struct db *db, struct stmt *stmt, const struct value *args, int n, unsigned flags);
	int (*next)(struct db *db, struct stmt *stmt);
	/* Valid until the next next(). NULL reads as 0 or ''. */
	int (*value)(struct db *db, struct stmt *stmt, int column, enum q_type type,
		struct value *ret_value);
	/* Returns the rows changed by a statement that ran to its end. */
	int64_t (*finish)(struct db *db, struct stmt *stmt);
	/* Many runs of one statement within a transaction, sent before the first answer is waited
	 * for; NULL where that saves nothing. pipe_open, then pipe_send so often, pipe_flush, as
	 * often pipe_receive (0: the statement stands as after start; finish it), pipe_close in any
	 * case, which drops what was not received. */
	int (*pipe_open)(struct db *db, struct stmt *stmt);
	int (*pipe_send)(struct db *db, struct stmt *stmt, const struct value *args, int n);
	int (*pipe_flush)(struct db *db);
	int (*pipe_receive)(struct db *db, struct stmt *stmt);
	int (*pipe_close)(struct db *db);
};
extern const struct driver sqlite_driver, postgres_driver;
struct sqlite3 *sqlite_handle(struct db *db);

enum { LIST_CACHE = 64 };

struct list_key {
	const struct q_def *def;
	struct q_variant variant;
};

struct list_entry {
	struct list_key key;
	char *sql;
	struct stmt *stmt;
	struct q_order order;
	uint64_t used; /* the tick of its last use */
};

struct db {
	const struct driver *driver;
	enum db_kind kind;
	void *conn; /* the engine's */
	char *url;
	struct arena *arena;
	struct stmt **plain; /* by q_def.index */
	struct list_entry *lists[LIST_CACHE];
	uint64_t tick;
	int depth; /* of transactions; 0 outside */
	bool failed; /* a statement failed in the innermost one: nothing goes but its rollback */
	bool closing; /* everything goes at once: nothing needs to be discarded on the server */
	int fail_after;
	char error[512];
};

/* Keeps the text, returns err. */
int db_fail(struct db *db, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Before each statement: 0, or ERR_DB when the transaction has failed or a fault is injected. */
int db_ready(struct db *db) MUST_CHECK;
/* After each statement: marks the transaction as failed when r is an error. */
int db_result(struct db *db, int r);
/* Forget every cached statement (query.c). */
void query_forget(struct db *db);

#endif
