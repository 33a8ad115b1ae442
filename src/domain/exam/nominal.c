/* The nominal response model by EM. As in irt.c an answer row speaks only through two sums: its
 * likelihood at theta is exp(sum of intercepts + theta * sum of slopes) / product of
 * denominators. */
#include "domain/exam/nominal.h"

#include <math.h>
#include <string.h>

#include "domain/exam/irt_impl.h"

enum { ROUNDS = 100, LEAST = 20, PARAMETERS = 2 * NOMINAL_CATEGORIES };
static const double tolerance = 2e-3, key_slope = 0.9, other_slope = -0.3, key_sd = 0.6,
	other_sd = 0.3, intercept_sd = 4;

struct em {
	const struct response_matrix *r;
	struct nominal_fit *fit;
	struct irt_grid g;
	uint8_t *has;  /* forms*m */
	double *base;  /* forms*nodes: - sum of log denominators */
	double *count; /* forms*nodes */
	double *cell;  /* m*categories*nodes */
};

/* Categories of an item that take part: listed options, omitted, other. */
static bool is_category(const struct nominal_item *item, int k)
{
	return k <= item->options || k == RESPONSE_OTHER;
}

static double log_denominator(const struct nominal_item *item, double theta)
{
	double top = -INFINITY, sum = 0;
	for (int k = 0; k < NOMINAL_CATEGORIES; k++)
		if (is_category(item, k))
			top = fmax(top, item->intercept[k] + item->slope[k] * theta);
	for (int k = 0; k < NOMINAL_CATEGORIES; k++)
		if (is_category(item, k))
			sum += exp(item->intercept[k] + item->slope[k] * theta - top);
	return top + log(sum);
}

void nominal_at(const struct nominal_item *item, double theta,
	double ret_chance[NOMINAL_CATEGORIES])
{
	double log_sum = log_denominator(item, theta);
	for (int k = 0; k < NOMINAL_CATEGORIES; k++)
		ret_chance[k] = is_category(item, k)
			? exp(item->intercept[k] + item->slope[k] * theta - log_sum) : 0;
}

static void set_base(struct em *em)
{
	const struct response_matrix *r = em->r;
	memset(em->base, 0, sizeof *em->base * (size_t)(r->forms * IRT_NODES));
	for (int i = 0; i < r->m; i++) {
		if (!em->fit->items[i].is_used)
			continue;
		for (int q = 0; q < IRT_NODES; q++) {
			double log_sum = log_denominator(&em->fit->items[i], em->g.theta[q]);
			for (int f = 0; f < r->forms; f++)
				if (em->has[f * r->m + i])
					em->base[f * IRT_NODES + q] -= log_sum;
		}
	}
}

static void add_cells(struct em *em, const uint8_t *answer, const double *post)
{
	int lo = 0, hi = IRT_NODES;
	while (lo < hi && post[lo] < 1e-9)
		lo++;
	while (hi > lo && post[hi - 1] < 1e-9)
		hi--;
	for (int i = 0; i < em->r->m; i++) {
		if (!em->fit->items[i].is_used || answer[i] == RESPONSE_ABSENT)
			continue;
		double *cell = em->cell + ((int64_t)i * NOMINAL_CATEGORIES + answer[i]) * IRT_NODES;
		for (int q = lo; q < hi; q++)
			cell[q] += post[q];
	}
}

static double expect(struct em *em)
{
	const struct response_matrix *r = em->r;
	double likelihood = 0, post[IRT_NODES];
	set_base(em);
	memset(em->cell, 0,
		sizeof *em->cell * (size_t)r->m * NOMINAL_CATEGORIES * IRT_NODES);
	memset(em->count, 0, sizeof *em->count * (size_t)(r->forms * IRT_NODES));
	for (int p = 0; p < r->n; p++) {
		const uint8_t *answer = r->answer + (int64_t)p * r->m;
		int f = r->persons[p].form;
		double slope = 0, intercept = 0;
		for (int i = 0; i < r->m; i++) {
			const struct nominal_item *it = &em->fit->items[i];
			if (!it->is_used || answer[i] == RESPONSE_ABSENT)
				continue;
			slope += it->slope[answer[i]];
			intercept += it->intercept[answer[i]];
		}
		likelihood += irt_posterior(&em->g, em->base + f * IRT_NODES, slope, intercept,
			post);
		for (int q = 0; q < IRT_NODES; q++)
			em->count[f * IRT_NODES + q] += post[q];
		add_cells(em, answer, post);
	}
	return likelihood;
}

/* Newton's equations of one item: parameters are c then s of its categories in order. */
struct newton {
	int k, category[NOMINAL_CATEGORIES];
	double g[PARAMETERS], h[PARAMETERS][PARAMETERS];
};

