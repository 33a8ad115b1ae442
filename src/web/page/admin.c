/* The administrators' pages: accounts, tokens. Who may do what is core/account's business. */
#include <string.h>

#include "core/account.h"
#include "core/token.h"
#include "query/account.h"
#include "query/core.h"
#include "query/registry.h"
#include "web/choices.h"
#include "web/exchange.h"
#include "web/page/page.h"

enum { COUNT_CAP = 1001 };

static const struct choice role_choices[] = {
	{"worker", "劳动者"}, {"body_clerk", "评价机构经办人"}, {"body_manager", "评价机构负责人"},
		{"examiner", "考评员"},
		{"invigilator", "监考员"},
	{"supervisor", "督导员"}, {"authority", "人社部门经办"},
		{"authority_head", "人社部门负责人"},
	{"admin_system", "系统管理员"}, {"admin_security", "安全管理员"},
		{"admin_audit", "审计管理员"}, {0},
};

static const struct choice state_choices[] = {{"active", "启用"}, {"disabled", "停用"}, {0}};

static const struct field account_filters[] = {
	{"role", FIELD_CHOICE, "角色", .choices = role_choices},
	{"state", FIELD_CHOICE, "状态", .choices = state_choices},
	{"region", FIELD_CHOICE, "地区"},
	{"login", FIELD_TEXT, "登录名", .max = 32},
	{"name", FIELD_TEXT, "姓名", .max = 60},
	{0},
};

/* Workers have no login to be found by. The number is posted: addresses stay in browsers and
 * logs. */
