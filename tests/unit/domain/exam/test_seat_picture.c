#include "domain/exam/seat_picture.h"
#include "near.h"

/* Two rooms of four seats in a row; units 1 1 2 2 in each; centre 1 and 2. */
static struct response_person persons[8];
static struct response_matrix r = {.n = 8, .m = 1, .forms = 1, .persons = persons};

static int setup(void **state)
{
	(void)state;
	for (int p = 0; p < 8; p++)
		persons[p] = (struct response_person){.room = 1 + p / 4, .row = 1, .col = 1 + p % 4,
			.unit = 1 + p % 4 / 2, .centre = 1 + p / 4};
	return 0;
}

static void pairs_by_hand(void **state)
{
	const struct similar_pair pairs[4] = {{.a = 0, .b = 1, .is_finding = true},
		{.a = 4, .b = 5, .is_finding = true}, {.a = 0, .b = 4, .is_finding = true},
		{.a = 2, .b = 3}};
	(void)state;
	struct seat_picture s = seat_picture_of(&r, pairs, 4, 1);
	assert_int_equal(s.pairs, 28);
	assert_int_equal(s.same_room, 12);
	assert_int_equal(s.near, 6);
	assert_int_equal(s.same_unit, 12);
	assert_int_equal(s.findings, 3);
	assert_int_equal(s.found_same_room, 2);
	assert_int_equal(s.found_near, 2);
	assert_int_equal(s.found_same_unit, 3);
	assert_near(s.near_p, 0.25, 1e-12);
	assert_near(s.unit_p, pow(12.0 / 28, 3), 1e-12);
	persons[1].room = persons[2].room = 0;
	assert_int_equal(seat_picture_of(&r, pairs, 4, 1).same_room, 1 + 6);
	assert_int_equal(similarity_count_near(&r, 3), 1 + 6);
	persons[1].room = persons[2].room = 1;
}

static void clusters_are_what_findings_join(void **state)
{
	auto_arena arena = arena_new(1 << 20);
	const struct similar_pair pairs[4] = {{.a = 6, .b = 7, .is_finding = true},
		{.a = 0, .b = 2, .is_finding = true}, {.a = 2, .b = 5, .is_finding = true},
		{.a = 1, .b = 3}};
	const int want[8] = {1, 0, 1, 0, 0, 1, 2, 2};
	int cluster[8];
	(void)state;
	assert_int_equal(seat_clusters(8, pairs, 4, arena, cluster), 2);
	for (int p = 0; p < 8; p++)
		assert_int_equal(cluster[p], want[p]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pairs_by_hand),
		cmocka_unit_test(clusters_are_what_findings_join)};
	return cmocka_run_group_tests_name("seat_picture", tests, setup, NULL);
}
