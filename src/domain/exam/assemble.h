/* Assembly 组卷: k equivalent forms out of a bank, as a mixed-integer programme. Pure: plain arrays
 * in, plain structs out; nothing here knows where items come from. The same input and seed give the
 * same forms (one thread; the solver stops at node counts, the clock is a guard that is told).
 *
 * What is linear in the items and therefore can be wished for, p being an item's facility (share of
 * its points expected), s its points, r its item-total correlation:
 *   count      1
 *   score      s
 *   expected   s p                         expected score of a form is the sum
 *   spread     s sqrt(p (1 - p)) r         the sum is the standard deviation of the form's score
 *                                          (Gulliksen 1950, Theory of Mental Tests, ch. 21)
 *   information  at an ability theta, 2PL: (1.0 a)^2 P Q; 0 for items without parameters
 *
 * How (van der Linden 2005, Linear Models for Optimal Test Design):
 *   frame   items that no wish tells apart are one integer count; a relaxation of the whole, small
 *           whatever the bank's size. Infeasible: so is the whole, and the conflict is found here.
 *   shadow  form after form, items of a seeded choice of candidates as 0/1, the forms still to come
 *           as a continuous shadow that keeps what they will need.
 *   whole   all forms at once, each item 0/1: for small banks, and when the shadow finds none. */
#ifndef LUBAN_DOMAIN_EXAM_ASSEMBLE_H
#define LUBAN_DOMAIN_EXAM_ASSEMBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum {
	ASSEMBLE_ITEMS_MAX = 50000,
	ASSEMBLE_FORMS_MAX = 10,
	ASSEMBLE_WISHES_MAX = 500,
	ASSEMBLE_FORM_ITEMS_MAX = 300,
};

enum measure { BY_COUNT, BY_SCORE, BY_EXPECTED, BY_SPREAD, BY_INFORMATION };

struct assemble_item {
	int kind;         /* the caller's numbers from 1 */
	int point;        /* index into points, -1 none */
	int material;     /* items of one material stand together, whole or not at all; 0 none */
	int score_centi;
	double facility;  /* 0 to 1 */
	double r;         /* item-total correlation; what is unknown is the caller's guess */
	double a, b;      /* 2PL; a = 0: none */
	int64_t exposures;
	int64_t used_on;  /* day of the last use where it matters, 0 never */
};

/* Two items that never stand in one form. */
struct assemble_pair {
	int one, other;
};

enum wish_type {
	/* lo <= sum of the measure <= hi, over the items of .kind (0 any) at .point or below it (-1
	 * any) with .facility_lo <= p < .facility_hi */
	WISH_SUM = 1,
	/* the forms' sums of the measure differ by at most hi, or, spread, by hi of 1 */
	WISH_EQUAL,
	WISH_MUST,     /* .item in every form; it and its material do not count as overlap */
	WISH_NOT,      /* .item in none */
	WISH_EXPOSURE, /* only items with fewer than .limit exposures */
	WISH_REST,     /* only items never used or last used before day .limit */
	WISH_ENEMIES,  /* at most one of a pair of enemies in a form */
	WISH_OVERLAP,  /* any two forms have at most hi items in common */
};

struct assemble_wish {
	enum wish_type type;
	enum measure measure;
	int kind, point;
	double facility_lo, facility_hi; /* both 0: any */
	double theta;
	double lo, hi;
	int item;
	int64_t limit;
	int64_t ref; /* the caller's own */
};

struct assembly {
	const struct assemble_item *items;
	int n_items;
	const int *point_parent; /* index, -1 at the top */
	int n_points;
	const struct assemble_pair *enemies;
	int n_enemies;
	const struct assemble_wish *wishes;
	int n_wishes;
	int forms;
	uint64_t seed;
	int limit_ms; /* the guard; 0 is a minute */
	/* Called now and then with done of total; a result other than 0 stops the assembly. */
	int (*progress)(void *arg, int done, int total);
	void *arg;
};

enum assembled_status {
	ASSEMBLED,          /* every wish is met */
	ASSEMBLED_CONFLICT, /* proven: no such forms exist */
	ASSEMBLED_UNKNOWN,  /* none was found within the limits, and no proof that there is none */
	ASSEMBLED_STOPPED,  /* by progress() */
	ASSEMBLED_INVALID,  /* sizes, indices: a mistake of the caller */
};

enum assemble_model { MODEL_NONE, MODEL_FRAME, MODEL_SHADOW, MODEL_WHOLE };

/* What the bank lacks for one wish of a conflict, when the wish alone cannot be met. */
struct assemble_lack {
	int wish;
	double needed;    /* by all forms together, overlap taken into account: in one form */
	double available; /* most that the bank can give one form */
	double usable;    /* items of the wish that no filter of the conflict keeps out */
	double all;       /* with those kept out */
};

struct assembled_form {
	int *items; /* indices, ascending */
	int n;
	double score, expected, spread;
};

struct assembled {
	enum assembled_status status;
	enum assemble_model model; /* which the bound belongs to */
	struct assembled_form forms[ASSEMBLE_FORMS_MAX];
	/* The objective is the sum over the forms of how far expected score and spread lie from the
	 * targets, in points. shadow: each form's model was solved given the forms before it. */
	double objective, bound;
	double target_expected, target_spread; /* 0: none */
	int candidates;  /* 0/1 columns of a model */
	int64_t nodes, ms;
	bool is_cut_short; /* by the clock: another run may differ */
	/* ASSEMBLED_CONFLICT: wishes that cannot be met together, while any of them left out can */
	int conflict[ASSEMBLE_WISHES_MAX];
	int n_conflict;
	bool is_smallest; /* no smaller set of wishes in conflict exists */
	struct assemble_lack lacks[ASSEMBLE_WISHES_MAX];
	int n_lacks;
	/* by wish: extra items (or points) that would end the conflict, where it is cheapest */
	double missing[ASSEMBLE_WISHES_MAX];
};

/* Everything is allocated in the arena. */
void assemble(struct arena *arena, const struct assembly *a, struct assembled *ret_done);

#endif
