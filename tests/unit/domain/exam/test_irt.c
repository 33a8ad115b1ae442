#include "domain/exam/ability.h"
#include "domain/exam/irt.h"
#include "lsat.h"
#include "near.h"

/* ltm(LSAT ~ z1) (Rizopoulos 2006, JSS 17(5)): log-likelihood, difficulties and discriminations
 * with their standard errors. */
static void lsat6_2pl_as_published(void **state)
{
	static const double b[5] = {-3.3597, -1.3696, -0.2799, -1.8659, -3.1236};
	static const double a[5] = {0.8254, 0.7229, 0.8905, 0.6886, 0.6575};
	static const double se_b[5] = {0.8669, 0.3073, 0.0997, 0.4341, 0.8700};
	static const double se_a[5] = {0.2581, 0.1867, 0.2326, 0.1852, 0.2100};
	auto_arena arena = arena_new(1 << 22);
	struct response_matrix r = lsat(lsat6, arena);
	struct irt_fit fit;
	(void)state;
	assert_int_equal(irt_calibrate(&r, IRT_2PL, arena, &fit), 0);
	assert_true(fit.has_converged);
	assert_near(fit.log_likelihood, -2466.653, 0.001);
	for (int i = 0; i < 5; i++) {
		assert_near(fit.items[i].b, b[i], 0.01);
		assert_near(fit.items[i].a, a[i], 0.003);
		assert_near(fit.items[i].se_b, se_b[i], 0.01);
		assert_near(fit.items[i].se_a, se_a[i], 0.003);
	}
}

/* rasch(LSAT), same paper: one discrimination of 0.7551, log-likelihood -2466.938. */
static void lsat6_rasch_as_published(void **state)
{
	static const double b[5] = {-3.6153, -1.3224, -0.3176, -1.7301, -2.7802};
	static const double se_b[5] = {0.3266, 0.1422, 0.0977, 0.1691, 0.2510};
	auto_arena arena = arena_new(1 << 22);
	struct response_matrix r = lsat(lsat6, arena);
	struct irt_fit fit;
	struct irt_item_fit fits[5];
	(void)state;
	assert_int_equal(irt_calibrate(&r, IRT_RASCH, arena, &fit), 0);
	assert_near(fit.log_likelihood, -2466.938, 0.001);
	for (int i = 0; i < 5; i++) {
		assert_near(fit.items[i].b, b[i], 0.003);
		assert_near(fit.items[i].a, 0.7551, 0.0005);
		assert_near(fit.items[i].se_b, se_b[i], 0.003);
		assert_near(fit.items[i].se_a, 0.0694, 0.0005);
	}
	irt_item_fits(&fit, &r, fits);
	for (int i = 0; i < 5; i++) {
		assert_true(fits[i].infit > 0.7 && fits[i].infit < 1.2);
		assert_true(fits[i].p > 0.05);
	}
}

/* mirt(expand.table(LSAT7), 1): a1, d, log-likelihood -2658.805; itemfit(): S_X2, df and p. */
static void lsat7_as_published(void **state)
{
	static const double a[5] = {0.988, 1.081, 1.706, 0.765, 0.736};
	static const double d[5] = {1.856, 0.808, 1.804, 0.486, 1.855};
	static const double s_x2[5] = {4.749, 14.451, 1.270, 5.238, 0.941};
	static const double p[5] = {0.093, 0.001, 0.530, 0.073, 0.625};
	auto_arena arena = arena_new(1 << 22);
	struct response_matrix r = lsat(lsat7, arena);
	struct irt_fit fit;
	struct irt_item_fit fits[5];
	(void)state;
	assert_int_equal(r.n, 1000);
	assert_int_equal(irt_calibrate(&r, IRT_2PL, arena, &fit), 0);
	assert_near(fit.log_likelihood, -2658.805, 0.001);
	irt_item_fits(&fit, &r, fits);
	for (int i = 0; i < 5; i++) {
		assert_near(fit.items[i].a, a[i], 0.003);
		assert_near(fit.items[i].d, d[i], 0.003);
		assert_int_equal(fits[i].df, 2);
		assert_near(fits[i].s_x2, s_x2[i], 0.02);
		assert_near(fits[i].p, p[i], 0.001);
	}
}

