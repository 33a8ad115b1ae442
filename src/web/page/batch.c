/* Batches as bodies and authorities see them: the list, a new plan, and the home of each batch. */
#include <string.h>

#include "base/civil.h"
#include "domain/evaluation/batch.h"
#include "domain/standard/grade.h"
#include "query/exam.h"
#include "query/registry.h"
#include "web/exchange.h"
#include "web/page/batch.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001, DEFAULT_QUOTA = 30 };

static const struct field batch_filters[] = {
	{"find", FIELD_TEXT, "批次名称", .max = 60},
	{"state", FIELD_CHOICE, "状态"},
	{"region", FIELD_CHOICE, "地区"},
	OWN_LEVEL_FIELD,
	{"occupation_id", FIELD_CHOICE, "职业"},
	{"grade", FIELD_CHOICE, "等级", .choices = grade_choices},
	{"from_on", FIELD_DATE, "首场考试不早于"},
	{"to_on", FIELD_DATE, "首场考试不晚于"},
	{0},
};

static int batch_list(struct req *rq)
{
	struct q_batch_list_rows rows;
	struct ctx *cx = rq->cx;
	const struct input *in = rq->in;
	int64_t count, occupation = in_choice(rq->in, "occupation_id"),
		grade = in_choice(rq->in, "grade"), from = 0, to = 0;
	const char *region = in_text(in, "region"), *end = region_filter_end(rq),
		*state = in_text(in, "state");
	const char *find = like_any(cx, in_text(in, "find"));
	if (in_has(in, "from_on"))
		from = civil_midnight(in_int(in, "from_on"));
	if (in_has(in, "to_on"))
		to = civil_midnight(in_int(in, "to_on") + 1);
	view_choices(rq, "state", batch_state_choices(rq));
	view_choices(rq, "region", choices_regions(rq, cx->actor.region, 3));
	view_choices(rq, "occupation_id", choices_occupations(rq));
	rq_states(rq, &batch_flow);
	int r = q_batch_list(cx->db, &rows, .scope = cx->scope, .state = state, .region = region,
		.region_end = end,
		.grade = grade, .occupation_id = occupation, .find = find, .from_at = from,
		.to_at = to, .page = rq_page(rq));
	if (r >= 0)
		r = q_batch_list_count(cx->db, &count, .scope = cx->scope, .state = state,
			.region = region,
			.region_end = end, .grade = grade, .occupation_id = occupation,
			.find = find, .from_at = from, .to_at = to, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	view_flag(rq, "may_create", ctx_may(cx, PERM_BATCH_EDIT));
	view_flag(rq, "may_issue", ctx_may(cx, PERM_CERTIFICATE_ISSUE));
	return rq_list(rq, &q_batch_list_desc, rows.at, rows.n, count);
}

static const struct field batch_fields[] = {
	{"title", FIELD_TEXT, "批次名称", .example = "2026年第3批焊工（三级）", .max = 80,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"occupation_id", FIELD_CHOICE, "职业", .help = "只列出本机构备案范围内的职业。"},
	{"work_type_id", FIELD_CHOICE, "工种", .help = "不选即整个职业。"},
	{"special_project_id", FIELD_CHOICE, "专项能力项目",
		.help = "只有专项职业能力考核填写，此时不选等级。"},
	{"grade", FIELD_CHOICE, "等级", .choices = grade_choices,
		.help = "二级、一级另有综合评审。"},
	{"quota", FIELD_INT, "计划人数", .unit = "人", .min = 1, .max = 20000,
		.flags = FIELD_REQUIRED},
	{"enrol_from_on", FIELD_DATE, "报名开始", .flags = FIELD_REQUIRED},
	{"enrol_to_on", FIELD_DATE, "报名截止", .flags = FIELD_REQUIRED},
	{"fee_fen", FIELD_MONEY, "收费标准", .help = "按物价部门核定的标准，不收费填 0。",
		.unit = "元/人·次", .max = 10000000, .flags = FIELD_REQUIRED},
	{"contact", FIELD_TEXT, "联系人", .max = 60, .flags = FIELD_REQUIRED},
	{"phone", FIELD_PHONE, "联系电话", .help = "在公告中公开。", .flags = FIELD_REQUIRED},
	{"was", FIELD_TEXT, "打开页面时的计划", .max = 16, .flags = FIELD_HIDDEN},
	{"notice", FIELD_AREA, "公告说明",
		.help = "报名方式、考前准备、乘车路线等需要考生知道的事项。", .max = 2000},
	{0},
};

static struct batch_in batch_input(struct req *rq)
{
	const struct input *in = rq->in;
	return (struct batch_in){.title = in_text(in, "title"),
		.occupation_id = in_choice(rq->in, "occupation_id"),
		.work_type_id = in_choice(rq->in, "work_type_id"),
			.special_project_id = in_choice(rq->in, "special_project_id"),
		.grade = in_choice(rq->in, "grade"), .enrol_from_on = in_int(in, "enrol_from_on"),
		.enrol_to_on = in_int(in, "enrol_to_on"), .quota = in_int(in, "quota"),
		.fee_fen = in_int(in, "fee_fen"), .contact = in_text(in, "contact"),
			.phone = in_text(in, "phone"),
		.notice = in_text(in, "notice"), .was = in_text(in, "was")};
}

static bool is_listed(const struct choice *list, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (streq(list[i].code, code))
			return true;
	return false;
}

/* Special skills have projects and no grades, everybody else the other way round: the form shows
 * what fits, and asks for what cannot be left out. */
static void fit_form(struct req *rq, bool is_special)
{
	const char *drop = is_special ? "grade" : "special_project_id";
	const char *ask = is_special ? "special_project_id" : "grade";
	json_t *fields = json_object_get(json_object_get(rq->view, "form"), "fields");
	for (size_t i = json_array_size(fields); i-- > 0;) {
		json_t *field = json_array_get(fields, i);
		const char *name = json_string_value(json_object_get(field, "name"));
		if (streq(name, ask) || (!is_special && streq(name, "occupation_id")))
			json_object_set_new(field, "required", json_true());
		if (streq(name, drop))
			json_array_remove(fields, i);
	}
}

/* What this body may plan: occupations of its scope, their work types, its special projects. */
static int put_choices(struct req *rq, int64_t body_id, bool *ret_any)
{
	struct q_body_scope_of_rows scope;
	struct ctx *cx = rq->cx;
	int r = q_body_scope_of(cx->db, &scope, .body_id = body_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct choice *occupations = arena_array(cx->arena, struct choice, scope.n + 1);
	struct choice *projects = arena_array(cx->arena, struct choice, scope.n + 1);
	struct choice *types = arena_array(cx->arena, struct choice, 1001);
	size_t n = 0, n_projects = 0, n_types = 0;
	for (size_t i = 0; i < scope.n; i++) {
		const struct q_body_scope_of *s = &scope.at[i];
		const char *id = text_of(cx, "%lld", (long long)s->occupation_id);
		const char *project = text_of(cx, "%lld", (long long)s->special_project_id);
		if (!streq(s->state, "valid"))
			continue;
		if (s->special_project_id && !is_listed(projects, n_projects, project))
			projects[n_projects++] = (struct choice){project, s->project_name};
		if (is_listed(occupations, n, id))
			continue;
		occupations[n++] = (struct choice){id,
			text_of(cx, "%s %s", s->occupation_code, s->occupation_name)};
		for (const struct choice *t = choices_work_types(rq,
			s->occupation_id); t->code && n_types < 1000; t++)
			types[n_types++] = (struct choice){t->code,
				text_of(cx, "%s · %s", s->occupation_name, t->label)};
	}
	view_choices(rq, "occupation_id", occupations);
	view_choices(rq, "work_type_id", types);
	view_choices(rq, "special_project_id", projects);
	*ret_any = n > 0;
	return 0;
}

/* A new plan begins with the body's own contact and the usual dates. */
static json_t *defaults_for(struct req *rq, const struct q_body_find *body)
{
	int64_t today = ctx_today(rq->cx);
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s}", "contact", body->contact, "phone",
		body->phone,
		"enrol_from_on", civil_day_text(rq->cx->arena, today + 7), "enrol_to_on",
		civil_day_text(rq->cx->arena, today + 20), "quota", DEFAULT_QUOTA, "fee_fen", "0");
}

