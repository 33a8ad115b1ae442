/* From two or three markers to one number. */
#include "domain/exam/essay.h"

static int64_t half_up(int64_t sum, int64_t n)
{
	return (2 * sum + n) / (2 * n);
}

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

/* Of three the two that lie nearest; when both pairs lie as near, the higher one. */
static int64_t nearest_two(int64_t a, int64_t b, int64_t c)
{
	int64_t third_low = distance(a, c) <= distance(b, c) ? a : b;
	if (distance(a, c) == distance(b, c))
		third_low = a > b ? a : b;
	return half_up(third_low + c, 2);
}

int64_t essay_points(const int64_t given[ESSAY_ROUNDS + 1], int64_t full_centi,
	int64_t apart_permille, int64_t third_rule, bool *ret_apart)
{
	*ret_apart = false;
	if (given[ESSAY_MODERATED] >= 0)
		return given[ESSAY_MODERATED];
	if (given[1] < 0 || given[2] < 0)
		return -1;
	if (distance(given[1], given[2]) * 1000 <= full_centi * apart_permille)
		return half_up(given[1] + given[2], 2);
	*ret_apart = true;
	if (given[3] < 0)
		return -1;
	return third_rule ? nearest_two(given[1], given[2], given[3]) : given[3];
}
