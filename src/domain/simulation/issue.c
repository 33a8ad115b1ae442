/* One batch, from the people to their certificates. */
#include "base/civil.h"
#include "base/ident.h"
#include "domain/certificate/certificate.h"
#include "domain/evaluation/batch.h"
#include "domain/simulation/simulating.h"
#include "domain/standard/grade.h"
#include "query/result.h"
#include "query/simulation.h"

struct one {
	struct simulating *s;
	struct ctx *cx;
	const struct sim_batch *plan;
	const struct sim_body *body;
	const struct sim_registered *registered;
	const struct sim_thing *thing;
	int64_t id;
	size_t n;
	struct person_in *people;
	int64_t *person_ids;
	struct chance chance;
};

static int put_batch(struct one *o, size_t i)
{
	struct ctx *cx = o->cx;
	int64_t today = ctx_today(cx), first = civil_midnight(today - 20) + 9 * 3600;
	bool special = o->body->kind == SIM_SPECIAL;
	const char *what = special ? "专项职业能力" : grade_label(o->plan->grade);
	int r = q_simulation_batch_insert(cx->db, .id = o->id, .body_id = o->registered->id,
		.region = o->registered->region,
		.batch_no = text_of(cx, "%s-%06zu", o->registered->code, i),
		.title = text_of(cx, "%d年%s%s", (int)civil_of(today).year, o->thing->name, what),
		.occupation_id = o->thing->occupation_id,
		.special_project_id = special ? o->thing->id : 0, .grade = o->plan->grade,
		.enrol_from_on = today - 60, .enrol_to_on = today - 40, .quota = (int64_t)o->n,
		.first_at = first, .last_at = first + 8 * 3600, .publicity_from_on = today - 10,
		.publicity_to_on = today - 3, .n_enrolled = (int64_t)o->n,
		.n_accepted = (int64_t)o->n, .n_passed = (int64_t)o->n, .created_at = ctx_now(cx),
		.filed_at = first - 50 * 86400);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int put_people(struct one *o)
{
	bool is_pupil = o->body->kind == SIM_SCHOOL;
	o->people = arena_array(o->cx->arena, struct person_in, o->n);
	o->person_ids = arena_array(o->cx->arena, int64_t, o->n);
	for (size_t i = 0; i < o->n; i++)
		sim_person(o->s, is_pupil, o->plan->first_person + (int64_t)i,
			o->registered->region, o->body->kind == SIM_ENTERPRISE
			? o->registered->name : "", &o->people[i]);
	return person_save_many(o->cx, o->people, o->n, o->person_ids);
}

static const char *score(struct one *o)
{
	return text_of(o->cx, "%d.%d0", (int)chance_between(&o->chance, 60, 98),
		(int)chance_below(&o->chance, 2) * 5);
}

static int put_results(struct one *o)
{
	struct ctx *cx = o->cx;
	struct q_simulation_enrolment_insert_in *e = arena_array(cx->arena,
		struct q_simulation_enrolment_insert_in, o->n);
	struct q_result_insert_in *r = arena_array(cx->arena, struct q_result_insert_in, o->n);
	int64_t now = ctx_now(cx);
	for (size_t i = 0; i < o->n; i++) {
		const char *mask = ident_mask_idno(cx->arena, str_of(o->people[i].idno));
		e[i] = (struct q_simulation_enrolment_insert_in){.person_id = o->person_ids[i],
			.id = ctx_id(cx), .batch_id = o->id, .body_id = o->registered->id,
			.region = o->registered->region, .seq = (int64_t)i + 1,
			.name = o->people[i].name, .idno_mask = mask,
			.unit = o->people[i].employer, .facts = "{}", .judged_at = now,
				.consent_at = now,
			.created_at = now};
		r[i] = (struct q_result_insert_in){.person_id = o->person_ids[i],
			.enrolment_id = e[i].id, .result_version = 1, .batch_id = o->id,
			.body_id = e[i].body_id, .region = e[i].region, .seq = e[i].seq,
			.name = e[i].name, .idno_mask = mask, .theory = score(o),
			.skill = score(o), .outcome = "passed"};
	}
	int ret = q_simulation_enrolment_insert_bulk(cx->db, e, o->n, NULL);
	if (ret >= 0)
		ret = q_result_insert_bulk(cx->db, r, o->n, NULL);
	return ret < 0 ? ctx_pass(cx, ret) : 0;
}

static const struct sim_thing *thing_of(const struct simulating *s, const struct sim_batch *b,
	int kind)
{
	return kind == SIM_SPECIAL ? &s->projects[b->slot] : &s->occupations[b->slot];
}

int sim_batch(struct simulating *s, size_t i)
{
	const struct sim_batch *plan = &s->plan.batches[i];
	const struct sim_body *body = &s->plan.bodies[plan->body];
	struct one o = {.s = s, .cx = s->cx, .plan = plan, .body = body,
		.registered = &s->bodies[plan->body], .thing = thing_of(s, plan, body->kind),
		.id = ctx_id(s->cx), .n = (size_t)plan->n,
		.chance = {s->seed ^ (uint64_t)i * UINT64_C(0x2545f4914f6cdd1d)}};
	int issued, r = put_batch(&o, i);
	if (r < 0 || (r = put_people(&o)) < 0 || (r = put_results(&o)) < 0)
		return r;
	if ((r = certificate_issue_batch(s->cx, o.id, &issued)) < 0)
		return r;
	if (issued != (int)o.n)
		return fail(s->cx, ERR_BUG, "simulation.not_alone");
	return flow_run(s->cx, &batch_flow, 0, o.id, "archive", "", NULL);
}
