/* Held certificates as sheets: the template, reading one, the same sheet with its verdicts. */
#ifndef LUBAN_DOC_HELD_SHEET_H
#define LUBAN_DOC_HELD_SHEET_H

#include "domain/evaluation/held.h"

/* A sheet_read_fn. */
int held_sheet_read(struct ctx *cx, const void *room_arg, struct str bytes, import_line_fn *each,
	void *arg) MUST_CHECK;
int held_sheet_template(struct ctx *cx, struct str *ret_bytes) MUST_CHECK;
int held_sheet_annotated(struct ctx *cx, int64_t import_id, struct str *ret_bytes) MUST_CHECK;

extern const struct job_kind held_jobs[];

#endif
