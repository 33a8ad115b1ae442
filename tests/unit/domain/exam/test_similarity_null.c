#include "domain/exam/similarity_null.h"
#include "domain/exam/tail.h"
#include "near.h"

/* Six unequal items: all 3^6 outcomes written out, the definitions followed word by word. */
enum { M = 6 };
static const double right[M] = {0.50, 0.40, 0.30, 0.72, 0.10, 0.25};
static const double wrong[M] = {0.10, 0.05, 0.20, 0.02, 0.30, 0.125};

static void enumerate(double mass[M + 1][M + 1])
{
	for (int code = 0; code < 729; code++) {
		double p = 1;
		int r = 0, w = 0;
		for (int i = 0, rest = code; i < M; i++, rest /= 3) {
			r += rest % 3 == 0;
			w += rest % 3 == 1;
			p *= rest % 3 == 0 ? right[i] : rest % 3 == 1 ? wrong[i]
				: 1 - right[i] - wrong[i];
		}
		mass[r][w] += p;
	}
}

static double dominated(double mass[M + 1][M + 1], int r, int w)
{
	double sum = 0;
	for (int a = r; a <= M; a++)
		for (int b = w; b <= M; b++)
			sum += mass[a][b];
	return sum;
}

static void gbt_by_enumeration(void **state)
{
	auto_arena arena = arena_new(1 << 21);
	struct similarity_null *s = similarity_null_new(8, arena);
	double mass[M + 1][M + 1] = {0};
	(void)state;
	enumerate(mass);
	similarity_null_give(s, M, right, wrong);
	similarity_null_gbt(s);
	for (int k = 0; k <= M; k++) {
		double sum = 0;
		for (int r = 0; r <= M; r++)
			for (int w = 0; w <= M; w++)
				sum += r + w >= k ? mass[r][w] : 0;
		assert_near(s->gbt[k], sum, 1e-14);
	}
}

static void m4_by_enumeration(void **state)
{
	auto_arena arena = arena_new(1 << 21);
	struct similarity_null *s = similarity_null_new(8, arena);
	double mass[M + 1][M + 1] = {0};
	(void)state;
	enumerate(mass);
	similarity_null_give(s, M, right, wrong);
	similarity_null_m4(s);
	for (int r = 0; r <= M; r++) {
		for (int w = 0; w <= M - r; w++) {
			double g = dominated(mass, r, w), exact = 0, most = 0;
			for (int a = 0; a <= M; a++)
				for (int b = 0; b <= M - a; b++) {
					double other = dominated(mass, a, b);
					exact += other <= g * (1 + 1e-12) ? mass[a][b] : 0;
					most += other <= g * 1.0157 ? mass[a][b] : 0;
				}
			assert_true(similarity_null_m4_at(s, r, w) >= exact * (1 - 1e-12));
			assert_true(similarity_null_m4_at(s, r, w) <= most * (1 + 1e-12));
		}
	}
}

/* Items alike: right and wrong matches are a plain trinomial, also where it is 1e-40. */
static void far_out_it_is_still_exact(void **state)
{
	enum { N = 100 };
	auto_arena arena = arena_new(1 << 22);
	struct similarity_null *s = similarity_null_new(N, arena);
	double r[N], w[N], all[N + 1];
	(void)state;
	for (int i = 0; i < N; i++) {
		r[i] = 0.3;
		w[i] = 0.1;
	}
	similarity_null_give(s, N, r, w);
	similarity_null_gbt(s);
	for (int k = 0; k <= N; k += 10)
		assert_near(s->gbt[k] / tail_binomial(k, N, 0.4), 1, 1e-9);
	similarity_null_m4(s);
	/* nothing dominates all-right but itself; a few outcomes are rarer still */
	double p = similarity_null_m4_at(s, 100, 0);
	assert_true(p >= pow(0.3, 100) * 0.999 && p < 1e-35);
	assert_near(similarity_null_m4_at(s, 0, 0), 1, 1e-9);
	for (int k = 0; k < N; k++)
		all[k] = similarity_null_m4_at(s, 20, k <= 80 ? k : 80);
	for (int k = 1; k < N; k++)
		assert_true(all[k] <= all[k - 1]);
}

/* The p of the outcome itself: under the null it is at most alpha with chance at most alpha. */
static void p_is_a_p_value(void **state)
{
	auto_arena arena = arena_new(1 << 21);
	struct similarity_null *s = similarity_null_new(M, arena);
	double mass[M + 1][M + 1] = {0};
	(void)state;
	enumerate(mass);
	similarity_null_give(s, M, right, wrong);
	similarity_null_m4(s);
	for (double alpha = 0.001; alpha < 1; alpha *= 1.5) {
		double chance = 0;
		for (int r = 0; r <= M; r++)
			for (int w = 0; w <= M - r; w++)
				chance += similarity_null_m4_at(s, r, w) <= alpha ? mass[r][w] : 0;
		assert_true(chance <= alpha * (1 + 1e-12));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(gbt_by_enumeration),
		cmocka_unit_test(m4_by_enumeration), cmocka_unit_test(far_out_it_is_still_exact),
		cmocka_unit_test(p_is_a_p_value)};
	return cmocka_run_group_tests_name("similarity_null", tests, NULL, NULL);
}
