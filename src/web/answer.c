#include "web/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "core/message.h"
#include "web/frame.h"
#include "web/render.h"
#include "web/site.h"
#include "web/url.h"

enum { JSON_ANSWER_MAX = 128 * 1024 * 1024 };

void answer_bytes(struct exchange *ex, int status, const char *mime, struct str bytes,
	enum body_kind kind)
{
	ex->out.status = status;
	answer_header(ex, "Content-Type", mime);
	ex->out.body = bytes;
	ex->out.kind = kind;
}

void answer_json(struct exchange *ex, int status, const char *mime, json_t *value)
{
	struct buf text;
	buf_init(&text, JSON_ANSWER_MAX);
	if (json_write(value, &text) < 0) {
		log_error("%s a view that is no JSON", ex->ref);
		buf_reset(&text);
		buf_puts(&text, "{}");
	}
	answer_bytes(ex, status, mime, buf_view(&text), BODY_HEAP);
}

void answer_redirect(struct exchange *ex, const char *location)
{
	ex->out.status = 303;
	answer_header(ex, "Location", location);
}

static const struct {
	int status;
	const char *heading, *advice;
} statuses[] = {
	{400, "web.heading_400", "web.advice_400"},
	{401, "web.heading_401", "web.advice_401"},
	{403, "web.heading_403", "web.advice_403"},
	{404, "web.heading_404", "web.advice_404"},
	{405, "web.heading_405", "web.advice_405"},
	{409, "web.heading_409", "web.advice_409"},
	{413, "web.heading_413", "web.advice_413"},
	{415, "web.heading_415", "web.advice_415"},
	{422, "web.heading_422", "web.advice_422"},
	{429, "web.heading_429", "web.advice_429"},
	{503, "web.heading_503", "web.advice_503"},
	{500, "web.heading_500", "web.advice_500"}, /* the last: any other */
};

enum { STATUSES = sizeof statuses / sizeof statuses[0] };

static const char *status_text(struct exchange *ex, int status, bool advice)
{
	size_t i = 0;
	while (i + 1 < STATUSES && statuses[i].status != status)
		i++;
	const char *id = advice ? statuses[i].advice : statuses[i].heading;
	/* Nobody gives a worker a role: he has pages of his own. */
	if (advice && status == 403 && ex->cx.actor.role == ROLE_WORKER)
		id = "web.advice_403_worker";
	return message_text(ex->arena, id, NULL);
}

/* When nothing can be rendered any more. */
static void answer_bare(struct exchange *ex)
{
	const char *text = text_of(&ex->cx,
		"<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>%s</title>"
		"<h1>%s</h1><p>%s</p><p>%s</p></html>", status_text(ex, 500, false),
		status_text(ex, 500, false), status_text(ex, 500, true), ex->ref);
	ex->out.n_headers = 0;
	answer_bytes(ex, 500, "text/html; charset=utf-8", str_of(text), BODY_COPY);
}

bool answer_page_text(struct exchange *ex, const char *template, const char *title, json_t *view,
	struct buf *ret_text)
{
	struct mustache_error error = {0};
	frame_put(ex, view, title);
	int r = render(ex->site->render, template, view, ret_text, &error);
	if (r == 0)
		return true;
	log_error("%s template %s:%u: %s", ex->ref, error.template, error.line, error.text);
	buf_fini(ret_text);
	return false;
}

void answer_page(struct exchange *ex, int status, const char *template, const char *title,
	json_t *view)
{
	struct buf out;
	if (!answer_page_text(ex, template, title, view, &out)) {
		answer_bare(ex);
		return;
	}
	answer_bytes(ex, status, "text/html; charset=utf-8", buf_view(&out), BODY_HEAP);
}

json_t *problem_fields(struct exchange *ex)
{
	json_t *fields = json_array();
	for (int i = 0; i < ex->cx.problem.n_fields; i++) {
		const struct field_problem *p = &ex->cx.problem.fields[i];
		json_array_append_new(fields,
			json_pack("{s:s, s:s, s:s}", "field", p->field, "id", p->id, "text",
			field_problem_text(&ex->cx, p)));
	}
	return fields;
}

static json_t *problem_view(struct exchange *ex, int status)
{
	const struct problem *p = &ex->cx.problem;
	json_t *view = json_object();
	json_object_set_new(view, "type",
		json_string(text_of(&ex->cx, "urn:luban:problem:%s", err_name(p->err))));
	json_object_set_new(view, "status", json_integer(status));
	json_object_set_new(view, "title", json_string(status_text(ex, status, false)));
	json_object_set_new(view, "detail", json_string(problem_text(&ex->cx)));
	json_object_set_new(view, "id", json_string(p->id ? p->id : ""));
	json_object_set_new(view, "ref", json_string(ex->ref));
	json_object_set_new(view, "fields", problem_fields(ex));
	return view;
}

/* Where to ask once more for what may only be asked too often, or not now; "" when that is no
 * use. */
static const char *again_of(struct exchange *ex, int status)
{
	bool passes = status == 429 || status == 503;
	if (!passes || !streq(ex->method, "GET") || !url_is_local(ex->path))
		return "";
	return text_of(&ex->cx, "%s%s%s", ex->path, *ex->query ? "?" : "", ex->query);
}

void answer_problem(struct exchange *ex, int status)
{
	struct problem *p = &ex->cx.problem;
	if (!p->err)
		(void)fail(&ex->cx, ERR_BUG, "web.bug");
	if (!status)
		status = err_http(p->err);
	json_t *view = problem_view(ex, status);
	if (ex->face == FACE_JSON) {
		answer_json(ex, status, "application/problem+json", view);
	} else {
		json_object_set_new(view, "heading",
			json_string(status_text(ex, status, false)));
		json_object_set_new(view, "advice",
			json_string(status_text(ex, status, true)));
		json_object_set_new(view, "again", json_string(again_of(ex, status)));
		json_object_set_new(view, "is_denied", json_boolean(status == 403));
		json_object_set_new(view, "is_lost", json_boolean(status == 404));
		answer_page(ex, status, "error", status_text(ex, status, false), view);
	}
	json_decref(view);
}

static bool has_header(const struct exchange *ex, const char *name)
{
	for (int i = 0; i < ex->out.n_headers; i++)
		if (streq(ex->out.headers[i].name, name))
			return true;
	return false;
}

/* What a page may load, and what it may use of the device. */
static void secure_page(struct exchange *ex)
{
	if (!has_header(ex, "Content-Security-Policy"))
		answer_header(ex, "Content-Security-Policy",
			"default-src 'self'; img-src 'self' data:; object-src 'none'; "
			"base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
	answer_header(ex, "Referrer-Policy", "same-origin");
	bool camera = ex->route && ex->route->flags & ROUTE_CAMERA;
	answer_header(ex, "Permissions-Policy", camera
		? "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
		: "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
	answer_header(ex, "Cross-Origin-Opener-Policy", "same-origin");
}

/* JSON loads nothing and is nobody's page. */
static void secure_data(struct exchange *ex)
{
	answer_header(ex, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

void answer_secure(struct exchange *ex)
{
	(ex->face == FACE_JSON && !ex->is_static ? secure_data : secure_page)(ex);
	answer_header(ex, "X-Content-Type-Options", "nosniff");
	if (ex->secure)
		answer_header(ex, "Strict-Transport-Security", "max-age=31536000");
	if (!ex->is_static)
		answer_header(ex, "Cache-Control", "no-store");
}
