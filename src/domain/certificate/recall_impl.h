/* Inside the room: the kinds of a recall's jobs, and how they are asked for. */
#ifndef LUBAN_CERTIFICATE_RECALL_IMPL_H
#define LUBAN_CERTIFICATE_RECALL_IMPL_H

#include "core/ctx.h"

#define RECALL_LIST "recall.list"
#define RECALL_NOTICE "recall.notice"
#define RECALL_DECIDE "recall.decide"
#define RECALL_SERVE "recall.serve"

struct q_recall_find; /* query/recall.h */

int recall_get(struct ctx *cx, int64_t id, struct q_recall_find *ret_recall) MUST_CHECK;
/* In the caller's transaction. */
int recall_submit(struct ctx *cx, int64_t id, const char *kind) MUST_CHECK;
/* The job that a state waits for, or NULL. */
const char *recall_job_of(const char *state);

/* ERR_STATE while the recall's job waits or runs. */
int recall_job_rests(struct ctx *cx, const struct q_recall_find *recall) MUST_CHECK;

enum { RECALL_STEP_BYTES = 64 * 1024 * 1024 };
struct job;
int recall_list_run(struct ctx *cx, struct job *job, const struct q_recall_find *recall) MUST_CHECK;

#endif
