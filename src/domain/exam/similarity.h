/* Every pair of candidates compared: do their answers agree more than those of two people who
 * worked alone? Answer-similarity indices for all n(n-1)/2 pairs, with false discoveries
 * controlled.
 *
 * SIMILARITY_GBT, SIMILARITY_M4: see similarity_null.h; symmetric.
 * SIMILARITY_OMEGA (Wollack 1997, APM 21, 307-320): for a copier c and a source s, the matches less
 * what is expected of c given the very answers of s, in standard deviations:
 *     (M - sum_i P_i,u_is(theta_c)) / sqrt(sum_i P (1 - P))
 * over the items s answered. Wollack refers it to the normal distribution; that is wrong by orders
 * of magnitude where 12.5 million pairs need it (a sum of unequal coins is skewed), so p is the
 * exact tail of the same sum. A pair's p is twice the smaller of its two directions, at most 1.
 *
 * What is assumed: answers are independent given ability; option chances follow the nominal model
 * of nominal.h, fitted to the same candidates; abilities are those the answers are likeliest at, on
 * a grid of 0.1. Copied answers pull the two abilities together and up, which makes the test a
 * little conservative, never the reverse. Agreement has innocent causes too (the same teacher, the
 * same wrong textbook): a finding is a lead, not a verdict.
 *
 * Two families are tested, each at half of alpha: pairs who could see each other (same room, at
 * most `near` rows and columns apart) and all others. The first are few, so that much weaker
 * evidence stands out among them; the union keeps the rate alpha (E[V1/R1] + E[V2/R2]).
 *
 * A person who sat twice is not compared with himself: such pairs are in no family.
 *
 * Cost: candidates are sorted by form and ability; for each two ability bins the null distribution
 * is computed once and becomes thresholds on match counts, and a pair costs two dozen bit
 * operations. */
#ifndef LUBAN_EXAM_SIMILARITY_H
#define LUBAN_EXAM_SIMILARITY_H

#include "domain/exam/fdr.h"
#include "domain/exam/nominal.h"

enum similarity_index { SIMILARITY_M4, SIMILARITY_GBT, SIMILARITY_OMEGA, SIMILARITY_INDICES };
enum similarity_family { FAMILY_NEAR, FAMILY_FAR, FAMILIES };

struct similarity_options {
	unsigned indices; /* bits 1 << enum similarity_index; 0 for all */
	enum similarity_index primary; /* decides which pairs are findings and are kept: M4 unless
	                                 * said, the strongest of the three in bench/forensics */
	enum fdr_rule rule;
	double alpha; /* 0 for 0.05 */
	int near;     /* rows and columns; 0 for 2; negative: one family only */
	int keep;     /* pairs kept at most, the least likely ones; 0 for 10000 */
	/* Called now and then; not 0 stops the work. May be NULL. */
	int (*progress)(void *self, int64_t done, int64_t pairs);
	void *self;
};

struct similar_pair {
	int a, b; /* a < b, numbers of candidates */
	enum similarity_family family;
	int common;       /* items that both had and that can match */
	int right, wrong; /* matches */
	double expected_right, expected_wrong;
	double p[SIMILARITY_INDICES]; /* 1 when not asked for or above SIMILARITY_SCREEN */
	double adjusted[SIMILARITY_INDICES];
	double omega_ab, omega_ba; /* a copied from b; b from a */
	bool is_finding;           /* adjusted[primary] <= alpha / families */
};

/* p-values above it are not looked at further and are never findings. */
#define SIMILARITY_SCREEN 1e-3

struct similarity_result {
	struct similarity_options options; /* with the defaults filled in */
	int64_t pairs[FAMILIES];
	int64_t findings[SIMILARITY_INDICES][FAMILIES]; /* also those not kept */
	double single[FAMILIES]; /* p that a lone finding of the family would need */
	struct similar_pair *pair; /* kept, the least likely first; in the arena */
	int n;
	int *bin; /* n candidates: place on the ability grid */
	bool was_stopped;
};

/* Result and kept pairs are in `arena` (120 bytes a pair kept, 4 a candidate); scratch is about 10
 * MB and 100 bytes a candidate. 0 also when stopped: the result then is of the pairs looked at so
 * far, without adjusted p-values. */
int similarity_scan(const struct response_matrix *r, const struct nominal_fit *fit,
	const struct similarity_options *options, struct arena *arena,
	struct similarity_result *ret_result) MUST_CHECK;

/* Could they see each other: known and same room, at most `distance` rows and columns apart. */
bool similarity_is_near(const struct response_person *a, const struct response_person *b,
	int distance);
int64_t similarity_count_near(const struct response_matrix *r, int distance);
/* Pairs with the same number, 0 not counted. Sorts the array. */
int64_t similarity_count_equal(int32_t *value, int n);

#endif
