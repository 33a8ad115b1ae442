/* Jobs: work that outlives a request. A job is a row; a worker claims it by compare-and-set, keeps a
 * heartbeat, and one that died is taken up again, so a handler must be exactly once in effect (do it in
 * transactions that also record how far it got, with job_progress). */
#ifndef LUBAN_CORE_JOB_H
#define LUBAN_CORE_JOB_H

#include "core/ctx.h"

struct job {
	int64_t id;
	const char *kind, *args; /* args: JSON text made by the room, at most 64 KiB */
	int64_t done, total;
	int64_t body_id, created_by;
	const char *region;
};

typedef int job_fn(struct ctx *cx, struct job *job);

struct job_kind {
	const char *kind, *label;
	job_fn *run;
};

/* Kinds are registered once at start, before any thread. Array ends with {0}. */
void job_register(const struct job_kind *kinds);

/* In the caller's transaction: the job exists when that commits. */
int job_submit(struct ctx *cx, const char *kind, const char *args, int64_t *ret_id) MUST_CHECK;
/* Also keeps the heartbeat. ERR_STATE when the job was cancelled: stop. */
int job_progress(struct ctx *cx, struct job *job, int64_t done, int64_t total, const char *message) MUST_CHECK;
/* Where the result is to be found: a path of the site such as "/rosters/123". */
int job_result(struct ctx *cx, struct job *job, const char *path) MUST_CHECK;
/* Claim and run one waiting job: 1 ran one, 0 nothing to do, or an error of the store. */
int job_work(struct ctx *cx);
/* The worker loop; returns when *stop is set. */
void job_loop(const char *database, const struct keyring *keys, const volatile int *stop);

#endif
