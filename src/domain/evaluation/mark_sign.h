/* Inside the room: signatures under marks. */
#ifndef LUBAN_EVALUATION_MARK_SIGN_H
#define LUBAN_EVALUATION_MARK_SIGN_H

#include "domain/evaluation/mark.h"

/* 0 while marks of the batch may be entered and signed. */
int mark_is_open(struct ctx *cx, int64_t batch_id) MUST_CHECK;
/* Signs the actor's own mark of one part, in the caller's transaction. */
int mark_sign_one(struct ctx *cx, int64_t person_id, int64_t enrolment_id,
	enum part part) MUST_CHECK;

#endif
