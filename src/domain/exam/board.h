/* The invigilator's board: the state of a room, or of all rooms of an exam, in one look. Body
 * staff, supervisors and authorities see what lies in their scope; invigilators (and examiners) the
 * rooms they are on duty in as proctor, whatever body they belong to.
 *
 * "Lost" is no stored state: a page that runs gives a sign of life at least every 15 s, and after
 * BOARD_LOST_SECONDS without one it is shown as lost. */
#ifndef LUBAN_DOMAIN_EXAM_BOARD_H
#define LUBAN_DOMAIN_EXAM_BOARD_H

#include "core/ctx.h"

enum { BOARD_LOST_SECONDS = 30, BOARD_SEATS_MAX = 500, BOARD_NAMES = 5 };

enum board_look {
	LOOK_WAITING, /* 未到 */
	LOOK_HERE,    /* checked in, not admitted yet */
	LOOK_ADMITTED,
	LOOK_RUNNING,
	LOOK_LOST,
	LOOK_PAUSED,
	LOOK_HANDED_IN,
	LOOK_FORCED,
	LOOK_ABSENT,
	LOOK_VOID,
	LOOKS
};

enum board_flag {
	FLAG_MOVED = 1,    /* another page or machine has taken the sitting over since check-in */
	FLAG_EXTRA = 2,    /* extra time of one's own */
	FLAG_WAIVER = 4,   /* sits without Safe Exam Browser, with a reason */
	FLAG_INCIDENT = 8,
	FLAG_ENDING = 16,  /* less than five minutes left */
};

struct q_board_seats; /* query/exam_board.h */
struct q_board_rooms;
struct q_board_exam;

struct board_seat {
	const struct q_board_seats *row;
	enum board_look look;
	unsigned flags;
	int64_t form_no, n_items; /* 0 until a form is given */
	int64_t n_answered;       /* while somebody writes, only when one room is asked for */
};

struct board_counts {
	int64_t registered, seated, started, handed_in, forced, absent, voided, waiting, here,
		admitted, running, paused, lost, scored, incidents;
	/* absent or void without having begun: who was never seen, and who was seated */
	int64_t never_came, left;
};

/* Where registered = seated = started = handed in = scored does not hold. */
struct board_alarm {
	const char *rule; /* "unaccounted", "open", … see balance.c */
	const char *text; /* what is wrong, with the names of the first BOARD_NAMES */
	int64_t n;
};

struct board_room {
	const struct q_board_rooms *row;
	struct board_seat *seats; /* by seat number */
	size_t n;
	/* who has a place in the room by the arrangement, and no sitting */
	const char **missing;
	size_t n_missing;
	struct board_counts counts;
	struct board_alarm *alarms;
	size_t n_alarms;
};

struct board {
	const struct q_board_exam *exam;
	struct board_room *rooms;
	size_t n;
	struct board_counts counts; /* of all */
	int64_t n_alarms;
};

/* Whole exam; ERR_NOTFOUND outside of the actor's scope. Those who are let to rooms only get the
 * rooms they are on duty in, and ERR_NOTFOUND when there is none. */
int board_exam(struct ctx *cx, int64_t exam_id, struct board *ret_board) MUST_CHECK;
/* One room: ret_board->rooms[0]. */
int board_room(struct ctx *cx, int64_t exam_id, int64_t batch_room_id,
	struct board *ret_board) MUST_CHECK;
/* May the actor see the room at all? 0 or ERR_NOTFOUND. */
int board_let(struct ctx *cx, int64_t exam_id, int64_t batch_room_id) MUST_CHECK;
/* The same, before something is done in the room: ERR_STATE when it is run at a venue without a
 * line. Whoever is let by duty acts with the scope of the room's body from here on, until the
 * request ends: call it only for verbs that touch this room. */
int board_enter(struct ctx *cx, int64_t exam_id, int64_t batch_room_id) MUST_CHECK;
/* Is the actor let to rooms by duty only? */
bool board_by_duty(const struct ctx *cx);

const char *board_look_code(enum board_look look);  /* "running" */
const char *board_look_label(enum board_look look); /* "作答中" */

/* Heads counted by the invigilator at the start (is_out false) and at the end. */
int board_count(struct ctx *cx, int64_t exam_id, int64_t batch_room_id, bool is_out,
	int64_t heads) MUST_CHECK;

#endif
