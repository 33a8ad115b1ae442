/* Item banks 题库: what a custodian keeps for one occupation and grade by one version of the
 * standard: a table of assessment points (bank_point.h) and items (bank_item.h).
 *
 * Who sees a bank: the body that keeps it, and the authorities of its region. What an authority
 * keeps (body_id 0) is read by authorities alone; bodies of its region use it for papers without
 * reading it. Only the custodian changes anything: the body itself, or the authority of the very
 * region. */
#ifndef LUBAN_DOMAIN_EXAM_BANK_H
#define LUBAN_DOMAIN_EXAM_BANK_H

#include "core/ctx.h"
#include "core/flow.h"
#include "query/bank.h"

struct bank_in {
	const char *custodian; /* of an authority: national, province; a body's is always body */
	const char *title;
	const char *multiple_rule; /* all, half, share, each: see score.h */
	int64_t occupation_id, work_type_id, grade, standard_id; /* standard 0: the one in force */
};

/* The rows of banks that this actor may see: examiners see their body's. */
struct scope bank_scope(struct ctx *cx);
/* Is the actor (one of) the custodian of what lies in this body and region? */
bool bank_is_own(const struct ctx *cx, int64_t body_id, const char *region);
/* 0, or ERR_DENIED with words. */
int bank_need_own(struct ctx *cx, int64_t body_id, const char *region) MUST_CHECK;

/* ERR_NOTFOUND with words, also for what is out of sight. */
int bank_get(struct ctx *cx, int64_t id, struct q_bank_find *ret_bank) MUST_CHECK;
int bank_create(struct ctx *cx, const struct bank_in *in, int64_t *ret_id) MUST_CHECK;
/* Title, work type, standard, rule; occupation and grade stay. */
int bank_edit(struct ctx *cx, int64_t id, const struct bank_in *in) MUST_CHECK;

/* open, closed: nothing new goes into a closed bank, and no paper is made of it. */
extern const struct flow bank_flow;

#endif
