/* Avoidance 回避: staff of a batch against the people enrolled in it, by what the records know:
 * declared relations, the same person on both sides, the same telephone, and (where the region asks
 * for it) the same employer. */
#include <string.h>

#include "base/civil.h"
#include "core/secret.h"
#include "core/setting.h"
#include "domain/evaluation/avoid.h"
#include "domain/evaluation/batch.h"
#include "query/batch.h"
#include "query/enrolment.h"
#include "query/registry.h"

struct search {
	struct ctx *cx;
	struct q_batch_staff_rows staff;
	struct q_enrolled_contacts_rows people;
	const char **phones; /* blind indexes, by person; "" unknown */
	struct plan_avoid *pairs;
	size_t n, cap;
	bool colleagues_too;
};

static void pair(struct search *s, const struct q_batch_staff *staff,
	const struct q_enrolled_contacts *person, const char *reason)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		struct plan_avoid *more = arena_array(s->cx->arena, struct plan_avoid, cap);
		if (s->n)
			memcpy(more, s->pairs, s->n * sizeof *more);
		s->pairs = more;
		s->cap = cap;
	}
	s->pairs[s->n++] = (struct plan_avoid){staff->name, person->name, reason,
		staff->batch_room_id, person->person_id};
}

static const char *relation_text(const char *relation)
{
	static const char *const names[][2] = {{"relative", "近亲属"}, {"teacher", "师生"},
		{"master", "师徒"}, {"colleague", "同事"}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (streq(relation, names[i][0]))
			return names[i][1];
	return "已申报的关系";
}

static const char *declared(const struct q_relations_of_staff_rows *relations,
	const char *idno_index)
{
	for (size_t i = 0; i < relations->n; i++)
		if (streq(relations->at[i].idno_index, idno_index))
			return relation_text(relations->at[i].relation);
	return NULL;
}

const char *avoid_reason(const struct q_batch_staff *staff,
	const struct q_relations_of_staff_rows *relations, const char *idno_index, const char *unit,
	bool colleagues_too)
{
	if (streq(staff->idno_index, idno_index))
		return "同一人";
	const char *relation = declared(relations, idno_index);
	if (relation)
		return relation;
	if (colleagues_too && !is_blank(staff->employer) && streq(staff->employer, unit))
		return "同一单位";
	return NULL;
}

static const char *reason_for(const struct search *s, const struct q_batch_staff *staff, size_t i,
	const struct q_relations_of_staff_rows *relations)
{
	const struct q_enrolled_contacts *person = &s->people.at[i];
	const char *reason = avoid_reason(staff, relations, person->idno_index, person->unit,
		s->colleagues_too);
	if (!reason && *staff->phone_index && streq(staff->phone_index, s->phones[i]))
		return "登记的电话相同";
	return reason;
}

bool avoid_colleagues(struct ctx *cx, const struct q_batch_find *batch)
{
	int64_t on = batch->first_at ? civil_day_at(batch->first_at) : 0;
	return !streq(batch->body_kind, "enterprise") &&
		setting_int(cx, "examiner.avoid_colleagues", batch->region, on);
}

/* In every room where this person is on duty. */
static void pair_everywhere(struct search *s, const struct q_batch_staff *staff, size_t i,
	const char *reason)
{
	for (size_t k = 0; k < s->staff.n; k++)
		if (s->staff.at[k].staff_id == staff->staff_id &&
			!streq(s->staff.at[k].duty, "supervisor"))
			pair(s, &s->staff.at[k], &s->people.at[i], reason);
}

static int against_everybody(struct search *s, const struct q_batch_staff *staff)
{
	struct q_relations_of_staff_rows relations;
	int r = q_relations_of_staff(s->cx->db, &relations, .staff_id = staff->staff_id);
	if (r < 0)
		return ctx_pass(s->cx, r);
	for (size_t i = 0; i < s->people.n; i++) {
		const char *reason = reason_for(s, staff, i, &relations);
		if (reason)
			pair_everywhere(s, staff, i, reason);
	}
	return 0;
}

/* Each person is compared once, in however many rooms he is on duty. */
static bool is_first_duty(const struct search *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (s->staff.at[k].staff_id == s->staff.at[i].staff_id &&
			!streq(s->staff.at[k].duty, "supervisor"))
			return false;
	return true;
}

static int read_phones(struct search *s)
{
	s->phones = arena_array(s->cx->arena, const char *, s->people.n + 1);
	for (size_t i = 0; i < s->people.n; i++) {
		const char *phone;
		int r = secret_open(s->cx, "person.phone_cipher", s->people.at[i].phone_cipher,
			&phone);
		if (r < 0)
			return r;
		s->phones[i] = is_blank(phone) ? "" : secret_phone_index(s->cx, phone);
	}
	return 0;
}

int batch_avoidance(struct ctx *cx, int64_t batch_id, const struct plan_avoid **ret_pairs,
	size_t *ret_n)
{
	struct q_batch_find batch;
	struct search s = {.cx = cx};
	int r = batch_get(cx, batch_id, &batch);
	if (r < 0)
		return r;
	r = q_batch_staff(cx->db, &s.staff, .batch_id = batch_id);
	if (r >= 0)
		r = q_enrolled_contacts(cx->db, &s.people, .batch_id = batch_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = read_phones(&s)) < 0)
		return r;
	s.colleagues_too = avoid_colleagues(cx, &batch);
	for (size_t i = 0; i < s.staff.n; i++)
		if (!streq(s.staff.at[i].duty, "supervisor") && is_first_duty(&s, i) &&
			(r = against_everybody(&s, &s.staff.at[i])) < 0)
			return r;
	*ret_pairs = s.pairs;
	*ret_n = s.n;
	return 0;
}
