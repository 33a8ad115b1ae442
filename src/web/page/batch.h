/* What the pages of one batch share. */
#ifndef LUBAN_WEB_PAGE_BATCH_H
#define LUBAN_WEB_PAGE_BATCH_H

#include "query/batch.h"
#include "web/choices.h"
#include "web/web.h"

extern const struct route routes_open[], routes_batch[], routes_plan[], routes_arrange[],
	routes_arrange_paper[], routes_board[];

/* The batch with the labels people read (state, kind of body, region, parts, what is examined); for
 * view.batch. */
json_t *batch_view(struct req *rq, const struct q_batch_find *b);
/* "国家职业技能标准申报条件（2023.1版）". */
const char *ruleset_words(struct ctx *cx, const char *name, const char *version);
/* view.tabs = [{label, url, count, active}]: the pages of this batch that exist and that the actor
 * may read, for templates/part/tabs.html; active: the path of this one below /batches/ID, "" for
 * the batch itself. */
void view_batch_tabs(struct req *rq, const struct q_batch_find *b, const char *active);
/* Every state of a batch, for filters. */
const struct choice *batch_state_choices(struct req *rq);
const char *parts_text(struct ctx *cx, int64_t parts); /* "理论知识考试、技能考核" */
/* "焊工（手工焊）", or the name of the special skill. */
const char *batch_object(struct ctx *cx, const char *occupation, const char *work_type,
	const char *project);

/* May a plan in this state still be changed? */
bool plan_is_open(const char *state);
/* plan.c: view.sittings, view.checklist and the forms that change them. */
int plan_put(struct req *rq, const struct q_batch_find *b) MUST_CHECK;

#endif
