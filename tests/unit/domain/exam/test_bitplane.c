#include "domain/exam/bitplane.h"
#include "domain/exam/simulate_cheat.h"
#include "near.h"

static void count_plainly(const struct response_matrix *r, int a, int b, int *right, int *wrong)
{
	*right = *wrong = 0;
	for (int i = 0; i < r->m; i++) {
		uint8_t x = response_at(r, a, i), y = response_at(r, b, i);
		if (!r->items[i].key || x != y || x == RESPONSE_OMITTED || x >= RESPONSE_OTHER)
			continue;
		if (x == r->items[i].key)
			(*right)++;
		else
			(*wrong)++;
	}
}

static void agrees(int m, int options)
{
	auto_arena arena = arena_new(1 << 24);
	struct simulated_exam e;
	const struct cheat_plan plan = {.seed = 3, .n = 90, .m = m, .options = options,
		.copiers = 0.2, .copied = 0.5};
	uint16_t right[90], wrong[90];
	int order[90];
	assert_int_equal(simulate_exam(&plan, arena, &e), 0);
	((struct response_item *)(uintptr_t)e.r.items)[0].key = 0;
	((uint8_t *)(uintptr_t)e.r.answer)[1] = RESPONSE_OTHER;
	((uint8_t *)(uintptr_t)e.r.answer)[m + 1] = RESPONSE_OTHER;
	for (int p = 0; p < 90; p++)
		order[p] = 89 - p;
	struct bitplane b = bitplane_pack(&e.r, order, arena);
	for (int x = 0; x < 90; x += 7) {
		bitplane_count(&b, x, 5, 90, right, wrong);
		for (int y = 5; y < 90; y++) {
			int want_right, want_wrong;
			count_plainly(&e.r, order[x], order[y], &want_right, &want_wrong);
			assert_int_equal(right[y - 5], want_right);
			assert_int_equal(wrong[y - 5], want_wrong);
		}
	}
}

static void counts_as_one_would_by_eye(void **state)
{
	static const int m[] = {1, 40, 64, 65, 100, 128, 192, 300};
	(void)state;
	for (size_t i = 0; i < sizeof m / sizeof m[0]; i++) {
		agrees(m[i], 2);
		agrees(m[i], 4);
		agrees(m[i], 14);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(counts_as_one_would_by_eye)};
	return cmocka_run_group_tests_name("bitplane", tests, NULL, NULL);
}
