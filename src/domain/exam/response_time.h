/* Times that do not fit: the lognormal model (van der Linden 2006, JEBS 31, 181-204),
 *
 *   ln T_ij ~ N(beta_i - tau_j, 1/alpha_i^2)
 *
 * beta the item's time intensity, tau the candidate's speed (mean 0), alpha the item's
 * discrimination. Fitted by alternating least squares weighted with alpha^2 until no value moves by
 * 1e-4; times of 0 are unknown, times above an hour are cut to it.
 *
 * For a candidate:
 *   fit_p  upper tail of sum z^2 over the answered items (l^t of Marianti, Fox, Avetisyan, Veldkamp
 *          & Tijmstra 2014, JEBS 39, 426-451) as chi-square with items - 1 degrees of freedom; real
 *          times have heavier tails than the model, so it is shown and not tested
 *   fast   items answered faster than z = -2; fast_p: binomial tail against the share of such
 * answers
 *          among all candidates, which needs no normal law. Answers known beforehand look like
 * this. */
#ifndef LUBAN_EXAM_RESPONSE_TIME_H
#define LUBAN_EXAM_RESPONSE_TIME_H

#include "domain/exam/response.h"

struct response_time_fit {
	int n, m;
	double *beta, *alpha; /* m; alpha 0 for items without times */
	double *tau;          /* n */
	double fast_share;
};

struct person_time {
	int timed, fast, fast_right;
	double tau, fit_p, fast_p;
};

/* ERR_INVALID without times, or fewer than 20 candidates or 2 items with some. */
int response_time_fit(const struct response_matrix *r, struct arena *arena,
	struct response_time_fit *ret_fit) MUST_CHECK;
/* Standardised residual of ln time; NAN when unknown. */
double response_time_residual(const struct response_time_fit *fit,
	const struct response_matrix *r, int person, int item);
struct person_time response_time_of(const struct response_time_fit *fit,
	const struct response_matrix *r, int person);

#endif
