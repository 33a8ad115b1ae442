#include "domain/exam/erasure.h"
#include "near.h"

/* Twelve equal items (a = 1, b = 0). Nine not changed, four of them right: Warm's ability has
 * P = (4 + 1/2)/(9 + 1) = 0.45. Three changed, all right: expected 1.35, EDI (3 - 1.35)/sqrt(3 *
 * .45 * .55), p = 0.45^3. */
static void edi_by_hand(void **state)
{
	struct irt_item items[12];
	struct irt_fit fit = {.model = IRT_RASCH, .m = 12, .items = items, .n_items = 12};
	const uint8_t x[12] = {1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1};
	const uint8_t change[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, CHANGE_WRONG_RIGHT,
		CHANGE_WRONG_RIGHT, CHANGE_RIGHT_WRONG};
	(void)state;
	for (int i = 0; i < 12; i++)
		items[i] = (struct irt_item){.state = IRT_FITTED, .a = 1};
	struct erasure e = erasure_of(&fit, x, change);
	assert_int_equal(e.wrong_right, 2);
	assert_int_equal(e.right_wrong, 1);
	assert_int_equal(e.looked_at, 3);
	assert_int_equal(e.right, 3);
	assert_near(e.expected, 1.35, 1e-9);
	assert_near(e.edi, 1.65 / sqrt(3 * 0.45 * 0.55), 1e-9);
	assert_near(e.p, 0.45 * 0.45 * 0.45, 1e-9);
	e = erasure_of(&fit, x, NULL);
	assert_true(isnan(e.edi) && e.p == 1);
}

/* Items outside the model are counted as changes, and not looked at. */
static void items_left_out_are_not_looked_at(void **state)
{
	struct irt_item items[6];
	struct irt_fit fit = {.model = IRT_RASCH, .m = 6, .items = items, .n_items = 5};
	const uint8_t x[6] = {1, 0, 1, 0, 1, 1}, change[6] = {0, 0, 0, 0, 0, CHANGE_WRONG_RIGHT};
	(void)state;
	for (int i = 0; i < 6; i++)
		items[i] = (struct irt_item){.state = i < 5 ? IRT_FITTED : IRT_ALL_RIGHT, .a = 1};
	struct erasure e = erasure_of(&fit, x, change);
	assert_int_equal(e.wrong_right, 1);
	assert_int_equal(e.looked_at, 0);
	assert_near(e.p, 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(edi_by_hand),
		cmocka_unit_test(items_left_out_are_not_looked_at)};
	return cmocka_run_group_tests_name("erasure", tests, NULL, NULL);
}
