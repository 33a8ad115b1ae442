/* Banks: list, a new one, overview with its table of points, readings. */
#include "web/page/bank.h"

#include <inttypes.h>
#include <string.h>

#include "query/bank_item.h"
#include "query/standard.h"
#include "web/choices.h"
#include "web/item_view.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001 };

static const struct choice custodians[] = {{"national", "国家题库"}, {"province", "省级题库"},
	{"body", "机构题库"}, {0}};
static const struct choice office_custodians[] = {{"province", "省级题库"},
	{"national", "国家题库"}, {0}};
static const struct choice rules[] = {{"all", "全部选对得分，多选、错选、少选不得分"},
	{"half", "少选且无错选得一半分"}, {"share", "少选且无错选按选对比例得分"},
	{"each", "选对加分、选错扣分，最低 0 分"}, {0}};
static const struct choice states[] = {{"open", "使用中"}, {"closed", "已封存"}, {0}};

static const struct field filters[] = {
	{"occupation_id", FIELD_CHOICE, "职业"},
	{"grade", FIELD_CHOICE, "等级", .choices = grade_choices},
	{"custodian", FIELD_CHOICE, "层级", .choices = custodians},
	{"state", FIELD_CHOICE, "状态", .choices = states},
	{0},
};

/* Fixed words beside the codes of a row. */
static void add_labels(json_t *row)
{
	const char *custodian = json_string_value(json_object_get(row, "custodian"));
	const char *body = json_string_value(json_object_get(row, "body_name"));
	json_object_set_new(row, "custodian_label",
		json_string(choice_label(custodians, custodian)));
	json_object_set_new(row, "keeper", json_string(is_blank(body) ? "省人社部门" : body));
}

static int bank_list(struct req *rq)
{
	struct q_bank_list_rows rows;
	struct ctx *cx = rq->cx;
	struct scope scope = bank_scope(cx);
	int64_t count, grade = in_choice(rq->in, "grade");
	int64_t occupation = in_choice(rq->in, "occupation_id");
	const char *state = in_text(rq->in, "state"), *custodian = in_text(rq->in, "custodian");
	view_choices(rq, "occupation_id", choices_occupations(rq));
	rq_states(rq, &bank_flow);
	int r = q_bank_list(cx->db, &rows, .scope = scope, .state = state, .custodian = custodian,
		.grade = grade, .occupation_id = occupation, .page = rq_page(rq));
	if (r >= 0)
		r = q_bank_list_count(cx->db, &count, .scope = scope, .state = state,
			.custodian = custodian, .grade = grade, .occupation_id = occupation,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	r = rq_list(rq, &q_bank_list_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row)
		add_labels(row);
	view_flag(rq, "may_create", ctx_may(cx, PERM_BANK_EDIT) &&
		(cx->actor.body_id || strlen(cx->actor.region) == 2));
	return r;
}

/* ---- a new one ---- */

static const struct field new_fields[] = {
	{"title", FIELD_TEXT, "题库名称", .example = "电工四级理论知识题库", .max = 80,
		.flags = FIELD_REQUIRED},
	{"custodian", FIELD_CHOICE, "层级", .choices = office_custodians,
		.help = "机构建立的都是机构题库，不用选。"},
	{"occupation_id", FIELD_CHOICE, "职业", .flags = FIELD_REQUIRED},
	{"work_type_id", FIELD_CHOICE, "工种", .help = "不选即整个职业。"},
	{"grade", FIELD_CHOICE, "等级", .choices = grade_choices,
		.help = "专项职业能力不分等级，不用选。"},
	{"multiple_rule", FIELD_CHOICE, "多项选择题评分规则", .choices = rules,
		.flags = FIELD_REQUIRED},
	{0},
};

static const struct field edit_fields[] = {
	{"title", FIELD_TEXT, "题库名称", .max = 80, .flags = FIELD_REQUIRED},
	{"work_type_id", FIELD_CHOICE, "工种", .help = "不选即整个职业。"},
	{"standard_id", FIELD_CHOICE, "职业标准版本"},
	{"multiple_rule", FIELD_CHOICE, "多项选择题评分规则", .choices = rules,
		.flags = FIELD_REQUIRED},
	{0},
};

static int bank_new(struct req *rq)
{
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_choices(rq, "work_type_id", choices_work_types(rq, 0));
	view_form(rq, "form", new_fields, "/banks/new", "建立题库",
		json_pack("{s:s, s:s}", "multiple_rule", "all", "custodian",
		rq->cx->actor.body_id ? "" : "province"));
	return 0;
}

static int bank_add(struct req *rq)
{
	struct bank_in in = {.custodian = in_text(rq->in, "custodian"),
		.title = in_text(rq->in, "title"),
		.multiple_rule = in_text(rq->in, "multiple_rule"),
		.occupation_id = in_choice(rq->in, "occupation_id"),
		.work_type_id = in_choice(rq->in, "work_type_id"),
			.grade = in_choice(rq->in, "grade")};
	int64_t id;
	int r = bank_create(rq->cx, &in, &id);
	return r < 0 ? r : rq_redirect(rq, "/banks/%" PRId64, id);
}

/* ---- one bank ---- */

static void put_tabs(struct req *rq, const char *here)
{
	static const struct {
		const char *path, *label;
	} tabs[] = {{"", "概览"}, {"/items", "试题"}, {"/points", "细目表"},
		{"/materials", "共用材料"}, {"/imports", "导入导出"},
		{"/readings", "调阅记录"}};
	json_t *list = json_array();
	for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "label",
			tabs[i].label, "url",
			text_of(rq->cx, "/banks/%s%s", rq_param(rq, "id"), tabs[i].path), "count",
			"", "active", streq(here, tabs[i].path)));
	view_set(rq, "tabs", list);
}

