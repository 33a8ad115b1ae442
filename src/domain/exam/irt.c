/* Marginal maximum likelihood for the Rasch and the 2PL model. With a logistic curve the likelihood
 * of an answer row depends on ability only through the sums of a and d over the right answers, so
 * that one round of EM costs n (m + nodes) and not n m nodes. */
#include "domain/exam/irt_impl.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 1000 };
static const double tolerance = 1e-5, flat = 0.1, steepest = 8, farthest = 20;

void irt_grid_init(struct irt_grid *g)
{
	double sum = 0;
	for (int q = 0; q < IRT_NODES; q++) {
		g->theta[q] = -6 + 12.0 * q / (IRT_NODES - 1);
		sum += g->weight[q] = exp(-g->theta[q] * g->theta[q] / 2);
	}
	for (int q = 0; q < IRT_NODES; q++) {
		g->weight[q] /= sum;
		g->log_weight[q] = log(g->weight[q]);
	}
}

static double logistic(double z)
{
	return 1 / (1 + exp(-z));
}

/* log(1 - P) without overflow. */
static double log_fail(double z)
{
	return z > 0 ? -z - log1p(exp(-z)) : -log1p(exp(z));
}

void irt_base(const struct irt_grid *g, const struct irt_data *data, const double *a,
	const double *d, double *ret_base)
{
	memset(ret_base, 0, sizeof *ret_base * (size_t)(data->forms * IRT_NODES));
	for (int i = 0; i < data->m; i++) {
		for (int q = 0; q < IRT_NODES; q++) {
			double fail = log_fail(a[i] * g->theta[q] + d[i]);
			for (int f = 0; f < data->forms; f++)
				if (data->has[f * data->m + i])
					ret_base[f * IRT_NODES + q] += fail;
		}
	}
}

double irt_posterior(const struct irt_grid *g, const double *base, double slope, double intercept,
	double *ret_post)
{
	double top = -INFINITY, sum = 0;
	for (int q = 0; q < IRT_NODES; q++) {
		ret_post[q] = base[q] + g->log_weight[q] + slope * g->theta[q];
		if (ret_post[q] > top)
			top = ret_post[q];
	}
	for (int q = 0; q < IRT_NODES; q++) {
		ret_post[q] = ret_post[q] < top - 40 ? 0 : exp(ret_post[q] - top);
		sum += ret_post[q];
	}
	for (int q = 0; q < IRT_NODES; q++)
		ret_post[q] /= sum;
	return top + log(sum) + intercept;
}

struct em {
	const struct irt_grid *g;
	const struct irt_data *data;
	double *a, *d;
	double *base;  /* forms*nodes */
	double *count; /* forms*nodes: candidates expected at the node */
	double *right; /* m*nodes: of them right */
};

/* Adds a posterior to the rows of the items solved, where it is not nothing. */
static void add_right(struct em *em, const uint8_t *x, const double *post)
{
	int lo = 0, hi = IRT_NODES;
	while (lo < hi && post[lo] < 1e-12)
		lo++;
	while (hi > lo && post[hi - 1] < 1e-12)
		hi--;
	for (int i = 0; i < em->data->m; i++) {
		double *row = em->right + i * IRT_NODES;
		if (!x[i])
			continue;
		for (int q = lo; q < hi; q++)
			row[q] += post[q];
	}
}

static double expect(struct em *em)
{
	const struct irt_data *data = em->data;
	double likelihood = 0, post[IRT_NODES];
	irt_base(em->g, data, em->a, em->d, em->base);
	memset(em->count, 0, sizeof *em->count * (size_t)(data->forms * IRT_NODES));
	memset(em->right, 0, sizeof *em->right * (size_t)(data->m * IRT_NODES));
	for (int p = 0; p < data->n; p++) {
		const uint8_t *x = data->x + (int64_t)p * data->m;
		double slope = 0, intercept = 0;
		for (int i = 0; i < data->m; i++) {
			slope += x[i] * em->a[i];
			intercept += x[i] * em->d[i];
		}
		int f = data->form[p];
		likelihood += irt_posterior(em->g, em->base + f * IRT_NODES, slope, intercept,
			post);
		for (int q = 0; q < IRT_NODES; q++)
			em->count[f * IRT_NODES + q] += post[q];
		add_right(em, x, post);
	}
	return likelihood;
}

