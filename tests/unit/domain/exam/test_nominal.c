#include "domain/exam/irt.h"
#include "domain/exam/nominal.h"
#include "lsat.h"
#include "near.h"

/* With two categories the model is the 2PL: slopes differ by a, intercepts by d. The published
 * estimates for LSAT 6 (see test_irt.c), within what the weak priors may move them. */
static void two_categories_are_the_2pl(void **state)
{
	static const double a[5] = {0.8254, 0.7229, 0.8905, 0.6886, 0.6575};
	static const double b[5] = {-3.3597, -1.3696, -0.2799, -1.8659, -3.1236};
	auto_arena arena = arena_new(1 << 24);
	struct response_matrix r = lsat(lsat6, arena);
	struct nominal_fit fit;
	(void)state;
	assert_int_equal(nominal_calibrate(&r, arena, &fit), 0);
	assert_true(fit.has_converged);
	/* "omitted" and "other", which nobody chose, keep a chance of some 1e-4 each */
	assert_true(fit.log_likelihood < -2466.65 && fit.log_likelihood > -2470);
	for (int i = 0; i < 5; i++) {
		const struct nominal_item *it = &fit.items[i];
		assert_near(it->slope[1] - it->slope[2], a[i], 0.06);
		assert_near(it->intercept[1] - it->intercept[2], -a[i] * b[i], 0.03);
	}
}

/* One item written out: c = (0, ln 2, ln 3), s = (0, 0, 1): at 0 chances 1/6 2/6 3/6; at ln 2 the
 * third counts double. Categories that do not exist have none. */
static void chances_by_hand(void **state)
{
	struct nominal_item it = {.is_used = true, .options = 2,
		.intercept = {0, 0.69314718056, 1.09861228867}, .slope = {0, 0, 1}};
	double chance[NOMINAL_CATEGORIES];
	(void)state;
	it.intercept[RESPONSE_OTHER] = -1000;
	nominal_at(&it, 0, chance);
	assert_near(chance[0], 1.0 / 6, 1e-9);
	assert_near(chance[2], 3.0 / 6, 1e-9);
	nominal_at(&it, log(2), chance);
	assert_near(chance[1], 2.0 / 9, 1e-9);
	assert_near(chance[2], 6.0 / 9, 1e-9);
	assert_near(chance[3] + chance[RESPONSE_OTHER], 0, 1e-12);
}

static void ability_is_the_likeliest_place(void **state)
{
	auto_arena arena = arena_new(1 << 24);
	struct response_matrix r = lsat(lsat6, arena);
	struct nominal_fit fit;
	const uint8_t all[5] = {1, 1, 1, 1, 1}, none[5] = {2, 2, 2, 2, 2};
	const uint8_t some[5] = {1, 2, 2, 1, 1};
	double best = -INFINITY;
	int at = 0;
	(void)state;
	assert_int_equal(nominal_calibrate(&r, arena, &fit), 0);
	assert_int_equal(nominal_bin(&fit, all), NOMINAL_BINS - 1);
	assert_int_equal(nominal_bin(&fit, none), 0);
	for (int bin = 0; bin < NOMINAL_BINS; bin++) {
		double sum = 0;
		for (int i = 0; i < 5; i++)
			sum += log(nominal_chances(&fit, bin, i)[some[i]]);
		if (sum > best) {
			best = sum;
			at = bin;
		}
	}
	assert_int_equal(nominal_bin(&fit, some), at);
}

static void items_without_key_take_no_part(void **state)
{
	auto_arena arena = arena_new(1 << 24);
	struct response_matrix r = lsat(lsat6, arena);
	struct response_item items[5];
	struct nominal_fit fit;
	(void)state;
	for (int i = 0; i < 5; i++)
		items[i] = lsat_items[i];
	items[2].key = 0;
	r.items = items;
	assert_int_equal(nominal_calibrate(&r, arena, &fit), 0);
	assert_false(fit.items[2].is_used);
	assert_true(fit.items[3].is_used);
	assert_near(nominal_chances(&fit, 40, 2)[1], 0, 0);
	items[0].key = items[1].key = items[3].key = 0;
	assert_int_equal(nominal_calibrate(&r, arena, &fit), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(two_categories_are_the_2pl),
		cmocka_unit_test(chances_by_hand), cmocka_unit_test(ability_is_the_likeliest_place),
		cmocka_unit_test(items_without_key_take_no_part)};
	return cmocka_run_group_tests_name("nominal", tests, NULL, NULL);
}
