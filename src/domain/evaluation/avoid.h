/* Inside the room: who must not examine whom. */
#ifndef LUBAN_EVALUATION_AVOID_H
#define LUBAN_EVALUATION_AVOID_H

#include "core/ctx.h"
#include "query/batch.h"
#include "query/registry.h"

/* Why a staff member must avoid a candidate, in words, by all but their telephones; NULL when
 * nothing is known. */
const char *avoid_reason(const struct q_batch_staff *staff,
	const struct q_relations_of_staff_rows *relations, const char *idno_index, const char *unit,
	bool colleagues_too);
/* Whether people of one employer avoid each other: not in an enterprise's own evaluation. */
bool avoid_colleagues(struct ctx *cx, const struct q_batch_find *batch);

#endif
