/* Neighbours, units and clusters among the findings. */
#include "domain/exam/seat_picture.h"

#include <stdlib.h>

#include "domain/exam/tail.h"

enum where { ROOM, UNIT, CENTRE, EXAM };

static int32_t number(const struct response_person *p, enum where where)
{
	return where == ROOM ? p->room : where == UNIT ? p->unit : where == CENTRE ? p->centre
		: p->exam;
}

static int64_t pairs_at(const struct response_matrix *r, enum where where)
{
	auto_arena arena = arena_new((size_t)1 << 24);
	int32_t *value = arena_array(arena, int32_t, r->n + 1);
	for (int p = 0; p < r->n; p++)
		value[p] = number(&r->persons[p], where);
	return similarity_count_equal(value, r->n);
}

static bool is_same(const struct response_person *a, const struct response_person *b,
	enum where where)
{
	return number(a, where) && number(a, where) == number(b, where);
}

struct seat_picture seat_picture_of(const struct response_matrix *r,
	const struct similar_pair *pairs, int n, int near)
{
	struct seat_picture s = {.pairs = (int64_t)r->n * (r->n - 1) / 2,
		.same_room = pairs_at(r, ROOM), .near = similarity_count_near(r, near),
		.same_unit = pairs_at(r, UNIT), .same_centre = pairs_at(r, CENTRE),
		.same_exam = pairs_at(r, EXAM), .near_p = 1, .unit_p = 1};
	for (int i = 0; i < n; i++) {
		const struct response_person *a = &r->persons[pairs[i].a];
		const struct response_person *b = &r->persons[pairs[i].b];
		if (!pairs[i].is_finding)
			continue;
		s.findings++;
		s.found_same_room += is_same(a, b, ROOM);
		s.found_same_unit += is_same(a, b, UNIT);
		s.found_same_centre += is_same(a, b, CENTRE);
		s.found_same_exam += is_same(a, b, EXAM);
		s.found_near += similarity_is_near(a, b, near);
	}
	if (s.same_room)
		s.near_p = tail_binomial(s.found_near, s.found_same_room,
			(double)s.near / (double)s.same_room);
	if (s.pairs)
		s.unit_p = tail_binomial(s.found_same_unit, s.findings,
			(double)s.same_unit / (double)s.pairs);
	return s;
}

static int root(int *up, int p)
{
	while (up[p] != p)
		p = up[p] = up[up[p]];
	return p;
}

struct cluster {
	int root, size;
};

static int by_size(const void *a, const void *b)
{
	const struct cluster *x = a, *y = b;
	return x->size != y->size ? y->size - x->size : x->root - y->root;
}

int seat_clusters(int persons, const struct similar_pair *pairs, int n, struct arena *arena,
	int *ret_cluster)
{
	int *up = arena_array(arena, int, persons + 1),
		*name = arena_array(arena, int, persons + 1);
	struct cluster *c = arena_array(arena, struct cluster, persons + 1);
	int found = 0;
	for (int p = 0; p < persons; p++) {
		up[p] = p;
		c[p].root = p;
	}
	for (int i = 0; i < n; i++)
		if (pairs[i].is_finding)
			up[root(up, pairs[i].a)] = root(up, pairs[i].b);
	for (int p = 0; p < persons; p++)
		c[root(up, p)].size++;
	qsort(c, (size_t)persons, sizeof *c, by_size);
	for (int k = 0; k < persons && c[k].size > 1; k++)
		name[c[k].root] = ++found;
	for (int p = 0; p < persons; p++)
		ret_cluster[p] = name[root(up, p)];
	return found;
}