int bank_put(struct req *rq, const char *here, struct q_bank_find *ret_bank)
{
	int r = bank_get(rq->cx, rq_id(rq, "id"), ret_bank);
	if (r < 0)
		return r;
	json_t *row = view_row(rq, &q_bank_find_desc, ret_bank);
	add_labels(row);
	view_state(row, &bank_flow, ret_bank->state);
	json_object_set_new(row, "rule_label",
		json_string(choice_label(rules, ret_bank->multiple_rule)));
	view_set(rq, "bank", row);
	view_text(rq, "title", ret_bank->title);
	bool is_own = bank_is_own(rq->cx, ret_bank->body_id, ret_bank->region);
	bool is_open = streq(ret_bank->state, "open");
	view_flag(rq, "is_own", is_own);
	view_flag(rq, "is_open", is_open);
	view_flag(rq, "may_edit", is_own && ctx_may(rq->cx, PERM_BANK_EDIT));
	view_flag(rq, "may_write", is_own && is_open && ctx_may(rq->cx, PERM_ITEM_WRITE));
	put_tabs(rq, here);
	return 0;
}

static const struct choice *choices_standards(struct req *rq, int64_t occupation_id)
{
	struct q_standards_of_rows rows;
	if (q_standards_of(rq->cx->db, &rows, .occupation_id = occupation_id) < 0)
		rows.n = 0;
	struct choice *list = arena_array(rq->cx->arena, struct choice, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		list[i] = (struct choice){text_of(rq->cx, "%" PRId64, rows.at[i].id),
			text_of(rq->cx, "%s　%s", rows.at[i].version, rows.at[i].title)};
	return list;
}

static void put_stat(json_t *stats, const char *label, int64_t value, const char *url,
	const char *tone)
{
	json_array_append_new(stats, json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "label", label,
		"value", (json_int_t)value, "unit", "道", "note", "", "url", url, "tone", tone));
}

