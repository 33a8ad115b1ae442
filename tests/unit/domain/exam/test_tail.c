#include "domain/exam/tail.h"
#include "near.h"

/* Abramowitz & Stegun (1964), table 26.1 and 26.2. */
static void normal_as_tabulated(void **state)
{
	(void)state;
	assert_near(tail_normal(0), 0.5, 1e-15);
	assert_near(tail_normal(1.96), 0.0249978951, 1e-10);
	assert_near(tail_normal(-1), 0.8413447461, 1e-10);
	assert_near(log10(tail_normal(10)), -23.11805, 1e-5);
}

/* Abramowitz & Stegun (1964), table 26.8: percentage points of chi-square. */
static void chi_square_as_tabulated(void **state)
{
	static const struct {
		double p, df, x;
	} rows[] = {{0.05, 1, 3.84146}, {0.01, 1, 6.63490}, {0.05, 2, 5.99147}, {0.5, 10, 9.34182},
		{0.95, 10, 3.94030}, {0.001, 30, 59.7031}, {0.05, 100, 124.342}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_near(tail_chi2(rows[i].x, rows[i].df), rows[i].p, 2e-5 * rows[i].p + 1e-7);
	assert_near(tail_chi2(0, 3), 1, 0);
	/* two degrees of freedom are an exponential distribution */
	assert_near(tail_chi2(400, 2) / exp(-200), 1, 1e-9);
}

/* Abramowitz & Stegun (1964), table 26.10: percentage points of t. */
static void student_as_tabulated(void **state)
{
	static const struct {
		double p, df, t;
	} rows[] = {{0.05, 3, 2.353}, {0.005, 3, 5.841}, {0.05, 7, 1.895}, {0.0005, 7, 5.408},
		{0.025, 20, 2.086}, {0.5, 5, 0}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		double ratio = tail_student(rows[i].t, rows[i].df) / rows[i].p;
		assert_true(ratio > 0.999 && ratio < 1.1);
	}
	assert_near(tail_student(-2.353, 3), 0.95, 0.001);
}

static void binomial_by_hand(void **state)
{
	(void)state;
	assert_near(tail_binomial(8, 10, 0.5), 56.0 / 1024, 1e-12);
	assert_near(tail_binomial(0, 10, 0.5), 1, 0);
	assert_near(tail_binomial(11, 10, 0.5), 0, 0);
	assert_near(tail_binomial(2, 2, 0.1), 0.01, 1e-12);
	assert_near(tail_binomial(1, 3, 0), 0, 0);
	assert_near(tail_binomial(3, 3, 1), 1, 0);
}

/* Three unequal coins: .1 .2 .5, all eight outcomes written out. */
static void poisson_binomial_by_hand(void **state)
{
	const double p[3] = {0.1, 0.2, 0.5};
	double pmf[4];
	(void)state;
	poisson_binomial(p, 3, pmf);
	assert_near(pmf[0], 0.9 * 0.8 * 0.5, 1e-15);
	assert_near(pmf[1], 0.1 * 0.8 * 0.5 + 0.9 * 0.2 * 0.5 + 0.9 * 0.8 * 0.5, 1e-15);
	assert_near(pmf[2], 0.1 * 0.2 * 0.5 + 0.1 * 0.8 * 0.5 + 0.9 * 0.2 * 0.5, 1e-15);
	assert_near(pmf[3], 0.1 * 0.2 * 0.5, 1e-15);
	assert_near(tail_poisson_binomial(2, p, 3, pmf), 0.01 + 0.04 + 0.09 + 0.01, 1e-15);
}

/* Equal chances are the binomial, also far out where 1 - F would be 0. */
static void poisson_binomial_is_exact_far_out(void **state)
{
	double p[100], pmf[101];
	(void)state;
	for (int i = 0; i < 100; i++)
		p[i] = 0.01;
	assert_near(tail_poisson_binomial(100, p, 100, pmf) / 1e-200, 1, 1e-9);
	assert_near(tail_poisson_binomial(60, p, 100, pmf) / tail_binomial(60, 100, 0.01), 1, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(normal_as_tabulated),
		cmocka_unit_test(chi_square_as_tabulated), cmocka_unit_test(student_as_tabulated),
		cmocka_unit_test(binomial_by_hand),
		cmocka_unit_test(poisson_binomial_by_hand),
		cmocka_unit_test(poisson_binomial_is_exact_far_out)};
	return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
