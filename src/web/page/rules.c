/* Rule sets to read, clause by clause, and for the system administrator to apply. */
#include "base/civil.h"
#include "domain/standard/grade.h"
#include "domain/standard/standard.h"
#include "query/standard_page.h"
#include "web/page/page.h"

enum { RULE_TEXT_MAX = 256 * 1024 };

static json_t *entry_view(struct ctx *cx, const struct ruleset_entry *e)
{
	const struct ruleset *set = e->set;
	int64_t from = ruleset_effective_from(set);
	const char *standing = e->is_current ? "现行" : from > ctx_today(cx) ? "尚未施行"
		: "已替代";
	const char *tone = e->is_current ? "good" : from > ctx_today(cx) ? "wait" : "plain";
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s}",
		"name", ruleset_name(set), "version", ruleset_version(set), "title",
		ruleset_title(set), "source", ruleset_source(set), "effective_on",
		civil_day_text(cx->arena, from), "effective_on_text",
		civil_day_text_zh(cx->arena, from), "standing_label", standing, "standing_tone",
		tone, "is_current", e->is_current, "origin",
		e->applied_at ? "由管理员导入" : "随平台提供");
}

static int64_t standards_under(const struct q_standards_under_rows *counts, const char *name)
{
	for (size_t i = 0; i < counts->n; i++)
		if (streq(counts->at[i].ruleset, name))
			return counts->at[i].n;
	return 0;
}

static int rules_list(struct req *rq)
{
	struct ruleset_entry *entries;
	struct q_standards_under_rows counts;
	struct ctx *cx = rq->cx;
	size_t n;
	int r = standard_rulesets(cx, &entries, &n);
	if (r < 0)
		return r;
	if ((r = q_standards_under(cx->db, &counts, .on_day = ctx_today(cx))) < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *row = entry_view(cx, &entries[i]);
		int64_t under = standards_under(&counts, ruleset_name(entries[i].set));
		json_object_set_new(row, "standards",
			json_integer(entries[i].is_current ? under : 0));
		json_array_append_new(list, row);
	}
	view_set(rq, "rules", list);
	view_flag(rq, "may_edit", ctx_may(cx, PERM_STANDARD_EDIT));
	return 0;
}

/* A case by its grade's name; others by their own. */
static json_t *case_view(const struct ruleset *set, size_t i)
{
	json_t *clauses = json_array();
	for (size_t k = 0; k < ruleset_clauses(set, i); k++)
		json_array_append_new(clauses, json_pack("{s:s, s:s}", "clause",
			ruleset_clause(set, i, k), "text", ruleset_clause_text(set, i, k)));
	return json_pack("{s:s, s:s, s:o}", "id", ruleset_case_id(set, i), "title",
		ruleset_case_title(set, i), "clauses", clauses);
}

static json_t *facts_view(const struct ruleset *set)
{
	const char *label, *bring;
	json_t *list = json_array();
	for (size_t i = 0; ruleset_fact(set, i, &label, &bring); i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s}", "label", label, "bring", bring));
	return list;
}

static const struct field version_fields[] = {{"version", FIELD_TEXT, "版本", .max = 40}, {0}};

static const struct ruleset_entry *pick(const struct ruleset_entry *entries, size_t n,
	const char *name, const char *version)
{
	for (size_t i = 0; i < n; i++) {
		const struct ruleset_entry *e = &entries[i];
		bool asked = *version ? streq(ruleset_version(e->set), version) : e->is_current;
		if (streq(ruleset_name(e->set), name) && asked)
			return e;
	}
	return NULL;
}

static json_t *versions_view(struct ctx *cx, const struct ruleset_entry *entries, size_t n,
	const struct ruleset_entry *shown)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		if (streq(ruleset_name(entries[i].set), ruleset_name(shown->set))) {
			json_t *row = entry_view(cx, &entries[i]);
			json_object_set_new(row, "is_shown", json_boolean(&entries[i] == shown));
			json_array_append_new(list, row);
		}
	return list;
}

static int rules_show(struct req *rq)
{
	struct ruleset_entry *entries;
	struct ctx *cx = rq->cx;
	size_t n;
	const char *name = rq_param(rq, "name"), *version = in_text(rq->in, "version");
	int r = standard_rulesets(cx, &entries, &n);
	if (r < 0)
		return r;
	const struct ruleset_entry *shown = pick(entries, n, name, version);
	if (!shown)
		return *version ? fail(cx, ERR_NOTFOUND, "standard.no_ruleset_version", name,
			version) :
			fail(cx, ERR_NOTFOUND, "standard.no_ruleset", name);
	json_t *cases = json_array();
	for (size_t i = 0; i < ruleset_cases(shown->set); i++)
		json_array_append_new(cases, case_view(shown->set, i));
	view_set(rq, "rule", entry_view(cx, shown));
	view_set(rq, "cases", cases);
	view_set(rq, "facts", facts_view(shown->set));
	view_set(rq, "versions", versions_view(cx, entries, n, shown));
	view_text(rq, "title", ruleset_title(shown->set));
	return 0;
}

static const struct field apply_fields[] = {
	{"file", FIELD_FILE, "规则文件", .help = "YAML 文本。", .max = RULE_TEXT_MAX},
	{"text", FIELD_AREA, "或粘贴规则文本",
		.help = "名称、版本和施行日期写在文本中；同一版本不能再改，修改内容须换版本号。",
		.max = RULE_TEXT_MAX, .flags = FIELD_WIDE},
	{0},
};

static int apply_form(struct req *rq)
{
	view_form(rq, "form", apply_fields, "/rules/new", "核对并施行", NULL);
	return 0;
}

static int apply(struct req *rq)
{
	struct ctx *cx = rq->cx;
	const struct ruleset *set;
	const char *error;
	const struct upload *file = in_file(rq->in, "file");
	struct str text = file ? file->bytes : str_of(in_text(rq->in, "text"));
	if (!text.n)
		return fail_field(cx, "text", "standard.no_rule_text");
	int r = standard_ruleset_apply(cx, text);
	if (r < 0)
		return r;
	if ((r = ruleset_read(cx->arena, text, &set, &error)) < 0)
		return fail(cx, ERR_BUG, "standard.ruleset_broken", "", error);
	rq_flash(rq, "standard.ruleset_applied", ruleset_title(set), ruleset_version(set),
		civil_day_text_zh(cx->arena, ruleset_effective_from(set)));
	return rq_redirect(rq, "/rules/%s?version=%s", ruleset_name(set), ruleset_version(set));
}

const struct route routes_rules[] = {
	{GET, "/rules", PERM_PUBLIC, rules_list, "standard/rules", "申报条件",
		.flags = ROUTE_THROTTLE},
	{GET, "/rules/new", PERM_STANDARD_EDIT, apply_form, "standard/rule_new", "导入规则"},
	{POST, "/rules/new", PERM_STANDARD_EDIT, apply, NULL, "导入规则", apply_fields,
		"/rules/new", .flags = ROUTE_BIG},
	{GET, "/rules/:name", PERM_PUBLIC, rules_show, "standard/rule", "申报条件", version_fields,
		.flags = ROUTE_THROTTLE},
	{0},
};
