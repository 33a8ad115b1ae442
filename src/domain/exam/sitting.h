/* A sitting 应试: one person at one exam, from check-in to hand-in. The server's clock rules.
 *
 *   waiting ─admit→ admitted ─begin→ running ⇄ paused
 *   running ─hand_in→ handed_in      running, paused ─force, expire→ forced
 *   waiting, admitted ─absent→ absent ─recall→ waiting
 *   handed_in, forced ─reopen→ running (by mistake; while the exam runs)     any ─void→ void
 *
 * The table is sitting_flow; staff's verbs are its steps (flow_run with a reason), candidates'
 * verbs are below and run hidden steps. Every step is one transaction, moved by compare-and-set:
 * of several at once one is first and the others get ERR_STATE. */
#ifndef LUBAN_DOMAIN_EXAM_SITTING_H
#define LUBAN_DOMAIN_EXAM_SITTING_H

#include "core/ctx.h"
#include "core/flow.h"
#include "domain/exam/sitting_token.h"

extern const struct flow sitting_flow;

struct q_sitting_find; /* query/sitting.h: the row with what counts of its exam and room */

/* ---- candidates: they act by their token, whatever account the browser is logged in with ---- */

struct sitting_in {
	const char *ticket_no, *idno_tail; /* the last six, or the whole number */
	int64_t seat;
	const char *entry_code;  /* "" when none is asked */
	const char *device;      /* browser and address, for people; any bytes */
};
struct sitting_pass {
	struct sitting_token token;
	const char *cookie;      /* the token as text */
	const char *state;       /* of the sitting */
};
/* Also on another machine, or again after a crash: the page that checked in last has the sitting
 * (epoch). Which of ticket, number and seat was wrong is not told: ERR_DENIED
 * "sitting.unknown". After hand-in it leads to the receipt. ERR_LIMIT: too many tries. */
int sitting_check_in(struct ctx *cx, const struct sitting_in *in,
	struct sitting_pass *ret_pass) MUST_CHECK;
/* The same for a browser that holds a token: another tab of it, or one that was told that it is
 * no longer the newest. */
int sitting_take_over(struct ctx *cx, const struct sitting_token *token, const char *device,
	struct sitting_pass *ret_pass) MUST_CHECK;
/* ERR_CONFLICT "sitting.elsewhere": the token is not the newest; ret_sitting is set all the
 * same. */
int sitting_of_token(struct ctx *cx, const struct sitting_token *token,
	struct q_sitting_find *ret_sitting) MUST_CHECK;
/* JPEG or PNG, before the start; in the place of one taken before. ERR_LIMIT: too many. */
int sitting_photo(struct ctx *cx, const struct sitting_token *token, struct str bytes) MUST_CHECK;
/* admitted → running: from here the clock runs. Again: changes nothing. ERR_STATE: not admitted,
 * too early ("sitting.not_yet"), too late, paper still sealed. */
int sitting_begin(struct ctx *cx, const struct sitting_token *token,
	struct q_sitting_find *ret_sitting) MUST_CHECK;
/* The same for many at once, within the caller's transaction, where nothing is out of the ordinary:
 * admitted, in time, with a form, by the newest page, in Safe Exam Browser if it must.
 * ret_begun[i]: ret_sittings[i] has begun. All others are left as they are, for sitting_begin(). */
int sitting_begin_many(struct ctx *cx, const struct sitting_token *tokens, size_t n,
	struct q_sitting_find *ret_sittings, bool *ret_begun) MUST_CHECK;
/* Must this page still show that it is Safe Exam Browser? */
bool sitting_lacks_seb(const struct q_sitting_find *s);
/* Again: changes nothing. last_seq: the newest seq the page has made, which must have arrived
 * (ERR_CONFLICT "sitting.unsent"); 0 when it does not count. ERR_STATE "sitting.stay": too early.
 * ret_sitting is what has been handed in. */
int sitting_hand_in(struct ctx *cx, const struct sitting_token *token, int64_t last_seq,
	struct q_sitting_find *ret_sitting) MUST_CHECK;

/* When may whoever sits here begin at the latest, hand in at the earliest? */
int64_t sitting_late_at(const struct q_sitting_find *s);
int64_t sitting_stay_until(const struct q_sitting_find *s);

/* ---- staff: EXAM_INVIGILATE, in scope; each with a reason that the timeline keeps ---- */

int sitting_get(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_sitting_find *ret_sitting) MUST_CHECK; /* EXAM_READ or EXAM_INVIGILATE */
/* By flow_run(cx, &sitting_flow, person_id, id, ACTION, reason, NULL): admit, pause, resume, force,
 * void, absent, recall, reopen. These have more to say: */
int sitting_extend(struct ctx *cx, int64_t person_id, int64_t id, int64_t seconds,
	const char *reason) MUST_CHECK;
/* ERR_CONFLICT "sitting.seat_taken". Before the start the form goes with the seat; afterwards the
 * candidate keeps it. */
int sitting_reseat(struct ctx *cx, int64_t person_id, int64_t id, int64_t batch_room_id,
	int64_t seat, const char *reason) MUST_CHECK;
/* May sit without Safe Exam Browser. */
int sitting_waive_seb(struct ctx *cx, int64_t person_id, int64_t id, const char *reason) MUST_CHECK;
/* The action for everybody of the room whom it fits (admit: who has checked in; absent: who has
 * not); how many. Who ends or goes on by himself meanwhile is left alone. */
int sitting_room_run(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, const char *action,
	const char *reason, int *ret_n) MUST_CHECK;

#endif
