/* SQLite. Everything acknowledged is on disk (synchronous=FULL); writers of this process queue at a
 * lock of their file, so that they wait in turn instead of polling each other. A walk outside a
 * transaction reads through a second handle: on the first one its open snapshot would make every
 * write of its callback fail with SQLITE_BUSY_SNAPSHOT. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/owner.h"
#include "store/driver.h"
#include "store/writer_lock.h"

enum { PATIENCE_S = 10 };

/* HOLD_ON: a reading transaction of db_hold() is open. */
enum hold { HOLD_NONE, HOLD_WANTED, HOLD_ON };

struct connection {
	sqlite3 *handle;
	sqlite3 *reader; /* NULL until the first walk */
	struct writer_lock *lock;
	enum hold hold;
	sqlite3_stmt *hold_begin, *hold_end;
};

struct stmt {
	sqlite3_stmt *s;
	sqlite3_stmt *running; /* s, or its twin on the reader */
	bool busy, locked;
};

static void *must(void *p)
{
	if (!p)
		log_die("out of memory");
	return p;
}

static struct connection *connection_of(struct db *db)
{
	return db->conn;
}

static int lock_writer(struct db *db)
{
	if (!writer_lock_take(connection_of(db)->lock, PATIENCE_S))
		return db_fail(db, ERR_DB,
			"another writer has held the database for more than %d s", PATIENCE_S);
	return 0;
}

static void unlock_writer(struct db *db)
{
	writer_lock_give(connection_of(db)->lock);
}

static int failed_on(struct db *db, sqlite3 *handle)
{
	int code = sqlite3_extended_errcode(handle);
	bool is_key = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
		code == SQLITE_CONSTRAINT_ROWID;
	return db_fail(db, is_key ? ERR_CONFLICT : ERR_DB, "%s", sqlite3_errmsg(handle));
}

static int failed(struct db *db)
{
	return failed_on(db, connection_of(db)->handle);
}