/* factor.scores(ltm(LSAT ~ z1)): posterior modes and their standard errors. */
static void ability_as_published(void **state)
{
	static const struct {
		uint8_t x[5];
		double theta, error;
	} rows[] = {{{0, 0, 0, 0, 0}, -1.895, 0.795}, {{0, 1, 1, 1, 1}, 0.023, 0.828},
		{{1, 0, 0, 1, 1}, -0.506, 0.811}, {{1, 1, 1, 1, 1}, 0.606, 0.855}};
	auto_arena arena = arena_new(1 << 22);
	struct response_matrix r = lsat(lsat6, arena);
	struct irt_fit fit;
	(void)state;
	assert_int_equal(irt_calibrate(&r, IRT_2PL, arena, &fit), 0);
	for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
		struct ability map = ability_of(&fit, rows[k].x, ABILITY_MAP);
		struct ability eap = ability_of(&fit, rows[k].x, ABILITY_EAP);
		assert_near(map.theta, rows[k].theta, 0.005);
		assert_near(map.error, rows[k].error, 0.003);
		assert_near(eap.theta, map.theta, 0.06);
	}
}

/* Ten equal items (a = 1, b = 0): with s right, ML is logit(s/10), and Warm's equation is
 * s - 10P + (1 - 2P)/2 = 0, so P = (s + 1/2)/11; information 10 P (1-P). */
static void ability_by_hand(void **state)
{
	struct irt_item items[10];
	uint8_t x[10] = {1, 1, 1, 1, 1, 1, 1};
	struct irt_fit fit = {.model = IRT_RASCH, .m = 10, .items = items, .n_items = 10};
	(void)state;
	for (int i = 0; i < 10; i++)
		items[i] = (struct irt_item){.state = IRT_FITTED, .a = 1};
	assert_near(ability_of(&fit, x, ABILITY_ML).theta, log(7.0 / 3), 1e-9);
	assert_near(ability_of(&fit, x, ABILITY_ML).error, 1 / sqrt(2.1), 1e-9);
	assert_near(ability_of(&fit, x, ABILITY_WLE).theta, log(7.5 / 3.5), 1e-9);
	assert_near(irt_item_information(&items[0], 0), 0.25, 1e-12);
	for (int i = 7; i < 10; i++)
		x[i] = 1;
	assert_near(ability_of(&fit, x, ABILITY_WLE).theta, log(10.5 / 0.5), 1e-9);
	for (int i = 0; i < 10; i++)
		x[i] = RESPONSE_ABSENT;
	assert_near(ability_of(&fit, x, ABILITY_EAP).theta, 0, 1e-9);
	assert_near(ability_of(&fit, x, ABILITY_EAP).error, 1, 1e-4);
	assert_true(isinf(ability_of(&fit, x, ABILITY_WLE).error));
}

/* An item that everybody solved, one that nobody did, and one hardly anybody had. */
static void items_without_information_are_left_out(void **state)
{
	static const struct response_item items[7] = {{1, 2, 100}, {1, 2, 100}, {1, 2, 100},
		{1, 2, 100}, {1, 2, 100}, {1, 2, 100}, {1, 2, 100}};
	auto_arena arena = arena_new(1 << 22);
	struct response_matrix six = lsat(lsat6, arena);
	uint8_t *answer = arena_array(arena, uint8_t, 7 * six.n);
	struct response_person *persons = arena_array(arena, struct response_person, six.n);
	for (int p = 0; p < six.n; p++) {
		for (int i = 0; i < 4; i++)
			answer[p * 7 + i] = response_at(&six, p, i);
		answer[p * 7 + 4] = 1;
		answer[p * 7 + 5] = (uint8_t)(p % 2 ? 2 : RESPONSE_OMITTED);
		persons[p].form = p < 5;
		answer[p * 7 + 6] = (uint8_t)(persons[p].form ? 1 + p % 2 : RESPONSE_ABSENT);
	}
	struct response_matrix r = {.n = six.n, .m = 7, .forms = 2, .answer = answer,
		.items = items, .persons = persons};
	struct irt_fit fit;
	(void)state;
	assert_int_equal(irt_calibrate(&r, IRT_2PL, arena, &fit), 0);
	assert_int_equal(fit.n_items, 4);
	assert_int_equal(fit.items[4].state, IRT_ALL_RIGHT);
	assert_int_equal(fit.items[5].state, IRT_ALL_WRONG);
	assert_int_equal(fit.items[6].state, IRT_TOO_FEW);
	assert_near(irt_item_information(&fit.items[4], 0), 0, 0);
	r.n = 10;
	assert_int_equal(irt_calibrate(&r, IRT_2PL, arena, &fit), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lsat6_2pl_as_published),
		cmocka_unit_test(lsat6_rasch_as_published), cmocka_unit_test(lsat7_as_published),
		cmocka_unit_test(ability_as_published), cmocka_unit_test(ability_by_hand),
		cmocka_unit_test(items_without_information_are_left_out)};
	return cmocka_run_group_tests_name("irt", tests, NULL, NULL);
}
