#include "domain/evaluation/seating.h"

#include <stdlib.h>
#include <string.h>

#include "domain/evaluation/lot.h"

enum { SWAP_TRIES = 64, ROUNDS = 4 };

static const size_t NONE = SIZE_MAX;

struct place {
	size_t slot;
	int64_t seat;
	size_t who; /* index of the person, NONE when empty */
};

struct plan {
	struct arena *arena;
	struct seating_person *people;
	size_t n;
	const struct seating_slot *slots;
	size_t n_slots;
	struct place *places;
	size_t n_places;
	size_t *first; /* first place of each slot; one more than there are slots */
	size_t *used;  /* people in each slot */
	size_t *unit;  /* of each person: a number, 0 for none */
	seating_may_fn *may;
	void *arg;
};

static void make_places(struct plan *p)
{
	p->first = arena_array(p->arena, size_t, p->n_slots + 1);
	p->used = arena_array(p->arena, size_t, p->n_slots + 1);
	for (size_t s = 0; s < p->n_slots; s++)
		p->n_places += p->slots[s].capacity > 0 ? (size_t)p->slots[s].capacity : 0;
	p->places = arena_array(p->arena, struct place, p->n_places + 1);
	size_t at = 0;
	for (size_t s = 0; s < p->n_slots; s++) {
		p->first[s] = at;
		for (int64_t seat = 1; seat <= p->slots[s].capacity; seat++)
			p->places[at++] = (struct place){s, seat, NONE};
	}
	p->first[p->n_slots] = at;
}

static int64_t row_of(const struct plan *p, size_t slot)
{
	const struct seating_slot *s = &p->slots[slot];
	return s->per_row > 0 ? s->per_row : s->capacity;
}

struct member {
	const char *unit;
	size_t person, rank; /* rank: place in the draw */
};

struct unit {
	const char *name;
	size_t from, n; /* its members stand together */
};