static int sqlite_exec(struct db *db, const char *sql)
{
	if (sqlite3_exec(connection_of(db)->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return failed(db);
	return 0;
}

static int run_plain(struct db *db, sqlite3_stmt *s)
{
	int code = sqlite3_step(s);
	int r = code == SQLITE_DONE ? 0 : failed(db);
	sqlite3_reset(s);
	return r;
}

/* Before anything is written: within a snapshot that others have written past it could not be. */
static int pause_hold(struct db *db)
{
	struct connection *c = db->conn;
	if (c->hold != HOLD_ON)
		return 0;
	c->hold = HOLD_WANTED;
	return run_plain(db, c->hold_end);
}

static int take_hold(struct db *db)
{
	struct connection *c = db->conn;
	if (c->hold != HOLD_WANTED || db->depth > 0)
		return 0;
	int r = run_plain(db, c->hold_begin);
	if (r == 0)
		c->hold = HOLD_ON;
	return r;
}

static int sqlite_hold(struct db *db, bool on)
{
	int r = pause_hold(db);
	connection_of(db)->hold = on ? HOLD_WANTED : HOLD_NONE;
	return r;
}

static int sqlite_begin(struct db *db)
{
	int r = pause_hold(db);
	if (r == 0)
		r = lock_writer(db);
	if (r < 0)
		return r;
	r = sqlite_exec(db, "BEGIN IMMEDIATE");
	if (r < 0)
		unlock_writer(db);
	return r;
}

static int sqlite_end(struct db *db, bool commit)
{
	int r = commit ? sqlite_exec(db, "COMMIT") : 0;
	/* Some failures have rolled back already. */
	if (!sqlite3_get_autocommit(connection_of(db)->handle))
		sqlite3_exec(connection_of(db)->handle, "ROLLBACK", NULL, NULL, NULL);
	unlock_writer(db);
	return r;
}

/* The file holds personal data: whoever creates it keeps it from others. Its WAL takes over the
 * mode. A file that exists is never opened here: closing any descriptor of it would give away the
 * locks that this process holds on it, and another process would then remove the WAL in use. */
static int create_private(struct db *db, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST && access(path, R_OK | W_OK) == 0 ? 0
			: db_fail(db, ERR_DB, "%s: %s", path, strerror(errno));
	owner_as_folder(fd, path);
	close(fd);
	return 0;
}

/* Nobody asks how much memory SQLite holds; counting it would take one lock of the whole process
 * for each piece. */
static void configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int sqlite_open(struct db *db, const char *path)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);
	bool in_memory = streq(path, ":memory:");
	struct connection *c = must(calloc(1, sizeof *c));
	db->conn = c;
	int r = in_memory ? 0 : create_private(db, path);
	c->lock = writer_lock_find(in_memory || r < 0 ? NULL : realpath(path, NULL));
	if (r < 0)
		return r;
	if (sqlite3_open_v2(path, &c->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
		SQLITE_OK)
		return failed(db);
	sqlite3_busy_timeout(c->handle, PATIENCE_S * 1000);
	sqlite3_extended_result_codes(c->handle, 1);
	sqlite3_db_config(c->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(c->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (sqlite3_prepare_v2(c->handle, "BEGIN", -1, &c->hold_begin, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(c->handle, "COMMIT", -1, &c->hold_end, NULL) != SQLITE_OK)
		return failed(db);
	return sqlite_exec(db,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
		"PRAGMA trusted_schema=OFF; PRAGMA case_sensitive_like=ON;"
		"PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864");
}

struct sqlite3 *sqlite_handle(struct db *db)
{
	return connection_of(db)->handle;
}

static void sqlite_close(struct db *db)
{
	struct connection *c = db->conn;
	sqlite3_close_v2(c->reader);
	sqlite3_finalize(c->hold_begin);
	sqlite3_finalize(c->hold_end);
	sqlite3_close_v2(c->handle);
	writer_lock_drop(c->lock);
	free(c);
}

static int sqlite_prepare(
	struct db *db, const char *sql, const enum q_type *types, int n, struct stmt **ret_stmt)
{
	sqlite3_stmt *s;
	(void)types;
	(void)n;
	if (sqlite3_prepare_v3(connection_of(db)->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s,
		    NULL) != SQLITE_OK)
		return failed(db);
	struct stmt *stmt = must(calloc(1, sizeof *stmt));
	stmt->s = s;
	*ret_stmt = stmt;
	return 0;
}

static void sqlite_discard(struct db *db, struct stmt *stmt)
{
	(void)db;
	sqlite3_finalize(stmt->s);
	free(stmt);
}

static bool sqlite_is_busy(const struct stmt *stmt)
{
	return stmt->busy;
}

static int bind(sqlite3_stmt *s, int i, const struct value *v)
{
	switch (v->type) {
	case Q_INT:
		return sqlite3_bind_int64(s, i, v->i);
	case Q_FLOAT:
		return sqlite3_bind_double(s, i, v->f);
	case Q_TEXT:
		return sqlite3_bind_text64(s, i, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
	case Q_BYTES:
		return sqlite3_bind_blob64(s, i, v->s.p, v->s.n, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static int open_reader(struct db *db)
{
	struct connection *c = db->conn;
	if (c->reader)
		return 0;
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(sqlite3_db_filename(c->handle, "main"), &c->reader, flags, NULL) !=
			SQLITE_OK ||
		sqlite3_exec(c->reader, "PRAGMA case_sensitive_like=ON; PRAGMA cache_size=-500",
			NULL, NULL, NULL) != SQLITE_OK) {
		int r = failed_on(db, c->reader);
		sqlite3_close_v2(c->reader);
		c->reader = NULL;
		return r;
	}
	sqlite3_busy_timeout(c->reader, PATIENCE_S * 1000);
	return 0;
}

/* Which handle the statement runs on. */
static int choose(struct db *db, struct stmt *stmt, unsigned flags)
{
	struct connection *c = db->conn;
	stmt->running = stmt->s;
	if (!(flags & RUN_STREAMS) || db->depth > 0 || !writer_lock_has_file(c->lock))
		return 0;
	int r = open_reader(db);
	if (r < 0)
		return r;
	if (sqlite3_prepare_v2(c->reader, sqlite3_sql(stmt->s), -1, &stmt->running, NULL) !=
		SQLITE_OK)
		return failed_on(db, c->reader);
	return 0;
}

static void release(struct stmt *stmt)
{
	if (stmt->running != stmt->s)
		sqlite3_finalize(stmt->running);
	sqlite3_reset(stmt->s);
	sqlite3_clear_bindings(stmt->s);
	stmt->running = stmt->s;
}

/* Keeps the error's text before the twin goes. */
static int give_up(struct db *db, struct stmt *stmt)
{
	int r = failed_on(db, sqlite3_db_handle(stmt->running));
	release(stmt);
	return r;
}

static int sqlite_start(
	struct db *db, struct stmt *stmt, const struct value *args, int n, unsigned flags)
{
	int r = choose(db, stmt, flags);
	if (r < 0)
		return r;
	for (int i = 0; i < n; i++)
		if (bind(stmt->running, i + 1, &args[i]) != SQLITE_OK)
			return give_up(db, stmt);
	stmt->locked = (flags & RUN_WRITES) && db->depth == 0;
	if (!stmt->locked)
		r = stmt->running == stmt->s ? take_hold(db) : 0;
	else if ((r = pause_hold(db)) == 0)
		r = lock_writer(db);
	stmt->busy = r == 0;
	return r;
}

static int sqlite_next(struct db *db, struct stmt *stmt)
{
	switch (sqlite3_step(stmt->running)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return failed_on(db, sqlite3_db_handle(stmt->running));
	}
}

static int sqlite_value(
	struct db *db, struct stmt *stmt, int column, enum q_type type, struct value *ret_value)
{
	(void)db;
	if (type == Q_INT) {
		ret_value->i = sqlite3_column_int64(stmt->running, column);
	} else if (type == Q_FLOAT) {
		ret_value->f = sqlite3_column_double(stmt->running, column);
	} else {
		const void *p = type == Q_TEXT
			? (const void *)sqlite3_column_text(stmt->running, column)
			: sqlite3_column_blob(stmt->running, column);
		ret_value->s.n = p ? (size_t)sqlite3_column_bytes(stmt->running, column) : 0;
		ret_value->s.p = p ? p : "";
	}
	return 0;
}

static int64_t sqlite_finish(struct db *db, struct stmt *stmt)
{
	int64_t changed =
		sqlite3_stmt_readonly(stmt->s) ? 0 : sqlite3_changes64(connection_of(db)->handle);
	release(stmt);
	if (stmt->locked)
		unlock_writer(db);
	stmt->busy = stmt->locked = false;
	return changed;
}

const struct driver sqlite_driver = {
	.open = sqlite_open,
	.close = sqlite_close,
	.exec = sqlite_exec,
	.hold = sqlite_hold,
	.begin = sqlite_begin,
	.end = sqlite_end,
	.prepare = sqlite_prepare,
	.discard = sqlite_discard,
	.is_busy = sqlite_is_busy,
	.start = sqlite_start,
	.next = sqlite_next,
	.value = sqlite_value,
	.finish = sqlite_finish,
};
