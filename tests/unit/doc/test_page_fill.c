#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "doc/page_fill.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void a_block_goes_to_the_next_page_as_a_whole(void **state)
{
	(void)state;
	struct page_piece p[] = {{40, 1}, {40, 1}, {15, 2}, {15, 2}, {70, 3}, {1, 4}};
	assert_int_equal(page_fill(p, COUNT(p), 100), 3);
	const size_t pages[] = {0, 0, 1, 1, 1, 1};
	for (size_t i = 0; i < COUNT(p) - 1; i++)
		assert_int_equal(p[i].page, pages[i]);
	assert_true(p[2].y == 0 && p[3].y == 15 && p[4].y == 30);
	assert_int_equal(p[5].page, 2);
}

static void one_longer_than_a_page_is_broken_between_pieces(void **state)
{
	(void)state;
	struct page_piece p[] = {{30, 1}, {60, 2}, {60, 2}, {60, 2}, {30, 3}};
	assert_int_equal(page_fill(p, COUNT(p), 100), 3);
	assert_int_equal(p[1].page, 0); /* the rest of the page is not wasted */
	assert_int_equal(p[2].page, 1);
	assert_int_equal(p[3].page, 2);
	assert_int_equal(p[4].page, 2);
}

static void headings_stay_with_what_they_head(void **state)
{
	(void)state;
	struct page_piece p[] = {{85, 1}, {5, 2, true}, {5, 3, true}, {20, 4}, {20, 4}};
	assert_int_equal(page_fill(p, COUNT(p), 100), 2);
	for (size_t i = 1; i < COUNT(p); i++)
		assert_int_equal(p[i].page, 1);
	assert_true(p[1].y == 0);
}

static void whatever_comes(void **state)
{
	(void)state;
	struct page_piece p[300];
	srand(7);
	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < COUNT(p); i++)
			p[i] = (struct page_piece){1 + rand() % 30,
				(int)(i / (size_t)(1 + round % 9)), .is_heading = rand() % 8 == 0};
		size_t pages = page_fill(p, COUNT(p), 100);
		for (size_t i = 0; i < COUNT(p); i++) {
			assert_true(p[i].page < pages && p[i].y + p[i].height <= 100.001);
			if (!i)
				continue;
			bool is_next = p[i].page == p[i - 1].page + 1 && p[i].y == 0;
			assert_true(is_next || (p[i].page == p[i - 1].page && p[i].y > p[i - 1].y));
		}
		for (size_t i = 0, k; i < COUNT(p); i = k) {
			double sum = 0;
			for (k = i; k < COUNT(p) && p[k].block == p[i].block; k++)
				sum += p[k].height;
			assert_true(sum > 100 || p[i].page == p[k - 1].page);
		}
	}
	assert_int_equal(page_fill(p, 0, 100), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_goes_to_the_next_page_as_a_whole),
		cmocka_unit_test(one_longer_than_a_page_is_broken_between_pieces),
		cmocka_unit_test(headings_stay_with_what_they_head),
		cmocka_unit_test(whatever_comes),
	};
	return cmocka_run_group_tests_name("page_fill", tests, NULL, NULL);
}
