/* Pages of blueprints and sets of forms. */
#ifndef LUBAN_WEB_PAGE_PAPER_H
#define LUBAN_WEB_PAGE_PAPER_H

#include "domain/exam/paper_report.h"
#include "web/web.h"

extern const struct route routes_blueprint[], routes_paper[], routes_paper_report[],
	routes_paper_trace[];
extern const struct choice paper_kind_choices[];

const char *form_letter(struct ctx *cx, int64_t form_no); /* "A卷" */
/* ERR_STATE while there is none. */
struct q_paper_set_find;
int report_of(struct ctx *cx, const struct q_paper_set_find *set,
	struct paper_report *ret_report) MUST_CHECK;

#endif
