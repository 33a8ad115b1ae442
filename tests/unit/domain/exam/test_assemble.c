#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "domain/exam/assemble_check.h"

static uint64_t state;

static double chance(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static int lot(int n)
{
	return (int)(chance() * n);
}

/* A bank: two ranges (0, 1) of two points each (2 to 5). */
static const int parents[] = {-1, -1, 0, 0, 1, 1};

struct bank {
	struct assemble_item items[4000];
	struct assemble_pair enemies[20];
	struct assemble_wish wishes[60];
	struct assembly a;
};

static struct bank *bank_of(struct arena *arena, int n, int forms, uint64_t seed)
{
	struct bank *b = arena_make(arena, struct bank);
	state = seed * 7919 + 1;
	for (int i = 0; i < n; i++)
		b->items[i] = (struct assemble_item){.kind = 1 + lot(2), .point = 2 + lot(4),
			.score_centi = 100, .facility = 0.3 + 0.6 * chance(),
				.r = 0.2 + 0.3 * chance(),
			.exposures = lot(10), .used_on = lot(3) ? 0 : 100};
	b->a = (struct assembly){.items = b->items, .n_items = n, .point_parent = parents,
		.n_points = 6, .enemies = b->enemies, .wishes = b->wishes, .forms = forms,
			.seed = seed,
		.limit_ms = 60000};
	return b;
}

static struct assemble_wish *wish(struct bank *b, struct assemble_wish w)
{
	b->wishes[b->a.n_wishes] = w;
	return &b->wishes[b->a.n_wishes++];
}

static void count(struct bank *b, int kind, int point, double lo, double hi)
{
	wish(b, (struct assemble_wish){.type = WISH_SUM, .kind = kind, .point = point, .lo = lo,
		.hi = hi});
}

static void assert_all_met(const struct assembly *a, const struct assembled *done)
{
	assert_int_equal(done->status, ASSEMBLED);
	for (int w = 0; w < a->n_wishes; w++) {
		struct wish_check c;
		assemble_check(a, done->forms, &a->wishes[w], &c);
		if (!c.is_met)
			fail_msg("wish %d: %f to %f", w, c.least, c.greatest);
	}
	assert_true(done->bound <= done->objective + 1e-6);
}

/* ---- against all selections of a small bank ---- */

static bool one_form_ok(const struct assembly *a, struct assembled_form *f, uint32_t set)
{
	struct assembly one = *a;
	one.forms = 1;
	f->n = 0;
	for (int i = 0; i < a->n_items; i++)
		if (set >> i & 1)
			f->items[f->n++] = i;
	for (int w = 0; w < a->n_wishes; w++) {
		struct wish_check c;
		assemble_check(&one, f, &a->wishes[w], &c);
		if (!c.is_met)
			return false;
	}
	return true;
}

/* Is there a pair of forms that meets every wish? */
static bool exists_by_trying(struct arena *arena, const struct assembly *a)
{
	struct assembled_form f[2] = {{.items = arena_array(arena, int, 32)},
		{.items = arena_array(arena, int, 32)}};
	uint32_t *good = arena_array(arena, uint32_t, 1u << a->n_items);
	int n = 0;
	for (uint32_t set = 0; set < 1u << a->n_items; set++)
		if (one_form_ok(a, &f[0], set))
			good[n++] = set;
	if (a->forms == 1)
		return n > 0;
	for (int x = 0; x < n; x++) {
		one_form_ok(a, &f[0], good[x]);
		for (int y = 0; y < n; y++) {
			bool ok = true;
			one_form_ok(a, &f[1], good[y]);
			for (int w = 0; w < a->n_wishes && ok; w++) {
				struct wish_check c;
				if (a->wishes[w].type == WISH_EQUAL
					|| a->wishes[w].type == WISH_OVERLAP) {
					assemble_check(a, f, &a->wishes[w], &c);
					ok = c.is_met;
				}
			}
			if (ok)
				return true;
		}
	}
	return false;
}

static void some_wishes(struct bank *b)
{
	int size = 3 + lot(2), point = lot(6);
	count(b, 0, -1, size, size);
	count(b, 1 + lot(2), -1, lot(3), 1 + lot(4) + 2);
	count(b, 0, point, lot(3), 3);
	if (lot(2))
		wish(b, (struct assemble_wish){.type = WISH_OVERLAP, .hi = lot(3)});
	if (lot(2))
		wish(b, (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_EXPECTED,
			.hi = 0.02 + 0.1 * chance()});
	if (lot(3) == 0)
		wish(b, (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_SPREAD,
			.hi = 0.01 + 0.05 * chance()});
	if (lot(2))
		wish(b, (struct assemble_wish){.type = WISH_EXPOSURE, .limit = 4 + lot(6)});
	if (lot(2))
		wish(b, (struct assemble_wish){.type = WISH_REST, .limit = 50 + 100 * lot(2)});
	if (lot(2))
		wish(b, (struct assemble_wish){.type = WISH_MUST, .item = lot(b->a.n_items)});
	if (lot(2)) {
		wish(b, (struct assemble_wish){.type = WISH_ENEMIES});
		for (int i = 0; i < 4; i++)
			b->enemies[b->a.n_enemies++] = (struct assemble_pair){i, 4 + lot(4)};
	}
	if (lot(3) == 0)
		b->items[1].material = b->items[3].material = 9;
}

/* Materials are whole: no such thing in the enumeration, so it is asked of the result. */
static bool breaks_material(const struct assembly *a, const struct assembled_form *f)
{
	int n = 0;
	for (int i = 0; i < f->n; i++)
		n += a->items[f->items[i]].material != 0;
	return n == 1;
}

static void assert_conflict_is_minimal(struct arena *arena, const struct assembly *a,
	const struct assembled *done)
{
	struct assemble_wish left[60];
	struct assembly b = *a;
	assert_true(done->n_conflict > 0);
	b.wishes = left;
	b.n_wishes = done->n_conflict;
	for (int i = 0; i < done->n_conflict; i++)
		left[i] = a->wishes[done->conflict[i]];
	assert_false(exists_by_trying(arena, &b));
	for (int out = 0; out < done->n_conflict && done->n_conflict > 1; out++) {
		int n = 0;
		for (int i = 0; i < done->n_conflict; i++)
			if (i != out)
				left[n++] = a->wishes[done->conflict[i]];
		b.n_wishes = n;
		assert_true(exists_by_trying(arena, &b));
	}
}

static void small_banks_as_by_trying(void **unused)
{
	(void)unused;
	int met = 0, conflicts = 0;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		auto_arena arena = arena_new(1u << 28);
		struct bank *b = bank_of(arena, 10, 2, seed);
		struct assembled done;
		some_wishes(b);
		bool has_material = b->items[1].material != 0;
		assemble(arena, &b->a, &done);
		assert_int_not_equal(done.status, ASSEMBLED_INVALID);
		assert_int_not_equal(done.status, ASSEMBLED_UNKNOWN);
		bool exists = exists_by_trying(arena, &b->a);
		if (done.status == ASSEMBLED) {
			met++;
			assert_true(exists);
			assert_all_met(&b->a, &done);
			assert_false(has_material && breaks_material(&b->a, &done.forms[0]));
		} else if (!has_material) {
			conflicts++;
			assert_false(exists);
			assert_conflict_is_minimal(arena, &b->a, &done);
		}
	}
	assert_true(met >= 4);
	assert_true(conflicts >= 4);
}

