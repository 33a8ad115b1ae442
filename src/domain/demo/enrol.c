/* Who comes to a batch: new people, people who failed before, people with a certificate in
 * something else. */
#include <string.h>

#include "base/civil.h"
#include "domain/demo/province.h"
#include "domain/evaluation/enrolment.h"
#include "domain/standard/grade.h"
#include "query/enrolment.h"

enum { ENROL_TO_BEFORE = 10, SETTLED_AGE = 38 };

static bool is_pupils(const struct demo_batch *b)
{
	return streq(b->body->kind, "school");
}

static bool may_come(const struct demo *d, const struct demo_person *p, const struct demo_batch *b)
{
	size_t most = sizeof p->certified / sizeof *p->certified;
	if (p == d->worker || p->n_certified == most
		|| p->busy_until_on >= b->exam_on - ENROL_TO_BEFORE)
		return false;
	for (size_t i = 0; i < p->n_certified; i++)
		if (p->certified[i] == b->scope->occupation_id)
			return false;
	return true;
}

/* Somebody who failed this in an earlier batch of the body and has not come again. */
static struct demo_person *find_resit(struct demo *d, const struct demo_batch *b)
{
	for (size_t i = 0; i < d->n_batches; i++) {
		struct demo_batch *old = &d->batches[i];
		if (old->scope != b->scope || old->grade != b->grade
			|| old->work_type_id != b->work_type_id)
			continue;
		for (size_t k = 0; k < old->n_seats; k++)
			if (old->seats[k].has_failed && may_come(d, old->seats[k].person, b)) {
				old->seats[k].has_failed = false;
				return old->seats[k].person;
			}
	}
	return NULL;
}

static struct demo_person *find_certified(struct demo *d, const struct demo_batch *b)
{
	int64_t on = b->exam_on - ENROL_TO_BEFORE;
	for (int tries = 0; tries < 60 && d->n_people; tries++) {
		struct demo_person *p = d->people[chance_below(&d->chance, (int64_t)d->n_people)];
		if (p->n_certified && may_come(d, p, b) &&
			!strncmp(p->region, b->body->region, 4) &&
			civil_years_between(p->birth_on, on) >= SETTLED_AGE)
			return p;
	}
	return NULL;
}

static struct demo_person *pick(struct demo *d, const struct demo_batch *b)
{
	int64_t on = b->exam_on - ENROL_TO_BEFORE;
	struct demo_person *p = chance_is(&d->chance, 30) ? find_resit(d, b) : NULL;
	if (p)
		return p;
	bool open_to_all = streq(b->body->kind, "social") || streq(b->body->kind, "special");
	p = open_to_all && chance_is(&d->chance, 25) ? find_certified(d, b) : NULL;
	if (!p)
		p = demo_person_new(d, b);
	demo_claims(d, p, b->ruleset, b->grade, on, is_pupils(b), chance_is(&d->chance, 6));
	return p;
}

/* The demo worker's own grounds: years of work and, later, her own certificates. */
static void claim_for_worker(struct demo *d, struct demo_batch *b)
{
	d->worker->claims = (struct person_claims){.clause = b->grade == 4 ? "四级①" : "五级②",
		.work_from_on = civil_add_years(civil_day_at(d->until), -7)};
}

static void set_ability(struct demo *d, const struct demo_batch *b, struct demo_seat *s)
{
	s->theory = chance_bell(&d->chance, 7350, 850);
	s->skill = chance_bell(&d->chance, 7500, 800);
	s->leaning = chance_next(&d->chance);
	s->is_absent = chance_is(&d->chance, 3);
	if (s->person != d->worker)
		return;
	s->is_absent = false;
	s->theory = 8350;
	s->skill = streq(b->worker, "fail") ? 5420 : 8700;
}

static void choose(struct demo *d, struct demo_batch *b)
{
	bool open_to_all = streq(b->body->kind, "social") || streq(b->body->kind, "special");
	size_t n = (size_t)(b->quota * chance_between(&d->chance, 58, 88) / 100);
	b->seats = arena_array(d->keep, struct demo_seat, n);
	for (size_t i = 0; i < n; i++) {
		struct demo_seat *s = &b->seats[b->n_seats];
		bool is_worker = !i && *b->worker;
		if (is_worker)
			claim_for_worker(d, b);
		s->person = is_worker ? d->worker : pick(d, b);
		s->person->busy_until_on = b->exam_on + 40;
		s->is_self = is_worker || (open_to_all && chance_is(&d->chance, 60));
		set_ability(d, b, s);
		b->n_seats++;
	}
}

void demo_act_as_worker(struct demo *d, const struct demo_person *p)
{
	demo_act(d, &(struct actor){.role = ROLE_WORKER, .name = p->name, .person_id = p->id,
		.account_id = p->account_id});
}

static int enrol(struct demo *d, struct demo_batch *b, struct demo_seat *s)
{
	struct demo_person *p = s->person;
	int64_t ignored;
	demo_act_as_system(d);
	if (p != d->worker)
		TRY(demo_person_save(d, p));
	if (s->is_self)
		demo_act_as_worker(d, p);
	else
		demo_act(d, &b->body->clerks[0]);
	struct enrolment_in in = {.batch_id = b->id, .person_id = p->id,
		.source = s->is_self ? "self" : "roster",
		.unit = p->unit, .claims = p->claims, .consent = true};
	TRY(enrolment_create(d->cx, &in, &s->enrolment_id));
	d->report.enrolments++;
	if (b->is_live && s->is_self)
		TRY(enrolment_attach(d->cx, p->id, s->enrolment_id, "工作年限证明", "证明.pdf",
			demo_paper(d, text_of(d->cx, "%s 工作年限证明（演示材料）", p->name)),
			&ignored));
	demo_wait(d, chance_between(&d->chance, 20, 400));
	return 0;
}

int demo_enrol(struct demo *d, struct demo_batch *b, int percent)
{
	if (!b->seats)
		choose(d, b);
	size_t upto = b->n_seats * (size_t)percent / 100;
	for (; b->n_enrolled < upto; b->n_enrolled++)
		TRY(enrol(d, b, &b->seats[b->n_enrolled]));
	return 0;
}
