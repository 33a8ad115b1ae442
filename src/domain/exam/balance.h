/* Count-in and count-out 清点: registered = seated = started = handed in = scored. A room does not
 * balance as soon as somebody is in none of the columns where the hour says he must be in one. The
 * rules look at rows alone and are the same for a room and for a whole exam. */
#ifndef LUBAN_DOMAIN_EXAM_BALANCE_H
#define LUBAN_DOMAIN_EXAM_BALANCE_H

#include "domain/exam/board.h"

/* How far a room is, by its own state and the clock. */
enum balance_phase {
	PHASE_BEFORE, /* people are still coming */
	PHASE_UNDER_WAY, /* the time for being late is over: everybody is here or absent */
	PHASE_OVER,   /* the last deadline has passed: everybody has handed in */
	PHASE_SCORED, /* everybody who handed in has a score */
};

enum balance_phase balance_phase(const struct q_board_exam *exam, const struct board_room *room,
	int64_t now);
/* Fills counts and alarms from seats and missing. */
void balance_room(struct arena *a, enum balance_phase phase, struct board_room *room);

/* One line of the chain for people to read. */
struct balance_step {
	const char *code, *label;
	int64_t n;
	const char *note; /* "= 应考 30 − 缺考 2", or what is still out */
	bool holds;
};
enum { BALANCE_STEPS = 5 };
void balance_steps(struct arena *a, const struct board_counts *counts,
	struct balance_step ret_steps[BALANCE_STEPS]);

#endif