/* ---- words for what lacks ---- */

static void the_lack_is_named(void **unused)
{
	(void)unused;
	auto_arena arena = arena_new(1u << 28);
	struct bank *b = bank_of(arena, 60, 3, 5);
	struct assembled done;
	int at = 0;
	for (int i = 0; i < 60; i++)
		b->items[i].point = i < 5 ? 2 : 3 + i % 3, b->items[i].used_on = i == 0 ? 100 : 0;
	count(b, 0, -1, 15, 15);
	count(b, 0, 2, 2, 3); /* 3 forms x 2 > 4 usable of 5 */
	count(b, 0, 3, 1, 9);
	wish(b, (struct assemble_wish){.type = WISH_OVERLAP, .hi = 0});
	wish(b, (struct assemble_wish){.type = WISH_REST, .limit = 90});
	assemble(arena, &b->a, &done);
	assert_int_equal(done.status, ASSEMBLED_CONFLICT);
	assert_int_equal(done.model, MODEL_FRAME);
	assert_true(done.is_smallest);
	assert_int_equal(done.n_conflict, 2); /* with all five usable 6 are still too many */
	assert_int_equal(done.conflict[at], 1);
	assert_int_equal(done.conflict[1], 3);
	assert_int_equal(done.n_lacks, 1);
	assert_int_equal(done.lacks[0].wish, 1);
	assert_int_equal((int)done.lacks[0].needed, 6);
	assert_int_equal((int)done.lacks[0].usable, 4);
	assert_int_equal((int)done.lacks[0].all, 5);
	assert_true(done.missing[1] > 0.99 && done.missing[1] < 2.01);
}

