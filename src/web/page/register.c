/* The public register of evaluating bodies, filings under publicity, and the registration of a new
 * organisation. */
#include "core/account.h"
#include "core/password_policy.h"
#include "domain/registry/registry.h"
#include "query/registry.h"
#include "web/auth.h"
#include "web/choices.h"
#include "web/page/page.h"
#include "web/scope_view.h"

enum { COUNT_CAP = 1001 };

static const struct choice standing_choices[] = {{"filed", "已备案"}, {"suspended", "暂停"},
	{"rectifying", "整改中"}, {"withdrawn", "已注销"}, {"removed", "已取消备案"}, {0}};

static const struct field register_filters[] = {
	{"find", FIELD_TEXT, "机构名称", .max = 60},
	{"occupation_id", FIELD_CHOICE, "职业"},
	{"region", FIELD_CHOICE, "所在地"},
	OWN_LEVEL_FIELD,
	{"body_kind", FIELD_CHOICE, "机构类型", .choices = body_kind_choices},
	{"state", FIELD_CHOICE, "状态", .choices = standing_choices},
	{0},
};

static void add_kind(json_t *rows)
{
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
		json_object_set_new(row, "body_kind_label",
			json_string(choice_label(body_kind_choices,
			json_string_value(json_object_get(row, "body_kind")))));
}

static json_t *list_rows(struct req *rq)
{
	return json_object_get(json_object_get(rq->view, "list"), "rows");
}

static int register_list(struct req *rq)
{
	struct q_body_register_list_rows rows;
	int64_t count, occupation = 0;
	const struct input *in = rq->in;
	const char *region = in_text(in, "region"), *kind = in_text(in, "body_kind"),
		*state = in_text(in, "state");
	const char *find = like_any(rq->cx, in_text(in, "find")), *end = region_filter_end(rq);
	(void)str_to_i64(str_of(in_text(in, "occupation_id")), &occupation);
	view_choices(rq, "occupation_id", choices_occupations(rq));
	view_choices(rq, "region", choices_regions(rq, "37", 3));
	rq_states(rq, &body_flow);
	int r = q_body_register_list(rq->cx->db, &rows, .region = region, .region_end = end,
		.body_kind = kind,
		.state = state, .find = find, .occupation_id = occupation, .page = rq_page(rq));
	if (r >= 0)
		r = q_body_register_list_count(rq->cx->db, &count, .region = region,
			.region_end = end,
			.body_kind = kind, .state = state, .find = find,
			.occupation_id = occupation, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_body_register_list_desc, rows.at, rows.n, count);
	add_kind(list_rows(rq));
	return r;
}

