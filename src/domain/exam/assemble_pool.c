/* Items into units and classes; what wishes say of an item. */
#include "domain/exam/assemble_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double clock_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double pool_seconds_left(const struct pool *p)
{
	return fmax(0.05, p->deadline - clock_seconds());
}

double assemble_measure(const struct assemble_item *it, enum measure measure, double theta)
{
	double s = it->score_centi / 100.0, p = fmin(1, fmax(0, it->facility));
	switch (measure) {
	case BY_COUNT:
		return 1;
	case BY_SCORE:
		return s;
	case BY_EXPECTED:
		return s * p;
	case BY_SPREAD:
		return s * sqrt(p * (1 - p)) * it->r;
	case BY_INFORMATION: {
		double c = it->a > 0 ? 1 / (1 + exp(-it->a * (theta - it->b))) : 0;
		return it->a * it->a * c * (1 - c);
	}
	}
	return 0;
}

static bool is_below(const struct assembly *a, int point, int top)
{
	for (int depth = 0; point >= 0 && depth < 16; depth++) {
		if (point == top)
			return true;
		point = a->point_parent[point];
	}
	return false;
}

bool assemble_is_in(const struct assembly *a, const struct assemble_wish *w, int item)
{
	const struct assemble_item *it = &a->items[item];
	if (w->kind && it->kind != w->kind)
		return false;
	if ((w->facility_lo != 0 || w->facility_hi != 0)
		&& (it->facility < w->facility_lo || it->facility >= w->facility_hi))
		return false;
	return w->point < 0 || is_below(a, it->point, w->point);
}

bool assemble_is_out(const struct assembly *a, const struct assemble_wish *w, int item)
{
	const struct assemble_item *it = &a->items[item];
	switch (w->type) {
	case WISH_NOT:
		return w->item == item;
	case WISH_EXPOSURE:
		return it->exposures >= w->limit;
	case WISH_REST:
		return it->used_on != 0 && it->used_on >= w->limit;
	default:
		return false;
	}
}

bool wish_is_counting(const struct assemble_wish *w)
{
	return w->type == WISH_SUM && (w->measure == BY_COUNT || w->measure == BY_SCORE);
}

static bool is_filter(const struct assemble_wish *w)
{
	return w->type == WISH_NOT || w->type == WISH_EXPOSURE || w->type == WISH_REST;
}

bool unit_is_usable(const struct pool *p, const struct unit *u, wish_set on)
{
	for (int i = 0; i < u->n_entries; i++)
		if (on[u->entries[i].wish] && is_filter(&p->a->wishes[u->entries[i].wish]))
			return false;
	return true;
}

bool unit_must(const struct pool *p, const struct unit *u, wish_set on)
{
	for (int i = 0; u->is_must && i < u->n_entries; i++)
		if (on[u->entries[i].wish] && p->a->wishes[u->entries[i].wish].type == WISH_MUST)
			return true;
	return false;
}

static bool wish_is_wrong(const struct assembly *a, const struct assemble_wish *w)
{
	if (w->type < WISH_SUM || w->type > WISH_OVERLAP)
		return true;
	if (w->type == WISH_SUM && (w->point < -1 || w->point >= a->n_points || w->lo > w->hi))
		return true;
	if (w->type == WISH_EQUAL && w->measure != BY_EXPECTED && w->measure != BY_SPREAD)
		return true;
	return (w->type == WISH_MUST || w->type == WISH_NOT) && (w->item < 0
		|| w->item >= a->n_items);
}

bool pool_is_invalid(const struct assembly *a)
{
	if (a->forms < 1 || a->forms > ASSEMBLE_FORMS_MAX || a->n_items < 1
		|| a->n_items > ASSEMBLE_ITEMS_MAX || a->n_wishes < 1
		|| a->n_wishes > ASSEMBLE_WISHES_MAX)
		return true;
	for (int i = 0; i < a->n_items; i++)
		if (a->items[i].point < -1 || a->items[i].point >= a->n_points
			|| a->items[i].score_centi < 0 || !isfinite(a->items[i].facility)
			|| !isfinite(a->items[i].r))
			return true;
	for (int i = 0; i < a->n_points; i++)
		if (a->point_parent[i] < -1 || a->point_parent[i] >= a->n_points)
			return true;
	for (int i = 0; i < a->n_enemies; i++)
		if (a->enemies[i].one < 0 || a->enemies[i].one >= a->n_items
			|| a->enemies[i].other < 0 || a->enemies[i].other >= a->n_items)
			return true;
	for (int i = 0; i < a->n_wishes; i++)
		if (wish_is_wrong(a, &a->wishes[i]))
			return true;
	return false;
}

