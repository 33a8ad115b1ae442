/* What the head of every paper of a batch says. */
#ifndef LUBAN_DOC_BATCH_FACTS_H
#define LUBAN_DOC_BATCH_FACTS_H

#include <jansson.h>

#include "core/ctx.h"
#include "query/batch.h"

/* A new array of {label, value}: batch, occupation, grade, days. */
json_t *batch_facts(struct ctx *cx, const struct q_batch_find *batch);
/* 职业技能等级认定 or 专项职业能力考核. */
const char *batch_kind_text(const struct q_batch_find *batch);

#endif
