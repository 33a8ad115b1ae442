/* Files people bring (photos, attachments, sheets) and files we make for them, kept in the database
 * so that they commit with the rows that name them. Owner and scope like any row. */
#ifndef LUBAN_CORE_FILE_H
#define LUBAN_CORE_FILE_H

#include "core/ctx.h"

enum { FILE_MAX = 20 * 1024 * 1024 };

struct file {
	int64_t id, person_id, body_id;
	const char *name, *mime, *region, *sha256;
	struct str bytes;
};

/* "jpg", "png", "pdf", "xlsx", "csv" or "zip": by content, the name only tells apart what the
 * content does not. NULL for anything else. */
const char *file_kind(const char *name, struct str bytes);
/* Sets id and sha256; mime, when empty, is that of its kind, and ERR_INVALID without one. */
int file_put(struct ctx *cx, struct file *f) MUST_CHECK;
/* Within the actor's scope, or the actor's own. */
int file_get(struct ctx *cx, int64_t person_id, int64_t id, struct file *ret_file) MUST_CHECK;
/* Without asking for the scope: for a caller who has been let to the row that names the file (the
 * photo of an enrolment or a certificate belongs to the person, whichever body reads it). */
int file_read(struct ctx *cx, int64_t person_id, int64_t id, struct file *ret_file) MUST_CHECK;

/* For the owner of the row that names it: rows deleted. */
int file_drop(struct ctx *cx, int64_t person_id, int64_t id) MUST_CHECK;

#endif
