#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/owner.h"
#include "store/driver.h"

static int not_here(struct db *db)
{
	return db_fail(db, ERR_STATE,
		"PostgreSQL is backed up with pg_dump --format=custom and restored with "
		"pg_restore");
}

static int failed_on(struct db *db, sqlite3 *handle)
{
	return db_fail(db, ERR_DB, "%s", sqlite3_errmsg(handle));
}

static void close_handle(sqlite3 **handle)
{
	sqlite3_close_v2(*handle);
}

#define auto_handle __attribute__((cleanup(close_handle))) sqlite3 *

/* In one step: the source is read in one snapshot, whoever writes meanwhile. */
static int copy(struct db *db, sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	if (!backup)
		return failed_on(db, to);
	sqlite3_backup_step(backup, -1);
	return sqlite3_backup_finish(backup) == SQLITE_OK ? 0 : failed_on(db, to);
}

static bool answers(sqlite3 *handle, const char *sql, const char *expected)
{
	sqlite3_stmt *s = NULL;
	bool yes = sqlite3_prepare_v2(handle, sql, -1, &s, NULL) == SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW &&
		streq((const char *)sqlite3_column_text(s, 0), expected);
	sqlite3_finalize(s);
	return yes;
}

static bool is_sound(sqlite3 *handle)
{
	return answers(handle, "PRAGMA quick_check(1)", "ok") &&
		answers(handle,
			"SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migration'", "1");
}

static int sync_path(struct db *db, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r = fd >= 0 && fsync(fd) == 0 ? 0
					  : db_fail(db, ERR_IO, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return r;
}

static int write_copy(struct db *db, const char *path)
{
	auto_handle to = NULL;
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return failed_on(db, to);
	int r = copy(db, sqlite_handle(db), to);
	if (r < 0)
		return r;
	/* A copy is one file: without a log beside it. */
	if (!answers(to, "PRAGMA journal_mode=DELETE", "delete") || !is_sound(to))
		return db_fail(db, ERR_IO, "the copy is not sound: %s", sqlite3_errmsg(to));
	return 0;
}

/* rename() would replace a file; a link cannot. */
static int publish(struct db *db, const char *part, const char *path)
{
	char folder[PATH_MAX];
	snprintf(folder, sizeof folder, "%s", path);
	if (link(part, path) != 0)
		return db_fail(db, errno == EEXIST ? ERR_CONFLICT : ERR_IO, "%s: %s", path,
			strerror(errno));
	return sync_path(db, dirname(folder));
}

int db_backup_to(struct db *db, const char *path)
{
	char part[PATH_MAX];
	if (db_kind(db) != DB_SQLITE)
		return not_here(db);
	if (access(path, F_OK) == 0)
		return db_fail(db, ERR_CONFLICT, "%s exists", path);
	if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part)
		return db_fail(db, ERR_INVALID, "the path is too long");
	int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return db_fail(db, ERR_IO, "%s: %s", part, strerror(errno));
	owner_as_folder(fd, part);
	close(fd);
	int r = write_copy(db, part);
	if (r == 0)
		r = sync_path(db, part);
	if (r == 0)
		r = publish(db, part, path);
	unlink(part);
	return r;
}

static bool has_fitting_keys(sqlite3 *handle, db_fits_fn *fits, void *arg)
{
	sqlite3_stmt *s = NULL;
	bool has_mark = sqlite3_prepare_v2(handle, "SELECT key_mark FROM key_check", -1, &s,
		NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW;
	bool yes = fits(arg, has_mark ? (const char *)sqlite3_column_text(s, 0) : "");
	sqlite3_finalize(s);
	return yes;
}

int db_restore(struct db *db, const char *path, db_fits_fn *fits, void *arg)
{
	auto_handle from = NULL;
	if (db_kind(db) != DB_SQLITE)
		return not_here(db);
	if (db_in_tx(db))
		return db_fail(db, ERR_STATE, "within a transaction");
	if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
		!is_sound(from))
		return db_fail(db, ERR_INVALID, "%s is no sound database of this program: %s", path,
			sqlite3_errmsg(from));
	if (fits && !has_fitting_keys(from, fits, arg))
		return db_fail(db, ERR_DENIED, "%s was sealed with other keys", path);
	query_forget(db);
	int r = copy(db, from, sqlite_handle(db));
	return r < 0 ? r : db->driver->exec(db, "PRAGMA journal_mode=WAL");
}

int db_checkpoint(struct db *db)
{
	if (db_kind(db) != DB_SQLITE)
		return 0;
	if (sqlite3_wal_checkpoint_v2(
		    sqlite_handle(db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
		return failed_on(db, sqlite_handle(db));
	return 0;
}