static int by_material(const void *x, const void *y, void *self)
{
	const struct assemble_item *items = self;
	int i = *(const int *)x, j = *(const int *)y;
	if (items[i].material != items[j].material)
		return items[i].material < items[j].material ? -1 : 1;
	return i - j;
}

static void make_units(struct pool *p)
{
	const struct assembly *a = p->a;
	int *order = arena_array(p->arena, int, a->n_items);
	for (int i = 0; i < a->n_items; i++)
		order[i] = i;
	qsort_r(order, (size_t)a->n_items, sizeof *order, by_material, (void *)(uintptr_t)a->items);
	p->units = arena_array(p->arena, struct unit, a->n_items);
	p->unit_of = arena_array(p->arena, int, a->n_items);
	for (int i = 0; i < a->n_items;) {
		int n = 1, material = a->items[order[i]].material;
		while (material && i + n < a->n_items
			&& a->items[order[i + n]].material == material)
			n++;
		struct unit *u = &p->units[p->n_units];
		*u = (struct unit){.items = order + i, .n_items = n,
			.facility = a->items[order[i]].facility};
		for (int k = 0; k < n; k++) {
			const struct assemble_item *it = &a->items[u->items[k]];
			p->unit_of[u->items[k]] = p->n_units;
			u->expected += assemble_measure(it, BY_EXPECTED, 0);
			u->spread += assemble_measure(it, BY_SPREAD, 0);
			if (it->exposures > u->exposures)
				u->exposures = it->exposures;
		}
		p->n_units++;
		i += n;
	}
	for (int i = 0; i < a->n_enemies; i++) {
		p->units[p->unit_of[a->enemies[i].one]].has_enemy = true;
		p->units[p->unit_of[a->enemies[i].other]].has_enemy = true;
	}
}

static double unit_value(const struct pool *p, const struct unit *u, const struct assemble_wish *w)
{
	double sum = 0;
	for (int k = 0; k < u->n_items; k++) {
		int i = u->items[k];
		if (w->type == WISH_SUM && assemble_is_in(p->a, w, i))
			sum += assemble_measure(&p->a->items[i], w->measure, w->theta);
		else if (assemble_is_out(p->a, w, i) || (w->type == WISH_MUST && w->item == i))
			sum = 1;
	}
	return sum;
}

static void make_entries(struct pool *p)
{
	struct entry *found = arena_array(p->arena, struct entry, p->a->n_wishes);
	for (int k = 0; k < p->n_units; k++) {
		struct unit *u = &p->units[k];
		int n = 0;
		for (int w = 0; w < p->a->n_wishes; w++) {
			double value = unit_value(p, u, &p->a->wishes[w]);
			if (value == 0)
				continue;
			found[n++] = (struct entry){w, value};
			u->is_must |= p->a->wishes[w].type == WISH_MUST;
		}
		u->n_entries = n;
		u->entries = arena_copy(p->arena, found, (size_t)n * sizeof *found);
	}
}

static void find_alone(struct pool *p)
{
	enum { FEW = 400 };
	int enemies = 0;
	for (int k = 0; k < p->n_units; k++)
		enemies += p->units[k].has_enemy;
	for (int k = 0; k < p->n_units; k++) {
		struct unit *u = &p->units[k];
		u->is_alone = u->n_items > 1 || u->is_must || (u->has_enemy && enemies <= FEW);
	}
}

