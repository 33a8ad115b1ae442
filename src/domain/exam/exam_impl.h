/* Inside the room: what the files of exams and sittings share. */
#ifndef LUBAN_EXAM_EXAM_IMPL_H
#define LUBAN_EXAM_EXAM_IMPL_H

#include "domain/exam/exam.h"
#include "domain/exam/sitting.h"

/* Locked until the transaction ends, in scope; ERR_STATE once it has started. */
int exam_open(struct ctx *cx, int64_t id, struct q_exam_find *ret_exam) MUST_CHECK;
/* ERR_STATE while a room of it is run at a venue without a line. */
int exam_none_away(struct ctx *cx, int64_t id) MUST_CHECK;
/* Nobody who has not begun has a form. */
int exam_take_forms(struct ctx *cx, int64_t id) MUST_CHECK;
/* 60 to 14400 seconds, and a reason. */
int exam_check_extra(struct ctx *cx, int64_t seconds, const char *reason) MUST_CHECK;
/* For whoever sits there and has none yet. ERR_STATE "sitting.sealed": the set is not opened. */
int exam_form_for(struct ctx *cx, const struct q_sitting_find *s, int64_t *ret_form_id) MUST_CHECK;

/* Who is logged in at this browser does not count, and comes back at the end of the scope. */
struct as_candidate {
	struct ctx *cx;
	struct actor actor;
	struct scope scope;
};
struct as_candidate sitting_act_as(struct ctx *cx, const char *name);
const char *sitting_actor_name(struct ctx *cx, const char *name);
void as_candidate_end(struct as_candidate *as);
#define auto_as __attribute__((cleanup(as_candidate_end), unused)) struct as_candidate

/* May whoever is admitted begin now? And until when, without what is added for the person? */
int sitting_check_start(struct ctx *cx, const struct q_sitting_find *s) MUST_CHECK;
int64_t sitting_ends_at(const struct q_sitting_find *s, int64_t now);

/* Rooms whose time has come. */
int exam_start_rooms(struct ctx *cx, int64_t exam_id) MUST_CHECK;

#endif
