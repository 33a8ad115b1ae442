/* The generator's randomness is the published algorithm, and stays within its bounds. */
#include "domain/demo/chance.h"

#include "support.h"

/* First outputs of SplitMix64 for state 1234567, as its reference implementation gives them. */
static void test_reference(void **state)
{
	(void)state;
	struct chance c = {1234567};
	assert_true(chance_next(&c) == UINT64_C(6457827717110365317));
	assert_true(chance_next(&c) == UINT64_C(3203168211198807973));
	assert_true(chance_next(&c) == UINT64_C(9817491932198370423));
}

static void test_seeds(void **state)
{
	(void)state;
	struct chance a, b, c;
	chance_init(&a, "luban");
	chance_init(&b, "luban");
	chance_init(&c, "lubam");
	uint64_t first = chance_next(&a);
	assert_true(first == chance_next(&b));
	assert_true(first != chance_next(&c));
}

static void test_bounds(void **state)
{
	(void)state;
	struct chance c;
	int seen[7] = {0};
	chance_init(&c, "bounds");
	for (int i = 0; i < 2000; i++) {
		int64_t v = chance_between(&c, -3, 3);
		assert_in_range(v + 3, 0, 6);
		seen[v + 3]++;
		assert_in_range(chance_bell(&c, 5000, 100), 4700, 5300);
		assert_false(chance_is(&c, 0));
		assert_true(chance_is(&c, 100));
	}
	for (int i = 0; i < 7; i++)
		assert_true(seen[i] > 200);
	assert_int_equal(chance_below(&c, 0), 0);
}

static void test_fill(void **state)
{
	(void)state;
	struct chance a, b;
	unsigned char whole[16], cut[11] = {0};
	chance_init(&a, "fill");
	chance_init(&b, "fill");
	chance_fill(&a, whole, sizeof whole);
	chance_fill(&b, cut, sizeof cut);
	assert_memory_equal(whole, cut, sizeof cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_fill),
	};
	return cmocka_run_group_tests_name("chance", tests, NULL, NULL);
}
