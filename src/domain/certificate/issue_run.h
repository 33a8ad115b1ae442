/* Issuing to many people in the background: a run goes through confirmed batches in pieces, each in
 * a transaction that also says how far it got. It can be stopped and go on, a worker that dies is
 * replaced, two never issue the same.
 *   running ⇄ paused; running → done. A batch of it: waiting → done | refused (with why). */
#ifndef LUBAN_CERTIFICATE_ISSUE_RUN_H
#define LUBAN_CERTIFICATE_ISSUE_RUN_H

#include "core/ctx.h"
#include "core/flow.h"
#include "core/job.h"

enum { ISSUE_RUN_BATCHES = 500, ISSUE_AT_ONCE = 200 };

extern const struct flow issue_run_flow; /* states only: a run moves by the verbs below */
extern const struct job_kind issue_jobs[]; /* ends with {0} */

/* For batches in the actor's scope whose results are confirmed. ERR_CONFLICT
 * "certificate.run_taken": one of them is in another run that is not over. */
int issue_run_start(struct ctx *cx, const int64_t *batch_ids, size_t n,
	int64_t *ret_id) MUST_CHECK;
/* What is being issued in this moment is finished first. */
int issue_run_pause(struct ctx *cx, int64_t id) MUST_CHECK;
/* One that was stopped, or whose job failed or was cancelled. What was refused is tried again. */
int issue_run_resume(struct ctx *cx, int64_t id) MUST_CHECK;

struct q_issue_run_find; /* query/issue_run.h */
/* Within the actor's scope; ERR_NOTFOUND with words. *ret_job is the state of the job that works on
 * it now: "waiting", "running", "failed"… */
int issue_run_get(struct ctx *cx, int64_t id, struct q_issue_run_find *ret_run,
	const char **ret_job, const char **ret_job_message) MUST_CHECK;

#endif
