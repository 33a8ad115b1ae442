#include "domain/evaluation/seating.h"

#include <stdlib.h>
#include <string.h>

#include "domain/evaluation/lot.h"

enum { SWAP_TRIES = 64, ROUNDS = 4 };

struct place {
	size_t slot;
	int64_t seat;
	size_t who; /* index of the person + 1, 0 empty */
};

struct plan {
	struct seating_person *people;
	size_t n;
	const struct seating_slot *slots;
	struct place *places;
	size_t n_places;
	size_t *first; /* first place of each slot */
	seating_may_fn *may;
	void *arg;
};

static void make_places(struct plan *p, struct arena *a, size_t n_slots)
{
	p->first = arena_array(a, size_t, n_slots + 1);
	for (size_t s = 0; s < n_slots; s++)
		p->n_places += (size_t)p->slots[s].capacity;
	p->places = arena_array(a, struct place, p->n_places + 1);
	size_t at = 0;
	for (size_t s = 0; s < n_slots; s++) {
		p->first[s] = at;
		for (int64_t seat = 1; seat <= p->slots[s].capacity; seat++)
			p->places[at++] = (struct place){s, seat, 0};
	}
}

struct unit {
	const char *name;
	size_t n, next;
};

static int by_size(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

static struct unit *unit_of(struct unit *units, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(units[i].name, name))
			return &units[i];
	units[*n] = (struct unit){.name = name};
	return &units[(*n)++];
}

/* Deals the drawn order so that people of one unit land on every other place: units by size, first the even
 * places, then the odd ones. */
static void spread(struct arena *a, const struct seating_person *people, const struct lot *drawn, size_t n, size_t *order)
{
	struct unit *units = arena_array(a, struct unit, n + 1);
	size_t n_units = 0, at = 0;
	for (size_t i = 0; i < n; i++)
		unit_of(units, &n_units, people[drawn[i].index].unit)->n++;
	qsort(units, n_units, sizeof *units, by_size);
	for (size_t u = 0; u < n_units; u++)
		for (size_t i = 0; i < n; i++)
			if (!strcmp(people[drawn[i].index].unit, units[u].name)) {
				order[at] = drawn[i].index;
				at += 2;
				if (at >= n && at % 2 == 0)
					at = 1;
			}
}

static bool may_sit(const struct plan *p, size_t who, size_t slot)
{
	return !p->may || p->may(p->arg, &p->people[who], slot);
}

/* The next empty place in order that the person may take. */
static bool put(struct plan *p, size_t who, size_t *from)
{
	while (*from < p->n_places && p->places[*from].who)
		++*from;
	for (size_t i = *from; i < p->n_places; i++)
		if (!p->places[i].who && may_sit(p, who, p->places[i].slot)) {
			p->places[i].who = who + 1;
			return true;
		}
	return false;
}

/* Nobody may take the empty places: somebody seated makes room by moving to one of them. */
static bool make_room(struct plan *p, size_t who)
{
	for (size_t i = 0; i < p->n_places; i++) {
		size_t other = p->places[i].who;
		if (!other || !may_sit(p, who, p->places[i].slot))
			continue;
		for (size_t k = 0; k < p->n_places; k++)
			if (!p->places[k].who && may_sit(p, other - 1, p->places[k].slot)) {
				p->places[k].who = other;
				p->places[i].who = who + 1;
				return true;
			}
	}
	return false;
}

static const char *unit_at(const struct plan *p, size_t slot, int64_t seat)
{
	if (seat < 1 || seat > p->slots[slot].capacity)
		return "";
	size_t who = p->places[p->first[slot] + (size_t)seat - 1].who;
	return who ? p->people[who - 1].unit : "";
}

