/* The way of a candidate to his paper: the door, the waiting room with the photo, the start. */
#include "web/page/exam_sit.h"

#include <string.h>

#include "base/civil.h"
#include "base/utf8.h"
#include "domain/exam/exam.h"
#include "domain/exam/seb.h"
#include "web/auth.h"
#include "web/exchange.h"
#include "web/origin.h"

bool sit_token(struct req *rq, struct sitting_token *ret_token)
{
	struct str text = str_of(exchange_cookie(rq->ex, SITTING_COOKIE));
	if (sitting_token_read(rq->cx->keys, text, ctx_now(rq->cx), ret_token) == 0)
		return true;
	rq_flash(rq, "sitting.door");
	rq_redirect(rq, "/exam/sit");
	return false;
}

static bool is_any(const char *state, const char *a, const char *b)
{
	return streq(state, a) || streq(state, b);
}

const char *sit_page(const struct q_sitting_find *s)
{
	if (is_any(s->state, "handed_in", "forced"))
		return "/exam/sit/receipt";
	return is_any(s->state, "running", "paused") ? "/exam/sit/paper" : "/exam/sit/wait";
}

bool sit_find(struct req *rq, struct sitting_token *ret_token, struct q_sitting_find *ret_sitting,
	int *ret_r)
{
	*ret_r = 0;
	if (!sit_token(rq, ret_token))
		return false;
	*ret_r = sitting_of_token(rq->cx, ret_token, ret_sitting);
	if (*ret_r == ERR_CONFLICT && rq->ex->face == FACE_HTML) {
		ctx_clear(rq->cx);
		*ret_r = rq_redirect(rq, "/exam/sit/elsewhere");
		return false;
	}
	return *ret_r == 0;
}

void sit_keep(struct req *rq, const struct sitting_pass *pass)
{
	answer_cookie_strict(rq->ex, SITTING_COOKIE, pass->cookie);
}

const char *sit_device(struct req *rq)
{
	struct str agent = utf8_cut(str_of(exchange_header(rq->ex, "User-Agent")), 150);
	return text_of(rq->cx, "%s %.*s", rq->ex->ip ? rq->ex->ip : "", (int)agent.n, agent.p);
}

static const char *clock_text(struct ctx *cx, int64_t at)
{
	return civil_time_text(cx->arena, at) + sizeof "2026-11-22 " - 1;
}

static const char *id_text(struct ctx *cx, int64_t id)
{
	return text_of(cx, "%lld", (long long)id);
}

void sit_view(struct req *rq, const struct q_sitting_find *s)
{
	struct ctx *cx = rq->cx;
	int64_t starts = s->started_at ? s->started_at : s->starts_at;
	view_set(rq, "sitting", json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:I, s:I, s:I}",
		"id", id_text(cx, s->id), "name", s->name, "ticket_no", s->ticket_no, "room_name",
		s->room_name, "seat", (json_int_t)s->seat, "exam_title", s->exam_title, "state",
		s->state, "epoch", (json_int_t)s->epoch, "starts_at", (json_int_t)starts,
		"deadline_at", (json_int_t)s->deadline_at, "checked_in_at",
		(json_int_t)s->checked_in_at));
	view_text(rq, "starts_text", clock_text(cx, starts));
	view_text(rq, "late_text", clock_text(cx, sitting_late_at(s)));
	view_text(rq, "stay_text", clock_text(cx, sitting_stay_until(s)));
	view_text(rq, "deadline_text", s->deadline_at ? clock_text(cx, s->deadline_at) : "");
	view_int(rq, "stay_until", sitting_stay_until(s));
	view_int(rq, "minutes", s->duration_seconds / 60);
	view_int(rq, "now_ms", ctx_now_ms(cx));
	(void)auth_csrf(rq->ex); /* these pages have forms of their own */
}

