/* Inside the room: what the files of exams and sittings share. */
#ifndef LUBAN_EXAM_EXAM_IMPL_H
#define LUBAN_EXAM_EXAM_IMPL_H

#include "domain/exam/exam.h"
#include "domain/exam/sitting.h"

/* Locked until the transaction ends, in scope; ERR_STATE once it has started. */
int exam_open(struct ctx *cx, int64_t id, struct q_exam_find *ret_exam) MUST_CHECK;
/* Nobody who has not begun has a form. */
int exam_take_forms(struct ctx *cx, int64_t id) MUST_CHECK;
/* 60 to 14400 seconds, and a reason. */
int exam_check_extra(struct ctx *cx, int64_t seconds, const char *reason) MUST_CHECK;
/* For whoever sits there and has none yet. ERR_STATE "sitting.sealed": the set is not opened. */
int exam_form_for(struct ctx *cx, const struct q_sitting_find *s, int64_t *ret_form_id) MUST_CHECK;

#endif
