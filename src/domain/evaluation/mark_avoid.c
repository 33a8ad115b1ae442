/* Avoidance at the marking: in rooms as they were arranged, examiner by examiner. */
#include "domain/evaluation/avoid.h"
#include "domain/evaluation/mark.h"
#include "query/mark.h"

struct search {
	struct ctx *cx;
	struct q_batch_staff_rows staff;
	struct q_contacts_of_rooms_rows people;
	struct mark_avoid *found;
	size_t n, cap;
	bool colleagues_too;
};

static void add(struct search *s, struct mark_avoid one)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 16;
		struct mark_avoid *more = arena_array(s->cx->arena, struct mark_avoid, cap);
		for (size_t i = 0; i < s->n; i++)
			more[i] = s->found[i];
		s->found = more;
		s->cap = cap;
	}
	s->found[s->n++] = one;
}

static int against_room(struct search *s, const struct q_batch_staff *staff)
{
	struct q_relations_of_staff_rows relations;
	int r = q_relations_of_staff(s->cx->db, &relations, .staff_id = staff->staff_id);
	if (r < 0)
		return ctx_pass(s->cx, r);
	for (size_t i = 0; i < s->people.n; i++) {
		const struct q_contacts_of_rooms *p = &s->people.at[i];
		if (p->batch_room_id != staff->batch_room_id)
			continue;
		const char *reason = avoid_reason(staff, &relations, p->idno_index, p->unit,
			s->colleagues_too);
		if (reason)
			add(s, (struct mark_avoid){staff->batch_room_id, staff->account_id,
				p->person_id, reason});
	}
	return 0;
}

static bool is_examiner(const struct q_batch_staff *staff, int64_t batch_room_id)
{
	return (streq(staff->duty, "examiner") || streq(staff->duty, "leader")) &&
		(!batch_room_id || staff->batch_room_id == batch_room_id);
}

int mark_avoidances(struct ctx *cx, int64_t batch_id, int64_t batch_room_id,
	struct mark_avoid **ret_avoids, size_t *ret_n)
{
	struct q_batch_find batch;
	struct search s = {.cx = cx};
	int r = q_batch_find(cx->db, &batch, .id = batch_id, .scope = scope_all());
	if (r >= 0)
		r = q_batch_staff(cx->db, &s.staff, .batch_id = batch_id);
	if (r >= 0)
		r = q_contacts_of_rooms(cx->db, &s.people, .batch_id = batch_id,
			.batch_room_id = batch_room_id);
	if (r < 0)
		return ctx_pass(cx, r);
	s.colleagues_too = avoid_colleagues(cx, &batch);
	for (size_t i = 0; i < s.staff.n; i++)
		if (is_examiner(&s.staff.at[i], batch_room_id) &&
			(r = against_room(&s, &s.staff.at[i])) < 0)
			return r;
	*ret_avoids = s.found;
	*ret_n = s.n;
	return 0;
}

const char *mark_avoid_reason(const struct mark_avoid *avoids, size_t n, int64_t batch_room_id,
	int64_t account_id, int64_t person_id)
{
	for (size_t i = 0; i < n; i++)
		if (avoids[i].batch_room_id == batch_room_id
			&& avoids[i].account_id == account_id &&
			avoids[i].person_id == person_id)
			return avoids[i].reason;
	return NULL;
}
