/* One's own account: password, second factor, where one is logged in, which tokens act in one's
 * name. */
#include <string.h>

#include "core/account.h"
#include "core/login.h"
#include "query/account.h"
#include "web/auth.h"
#include "web/device.h"
#include "web/exchange.h"
#include "web/page/page.h"

static json_t *sessions_of(struct req *rq, const struct q_session_of_account_rows *rows)
{
	const struct session *own = rq->ex->session;
	json_t *array = json_array();
	for (size_t i = 0; i < rows->n; i++) {
		json_t *row = view_row(rq, &q_session_of_account_desc, &rows->at[i]);
		json_object_set_new(row, "is_this",
			json_boolean(own && streq(own->token_hash, rows->at[i].token_hash)));
		json_object_set_new(row, "device",
			json_string(device_name(rq->cx->arena, rows->at[i].agent)));
		json_array_append_new(array, row);
	}
	return array;
}

static int account_show(struct req *rq)
{
	struct ctx *cx = rq->cx;
	struct q_account_find account;
	struct q_session_of_account_rows sessions;
	struct q_token_of_account_rows tokens;
	int r = q_account_find(cx->db, &account, .id = cx->actor.account_id);
	if (r == 0)
		r = q_session_of_account(cx->db, &sessions, .account_id = cx->actor.account_id);
	if (r == 0)
		r = q_token_of_account(cx->db, &tokens, .account_id = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *row = view_row(rq, &q_account_find_desc, &account);
	json_object_set_new(row, "role_label", json_string(role_label(role_of(account.role))));
	json_object_set_new(row, "has_second", json_boolean(*account.totp_cipher));
	view_set(rq, "account", row);
	view_set(rq, "sessions", sessions_of(rq, &sessions));
	view_flag(rq, "has_others", sessions.n > 1);
	view_set(rq, "tokens", view_rows(rq, &q_token_of_account_desc, tokens.at, tokens.n));
	return 0;
}

/* Password and second factor belong to the person at the browser, not to a token that acts for
 * him. */
static int need_session(struct req *rq)
{
	return rq->ex->session ? 0 : fail(rq->cx, ERR_DENIED, "web.no_token_here");
}

static int password_show(struct req *rq)
{
	int r = need_session(rq);
	if (r == 0)
		view_form(rq, "form", change_fields, "/account/password", "修改密码", NULL);
	return r;
}

static int changed(struct req *rq, const struct login *login)
{
	auth_begin(rq->ex, login->token);
	return rq_redirect(rq, "/account");
}

static int password_run(struct req *rq)
{
	struct login login;
	int r = need_session(rq);
	if (r == 0)
		r = change_password(rq, &login);
	if (r < 0)
		return r;
	rq_flash(rq, "web.password_changed");
	return changed(rq, &login);
}

static const struct field second_fields[] = {
	{"old_password", FIELD_PASSWORD, "现在的密码", .max = 200,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	TOTP_FIELDS,
	{0},
};

static int second_show(struct req *rq)
{
	int r = need_session(rq);
	return r < 0 ? r : show_totp_offer(rq, second_fields, "/account/second", json_object());
}

static int second_run(struct req *rq)
{
	struct login login;
	int r = need_session(rq);
	if (r == 0)
		r = login_enrol(rq->cx, rq->ex->session, in_text(rq->in, "old_password"),
			in_text(rq->in, "sealed"), in_text(rq->in, "code"), &login);
	if (r < 0)
		return r;
	rq_flash(rq, "web.second_changed");
	return changed(rq, &login);
}

static int others_end(struct req *rq)
{
	int r = need_session(rq);
	if (r == 0)
		r = session_end_all(rq->cx, rq->cx->actor.account_id, rq->ex->session->token_hash);
	if (r < 0)
		return r;
	rq_flash(rq, "web.others_ended");
	return rq_redirect(rq, "/account");
}

const struct route routes_account[] = {
	{GET, "/account", PERM_SELF, account_show, "account/show", "我的账户"},
	{GET, "/account/password", PERM_SELF, password_show, "account/password", "修改密码"},
	{POST, "/account/password", PERM_SELF, password_run, NULL, "修改密码", change_fields,
		"/account/password", .flags = ROUTE_NO_CSRF},
	{GET, "/account/second", PERM_SELF, second_show, "account/second", "更换第二步验证"},
	{POST, "/account/second", PERM_SELF, second_run, NULL, "更换第二步验证", second_fields,
		"/account/second", .flags = ROUTE_NO_CSRF},
	{POST, "/account/sessions/end", PERM_SELF, others_end, NULL, "退出其他设备"},
	{0},
};
