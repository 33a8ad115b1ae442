#include "web/page/claims.h"

#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "query/enrolment.h"

const struct choice relevance_choices[] = {{"related", "本专业或相关专业"},
	{"assessed", "经评估论证的本专业"}, {"other", "其他专业"}, {0}};

static void check_pairs(struct req *rq, const struct person_claims *c)
{
	struct ctx *cx = rq->cx;
	static const char *const dates[] = {"work_from_on", "cert5_on", "cert4_on", "cert3_on",
		"cert2_on", "title_on"};
	if (c->work_from_on && c->work_years)
		(void)fail_field(cx, "work_years", "claims.work_both");
	if (!is_blank(c->education) && !c->graduated_on && !c->education_enrolled)
		(void)fail_field(cx, "graduated_on", "claims.graduated");
	if (!is_blank(c->title_level) && !c->title_on)
		(void)fail_field(cx, "title_on", "claims.title_on");
	if (is_blank(c->title_level) && c->title_on)
		(void)fail_field(cx, "title_level", "claims.title");
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++)
		if (in_int(rq->in, dates[i]) > ctx_today(cx))
			(void)fail_field(cx, dates[i], "person.date_future");
}

int claims_read(struct req *rq, struct person_claims *ret_claims)
{
	const struct input *in = rq->in;
	const char *related = in_text(in, "related");
	struct person_claims c = {.work_from_on = in_int(in, "work_from_on"),
		.work_years = in_int(in, "work_years"),
		.education = in_text(in, "education"), .graduated_on = in_int(in, "graduated_on"),
		.education_enrolled = in_int(in, "enrolled"),
			.education_assessed = streq(related, "assessed"),
		.education_related = streq(related, "related") || streq(related, "assessed"),
		.title_level = in_text(in, "title_level"), .title_on = in_int(in, "title_on"),
		.apprenticed = in_int(in, "apprenticed")};
	c.certs_on[GRADE_5] = in_int(in, "cert5_on");
	c.certs_on[GRADE_4] = in_int(in, "cert4_on");
	c.certs_on[GRADE_3] = in_int(in, "cert3_on");
	c.certs_on[GRADE_2] = in_int(in, "cert2_on");
	check_pairs(rq, &c);
	*ret_claims = c;
	return ctx_checked(rq->cx);
}

static bool is_on(const json_t *record, const char *key)
{
	return json_integer_value(json_object_get(record, key)) != 0;
}

static const char *text(const json_t *record, const char *key)
{
	const char *z = json_string_value(json_object_get(record, key));
	return z ? z : "";
}

static void default_works(json_t *out, const json_t *works)
{
	size_t i;
	json_t *work;
	const char *first = "";
	json_array_foreach(works, i, work) {
		const char *from = text(work, "from_on");
		if (is_on(work, "related") && !*text(work,
			"to_on") && (!*first || strcmp(from, first) < 0))
			first = from;
	}
	if (*first)
		json_object_set_new(out, "work_from_on", json_string(first));
}

static void default_certificates(json_t *out, const json_t *certificates)
{
	size_t i;
	json_t *c;
	json_array_foreach(certificates, i, c) {
		json_int_t grade = json_integer_value(json_object_get(c, "grade"));
		char key[] = "cert0_on";
		if (!is_on(c, "related") || grade < GRADE_2 || grade > GRADE_5)
			continue;
		key[4] = (char)('0' + grade);
		json_object_set_new(out, key, json_string(text(c, "issued_on")));
	}
}

static void default_rest(json_t *out, const json_t *facts)
{
	const json_t *educations = json_object_get(facts, "educations"),
		*titles = json_object_get(facts, "titles");
	const json_t *e = json_array_get(educations, json_array_size(educations) - 1);
	const json_t *t = json_array_get(titles, json_array_size(titles) - 1);
	if (e) {
		json_object_set_new(out, "education", json_string(text(e, "kind")));
		json_object_set_new(out, "graduated_on", json_string(text(e, "graduated_on")));
		json_object_set_new(out, "enrolled", json_boolean(is_on(e, "enrolled")));
		json_object_set_new(out, "related", json_string(is_on(e, "assessed") ? "assessed"
			: is_on(e, "related") ? "related" : "other"));
	}
	if (t) {
		json_object_set_new(out, "title_level", json_string(text(t, "level")));
		json_object_set_new(out, "title_on", json_string(text(t, "since_on")));
	}
	json_object_set_new(out, "apprenticed", json_boolean(is_on(facts, "apprenticed")));
}

json_t *claims_defaults(const char *facts_text)
{
	json_t *out = json_object();
	auto_json facts = NULL;
	if (is_blank(facts_text) || json_read(str_of(facts_text), JSON_TEXT_MAX, &facts, NULL) < 0)
		return out;
	default_works(out, json_object_get(facts, "works"));
	default_certificates(out, json_object_get(facts, "certificates"));
	default_rest(out, facts);
	return out;
}

static void close_group(json_t *groups, const struct field_group *g, json_t *fields)
{
	if (json_array_size(fields))
		json_array_append_new(groups,
			json_pack("{s:s, s:s, s:b, s:o}", "title", g->title,
			"text", g->text ? g->text : "", "is_consent", streq(g->first, "consent"),
			"fields", fields));
	else
		json_decref(fields);
}

