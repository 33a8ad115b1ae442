/* Jobs: work that outlives a request. A job is a row; a worker claims it by compare-and-set, keeps
 * a heartbeat, and one that died is taken up again, so a handler must be exactly once in effect (do
 * it in transactions that also record how far it got, with job_progress). */
#ifndef LUBAN_CORE_JOB_H
#define LUBAN_CORE_JOB_H

#include "core/ctx.h"

enum {
	JOB_ARGS_MAX = 64 * 1024,
	JOB_STALE_SECONDS = 60, /* without a heartbeat for so long, the worker is taken for dead */
	JOB_ATTEMPTS_MAX = 5,
};

struct job {
	int64_t id;
	const char *kind, *args; /* args: JSON text made by the room, at most 64 KiB */
	int64_t done, total;     /* of an earlier attempt, when there was one */
	int64_t body_id, created_by;
	const char *region;
	int64_t attempts; /* from 1; says which claim this is */
	const volatile int *stop; /* set: the process ends; may be NULL */
};

/* Runs as the program itself, on behalf of account created_by. ERR_DB, ERR_IO and ERR_CONFLICT are
 * tried again later; any other error ends the job with the problem's words. */
typedef int job_fn(struct ctx *cx, struct job *job);

struct job_kind {
	const char *kind, *label;
	job_fn *run;
};

/* Kinds are registered once at start, before any thread. Array ends with {0}. */
void job_register(const struct job_kind *kinds);
const char *job_label(const char *kind); /* the kind itself when unknown */

/* In the caller's transaction: the job exists when that commits. */
int job_submit(struct ctx *cx, const char *kind, const char *args, int64_t *ret_id) MUST_CHECK;
/* Also keeps the heartbeat; call it at least every ten seconds. ERR_STATE when the job was
 * cancelled or given to another worker, or this process ends: stop. */
int job_progress(struct ctx *cx, struct job *job, int64_t done, int64_t total,
	const char *message) MUST_CHECK;
/* Where the result is to be found: a path of the site such as "/rosters/123". */
int job_result(struct ctx *cx, struct job *job, const char *path) MUST_CHECK;

struct job_status {
	int64_t id, done, total, created_at, started_at, ended_at;
	const char *kind, *label, *message, *result_path;
	const char *state; /* waiting, running, done, failed, cancelled */
};
/* Of one's own job, one in scope, or any for the system administrator; else ERR_NOTFOUND. */
int job_find(struct ctx *cx, int64_t id, struct job_status *ret_status) MUST_CHECK;
/* Whether it waits or runs, whoever asks; one that is no more (or 0) does not. */
int job_is_open(struct ctx *cx, int64_t id, bool *ret_is_open) MUST_CHECK;
/* The same may be cancelled while it waits or runs. */
int job_cancel(struct ctx *cx, int64_t id) MUST_CHECK;
/* The same, when its work was done without a worker. */
int job_done(struct ctx *cx, int64_t id) MUST_CHECK;

/* Claim and run one waiting job: 1 ran one, 0 nothing to do, or an error of the store. When *stop
 * is set (NULL: never) it ends at its next step, which is undone, and waits for another worker, as
 * if this one had not tried it. */
int job_work_until(struct ctx *cx, const volatile int *stop);
int job_work(struct ctx *cx);
/* The worker loop; returns when *stop is set. */
void job_loop(const char *database, const struct keyring *keys, const volatile int *stop);

#endif
