/* Enrolling: the judgement, what stands against it, the row with its parts. */
#include "domain/evaluation/enrolment.h"

#include "base/civil.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment_row.h"
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "query/batch.h"
#include "query/enrolment.h"
#include "query/person.h"
#include "query/standard.h"

int enrolment_ruleset(struct ctx *cx, const struct q_batch_find *batch,
	const struct ruleset **ret_set)
{
	return *batch->ruleset_version
		? standard_ruleset_at(cx, batch->ruleset, batch->ruleset_version, ret_set)
		: standard_ruleset(cx, batch->ruleset, ret_set);
}

int enrolment_judge_by(struct ctx *cx, const struct ruleset *set, int64_t grade,
	const struct facts *facts, int64_t on, struct rule_answer *ret_answer)
{
	const char *name = grade ? text_of(cx, "%d", (int)grade) : "special";
	int r = rule_judge(cx->arena, set, name, facts, on, ret_answer);
	return r < 0 ? fail(cx, r, "enrolment.no_rule", grade_label(grade)) : 0;
}

/* The rules of a batch, or else of the standard in force for the occupation. */
static int ruleset_for(struct ctx *cx, int64_t batch_id, int64_t occupation_id, int64_t grade,
	int64_t on, const struct ruleset **ret_set)
{
	struct q_batch_find batch;
	struct q_standard_in_force standard;
	int r;
	if (batch_id) {
		r = q_batch_find(cx->db, &batch, .id = batch_id, .scope = scope_all());
		if (r == 0)
			return enrolment_ruleset(cx, &batch, ret_set);
	} else if (grade) {
		r = q_standard_in_force(cx->db, &standard, .occupation_id = occupation_id,
			.on_day = on);
		if (r == 0)
			return standard_ruleset_on(cx, standard.ruleset, on, ret_set);
	} else {
		return standard_ruleset(cx, "special-skill", ret_set);
	}
	return r == ERR_NOTFOUND ? fail(cx, r, "batch.no_standard") : ctx_pass(cx, r);
}

int enrolment_judge(struct ctx *cx, int64_t batch_id, int64_t occupation_id, int64_t grade,
	struct facts *facts, int64_t on, struct rule_answer *ret_answer)
{
	const struct ruleset *set;
	int r = ruleset_for(cx, batch_id, occupation_id, grade, on, &set);
	return r < 0 ? r : enrolment_judge_by(cx, set, grade, facts, on, ret_answer);
}

const char *enrolment_verdict_code(enum rule_verdict verdict)
{
	static const char *const codes[] = {[RULE_MET] = "met", [RULE_NOT_MET] = "not_met",
		[RULE_UNKNOWN] = "unknown"};
	return codes[verdict];
}

/* The answer in one line: the clause that held, or what the nearest one still lacks. */
const char *enrolment_verdict_text(struct ctx *cx, const struct rule_answer *answer)
{
	const struct rule_alternative *near = answer->nearest ? answer->nearest : answer->n
		? &answer->alternatives[0] : NULL;
	if (answer->held)
		return text_of(cx, "符合%s：%s", answer->held->clause, answer->held->text);
	if (!near)
		return "没有可用的申报条件";
	const char *missing = "";
	for (size_t i = 0; i < near->n_missing; i++)
		missing = text_of(cx, "%s%s%s", missing, i ? "；" : "", near->missing[i].text);
	if (near->met_on)
		return text_of(cx, "最接近%s：%s；%s起符合", near->clause, missing,
			civil_day_text_zh(cx->arena, near->met_on));
	return text_of(cx, "最接近%s：%s", near->clause, missing);
}

int enrolment_batch_takes(struct ctx *cx, const struct q_batch_find *batch)
{
	if (!streq(batch->state, "enrolling"))
		return fail(cx, ERR_STATE, "enrolment.batch_not_open",
			flow_state(&batch_flow, batch->state)->label);
	int r = registry_may_go_on(cx, batch->body_state);
	if (r < 0)
		return r;
	if (batch->n_enrolled >= batch->quota)
		return fail(cx, ERR_LIMIT, "enrolment.full", text_of(cx, "%d", (int)batch->quota));
	return 0;
}

int enrolment_clashes(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id)
{
	struct q_enrolments_same_days_rows others;
	struct q_certificate_same_rows held;
	int r = q_enrolments_same_days(cx->db, &others, .person_id = person_id,
		.batch_id = batch->id,
		.from_at = civil_midnight(civil_day_at(batch->first_at)),
		.to_at = civil_midnight(civil_day_at(batch->last_at) + 1));
	if (r >= 0)
		r = q_certificate_same(cx->db, &held, .person_id = person_id,
			.occupation_id = batch->occupation_id, .grade = batch->grade,
			.work_type_name = batch->special_project_id ? batch->project_name
				: batch->work_type_name);
	if (r < 0)
		return ctx_pass(cx, r);
	if (others.n)
		return fail(cx, ERR_CONFLICT, "enrolment.other_batch", others.at[0].title,
			civil_time_text(cx->arena, others.at[0].first_at));
	return held.n ? fail(cx, ERR_CONFLICT, "enrolment.certified", held.at[0].number) : 0;
}