/* First and second derivatives of one item's expected log-likelihood in (a, d). */
struct slope {
	double ga, gd, haa, had, hdd;
};

static struct slope item_slope(const struct em *em, int i, double a, double d)
{
	struct slope s = {0};
	for (int q = 0; q < IRT_NODES; q++) {
		double n = 0, theta = em->g->theta[q], p = logistic(a * theta + d);
		for (int f = 0; f < em->data->forms; f++)
			if (em->data->has[f * em->data->m + i])
				n += em->count[f * IRT_NODES + q];
		double rest = em->right[i * IRT_NODES + q] - n * p, w = n * p * (1 - p);
		s.gd += rest;
		s.ga += rest * theta;
		s.hdd += w;
		s.had += w * theta;
		s.haa += w * theta * theta;
	}
	return s;
}

static double step(double x, double by, double limit)
{
	return irt_range(x + irt_range(by, -1, 1), -limit, limit);
}

static void maximize_2pl(struct em *em)
{
	for (int i = 0; i < em->data->m; i++) {
		for (int k = 0; k < 3; k++) {
			struct slope s = item_slope(em, i, em->a[i], em->d[i]);
			double det = s.haa * s.hdd - s.had * s.had;
			if (!(det > 1e-12))
				break;
			double da = (s.hdd * s.ga - s.had * s.gd) / det;
			double dd = (s.haa * s.gd - s.had * s.ga) / det;
			em->a[i] = step(em->a[i], da, steepest);
			em->d[i] = step(em->d[i], dd, farthest);
		}
	}
}

/* One a for all: the Hessian is an arrow, solved by eliminating every d. */
static void maximize_rasch(struct em *em, struct slope *s)
{
	for (int k = 0; k < 3; k++) {
		double g = 0, h = 0, a = em->a[0];
		for (int i = 0; i < em->data->m; i++) {
			s[i] = item_slope(em, i, a, em->d[i]);
			g += s[i].ga - s[i].had * s[i].gd / s[i].hdd;
			h += s[i].haa - s[i].had * s[i].had / s[i].hdd;
		}
		double da = irt_range(g / h, -1, 1);
		for (int i = 0; i < em->data->m; i++) {
			em->a[i] = step(a, da, steepest);
			em->d[i] = step(em->d[i], (s[i].gd - s[i].had * da) / s[i].hdd, farthest);
		}
	}
}

static double moved(const double *now, const double *before, int n)
{
	double most = 0;
	for (int i = 0; i < n; i++)
		most = fmax(most, fabs(now[i] - before[i]));
	return most;
}

static void run(struct em *em, struct irt_fit *fit, struct arena *arena)
{
	int m = em->data->m;
	double *before = arena_array(arena, double, 2 * m);
	struct slope *s = arena_array(arena, struct slope, m);
	while (fit->rounds < ROUNDS && !fit->has_converged) {
		memcpy(before, em->a, sizeof *before * (size_t)m);
		memcpy(before + m, em->d, sizeof *before * (size_t)m);
		expect(em);
		if (fit->model == IRT_2PL)
			maximize_2pl(em);
		else
			maximize_rasch(em, s);
		fit->rounds++;
		fit->has_converged = moved(em->a, before, m) < tolerance
			&& moved(em->d, before + m, m) < tolerance;
	}
	fit->log_likelihood = expect(em);
}

static void classify(const struct response_matrix *r, const uint8_t *right, struct irt_fit *fit)
{
	for (int i = 0; i < r->m; i++) {
		struct irt_item *it = &fit->items[i];
		int64_t solved = 0;
		for (int p = 0; p < r->n; p++) {
			uint8_t x = right[(int64_t)p * r->m + i];
			it->n += x != RESPONSE_ABSENT;
			solved += x == 1;
		}
		it->state = it->n < IRT_LEAST ? IRT_TOO_FEW : solved == it->n ? IRT_ALL_RIGHT
			: !solved ? IRT_ALL_WRONG : IRT_FITTED;
		fit->n_items += it->state == IRT_FITTED;
	}
}

