/* Exposure 曝光 of items: how many have seen one, and when it was used last. */
#ifndef LUBAN_DOMAIN_EXAM_EXPOSURE_H
#define LUBAN_DOMAIN_EXAM_EXPOSURE_H

#include "domain/exam/form.h"

/* In the caller's transaction: the items of a form that was opened are used from today. */
int exposure_opened(struct ctx *cx, const struct form *form) MUST_CHECK;
/* In the caller's transaction, once, when an exam ends: those who began have seen their form. */
int exposure_sat(struct ctx *cx, int64_t exam_id) MUST_CHECK;

#endif