static int not_twice(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id)
{
	struct q_enrolment_of_person same;
	int r = q_enrolment_of_person(cx->db, &same, .person_id = person_id, .batch_id = batch->id);
	if (r == 0)
		return fail(cx, ERR_CONFLICT, "enrolment.already");
	return r == ERR_NOTFOUND ? enrolment_clashes(cx, batch, person_id) : ctx_pass(cx, r);
}

int enrolment_hold_person(struct ctx *cx, int64_t person_id)
{
	int r = q_person_lock(cx->db, .person_id = person_id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Whoever is in already hears that, not that the batch is full. */
int enrolment_check(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id)
{
	int r = not_twice(cx, batch, person_id);
	return r < 0 ? r : enrolment_batch_takes(cx, batch);
}

/* The tries that belong together: the first of all parts, and its resits. */
struct tries {
	struct q_attempts_failed_rows rows; /* latest first */
	size_t n; /* of them; 0: this is a first one */
	bool void_drops; /* who cheated in a part keeps none of that try */
};

static bool keeps(const struct tries *t, int64_t enrolment_id)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows.at[i].id == enrolment_id)
			return !t->void_drops || !t->rows.at[i].n_void;
	return false;
}

/* A pass of an earlier attempt that may still be kept, if there is one. */
static const struct q_parts_passed_before *kept_pass(const struct q_parts_passed_before_rows *rows,
	const struct tries *tries, int64_t part)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->at[i].part == part && keeps(tries, rows->at[i].enrolment_id))
			return &rows->at[i];
	return NULL;
}

