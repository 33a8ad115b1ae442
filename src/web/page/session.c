/* Logging in, step by step, and out. */
#include <string.h>

#include "core/login.h"
#include "doc/paper.h"
#include "web/auth.h"
#include "web/exchange.h"
#include "web/page/page.h"
#include "web/router.h"
#include "web/site.h"
#include "web/url.h"

enum { NEXT_MAX = 2000 };

#define NEXT_FIELD {"next", FIELD_TEXT, "返回地址", .max = NEXT_MAX, .flags = FIELD_HIDDEN}

static const struct field next_fields[] = {NEXT_FIELD, {0}};

static const struct field login_fields[] = {
	{"login", FIELD_TEXT, "账号", .help = "工作人员填写登录名，劳动者填写居民身份证号码。",
		.max = 64, .flags = FIELD_REQUIRED | FIELD_WIDE | FIELD_SENSITIVE},
	{"password", FIELD_PASSWORD, "密码", .max = 200, .flags = FIELD_REQUIRED | FIELD_WIDE},
	NEXT_FIELD,
	{0},
};

static const struct field second_fields[] = {
	{"code", FIELD_TEXT, "动态验证码", .help = "打开身份验证器，填写当前显示的 6 位数字。",
		.example = "123456", .max = 12, .flags = FIELD_REQUIRED | FIELD_WIDE},
	NEXT_FIELD,
	{0},
};

static const struct field enrol_fields[] = {
	TOTP_FIELDS,
	NEXT_FIELD,
	{0},
};

