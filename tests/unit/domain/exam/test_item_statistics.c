#include "domain/exam/item_statistics.h"
#include "lsat.h"
#include "near.h"

/* ltm::descript(LSAT) (Rizopoulos 2006, JSS 17(5)): facilities, point-biserials "excluded", alpha
 * and alpha without each item. */
static void lsat6_as_published(void **state)
{
	static const double facility[5] = {0.924, 0.709, 0.553, 0.763, 0.870};
	static const double excluded[5] = {0.1128, 0.1532, 0.1728, 0.1444, 0.1216};
	static const double without[5] = {0.2754, 0.2376, 0.2168, 0.2459, 0.2663};
	auto_arena arena = arena_new(1 << 22);
	struct response_matrix r = lsat(lsat6, arena);
	struct item_statistics it[5];
	struct test_statistics t;
	(void)state;
	item_statistics(&r, -1, it, &t);
	assert_int_equal(t.n, 1000);
	assert_true(t.is_kr20);
	assert_near(t.alpha, 0.2950, 5e-5);
	assert_near(t.mean_points, 3.819, 1e-9);
	assert_near(t.sem, t.sd_points * sqrt(1 - 0.2950), 1e-4);
	for (int i = 0; i < 5; i++) {
		assert_near(it[i].facility, facility[i], 1e-9);
		assert_near(it[i].item_rest, excluded[i], 5e-5);
		assert_near(it[i].alpha_without, without[i], 5e-5);
		assert_near(it[i].option[1].item_rest, it[i].item_rest, 1e-12);
		assert_near(it[i].option[2].item_rest, -it[i].item_rest, 1e-12);
	}
}

/* Six candidates, three items, worked on paper: totals 3 2 2 1 0 0. Item 1 is right for the first
 * four; its rest scores are 2 1 1 0 | 0 0: mean 2/3, r = (2/3)/sqrt(4/3 * 10/3) = 1/sqrt(10).
 * KR-20: pq 2/9 + 1/4 + 5/36 = 11/18, variance of totals (divided by n) 11/9: 3/2 (1 - 1/2) =
 * 3/4. */
static void small_by_hand(void **state)
{
	static const struct response_item items[3] = {{1, 3, 100}, {2, 3, 100}, {3, 3, 100}};
	static const uint8_t answer[18] = {1, 2, 3, 1, 2, 1, 1, 2, 2, 1, 3, 1, 2, 0, 1, 3, 3,
		RESPONSE_OTHER};
	static const int32_t time[18] = {100, 0, 0, 400, 0, 0, 1600};
	static const struct response_person persons[6];
	struct response_matrix r = {.n = 6, .m = 3, .forms = 1, .answer = answer, .items = items,
		.persons = persons, .time_centi = time};
	struct item_statistics it[3];
	struct test_statistics t;
	(void)state;
	item_statistics(&r, 0, it, &t);
	assert_near(it[0].facility, 4.0 / 6, 1e-12);
	assert_near(it[0].item_rest, (8.0 / 6) / sqrt(8.0 / 6 * 20.0 / 6), 1e-12);
	assert_int_equal(it[1].n_omitted, 1);
	assert_int_equal(it[1].option[2].n, 3);
	assert_int_equal(it[2].option[RESPONSE_OTHER].n, 1);
	assert_int_equal(it[2].n_full, 1);
	/* 27 % of six are two: the best two have 1 of 1 in item 3 and 0, the weakest two 0 */
	assert_near(it[2].upper_lower, 0.5, 1e-12);
	assert_near(it[0].mean_seconds, 7, 1e-12);
	assert_near(it[0].typical_seconds, 4, 1e-12);
	assert_true(isnan(it[1].mean_seconds));
	assert_near(t.sd_points * t.sd_points, (18 - 64.0 / 6) / 5, 1e-12);
	assert_near(t.alpha, 0.75, 1e-12);
	assert_near(t.sem, t.sd_points / 2, 1e-12);
}

