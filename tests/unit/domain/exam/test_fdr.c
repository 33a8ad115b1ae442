#include "domain/exam/fdr.h"
#include "near.h"

/* The fifteen p-values of Benjamini & Hochberg (1995), section 4.1: at 0.05 four are rejected. */
static const double published[15] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
	0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};

static void bh_as_published(void **state)
{
	double adjusted[15];
	int rejected = 0;
	(void)state;
	fdr_adjust(published, 15, FDR_BH, adjusted);
	for (int i = 0; i < 15; i++)
		rejected += adjusted[i] <= 0.05;
	assert_int_equal(rejected, 4);
	assert_near(adjusted[0], 0.0001 * 15, 1e-12);
	assert_near(adjusted[3], 0.0095 * 15 / 4, 1e-12);
	/* 0.0344 * 15 / 8 is less than 0.0298 * 15 / 7 and 0.0278 * 15 / 6 */
	assert_near(adjusted[5], 0.0298 * 15 / 7, 1e-12);
	assert_near(adjusted[14], 1, 0);
}

static void by_pays_the_harmonic_number(void **state)
{
	const double p[3] = {0.03, 0.001, 0.02};
	double adjusted[3];
	(void)state;
	fdr_adjust(p, 3, FDR_BY, adjusted);
	assert_near(adjusted[1], 0.001 * 3 * (1 + 0.5 + 1.0 / 3), 1e-12);
	assert_near(adjusted[0], 0.03 * (11.0 / 6), 1e-12);
	assert_near(adjusted[2], adjusted[0], 1e-12);
	/* H(12497500) = 16.918... (asymptotic series, checked with exact summation) */
	assert_near(0.05 / fdr_single(12497500, FDR_BY, 0.05) / 12497500, 16.91823, 1e-4);
}

static void the_histogram_is_never_too_small(void **state)
{
	auto_arena arena = arena_new(1 << 21);
	struct fdr_histogram *h = fdr_new(arena, FDR_BH);
	double adjusted[15];
	(void)state;
	fdr_adjust(published, 15, FDR_BH, adjusted);
	for (int i = 0; i < 15; i++)
		fdr_add(h, published[i]);
	h->tests = 15;
	fdr_seal(h);
	for (int i = 0; i < 15; i++) {
		double seen = fdr_adjusted(h, published[i]);
		assert_true(seen >= adjusted[i] * (1 - 1e-12) && seen <= adjusted[i] * 1.0235);
	}
	assert_int_equal(fdr_findings(h, 0.05), 4);
}

static void tests_never_added_count(void **state)
{
	auto_arena arena = arena_new(1 << 21);
	struct fdr_histogram *h = fdr_new(arena, FDR_BH);
	(void)state;
	fdr_add(h, 1e-6);
	fdr_add(h, 0);
	h->tests = 1000000;
	fdr_seal(h);
	assert_true(fdr_adjusted(h, 1e-6) >= 0.5 && fdr_adjusted(h, 1e-6) <= 0.512);
	assert_true(fdr_adjusted(h, 0) < 1e-300);
	assert_int_equal(fdr_findings(h, 0.05), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(bh_as_published),
		cmocka_unit_test(by_pays_the_harmonic_number),
		cmocka_unit_test(the_histogram_is_never_too_small),
		cmocka_unit_test(tests_never_added_count)};
	return cmocka_run_group_tests_name("fdr", tests, NULL, NULL);
}
