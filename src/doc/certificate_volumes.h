/* All certificates of a batch as files for the printer and the archive, made by a job in volumes:
 * each volume is kept in the transaction that also says how far the job got, so that a job which
 * was killed goes on behind it, and no certificate is in two volumes or in none. Revoked ones are
 * left out. Downloads are audited by the page. A file goes when its term is over; its row stays. */
#ifndef LUBAN_DOC_CERTIFICATE_VOLUMES_H
#define LUBAN_DOC_CERTIFICATE_VOLUMES_H

#include "core/ctx.h"
#include "core/job.h"

enum volume_kind {
	VOLUME_ZIP,    /* a PDF for each, with its credential */
	VOLUME_SINGLE, /* sheets: A4, one on a page */
	VOLUME_DOUBLE, /* sheets: A4, two on a page */
	VOLUME_KINDS
};
const char *volume_kind_code(enum volume_kind kind);  /* "zip", "single", "double" */
const char *volume_kind_label(const char *code);

enum { VOLUME_LEAST = 2, VOLUME_MOST = 60 /* certificates in a volume */ };

/* origin: for the addresses printed; each: how many certificates to a volume at most. In the
 * caller's transaction. ERR_STATE "certificate.nothing_to_print". */
int certificate_volumes_submit(struct ctx *cx, int64_t batch_id, enum volume_kind kind,
	int64_t each, const char *origin, int64_t *ret_job) MUST_CHECK;

extern const struct job_kind certificate_volume_jobs[];

/* Deletes the files of volumes whose term is over (setting certificate.volume_days, as of the day
 * on which they were made), each once; the row stays and says so. *ret_n: how many files. */
int certificate_volumes_clear(struct ctx *cx, int *ret_n) MUST_CHECK;

#endif