static int batch_new(struct req *rq)
{
	struct q_body_find body;
	struct ctx *cx = rq->cx;
	bool any;
	int r = q_body_find(cx->db, &body, .id = cx->actor.body_id, .own_id = cx->actor.body_id,
		.scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_DENIED, "batch.only_bodies");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = put_choices(rq, body.id, &any)) < 0)
		return r;
	view_flag(rq, "has_scope", any);
	view_form(rq, "form", batch_fields, "/batches", "建立批次", defaults_for(rq, &body));
	fit_form(rq, streq(body.body_kind, "special"));
	return 0;
}

static int batch_make(struct req *rq)
{
	struct batch_in in = batch_input(rq);
	int64_t id;
	int r = batch_create(rq->cx, &in, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "batch.created");
	return rq_redirect(rq, "/batches/%lld", (long long)id);
}

/* Who was told of the other's change and sends again has seen it. */
static void renew_print(struct req *rq, const char *print)
{
	const struct problem *p = rq->ex->retry.problem;
	json_t *fields = json_object_get(json_object_get(rq->view, "form"), "fields");
	if (!p || !streq(p->id, "batch.changed_meanwhile"))
		return;
	for (size_t i = 0; i < json_array_size(fields); i++) {
		json_t *item = json_array_get(fields, i);
		if (streq(json_string_value(json_object_get(item, "name")), "was"))
			json_object_set_new(item, "value", json_string(print));
	}
}

