/* Results: objections, changes after the freeze, confirmation. */
#include "base/civil.h"
#include "domain/demo/province.h"
#include "domain/evaluation/result.h"
#include "domain/standard/grade.h"
#include "query/batch.h"
#include "query/demo.h"
#include "query/mark.h"
#include "query/result.h"

static int object(struct demo *d, struct demo_batch *b, bool is_answered)
{
	int64_t id;
	demo_act(d, &(struct actor){.role = ROLE_PUBLIC});
	const char *name = demo_name(d, false), *phone = demo_phone(d);
	TRY(objection_create(d->cx, b->id, name, phone,
		"本人理论考试成绩与估分相差较大，申请复核答题卡。", &id));
	if (!is_answered)
		return 0;
	demo_wait(d, 26 * HOUR);
	demo_act(d, &b->body->clerks[0]);
	return flow_run(d->cx, &objection_flow, 0, id, "answer",
		"经两名工作人员复核，答题卡各题得分与合分无误，维持原成绩。", NULL);
}

/* A theory mark just below the line, or the first one there is. */
static int find_borderline(struct demo *d, struct demo_batch *b, struct q_parts_of_batch *ret_part)
{
	struct q_parts_of_batch_rows parts;
	const struct q_parts_of_batch *found = NULL;
	int r = q_parts_of_batch(d->cx->db, &parts, .batch_id = b->id);
	if (r < 0)
		return ctx_pass(d->cx, r);
	for (size_t i = 0; i < parts.n; i++) {
		const struct q_parts_of_batch *p = &parts.at[i];
		bool fits = p->part == PART_THEORY && streq(p->part_state,
			"scored") && !streq(p->attempt, "kept");
		if (fits && (!found || (p->score_centi < 6000 && found->score_centi >= 6000)))
			found = p;
	}
	if (!found)
		return fail(d->cx, ERR_NOTFOUND, "mark.not_found");
	*ret_part = *found;
	return 0;
}

static int change(struct demo *d, struct demo_batch *b, bool is_applied)
{
	int64_t id;
	struct q_parts_of_batch part;
	TRY(find_borderline(d, b, &part));
	struct result_change_in in = {.person_id = part.person_id,
		.enrolment_id = part.enrolment_id, .part = part.part,
		.new_centi = part.score_centi + 350, .new_state = "scored",
		.reason = "第四大题第3小题漏评3.5分，经复核应予补计"};
	demo_act(d, &b->body->clerks[0]);
	TRY(result_change_request(d->cx, &in, &id));
	demo_wait(d, 2 * HOUR);
	demo_act(d, &b->body->manager);
	TRY(flow_run(d->cx, &result_change_flow, part.person_id, id, "approve", "情况属实", NULL));
	if (!is_applied)
		return 0;
	demo_wait(d, 5 * HOUR);
	demo_act(d, &demo_office_of(d, b->body->region)->head);
	return flow_run(d->cx, &result_change_flow, part.person_id, id, "apply", "同意更正", NULL);
}

int demo_dispute(struct demo *d, struct demo_batch *b)
{
	if (streq(b->twist, "objection") || streq(b->twist, "objection_open"))
		return object(d, b, streq(b->twist, "objection"));
	if (streq(b->twist, "change") || streq(b->twist, "change_open"))
		return change(d, b, streq(b->twist, "change"));
	return 0;
}

static void note_outcome(struct demo_batch *b, const struct q_results_of_version *row)
{
	for (size_t i = 0; i < b->n_enrolled; i++)
		if (b->seats[i].enrolment_id == row->enrolment_id) {
			struct demo_person *p = b->seats[i].person;
			b->seats[i].has_failed = streq(row->outcome, "failed");
			if (!b->seats[i].has_failed
				&& p->n_certified < sizeof p->certified / sizeof *p->certified)
				p->certified[p->n_certified++] = b->scope->occupation_id;
		}
}

int demo_confirm(struct demo *d, struct demo_batch *b)
{
	struct q_batch_find batch;
	struct q_results_of_version_rows rows;
	demo_act(d, &demo_office_of(d, b->body->region)->clerk);
	TRY(result_confirm(d->cx, b->id));
	int r = q_batch_find(d->cx->db, &batch, .id = b->id, .scope = d->cx->scope);
	if (r >= 0)
		r = q_results_of_version(d->cx->db, &rows, .batch_id = b->id,
			.result_version = batch.result_version);
	if (r < 0)
		return ctx_pass(d->cx, r);
	for (size_t i = 0; i < rows.n; i++)
		note_outcome(b, &rows.at[i]);
	return 0;
}
