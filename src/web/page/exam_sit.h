/* Shared by the candidate's pages: whose page it is, and what every one of them shows. They know
 * the candidate by the cookie of the sitting alone; no account is logged in. */
#ifndef LUBAN_WEB_PAGE_EXAM_SIT_H
#define LUBAN_WEB_PAGE_EXAM_SIT_H

#include "domain/exam/sitting.h"
#include "query/sitting.h"
#include "web/web.h"

extern const struct route routes_exam_sit[];
extern const struct route routes_exam_paper[];
extern const struct route routes_exam_receipt[];
/* not the candidate's: what the body sets up */
extern const struct route routes_exam_staff[];

/* false: there is none, and the answer leads to the door. */
bool sit_token(struct req *rq, struct sitting_token *ret_token);
/* Token and sitting; false: answered already, with the page that fits. Also when the token is not
 * the newest any more ("elsewhere"). */
bool sit_find(struct req *rq, struct sitting_token *ret_token, struct q_sitting_find *ret_sitting,
	int *ret_r);
/* The page that fits the sitting's state: "/exam/sit/wait", "/exam/sit/paper", … */
const char *sit_page(const struct q_sitting_find *s);
void sit_keep(struct req *rq, const struct sitting_pass *pass);
const char *sit_device(struct req *rq);
/* view.sitting, view.now_ms */
void sit_view(struct req *rq, const struct q_sitting_find *s);
/* Safe Exam Browser, where it is required: has this request, or an earlier one of this page, shown
 * the Config Key? false: ERR_DENIED "sitting.seb" has been said. */
bool sit_seb(struct req *rq, const struct q_sitting_find *s);

#endif
