/* A paper taken out in the middle of an exam 停用试卷, when it has leaked or is wrong. Two people:
 * the one who asks stops everybody who sits the form at once; another decides. Then those who sat
 * it get another form of the set, with empty answers and the whole time again (what they had
 * written stays on record, taken back), and go on when their invigilator lets them; or the whole
 * exam is void. */
#ifndef LUBAN_DOMAIN_EXAM_WITHDRAW_H
#define LUBAN_DOMAIN_EXAM_WITHDRAW_H

#include "core/ctx.h"

struct withdrawal_in {
	int64_t form_id;
	int64_t other_form_id; /* 0: no other form, the exam is to be void */
	const char *reason;
};
/* Needs EXAM_WITHDRAW. ERR_STATE: nobody can sit the exam any more, or one is asked for already. */
int withdraw_ask(struct ctx *cx, int64_t exam_id, const struct withdrawal_in *in,
	int64_t *ret_id) MUST_CHECK;
/* By somebody other than who asked: ERR_DENIED. */
int withdraw_decide(struct ctx *cx, int64_t exam_id, int64_t id, bool is_agreed,
	const char *reason) MUST_CHECK;

#endif