void form_groups(struct req *rq, const char *key, const struct field_group *groups)
{
	json_t *form = json_object_get(rq->view, key), *list = json_array(), *now = json_array(),
		*field;
	const struct field_group *g = groups;
	size_t i;
	json_array_foreach(json_object_get(form, "fields"), i, field) {
		if (g[1].title && streq(text(field, "name"), g[1].first)) {
			close_group(list, g++, now);
			now = json_array();
		}
		json_array_append(now, field);
	}
	close_group(list, g, now);
	json_object_set_new(form, "groups", list);
}

static json_t *alternative_view(struct req *rq, const struct rule_alternative *a)
{
	struct arena *arena = rq->cx->arena;
	json_t *missing = json_array();
	for (size_t i = 0; i < a->n_missing; i++) {
		const struct rule_missing *m = &a->missing[i];
		json_array_append_new(missing,
			json_pack("{s:s, s:s, s:s}", "text", m->text, "fact", m->fact,
			"met_on_text", m->met_on ? civil_day_text_zh(arena, m->met_on) : ""));
	}
	return json_pack("{s:s, s:s, s:b, s:b, s:s, s:s, s:o}", "clause", a->clause, "text",
		a->text, "is_met",
		a->verdict == RULE_MET, "is_unknown", a->verdict == RULE_UNKNOWN, "met_on",
		a->met_on ? civil_day_text(arena, a->met_on) : "", "met_on_text",
		a->met_on ? civil_day_text_zh(arena, a->met_on) : "", "missing", missing);
}

json_t *answer_view(struct req *rq, const struct rule_answer *answer)
{
	static const char *const words[] = {[RULE_MET] = "met", [RULE_NOT_MET] = "not_met",
		[RULE_UNKNOWN] = "unknown"};
	const struct rule_alternative *held = answer->held, *near = answer->nearest;
	int64_t on = !held && near ? near->met_on : 0;
	json_t *alternatives = json_array();
	for (size_t i = 0; i < answer->n; i++)
		json_array_append_new(alternatives, alternative_view(rq, &answer->alternatives[i]));
	return json_pack("{s:s, s:b, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "verdict",
		words[answer->verdict],
		"is_met", held != NULL, "is_unknown", answer->verdict == RULE_UNKNOWN, "clause",
		held ? held->clause : "", "text", held ? held->text : "", "near_clause",
		near ? near->clause : "",
		"met_on", on ? civil_day_text(rq->cx->arena, on) : "", "met_on_text",
		on ? civil_day_text_zh(rq->cx->arena, on) : "", "ruleset",
		ruleset_title(answer->set), "version",
		ruleset_version(answer->set), "alternatives", alternatives);
}

/* A fact, or one item of a record; what we wrote ourselves needs no complaints. */
static void put_value(struct facts *facts, struct fact_record *record, const char *name,
	const json_t *value)
{
	int64_t n = json_integer_value(value);
	bool is_date = json_is_string(value) && str_ends(str_of(name), "_on") &&
		civil_parse_day(str_of(json_string_value(value)), &n);
	if (is_date && record)
		record_date(record, name, n);
	else if (is_date)
		facts_date(facts, name, n);
	else if (json_is_string(value) && record)
		record_text(record, name, json_string_value(value));
	else if (json_is_string(value))
		facts_text(facts, name, json_string_value(value));
	else if (json_is_integer(value) && record)
		record_int(record, name, n);
	else if (json_is_integer(value))
		facts_int(facts, name, n);
}

static void put_list(struct facts *facts, const char *name, const json_t *list)
{
	size_t i;
	json_t *item, *value;
	const char *key;
	facts_none(facts, name);
	json_array_foreach(list, i, item) {
		struct fact_record *record = facts_add(facts, name);
		json_object_foreach(item, key, value)
			put_value(facts, record, key, value);
	}
}

int answer_again(struct req *rq, const char *facts_text, const char *ruleset, const char *version,
	int64_t grade, int64_t on, json_t **ret_view)
{
	struct facts *facts = facts_new(rq->cx->arena);
	struct rule_answer answer;
	auto_json tree = NULL;
	const char *key;
	json_t *value;
	int r = json_read(str_of(facts_text), JSON_TEXT_MAX, &tree, NULL);
	if (r < 0)
		return fail(rq->cx, ERR_BUG, "enrolment.facts_broken");
	json_object_foreach(tree, key, value) {
		if (json_is_array(value))
			put_list(facts, key, value);
		else
			put_value(facts, NULL, key, value);
	}
	r = eligibility_judge_under(rq->cx, ruleset, version, grade, facts, on, &answer);
	if (r < 0)
		return r;
	*ret_view = answer_view(rq, &answer);
	return 0;
}

int view_evidence(struct req *rq, int64_t enrolment_id)
{
	struct q_evidence_of_rows files;
	int r = q_evidence_of(rq->cx->db, &files, .subject_id = enrolment_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_set(rq, "evidence", view_rows(rq, &q_evidence_of_desc, files.at, files.n));
	return 0;
}
