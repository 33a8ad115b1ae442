/* Seating: everybody has one seat that exists, the same seed gives the same seats, units are apart
 * where a board lets them be, and nobody is left out who could be seated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "domain/evaluation/seating.h"
#include "support.h"

static const char seed[] = "20261122a1b2c3d4";

struct hall {
	struct arena *a;
	struct seating_person *people;
	size_t n;
	struct seating_slot *slots;
	size_t n_slots;
};

static struct hall hall(size_t n, size_t n_slots, int64_t capacity, int64_t per_row)
{
	struct hall h = {.a = arena_new((size_t)1 << 30), .n = n, .n_slots = n_slots};
	h.people = arena_array(h.a, struct seating_person, n + 1);
	h.slots = arena_array(h.a, struct seating_slot, n_slots + 1);
	for (size_t i = 0; i < n; i++)
		h.people[i] = (struct seating_person){.id = 1000 + (int64_t)i, .unit = ""};
	for (size_t i = 0; i < n_slots; i++)
		h.slots[i] = (struct seating_slot){.capacity = capacity, .per_row = per_row};
	return h;
}

/* Shares of the people, one unit after the other; what is left belongs to none. */
static void units(struct hall *h, const size_t *sizes, size_t n)
{
	size_t at = 0;
	for (size_t u = 0; u < n; u++)
		for (size_t i = 0; i < sizes[u]; i++)
			h->people[at++].unit = arena_printf(h->a, "单位%zu", u);
}

static void assert_seats(const struct hall *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct seating_person *p = &h->people[i];
		assert_true(p->slot < h->n_slots);
		assert_in_range(p->seat, 1, h->slots[p->slot].capacity);
		for (size_t k = 0; k < i && h->n < 2000; k++)
			assert_false(h->people[k].slot == p->slot && h->people[k].seat == p->seat);
	}
}

static bool seat(struct hall *h, bool by_lot, seating_may_fn *may, void *arg, size_t *ret_left)
{
	return seating_assign(h->a, h->people, h->n, h->slots, h->n_slots, seed, "理论知识考试",
		by_lot, may, arg, ret_left);
}

static void must_seat(struct hall *h, bool by_lot, seating_may_fn *may, void *arg)
{
	size_t left = 0;
	assert_true(seat(h, by_lot, may, arg, &left));
	assert_seats(h);
}

/* Counted here by looking at every pair, as the definition says. */
static size_t pairs(const struct hall *h)
{
	size_t found = 0;
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = i + 1; k < h->n; k++) {
			const struct seating_person *a = &h->people[i], *b = &h->people[k];
			int64_t row = h->slots[a->slot].per_row;
			int64_t rows = labs((a->seat - 1) / row - (b->seat - 1) / row);
			int64_t columns = labs((a->seat - 1) % row - (b->seat - 1) % row);
			found += a->slot == b->slot && rows + columns == 1 && *a->unit &&
				!strcmp(a->unit, b->unit);
		}
	return found;
}

static size_t conflicts(const struct hall *h)
{
	size_t n = seating_conflicts(h->a, h->people, h->n, h->slots, h->n_slots);
	assert_int_equal(n, pairs(h));
	return n;
}

static void test_same_seed(void **state)
{
	static const size_t sizes[] = {20, 15, 10, 5};
	(void)state;
	struct hall one = hall(60, 3, 30, 6), two = hall(60, 3, 30, 6);
	units(&one, sizes, 4);
	units(&two, sizes, 4);
	must_seat(&one, false, NULL, NULL);
	must_seat(&two, false, NULL, NULL);
	size_t same = 0, left = 0;
	for (size_t i = 0; i < 60; i++) {
		assert_int_equal(one.people[i].slot, two.people[i].slot);
		assert_int_equal(one.people[i].seat, two.people[i].seat);
	}
	assert_true(seating_assign(two.a, two.people, 60, two.slots, 3, "20261122a1b2c3d5",
		"理论知识考试", false, NULL, NULL, &left));
	for (size_t i = 0; i < 60; i++)
		same += one.people[i].slot == two.people[i].slot &&
			one.people[i].seat == two.people[i].seat;
	assert_true(same < 30);
	arena_free(one.a);
	arena_free(two.a);
}

/* Rows of even and of odd length, full rooms and half empty ones, up to half from one unit. */
static void test_units_apart(void **state)
{
	static const struct {
		size_t n, rooms, sizes[4];
		int64_t capacity, per_row;
	} cases[] = {
		{30, 1, {15, 15}, 30, 6}, {30, 1, {15, 8, 7}, 30, 5}, {60, 2, {30, 20, 10}, 30, 6},
		{25, 1, {12, 5, 4, 4}, 30, 6}, {17, 1, {8, 8, 1}, 30, 6},
			{90, 3, {40, 30, 10}, 30, 6},
		{30, 1, {10, 10, 10}, 30, 6}, {29, 1, {14, 14, 1}, 30, 3},
			{12, 1, {6, 3, 3}, 12, 12},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct hall h = hall(cases[i].n, cases[i].rooms, cases[i].capacity,
			cases[i].per_row);
		units(&h, cases[i].sizes, 4);
		must_seat(&h, false, NULL, NULL);
		if (conflicts(&h))
			fail_msg("case %zu: %zu pairs", i, conflicts(&h));
		arena_free(h.a);
	}
}

