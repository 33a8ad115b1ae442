/* Seating, the algorithm alone: who sits where, given people, rooms and a seed. Knows no database.
 *
 * Order by lot; then units, largest first, are dealt over the places like the black and then the
 * white squares of a board, so that a unit of up to half the people has no neighbours of its own;
 * what cannot sit where it was dealt moves to the nearest room that may hold it, others making way
 * where that helps; then neighbours of one unit (left, right, in front, behind) are parted by
 * swaps, tried in the order of the lot, and at last by leaving seats of the same room empty. Same
 * input, same output, in time that grows with the number of people. */
#ifndef LUBAN_EVALUATION_SEATING_H
#define LUBAN_EVALUATION_SEATING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct seating_person {
	int64_t id;         /* enrolment */
	const char *unit;   /* "" is nobody's colleague */
	size_t slot;        /* out: index of the room and time */
	int64_t seat;       /* out: from 1 */
};

struct seating_slot {
	int64_t capacity, per_row; /* per_row 0: all in one row */
	int64_t starts_at, ends_at;
};

/* May this person sit in this slot? (avoidance, another part at the same time) */
typedef bool seating_may_fn(void *arg, const struct seating_person *p, size_t slot);

/* by_lot: stations drawn by lot, units are not spread. false: not everybody could be seated,
 * whatever the order; then *ret_unseated is one without a place. may NULL: everybody may sit
 * everywhere. */
bool seating_assign(struct arena *a, struct seating_person *people, size_t n,
	const struct seating_slot *slots,
	size_t n_slots, const char *seed, const char *label, bool by_lot, seating_may_fn *may,
	void *arg, size_t *ret_unseated);

/* Pairs of neighbours from the same unit. */
size_t seating_conflicts(struct arena *a, const struct seating_person *people, size_t n,
	const struct seating_slot *slots, size_t n_slots);

#endif
