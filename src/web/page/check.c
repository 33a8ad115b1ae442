/* 我能申报吗: what the rules say of somebody who tells about himself, for every grade of an
 * occupation. Nothing is kept. */
#include "base/civil.h"
#include "domain/evaluation/enrolment.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "query/batch.h"
#include "query/standard.h"
#include "web/choices.h"
#include "web/exchange.h"
#include "web/page/claims.h"
#include "web/page/page.h"

enum { BATCHES = 6 };

static const struct field check_fields[] = {
	{"occupation_id", FIELD_CHOICE, "职业", .flags = FIELD_REQUIRED},
	{"birth_on", FIELD_DATE, "出生日期", .example = "1998-05-20", .flags = FIELD_REQUIRED},
	CLAIM_FIELDS,
	{0},
};

static const struct field_group groups[] = {{"申报什么", "occupation_id", ""},
	{"工作经历", "work_from_on", "填一项即可。"},
		{"已有证书", "cert5_on", "本职业或相关职业的职业资格证书、职业技能等级证书。"},
	{"学历", "education", "只填最高的一项；与本职业相关的优先。"}, {"其他", "title_level", ""},
		{0}};

static const char *word_of(struct req *rq, const struct rule_answer *a)
{
	const struct rule_alternative *near = a->nearest;
	if (a->held)
		return text_of(rq->cx, "可以申报：符合%s", a->held->clause);
	if (near && near->met_on)
		return text_of(rq->cx, "%s起可以申报",
			civil_day_text_zh(rq->cx->arena, near->met_on));
	return "还不符合条件";
}

/* "三级" of "三级/高级工" */
static const char *ordinal(struct req *rq, int64_t grade)
{
	struct str label = str_of(grade_label(grade));
	return arena_str(rq->cx->arena, str_cut(&label, '/'));
}

struct checking {
	struct req *rq;
	const struct q_occupation_find *occupation;
	struct facts *facts;
	json_t *steps, *grades;
	bool has_next;
};

static int check_grade(struct checking *c, int64_t grade)
{
	struct req *rq = c->rq;
	struct rule_answer answer;
	int r = enrolment_judge(rq->cx, 0, c->occupation->id, grade, c->facts, ctx_today(rq->cx),
		&answer);
	if (r < 0)
		return r;
	const char *anchor = text_of(rq->cx, "grade-%d", (int)grade);
	bool next = !answer.held && !c->has_next;
	c->has_next |= next;
	json_array_append_new(c->steps, json_pack("{s:s, s:s, s:b, s:b, s:b, s:s, s:s}", "label",
		grade ? grade_short(grade) : "专项职业能力", "sub", ordinal(rq, grade),
		"is_done",
		answer.held != NULL, "is_here", 0, "is_next", next, "text", word_of(rq, &answer),
		"url", text_of(rq->cx, "#%s", anchor)));
	json_t *view = answer_view(rq, &answer);
	json_object_set_new(view, "anchor", json_string(anchor));
	json_object_set_new(view, "grade", json_integer(grade));
	json_object_set_new(view, "grade_text",
		json_string(grade ? grade_label(grade) : "专项职业能力考核"));
	json_object_set_new(view, "word", json_string(word_of(rq, &answer)));
	json_array_append_new(c->grades, view);
	return 0;
}

static int put_batches(struct req *rq, int64_t occupation_id)
{
	struct q_batch_announced_list_rows rows;
	int r = q_batch_announced_list(rq->cx->db, &rows, .state = "enrolling",
		.occupation_id = occupation_id, .page = {.limit = BATCHES, .sort = "exam"});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_flag(rq, "has_batches", rows.n > 0);
	view_set(rq, "batches", view_rows(rq, &q_batch_announced_list_desc, rows.at, rows.n));
	return 0;
}

static int put_answer(struct req *rq, const struct q_occupation_find *occupation,
	const struct person_claims *claims)
{
	struct checking c = {.rq = rq, .occupation = occupation, .facts = facts_new(rq->cx->arena),
		.steps = json_array(), .grades = json_array()};
	int r = 0;
	facts_date(c.facts, "birth_on", in_int(rq->in, "birth_on"));
	person_claims_facts(c.facts, claims, ctx_today(rq->cx));
	for (int64_t grade = GRADE_5; r >= 0 && grade >= GRADE_1; grade--)
		if (occupation_has_grade(occupation->grades, grade))
			r = check_grade(&c, grade);
	if (r >= 0 && !*occupation->grades)
		r = check_grade(&c, GRADE_NONE);
	view_set(rq, "steps", c.steps);
	view_set(rq, "grades", c.grades);
	return r < 0 ? r : put_batches(rq, occupation->id);
}

/* What was typed, kept on the form beside the answer. */
static json_t *typed(struct req *rq)
{
	json_t *values = json_object();
	for (const struct field *f = check_fields; f->name; f++)
		json_object_set_new(values, f->name, json_string(in_raw(rq->in, f->name)));
	return values;
}

/* Values that do not fit together: people get the form again with the reasons beside the fields. */
static int show_again(struct req *rq, int err)
{
	struct exchange *ex = rq->ex;
	if (err != ERR_INVALID || ex->face == FACE_JSON)
		return err;
	struct problem *problem = arena_make(ex->arena, struct problem);
	*problem = rq->cx->problem;
	ex->retry = (struct retry){.fields = check_fields, .in = rq->in, .problem = problem};
	ctx_clear(rq->cx);
	return 0;
}

static int answer(struct req *rq)
{
	struct q_occupation_find occupation;
	struct person_claims claims;
	int64_t id = 0;
	int64_t birth_on = in_int(rq->in, "birth_on");
	int r = claims_read(rq, &claims);
	if (birth_on > ctx_today(rq->cx))
		r = fail_field(rq->cx, "birth_on", "person.date_future");
	if (r < 0 || (r = person_claims_fit(rq->cx, birth_on, &claims)) < 0)
		return r;
	(void)str_to_i64(str_of(in_text(rq->in, "occupation_id")), &id);
	r = q_occupation_find(rq->cx->db, &occupation, .id = id);
	if (r == ERR_NOTFOUND)
		return fail_field(rq->cx, "occupation_id", "field.choice", "职业",
			in_raw(rq->in, "occupation_id"));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_set(rq, "occupation", view_row(rq, &q_occupation_find_desc, &occupation));
	if ((r = put_answer(rq, &occupation, &claims)) < 0)
		return r;
	view_flag(rq, "is_answered", true);
	return 0;
}

static int check_show(struct req *rq)
{
	bool asked = in_has(rq->in, "occupation_id") && in_has(rq->in, "birth_on");
	int r = 0;
	view_flag(rq, "is_answered", false);
	if (asked && (r = answer(rq)) < 0 && (r = show_again(rq, r)) < 0)
		return r;
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_form(rq, "form", check_fields, "/check", "看看我能申报哪一级",
		asked ? typed(rq) : NULL);
	form_groups(rq, "form", groups);
	return 0;
}

const struct route routes_check[] = {
	{GET, "/check", PERM_PUBLIC, check_show, "check/show", "我能申报吗", check_fields,
		.flags = ROUTE_THROTTLE},
	{0},
};
