/* What the pages about an exam's scores share. */
#ifndef LUBAN_WEB_PAGE_SCORE_H
#define LUBAN_WEB_PAGE_SCORE_H

#include "web/web.h"

struct q_score_exam;

extern const struct route routes_exam_score[], routes_exam_replay[], routes_essay[],
	routes_exam_statistics[];

/* The exam of path parameter "id", in scope; for view.exam. */
int score_view_exam(struct req *rq, struct q_score_exam *ret_exam) MUST_CHECK;
/* "87.50", "88" */
const char *score_points(struct ctx *cx, int64_t centi);

#endif
