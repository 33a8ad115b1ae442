/* Inside held: what single recording and sheets share. */
#ifndef LUBAN_EVALUATION_HELD_IMPL_H
#define LUBAN_EVALUATION_HELD_IMPL_H

#include "domain/evaluation/held.h"

/* A certificate that passed held_check(), and who recorded it. */
struct held_new {
	int64_t person_id, body_id;
	const struct held_in *held;
	const char *name, *form, *source, *recorder, *region;
};
/* In the caller's transaction; ERR_CONFLICT "held.already", or the field's error when somebody
 * else has the number. */
int held_put(struct ctx *cx, const struct held_new *in, int64_t *ret_id) MUST_CHECK;
/* The actor's body, or the office by its region; "" for a person. */
const char *held_recorder(struct ctx *cx);

#endif
