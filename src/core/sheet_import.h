/* sheet_import: the import engine (core/import.h) over its own two tables, for rooms whose rows
 * need no columns of their own: a row is its values, sealed, and what is shown of it. */
#ifndef LUBAN_CORE_SHEET_IMPORT_H
#define LUBAN_CORE_SHEET_IMPORT_H

#include "core/import.h"
#include "query/sheet_import.h"

struct sheet_verdict {
	const char *code, *text;          /* good, same, bad; why */
	/* what the page shows of the row; NULL for nothing */
	const char *name, *number, *idno_mask;
};

/* Reads a sheet; room_arg is the arg of the run. */
typedef int sheet_read_fn(struct ctx *cx, const void *room_arg, struct str bytes,
	import_line_fn *each, void *arg);

/* What a room makes of its rows. arg is the caller's. */
struct sheet_room {
	const char *import_kind;
	const char *judge_job, *save_job;
	const char *empty, *not_found; /* message ids */
	size_t columns;
	const char *const *labels; /* of good, same, bad and saved */
	/* An error ends the run. */
	int (*judge)(struct import_run *run, void *arg, const struct import_line *line,
		struct sheet_verdict *ret_verdict);
	/* In a transaction of its own; what it refuses becomes the row's verdict. */
	int (*save)(struct ctx *cx, void *arg, const char *const *values);
};

struct sheet_upload {
	int64_t subject_id, body_id;
	const char *region, *filename;
	struct str bytes;
};
/* The caller has checked who may. */
int sheet_import_upload(struct ctx *cx, const struct sheet_room *room,
	const struct sheet_upload *in, bool with_job, int64_t *ret_id) MUST_CHECK;
/* Within the actor's scope; ERR_NOTFOUND with words. */
int sheet_import_get(struct ctx *cx, const struct sheet_room *room, int64_t id,
	struct q_sheet_import_find *ret_import) MUST_CHECK;
/* ret_job_id NULL: the caller saves himself. */
int sheet_import_confirm(struct ctx *cx, const struct sheet_room *room, int64_t id,
	int64_t *ret_job_id) MUST_CHECK;
/* import_act(): goes on with what broke off, or discards it. */
int sheet_import_act(struct ctx *cx, const struct sheet_room *room, int64_t id,
	const char *act) MUST_CHECK;

/* The work of the jobs, whoever acts; job NULL when called directly. */
int sheet_import_judge(struct ctx *cx, const struct sheet_room *room, int64_t id,
	sheet_read_fn *read, struct job *job, void *arg) MUST_CHECK;
int sheet_import_save(struct ctx *cx, const struct sheet_room *room, int64_t id, struct job *job,
	void *arg) MUST_CHECK;

int sheet_import_open(struct ctx *cx, const struct sheet_room *room, const char *cipher,
	const char **ret_values) MUST_CHECK;

#endif
