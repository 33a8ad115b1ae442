/* The archive of a batch as one .zip: five volumes, each with its cover, then index.txt,
 * index.json, SM3SUMS and SHA256SUMS (sha256sum -c SHA256SUMS). */
#ifndef LUBAN_DOC_ARCHIVE_PACKAGE_H
#define LUBAN_DOC_ARCHIVE_PACKAGE_H

#include "core/ctx.h"
#include "core/job.h"

/* Makes the package and keeps it (domain/evaluation/archive.h). */
int archive_build(struct ctx *cx, int64_t batch_id, int64_t *ret_archive_id) MUST_CHECK;

/* "archive" with args {"batch": ID}: the same for batches with many candidates. */
extern const struct job_kind archive_jobs[];
/* From how many candidates on it is made by a job. */
enum { ARCHIVE_JOB_FROM = 300 };

#endif