/* Order of units by what counting wishes and filters make of them; 0: one class. */
static int by_signature(const struct pool *p, int i, int j)
{
	const struct unit *x = &p->units[i], *y = &p->units[j];
	if (x->is_alone || y->is_alone)
		return x->is_alone != y->is_alone ? (int)x->is_alone - (int)y->is_alone : i - j;
	int a = 0, b = 0;
	for (;; a++, b++) {
		while (a < x->n_entries && p->a->wishes[x->entries[a].wish].type == WISH_SUM
			&& !wish_is_counting(&p->a->wishes[x->entries[a].wish]))
			a++;
		while (b < y->n_entries && p->a->wishes[y->entries[b].wish].type == WISH_SUM
			&& !wish_is_counting(&p->a->wishes[y->entries[b].wish]))
			b++;
		if (a == x->n_entries || b == y->n_entries)
			return (a < x->n_entries) - (b < y->n_entries);
		if (x->entries[a].wish != y->entries[b].wish)
			return x->entries[a].wish - y->entries[b].wish;
		if (x->entries[a].value != y->entries[b].value)
			return x->entries[a].value < y->entries[b].value ? -1 : 1;
	}
}

static int by_class(const void *x, const void *y, void *self)
{
	const struct pool *p = self;
	int i = *(const int *)x, j = *(const int *)y, r = by_signature(p, i, j);
	if (r)
		return r;
	double d = p->units[i].facility - p->units[j].facility;
	return d < 0 ? -1 : d > 0 ? 1 : i - j;
}

static void add_class(struct pool *p, const int *units, int n)
{
	struct unit_class *c = &p->classes[p->n_classes];
	*c = (struct unit_class){.units = units, .n = n, .least_expected = INFINITY,
		.least_spread = INFINITY, .most_expected = -INFINITY, .most_spread = -INFINITY};
	for (int i = 0; i < n; i++) {
		struct unit *u = &p->units[units[i]];
		u->class = p->n_classes;
		c->least_expected = fmin(c->least_expected, u->expected);
		c->most_expected = fmax(c->most_expected, u->expected);
		c->least_spread = fmin(c->least_spread, u->spread);
		c->most_spread = fmax(c->most_spread, u->spread);
		c->mean_expected += u->expected / n;
		c->mean_spread += u->spread / n;
	}
	p->n_classes++;
}

/* Large classes are cut in three by facility, so that the frame knows difficulty well enough. */
static void make_classes(struct pool *p)
{
	enum { LARGE = 12, PARTS = 3 };
	int *order = arena_array(p->arena, int, p->n_units);
	for (int i = 0; i < p->n_units; i++)
		order[i] = i;
	qsort_r(order, (size_t)p->n_units, sizeof *order, by_class, p);
	p->classes = arena_array(p->arena, struct unit_class, p->n_units);
	for (int i = 0; i < p->n_units;) {
		int n = 1;
		while (i + n < p->n_units && by_signature(p, order[i], order[i + n]) == 0)
			n++;
		int parts = n >= LARGE ? PARTS : 1;
		for (int k = 0; k < parts; k++) {
			int from = n * k / parts, to = n * (k + 1) / parts;
			add_class(p, order + i + from, to - from);
		}
		i += n;
	}
}

static void find_special(struct pool *p)
{
	p->overlap = p->enemies = p->equal_expected = p->equal_spread = -1;
	p->expected_tolerance = p->spread_tolerance = -1;
	for (int i = 0; i < p->a->n_wishes; i++) {
		const struct assemble_wish *w = &p->a->wishes[i];
		if (w->type == WISH_OVERLAP)
			p->overlap = i;
		else if (w->type == WISH_ENEMIES)
			p->enemies = i;
		else if (w->type == WISH_EQUAL && w->measure == BY_EXPECTED)
			p->equal_expected = i, p->expected_tolerance = w->hi;
		else if (w->type == WISH_EQUAL)
			p->equal_spread = i, p->spread_tolerance = w->hi;
	}
}

void pool_make(struct arena *arena, const struct assembly *a, struct pool *ret_pool)
{
	*ret_pool = (struct pool){.a = a, .arena = arena};
	ret_pool->deadline = clock_seconds() + (a->limit_ms > 0 ? a->limit_ms / 1000.0 : 60);
	find_special(ret_pool);
	make_units(ret_pool);
	make_entries(ret_pool);
	find_alone(ret_pool);
	make_classes(ret_pool);
}
