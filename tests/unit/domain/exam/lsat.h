/* Two classical data sets: sections 6 and 7 of the Law School Admission Test, 1000 candidates, five
 * items each, as frequencies of the 32 patterns (Bock & Lieberman 1970, Psychometrika 35, 179-197;
 * in R: ltm::LSAT, mirt::LSAT7). Pattern k has the answers of item 1 to 5 in its bits 4 to 0. */
#ifndef LUBAN_TEST_LSAT_H
#define LUBAN_TEST_LSAT_H

#include "domain/exam/response.h"

static const int lsat6[32] = {3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
	10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298};
static const int lsat7[32] = {12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
	7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308};

static const struct response_item lsat_items[5] = {
	{1, 2, 100}, {1, 2, 100}, {1, 2, 100}, {1, 2, 100}, {1, 2, 100}};

/* Two options, the first right. */
static inline struct response_matrix lsat(const int frequency[32], struct arena *arena)
{
	uint8_t *answer = arena_array(arena, uint8_t, 5000);
	int n = 0;
	for (int pattern = 0; pattern < 32; pattern++)
		for (int f = 0; f < frequency[pattern]; f++, n++)
			for (int i = 0; i < 5; i++)
				answer[n * 5 + i] = pattern >> (4 - i) & 1 ? 1 : 2;
	return (struct response_matrix){.n = n, .m = 5, .forms = 1, .answer = answer,
		.items = lsat_items, .persons = arena_array(arena, struct response_person, n)};
}

#endif