/* How many in each state, and how many papers may take. */
static int put_counts(struct req *rq, const struct q_bank_find *bank)
{
	struct q_bank_counts_rows rows;
	int64_t usable = 0, kinds[ITEM_KINDS] = {0};
	int r = q_bank_counts(rq->cx->db, &rows, .bank_id = bank->id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *stats = json_array(), *list = json_array();
	const char *url = text_of(rq->cx, "/banks/%" PRId64 "/items?", bank->id);
	for (const struct flow_state *s = item_flow.states; s->code; s++) {
		int64_t n = 0;
		for (size_t i = 0; i < rows.n; i++)
			n += streq(rows.at[i].state, s->code) ? rows.at[i].items : 0;
		put_stat(stats, s->label, n, text_of(rq->cx, "%sstate=%s", url, s->code),
			s->tone == TONE_GOOD ? "good" : s->tone == TONE_WAIT && n ? "wait"
			: "plain");
	}
	for (size_t i = 0; i < rows.n; i++) {
		usable += rows.at[i].usable;
		kinds[item_kind_of(rows.at[i].item_kind)] += rows.at[i].usable;
	}
	for (int k = 1; k < ITEM_KINDS; k++)
		json_array_append_new(list, json_pack("{s:s, s:I, s:s}", "label",
			item_kind_label((enum item_kind)k), "n", (json_int_t)kinds[k], "url",
			text_of(rq->cx, "%sitem_kind=%s", url,
				item_kind_code((enum item_kind)k))));
	view_set(rq, "stats", stats);
	view_set(rq, "kinds", list);
	view_int(rq, "n_usable", usable);
	return 0;
}

static int bank_flow_view(struct req *rq, const struct q_bank_find *bank)
{
	struct flow_subject s = {.id = bank->id, .state = bank->state, .region = bank->region,
		.body_id = bank->body_id, .title = bank->title};
	int r = view_flow(rq, &bank_flow, &s, "/banks/%" PRId64 "/flow", bank->id);
	if (r == 0 && !bank_is_own(rq->cx, bank->body_id, bank->region))
		json_object_set_new(json_object_get(rq->view, "flow"), "actions", json_array());
	return r;
}

static int bank_show(struct req *rq)
{
	struct q_bank_find bank;
	int r = bank_put(rq, "", &bank);
	if (r < 0 || (r = put_counts(rq, &bank)) < 0 || (r = points_view(rq, &bank)) < 0)
		return r;
	view_choices(rq, "work_type_id", choices_work_types(rq, bank.occupation_id));
	view_choices(rq, "standard_id", choices_standards(rq, bank.occupation_id));
	view_form(rq, "form", edit_fields, text_of(rq->cx, "/banks/%" PRId64, bank.id), "保存",
		view_row(rq, &q_bank_find_desc, &bank));
	return bank_flow_view(rq, &bank);
}

static int bank_change(struct req *rq)
{
	struct bank_in in = {.title = in_text(rq->in, "title"),
		.multiple_rule = in_text(rq->in, "multiple_rule"),
		.work_type_id = in_choice(rq->in, "work_type_id"),
		.standard_id = in_choice(rq->in, "standard_id")};
	int r = bank_edit(rq->cx, rq_id(rq, "id"), &in);
	if (r < 0)
		return r;
	rq_flash(rq, "bank.saved");
	return rq_redirect(rq, "/banks/%s", rq_param(rq, "id"));
}

static int bank_step(struct req *rq)
{
	int r = flow_run(rq->cx, &bank_flow, 0, rq_id(rq, "id"), in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : rq_redirect(rq, "/banks/%s", rq_param(rq, "id"));
}

/* ---- who has read ---- */

static const struct choice read_kinds[] = {{"item", "试题"}, {"asset", "图片"},
	{"material", "材料"}, {0}};

static const struct field read_filters[] = {
	{"actor_name", FIELD_TEXT, "调阅人", .max = 60},
	{"read_kind", FIELD_CHOICE, "调阅内容", .choices = read_kinds},
	{"is_typed", FIELD_BOOL, "只看当场填写理由的"},
	{0},
};

static int bank_readings(struct req *rq)
{
	struct q_bank_find bank;
	struct q_item_read_of_rows rows;
	struct scope scope = bank_scope(rq->cx);
	int64_t count, typed = in_int(rq->in, "is_typed");
	const char *name = in_text(rq->in, "actor_name"), *kind = in_text(rq->in, "read_kind");
	int r = bank_put(rq, "/readings", &bank);
	if (r < 0)
		return r;
	r = q_item_read_of(rq->cx->db, &rows, .bank_id = bank.id, .scope = scope,
		.actor_name = name, .read_kind = kind, .is_typed = typed, .page = rq_page(rq));
	if (r >= 0)
		r = q_item_read_of_count(rq->cx->db, &count, .bank_id = bank.id, .scope = scope,
			.actor_name = name, .read_kind = kind, .is_typed = typed,
			.page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_item_read_of_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row;
	json_array_foreach(rq_list_rows(rq), i, row) {
		json_object_set_new(row, "kind_label",
			json_string(choice_label(read_kinds, rows.at[i].read_kind)));
		json_object_set_new(row, "is_material",
			json_boolean(streq(rows.at[i].read_kind, "material")));
		json_object_set_new(row, "is_picture",
			json_boolean(streq(rows.at[i].read_kind, "asset")));
		enum role role = role_of(rows.at[i].role);
		json_object_set_new(row, "role_label",
			json_string(role == ROLE_COUNT ? "" : role_label(role)));
	}
	return r;
}

void view_by_name(struct req *rq, const char *form, const char *key)
{
	json_t *fields = json_object_get(json_object_get(rq->view, form), "fields"), *f;
	json_t *named = json_object();
	size_t i;
	json_array_foreach(fields, i, f)
		json_object_set(named, json_string_value(json_object_get(f, "name")), f);
	view_set(rq, key, named);
}

const struct route routes_bank[] = {
	{GET, "/banks", PERM_BANK_READ, bank_list, "bank/list", "题库", filters,
		.flags = ROUTE_LIST},
	{GET, "/banks/new", PERM_BANK_EDIT, bank_new, "bank/new", "建立题库"},
	{POST, "/banks/new", PERM_BANK_EDIT, bank_add, NULL, "建立题库", new_fields,
		.form = "/banks/new"},
	{GET, "/banks/:id", PERM_BANK_READ, bank_show, "bank/show", "本题库"},
	{POST, "/banks/:id", PERM_BANK_EDIT, bank_change, NULL, "保存题库", edit_fields,
		.form = "/banks/:id"},
	{POST, "/banks/:id/flow", PERM_BANK_EDIT, bank_step, NULL, "封存与启用题库", step_fields,
		.form = "/banks/:id"},
	{GET, "/banks/:id/readings", PERM_BANK_READ, bank_readings, "bank/readings",
		"题库调阅记录", read_filters, .flags = ROUTE_LIST},
	{0},
};
