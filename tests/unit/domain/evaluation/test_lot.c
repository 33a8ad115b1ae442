/* Lots: keys that anybody can compute (here: `printf 'SEED\nLABEL\nID' | openssl dgst -sm3`), and
 * the order they give. */
#include <stdlib.h>
#include <string.h>

#include "domain/evaluation/lot.h"
#include "support.h"

static void test_keys(void **state)
{
	(void)state;
	assert_true(lot_key("abcdef0123456789", "理论知识考试", 42) == 0x2c9922ed1b6bacb8u);
	assert_true(lot_key("abcdef0123456789", "理论知识考试", 43) == 0xc019855b254af5d3u);
	assert_true(lot_key("abcdef0123456789", "技能考核", 42) == 0x87734ac51d09cbf0u);
	assert_true(lot_key("00000000", "x", -7) == 0x77e9235e23478034u);
}

static void test_order(void **state)
{
	static const int64_t expected[] = {3, 7, 8, 5, 6, 1, 4, 2};
	struct lot lots[8];
	(void)state;
	for (size_t i = 0; i < 8; i++)
		lots[i] = (struct lot){.id = (int64_t)i + 1, .index = i};
	lot_draw(lots, 8, "20261122a1b2c3d4", "draw");
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(lots[i].id, expected[i]);
		assert_int_equal(lots[i].index, expected[i] - 1);
	}
}

/* The order in which people stand before the draw has no part in it. */
static void test_any_order_before(void **state)
{
	struct lot a[50], b[50];
	(void)state;
	for (size_t i = 0; i < 50; i++) {
		a[i] = (struct lot){.id = (int64_t)i * 7 + 3, .index = i};
		b[49 - i] = (struct lot){.id = (int64_t)i * 7 + 3, .index = i};
	}
	lot_draw(a, 50, "0123456789abcdef", "draw");
	lot_draw(b, 50, "0123456789abcdef", "draw");
	for (size_t i = 0; i < 50; i++)
		assert_int_equal(a[i].id, b[i].id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_any_order_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