static int register_show(struct req *rq)
{
	struct q_body_public_find body;
	struct q_body_scope_of_rows items;
	int64_t id = rq_id(rq, "id");
	int r = q_body_public_find(rq->cx->db, &body, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(rq->cx, r, "body.not_public");
	if (r >= 0)
		r = q_body_scope_of(rq->cx->db, &items, .body_id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *row = view_row(rq, &q_body_public_find_desc, &body);
	view_state(row, &body_flow, body.state);
	json_object_set_new(row, "region_name", json_string(region_label(rq->cx, body.region)));
	json_object_set_new(row, "body_kind_label",
		json_string(choice_label(body_kind_choices, body.body_kind)));
	view_set(rq, "body", row);
	view_set(rq, "scope", scope_view(rq, &items));
	view_text(rq, "title", body.name);
	return 0;
}

static int publicity_list(struct req *rq)
{
	struct q_filing_public_list_rows rows;
	int64_t count;
	int r = q_filing_public_list(rq->cx->db, &rows, .page = rq_page(rq));
	if (r >= 0)
		r = q_filing_public_list_count(rq->cx->db, &count, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	r = rq_list(rq, &q_filing_public_list_desc, rows.at, rows.n, count);
	add_kind(list_rows(rq));
	return r;
}

static const struct field sign_up_fields[] = {
	{"name", FIELD_TEXT, "机构名称", .help = "与营业执照或登记证书一致。", .max = 100,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"uscc", FIELD_USCC, "统一社会信用代码", .example = "91350100M000100Y43",
		.flags = FIELD_REQUIRED},
	{"body_kind", FIELD_CHOICE, "机构类型", .choices = body_kind_choices,
		.flags = FIELD_REQUIRED},
	{"region", FIELD_CHOICE, "所在地", .help = "由所在地人社部门受理备案。",
		.flags = FIELD_REQUIRED},
	{"legal_person", FIELD_TEXT, "法定代表人", .max = 60, .flags = FIELD_REQUIRED},
	{"address", FIELD_TEXT, "地址", .max = 200, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"contact", FIELD_TEXT, "联系人", .max = 60, .flags = FIELD_REQUIRED},
	{"phone", FIELD_PHONE, "联系电话", .help = "备案后向社会公开。", .flags = FIELD_REQUIRED},
	{"website", FIELD_TEXT, "网址", .max = 200},
	{"login", FIELD_TEXT, "登录名",
		.help = "机构负责人的账户，3 至 32 位小写字母、数字或 . _ -。", .min = 3, .max = 32,
		.flags = FIELD_REQUIRED},
	{"password", FIELD_PASSWORD, "登录密码", .flags = FIELD_REQUIRED},
	{0},
};

static int sign_up_form(struct req *rq)
{
	view_choices(rq, "region", choices_regions(rq, "37", 3));
	view_form(rq, "form", sign_up_fields, "/register/new", "注册机构", NULL);
	return 0;
}

static int open_account(struct req *rq, const struct body_in *body)
{
	const struct input *in = rq->in;
	struct account_in account = {.login = in_text(in, "login"), .name = body->contact,
		.role = ROLE_BODY_MANAGER, .region = body->region,
		.password = in_text(in, "password")};
	int64_t account_id;
	auto_tx tx = {0};
	int r = tx_begin(&tx, rq->cx->db);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	if ((r = body_register(rq->cx, body, &account.body_id)) < 0 ||
		(r = account_create(rq->cx, &account, &account_id)) < 0)
		return r;
	return (r = tx_commit(&tx)) < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int sign_up(struct req *rq)
{
	const struct input *in = rq->in;
	struct body_in body = {.name = in_text(in, "name"), .uscc = in_text(in, "uscc"),
		.body_kind = in_text(in, "body_kind"), .region = in_text(in, "region"),
		.legal_person = in_text(in, "legal_person"), .address = in_text(in, "address"),
		.contact = in_text(in, "contact"), .phone = in_text(in, "phone"),
			.website = in_text(in, "website")};
	int r = password_check(rq->cx, "password", in_text(in, "password"), in_text(in, "login"),
		body.contact);
	if (r < 0)
		return r;
	struct actor visitor = auth_act_for_visitor(rq->ex, body.contact);
	r = open_account(rq, &body);
	auth_act_as_before(rq->ex, &visitor);
	if (r < 0)
		return r;
	rq_flash(rq, "body.signed_up");
	return rq_redirect(rq, "/login");
}

const struct route routes_register[] = {
	{GET, "/register", PERM_PUBLIC, register_list, "register/list", "评价机构名录",
		register_filters, .flags = ROUTE_LIST | ROUTE_THROTTLE},
	{GET, "/register/publicity", PERM_PUBLIC, publicity_list, "register/publicity", "备案公示",
		.flags = ROUTE_LIST | ROUTE_THROTTLE},
	{GET, "/register/new", PERM_PUBLIC, sign_up_form, "register/new", "机构注册"},
	{POST, "/register/new", PERM_PUBLIC, sign_up, NULL, "机构注册", sign_up_fields,
		.form = "/register/new", .flags = ROUTE_THROTTLE},
	{GET, "/register/:id", PERM_PUBLIC, register_show, "register/show", "评价机构",
		.flags = ROUTE_THROTTLE},
	{0},
};