/* Partial scores: two items in tenths of a point, alpha by hand; not KR-20. */
static void partial_scores(void **state)
{
	static const struct response_item items[2] = {{0, 1, 200}, {0, 1, 400}};
	static const uint8_t answer[8] = {1, 1, 1, 1, 1, 1, 1, 1};
	static const int32_t score[8] = {0, 0, 100, 200, 100, 300, 200, 400};
	static const struct response_person persons[4];
	struct response_matrix r = {.n = 4, .m = 2, .forms = 1, .answer = answer, .items = items,
		.persons = persons, .score_centi = score};
	struct item_statistics it[2];
	struct test_statistics t;
	(void)state;
	item_statistics(&r, -1, it, &t);
	assert_false(t.is_kr20);
	assert_near(it[0].facility, 0.5, 1e-12);
	assert_near(it[1].facility, 9.0 / 16, 1e-12);
	/* totals 0 3 4 6: variance (61 - 169/4)/3 = 6.25; items 2/3 and (29 - 81/4)/3 */
	assert_near(t.alpha, 2 * (1 - (2.0 / 3 + (29 - 81.0 / 4) / 3) / 6.25), 1e-12);
	assert_near(t.max_points, 6, 0);
}

static void what_does_not_exist_is_nan(void **state)
{
	static const struct response_item items[2] = {{1, 2, 100}, {1, 2, 100}};
	static const uint8_t answer[4] = {1, 1, 1, 1};
	static const struct response_person persons[2];
	struct response_matrix r = {.n = 2, .m = 2, .forms = 1, .answer = answer, .items = items,
		.persons = persons};
	struct item_statistics it[2];
	struct test_statistics t;
	(void)state;
	item_statistics(&r, -1, it, &t);
	assert_true(isnan(it[0].item_rest) && isnan(t.alpha));
	r.n = 0;
	item_statistics(&r, -1, it, &t);
	assert_true(isnan(it[0].facility) && isnan(t.mean_points));
	assert_int_equal(it[0].n, 0);
}

/* Two forms that share item 2: nobody is counted for an item not had, alpha only per form. */
static void forms_are_kept_apart(void **state)
{
	enum { X = RESPONSE_ABSENT };
	static const struct response_item items[3] = {{1, 2, 100}, {1, 2, 100}, {1, 2, 100}};
	static const uint8_t answer[12] = {1, 1, X, 2, 2, X, X, 1, 1, X, 2, 1};
	static const struct response_person persons[4] = {{0}, {0}, {1}, {1}};
	struct response_matrix r = {.n = 4, .m = 3, .forms = 2, .answer = answer, .items = items,
		.persons = persons};
	struct item_statistics it[3];
	struct test_statistics t;
	int person, item;
	(void)state;
	assert_int_equal(response_check(&r, &person, &item), 0);
	item_statistics(&r, -1, it, &t);
	assert_true(isnan(t.alpha));
	assert_int_equal(it[0].n, 2);
	assert_int_equal(it[1].n, 4);
	assert_near(it[1].facility, 0.5, 0);
	item_statistics(&r, 0, it, &t);
	assert_int_equal(it[2].n, 0);
	assert_near(t.alpha, 1, 1e-12);
}

static void a_wrong_matrix_is_refused(void **state)
{
	static const struct response_item items[2] = {{1, 2, 100}, {2, 2, 100}};
	uint8_t answer[4] = {1, 2, 0, RESPONSE_OTHER};
	struct response_person persons[2] = {0};
	struct response_matrix r = {.n = 2, .m = 2, .forms = 1, .answer = answer, .items = items,
		.persons = persons};
	int person = 9, item = 9;
	(void)state;
	assert_int_equal(response_check(&r, &person, &item), 0);
	answer[2] = 3;
	assert_int_equal(response_check(&r, &person, &item), ERR_INVALID);
	assert_true(person == 1 && item == 0);
	answer[2] = RESPONSE_ABSENT;
	assert_int_equal(response_check(&r, &person, &item), ERR_INVALID);
	answer[2] = 1;
	persons[1].form = 1;
	assert_int_equal(response_check(&r, &person, &item), ERR_INVALID);
	r.m = RESPONSE_ITEMS + 1;
	assert_int_equal(response_check(&r, &person, &item), ERR_INVALID);
	assert_int_equal(person, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lsat6_as_published),
		cmocka_unit_test(small_by_hand), cmocka_unit_test(partial_scores),
		cmocka_unit_test(what_does_not_exist_is_nan),
			cmocka_unit_test(forms_are_kept_apart),
		cmocka_unit_test(a_wrong_matrix_is_refused)};
	return cmocka_run_group_tests_name("item_statistics", tests, NULL, NULL);
}