static struct irt_data compact(const struct response_matrix *r, const struct irt_fit *fit,
	const uint8_t *right, struct arena *arena)
{
	struct irt_data data = {.n = r->n, .forms = r->forms};
	data.item = arena_array(arena, int, r->m);
	for (int i = 0; i < r->m; i++)
		if (irt_is_used(&fit->items[i]))
			data.item[data.m++] = i;
	data.x = arena_array(arena, uint8_t, (int64_t)r->n * data.m + 1);
	data.has = arena_array(arena, uint8_t, r->forms * data.m);
	data.form = arena_array(arena, int, r->n + 1);
	for (int p = 0; p < r->n; p++) {
		data.form[p] = r->persons[p].form;
		for (int k = 0; k < data.m; k++) {
			uint8_t x = right[(int64_t)p * r->m + data.item[k]];
			data.x[(int64_t)p * data.m + k] = x == 1;
			if (x != RESPONSE_ABSENT)
				data.has[data.form[p] * data.m + k] = 1;
		}
	}
	return data;
}

static void start(struct em *em)
{
	const struct irt_data *data = em->data;
	for (int i = 0; i < data->m; i++) {
		double solved = 0.5, n = 1;
		for (int p = 0; p < data->n; p++) {
			solved += data->x[(int64_t)p * data->m + i];
			n += data->has[data->form[p] * data->m + i];
		}
		em->a[i] = 1;
		em->d[i] = 1.2 * log(solved / (n - solved));
	}
}

static void keep(struct irt_fit *fit, const struct em *em)
{
	for (int k = 0; k < em->data->m; k++) {
		struct irt_item *it = &fit->items[em->data->item[k]];
		it->a = em->a[k];
		it->d = em->d[k];
		if (fabs(it->a) < flat)
			it->state = IRT_FLAT;
		it->b = it->state == IRT_FLAT ? NAN : -it->d / it->a;
	}
}

int irt_calibrate(const struct response_matrix *r, enum irt_model model, struct arena *arena,
	struct irt_fit *ret_fit)
{
	auto_arena scratch = arena_new((size_t)1 << 30);
	struct irt_fit fit = {.model = model, .m = r->m,
		.items = arena_array(arena, struct irt_item, r->m)};
	struct irt_grid g;
	uint8_t *right = response_right(r, scratch);
	classify(r, right, &fit);
	if (fit.n_items < 2 || r->n < IRT_LEAST)
		return ERR_INVALID;
	struct irt_data data = compact(r, &fit, right, scratch);
	struct em em = {.g = &g, .data = &data, .a = arena_array(scratch, double, data.m),
		.d = arena_array(scratch, double, data.m),
		.base = arena_array(scratch, double, data.forms * IRT_NODES),
		.count = arena_array(scratch, double, data.forms * IRT_NODES),
		.right = arena_array(scratch, double, data.m * IRT_NODES)};
	irt_grid_init(&g);
	start(&em);
	run(&em, &fit, scratch);
	keep(&fit, &em);
	irt_standard_errors(&g, &data, &fit, em.a, em.d);
	*ret_fit = fit;
	return 0;
}

double irt_probability(const struct irt_item *item, double theta)
{
	return logistic(item->a * theta + item->d);
}

double irt_item_information(const struct irt_item *item, double theta)
{
	double p = irt_probability(item, theta);
	return irt_is_used(item) ? item->a * item->a * p * (1 - p) : 0;
}

double irt_test_information(const struct irt_fit *fit, const struct response_matrix *r, int form,
	double theta)
{
	double sum = 0;
	int p = 0;
	while (form >= 0 && p < r->n && r->persons[p].form != form)
		p++;
	for (int i = 0; i < fit->m; i++)
		if (form < 0 || (p < r->n && response_is_there(r, p, i)))
			sum += irt_item_information(&fit->items[i], theta);
	return sum;
}
