/* Inside the room: what the files that plan a batch share. */
#ifndef LUBAN_EVALUATION_BATCH_PLAN_H
#define LUBAN_EVALUATION_BATCH_PLAN_H

#include "domain/evaluation/batch.h"

/* A batch whose plan may still change (draft, returned, postponed), locked until the caller's
 * transaction ends, so that it cannot be filed or changed by somebody else meanwhile. ERR_STATE
 * with words otherwise. */
int batch_open_plan(struct ctx *cx, int64_t id, struct q_batch_find *ret_batch) MUST_CHECK;

#endif
