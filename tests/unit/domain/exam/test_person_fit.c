#include "domain/exam/person_fit.h"
#include "domain/exam/simulate_cheat.h"
#include "near.h"

static struct irt_item items[40];

static struct irt_fit equal(int m, double spread)
{
	for (int i = 0; i < m; i++) {
		double b = m > 1 ? spread * (2.0 * i / (m - 1) - 1) : 0;
		items[i] = (struct irt_item){.state = IRT_FITTED, .a = 1, .b = b, .d = -b};
	}
	return (struct irt_fit){.model = IRT_2PL, .m = m, .items = items, .n_items = m};
}

/* Easy ones right and hard ones wrong fits; the reverse with the same number right does not. The
 * Rasch estimate is the same for both, so that l_z can be worked out from the definition. */
static void a_reversed_pattern_does_not_fit(void **state)
{
	struct irt_fit fit = equal(10, 2);
	uint8_t good[10] = {1, 1, 1, 1, 1}, bad[10] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
	struct person_fit g = person_fit_of(&fit, good), b = person_fit_of(&fit, bad);
	double sum = 0, var = 0;
	(void)state;
	assert_near(g.theta, 0, 1e-9);
	assert_near(b.theta, 0, 1e-9);
	for (int i = 0; i < 10; i++) {
		double p = 1 / (1 + exp(items[i].b)), w = log(p / (1 - p));
		sum += (bad[i] - p) * w;
		var += p * (1 - p) * w * w;
	}
	assert_near(b.lz, sum / sqrt(var), 1e-9);
	/* theta 0, difficulties symmetric: c = sum P'w / sum P' = 0, so both are the same here */
	assert_near(b.lz_star, b.lz, 1e-6);
	assert_true(g.lz_star > 1 && b.lz_star < -3 && b.p < 0.001 && g.p > 0.8);
}

/* On honest answers l_z* has mean near 0 and variance near 1, l_z less (Snijders 2001). */
static void lz_star_is_about_standard(void **state)
{
	struct irt_fit fit = equal(40, 2);
	struct simulate_random random = {11};
	double sum = 0, squares = 0, plain = 0;
	int n = 4000, low = 0;
	(void)state;
	for (int p = 0; p < n; p++) {
		uint8_t x[40];
		double theta = 0.5 * simulate_normal(&random);
		for (int i = 0; i < 40; i++)
			x[i] = simulate_uniform(&random) < irt_probability(&items[i], theta);
		struct person_fit f = person_fit_of(&fit, x);
		sum += f.lz_star / n;
		squares += f.lz_star * f.lz_star / n;
		plain += f.lz * f.lz / n;
		low += f.p <= 0.05;
	}
	/* what is left of second order: some hundredths for 40 items */
	assert_near(sum, 0, 0.12);
	assert_near(squares - sum * sum, 1, 0.1);
	assert_true(plain < squares + 0.02);
	assert_near(low / (double)n, 0.05, 0.015);
}

static void nothing_is_said_of_four_items(void **state)
{
	struct irt_fit fit = equal(4, 1);
	const uint8_t x[4] = {1, 0, 1, 0};
	(void)state;
	assert_true(isnan(person_fit_of(&fit, x).lz_star));
	assert_near(person_fit_of(&fit, x).p, 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_reversed_pattern_does_not_fit),
		cmocka_unit_test(lz_star_is_about_standard),
		cmocka_unit_test(nothing_is_said_of_four_items)};
	return cmocka_run_group_tests_name("person_fit", tests, NULL, NULL);
}
