/* The null distributions. The trinomial recursion is what costs; it runs over two tables in turn,
 * so that every row is a plain vector operation, and is compiled for AVX2 too (without fused
 * operations: the same numbers everywhere). */
#include "domain/exam/similarity_null.h"

#include <math.h>
#include <string.h>

#include "domain/exam/tail.h"

enum { OCTAVES = 128, PER_OCTAVE = 64, STEPS = OCTAVES * PER_OCTAVE + 1 };

/* A table has a row and a column of zeros before the first. */
static size_t table_size(int m)
{
	return (size_t)(m + 2) * (size_t)(m + 2);
}

struct similarity_null *similarity_null_new(int m, struct arena *arena)
{
	struct similarity_null *s = arena_make(arena, struct similarity_null);
	s->m = m;
	s->right = arena_array(arena, double, m + 1);
	s->wrong = arena_array(arena, double, m + 1);
	s->gbt = arena_array(arena, double, m + 2);
	s->m4 = arena_array(arena, double, (m + 1) * (m + 1));
	s->work = arena_array(arena, double, 2 * table_size(m));
	s->step = arena_array(arena, double, STEPS);
	return s;
}

void similarity_null_chances(struct similarity_null *s, const struct nominal_fit *fit,
	const struct response_item *items, int bin_a, int bin_b, const uint8_t *is_common)
{
	s->n = 0;
	for (int i = 0; i < fit->m; i++) {
		const float *a = nominal_chances(fit, bin_a, i),
			*b = nominal_chances(fit, bin_b, i);
		double all = 0;
		if (!fit->items[i].is_used || (is_common && !is_common[i]))
			continue;
		for (int k = 1; k < RESPONSE_OTHER; k++)
			all += (double)a[k] * b[k];
		s->right[s->n] = (double)a[items[i].key] * b[items[i].key];
		s->wrong[s->n] = fmax(0, all - s->right[s->n]);
		s->n++;
	}
}

void similarity_null_give(struct similarity_null *s, int n, const double *right,
	const double *wrong)
{
	s->n = n;
	memcpy(s->right, right, sizeof *right * (size_t)n);
	memcpy(s->wrong, wrong, sizeof *wrong * (size_t)n);
}

void similarity_null_gbt(struct similarity_null *s)
{
	double *chance = s->work, sum = 0;
	for (int i = 0; i < s->n; i++)
		chance[i] = s->right[i] + s->wrong[i];
	poisson_binomial(chance, s->n, s->gbt);
	for (int k = s->n; k >= 0; k--) {
		sum += s->gbt[k];
		s->gbt[k] = fmin(sum, 1);
	}
}

/* One item more: i are done. `from` and `to` point at the cell (0, 0) of tables with a border. */
static inline __attribute__((always_inline)) void add_item(const double *restrict from,
	double *restrict to, int stride, int i, double right, double wrong)
{
	double none = 1 - right - wrong;
	for (int a = 0; a <= i + 1; a++) {
		const double *restrict here = from + (int64_t)a * stride;
		const double *restrict less = here - stride;
		double *restrict out = to + (int64_t)a * stride;
		for (int b = 0; b <= i + 1 - a; b++)
			out[b] = here[b] * none + here[b - 1] * wrong + less[b] * right;
	}
}

static inline __attribute__((always_inline)) double *trinomial(struct similarity_null *s)
{
	int stride = s->m + 2;
	double *from = s->work + stride + 1, *to = from + table_size(s->m);
	memset(s->work, 0, sizeof *s->work * 2 * table_size(s->m));
	from[0] = 1;
	for (int i = 0; i < s->n; i++) {
		add_item(from, to, stride, i, s->right[i], s->wrong[i]);
		double *t = from;
		from = to;
		to = t;
	}
	return from;
}

#if defined __x86_64__
static __attribute__((target("avx2"))) double *trinomial_avx2(struct similarity_null *s)
{
	return trinomial(s);
}
#endif

static double *trinomial_here(struct similarity_null *s)
{
#if defined __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return trinomial_avx2(s);
#endif
	return trinomial(s);
}

/* 64 steps an octave, 2^-128 and less is step 0: the leading bits of the number as they stand. */
static int step_of(double g)
{
	uint64_t bits;
	memcpy(&bits, &g, sizeof bits);
	int64_t at = (int64_t)(bits >> 46) - (int64_t)(1023 - OCTAVES) * PER_OCTAVE;
	return at < 0 ? 0 : at >= STEPS ? STEPS - 1 : (int)at;
}

void similarity_null_m4(struct similarity_null *s)
{
	const double *mass = trinomial_here(s);
	int stride = s->m + 2, w = s->m + 1;
	memset(s->step, 0, sizeof *s->step * STEPS);
	for (int a = s->n; a >= 0; a--) {
		double *g = s->m4 + (int64_t)a * w, row = 0;
		for (int b = s->n - a; b >= 0; b--) {
			row += mass[(int64_t)a * stride + b];
			/* the row below has no cell right + wrong > n */
			g[b] = row + (a + 1 + b <= s->n ? g[w + b] : 0);
			s->step[step_of(g[b])] += mass[(int64_t)a * stride + b];
		}
	}
	for (int k = 1; k < STEPS; k++)
		s->step[k] += s->step[k - 1];
	for (int a = 0; a <= s->n; a++) {
		double *g = s->m4 + (int64_t)a * w;
		for (int b = 0; b <= s->n - a; b++)
			g[b] = fmin(s->step[step_of(g[b])], 1);
	}
}
