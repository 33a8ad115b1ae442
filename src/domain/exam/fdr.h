/* False discoveries among many tests.
 *
 * FDR_BH: Benjamini & Hochberg (1995, JRSS B 57, 289-300): controls the expected share of false
 * findings when the tests are independent or positively dependent (PRDS; Benjamini & Yekutieli
 * 2001).
 * FDR_BY: Benjamini & Yekutieli (2001, Annals of Statistics 29, 1165-1188): the same under any
 * dependence, at the price of the factor 1 + 1/2 + ... + 1/n (17 for 12.5 million tests).
 *
 * Pairs of candidates are dependent, every candidate is in n-1 of them. The dependence is believed
 * to be positive (who answers like the crowd matches many), but nobody has proved PRDS for match
 * counts with estimated abilities; where a finding points at people, BY is therefore the default.
 * On the scale of answers its price is small: two or three more matches of a hundred. */
#ifndef LUBAN_EXAM_FDR_H
#define LUBAN_EXAM_FDR_H

#include <stdint.h>

#include "base/arena.h"

enum fdr_rule { FDR_BY, FDR_BH };

/* Adjusted p-values of n tests, in their order; ret may be p itself. */
void fdr_adjust(const double *p, int n, enum fdr_rule rule, double *ret_adjusted);

/* The same for so many tests that their p-values cannot be kept: a histogram of log10 p in steps of
 * 0.01. What it says of a p-value is what the largest in its step would get: never too small, at
 * most
 * 2.3 % too large. p-values that are never added count as tests that found nothing. */
enum { FDR_STEPS = 32500 };
struct fdr_histogram {
	int64_t n[FDR_STEPS + 1];
	int64_t tests; /* in all, set by the caller */
	enum fdr_rule rule;
	/* after fdr_seal(): the adjusted p-value of each step */
	double adjusted[FDR_STEPS + 1];
};

struct fdr_histogram *fdr_new(struct arena *arena, enum fdr_rule rule);
void fdr_add(struct fdr_histogram *h, double p);
void fdr_seal(struct fdr_histogram *h);
double fdr_adjusted(const struct fdr_histogram *h, double p);
/* How many of those added have an adjusted p of at most alpha. */
int64_t fdr_findings(const struct fdr_histogram *h, double alpha);
/* The p-value that a single test would have to reach if it were the only finding. */
double fdr_single(int64_t tests, enum fdr_rule rule, double alpha);

#endif
