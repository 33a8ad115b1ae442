/* The files of a hand-over: a package by its layout, and the answers that come back. */
#ifndef LUBAN_DOC_HANDOVER_FILE_H
#define LUBAN_DOC_HANDOVER_FILE_H

#include "domain/certificate/handover.h"

/* A handover_write_fn: a zip of the files by the layout, what was left out with the reasons, and a
 * page that says by which layout, for which period, how many rows, with the SHA-256 of each
 * file. */
int handover_file_write(struct ctx *cx, const struct q_handover_package_find *package,
	const struct handover_layout *layout, struct file *ret_file) MUST_CHECK;
/* A sheet_read_fn; room_arg is a struct handover_answering. Columns are found by the titles that
 * the layout names. */
int handover_answer_read(struct ctx *cx, const void *room_arg, struct str bytes,
	import_line_fn *each, void *arg) MUST_CHECK;
/* The rows of an answer as they came, each with what became of it. */
int handover_answer_annotated(struct ctx *cx, const struct q_sheet_import_find *import,
	struct str *ret_bytes) MUST_CHECK;

extern const struct job_kind handover_jobs[];

#endif