static int by_unit(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = strcmp(x->unit, y->unit);
	return order ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

static int by_size(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Groups the drawn people by unit and numbers the units. Returns how many units there are. */
static size_t group(struct plan *p, const struct lot *drawn, struct member *members,
	struct unit *units)
{
	size_t n_units = 0;
	for (size_t i = 0; i < p->n; i++)
		members[i] = (struct member){p->people[drawn[i].index].unit, drawn[i].index, i};
	qsort(members, p->n, sizeof *members, by_unit);
	for (size_t i = 0; i < p->n; i++) {
		if (!i || strcmp(members[i].unit, members[i - 1].unit) != 0)
			units[n_units++] = (struct unit){members[i].unit, i, 0};
		units[n_units - 1].n++;
		p->unit[members[i].person] = *members[i].unit ? n_units : 0;
	}
	qsort(units, n_units, sizeof *units, by_size);
	return n_units;
}

/* The first n places: the black ones of the board, then the white ones. */
static void board_order(const struct plan *p, size_t n, size_t *places)
{
	size_t at = 0;
	for (int64_t colour = 0; colour < 2; colour++)
		for (size_t i = 0; i < n; i++) {
			int64_t row = row_of(p, p->places[i].slot), seat = p->places[i].seat - 1;
			if ((seat / row + seat % row) % 2 == colour)
				places[at++] = i;
		}
}

/* order[i]: the person dealt to place i, for the first n places. */
static void deal(struct plan *p, const struct lot *drawn, size_t n, bool by_lot, size_t *order)
{
	struct arena *a = p->arena;
	struct member *members = arena_array(a, struct member, p->n + 1);
	struct unit *units = arena_array(a, struct unit, p->n + 1);
	size_t *places = arena_array(a, size_t, n + 1), at = 0;
	size_t n_units = group(p, drawn, members, units);
	for (size_t i = 0; by_lot && i < n; i++)
		order[i] = drawn[i].index;
	if (by_lot)
		return;
	board_order(p, n, places);
	for (size_t u = 0; u < n_units; u++)
		for (size_t i = 0; i < units[u].n; i++)
			order[places[at++]] = members[units[u].from + i].person;
}

static bool may_sit(const struct plan *p, size_t who, size_t slot)
{
	return !p->may || p->may(p->arg, &p->people[who], slot);
}

static void sit(struct plan *p, size_t who, size_t place)
{
	p->places[place].who = who;
	p->used[p->places[place].slot]++;
}

static bool is_full(const struct plan *p, size_t slot)
{
	return p->used[slot] >= p->first[slot + 1] - p->first[slot];
}

static size_t empty_place(const struct plan *p, size_t slot)
{
	for (size_t i = p->first[slot]; i < p->first[slot + 1]; i++)
		if (p->places[i].who == NONE)
			return i;
	return NONE;
}

/* A way to one more person: slots reached from where he may sit, through people who may move on. */
struct search {
	size_t *queue, *from; /* from: the slot before, NONE at the start */
	size_t *mover;        /* the place whose person moves into this slot */
	bool *seen;
	size_t n;
};

static void reach(struct search *s, size_t slot, size_t from, size_t mover)
{
	s->seen[slot] = true;
	s->from[slot] = from;
	s->mover[slot] = mover;
	s->queue[s->n++] = slot;
}

static void reach_from(struct plan *p, struct search *s, size_t slot)
{
	for (size_t i = p->first[slot]; i < p->first[slot + 1] && s->n < p->n_slots; i++)
		for (size_t k = 0; k < p->n_slots; k++)
			if (!s->seen[k] && may_sit(p, p->places[i].who, k))
				reach(s, k, slot, i);
}

/* Everybody along the way moves on by one slot; the first one's place is free then. */
static void shift(struct plan *p, const struct search *s, size_t slot, size_t who)
{
	size_t place = empty_place(p, slot);
	p->used[slot]++;
	while (s->from[slot] != NONE) {
		size_t left = s->mover[slot];
		p->places[place].who = p->places[left].who;
		place = left;
		slot = s->from[slot];
	}
	p->places[place].who = who;
}

static bool seat_somehow(struct plan *p, size_t who)
{
	struct arena *a = p->arena;
	struct search s = {.queue = arena_array(a, size_t, p->n_slots + 1),
		.from = arena_array(a, size_t, p->n_slots + 1),
			.mover = arena_array(a, size_t, p->n_slots + 1),
		.seen = arena_array(a, bool, p->n_slots + 1)};
	for (size_t k = 0; k < p->n_slots; k++)
		if (may_sit(p, who, k))
			reach(&s, k, NONE, NONE);
	for (size_t i = 0; i < s.n; i++) {
		if (!is_full(p, s.queue[i])) {
			shift(p, &s, s.queue[i], who);
			return true;
		}
		reach_from(p, &s, s.queue[i]);
	}
	return false;
}

/* The first room with an empty seat that may hold this person. */
static bool seat_in_free(struct plan *p, size_t who)
{
	for (size_t k = 0; k < p->n_slots; k++)
		if (!is_full(p, k) && may_sit(p, who, k)) {
			sit(p, who, empty_place(p, k));
			return true;
		}
	return false;
}

static bool seat_all(struct plan *p, const size_t *order, size_t dealt, const struct lot *drawn,
	size_t *ret_unseated)
{
	bool *has = arena_array(p->arena, bool, p->n + 1);
	for (size_t i = 0; i < dealt; i++)
		if (may_sit(p, order[i], p->places[i].slot)) {
			sit(p, order[i], i);
			has[order[i]] = true;
		}
	for (size_t i = 0; i < p->n; i++) {
		size_t who = drawn[i].index;
		if (has[who] || seat_in_free(p, who) || seat_somehow(p, who))
			continue;
		*ret_unseated = who;
		return false;
	}
	return true;
}

/* Rooms are filled from the front: whoever sits last takes the gap. */
static void close_gaps(struct plan *p)
{
	for (size_t s = 0; s < p->n_slots; s++) {
		size_t last = p->first[s + 1], end = p->first[s] + p->used[s];
		for (size_t i = p->first[s]; i < end; i++) {
			if (p->places[i].who != NONE)
				continue;
			while (p->places[last - 1].who == NONE)
				last--;
			p->places[i].who = p->places[last - 1].who;
			p->places[last - 1].who = NONE;
		}
	}
}

static size_t unit_at(const struct plan *p, size_t slot, int64_t seat)
{
	if (seat < 1 || seat > p->slots[slot].capacity)
		return 0;
	size_t who = p->places[p->first[slot] + (size_t)seat - 1].who;
	return who == NONE ? 0 : p->unit[who];
}

static size_t conflicts_at(const struct plan *p, size_t place)
{
	const struct place *at = &p->places[place];
	int64_t row = row_of(p, at->slot), seat = at->seat;
	size_t unit = unit_at(p, at->slot, seat), n = 0;
	if (!unit)
		return 0;
	if ((seat - 1) % row)
		n += unit == unit_at(p, at->slot, seat - 1);
	if (seat % row)
		n += unit == unit_at(p, at->slot, seat + 1);
	n += unit == unit_at(p, at->slot, seat - row);
	return n + (unit == unit_at(p, at->slot, seat + row));
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
	if (i == k || (a != NONE && !may_sit(p, a, p->places[k].slot)) ||
		(b != NONE && !may_sit(p, b, p->places[i].slot)))
		return false;
	size_t before = conflicts_at(p, i) + conflicts_at(p, k);
	swap(p, i, k);
	if (conflicts_at(p, i) + conflicts_at(p, k) < before)
		return true;
	swap(p, i, k);
	return false;
}

/* Swaps with others, chosen by lot. */
static size_t part_by_swaps(struct plan *p, const size_t *taken, const char *seed,
	const char *label, int round)
{
	size_t swaps = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (!conflicts_at(p, taken[i]))
			continue;
		uint64_t key = lot_key(seed, label, (int64_t)i * ROUNDS + round);
		uint64_t at = key % p->n, stride = (key >> 32) % p->n;
		for (int t = 0; t < SWAP_TRIES && conflicts_at(p, taken[i]); t++) {
			swaps += swap_helps(p, taken[i], taken[at]);
			at = (at + stride + 1) % p->n;
		}
	}
	return swaps;
}

/* Then into the empty seats of the same room. */
static void part_by_gaps(struct plan *p, const size_t *taken)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t slot = p->places[taken[i]].slot;
		bool moved = is_full(p, slot) || !conflicts_at(p, taken[i]);
		for (size_t k = p->first[slot]; k < p->first[slot + 1] && !moved; k++)
			moved = p->places[k].who == NONE && swap_helps(p, taken[i], k);
	}
}

