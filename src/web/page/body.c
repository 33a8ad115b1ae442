/* Bodies as the authority and the body itself see them. */
#include "domain/registry/registry.h"
#include "domain/standard/grade.h"
#include "query/registry.h"
#include "web/choices.h"
#include "web/page/page.h"
#include "web/scope_view.h"

enum { COUNT_CAP = 1001 };

static const struct choice state_choices[] = {{"registered", "已注册"}, {"filed", "已备案"},
	{"suspended", "暂停"},
	{"rectifying", "整改中"}, {"withdrawn", "已注销"}, {"removed", "已取消备案"},
		{"blacklisted", "列入黑名单"}, {0}};

static const struct field body_filters[] = {
	{"find", FIELD_TEXT, "机构名称", .max = 60},
	{"region", FIELD_CHOICE, "所在地"},
	{"body_kind", FIELD_CHOICE, "机构类型", .choices = body_kind_choices},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{0},
};

static void add_kind(json_t *row)
{
	json_object_set_new(row, "body_kind_label",
		json_string(choice_label(body_kind_choices,
		json_string_value(json_object_get(row, "body_kind")))));
}

static int body_list(struct req *rq)
{
	struct q_body_list_rows rows;
	struct ctx *cx = rq->cx;
	int64_t count;
	const char *region = in_text(rq->in, "region"), *kind = in_text(rq->in, "body_kind");
	const char *find = like_any(cx, in_text(rq->in, "find")), *state = in_text(rq->in, "state");
	const char *end = prefix_end(cx, region);
	view_choices(rq, "region", choices_regions(rq, cx->actor.region, 3));
	rq_states(rq, &body_flow);
	int r = q_body_list(cx->db, &rows, .scope_lo = cx->scope.lo, .scope_hi = cx->scope.hi,
		.own_id = cx->scope.body_id, .region = region, .region_end = end, .body_kind = kind,
		.state = state, .find = find, .page = rq_page(rq));
	if (r >= 0)
		r = q_body_list_count(cx->db, &count, .scope_lo = cx->scope.lo,
			.scope_hi = cx->scope.hi,
			.own_id = cx->scope.body_id, .region = region, .region_end = end,
			.body_kind = kind,
			.state = state, .find = find, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(cx, r);
	r = rq_list(rq, &q_body_list_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row;
	json_array_foreach(json_object_get(json_object_get(rq->view, "list"), "rows"), i, row)
		add_kind(row);
	return r;
}

static const struct field contact_fields[] = {
	{"address", FIELD_TEXT, "地址", .max = 200, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"contact", FIELD_TEXT, "联系人", .max = 60, .flags = FIELD_REQUIRED},
	{"phone", FIELD_PHONE, "联系电话", .flags = FIELD_REQUIRED},
	{"website", FIELD_TEXT, "网址", .max = 200},
	{0},
};

static const struct choice measure_choices[] = {{"suspend", "暂停评价"}, {"resume", "恢复评价"},
	{"end", "取消备案"}, {0}};

static const struct field measure_fields[] = {
	{"items", FIELD_IDS, "备案项目", .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"measure", FIELD_CHOICE, "措施", .choices = measure_choices,
		.help = "取消后不能恢复，须由机构重新申请增项；未开考的批次随即取消。",
		.flags = FIELD_REQUIRED},
	{"reason", FIELD_AREA, "理由和依据", .max = 1000, .flags = FIELD_REQUIRED},
	{0},
};

/* Items that are not at their end, by grade: measures are taken against one or several of them. */
static struct choice *item_choices(struct req *rq, const struct q_body_scope_of_rows *items)
{
	struct ctx *cx = rq->cx;
	struct choice *list = arena_array(cx->arena, struct choice, items->n + 1);
	size_t n = 0;
	for (size_t i = 0; i < items->n; i++) {
		const struct q_body_scope_of *s = &items->at[i];
		const char *detail = *s->project_name ? s->project_name : s->work_type_name;
		if (!streq(s->state, "ended"))
			list[n++] = (struct choice){text_of(cx, "%lld", (long long)s->id),
				text_of(cx, "%s%s%s %s%s", s->occupation_name, *detail ? " " : "",
				detail, grade_short(s->grade),
				streq(s->state, "suspended") ? "（暂停）" : "")};
	}
	return list;
}

static int put_scope(struct req *rq, int64_t body_id)
{
	struct q_body_scope_of_rows items;
	int r = q_body_scope_of(rq->cx->db, &items, .body_id = body_id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_set(rq, "scope", scope_view(rq, &items));
	view_flag(rq, "may_sanction", items.n && ctx_may(rq->cx, PERM_BODY_SANCTION));
	view_choices(rq, "items", item_choices(rq, &items));
	view_form(rq, "measure_form", measure_fields, text_of(rq->cx, "/bodies/%lld/scope",
		(long long)body_id), "处理所选项目", NULL);
	return 0;
}

static int put_filings(struct req *rq, int64_t body_id)
{
	struct q_filing_list_rows filings;
	int r = q_filing_list(rq->cx->db, &filings, .scope = rq->cx->scope, .body_id = body_id,
		.page = {.limit = 20});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *rows = view_rows(rq, &q_filing_list_desc, filings.at, filings.n);
	for (size_t i = 0; i < filings.n; i++)
		view_state(json_array_get(rows, i), &filing_flow, filings.at[i].state);
	view_set(rq, "filings", rows);
	return 0;
}

static int body_show(struct req *rq)
{
	struct flow_subject subject;
	int64_t id = rq_id(rq, "id");
	int r = body_flow.load(rq->cx, 0, id, &subject);
	if (r < 0 || (r = put_scope(rq, id)) < 0 || (r = put_filings(rq, id)) < 0)
		return r;
	const struct q_body_find *body = subject.row;
	json_t *row = view_row(rq, &q_body_find_desc, body);
	add_kind(row);
	json_object_set_new(row, "region_name", json_string(region_label(rq->cx, body->region)));
	view_set(rq, "body", row);
	view_text(rq, "title", body->name);
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_BODY_EDIT));
	view_form(rq, "form", contact_fields, text_of(rq->cx, "/bodies/%s", rq_param(rq, "id")),
		"保存联系信息", view_row(rq, &q_body_find_desc, body));
	return view_flow(rq, &body_flow, &subject, "/bodies/%s/flow", rq_param(rq, "id"));
}

static int body_save(struct req *rq)
{
	struct body_in in = {.address = in_text(rq->in, "address"),
		.contact = in_text(rq->in, "contact"),
		.phone = in_text(rq->in, "phone"), .website = in_text(rq->in, "website")};
	int r = body_update(rq->cx, rq_id(rq, "id"), &in);
	if (r < 0)
		return r;
	rq_flash(rq, "body.saved");
	return rq_redirect(rq, "/bodies/%s", rq_param(rq, "id"));
}

static int body_step(struct req *rq)
{
	int r = flow_run(rq->cx, &body_flow, 0, rq_id(rq, "id"), in_text(rq->in, "action"),
		in_text(rq->in, "reason"), NULL);
	return r < 0 ? r : rq_redirect(rq, "/bodies/%s", rq_param(rq, "id"));
}

/* All of them or none. */
static int scope_act(struct req *rq)
{
	const int64_t *items;
	size_t n = in_ids(rq->in, "items", &items);
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if (!n)
		return fail_field(rq->cx, "items", "scope.item_needed");
	for (size_t i = 0; i < n; i++)
		if ((r = scope_item_act(rq->cx, rq_id(rq, "id"), items[i],
			in_text(rq->in, "measure"), in_text(rq->in, "reason"))) < 0)
			return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(rq->cx, r);
	rq_flash(rq, "scope.acted");
	return rq_redirect(rq, "/bodies/%s", rq_param(rq, "id"));
}

/* A body's clerk comes to the page of his own body. */
static int body_mine(struct req *rq)
{
	return rq_redirect(rq, "/bodies/%lld", (long long)rq->cx->actor.body_id);
}

const struct route routes_body[] = {
	{GET, "/bodies", PERM_BODY_READ, body_list, "body/list", "评价机构", body_filters,
		.flags = ROUTE_LIST},
	{GET, "/bodies/mine", PERM_BODY_EDIT, body_mine, NULL, "本机构", .flags = ROUTE_DOWNLOAD},
	{GET, "/bodies/:id", PERM_BODY_READ, body_show, "body/show", "评价机构"},
	{POST, "/bodies/:id", PERM_BODY_EDIT, body_save, NULL, "保存联系信息", contact_fields,
		.form = "/bodies/:id"},
	{POST, "/bodies/:id/scope", PERM_BODY_SANCTION, scope_act, NULL, "处理备案项目",
		measure_fields, .form = "/bodies/:id"},
	{POST, "/bodies/:id/flow", PERM_BODY_SANCTION, body_step, NULL, "处理机构", step_fields,
		.form = "/bodies/:id"},
	{0},
};
