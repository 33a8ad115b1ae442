/* Where everybody sat, with whom watching, and from which unit. */
#include <stdlib.h>
#include <string.h>

#include "domain/exam/look_impl.h"
#include "query/forensics.h"

struct seating {
	struct ctx *cx;
	struct q_forensic_places_rows rooms;
	struct q_forensic_proctors_rows proctors;
	struct q_forensic_units_rows units;
	int *venue_of, *proctor_of; /* by place in rooms, from 1; 0 unknown */
	int *unit_no;               /* by place in units */
};

/* Venues by their first room. */
static void number_venues(struct seating *s, struct look_places *to)
{
	for (size_t i = 0; i < s->rooms.n; i++) {
		size_t k = 0;
		while (k < i && s->rooms.at[k].venue_id != s->rooms.at[i].venue_id)
			k++;
		s->venue_of[i] = k < i ? s->venue_of[k] : ++to->n_venues;
		to->venue[s->venue_of[i]] = s->rooms.at[i].venue_name;
		to->room[i + 1] = text_of(s->cx, "%s %s", s->rooms.at[i].venue_name,
			s->rooms.at[i].room_name);
	}
	to->n_rooms = (int)s->rooms.n;
}

/* Rows come by proctor: whoever has the longest run takes all his rooms that nobody has yet. */
static void number_proctors(struct seating *s, struct look_places *to)
{
	size_t n = s->proctors.n;
	uint8_t *done = arena_array(s->cx->arena, uint8_t, n + 1);
	for (;;) {
		size_t best = n, longest = 0;
		for (size_t i = 0; i < n;) {
			size_t end = i;
			while (end < n && s->proctors.at[end].staff_id
				== s->proctors.at[i].staff_id)
				end++;
			if (!done[i] && end - i > longest) {
				best = i;
				longest = end - i;
			}
			i = end;
		}
		if (best == n)
			return;
		to->proctor[++to->n_proctors] = s->proctors.at[best].name;
		done[best] = 1;
		for (size_t i = best; i < best + longest; i++)
			for (size_t room = 0; room < s->rooms.n; room++)
				if (s->rooms.at[room].id == s->proctors.at[i].batch_room_id
					&& !s->proctor_of[room])
					s->proctor_of[room] = to->n_proctors;
	}
}

static int by_enrolment(const void *a, const void *b, void *self)
{
	const struct q_forensic_units *at = self;
	int64_t x = at[*(const int *)a].id, y = at[*(const int *)b].id;
	return (x > y) - (x < y);
}

/* Rows come by unit; answers are looked up by enrolment. */
static int *number_units(struct seating *s)
{
	size_t n = s->units.n;
	int *order = arena_array(s->cx->arena, int, n + 1), number = 0;
	for (size_t i = 0; i < n; i++) {
		order[i] = (int)i;
		number += !i || !streq(s->units.at[i].unit, s->units.at[i - 1].unit);
		s->unit_no[i] = number;
	}
	qsort_r(order, n, sizeof *order, by_enrolment, s->units.at);
	return order;
}

static int unit_of(const struct seating *s, const int *order, int64_t enrolment_id)
{
	size_t low = 0, high = s->units.n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int64_t id = s->units.at[order[mid]].id;
		if (id == enrolment_id)
			return s->unit_no[order[mid]];
		if (id < enrolment_id)
			low = mid + 1;
		else
			high = mid;
	}
	return 0;
}

static void seat_all(const struct seating *s, const int *order, struct exam_matrix *x)
{
	struct response_person *to = arena_array(s->cx->arena, struct response_person, x->r.n + 1);
	for (int p = 0; p < x->r.n; p++) {
		const struct matrix_person *from = &x->persons[p];
		to[p] = (struct response_person){.form = x->r.persons[p].form,
			.unit = unit_of(s, order, from->enrolment_id)};
		for (size_t i = 0; i < s->rooms.n; i++) {
			const struct q_forensic_places *room = &s->rooms.at[i];
			int64_t per_row = room->per_row > 0 ? room->per_row : 1;
			if (room->id != from->batch_room_id)
				continue;
			to[p].room = (int32_t)i + 1;
			to[p].centre = s->venue_of[i];
			to[p].examiner = s->proctor_of[i];
			to[p].row = (int32_t)((from->seat - 1) / per_row) + 1;
			to[p].col = (int32_t)((from->seat - 1) % per_row) + 1;
		}
	}
	x->r.persons = to;
}

int look_seat(struct ctx *cx, int64_t exam_id, int64_t batch_id, struct exam_matrix *x,
	struct look_places *ret_places)
{
	struct seating s = {.cx = cx};
	struct look_places places = {0};
	int r = q_forensic_places(cx->db, &s.rooms, .exam_id = exam_id);
	if (r >= 0)
		r = q_forensic_proctors(cx->db, &s.proctors, .exam_id = exam_id);
	if (r >= 0)
		r = q_forensic_units(cx->db, &s.units, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	s.venue_of = arena_array(cx->arena, int, s.rooms.n + 1);
	s.proctor_of = arena_array(cx->arena, int, s.rooms.n + 1);
	s.unit_no = arena_array(cx->arena, int, s.units.n + 1);
	places.room = arena_array(cx->arena, const char *, s.rooms.n + 2);
	places.venue = arena_array(cx->arena, const char *, s.rooms.n + 2);
	places.proctor = arena_array(cx->arena, const char *, s.proctors.n + 2);
	number_venues(&s, &places);
	number_proctors(&s, &places);
	seat_all(&s, number_units(&s), x);
	*ret_places = places;
	return 0;
}