static int batch_edit(struct req *rq)
{
	struct q_batch_find b;
	bool any;
	int r = batch_get(rq->cx, rq_id(rq, "id"), &b);
	if (r >= 0 && !plan_is_open(b.state))
		r = fail(rq->cx, ERR_STATE, "batch.not_open",
			flow_state(&batch_flow, b.state)->label);
	if (r < 0 || (r = put_choices(rq, b.body_id, &any)) < 0)
		return r;
	json_t *row = batch_view(rq, &b);
	json_object_set_new(row, "grade",
		json_string(b.grade ? text_of(rq->cx, "%d", (int)b.grade) : ""));
	const char *print = batch_print(rq->cx, &b);
	json_object_set_new(row, "was", json_string(print));
	view_text(rq, "title", b.title);
	view_text(rq, "id", rq_param(rq, "id"));
	view_form(rq, "form", batch_fields, text_of(rq->cx, "/batches/%s", rq_param(rq, "id")),
		"保存计划", row);
	renew_print(rq, print);
	fit_form(rq, b.special_project_id || streq(b.body_kind, "special"));
	return 0;
}

static int batch_save(struct req *rq)
{
	struct batch_in in = batch_input(rq);
	int r = batch_update(rq->cx, rq_id(rq, "id"), &in);
	if (r < 0)
		return r;
	rq_flash(rq, "batch.saved");
	return rq_redirect(rq, "/batches/%s", rq_param(rq, "id"));
}

/* What comes next, said to whoever looks. %s is the body's part in it or the authority's. */
static const struct {
	const char *state, *to_body, *to_authority;
} next_steps[] = {
	{"draft", "逐项落实下面的计划要求；全部符合后由机构负责人点“报备计划”。",
		"机构正在编制计划，尚未报备。"},
	{"returned", "按退回理由修改计划，再次报备。", "已退回，等待机构修改后重新报备。"},
	{"postponed", "确定新的报名和考试时间后重新报备，已报名的考生会保留。",
		"机构已办理延期，等待重新报备。"},
	{"filed", "等待人社部门审核，审核期间计划不能修改。",
		"核对计划要求后，点“审核通过”或写明理由“退回修改”。"},
	{"announced", "计划已公告，到报名开始日期自动开放报名。", "计划已公告。"},
	{"enrolling", "受理报名：可导入名册，逐人审核。到截止日期自动停止报名。",
		"正在报名，可抽查报名材料。"},
	{"closed", "审核完剩余的报名，然后到“编排”安排考场座位。",
		"报名已截止，等待机构编排考场。"},
	{"arranged", "打印准考证、签到表、门贴；开考时间一到自动进入考试。",
		"已编排考场，可到“今日考场”查看当天安排。"},
	{"testing", "正在考试。考完后到“评分”录入成绩。", "正在考试，可现场督导。"},
	{"marking", "录入并核对各科成绩，然后冻结并公示。", "机构正在评分。"},
	{"publicity", "成绩公示中，及时答复异议。", "成绩公示中；公示期满核准成绩。"},
	{"confirmed", "成绩已核准，可以颁发证书。", "成绩已核准，等待机构颁发证书。"},
	{"certified", "证书已颁发，按时归档。", "证书已颁发。"},
	{"archived", "已归档。", "已归档。"},
	{"cancelled", "本批次已取消。", "本批次已取消。"},
	{"held", "本批次被冻结，等待人社部门处理。", "查明情况后解除冻结。"},
	{0},
};

static const char *next_step(struct req *rq, const char *state)
{
	for (size_t i = 0; next_steps[i].state; i++)
		if (streq(next_steps[i].state, state))
			return rq->cx->actor.body_id ? next_steps[i].to_body
				: next_steps[i].to_authority;
	return "";
}

/* Why it was sent back, put off, cancelled or frozen: said where one looks first. */
static void put_why(struct req *rq, const char *state)
{
	static const char *const states[] = {"returned", "postponed", "cancelled", "held"};
	const char *why = "", *label = flow_state(&batch_flow, state)->label;
	size_t i;
	json_t *event;
	json_array_foreach(json_object_get(json_object_get(rq->view, "flow"), "events"), i, event)
		if (streq(json_string_value(json_object_get(event, "to_label")), label))
			why = json_string_value(json_object_get(event, "reason"));
	for (i = 0; i < sizeof states / sizeof states[0]; i++)
		if (streq(states[i], state))
			view_text(rq, "why", why);
}