/* Everybody from one unit: in a full room there is no help, with seats to spare they sit apart. */
static void test_majority(void **state)
{
	static const size_t all[] = {30}, few[] = {15}, most[] = {24, 6};
	(void)state;
	struct hall full = hall(30, 1, 30, 6), spare = hall(15, 1, 30, 6),
		mixed = hall(30, 1, 30, 6);
	units(&full, all, 1);
	units(&spare, few, 1);
	units(&mixed, most, 2);
	must_seat(&full, false, NULL, NULL);
	must_seat(&spare, false, NULL, NULL);
	must_seat(&mixed, false, NULL, NULL);
	assert_int_equal(conflicts(&full), 5 * 5 + 4 * 6);
	assert_int_equal(conflicts(&spare), 0);
	assert_in_range(conflicts(&mixed), 1, 5 * 5 + 4 * 6 - 12);
	arena_free(full.a);
	arena_free(spare.a);
	arena_free(mixed.a);
}

static void test_capacity(void **state)
{
	size_t left = 99;
	(void)state;
	struct hall h = hall(31, 1, 30, 6);
	assert_false(seat(&h, false, NULL, NULL, &left));
	assert_true(left < 31);
	struct hall none = hall(1, 0, 0, 0);
	assert_false(seat(&none, false, NULL, NULL, &left));
	struct hall nobody = hall(0, 2, 30, 6);
	assert_true(seat(&nobody, false, NULL, NULL, &left));
	struct hall one_row = hall(5, 1, 5, 0);
	must_seat(&one_row, false, NULL, NULL);
	arena_free(h.a);
	arena_free(none.a);
	arena_free(nobody.a);
	arena_free(one_row.a);
}

/* Stations by lot: the order of the draw is the order of the stations. */
static void test_by_lot(void **state)
{
	(void)state;
	struct hall a = hall(20, 2, 10, 5), b = hall(20, 2, 10, 5);
	must_seat(&a, true, NULL, NULL);
	for (size_t i = 0; i < 20; i++)
		b.people[i].id = 1019 - (int64_t)i;
	must_seat(&b, true, NULL, NULL);
	for (size_t i = 0; i < 20; i++) {
		assert_int_equal(a.people[i].slot, b.people[19 - i].slot);
		assert_int_equal(a.people[i].seat, b.people[19 - i].seat);
	}
	arena_free(a.a);
	arena_free(b.a);
}

/* allowed[person][slot] */
struct may {
	const struct seating_person *first;
	const bool (*allowed)[4];
};

static bool may_sit(void *arg, const struct seating_person *p, size_t slot)
{
	const struct may *m = arg;
	return m->allowed[p - m->first][slot];
}

static void assert_allowed(const struct hall *h, const bool (*allowed)[4])
{
	for (size_t i = 0; i < h->n; i++)
		assert_true(allowed[i][h->people[i].slot]);
}

/* Four rooms of one seat: only one way to seat everybody, found however the lot falls. */
static void test_only_way(void **state)
{
	static const bool allowed[4][4] = {{1, 0, 0, 0}, {1, 1, 0, 0}, {0, 1, 1, 0}, {0, 0, 1, 1}};
	static const bool impossible[4][4] = {{1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0},
		{1, 1, 1, 1}};
	(void)state;
	for (int64_t shift = 0; shift < 24; shift++) {
		struct hall h = hall(4, 4, 1, 1);
		size_t left = 99;
		struct may m = {h.people, allowed}, n = {h.people, impossible};
		for (size_t i = 0; i < 4; i++)
			h.people[i].id = (int64_t)i * 31 + shift * 1009;
		must_seat(&h, shift % 2, may_sit, &m);
		assert_allowed(&h, allowed);
		assert_false(seat(&h, false, may_sit, &n, &left));
		assert_true(left < 3);
		arena_free(h.a);
	}
}

static bool not_first(void *arg, const struct seating_person *p, size_t slot)
{
	(void)arg;
	return slot || p->id % 2;
}

/* Swaps that part colleagues keep to what is allowed. */
static void test_swaps_keep_rules(void **state)
{
	static const size_t sizes[] = {25, 15, 10};
	(void)state;
	struct hall h = hall(60, 2, 30, 6);
	units(&h, sizes, 3);
	must_seat(&h, false, not_first, NULL);
	for (size_t i = 0; i < 60; i++)
		assert_true(not_first(NULL, &h.people[i], h.people[i].slot));
	arena_free(h.a);
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double time_of(size_t n, size_t of_unit, seating_may_fn *may)
{
	struct hall h = hall(n, n / 30 + 40, 30, 6);
	for (size_t i = 0; i < n; i++)
		h.people[i].unit = arena_printf(h.a, "单位%zu", i / of_unit);
	double from = seconds();
	must_seat(&h, false, may, NULL);
	double took = seconds() - from;
	arena_free(h.a);
	return took;
}

/* No time is promised here, only that ten times the people take nowhere near a hundred times as
 * long; one unit, units of one, and a rule that keeps half of them out of the first room. */
static void test_many(void **state)
{
	static const size_t sizes[] = {1, 40, 20000};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		double small = time_of(2000, sizes[i], not_first);
		double large = time_of(20000, sizes[i], not_first);
		print_message("20,000 people in units of %zu: %.2f s\n", sizes[i], large);
		assert_true(large < 40 * small + 0.5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed),
		cmocka_unit_test(test_units_apart),
		cmocka_unit_test(test_majority),
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_by_lot),
		cmocka_unit_test(test_only_way),
		cmocka_unit_test(test_swaps_keep_rules),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
