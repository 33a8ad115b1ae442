/* Item fit: infit and outfit, S-X2. */
#include <math.h>
#include <string.h>

#include "domain/exam/ability.h"
#include "domain/exam/irt_impl.h"
#include "domain/exam/tail.h"

struct residuals {
	double n, squares, weighted, weight;
};

static void mean_squares(const struct irt_fit *fit, const struct response_matrix *r,
	const uint8_t *right, struct irt_item_fit *ret_fits, struct arena *arena)
{
	struct residuals *s = arena_array(arena, struct residuals, r->m);
	for (int p = 0; p < r->n; p++) {
		const uint8_t *x = right + (int64_t)p * r->m;
		double theta = ability_of(fit, x, ABILITY_WLE).theta;
		for (int i = 0; i < r->m; i++) {
			if (!irt_is_used(&fit->items[i]) || x[i] == RESPONSE_ABSENT)
				continue;
			double chance = irt_probability(&fit->items[i], theta);
			double w = fmax(chance * (1 - chance), 1e-12), rest = x[i] - chance;
			s[i].n++;
			s[i].squares += rest * rest / w;
			s[i].weighted += rest * rest;
			s[i].weight += w;
		}
	}
	for (int i = 0; i < r->m; i++) {
		ret_fits[i].outfit = s[i].n > 0 ? s[i].squares / s[i].n : NAN;
		ret_fits[i].infit = s[i].n > 0 ? s[i].weighted / s[i].weight : NAN;
	}
}

/* Everything S-X2 needs of one form. */
struct by_score {
	const struct irt_fit *fit;
	const uint8_t *x; /* candidates*m, right answers of the used items of the form */
	int *item;
	int n, m;
	struct irt_grid g;
	double *p;       /* nodes*m */
	double *whole;   /* m+1: P(score = k) of the whole test */
	double *partial; /* m: the same for the test without an item and that item right */
	double *pmf;
	int *score; /* by candidate */
};

/* P(score k) over all items but one, at each node, weighted by the chance of the left-out item. */
static void expect_right(struct by_score *s, int out)
{
	memset(s->partial, 0, sizeof *s->partial * (size_t)(s->m + 1));
	for (int q = 0; q < IRT_NODES; q++) {
		double *p = s->p + (int64_t)q * s->m, kept = p[out];
		p[out] = p[s->m - 1];
		poisson_binomial(p, s->m - 1, s->pmf);
		p[out] = kept;
		for (int k = 1; k <= s->m; k++)
			s->partial[k] += s->g.weight[q] * kept * s->pmf[k - 1];
	}
}

static void expect_scores(struct by_score *s)
{
	for (int q = 0; q < IRT_NODES; q++) {
		for (int i = 0; i < s->m; i++)
			s->p[(int64_t)q * s->m + i] = irt_probability(
				&s->fit->items[s->item[i]], s->g.theta[q]);
		poisson_binomial(s->p + (int64_t)q * s->m, s->m, s->pmf);
		for (int k = 0; k <= s->m; k++)
			s->whole[k] += s->g.weight[q] * s->pmf[k];
	}
}

struct cell {
	double n, right, expected;
};

static double cell_x2(const struct cell *c)
{
	double rest = c->right - c->expected;
	return c->n > 0 ? rest * rest * c->n / (c->expected * (c->n - c->expected)) : 0;
}

static bool is_full(const struct cell *c)
{
	return c->expected >= 1 && c->n - c->expected >= 1;
}

/* Merges from the low end; what is left over at the high end joins the last full cell. */
static void chi_square(const struct cell *cells, int m, int parameters, struct irt_item_fit *f)
{
	struct cell now = {0}, last = {0};
	double sum = 0;
	int groups = 0;
	for (int k = 1; k < m; k++) {
		now.n += cells[k].n;
		now.right += cells[k].right;
		now.expected += cells[k].expected;
		if (!is_full(&now))
			continue;
		sum += cell_x2(&last);
		last = now;
		now = (struct cell){0};
		groups++;
	}
	last.n += now.n;
	last.right += now.right;
	last.expected += now.expected;
	f->s_x2 = sum + cell_x2(&last);
	f->df = groups - parameters;
	f->p = f->df > 0 ? tail_chi2(f->s_x2, f->df) : NAN;
	if (f->df <= 0)
		f->s_x2 = NAN;
}

static void s_x2(struct by_score *s, int k, struct irt_item_fit *f, struct arena *arena)
{
	struct cell *cells = arena_array(arena, struct cell, s->m + 1);
	expect_right(s, k);
	for (int p = 0; p < s->n; p++) {
		cells[s->score[p]].n++;
		cells[s->score[p]].right += s->x[(int64_t)p * s->m + k];
	}
	for (int score = 0; score <= s->m; score++)
		cells[score].expected = cells[score].n * s->partial[score] / s->whole[score];
	chi_square(cells, s->m, s->fit->model == IRT_2PL ? 2 : 1, f);
}

static int largest_form(const struct response_matrix *r)
{
	int n[RESPONSE_FORMS] = {0}, best = 0;
	for (int p = 0; p < r->n; p++)
		n[r->persons[p].form]++;
	for (int f = 1; f < r->forms; f++)
		if (n[f] > n[best])
			best = f;
	return best;
}

static struct by_score gather(const struct irt_fit *fit, const struct response_matrix *r,
	const uint8_t *right, struct arena *arena)
{
	struct by_score s = {.fit = fit, .item = arena_array(arena, int, r->m),
		.score = arena_array(arena, int, r->n + 1)};
	uint8_t *x = arena_array(arena, uint8_t, (int64_t)r->n * r->m + 1);
	int form = largest_form(r), at = 0;
	for (int p = 0; p < r->n; p++) {
		if (r->persons[p].form != form)
			continue;
		s.m = 0;
		for (int i = 0; i < r->m; i++) {
			uint8_t one = right[(int64_t)p * r->m + i];
			if (!irt_is_used(&fit->items[i]) || one == RESPONSE_ABSENT)
				continue;
			s.item[s.m++] = i;
			s.score[s.n] += one;
			x[at++] = one;
		}
		s.n++;
	}
	s.x = x;
	return s;
}

void irt_item_fits(const struct irt_fit *fit, const struct response_matrix *r,
	struct irt_item_fit *ret_fits)
{
	auto_arena arena = arena_new((size_t)1 << 30);
	uint8_t *right = response_right(r, arena);
	for (int i = 0; i < r->m; i++)
		ret_fits[i] = (struct irt_item_fit){.s_x2 = NAN, .p = NAN};
	mean_squares(fit, r, right, ret_fits, arena);
	struct by_score s = gather(fit, r, right, arena);
	if (s.m < 2)
		return;
	irt_grid_init(&s.g);
	s.p = arena_array(arena, double, (int64_t)IRT_NODES * s.m);
	s.whole = arena_array(arena, double, s.m + 1);
	s.partial = arena_array(arena, double, s.m + 1);
	s.pmf = arena_array(arena, double, s.m + 1);
	expect_scores(&s);
	for (int k = 0; k < s.m; k++)
		s_x2(&s, k, &ret_fits[s.item[k]], arena);
}
