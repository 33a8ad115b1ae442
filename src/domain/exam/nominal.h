/* Option probabilities at each ability: the nominal response model (Bock 1972, Psychometrika 37,
 * 29-51; the model that Wollack's omega takes its probabilities from).
 *
 *   P(category k | theta) = exp(c_k + s_k theta) / sum_h exp(c_h + s_h theta),  theta ~ N(0, 1)
 *
 * Categories are: omitted, each option, other. Fitted by marginal maximum a posteriori with EM over
 * the nodes of irt.h. Priors: slopes N(0.9, 0.6^2) for the key and N(-0.3, 0.3^2) for the rest, as
 * items usually are; intercepts N(0, 4^2). They identify the model, keep the curves of rare options
 * finite, and carry small exams: with flat priors 20 to 50 candidates fit their own coincidences,
 * and honest pairs look impossible (measured: of 100 honest exams of 20 by 80 items 31 had a
 * finding; with these priors 2). Above some hundred candidates they hardly matter. Only items with
 * a key take part.
 *
 * Why fitted and not smoothed by ability group: the pairs that matter most lie at the ends of the
 * scale, where a group has few candidates and an option few choices; a group mean there is 0 or
 * noise and the product of two such makes coincidences look impossible. The model borrows from the
 * whole scale, is monotone in log-odds, and its one assumption (log-odds between two options are
 * linear in ability) can be looked at: nominal_misfit(). Answers are independent given ability;
 * candidates who ran out of time break this (their omitted answers hang together), which is why an
 * omitted answer never counts as a match. */
#ifndef LUBAN_EXAM_NOMINAL_H
#define LUBAN_EXAM_NOMINAL_H

#include "domain/exam/response.h"

enum {
	NOMINAL_CATEGORIES = 16, /* 0 omitted, 1..14 options, 15 other */
	NOMINAL_BINS = 81,       /* ability grid: -4 to 4 in steps of 0.1 */
};

struct nominal_item {
	bool is_used; /* has a key and at least one answer */
	int options;
	double intercept[NOMINAL_CATEGORIES], slope[NOMINAL_CATEGORIES];
};

struct nominal_fit {
	int m;
	struct nominal_item *items; /* m */
	double log_likelihood;      /* without the priors */
	int rounds;
	bool has_converged;
	/* NOMINAL_BINS * m * NOMINAL_CATEGORIES: the chances on the grid; 0 for items not used. */
	float *chance;
	double *log_sum; /* m * NOMINAL_BINS: log of the denominators */
};

/* ERR_INVALID when fewer than 2 items or 20 candidates remain. About 15 MB of scratch and a second
 * for 5,000 candidates and 100 items. */
int nominal_calibrate(const struct response_matrix *r, struct arena *arena,
	struct nominal_fit *ret_fit) MUST_CHECK;

static inline double nominal_theta(int bin)
{
	return -4 + 0.1 * bin;
}
static inline const float *nominal_chances(const struct nominal_fit *fit, int bin, int item)
{
	return fit->chance + ((int64_t)bin * fit->m + item) * NOMINAL_CATEGORIES;
}
/* All categories of an item at any ability. */
void nominal_at(const struct nominal_item *item, double theta,
	double ret_chance[NOMINAL_CATEGORIES]);

/* The place on the grid where the answers are likeliest (maximum likelihood: not drawn towards the
 * mean, so that two very good candidates are expected to agree as much as they do). `answer` is a
 * row of the matrix. */
int nominal_bin(const struct nominal_fit *fit, const uint8_t *answer);

/* Observed less expected share of a category within tenths of ability, the largest over the item's
 * options in absolute value: near 0 when the curves describe the item; above 0.15 the item should
 * be looked at. bin: n, from nominal_bin(). */
double nominal_misfit(const struct nominal_fit *fit, const struct response_matrix *r, int item,
	const int *bin);

#endif
