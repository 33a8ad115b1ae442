/* Inside assembly: items made ready for the models. Shared by assemble*.c alone. */
#ifndef LUBAN_DOMAIN_EXAM_ASSEMBLE_IMPL_H
#define LUBAN_DOMAIN_EXAM_ASSEMBLE_IMPL_H

#include "domain/exam/assemble_check.h"
#include "domain/exam/assemble_solver.h"

/* What a unit means to a wish: its items' sum of the measure, or 1 for a filter that keeps it out
 * and for a must that wants it. */
struct entry {
	int wish;
	double value;
};

/* What is chosen whole: an item, or the items of a material. */
struct unit {
	const int *items;
	int n_items;
	const struct entry *entries; /* by wish, ascending */
	int n_entries;
	double expected, spread, facility; /* facility: of the first item */
	int class;
	bool has_enemy, is_must; /* some must wants it, whether in force or not */
	bool is_alone;
	int64_t exposures;
};

/* Units that no counting wish tells apart; those that stand alone (materials, musts, enemies while
 * they are few) are classes of their own. */
struct unit_class {
	const int *units;
	int n;
	double least_expected, most_expected, least_spread, most_spread;
	double mean_expected, mean_spread;
};

struct pool {
	const struct assembly *a;
	struct arena *arena;
	struct unit *units;
	int n_units;
	int *unit_of; /* by item */
	struct unit_class *classes;
	int n_classes;
	int overlap, enemies; /* the wish, -1 none */
	double deadline;      /* of the monotonic clock, seconds */
	double expected_tolerance, spread_tolerance; /* of WISH_EQUAL; < 0: not wished */
	int equal_expected, equal_spread;            /* the wish, -1 none */
	double target_expected, target_spread;
	bool has_expected, has_spread; /* is there such a target? */
	bool is_cut_short, is_stopped;
	int64_t nodes;
};

/* One model in the making: which wishes are in force. */
typedef const bool *wish_set;

void pool_make(struct arena *arena, const struct assembly *a, struct pool *ret_pool);
bool pool_is_invalid(const struct assembly *a);
/* May the unit be chosen while these wishes are in force? */
bool unit_is_usable(const struct pool *p, const struct unit *u, wish_set on);
bool unit_must(const struct pool *p, const struct unit *u, wish_set on);
bool wish_is_counting(const struct assemble_wish *w); /* WISH_SUM of count or score */
double pool_seconds_left(const struct pool *p);
double clock_seconds(void);

enum verdict { CANNOT, CAN, CANNOT_TELL };

/* The relaxations: k forms on average, and one form in whole numbers. */
enum verdict frame_check(struct pool *p, wish_set on);
/* Sets targets where none was wished, in the middle of what the frame can reach. */
void frame_targets(struct pool *p, wish_set on);
/* Shortfalls of these wishes when each may be missed, least in all; by wish. */
bool frame_missing(struct pool *p, wish_set hard, wish_set soft, double *ret_missing);

/* Forms chosen so far, as sets of units. */
struct choice_of_units {
	bool *is_in[ASSEMBLE_FORMS_MAX]; /* by unit */
	double objective, bound;
	int candidates;
};
enum verdict shadow_solve(struct pool *p, wish_set on, struct choice_of_units *ret_choice);
enum { WHOLE_COLUMNS_MAX = 12000 };
int whole_columns(const struct pool *p, wish_set on);
enum verdict whole_solve(struct pool *p, wish_set on, bool is_feasibility,
	struct choice_of_units *ret_choice);

/* From a relaxation (or the whole when is_whole) that cannot be met to the wishes in conflict. */
void conflict_find(struct pool *p, bool is_whole, struct assembled *ret_done);

/* SplitMix64. */
static inline uint64_t seed_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

#endif