const struct field change_fields[] = {
	{"old_password", FIELD_PASSWORD, "现在的密码", .max = 200,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	{"new_password", FIELD_PASSWORD, "新密码", .help = "至少 10 个字符，不得包含登录名或姓名。",
		.max = 200, .flags = FIELD_REQUIRED | FIELD_WIDE},
	{"repeat", FIELD_PASSWORD, "再次输入新密码", .max = 200,
		.flags = FIELD_REQUIRED | FIELD_WIDE},
	NEXT_FIELD,
	{0},
};

static const char *stage_page(enum session_stage stage)
{
	static const char *const pages[] = {
		[SESSION_SECOND] = "/login/second", [SESSION_ENROL] = "/login/enrol",
			[SESSION_CHANGE] = "/login/change",
		[SESSION_FULL] = "/",
	};
	return pages[stage];
}

const char *login_page(const struct session *s)
{
	return s && s->stage != SESSION_FULL ? stage_page(s->stage) : "/login";
}

static const char *next_of(struct req *rq)
{
	const char *next = rq->in ? in_text(rq->in, "next") : "";
	return url_is_local(next) ? next : "";
}

/* To the next stage's page, or to where the visitor wanted to be. */
static int go_on(struct req *rq, const struct login *login)
{
	const char *next = next_of(rq);
	auth_begin(rq->ex, login->token);
	if (rq->ex->face == FACE_JSON)
		view_text(rq, "stage", login->stage == SESSION_FULL ? "full"
			: stage_page(login->stage) + strlen("/login/"));
	if (login->stage == SESSION_FULL)
		return rq_redirect(rq, "%s", *next ? next : "/");
	struct buf encoded;
	buf_init(&encoded, 3 * NEXT_MAX + 1);
	url_encode(&encoded, next);
	int r = rq_redirect(rq, "%s?next=%s", stage_page(login->stage), buf_z(&encoded));
	buf_fini(&encoded);
	return r;
}

static json_t *next_preset(struct req *rq)
{
	return json_pack("{s:s}", "next", next_of(rq));
}

static int login_show(struct req *rq)
{
	view_form(rq, "form", login_fields, "/login", "登录", next_preset(rq));
	return 0;
}

static int login_run(struct req *rq)
{
	struct login login;
	int r = login_try(rq->cx, in_text(rq->in, "login"), in_text(rq->in, "password"),
		exchange_header(rq->ex, "User-Agent"), &login);
	return r < 0 ? r : go_on(rq, &login);
}

/* A page of one stage: whoever is elsewhere is sent there. */
static bool is_at(struct req *rq, enum session_stage stage)
{
	const struct session *s = rq->ex->session;
	if (s && s->stage == stage)
		return true;
	(void)rq_redirect(rq, "%s", s ? stage_page(s->stage) : "/login");
	return false;
}

static int second_show(struct req *rq)
{
	if (is_at(rq, SESSION_SECOND))
		view_form(rq, "form", second_fields, "/login/second", "验证", next_preset(rq));
	return 0;
}

static int second_run(struct req *rq)
{
	struct login login;
	if (!is_at(rq, SESSION_SECOND))
		return 0;
	int r = login_second(rq->cx, rq->ex->session, in_text(rq->in, "code"), &login);
	return r < 0 ? r : go_on(rq, &login);
}

/* A mistyped code keeps the secret that is in the authenticator by now; only a new visit makes a
 * new one. */
int show_totp_offer(struct req *rq, const struct field *fields, const char *action,
	json_t *preset)
{
	struct totp_offer offer;
	const char *path;
	const struct retry *retry = &rq->ex->retry;
	if (retry->fields == fields && retry->in && *in_raw(retry->in, "sealed")) {
		view_form(rq, "form", fields, action, "启用", preset);
		view_flag(rq, "offer", false);
		return 0;
	}
	int size, r = login_offer(rq->cx, rq->ex->session, &offer);
	if (r == 0)
		r = qr_path(rq->cx->arena, offer.uri, &path, &size);
	if (r < 0) {
		json_decref(preset);
		return ctx_pass(rq->cx, r);
	}
	json_object_set_new(preset, "sealed", json_string(offer.sealed));
	view_form(rq, "form", fields, action, "启用", preset);
	view_set(rq, "offer", json_pack("{s:s, s:s, s:s, s:i}", "secret", offer.secret, "uri",
		offer.uri, "qr_path", path, "qr_side", size + 8));
	return 0;
}

static int enrol_show(struct req *rq)
{
	return is_at(rq, SESSION_ENROL) ? show_totp_offer(rq, enrol_fields, "/login/enrol",
		next_preset(rq)) : 0;
}

static int enrol_run(struct req *rq)
{
	struct login login;
	if (!is_at(rq, SESSION_ENROL))
		return 0;
	int r = login_enrol(rq->cx, rq->ex->session, NULL, in_text(rq->in, "sealed"),
		in_text(rq->in, "code"), &login);
	return r < 0 ? r : go_on(rq, &login);
}

static int change_show(struct req *rq)
{
	if (is_at(rq, SESSION_CHANGE))
		view_form(rq, "form", change_fields, "/login/change", "修改密码", next_preset(rq));
	return 0;
}

int change_password(struct req *rq, struct login *ret_login)
{
	const char *password = in_text(rq->in, "new_password");
	if (!streq(password, in_text(rq->in, "repeat")))
		return fail_field(rq->cx, "repeat", "web.repeat_differs");
	return login_change(rq->cx, rq->ex->session, in_text(rq->in, "old_password"), password,
		ret_login);
}

static int change_run(struct req *rq)
{
	struct login login;
	if (!is_at(rq, SESSION_CHANGE))
		return 0;
	int r = change_password(rq, &login);
	return r < 0 ? r : go_on(rq, &login);
}

static int logout_run(struct req *rq)
{
	if (rq->ex->session) {
		int r = session_end(rq->cx, rq->ex->session);
		if (r < 0)
			return r;
	}
	auth_end(rq->ex);
	rq_flash(rq, "web.logged_out");
	return rq_redirect(rq, "/");
}

const struct route routes_session[] = {
	{GET, "/login", PERM_PUBLIC, login_show, "session/login", "登录", next_fields},
	{POST, "/login", PERM_PUBLIC, login_run, NULL, "登录", login_fields, "/login",
		.flags = ROUTE_THROTTLE | ROUTE_NO_CSRF},
	{GET, "/login/second", PERM_PUBLIC, second_show, "session/second", "第二步验证",
		next_fields},
	{POST, "/login/second", PERM_PUBLIC, second_run, NULL, "第二步验证", second_fields,
		"/login/second", .flags = ROUTE_THROTTLE | ROUTE_NO_CSRF},
	{GET, "/login/enrol", PERM_PUBLIC, enrol_show, "session/enrol", "设置第二步验证",
		next_fields},
	{POST, "/login/enrol", PERM_PUBLIC, enrol_run, NULL, "设置第二步验证", enrol_fields,
		"/login/enrol", .flags = ROUTE_THROTTLE | ROUTE_NO_CSRF},
	{GET, "/login/change", PERM_PUBLIC, change_show, "session/change", "修改密码", next_fields},
	{POST, "/login/change", PERM_PUBLIC, change_run, NULL, "修改密码", change_fields,
		"/login/change", .flags = ROUTE_THROTTLE | ROUTE_NO_CSRF},
	{POST, "/logout", PERM_PUBLIC, logout_run, NULL, "退出登录", .flags = ROUTE_NO_CSRF},
	{0},
};