/* The address as the browser asked for it, which is what it hashed. */
bool sit_seb(struct req *rq, const struct q_sitting_find *s)
{
	if (!sitting_lacks_seb(s))
		return true;
	const char *query = rq->ex->query ? rq->ex->query : "";
	const char *url = text_of(rq->cx, "%s%s%s%s", rq_origin(rq), rq->ex->path,
		*query ? "?" : "", query);
	if (seb_hash_is(seb_key_of(rq->cx, s->exam_id, rq_origin(rq)), url,
		    exchange_header(rq->ex, "X-SafeExamBrowser-ConfigKeyHash")))
		return true;
	(void)fail(rq->cx, ERR_DENIED, "sitting.seb");
	return false;
}

/* ---- the door ---- */

static const struct field door_fields[] = {
	{"ticket_no", FIELD_TEXT, "准考证号", .max = 40, .flags = FIELD_REQUIRED},
	{"idno_tail", FIELD_TEXT, "证件号码后六位", .help = "末位是X的请输入X。", .max = 30,
		.flags = FIELD_REQUIRED | FIELD_SENSITIVE},
	{"seat", FIELD_INT, "座位号", .min = 1, .max = 10000, .flags = FIELD_REQUIRED},
	{"entry_code", FIELD_TEXT, "考室口令", .help = "监考员宣布口令的考室填写。", .max = 20},
	{0},
};

static int door_page(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	struct str text = str_of(exchange_cookie(rq->ex, SITTING_COOKIE));
	bool is_known = sitting_token_read(rq->cx->keys, text, ctx_now(rq->cx), &token) == 0 &&
		sitting_of_token(rq->cx, &token, &s) == 0;
	ctx_clear(rq->cx);
	view_text(rq, "go_on", is_known ? sit_page(&s) : "");
	view_text(rq, "go_on_name", is_known ? s.name : "");
	view_form(rq, "form", door_fields, "/exam/sit", "签到", NULL);
	return 0;
}

static int door_enter(struct req *rq)
{
	struct sitting_pass pass;
	struct sitting_in in = {.ticket_no = in_text(rq->in, "ticket_no"),
		.idno_tail = in_text(rq->in, "idno_tail"), .seat = in_int(rq->in, "seat"),
		.entry_code = in_text(rq->in, "entry_code"), .device = sit_device(rq)};
	int r = sitting_check_in(rq->cx, &in, &pass);
	if (r < 0)
		return r;
	sit_keep(rq, &pass);
	struct q_sitting_find s = {.state = pass.state};
	return rq_redirect(rq, "%s", sit_page(&s));
}

/* ---- the waiting room ---- */

static int wait_page(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	int r;
	if (!sit_find(rq, &token, &s, &r))
		return r;
	bool is_here = is_any(s.state, "waiting", "admitted");
	if (rq->ex->face == FACE_HTML && !is_here && !is_any(s.state, "absent", "void"))
		return rq_redirect(rq, "%s", sit_page(&s));
	sit_view(rq, &s);
	int64_t starts = s.started_at ? s.started_at : s.starts_at;
	view_flag(rq, "is_waiting", streq(s.state, "waiting"));
	view_flag(rq, "is_admitted", streq(s.state, "admitted"));
	view_flag(rq, "is_absent", streq(s.state, "absent"));
	view_flag(rq, "is_void", streq(s.state, "void"));
	view_flag(rq, "may_begin", streq(s.state, "admitted") && ctx_now(rq->cx) >= starts);
	view_flag(rq, "wants_photo", streq(s.photo_mode, "asked") && !s.photo_file_id && is_here);
	view_flag(rq, "has_photo", s.photo_file_id != 0);
	view_text(rq, "go_on", sit_page(&s));
	view_flag(rq, "wants_seb", streq(s.seb_mode, "required") && !*s.seb_waiver);
	return 0;
}

static const struct field photo_fields[] = {
	{"photo", FIELD_FILE, "签到照片", .max = 2 * 1024 * 1024, .flags = FIELD_REQUIRED},
	{0},
};

