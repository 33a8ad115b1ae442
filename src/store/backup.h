/* Copies of a whole SQLite database, taken while it is in use. PostgreSQL has its own tools: there
 * these return ERR_STATE, and db_error() names them. */
#ifndef LUBAN_STORE_BACKUP_H
#define LUBAN_STORE_BACKUP_H

#include "base/err.h"
#include "store/db.h"

/* A consistent copy at path, which must not exist (ERR_CONFLICT). It appears under that name only
 * when it is whole, checked and on disk. */
int db_backup_to(struct db *db, const char *path) MUST_CHECK;
/* Replaces everything in the database by the copy. Refuses what is no sound database of this
 * program (ERR_INVALID), and one whose key mark ("" without) does not fit (ERR_DENIED; NULL: any
 * does), before anything is written. Nobody else may have the database open. */
typedef bool db_fits_fn(void *arg, const char *key_mark);
int db_restore(struct db *db, const char *path, db_fits_fn *fits, void *arg) MUST_CHECK;
/* Moves what is in the write-ahead log into the database file; nothing to do on PostgreSQL. */
int db_checkpoint(struct db *db) MUST_CHECK;

#endif
