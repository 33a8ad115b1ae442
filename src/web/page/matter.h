/* What the pages of a case share: the authority's, the body's and the holder's. */
#ifndef LUBAN_WEB_PAGE_MATTER_H
#define LUBAN_WEB_PAGE_MATTER_H

#include "core/flow.h"
#include "web/web.h"

/* view.case: the row, its reason in words, which papers and files there are, the last days of
 * terms; base: the case's own address. */
void matter_put(struct req *rq, const struct flow_subject *subject, const char *base);
/* Answers with one of the three papers, by the last part of the route's path. */
int matter_paper(struct req *rq, const struct flow_subject *subject) MUST_CHECK;

#endif
