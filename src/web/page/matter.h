/* What the pages of a case share: the authority's, the body's and the holder's. Each handler finds
 * the case by the path: of the person in it, or of the holder himself. */
#ifndef LUBAN_WEB_PAGE_MATTER_H
#define LUBAN_WEB_PAGE_MATTER_H

#include "core/flow.h"
#include "web/web.h"

int matter_load(struct req *rq, struct flow_subject *ret_subject) MUST_CHECK;
/* The case's own address for who acts. */
const char *matter_base(struct req *rq, const struct flow_subject *subject);
/* view.case: the row, its reason in words, which papers and files there are, the last days of
 * terms; view.flow; the title. */
int matter_put(struct req *rq, const struct flow_subject *subject) MUST_CHECK;

/* POST: a step of the lifecycle, and back; or only back, with a line that it was done. */
handler_fn matter_step;
int matter_back(struct req *rq);
/* GET: one of the three papers, by the last part of the route's path; what was brought with the
 * case, with the holder's statement, with the body's opinion. */
handler_fn matter_paper, matter_file, matter_statement, matter_opinion;

#endif
