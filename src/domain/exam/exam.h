/* The computer exam 机考 of a batch's theory part: set up once the seats are arranged, from the
 * batch's rooms and times.
 *
 *   preparing ─ready→ ready ─start→ running ─close→ closed ─score→ scored
 *                ready ─unready→ preparing                    any before closed ─void→ void
 *
 * start is the clock's (exam_tick); close is the clock's too once everybody has ended, or an act
 * that forces whoever has not (end). Sittings follow the arranged seats, however often those change
 * before the start. */
#ifndef LUBAN_DOMAIN_EXAM_EXAM_H
#define LUBAN_DOMAIN_EXAM_EXAM_H

#include "core/ctx.h"
#include "core/flow.h"

extern const struct flow exam_flow;

enum { SHUFFLE_OPTIONS = 1, SHUFFLE_ITEMS = 2 };

struct exam_in {
	const char *title;     /* "" is the batch's, with 理论知识机考 */
	int64_t paper_set_id;  /* 0: chosen later */
	int64_t duration_seconds, late_seconds, stay_seconds, open_seconds;
	int64_t shuffle;       /* bits SHUFFLE_… */
	const char *layout;    /* one, all */
	const char *seb_mode;  /* off, required */
	const char *photo_mode; /* off, asked */
	const char *admit_mode; /* each, code */
};
/* 90 minutes, late and stay 30, check-in 30 minutes before; one item a page, options shuffled;
 * photo asked, everybody admitted by the invigilator; no Safe Exam Browser. */
extern const struct exam_in exam_preset;

struct q_exam_find; /* query/exam.h */
struct q_exam_room_find;
/* Within the actor's scope; ERR_NOTFOUND with words. */
int exam_get(struct ctx *cx, int64_t id, struct q_exam_find *ret_exam) MUST_CHECK;
int exam_room_get(struct ctx *cx, int64_t exam_id, int64_t batch_room_id,
	struct q_exam_room_find *ret_room) MUST_CHECK;

/* For an arranged batch with a theory part; makes the sittings too. ERR_CONFLICT: there is one. */
int exam_create(struct ctx *cx, int64_t batch_id, const struct exam_in *in,
	int64_t *ret_id) MUST_CHECK;
/* While preparing or ready, before the first room's start. */
int exam_update(struct ctx *cx, int64_t id, const struct exam_in *in) MUST_CHECK;

struct exam_seated {
	int added, moved, removed;
};
/* Makes rooms and sittings what the arrangement of the batch says; doing it again changes nothing.
 * Before the start only, and nobody who has checked in is moved or removed: ERR_STATE. */
int exam_seat(struct ctx *cx, int64_t id, struct exam_seated *ret_seated) MUST_CHECK;

/* Which of n forms (0 to n-1) belongs on a seat: side by side and one behind the other never the
 * same, when there are at least two. per_row 0: all in one row. */
int exam_form_of_seat(int64_t seat, int64_t per_row, int n_forms);
/* Gives everybody who has not begun a form, once the set is opened; how many got one. */
int exam_give_forms(struct ctx *cx, int64_t id, int *ret_given) MUST_CHECK;

/* Forces whoever has not handed in and closes. EXAM_EDIT, with a reason. */
int exam_end(struct ctx *cx, int64_t id, const char *reason) MUST_CHECK;
/* What the clock does. Exams: seats anew what was arranged anew, gives forms, starts, says who is
 * absent, closes. Sittings: forces what is past deadline and grace with what was saved, signs
 * receipts that could not be signed at once. Run each second or few; whoever comes second finds
 * nothing to do. */
int exam_tick(struct ctx *cx) MUST_CHECK;
int sitting_tick(struct ctx *cx) MUST_CHECK;

/* Rooms. code "": none is asked. */
int exam_room_code(struct ctx *cx, int64_t exam_id, int64_t batch_room_id,
	const char *code) MUST_CHECK;
/* More time for the whole room, those who have not begun too; 60 to 14400 seconds. */
int exam_room_extend(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, int64_t seconds,
	const char *reason) MUST_CHECK;

/* Who is how far, by room. */
struct exam_count {
	int64_t batch_room_id; /* 0: all rooms */
	int64_t registered, present, waiting, admitted, running, paused, handed_in, forced, absent,
		voided; /* present: checked in or further */
};
int exam_count(struct ctx *cx, int64_t exam_id, struct exam_count **ret_counts,
	size_t *ret_n) MUST_CHECK; /* the first one is all rooms */

#endif
