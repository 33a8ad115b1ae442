/* Item response models for right/wrong answers: Rasch and two-parameter logistic (Birnbaum 1968).
 *
 *   P(right | theta) = 1 / (1 + exp(-a (theta - b))),  theta ~ N(0, 1), no scaling constant D
 *
 * Rasch: one a for all items, estimated; in the metric with slope 1 the difficulty is a*b and the
 * standard deviation of ability is a.
 *
 * Estimation: marginal maximum likelihood by EM (Bock & Aitkin 1981, Psychometrika 46, 443-459).
 * The integral is taken over 61 equally spaced nodes from -6 to 6 with normal weights: for the
 * smooth and narrow posteriors of long tests this rule is as exact as Gauss-Hermite with as many
 * nodes, and its nodes lie where the posteriors are. Standard errors: observed information by Louis
 * (1982), which at the maximum is minus the Hessian of the marginal log-likelihood; delta method
 * for b.
 *
 * An omitted answer is a wrong answer; an item that is not on a candidate's form says nothing about
 * it. "Right" is full score. Items without information are left out, with the reason. */
#ifndef LUBAN_EXAM_IRT_H
#define LUBAN_EXAM_IRT_H

#include "domain/exam/response.h"

enum irt_model { IRT_RASCH, IRT_2PL };

enum irt_state {
	IRT_FITTED,
	IRT_TOO_FEW,   /* fewer than IRT_LEAST candidates had it */
	IRT_ALL_RIGHT, /* everybody solved it: its difficulty is not finite */
	IRT_ALL_WRONG, /* nobody did */
	IRT_FLAT,      /* fitted, but |a| < 0.1: b means nothing (NAN) */
};

enum { IRT_LEAST = 20 };

struct irt_item {
	enum irt_state state;
	int64_t n;
	double a, b, d; /* d = -a b, the intercept */
	double se_a, se_b, se_d;
};

struct irt_fit {
	enum irt_model model;
	int m;
	struct irt_item *items; /* m, in the arena; the numbers only when fitted or flat */
	int n_items;            /* fitted or flat */
	double log_likelihood;
	int rounds;
	bool has_converged; /* no parameter moved by more than 1e-5 in the last round */
};

/* ERR_INVALID when fewer than two items or IRT_LEAST candidates remain. Takes about 10 MB and a
 * second for 5,000 candidates and 100 items. */
int irt_calibrate(const struct response_matrix *r, enum irt_model model, struct arena *arena,
	struct irt_fit *ret_fit) MUST_CHECK;

/* Is it in the model: fitted or flat. */
static inline bool irt_is_used(const struct irt_item *item)
{
	return item->state == IRT_FITTED || item->state == IRT_FLAT;
}
double irt_probability(const struct irt_item *item, double theta);
/* Fisher information a^2 P (1-P); 0 for items left out. */
double irt_item_information(const struct irt_item *item, double theta);
/* Over the items of a form (form < 0: all of them). The standard error of ability is
 * 1/sqrt(information). */
double irt_test_information(const struct irt_fit *fit, const struct response_matrix *r, int form,
	double theta);

/* How well the items fit.
 *   infit, outfit  mean squares of Wright & Masters (1982) at ability by WLE: outfit the mean of
 *                  squared standardised residuals, infit weighted by information; 1 is expected,
 * above
 *                  1.3 noise, below 0.7 too regular. For Rasch; with 2PL they are descriptive.
 *   s_x2           S-X2 of Orlando & Thissen (2000, APM 24, 50-64): observed and expected share of
 *                  right answers by sum score; neighbouring scores are merged until both expected
 *                  counts are at least 1; df = groups - parameters of the item; p its chi-square
 *                  tail. Over the candidates of the largest form. NAN when no df is left. */
struct irt_item_fit {
	double infit, outfit;
	double s_x2, p;
	int df;
};

void irt_item_fits(const struct irt_fit *fit, const struct response_matrix *r,
	struct irt_item_fit *ret_fits);

#endif