/* People of one room, units largest first; ties as they sit. */
struct sitter {
	size_t who, unit, n, rank;
};

static int by_unit_size(const void *a, const void *b)
{
	const struct sitter *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

static size_t sitters_of(const struct plan *p, size_t slot, struct sitter *list)
{
	size_t n = 0;
	for (size_t i = p->first[slot]; i < p->first[slot + 1]; i++)
		if (p->places[i].who != NONE)
			list[n++] = (struct sitter){p->places[i].who,
				p->unit[p->places[i].who], 0, i};
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			list[i].n += list[k].unit == list[i].unit;
	qsort(list, n, sizeof *list, by_unit_size);
	return n;
}

static size_t conflicts_in(const struct plan *p, size_t slot)
{
	size_t n = 0;
	for (size_t i = p->first[slot]; i < p->first[slot + 1]; i++)
		n += p->places[i].who == NONE ? 0 : conflicts_at(p, i);
	return n;
}

/* A room with seats to spare, dealt anew over the whole of it: black squares, then white ones. Kept
 * when it is better. */
static void deal_room(struct plan *p, size_t slot)
{
	size_t from = p->first[slot], size = p->first[slot + 1] - from, at = 0;
	struct sitter *list = arena_array(p->arena, struct sitter, size + 1);
	struct place *was = arena_copy(p->arena, &p->places[from], size * sizeof *was);
	size_t before = conflicts_in(p, slot), n = sitters_of(p, slot, list);
	int64_t row = row_of(p, slot);
	for (size_t i = from; i < from + size; i++)
		p->places[i].who = NONE;
	for (int64_t colour = 0; colour < 2; colour++)
		for (size_t i = from; i < from + size && at < n; i++) {
			int64_t seat = p->places[i].seat - 1;
			if ((seat / row + seat % row) % 2 == colour)
				p->places[i].who = list[at++].who;
		}
	if (conflicts_in(p, slot) >= before)
		memcpy(&p->places[from], was, size * sizeof *was);
}

static void part_neighbours(struct plan *p, const char *seed, const char *label)
{
	size_t *taken = arena_array(p->arena, size_t, p->n + 1), n = 0;
	const char *of_swaps = arena_printf(p->arena, "%s/swap", label);
	for (size_t i = 0; i < p->n_places; i++)
		if (p->places[i].who != NONE)
			taken[n++] = i;
	for (int round = 0; n && round < ROUNDS; round++)
		if (!part_by_swaps(p, taken, seed, of_swaps, round))
			break;
	part_by_gaps(p, taken);
	for (size_t slot = 0; slot < p->n_slots; slot++)
		if (!is_full(p, slot) && conflicts_in(p, slot))
			deal_room(p, slot);
}

static void write_seats(struct plan *p)
{
	for (size_t i = 0; i < p->n_places; i++)
		if (p->places[i].who != NONE) {
			p->people[p->places[i].who].slot = p->places[i].slot;
			p->people[p->places[i].who].seat = p->places[i].seat;
		}
}

bool seating_assign(struct arena *a, struct seating_person *people, size_t n,
	const struct seating_slot *slots,
	size_t n_slots, const char *seed, const char *label, bool by_lot, seating_may_fn *may,
	void *arg, size_t *ret_unseated)
{
	struct plan p = {.arena = a, .people = people, .n = n, .slots = slots, .n_slots = n_slots,
		.may = may, .arg = arg, .unit = arena_array(a, size_t, n + 1)};
	struct lot *drawn = arena_array(a, struct lot, n + 1);
	size_t *order = arena_array(a, size_t, n + 1);
	for (size_t i = 0; i < n; i++)
		drawn[i] = (struct lot){.id = people[i].id, .index = i};
	lot_draw(drawn, n, seed, label);
	make_places(&p);
	if (n > p.n_places) {
		*ret_unseated = drawn[p.n_places].index;
		return false;
	}
	deal(&p, drawn, n, by_lot, order);
	if (!seat_all(&p, order, n, drawn, ret_unseated))
		return false;
	close_gaps(&p);
	if (!by_lot)
		part_neighbours(&p, seed, label);
	write_seats(&p);
	return true;
}

static int by_unit_only(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->unit, ((const struct member *)b)->unit);
}

size_t seating_conflicts(struct arena *a, const struct seating_person *people, size_t n,
	const struct seating_slot *slots, size_t n_slots)
{
	struct plan p = {.arena = a, .n = n, .slots = slots, .n_slots = n_slots,
		.unit = arena_array(a, size_t, n + 1)};
	struct member *members = arena_array(a, struct member, n + 1);
	size_t found = 0, number = 0;
	make_places(&p);
	for (size_t i = 0; i < n; i++)
		members[i] = (struct member){.unit = people[i].unit, .person = i};
	qsort(members, n, sizeof *members, by_unit_only);
	for (size_t i = 0; i < n; i++) {
		number += !i || strcmp(members[i].unit, members[i - 1].unit) != 0;
		p.unit[members[i].person] = *members[i].unit ? number : 0;
	}
	for (size_t i = 0; i < n; i++) {
		size_t slot = people[i].slot;
		if (slot < n_slots && people[i].seat >= 1 && people[i].seat <= slots[slot].capacity)
			p.places[p.first[slot] + (size_t)people[i].seat - 1].who = i;
	}
	for (size_t i = 0; i < p.n_places; i++)
		found += p.places[i].who == NONE ? 0 : conflicts_at(&p, i);
	return found / 2;
}
