/* Rosters as sheets: the template to fill in, reading one back whatever the order of its columns,
 * and the same sheet with the verdicts. */
#ifndef LUBAN_DOC_ROSTER_SHEET_H
#define LUBAN_DOC_ROSTER_SHEET_H

#include "domain/evaluation/roster.h"

/* A import_read_fn. The header is the first of the top rows that names 姓名 and 证件号码; columns
 * are found by title, unknown ones are ignored with a remark, a missing required one is
 * ERR_INVALID. Cells that are formulas, merged, or numbers that lost digits make their row refused,
 * in words. */
int roster_sheet_read(struct ctx *cx, struct str bytes, import_line_fn *each, void *arg) MUST_CHECK;
/* The empty template with drop-downs and an example row (which reading leaves out). */
int roster_sheet_template(struct ctx *cx, struct str *ret_bytes) MUST_CHECK;
/* The rows as they came, each with its verdict in words and colour. */
int roster_sheet_annotated(struct ctx *cx, int64_t roster_id, struct str *ret_bytes) MUST_CHECK;

/* The jobs of this room, for job_register(). */
struct job_kind;
extern const struct job_kind roster_jobs[];

#endif