static void add_node(struct newton *w, const double *cell, const double *chance, double n,
	double theta, int q)
{
	for (int a = 0; a < w->k; a++) {
		double pa = chance[w->category[a]];
		double rest = cell[w->category[a] * IRT_NODES + q] - n * pa;
		w->g[a] += rest;
		w->g[w->k + a] += rest * theta;
		for (int b = 0; b <= a; b++) {
			double x = n * pa * ((a == b) - chance[w->category[b]]);
			w->h[a][b] += x;
			w->h[w->k + a][b] += x * theta;
			w->h[w->k + a][w->k + b] += x * theta * theta;
		}
	}
}

static void add_prior(struct newton *w, const struct nominal_item *item, int key)
{
	for (int a = 0; a < w->k; a++) {
		w->g[a] -= item->intercept[w->category[a]] / (intercept_sd * intercept_sd);
		w->h[a][a] += 1 / (intercept_sd * intercept_sd);
		bool is_key = w->category[a] == key;
		double sd = is_key ? key_sd : other_sd;
		w->g[w->k + a] -= (item->slope[w->category[a]] - (is_key ? key_slope
			: other_slope)) / (sd * sd);
		w->h[w->k + a][w->k + a] += 1 / (sd * sd);
		for (int b = 0; b < a; b++)
			w->h[w->k + b][a] = w->h[w->k + a][b];
	}
}

/* Solves h x = g in place of g (Cholesky; h is positive definite by the priors). */
static void solve(struct newton *w)
{
	int n = 2 * w->k;
	for (int j = 0; j < n; j++) {
		for (int i = 0; i <= j; i++) {
			double sum = w->h[j][i];
			for (int k = 0; k < i; k++)
				sum -= w->h[j][k] * w->h[i][k];
			w->h[j][i] = i < j ? sum / w->h[i][i] : sqrt(fmax(sum, 1e-9));
		}
		for (int k = 0; k < j; k++)
			w->g[j] -= w->h[j][k] * w->g[k];
		w->g[j] /= w->h[j][j];
	}
	for (int j = n - 1; j >= 0; j--) {
		for (int k = j + 1; k < n; k++)
			w->g[j] -= w->h[k][j] * w->g[k];
		w->g[j] /= w->h[j][j];
	}
}

/* One Newton step of an item; returns the largest change of a parameter that matters (a category
 * nobody chose drifts without consequence). */
static double improve(struct em *em, int i)
{
	struct nominal_item *it = &em->fit->items[i];
	const double *cell = em->cell + (int64_t)i * NOMINAL_CATEGORIES * IRT_NODES;
	struct newton w = {0};
	double chance[NOMINAL_CATEGORIES], most = 0;
	for (int k = 0; k < NOMINAL_CATEGORIES; k++)
		if (is_category(it, k))
			w.category[w.k++] = k;
	for (int q = 0; q < IRT_NODES; q++) {
		double n = 0;
		for (int f = 0; f < em->r->forms; f++)
			if (em->has[f * em->r->m + i])
				n += em->count[f * IRT_NODES + q];
		if (n < 1e-9)
			continue;
		nominal_at(it, em->g.theta[q], chance);
		add_node(&w, cell, chance, n, em->g.theta[q], q);
	}
	add_prior(&w, it, em->r->items[i].key);
	solve(&w);
	for (int a = 0; a < w.k; a++) {
		double dc = irt_range(w.g[a], -1, 1), ds = irt_range(w.g[w.k + a], -1, 1);
		it->intercept[w.category[a]] += dc;
		it->slope[w.category[a]] += ds;
		most = fmax(most, fmax(fabs(dc), fabs(ds)));
	}
	return most;
}

static int start(struct em *em)
{
	int used = 0;
	for (int i = 0; i < em->r->m; i++) {
		struct nominal_item *it = &em->fit->items[i];
		int64_t n[256] = {0};
		for (int p = 0; p < em->r->n; p++)
			n[response_at(em->r, p, i)]++;
		it->options = em->r->items[i].options;
		it->is_used = em->r->items[i].key > 0 && n[RESPONSE_ABSENT] < em->r->n;
		used += it->is_used;
		for (int k = 0; k < NOMINAL_CATEGORIES; k++) {
			if (!is_category(it, k))
				continue;
			it->intercept[k] = log((double)n[k] + 0.5) - log(em->r->n / 4.0 + 1);
			it->slope[k] = k == em->r->items[i].key ? key_slope : other_slope;
		}
	}
	return used;
}

