/* An invented exam of which everything is known: who worked alone and who did not. For measuring
 * how often the look for copying errs and what it finds; and for rehearsals.
 *
 * Honest candidates answer by a nested logit model (Suh & Bolt 2010): right with the chance of a
 * three-parameter logistic curve (so they guess), else one of the wrong options with chances that
 * depend on ability. This is not the model that nominal.h fits: a detector tested on its own
 * assumptions would look better than it is. Abilities differ between centres (sd 0.4) and within
 * (sd
 * 0.9). Rooms have 30 seats in 5 rows of 6; time per item is lognormal; some answers are changed.
 *
 * Three ways of cheating, each may be absent:
 *   copiers     take the answers of somebody on a seat beside or before them, on some of the items
 *   leaked key  some candidates know the answers to some items beforehand; the key going round is
 * wrong
 *               in places; what they know takes them a third of the time
 *   helped      in one centre somebody says the answers to some items, a few of them wrong; part of
 *               them as late changes
 * The same seed gives the same exam on every machine. */
#ifndef LUBAN_EXAM_SIMULATE_CHEAT_H
#define LUBAN_EXAM_SIMULATE_CHEAT_H

#include "domain/exam/response.h"

struct cheat_plan {
	uint64_t seed;
	int n, m;
	int options;         /* 2 to RESPONSE_OPTIONS, 0 for 4 */
	int rooms_a_centre;  /* 0 for 5 */
	double copiers;      /* share of candidates */
	double copied;       /* share of items each takes over */
	double knowers;      /* share of candidates */
	double leaked;       /* share of items in the leaked key */
	double leaked_wrong; /* share of those that the key has wrong */
	int helped_centre;   /* number of the centre from 1; 0 for none */
	double helped;       /* share of items */
	double helped_wrong;
};

enum cheat_kind { CHEAT_NONE, CHEAT_COPIER, CHEAT_KNOWER, CHEAT_HELPED };

struct simulated_exam {
	struct response_matrix r; /* with times and changes */
	uint8_t *kind;            /* n, enum cheat_kind */
	int *source;              /* n: from whom a copier copied, else -1 */
	uint8_t *was_source;      /* n */
	double *ability;          /* n, the true one */
};

/* Everything is in `arena`: 6 bytes a cell. ERR_INVALID when the plan makes no sense. */
int simulate_exam(const struct cheat_plan *plan, struct arena *arena,
	struct simulated_exam *ret_exam) MUST_CHECK;

/* Do the two share answers by cheating: copier and source, two copiers of one source, two who know
 * the key, two of the helped centre? */
bool simulate_is_pair(const struct simulated_exam *e, int a, int b);

/* Repeatable numbers: SplitMix64 (Steele, Lea & Flood 2014); [0, 1) and standard normal. */
struct simulate_random {
	uint64_t state;
};
double simulate_uniform(struct simulate_random *r);
double simulate_normal(struct simulate_random *r);

#endif
