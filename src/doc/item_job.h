/* The jobs of item files, for job_register(); and the sheet that goes back. */
#ifndef LUBAN_DOC_ITEM_JOB_H
#define LUBAN_DOC_ITEM_JOB_H

#include "core/job.h"

/* "items.judge" and "items.save" with args {"import": ID} */
extern const struct job_kind item_jobs[];

/* Every item of an import with its verdict in words and colour, whatever the format it came in. */
int item_import_annotated(struct ctx *cx, int64_t import_id, struct str *ret_bytes) MUST_CHECK;

#endif
