/* Standard errors of item parameters: observed information = complete information - what is missed
 * by not seeing ability (Louis 1982). Parameters stand as d of every item, then a of every item
 * (2PL) or the one a (Rasch). */
#include "domain/exam/irt_impl.h"

#include <math.h>
#include <string.h>

struct louis {
	const struct irt_grid *g;
	const struct irt_data *data;
	int n; /* parameters */
	bool is_rasch;
	double *info;  /* n*n, the lower triangle */
	double *p;     /* m*nodes */
	double *mean;  /* n */
	double *score; /* n */
};

static int place_a(const struct louis *l, int item)
{
	return l->data->m + (l->is_rasch ? 0 : item);
}

/* The complete-data score of one candidate at one node. */
static void score_at(struct louis *l, int person, int q)
{
	const struct irt_data *data = l->data;
	const uint8_t *x = data->x + (int64_t)person * data->m;
	const uint8_t *has = data->has + data->form[person] * data->m;
	double theta = l->g->theta[q];
	l->score[data->m] = 0;
	for (int i = 0; i < data->m; i++) {
		double rest = has[i] ? x[i] - l->p[i * IRT_NODES + q] : 0;
		l->score[i] = rest;
		if (l->is_rasch)
			l->score[data->m] += rest * theta;
		else
			l->score[data->m + i] = rest * theta;
	}
}

/* info += w v v', lower triangle. */
static void add_square(struct louis *l, const double *v, double w)
{
	for (int j = 0; j < l->n; j++) {
		double f = w * v[j], *row = l->info + (int64_t)j * l->n;
		for (int k = 0; k <= j; k++)
			row[k] += f * v[k];
	}
}

static void add_complete(struct louis *l, int person, const double *post)
{
	const uint8_t *has = l->data->has + l->data->form[person] * l->data->m;
	for (int i = 0; i < l->data->m; i++) {
		double dd = 0, ad = 0, aa = 0;
		int a = place_a(l, i);
		if (!has[i])
			continue;
		for (int q = 0; q < IRT_NODES; q++) {
			double p = l->p[i * IRT_NODES + q], w = post[q] * p * (1 - p);
			dd += w;
			ad += w * l->g->theta[q];
			aa += w * l->g->theta[q] * l->g->theta[q];
		}
		l->info[(int64_t)i * l->n + i] += dd;
		l->info[(int64_t)a * l->n + i] += ad;
		l->info[(int64_t)a * l->n + a] += aa;
	}
}

static void add_person(struct louis *l, int person, const double *post)
{
	memset(l->mean, 0, sizeof *l->mean * (size_t)l->n);
	for (int q = 0; q < IRT_NODES; q++) {
		if (post[q] < 1e-7)
			continue;
		score_at(l, person, q);
		add_square(l, l->score, -post[q]);
		for (int j = 0; j < l->n; j++)
			l->mean[j] += post[q] * l->score[j];
	}
	add_square(l, l->mean, 1);
	add_complete(l, person, post);
}

/* Cholesky in place, lower triangle; false when it is not positive definite. */
static bool cholesky(double *x, int n)
{
	for (int j = 0; j < n; j++) {
		double *rj = x + (int64_t)j * n;
		for (int k = 0; k <= j; k++) {
			const double *rk = x + (int64_t)k * n;
			double sum = rj[k];
			for (int i = 0; i < k; i++)
				sum -= rj[i] * rk[i];
			if (k < j)
				rj[k] = sum / rk[k];
			else if (sum > 0)
				rj[j] = sqrt(sum);
			else
				return false;
		}
	}
	return true;
}

/* Column c of the inverse from its Cholesky factor. */
static void inverse_column(const double *x, int n, int c, double *ret)
{
	for (int j = 0; j < n; j++) {
		double sum = j == c;
		for (int k = 0; k < j; k++)
			sum -= x[(int64_t)j * n + k] * ret[k];
		ret[j] = sum / x[(int64_t)j * n + j];
	}
	for (int j = n - 1; j >= 0; j--) {
		for (int k = j + 1; k < n; k++)
			ret[j] -= x[(int64_t)k * n + j] * ret[k];
		ret[j] /= x[(int64_t)j * n + j];
	}
}

static void keep_errors(struct louis *l, struct irt_fit *fit, bool is_good, double *column)
{
	for (int i = 0; i < l->data->m; i++) {
		struct irt_item *it = &fit->items[l->data->item[i]];
		it->se_a = it->se_b = it->se_d = NAN;
		if (!is_good)
			continue;
		int a = place_a(l, i);
		inverse_column(l->info, l->n, i, column);
		double var_d = column[i], cov = column[a];
		inverse_column(l->info, l->n, a, column);
		double var_a = column[a];
		it->se_d = sqrt(var_d);
		it->se_a = sqrt(var_a);
		if (it->state == IRT_FITTED)
			it->se_b = sqrt(var_d + it->b * it->b * var_a + 2 * it->b * cov)
				/ fabs(it->a);
	}
}

void irt_standard_errors(const struct irt_grid *g, const struct irt_data *data,
	struct irt_fit *fit, const double *a, const double *d)
{
	auto_arena scratch = arena_new((size_t)1 << 28);
	bool is_rasch = fit->model == IRT_RASCH;
	int n = is_rasch ? data->m + 1 : 2 * data->m;
	struct louis l = {.g = g, .data = data, .n = n, .is_rasch = is_rasch,
		.info = arena_array(scratch, double, (int64_t)n * n),
		.p = arena_array(scratch, double, data->m * IRT_NODES),
		.mean = arena_array(scratch, double, n), .score = arena_array(scratch, double, n)};
	double *base = arena_array(scratch, double, data->forms * IRT_NODES), post[IRT_NODES];
	irt_base(g, data, a, d, base);
	for (int i = 0; i < data->m; i++)
		for (int q = 0; q < IRT_NODES; q++)
			l.p[i * IRT_NODES + q] = 1 / (1 + exp(-a[i] * g->theta[q] - d[i]));
	for (int p = 0; p < data->n; p++) {
		const uint8_t *x = data->x + (int64_t)p * data->m;
		double slope = 0;
		for (int i = 0; i < data->m; i++)
			slope += x[i] * a[i];
		irt_posterior(g, base + data->form[p] * IRT_NODES, slope, 0, post);
		add_person(&l, p, post);
	}
	keep_errors(&l, fit, cholesky(l.info, n), l.score);
}
