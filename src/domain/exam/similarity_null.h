/* How many matches two candidates who worked alone would have: exact distributions, given the
 * chances of each option at their two abilities.
 *
 * Item i matches right with chance r_i = P_i,key(a) P_i,key(b) and wrong with chance
 * w_i = sum over wrong options P_ik(a) P_ik(b); omitted and unlisted answers never match.
 *
 * GBT, generalised binomial test (van der Linden & Sotaridona 2006, JEBS 31, 283-304): the number
 * of matches M is compound binomial with r_i + w_i; p = P(M >= observed).
 *
 * M4 (Maynes 2014, in Kingston & Clark, Test Fraud, ch. 4; 2017, in Cizek & Wollack, ch. 3): right
 * and wrong matches (R, W) together are generalised trinomial. Outcomes are ordered by the chance
 * of being dominated, G(r, w) = P(R >= r, W >= w); p is the chance of all outcomes with G not above
 * the observed one. G is compared in steps of 1/64 octave: p is never too small and at most the
 * mass of one step too large.
 *
 * Both depend on the two abilities only, not on the pair. */
#ifndef LUBAN_EXAM_SIMILARITY_NULL_H
#define LUBAN_EXAM_SIMILARITY_NULL_H

#include "domain/exam/nominal.h"

struct similarity_null {
	int m;        /* room for so many items */
	int n;        /* items in common that can match, set by similarity_null_set() */
	double *right, *wrong; /* n: the chances above */
	double *gbt;  /* n+1: P(M >= k) */
	double *m4;   /* [right * (m+1) + wrong], right + wrong <= n: p */
	double *work; /* two tables with a border */
	double *step; /* mass by step of G */
};

struct similarity_null *similarity_null_new(int m, struct arena *arena);
/* The chances from the grid; is_common: m flags, NULL for all. */
void similarity_null_chances(struct similarity_null *s, const struct nominal_fit *fit,
	const struct response_item *items, int bin_a, int bin_b, const uint8_t *is_common);
/* The same from elsewhere. */
void similarity_null_give(struct similarity_null *s, int n, const double *right,
	const double *wrong);
void similarity_null_gbt(struct similarity_null *s);
void similarity_null_m4(struct similarity_null *s);

static inline double similarity_null_m4_at(const struct similarity_null *s, int right, int wrong)
{
	return s->m4[right * (s->m + 1) + wrong];
}

#endif
