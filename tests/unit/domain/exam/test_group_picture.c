#include "domain/exam/group_picture.h"
#include "domain/exam/simulate_cheat.h"
#include "domain/exam/tail.h"
#include "near.h"

/* Three groups of ten: 0, 2 and 8 marked. For the last: others 2 of 20, so (2+1)/(20+1). */
static void shares_by_hand(void **state)
{
	auto_arena arena = arena_new(1 << 20);
	uint8_t marked[30] = {0};
	int32_t group[30];
	struct group_finding *g;
	(void)state;
	for (int p = 0; p < 30; p++) {
		group[p] = 7 + p / 10;
		marked[p] = (p >= 10 && p < 12) || p >= 22;
	}
	assert_int_equal(group_shares(marked, group, 30, arena, &g), 3);
	assert_int_equal(g[2].group, 9);
	assert_int_equal(g[2].marked, 8);
	assert_near(g[2].mean, 0.8, 1e-12);
	assert_near(g[2].expected, 3.0 / 21, 1e-12);
	assert_near(g[2].p, tail_binomial(8, 10, 3.0 / 21), 1e-15);
	assert_near(g[2].adjusted, 3 * g[2].p, 1e-15);
	assert_near(g[0].p, 1, 0);
}

/* Forty honest groups that differ with sd 0.3, and one far off: it is found, hardly any other is,
 * in twenty repetitions. */
static void one_group_far_off(void **state)
{
	enum { GROUPS = 41, EACH = 60 };
	struct simulate_random random = {4};
	int false_alarms = 0, found = 0;
	(void)state;
	for (int round = 0; round < 20; round++) {
		auto_arena arena = arena_new(1 << 22);
		double *value = arena_array(arena, double, GROUPS * EACH), mean = 0;
		int32_t *group = arena_array(arena, int32_t, GROUPS * EACH);
		struct group_finding *g;
		for (int p = 0; p < GROUPS * EACH; p++) {
			if (p % EACH == 0)
				mean = 0.3 * simulate_normal(&random);
			group[p] = 1 + p / EACH;
			value[p] = (p / EACH == 17 ? 2 : mean) + simulate_normal(&random);
		}
		value[5] = NAN;
		assert_int_equal(group_means(value, group, GROUPS * EACH, GROUP_HIGH, arena, &g),
			GROUPS);
		assert_int_equal(g[0].n, EACH - 1);
		found += g[17].adjusted < 0.05;
		for (int k = 0; k < GROUPS; k++)
			false_alarms += k != 17 && g[k].adjusted < 0.05;
	}
	assert_true(found >= 19);
	assert_true(false_alarms <= 3);
}

static void small_and_unknown_groups_are_not_tested(void **state)
{
	auto_arena arena = arena_new(1 << 20);
	double value[40];
	int32_t group[40];
	struct group_finding *g;
	(void)state;
	for (int p = 0; p < 40; p++) {
		group[p] = p < 10 ? 0 : p < 14 ? 1 : p < 22 ? 2 : p < 30 ? 3 : 4;
		value[p] = p < 14 ? 100 : p % 2;
	}
	assert_int_equal(group_means(value, group, 40, GROUP_HIGH, arena, &g), 5);
	assert_near(g[0].p, 1, 0);
	assert_near(g[1].p, 1, 0);
	assert_near(g[2].z, 0, 1e-9);
	assert_int_equal(group_means(value, group, 0, GROUP_HIGH, arena, &g), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(shares_by_hand),
		cmocka_unit_test(one_group_far_off),
		cmocka_unit_test(small_and_unknown_groups_are_not_tested)};
	return cmocka_run_group_tests_name("group_picture", tests, NULL, NULL);
}
