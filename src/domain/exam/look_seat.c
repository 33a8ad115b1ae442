/* Where everybody sat, with whom watching, and from which unit. */
#include <stdlib.h>
#include <string.h>

#include "domain/exam/look_impl.h"
#include "query/forensics.h"

struct seating {
	struct ctx *cx;
	const struct q_forensic_exams *exams;
	size_t n_exams;
	struct q_forensic_places_rows rooms;       /* by id */
	struct q_forensic_proctors_rows proctors;  /* by person */
	struct q_forensic_units_rows units;        /* by name */
	int *venue_of, *proctor_of; /* by place in rooms, from 1; 0 unknown */
	int *unit_no;               /* by place in units */
};

/* Rows of one exam behind those of the others. */
#define APPEND(s, list, more) do { \
	size_t size_ = sizeof *(list).at; \
	void *at_ = arena_alloc((s)->cx->arena, size_ * ((list).n + (more).n + 1)); \
	if ((list).n) \
		memcpy(at_, (list).at, size_ * (list).n); \
	if ((more).n) \
		memcpy((char *)at_ + size_ * (list).n, (more).at, size_ * (more).n); \
	(list).at = at_; \
	(list).n += (more).n; \
} while (0)

static int load_exam(struct seating *s, const struct q_forensic_exams *exam)
{
	struct q_forensic_places_rows rooms;
	struct q_forensic_proctors_rows proctors;
	struct q_forensic_units_rows units;
	struct ctx *cx = s->cx;
	int r = q_forensic_places(cx->db, &rooms, .exam_id = exam->id);
	if (r >= 0)
		r = q_forensic_proctors(cx->db, &proctors, .exam_id = exam->id);
	if (r >= 0)
		r = q_forensic_units(cx->db, &units, .batch_id = exam->batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; s->n_exams > 1 && i < rooms.n; i++)
		rooms.at[i].venue_name = text_of(cx, "%s %s", exam->body_name,
			rooms.at[i].venue_name);
	APPEND(s, s->rooms, rooms);
	APPEND(s, s->proctors, proctors);
	APPEND(s, s->units, units);
	return 0;
}

static int compare(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

static int by_room(const void *a, const void *b)
{
	return compare(((const struct q_forensic_places *)a)->id,
		((const struct q_forensic_places *)b)->id);
}

static int by_proctor(const void *a, const void *b)
{
	const struct q_forensic_proctors *x = a, *y = b;
	int order = compare(x->staff_id, y->staff_id);
	return order ? order : compare(x->batch_room_id, y->batch_room_id);
}

static int by_unit(const void *a, const void *b)
{
	const struct q_forensic_units *x = a, *y = b;
	int order = strcmp(x->unit, y->unit);
	return order ? order : compare(x->id, y->id);
}

static int load(struct seating *s)
{
	for (size_t e = 0; e < s->n_exams; e++) {
		int r = load_exam(s, &s->exams[e]);
		if (r < 0)
			return r;
	}
	qsort(s->rooms.at, s->rooms.n, sizeof *s->rooms.at, by_room);
	qsort(s->proctors.at, s->proctors.n, sizeof *s->proctors.at, by_proctor);
	qsort(s->units.at, s->units.n, sizeof *s->units.at, by_unit);
	return 0;
}

/* Place in rooms; rooms.n when it is none of them. */
static size_t room_at(const struct seating *s, int64_t id)
{
	const struct q_forensic_places key = {.id = id};
	const struct q_forensic_places *found = s->rooms.n ? bsearch(&key, s->rooms.at, s->rooms.n,
		sizeof key, by_room) : NULL;
	return found ? (size_t)(found - s->rooms.at) : s->rooms.n;
}

static size_t exam_at(const struct seating *s, int64_t id)
{
	size_t e = 0;
	while (e + 1 < s->n_exams && s->exams[e].id != id)
		e++;
	return e;
}

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
		for (size_t i = best; i < best + longest; i++) {
			size_t room = room_at(s, s->proctors.at[i].batch_room_id);
			if (room < s->rooms.n && !s->proctor_of[room])
				s->proctor_of[room] = to->n_proctors;
		}
	}
}

static int by_enrolment(const void *a, const void *b, void *self)
{
	const struct q_forensic_units *at = self;
	return compare(at[*(const int *)a].id, at[*(const int *)b].id);
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

/* Bodies by their first exam. */
static int *number_exams(struct seating *s, struct look_places *to)
{
	int *body_of = arena_array(s->cx->arena, int, s->n_exams + 1), bodies = 0;
	for (size_t e = 0; s->n_exams > 1 && e < s->n_exams; e++) {
		size_t k = 0;
		while (k < e && s->exams[k].body_id != s->exams[e].body_id)
			k++;
		body_of[e] = k < e ? body_of[k] : ++bodies;
		to->body[body_of[e]] = s->exams[e].body_name;
		to->exam[e + 1] = s->exams[e].title;
	}
	return body_of;
}

static void seat_all(struct seating *s, struct look_places *places, struct exam_matrix *x)
{
	struct response_person *to = arena_copy(s->cx->arena, x->r.persons,
		sizeof *to * (size_t)(x->r.n + 1));
	const int *order = number_units(s), *body_of = number_exams(s, places);
	for (int p = 0; p < x->r.n; p++) {
		const struct matrix_person *from = &x->persons[p];
		size_t i = room_at(s, from->batch_room_id), e = exam_at(s, from->exam_id);
		to[p].unit = unit_of(s, order, from->enrolment_id);
		to[p].body = body_of[e];
		to[p].exam = s->n_exams > 1 ? (int32_t)e + 1 : 0;
		if (i == s->rooms.n)
			continue;
		int64_t per_row = s->rooms.at[i].per_row > 0 ? s->rooms.at[i].per_row : 1;
		to[p].room = (int32_t)i + 1;
		to[p].centre = s->venue_of[i];
		to[p].examiner = s->proctor_of[i];
		to[p].row = (int32_t)((from->seat - 1) / per_row) + 1;
		to[p].col = (int32_t)((from->seat - 1) % per_row) + 1;
	}
	x->r.persons = to;
}

int look_seat(struct ctx *cx, const struct q_forensic_exams *exams, size_t n_exams,
	struct exam_matrix *x, struct look_places *ret_places)
{
	struct seating s = {.cx = cx, .exams = exams, .n_exams = n_exams};
	struct look_places places = {0};
	int r = load(&s);
	if (r < 0)
		return r;
	s.venue_of = arena_array(cx->arena, int, s.rooms.n + 1);
	s.proctor_of = arena_array(cx->arena, int, s.rooms.n + 1);
	s.unit_no = arena_array(cx->arena, int, s.units.n + 1);
	places.room = arena_array(cx->arena, const char *, s.rooms.n + 2);
	places.venue = arena_array(cx->arena, const char *, s.rooms.n + 2);
	places.proctor = arena_array(cx->arena, const char *, s.proctors.n + 2);
	places.body = arena_array(cx->arena, const char *, n_exams + 2);
	places.exam = arena_array(cx->arena, const char *, n_exams + 2);
	number_venues(&s, &places);
	number_proctors(&s, &places);
	seat_all(&s, &places, x);
	*ret_places = places;
	return 0;
}
