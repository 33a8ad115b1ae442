/* Step-up procedures. */
#include "domain/exam/fdr.h"

#include <math.h>
#include <stdlib.h>

static double factor(int64_t n, enum fdr_rule rule)
{
	if (rule == FDR_BH)
		return 1;
	/* 1 + 1/2 + ... + 1/n, by its asymptotic series where that is exact enough */
	if (n > 1000)
		return log((double)n) + 0.57721566490153286 + 0.5 / (double)n;
	double sum = 0;
	for (int64_t i = n; i > 0; i--)
		sum += 1.0 / (double)i;
	return sum;
}

struct ranked {
	double p;
	int at;
};

static int by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return (x->p > y->p) - (x->p < y->p);
}

void fdr_adjust(const double *p, int n, enum fdr_rule rule, double *ret_adjusted)
{
	auto_arena arena = arena_new((size_t)1 << 28);
	struct ranked *r = arena_array(arena, struct ranked, n + 1);
	double least = 1;
	for (int i = 0; i < n; i++)
		r[i] = (struct ranked){p[i], i};
	qsort(r, (size_t)n, sizeof *r, by_p);
	for (int i = n - 1; i >= 0; i--) {
		least = fmin(least, r[i].p * n * factor(n, rule) / (i + 1));
		ret_adjusted[r[i].at] = least;
	}
}

/* 0 holds everything below the scale. */
static int step_of(double p)
{
	double at = p > 0 ? FDR_STEPS + log10(p) * 100 : 0;
	return at <= 0 ? 0 : at >= FDR_STEPS ? FDR_STEPS : (int)ceil(at);
}

static double step_top(int step)
{
	return pow(10, (step - FDR_STEPS) / 100.0);
}

struct fdr_histogram *fdr_new(struct arena *arena, enum fdr_rule rule)
{
	struct fdr_histogram *h = arena_make(arena, struct fdr_histogram);
	h->rule = rule;
	return h;
}

void fdr_add(struct fdr_histogram *h, double p)
{
	h->n[step_of(p)]++;
}

void fdr_seal(struct fdr_histogram *h)
{
	double least = 1, tests = (double)h->tests * factor(h->tests, h->rule);
	int64_t n = 0;
	for (int s = 0; s <= FDR_STEPS; s++) {
		n += h->n[s];
		h->adjusted[s] = n ? fmin(1, step_top(s) * tests / (double)n) : 1;
	}
	for (int s = FDR_STEPS; s >= 0; s--) {
		/* an empty step is no test: it takes the value of the next one above */
		if (h->n[s])
			least = fmin(least, h->adjusted[s]);
		h->adjusted[s] = least;
	}
}

double fdr_adjusted(const struct fdr_histogram *h, double p)
{
	return h->adjusted[step_of(p)];
}

int64_t fdr_findings(const struct fdr_histogram *h, double alpha)
{
	int64_t n = 0;
	for (int s = 0; s <= FDR_STEPS && h->adjusted[s] <= alpha; s++)
		n += h->n[s];
	return n;
}

double fdr_single(int64_t tests, enum fdr_rule rule, double alpha)
{
	return tests > 0 ? alpha / ((double)tests * factor(tests, rule)) : alpha;
}
