#include "domain/career/career.h"

#include <stdlib.h>

#include "base/civil.h"
#include "domain/evaluation/enrolment.h"
#include "domain/evaluation/person.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "query/career.h"
#include "query/held.h"
#include "query/person.h"
#include "query/standard.h"

enum { LADDERS_MAX = 12 };

struct climbing {
	struct ctx *cx;
	int64_t person_id;
	struct career_ladder *at;
	size_t n;
};

static struct career_ladder *ladder_of(struct climbing *c, int64_t occupation_id)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->at[i].occupation_id == occupation_id)
			return &c->at[i];
	if (!occupation_id || c->n == LADDERS_MAX)
		return NULL;
	c->at[c->n] = (struct career_ladder){.occupation_id = occupation_id};
	return &c->at[c->n++];
}

static void reach(struct climbing *c, int64_t occupation_id, int64_t grade, bool is_certified)
{
	struct career_ladder *l = ladder_of(c, occupation_id);
	if (!l || grade_rank(grade) <= grade_rank(l->reached))
		return;
	l->reached = grade;
	l->is_certified = is_certified;
}

/* Certificates first, then what is declared, then what is tried for. */
static int gather(struct climbing *c)
{
	struct q_certificates_as_facts_rows certificates;
	struct q_facts_of_person_rows facts;
	struct q_held_of_person_rows held;
	struct q_career_tried_rows tried;
	struct db *db = c->cx->db;
	int r = q_certificates_as_facts(db, &certificates, .person_id = c->person_id);
	if (r >= 0)
		r = q_facts_of_person(db, &facts, .person_id = c->person_id);
	if (r >= 0)
		r = q_held_of_person(db, &held, .person_id = c->person_id);
	if (r >= 0)
		r = q_career_tried(db, &tried, .person_id = c->person_id);
	if (r < 0)
		return ctx_pass(c->cx, r);
	for (size_t i = 0; i < tried.n; i++)
		(void)ladder_of(c, tried.at[i].occupation_id);
	for (size_t i = certificates.n; i > 0; i--)
		reach(c, certificates.at[i - 1].occupation_id, certificates.at[i - 1].grade, true);
	for (size_t i = 0; i < facts.n; i++)
		reach(c, facts.at[i].occupation_id, GRADE_NONE, false);
	for (size_t i = 0; i < held.n; i++)
		if (!streq(held.at[i].state, "refused"))
			reach(c, held.at[i].occupation_id, held.at[i].grade, false);
	return 0;
}

/* The lowest grade of the occupation above the one reached. */
static int64_t next_of(const struct career_ladder *l)
{
	for (int64_t grade = GRADE_5; grade >= GRADE_1; grade--)
		if (grade_rank(grade) > grade_rank(l->reached) &&
			occupation_has_grade(l->grades, grade))
			return grade;
	return GRADE_NONE;
}

/* An occupation without a standard in force has a ladder without an answer. */
static int look_up(struct climbing *c, struct career_ladder *l)
{
	struct q_occupation_find occupation;
	struct facts *facts;
	struct ctx *cx = c->cx;
	int r = q_occupation_find(cx->db, &occupation, .id = l->occupation_id);
	if (r < 0)
		return ctx_pass(cx, r);
	l->occupation_name = occupation.name;
	l->grades = occupation.grades;
	l->next = next_of(l);
	if (!l->next)
		return 0;
	if ((r = person_facts(cx, c->person_id, l->occupation_id, NULL, &facts)) < 0)
		return r;
	r = enrolment_judge(cx, 0, l->occupation_id, l->next, facts, ctx_today(cx), &l->answer);
	if (r != ERR_NOTFOUND)
		return r;
	ctx_clear(cx);
	l->answer = (struct rule_answer){0};
	return 0;
}

static int own(struct ctx *cx, int64_t person_id)
{
	bool is_own = cx->actor.role == ROLE_SYSTEM || (person_id
		&& cx->actor.person_id == person_id);
	return is_own ? 0 : fail(cx, ERR_NOTFOUND, "person.not_found");
}

int career_ladders(struct ctx *cx, int64_t person_id, struct career_ladder **ret_ladders,
	size_t *ret_n)
{
	struct climbing c = {.cx = cx, .person_id = person_id,
		.at = arena_array(cx->arena, struct career_ladder, LADDERS_MAX)};
	int r = own(cx, person_id);
	if (r < 0 || (r = gather(&c)) < 0)
		return r;
	for (size_t i = 0; i < c.n; i++)
		if ((r = look_up(&c, &c.at[i])) < 0)
			return r;
	*ret_ladders = c.at;
	*ret_n = c.n;
	return 0;
}

static int later_first(const void *a, const void *b)
{
	const struct career_event *x = a, *y = b;
	return x->on == y->on ? 0 : x->on < y->on ? 1 : -1;
}

int career_events(struct ctx *cx, int64_t person_id, struct career_event **ret_events,
	size_t *ret_n)
{
	struct q_career_certificates_rows certificates;
	struct q_career_enrolments_rows enrolments;
	size_t n = 0;
	int r = own(cx, person_id);
	if (r < 0)
		return r;
	r = q_career_certificates(cx->db, &certificates, .person_id = person_id);
	if (r >= 0)
		r = q_career_enrolments(cx->db, &enrolments, .person_id = person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct career_event *events = arena_array(cx->arena, struct career_event,
		certificates.n + enrolments.n + 1);
	for (size_t i = 0; i < certificates.n; i++)
		events[n++] = (struct career_event){CAREER_CERTIFICATE,
			certificates.at[i].issued_on,
			certificates.at[i].id, text_of(cx, "取得%s%s证书",
				certificates.at[i].occupation_name,
				grade_label(certificates.at[i].grade)), certificates.at[i].number};
	for (size_t i = 0; i < enrolments.n; i++)
		events[n++] = (struct career_event){CAREER_ENROLMENT,
			civil_day_at(enrolments.at[i].created_at),
			enrolments.at[i].id, text_of(cx, "报名%s", enrolments.at[i].title),
			flow_state(&enrolment_flow, enrolments.at[i].state)->label};
	qsort(events, n, sizeof *events, later_first);
	*ret_events = events;
	*ret_n = n;
	return 0;
}