static const struct field seek_fields[] = {
	{"idno", FIELD_IDNO, "劳动者身份证号码", .help = "劳动者用它登录，没有登录名。",
		.flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{0},
};

static const struct field create_fields[] = {
	{"login", FIELD_TEXT, "登录名",
		.help = "3 至 32 位小写字母、数字或 . _ -，至少含一个字母。", .example = "zhangsan",
			.min = 3,
		.max = 32, .flags = FIELD_REQUIRED},
	{"name", FIELD_TEXT, "姓名", .max = 60, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field grant_fields[] = {
	{"role", FIELD_CHOICE, "角色", .choices = role_choices, .help = "不选则收回全部权限。"},
	{"region", FIELD_CHOICE, "所辖地区", .help = "人社部门与督导员须选。"},
	{"body", FIELD_TEXT, "评价机构",
		.help = "机构人员、考评员与监考员填写：统一社会信用代码或机构编码。", .max = 40},
	{"person_id", FIELD_ID, "人员编号", .help = "劳动者与考评员填写。"},
	{"reason", FIELD_AREA, "理由", .max = 500, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field reason_fields[] = {
	{"reason", FIELD_AREA, "理由", .max = 500, .flags = FIELD_REQUIRED},
	{0},
};

static const struct field reset_fields[] = {
	{"reason", FIELD_AREA, "理由", .max = 500, .flags = FIELD_REQUIRED},
	{"also_totp", FIELD_BOOL, "第二步验证一并作废", .help = "本人遗失身份验证器时勾选。"},
	{0},
};

static void add_words(struct req *rq, json_t *row)
{
	const char *role = json_string_value(json_object_get(row, "role"));
	bool active = streq(json_string_value(json_object_get(row, "state")), "active");
	json_int_t locked = json_integer_value(json_object_get(row, "locked_until_at"));
	json_object_set_new(row, "role_label", json_string(role ? role_label(role_of(role)) : ""));
	json_object_set_new(row, "state_label", json_string(active ? "启用" : "停用"));
	json_object_set_new(row, "state_tone", json_string(active ? "good" : "bad"));
	json_object_set_new(row, "is_active", json_boolean(active));
	json_object_set_new(row, "is_locked", json_boolean(locked > ctx_now(rq->cx)));
}

static int account_list(struct req *rq)
{
	struct q_account_list_rows rows;
	int64_t count = 0;
	const struct input *in = rq->in;
	const char *role = in_text(in, "role"), *state = in_text(in, "state"),
		*region = in_text(in, "region");
	const char *login = in_text(in, "login"), *name = in_text(in, "name");
	int r = q_account_list(rq->cx->db, &rows, .role = role, .state = state, .region = region,
		.login = login, .name = name, .page = rq_page(rq));
	if (r == 0)
		r = q_account_list_count(rq->cx->db, &count, .role = role, .state = state,
			.region = region, .login = login, .name = name,
			.page = {.limit = COUNT_CAP});
	view_choices(rq, "region", choices_regions(rq, "", 3));
	if (r == 0)
		r = rq_list(rq, &q_account_list_desc, rows.at, rows.n, count);
	size_t i;
	json_t *row, *shown = rq_list_rows(rq);
	json_array_foreach(shown, i, row) {
		add_words(rq, row);
		json_object_set_new(row, "region_name", json_string(*rows.at[i].region
			? region_label(rq->cx, rows.at[i].region) : ""));
	}
	view_flag(rq, "may_create", ctx_may(rq->cx, PERM_ACCOUNT_EDIT));
	view_form(rq, "seek_form", seek_fields, "/admin/accounts/seek", "查找", NULL);
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int account_seek(struct req *rq)
{
	int64_t id;
	int r = account_by_idno(rq->cx, in_text(rq->in, "idno"), &id);
	if (r < 0)
		return r == ERR_NOTFOUND ? fail_field(rq->cx, "idno", "web.no_worker") : r;
	return rq_redirect(rq, "/admin/accounts/%lld", (long long)id);
}

static int account_new(struct req *rq)
{
	view_form(rq, "form", create_fields, "/admin/accounts", "开设账户", NULL);
	return 0;
}

/* Opened without rights or password: those are the security administrator's to give. */
static int account_open(struct req *rq)
{
	int64_t id;
	struct account_in in = {.login = in_text(rq->in, "login"), .name = in_text(rq->in, "name"),
		.role = ROLE_PUBLIC, .region = "", .must_change = true};
	int r = account_create(rq->cx, &in, &id);
	if (r < 0)
		return r;
	rq_flash(rq, "web.account_opened", in.login);
	return rq_redirect(rq, "/admin/accounts/%lld", (long long)id);
}

/* The account of the address, with what people read, as view.account. */
static int put_account(struct req *rq, struct q_account_find *ret_row)
{
	int r = q_account_find(rq->cx->db, ret_row, .id = rq_id(rq, "id"));
	if (r < 0)
		return ctx_pass(rq->cx, r);
	json_t *account = view_row(rq, &q_account_find_desc, ret_row);
	add_words(rq, account);
	json_object_set_new(account, "has_second", json_boolean(*ret_row->totp_cipher));
	view_set(rq, "account", account);
	return 0;
}

/* The body whose people it is of; names are "" without one. */
static int body_of_account(struct req *rq, const struct q_account_find *row,
	struct q_body_find *ret_body)
{
	struct scope all = scope_all();
	*ret_body = (struct q_body_find){.uscc = "", .name = ""};
	int r = row->body_id ? q_body_find(rq->cx->db, ret_body, .id = row->body_id,
		.scope_lo = all.lo, .scope_hi = all.hi) : 0;
	return r < 0 ? ctx_pass(rq->cx, r) : 0;
}

static int account_show(struct req *rq)
{
	struct q_account_find row;
	struct q_body_find body;
	int r = put_account(rq, &row);
	if (r < 0 || (r = body_of_account(rq, &row, &body)) < 0)
		return r;
	view_text(rq, "body_name", body.name);
	view_text(rq, "region_name", *row.region ? region_label(rq->cx, row.region) : "");
	view_flag(rq, "may_edit", ctx_may(rq->cx, PERM_ACCOUNT_EDIT));
	view_flag(rq, "may_grant", ctx_may(rq->cx, PERM_ACCOUNT_GRANT));
	return r;
}

/* The form of one act on the account; it is sent to its own address. */
static int show_act(struct req *rq, const struct field *fields, json_t *defaults)
{
	view_form(rq, "form", fields, rq->path, rq->route->title, defaults);
	return 0;
}

static int stop_show(struct req *rq)
{
	struct q_account_find row;
	int r = put_account(rq, &row);
	return r < 0 ? r : show_act(rq, reason_fields, NULL);
}

static int reset_show(struct req *rq)
{
	struct q_account_find row;
	int r = put_account(rq, &row);
	return r < 0 ? r : show_act(rq, reset_fields, NULL);
}

static int grant_show(struct req *rq)
{
	struct q_account_find row;
	struct q_body_find body;
	int r = put_account(rq, &row);
	if (r < 0 || (r = body_of_account(rq, &row, &body)) < 0)
		return r;
	view_choices(rq, "region", choices_regions(rq, "", 3));
	return show_act(rq, grant_fields,
		json_pack("{s:s, s:s, s:s, s:I}", "role", row.role, "region",
		row.region, "body", body.uscc, "person_id", (json_int_t)row.linked_person_id));
}

/* The body meant by its credit code or its filing code. */
static int body_of(struct req *rq, int64_t *ret_id)
{
	struct q_body_by_uscc by_uscc;
	struct q_body_by_code by_code;
	const char *text = in_text(rq->in, "body");
	int r = q_body_by_uscc(rq->cx->db, &by_uscc, .uscc = text);
	if (r == 0)
		*ret_id = by_uscc.body_id;
	if (r != ERR_NOTFOUND)
		return ctx_pass(rq->cx, r);
	r = q_body_by_code(rq->cx->db, &by_code, .body_code = text);
	if (r == ERR_NOTFOUND)
		return fail_field(rq->cx, "body", "account.no_body", text);
	if (r == 0)
		*ret_id = by_code.body_id;
	return ctx_pass(rq->cx, r);
}

static int check_region(struct req *rq)
{
	struct q_region_find row;
	const char *code = in_text(rq->in, "region");
	int r = *code ? q_region_find(rq->cx->db, &row, .code = code) : 0;
	return r == ERR_NOTFOUND ? fail_field(rq->cx, "region", "account.no_region", code)
		: ctx_pass(rq->cx, r);
}

static int back_to_account(struct req *rq)
{
	return rq_redirect(rq, "/admin/accounts/%s", rq_param(rq, "id"));
}

static int account_stop(struct req *rq)
{
	int r = account_disable(rq->cx, rq_id(rq, "id"), in_text(rq->in, "reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "web.account_disabled");
	return back_to_account(rq);
}

static int account_start(struct req *rq)
{
	int r = account_enable(rq->cx, rq_id(rq, "id"), in_text(rq->in, "reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "web.account_enabled");
	return back_to_account(rq);
}

static int account_free(struct req *rq)
{
	int r = account_unlock(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "web.account_unlocked");
	return back_to_account(rq);
}

static int account_empower(struct req *rq)
{
	const char *code = in_text(rq->in, "role");
	enum role role = *code ? role_of(code) : ROLE_PUBLIC;
	int64_t body_id = 0;
	int r = in_has(rq->in, "body") ? body_of(rq, &body_id) : 0;
	if (r < 0 || (r = check_region(rq)) < 0)
		return r;
	r = account_grant(rq->cx, rq_id(rq, "id"), role, in_text(rq->in, "region"), body_id,
		in_int(rq->in, "person_id"), in_text(rq->in, "reason"));
	if (r < 0)
		return r;
	rq_flash(rq, "web.account_granted", role_label(role));
	return back_to_account(rq);
}

/* The new password is shown on this answer and nowhere else. */
static int account_renew(struct req *rq)
{
	const char *password;
	struct q_account_find row;
	int64_t id = rq_id(rq, "id");
	int r = account_reset(rq->cx, id, in_int(rq->in, "also_totp"), in_text(rq->in, "reason"),
		&password);
	if (r == 0)
		r = q_account_find(rq->cx->db, &row, .id = id);
	if (r < 0)
		return ctx_pass(rq->cx, r);
	view_text(rq, "password", password);
	view_text(rq, "login", row.login);
	view_text(rq, "name", row.name);
	view_text(rq, "account_id", rq_param(rq, "id"));
	return 0;
}

/* A token's fields; its permissions are a list of codes. */
static const struct field token_fields[] = {
	{"login", FIELD_TEXT, "登录名", .help = "令牌以该账户的身份和范围调用接口。", .max = 32,
		.flags = FIELD_REQUIRED},
	{"name", FIELD_TEXT, "用途", .example = "省级平台数据交换", .max = 60,
		.flags = FIELD_REQUIRED},
	{"perms", FIELD_TEXT, "权限",
		.help = "权限代码（见下），以逗号分隔，不得超出该账户的角色。",
		.example = "certificate.read,batch.read",
		.max = 1000, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"days", FIELD_INT, "有效期", .unit = "天", .min = 1, .max = TOKEN_DAYS_MAX,
		.flags = FIELD_REQUIRED},
	{0},
};

static void put_perms(struct req *rq)
{
	json_t *perms = json_array();
	for (enum perm perm = PERM_TODO; perm < PERM_COUNT; perm++)
		json_array_append_new(perms, json_pack("{s:s, s:s}", "code", perm_code(perm),
			"label", perm_label(perm)));
	view_set(rq, "perms", perms);
}

static int token_show(struct req *rq)
{
	struct q_token_list_rows rows;
	int64_t count = 0;
	int r = q_token_list(rq->cx->db, &rows, .page = rq_page(rq));
	if (r == 0)
		r = q_token_list_count(rq->cx->db, &count, .page = {.limit = COUNT_CAP});
	if (r < 0)
		return ctx_pass(rq->cx, r);
	put_perms(rq);
	view_form(rq, "form", token_fields, "/admin/tokens", "签发令牌",
		json_pack("{s:i}", "days", 90));
	return rq_list(rq, &q_token_list_desc, rows.at, rows.n, count);
}

static size_t split_perms(struct ctx *cx, const char *text, const char *perms[TOKEN_SCOPES_MAX + 1])
{
	struct str rest = str_of(text);
	size_t n = 0;
	while (rest.n && n < TOKEN_SCOPES_MAX) {
		struct str one = str_trim(str_cut(&rest, ','));
		if (one.n)
			perms[n++] = arena_str(cx->arena, one);
	}
	return n;
}

static int token_make(struct req *rq)
{
	const char *perms[TOKEN_SCOPES_MAX + 1] = {0}, *token;
	const char *login = in_text(rq->in, "login");
	int64_t id, account_id;
	split_perms(rq->cx, in_text(rq->in, "perms"), perms);
	int r = account_by_login(rq->cx, login, &account_id);
	if (r < 0)
		return r == ERR_NOTFOUND ? fail_field(rq->cx, "login", "web.no_login", login) : r;
	r = token_create(rq->cx, account_id, in_text(rq->in, "name"), perms,
		in_int(rq->in, "days"), &id, &token);
	if (r < 0)
		return r;
	view_text(rq, "token", token);
	view_text(rq, "name", in_text(rq->in, "name"));
	view_text(rq, "token_id", text_of(rq->cx, "%lld", (long long)id));
	return 0;
}

static int token_end(struct req *rq)
{
	int r = token_revoke(rq->cx, rq_id(rq, "id"));
	if (r < 0)
		return r;
	rq_flash(rq, "web.token_revoked");
	return rq_redirect(rq, "/admin/tokens");
}

const struct route routes_admin[] = {
	{GET, "/admin/accounts", PERM_ACCOUNT_READ, account_list, "admin/accounts", "账户",
		account_filters, .flags = ROUTE_LIST},
	{GET, "/admin/accounts/new", PERM_ACCOUNT_EDIT, account_new, "admin/account_new",
		"开设账户"},
	{POST, "/admin/accounts", PERM_ACCOUNT_EDIT, account_open, NULL, "开设账户", create_fields,
		"/admin/accounts/new"},
	{POST, "/admin/accounts/seek", PERM_ACCOUNT_READ, account_seek, NULL,
		"按身份证号码查找账户", seek_fields, "/admin/accounts"},
	{GET, "/admin/accounts/:id", PERM_ACCOUNT_READ, account_show, "admin/account", "账户详情"},
	{GET, "/admin/accounts/:id/disable", PERM_ACCOUNT_EDIT, stop_show, "admin/account_act",
		"停用账户"},
	{POST, "/admin/accounts/:id/disable", PERM_ACCOUNT_EDIT, account_stop, NULL, "停用账户",
		reason_fields, "/admin/accounts/:id/disable"},
	{GET, "/admin/accounts/:id/enable", PERM_ACCOUNT_EDIT, stop_show, "admin/account_act",
		"重新启用账户"},
	{POST, "/admin/accounts/:id/enable", PERM_ACCOUNT_EDIT, account_start, NULL,
		"重新启用账户", reason_fields, "/admin/accounts/:id/enable"},
	{POST, "/admin/accounts/:id/unlock", PERM_ACCOUNT_READ, account_free, NULL, "解除锁定",
		NULL, "/admin/accounts/:id"},
	{GET, "/admin/accounts/:id/grant", PERM_ACCOUNT_GRANT, grant_show, "admin/account_act",
		"授予角色"},
	{POST, "/admin/accounts/:id/grant", PERM_ACCOUNT_GRANT, account_empower, NULL, "授予角色",
		grant_fields, "/admin/accounts/:id/grant"},
	{GET, "/admin/accounts/:id/reset", PERM_ACCOUNT_GRANT, reset_show, "admin/account_act",
		"重置密码"},
	{POST, "/admin/accounts/:id/reset", PERM_ACCOUNT_GRANT, account_renew, "admin/reset",
		"重置密码", reset_fields, "/admin/accounts/:id/reset"},
	{GET, "/admin/tokens", PERM_TOKEN_EDIT, token_show, "admin/tokens", "接口令牌",
		.flags = ROUTE_LIST},
	{POST, "/admin/tokens", PERM_TOKEN_EDIT, token_make, "admin/token", "签发令牌",
		token_fields, "/admin/tokens"},
	{POST, "/admin/tokens/:id/revoke", PERM_TOKEN_EDIT, token_end, NULL, "吊销令牌", NULL,
		"/admin/tokens"},
	{0},
};