/* Of the ways out of a freeze only those are buttons that fit where it was frozen. */
static int drop_releases(struct req *rq, const struct q_batch_find *b)
{
	struct q_batch_held_from held;
	if (!streq(b->state, "held"))
		return 0;
	int r = q_batch_held_from(rq->cx->db, &held, .subject_id = b->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	const char *right = text_of(rq->cx, "release_%s", held.from_state);
	json_t *actions = json_object_get(json_object_get(rq->view, "flow"), "actions");
	bool may_put_off = batch_is_before_tests(held.from_state);
	for (size_t i = json_array_size(actions); i-- > 0;) {
		const char *action = json_string_value(json_object_get(json_array_get(actions, i),
			"action"));
		if (!streq(action, right) && !(may_put_off && streq(action, "release_postponed")))
			json_array_remove(actions, i);
	}
	return 0;
}

static json_t *stat(const char *label, int64_t n, const char *note)
{
	return json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "label", label, "value", (json_int_t)n,
		"unit", "人", "note", note, "url", "", "tone", "");
}

static void put_stats(struct req *rq, const struct q_batch_find *b)
{
	json_t *stats = json_array();
	json_array_append_new(stats, stat("计划", b->quota, ""));
	json_array_append_new(stats, stat("报名", b->n_enrolled, ""));
	json_array_append_new(stats, stat("审核通过", b->n_accepted, ""));
	json_array_append_new(stats, stat("合格", b->n_passed, ""));
	json_array_append_new(stats, stat("发证", b->n_certified, ""));
	view_set(rq, "stats", stats);
}

/* The computer exam of its theory part, or the way to set one up. */
static int put_exam(struct req *rq, const struct q_batch_find *b)
{
	struct q_exam_of_batch exam;
	bool seated = streq(b->state, "arranged") || streq(b->state, "testing");
	if (!ctx_may(rq->cx, PERM_EXAM_READ) || !(b->parts & PART_THEORY))
		return 0;
	int r = q_exam_of_batch(rq->cx->db, &exam, .batch_id = b->id, .part = PART_THEORY,
		.scope = rq->cx->scope);
	if (r == 0)
		view_set(rq, "exam", view_row(rq, &q_exam_of_batch_desc, &exam));
	else if (r != ERR_NOTFOUND)
		return ctx_pass(rq->cx, r);
	view_flag(rq, "may_set_exam",
		r == ERR_NOTFOUND && seated && ctx_may(rq->cx, PERM_EXAM_EDIT));
	return 0;
}

static int batch_show(struct req *rq)
{
	struct flow_subject subject;
	int r = batch_flow.load(rq->cx, 0, rq_id(rq, "id"), &subject);
	if (r < 0)
		return r;
	const struct q_batch_find *b = subject.row;
	view_set(rq, "batch", batch_view(rq, b));
	view_text(rq, "title", b->title);
	view_text(rq, "next_step", next_step(rq, b->state));
	put_stats(rq, b);
	if ((r = put_exam(rq, b)) < 0)
		return r;
	view_batch_tabs(rq, b, "");
	if ((r = plan_put(rq, b)) < 0)
		return r;
	r = view_flow(rq, &batch_flow, &subject, "/batches/%s/flow", rq_param(rq, "id"));
	if (r < 0)
		return r;
	put_why(rq, b->state);
	return drop_releases(rq, b);
}

static int batch_step(struct req *rq)
{
	struct q_batch_find b;
	int64_t id = rq_id(rq, "id");
	int r = flow_run(rq->cx, &batch_flow, 0, id, in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL);
	if (r < 0 || (r = batch_get(rq->cx, id, &b)) < 0)
		return r;
	rq_flash(rq, "batch.moved", flow_state(&batch_flow, b.state)->label);
	return rq_redirect(rq, "/batches/%s", rq_param(rq, "id"));
}

const struct route routes_batch[] = {
	{GET, "/batches", PERM_BATCH_READ, batch_list, "batch/list", "评价批次", batch_filters,
		.flags = ROUTE_LIST},
	{GET, "/batches/new", PERM_BATCH_EDIT, batch_new, "batch/new", "新建批次"},
	{POST, "/batches", PERM_BATCH_EDIT, batch_make, NULL, "新建批次", batch_fields,
		.form = "/batches/new"},
	{GET, "/batches/:id", PERM_BATCH_READ, batch_show, "batch/show", "本批次"},
	{GET, "/batches/:id/edit", PERM_BATCH_EDIT, batch_edit, "batch/edit", "修改批次计划"},
	{POST, "/batches/:id", PERM_BATCH_EDIT, batch_save, NULL, "修改批次计划", batch_fields,
		.form = "/batches/:id/edit"},
	{POST, "/batches/:id/flow", PERM_BATCH_READ, batch_step, NULL, "办理批次", step_fields,
		.form = "/batches/:id"},
	{0},
};