static void set_chances(struct nominal_fit *fit)
{
	double chance[NOMINAL_CATEGORIES];
	for (int i = 0; i < fit->m; i++) {
		if (!fit->items[i].is_used)
			continue;
		for (int bin = 0; bin < NOMINAL_BINS; bin++) {
			float *to = fit->chance + ((int64_t)bin * fit->m + i) * NOMINAL_CATEGORIES;
			nominal_at(&fit->items[i], nominal_theta(bin), chance);
			for (int k = 0; k < NOMINAL_CATEGORIES; k++)
				to[k] = (float)chance[k];
			fit->log_sum[i * NOMINAL_BINS + bin] =
				log_denominator(&fit->items[i], nominal_theta(bin));
		}
	}
}

int nominal_calibrate(const struct response_matrix *r, struct arena *arena,
	struct nominal_fit *ret_fit)
{
	auto_arena scratch = arena_new((size_t)1 << 28);
	struct nominal_fit fit = {.m = r->m,
		.items = arena_array(arena, struct nominal_item, r->m)};
	struct em em = {.r = r, .fit = &fit, .has = response_form_items(r, scratch),
		.base = arena_array(scratch, double, r->forms * IRT_NODES),
		.count = arena_array(scratch, double, r->forms * IRT_NODES),
		.cell = arena_array(scratch, double,
			(int64_t)r->m * NOMINAL_CATEGORIES * IRT_NODES)};
	irt_grid_init(&em.g);
	if (start(&em) < 2 || r->n < LEAST)
		return ERR_INVALID;
	while (fit.rounds < ROUNDS && !fit.has_converged) {
		double most = 0;
		fit.log_likelihood = expect(&em);
		for (int i = 0; i < r->m; i++)
			if (fit.items[i].is_used)
				most = fmax(most, improve(&em, i));
		fit.rounds++;
		fit.has_converged = most < tolerance;
	}
	fit.chance = arena_array(arena, float,
		(int64_t)NOMINAL_BINS * r->m * NOMINAL_CATEGORIES);
	fit.log_sum = arena_array(arena, double, (int64_t)r->m * NOMINAL_BINS);
	set_chances(&fit);
	*ret_fit = fit;
	return 0;
}

int nominal_bin(const struct nominal_fit *fit, const uint8_t *answer)
{
	double sum[NOMINAL_BINS] = {0}, slope = 0;
	int best = 0;
	for (int i = 0; i < fit->m; i++) {
		const double *log_sum = fit->log_sum + i * NOMINAL_BINS;
		if (!fit->items[i].is_used || answer[i] == RESPONSE_ABSENT)
			continue;
		slope += fit->items[i].slope[answer[i]];
		for (int bin = 0; bin < NOMINAL_BINS; bin++)
			sum[bin] -= log_sum[bin];
	}
	for (int bin = 0; bin < NOMINAL_BINS; bin++) {
		sum[bin] += slope * nominal_theta(bin);
		if (sum[bin] > sum[best])
			best = bin;
	}
	return best;
}

struct tenth {
	double n, seen[NOMINAL_CATEGORIES], expected[NOMINAL_CATEGORIES];
};

/* Which tenth of the candidates a bin belongs to. */
static void cut_tenths(const struct response_matrix *r, const int *bin, int ret_tenth[NOMINAL_BINS])
{
	int64_t n[NOMINAL_BINS] = {0}, below = 0;
	for (int p = 0; p < r->n; p++)
		n[bin[p]]++;
	for (int b = 0; b < NOMINAL_BINS; b++) {
		ret_tenth[b] = (int)((below + n[b] / 2) * 10 / (r->n + 1));
		below += n[b];
	}
}

double nominal_misfit(const struct nominal_fit *fit, const struct response_matrix *r, int item,
	const int *bin)
{
	struct tenth tenths[10] = {0};
	int of[NOMINAL_BINS];
	double most = 0;
	cut_tenths(r, bin, of);
	for (int p = 0; p < r->n; p++) {
		struct tenth *t = &tenths[of[bin[p]]];
		const float *chance = nominal_chances(fit, bin[p], item);
		if (!response_is_there(r, p, item))
			continue;
		t->n++;
		t->seen[response_at(r, p, item)]++;
		for (int k = 0; k < NOMINAL_CATEGORIES; k++)
			t->expected[k] += chance[k];
	}
	for (int t = 0; t < 10; t++)
		for (int k = 1; k < RESPONSE_OTHER && tenths[t].n >= 20; k++)
			most = fmax(most, fabs(tenths[t].seen[k] - tenths[t].expected[k])
				/ tenths[t].n);
	return fit->items[item].is_used ? most : 0;
}