static int put_part(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id, int64_t id,
	int64_t part, const struct q_parts_passed_before *kept, bool again)
{
	int r = q_enrolment_part_insert(cx->db, .person_id = person_id, .enrolment_id = id,
		.part = part,
		.batch_id = batch->id, .body_id = batch->body_id, .region = batch->region,
		.attempt = kept ? "kept" : again ? "resit" : "new",
		.part_state = kept ? "scored" : "pending",
		.score_centi = kept ? kept->score_centi : 0,
		.explained = kept ? text_of(cx, "保留以前的合格成绩，有效期至 %s",
					   civil_day_text(cx->arena, kept->kept_until_on))
				  : "",
		.kept_from_id = kept ? kept->enrolment_id : 0,
		.kept_until_on = kept ? kept->kept_until_on : 0);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int put_new_parts(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id,
	int64_t id)
{
	int r = 0;
	for (int64_t part = PART_THEORY; part <= PART_REVIEW && r >= 0; part <<= 1)
		if (batch->parts & part)
			r = put_part(cx, batch, person_id, id, part, NULL, false);
	return r;
}

/* Resits count from the try in which everything was sat anew, months from the end of its
 * registration, as the passes of it are kept. */
static int find_tries(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id,
	struct tries *ret_tries)
{
	struct tries t = {0};
	int64_t months, most, drops, on = civil_day_at(batch->first_at);
	size_t first = 0;
	int r = setting_get(cx, "resit.months", batch->region, on, &months);
	if (r < 0 || (r = setting_get(cx, "resit.max", batch->region, on, &most)) < 0 ||
		(r = setting_get(cx, "resit.void_drops", batch->region, on, &drops)) < 0)
		return r;
	t.void_drops = drops;
	r = q_attempts_failed(cx->db, &t.rows, .person_id = person_id,
		.occupation_id = batch->occupation_id, .work_type_id = batch->work_type_id,
		.special_project_id = batch->special_project_id, .grade = batch->grade);
	if (r < 0)
		return ctx_pass(cx, r);
	while (first + 1 < t.rows.n && t.rows.at[first].n_again)
		first++;
	bool may_resit = t.rows.n && (int64_t)first < most && batch->enrol_to_on <=
		civil_add_months(t.rows.at[first].enrol_to_on, months);
	t.n = may_resit ? first + 1 : 0;
	*ret_tries = t;
	return 0;
}

/* Passes are kept for a number of months and resits; past either, everything is sat anew. */
static int put_parts(struct ctx *cx, const struct q_batch_find *batch, int64_t person_id,
	int64_t id)
{
	struct q_parts_passed_before_rows passed;
	struct tries tries;
	int r = find_tries(cx, batch, person_id, &tries);
	if (r < 0)
		return r;
	r = q_parts_passed_before(cx->db, &passed, .person_id = person_id,
		.occupation_id = batch->occupation_id,
		.work_type_id = batch->work_type_id,
		.special_project_id = batch->special_project_id, .grade = batch->grade,
		.on_day = batch->enrol_to_on);
	if (r < 0)
		return ctx_pass(cx, r);
	for (int64_t part = PART_THEORY; part <= PART_REVIEW && r >= 0; part <<= 1)
		if (batch->parts & part)
			r = put_part(cx, batch, person_id, id, part,
				kept_pass(&passed, &tries, part), tries.n > 0);
	return r;
}

int enrolment_insert(struct ctx *cx, const struct q_batch_find *batch,
	const struct enrolment_in *in,
	const struct rule_answer *answer, const char *facts_json, int64_t seq,
	const struct person_known *person, int64_t *ret_id)
{
	int64_t id = ctx_id(cx);
	int r = q_enrolment_insert(cx->db, .person_id = person->person_id, .id = id,
		.batch_id = batch->id,
		.body_id = batch->body_id, .region = batch->region, .source = in->source,
		.seq = seq, .name = person->name, .idno_mask = person->idno_mask, .unit = in->unit,
		.clause_declared = in->claims.clause,
		.verdict = enrolment_verdict_code(answer->verdict),
		.clause = answer->held ? answer->held->clause : "",
		.verdict_text = enrolment_verdict_text(cx, answer),
		.met_on = answer->nearest ? answer->nearest->met_on : 0, .facts = facts_json,
		.ruleset = batch->ruleset,
		.ruleset_version = ruleset_version(answer->set), .judged_at = ctx_now(cx),
		.consent_at = in->consent ? ctx_now(cx) : 0,
		.photo_file_id = in->photo_file_id ? in->photo_file_id : person->photo_file_id,
		.created_by = cx->actor.account_id, .created_at = ctx_now(cx));
	if (r == ERR_CONFLICT)
		return fail(cx, r, "enrolment.already");
	if (r < 0)
		return ctx_pass(cx, r);
	r = (person->is_new ? put_new_parts : put_parts)(cx, batch, person->person_id, id);
	if (r < 0 || (r = flow_note(cx, "enrolment", person->person_id, id, "submit",
		streq(in->source, "roster") ? "花名册导入" : "本人网上报名")) < 0)
		return r;
	*ret_id = id;
	return 0;
}

static int judge_claims(struct ctx *cx, const struct q_batch_find *batch,
	const struct enrolment_in *in, struct rule_answer *ret_answer, const char **ret_text)
{
	struct facts *facts;
	int r = person_facts(cx, in->person_id, batch->occupation_id, &in->claims, &facts);
	if (r < 0)
		return r;
	*ret_text = facts_dump(cx->arena, facts);
	return enrolment_judge(cx, batch->id, batch->occupation_id, batch->grade, facts,
		batch->enrol_to_on, ret_answer);
}

/* Workers enrol themselves in any batch, bodies others in their own. */
static int find_batch(struct ctx *cx, const struct enrolment_in *in, struct q_batch_find *ret_batch)
{
	bool self = cx->actor.role == ROLE_WORKER;
	int r = ctx_need(cx, self ? PERM_ENROLMENT_SELF : PERM_ENROLMENT_EDIT);
	if (r < 0)
		return r;
	if (self && cx->actor.person_id != in->person_id)
		return fail(cx, ERR_NOTFOUND, "person.not_found");
	/* Held until the end: the quota and the order are one after the other's. */
	r = q_batch_lock(cx->db, .id = in->batch_id, .scope = self ? scope_all() : cx->scope);
	if (r >= 0)
		r = q_batch_find(cx->db, ret_batch, .id = in->batch_id,
			.scope = self ? scope_all() : cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int enrolment_create(struct ctx *cx, const struct enrolment_in *in, int64_t *ret_id)
{
	struct q_batch_find batch;
	struct q_enrolment_last_seq last;
	struct rule_answer answer;
	struct person_known person;
	const char *text;
	auto_tx tx = {0};
	if (!in->consent)
		return fail_field(cx, "consent", "enrolment.consent_needed");
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = find_batch(cx, in, &batch)) < 0
		|| (r = enrolment_hold_person(cx, in->person_id)) < 0 ||
		(r = enrolment_check(cx, &batch, in->person_id)) < 0 ||
		(r = batch_may_go_on(cx, &batch)) < 0 ||
		(r = person_known(cx, in->person_id, &person)) < 0 ||
		(r = person_claims_fit(cx, person.birth_on, &in->claims)) < 0 ||
		(r = judge_claims(cx, &batch, in, &answer, &text)) < 0)
		return r;
	if ((r = q_enrolment_last_seq(cx->db, &last, .batch_id = batch.id)) < 0)
		return ctx_pass(cx, r);
	if ((r = enrolment_insert(cx, &batch, in, &answer, text, last.seq + 1, &person,
		ret_id)) < 0)
		return r;
	r = q_batch_count_enrolled(cx->db, .id = batch.id, .more = 1);
	if (r < 0 || (r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	return 0;
}