static int photo_put(struct req *rq)
{
	struct sitting_token token;
	if (!sit_token(rq, &token))
		return 0;
	int r = sitting_photo(rq->cx, &token, in_file(rq->in, "photo")->bytes);
	return r < 0 ? r : rq_redirect(rq, "/exam/sit/wait");
}

static int start(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	int r;
	if (!sit_find(rq, &token, &s, &r))
		return r;
	if (!sit_seb(rq, &s))
		return ERR_DENIED;
	if (!is_any(s.state, "handed_in", "forced") &&
		(r = sitting_begin(rq->cx, &token, &s)) < 0)
		return r;
	sit_view(rq, &s);
	return rq_redirect(rq, "%s", sit_page(&s));
}

/* ---- two pages of one sitting ---- */

static int elsewhere_page(struct req *rq)
{
	struct sitting_token token;
	struct q_sitting_find s;
	if (!sit_token(rq, &token))
		return 0;
	int r = sitting_of_token(rq->cx, &token, &s);
	if (r == 0)
		return rq_redirect(rq, "%s", sit_page(&s));
	if (r != ERR_CONFLICT)
		return r;
	ctx_clear(rq->cx);
	sit_view(rq, &s);
	return 0;
}

static int take_over(struct req *rq)
{
	struct sitting_token token;
	struct sitting_pass pass;
	struct q_sitting_find s;
	if (!sit_token(rq, &token))
		return 0;
	int r = sitting_take_over(rq->cx, &token, sit_device(rq), &pass);
	if (r == ERR_STATE && sitting_of_token(rq->cx, &token, &s) != ERR_NOTFOUND) {
		ctx_clear(rq->cx);
		return rq_redirect(rq, "%s", sit_page(&s));
	}
	if (r < 0)
		return r;
	sit_keep(rq, &pass);
	struct q_sitting_find now = {.state = pass.state};
	view_int(rq, "epoch", pass.token.epoch);
	return rq_redirect(rq, "%s", sit_page(&now));
}

static const struct field seb_fields[] = {
	{"url", FIELD_TEXT, "页面地址", .max = 1000, .flags = FIELD_REQUIRED},
	{"hash", FIELD_TEXT, "配置密钥散列", .max = 64, .flags = FIELD_REQUIRED},
	{0},
};

/* What the JavaScript API of Safe Exam Browser gave the page, where it sends no headers. */
static int seb_tell(struct req *rq)
{
	struct sitting_token token;
	if (!sit_token(rq, &token))
		return 0;
	int r = seb_prove(rq->cx, &token, rq_origin(rq), in_text(rq->in, "url"),
		in_text(rq->in, "hash"));
	view_flag(rq, "proven", r == 0);
	return r;
}

const struct route routes_exam_sit[] = {
	{GET, "/exam/sit", PERM_PUBLIC, door_page, "exam/door", "考生签到"},
	{POST, "/exam/sit", PERM_PUBLIC, door_enter, NULL, "签到", door_fields, "/exam/sit"},
	{GET, "/exam/sit/wait", PERM_PUBLIC, wait_page, "exam/wait", "候考",
		.flags = ROUTE_CAMERA},
	{POST, "/exam/sit/photo", PERM_PUBLIC, photo_put, NULL, "签到拍照", photo_fields,
		"/exam/sit/wait", .flags = ROUTE_BIG},
	{POST, "/exam/sit/start", PERM_PUBLIC, start, NULL, "开始作答", .form = "/exam/sit/wait"},
	{GET, "/exam/sit/elsewhere", PERM_PUBLIC, elsewhere_page, "exam/elsewhere",
		"已在别处打开"},
	{POST, "/exam/sit/take-over", PERM_PUBLIC, take_over, NULL, "在这里继续"},
	{POST, "/exam/sit/seb", PERM_PUBLIC, seb_tell, NULL, "安全浏览器校验", seb_fields},
	{0},
};
