/* Seating, the algorithm alone: who sits where, given people, rooms and a seed. Knows no database.
 *
 * Order by lot; then people of one unit are spread by dealing unit after unit, largest first, over the even and
 * then the odd places; then neighbours of one unit (left, right, in front, behind) are parted by swaps, tried in the
 * order of the lot, as long as that helps. Same input, same output. */
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
	int64_t capacity, per_row;
	int64_t starts_at, ends_at;
};

/* May this person sit in this slot? (avoidance, another part at the same time) */
typedef bool seating_may_fn(void *arg, const struct seating_person *p, size_t slot);

/* by_lot: stations drawn by lot, units are not spread. false: not everybody could be seated;
 * then *ret_unseated is the first one without a place. */
bool seating_assign(struct arena *a, struct seating_person *people, size_t n, const struct seating_slot *slots,
	size_t n_slots, const char *seed, const char *label, bool by_lot, seating_may_fn *may, void *arg,
	size_t *ret_unseated);

/* Pairs of neighbours from the same unit. */
size_t seating_conflicts(const struct seating_person *people, size_t n, const struct seating_slot *slots);

#endif