/* Wishes that are fine one by one. */
static void a_conflict_of_several(void **unused)
{
	(void)unused;
	auto_arena arena = arena_new(1u << 28);
	struct bank *b = bank_of(arena, 200, 2, 6);
	struct assembled done;
	for (int k = 0; k < 20; k++)
		count(b, 0, 2 + k % 4, 0, 50);
	count(b, 0, -1, 20, 20);
	count(b, 1, -1, 12, 20);
	count(b, 2, -1, 9, 20); /* 12 + 9 > 20 */
	wish(b, (struct assemble_wish){.type = WISH_OVERLAP, .hi = 3});
	assemble(arena, &b->a, &done);
	assert_int_equal(done.status, ASSEMBLED_CONFLICT);
	assert_true(done.is_smallest);
	assert_int_equal(done.n_conflict, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(done.conflict[i], 20 + i);
	assert_int_equal(done.n_lacks, 0);
}

/* ---- larger ---- */

static struct bank *large(struct arena *arena, int n, uint64_t seed, int overlap)
{
	struct bank *b = bank_of(arena, n, 3, 11);
	b->a.seed = seed;
	count(b, 1, -1, 20, 20);
	count(b, 2, -1, 20, 20);
	for (int point = 2; point < 6; point++)
		count(b, 0, point, 8, 12);
	wish(b, (struct assemble_wish){.type = WISH_SUM, .measure = BY_EXPECTED, .point = -1,
		.lo = 23, .hi = 25});
	wish(b, (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_EXPECTED, .hi = 0.2});
	wish(b, (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_SPREAD, .hi = 0.02});
	wish(b, (struct assemble_wish){.type = WISH_OVERLAP, .hi = overlap});
	wish(b, (struct assemble_wish){.type = WISH_MUST, .item = 3});
	wish(b, (struct assemble_wish){.type = WISH_ENEMIES});
	for (int i = 0; i < 20; i++)
		b->enemies[b->a.n_enemies++] = (struct assemble_pair){i, 50 + i};
	return b;
}

static bool is_same(const struct assembled *x, const struct assembled *y)
{
	for (int f = 0; f < 3; f++)
		if (x->forms[f].n != y->forms[f].n || memcmp(x->forms[f].items, y->forms[f].items,
			sizeof(int) * (size_t)x->forms[f].n) != 0)
			return false;
	return true;
}

static void the_seed_decides(void **unused)
{
	(void)unused;
	auto_arena arena = arena_new(1u << 29);
	struct assembled one, again, other;
	assemble(arena, &large(arena, 2000, 1, 0)->a, &one);
	assemble(arena, &large(arena, 2000, 1, 0)->a, &again);
	assemble(arena, &large(arena, 2000, 2, 0)->a, &other);
	assert_int_equal(one.model, MODEL_SHADOW);
	assert_all_met(&large(arena, 2000, 1, 0)->a, &one);
	assert_false(one.is_cut_short);
	assert_true(is_same(&one, &again));
	assert_all_met(&large(arena, 2000, 2, 0)->a, &other);
	assert_false(is_same(&one, &other));
}

/* 125 items for three forms of 40 of which hardly any may be shared. */
static void a_bank_hardly_large_enough(void **unused)
{
	(void)unused;
	auto_arena arena = arena_new(1u << 29);
	struct assembled done;
	struct bank *b = large(arena, 140, 1, 4);
	assemble(arena, &b->a, &done);
	assert_all_met(&b->a, &done);
}

/* The material that comes with an item wished for stands in every form too. */
static void a_must_brings_its_material(void **unused)
{
	(void)unused;
	auto_arena arena = arena_new(1u << 28);
	struct assembled done;
	struct bank *b = bank_of(arena, 60, 2, 3);
	for (int i = 10; i < 13; i++)
		b->items[i].material = 4;
	count(b, 0, -1, 12, 12);
	wish(b, (struct assemble_wish){.type = WISH_MUST, .item = 11});
	wish(b, (struct assemble_wish){.type = WISH_OVERLAP, .hi = 0});
	assemble(arena, &b->a, &done);
	assert_all_met(&b->a, &done);
}

static void nonsense_is_refused(void **unused)
{
	(void)unused;
	auto_arena arena = arena_new(1u << 24);
	struct assembled done;
	struct bank *b = bank_of(arena, 10, 2, 1);
	assemble(arena, &b->a, &done);
	assert_int_equal(done.status, ASSEMBLED_INVALID); /* no wish */
	count(b, 0, 6, 1, 2);
	assemble(arena, &b->a, &done);
	assert_int_equal(done.status, ASSEMBLED_INVALID); /* no such point */
	b->wishes[0].point = -1;
	b->items[0].facility = NAN;
	assemble(arena, &b->a, &done);
	assert_int_equal(done.status, ASSEMBLED_INVALID);
}

static int stop_at_once(void *arg, int done, int total)
{
	(void)done;
	(void)total;
	++*(int *)arg;
	return -1;
}

static void it_can_be_stopped(void **unused)
{
	(void)unused;
	auto_arena arena = arena_new(1u << 29);
	int asked = 0;
	struct assembled done;
	struct bank *b = large(arena, 2000, 1, 0);
	b->a.progress = stop_at_once;
	b->a.arg = &asked;
	assemble(arena, &b->a, &done);
	assert_int_equal(done.status, ASSEMBLED_STOPPED);
	assert_true(asked >= 1);
}

/* Gulliksen: the standard deviation of a sum of items is the sum of s r. */
static void spread_is_that_of_the_sum(void **unused)
{
	(void)unused;
	/* two items, answered by four people: x = 1 1 0 0, y = 1 0 1 0; sums 2 1 1 0 */
	double sd = sqrt(0.5), r = 0.5 * 0.5 * 2 / 2 / (0.5 * sd) /* cov(x, x + y) = var(x) */;
	struct assemble_item it = {.score_centi = 100, .facility = 0.5, .r = r};
	assert_true(fabs(2 * assemble_measure(&it, BY_SPREAD, 0) - sd) < 1e-12);
	it.a = 2;
	it.b = 0.5;
	assert_true(fabs(assemble_measure(&it, BY_INFORMATION, 0.5) - 1) < 1e-12);
	assert_true(fabs(assemble_measure(&it, BY_EXPECTED, 0) - 0.5) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_banks_as_by_trying),
		cmocka_unit_test(the_lack_is_named),
		cmocka_unit_test(a_conflict_of_several),
		cmocka_unit_test(the_seed_decides),
		cmocka_unit_test(a_bank_hardly_large_enough),
		cmocka_unit_test(a_must_brings_its_material),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(it_can_be_stopped),
		cmocka_unit_test(spread_is_that_of_the_sum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
