/* Shared inside irt*.c and ability.c. */
#ifndef LUBAN_EXAM_IRT_IMPL_H
#define LUBAN_EXAM_IRT_IMPL_H

#include "domain/exam/irt.h"

enum { IRT_NODES = 61 };

struct irt_grid {
	double theta[IRT_NODES], weight[IRT_NODES], log_weight[IRT_NODES];
};

void irt_grid_init(struct irt_grid *g);

/* The used items, moved together. */
struct irt_data {
	int n, m, forms;
	int *item;    /* m, their numbers in the matrix */
	uint8_t *x;   /* n*m: 1 right, 0 not or absent */
	uint8_t *has; /* forms*m */
	int *form;    /* n */
};


/* Posterior of one candidate over the nodes; returns the log of its marginal likelihood.
 * base: log of the chance to fail every item of the form, by node. */
double irt_posterior(const struct irt_grid *g, const double *base, double slope, double intercept,
	double *ret_post);
/* forms*IRT_NODES. */
void irt_base(const struct irt_grid *g, const struct irt_data *data, const double *a,
	const double *d, double *ret_base);

/* Standard errors into fit->items. */
void irt_standard_errors(const struct irt_grid *g, const struct irt_data *data,
	struct irt_fit *fit, const double *a, const double *d);

static inline double irt_range(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

#endif