static size_t neighbours_of_unit(const struct plan *p, size_t place)
{
	const struct place *at = &p->places[place];
	int64_t row = p->slots[at->slot].per_row, seat = at->seat;
	const char *unit = unit_at(p, at->slot, seat);
	if (!*unit)
		return 0;
	size_t n = 0;
	if ((seat - 1) % row)
		n += !strcmp(unit, unit_at(p, at->slot, seat - 1));
	if (seat % row)
		n += !strcmp(unit, unit_at(p, at->slot, seat + 1));
	n += !strcmp(unit, unit_at(p, at->slot, seat - row));
	return n + !strcmp(unit, unit_at(p, at->slot, seat + row));
}

static void swap(struct plan *p, size_t i, size_t k)
{
	size_t who = p->places[i].who;
	p->places[i].who = p->places[k].who;
	p->places[k].who = who;
}

static bool swap_helps(struct plan *p, size_t i, size_t k)
{
	size_t a = p->places[i].who, b = p->places[k].who;
	if (a == b || (a && !may_sit(p, a - 1, p->places[k].slot)) || (b && !may_sit(p, b - 1, p->places[i].slot)))
		return false;
	size_t before = neighbours_of_unit(p, i) + neighbours_of_unit(p, k);
	swap(p, i, k);
	if (neighbours_of_unit(p, i) + neighbours_of_unit(p, k) < before)
		return true;
	swap(p, i, k);
	return false;
}

/* Only among the places that are in use, so that rooms stay filled from the front. */
static void part_neighbours(struct plan *p, const char *seed, size_t used)
{
	for (int round = 0; round < ROUNDS; round++) {
		size_t swaps = 0;
		for (size_t i = 0; i < used; i++) {
			if (!neighbours_of_unit(p, i))
				continue;
			for (int t = 0; t < SWAP_TRIES && neighbours_of_unit(p, i); t++) {
				uint64_t key = lot_key(seed, "swap", (int64_t)(i * SWAP_TRIES) + t + round * 7919);
				swaps += swap_helps(p, i, (size_t)(key % used));
			}
		}
		if (!swaps)
			return;
	}
}

static void write_seats(struct plan *p)
{
	for (size_t i = 0; i < p->n_places; i++)
		if (p->places[i].who) {
			p->people[p->places[i].who - 1].slot = p->places[i].slot;
			p->people[p->places[i].who - 1].seat = p->places[i].seat;
		}
}

bool seating_assign(struct arena *a, struct seating_person *people, size_t n, const struct seating_slot *slots,
	size_t n_slots, const char *seed, const char *label, bool by_lot, seating_may_fn *may, void *arg,
	size_t *ret_unseated)
{
	struct plan p = {.people = people, .n = n, .slots = slots, .may = may, .arg = arg};
	struct lot *drawn = arena_array(a, struct lot, n + 1);
	size_t *order = arena_array(a, size_t, n + 1);
	for (size_t i = 0; i < n; i++)
		drawn[i] = (struct lot){.id = people[i].id, .index = i};
	lot_draw(drawn, n, seed, label);
	for (size_t i = 0; i < n; i++)
		order[i] = drawn[i].index;
	if (!by_lot)
		spread(a, people, drawn, n, order);
	make_places(&p, a, n_slots);
	size_t from = 0;
	for (size_t i = 0; i < n; i++)
		if (!put(&p, order[i], &from) && !make_room(&p, order[i])) {
			*ret_unseated = order[i];
			return false;
		}
	if (!by_lot && n)
		part_neighbours(&p, seed, n < p.n_places ? n : p.n_places);
	write_seats(&p);
	return true;
}

size_t seating_conflicts(const struct seating_person *people, size_t n, const struct seating_slot *slots)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++) {
			if (people[i].slot != people[k].slot || !*people[i].unit || strcmp(people[i].unit, people[k].unit))
				continue;
			int64_t row = slots[people[i].slot].per_row;
			int64_t low = people[i].seat < people[k].seat ? people[i].seat : people[k].seat;
			int64_t gap = people[i].seat + people[k].seat - 2 * low;
			found += gap == row || (gap == 1 && low % row != 0);
		}
	return found;
}
