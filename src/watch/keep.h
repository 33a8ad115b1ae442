/* Small files that outlive a crash: what watches the log remembers in them. A file is replaced as a
 * whole: after a crash at any instant it is the old one or the new one. */
#ifndef LUBAN_WATCH_KEEP_H
#define LUBAN_WATCH_KEEP_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

enum { KEEP_PATH_MAX = 4096 };

/* Appends the file, up to the buffer's max. ERR_NOTFOUND; ERR_LIMIT; ERR_IO (errno says why). */
int keep_read(const char *path, struct buf *out) MUST_CHECK;
/* Writes beside it, waits until it is on the disk, and puts it in its place, which is on the disk
 * too when this returns 0. ERR_IO (errno says why): it may be the old one or the new one. */
int keep_write(const char *path, struct str bytes, mode_t mode) MUST_CHECK;
/* The same without waiting for the disk: for what can be fetched again. */
int keep_copy(const char *path, struct str bytes) MUST_CHECK;
/* Makes the folders on the way to a file. */
int keep_folders(const char *path) MUST_CHECK;
/* Holds the file as long as the process lives; it is made when it is not there. ERR_CONFLICT:
 * another holds it. */
int keep_lock(const char *path, int *ret_fd) MUST_CHECK;

/* Everything written below this folder so far is on the disk when this returns. */
int keep_sync(const char *folder) MUST_CHECK;

#endif
