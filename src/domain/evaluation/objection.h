/* Objections 异议 during the public notice of results: anybody may raise one, each gets an answer
 * within a deadline, and whoever raised it reads the answer by his receipt number. */
#ifndef LUBAN_EVALUATION_OBJECTION_H
#define LUBAN_EVALUATION_OBJECTION_H

#include "core/ctx.h"
#include "core/flow.h"

/* received → answered | refused; deadline in working days */
extern const struct flow objection_flow;

/* Anybody's while the notice runs; the phone is kept sealed. */
int objection_create(struct ctx *cx, int64_t batch_id, const char *name, const char *phone,
	const char *text, int64_t *ret_id) MUST_CHECK;

/* The number given to whoever raised it: the id with a proof, which cannot be guessed. */
const char *objection_receipt(struct ctx *cx, int64_t id);
struct objection_answer {
	int64_t id, created_at, due_on;
	const char *batch_title, *body_name, *state, *text, *answer;
};
/* ERR_NOTFOUND "objection.no_receipt" for any number that was not given out. */
int objection_by_receipt(struct ctx *cx, const char *receipt,
	struct objection_answer *ret_answer) MUST_CHECK;

/* The telephone number in the clear, for calling back; audited with its purpose. */
int objection_phone(struct ctx *cx, int64_t person_id, int64_t id, const char *purpose,
	const char **ret_phone) MUST_CHECK;

#endif
