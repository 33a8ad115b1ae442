/* What the pages of a case share: the authority's, the body's and the holder's. */
#ifndef LUBAN_WEB_PAGE_MATTER_H
#define LUBAN_WEB_PAGE_MATTER_H

#include "core/flow.h"
#include "web/web.h"

/* view.case: the row, its reason in words, which papers and files there are, the last days of
 * terms; base: the case's own address. */
void matter_put(struct req *rq, const struct flow_subject *subject, const char *base);
/* The case that the route names: of :person, or without one the actor's own. */
int matter_load(struct req *rq, struct flow_subject *ret_subject) MUST_CHECK;

/* Handlers: one of the three papers, by the last part of the route's path; the evidence; what the
 * holder brought. */
int matter_paper(struct req *rq);
int matter_file(struct req *rq);
int matter_statement(struct req *rq);

#endif
