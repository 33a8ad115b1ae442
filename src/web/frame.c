#include "web/frame.h"

#include <string.h>

#include "base/civil.h"
#include "core/message.h"
#include "web/answer.h"
#include "web/auth.h"
#include "web/flash.h"
#include "web/nav.h"
#include "web/site.h"
#include "web/url.h"

const char *frame_form_id(struct exchange *ex)
{
	if (!ex->form_id)
		ex->form_id = exchange_token(ex, 8);
	return ex->form_id;
}

void frame_put_param(struct exchange *ex, struct buf *path, struct str name)
{
	for (int i = 0; i < ex->n_params; i++)
		if (str_is(name, ex->params[i].name))
			url_encode(path, ex->params[i].value);
}

void frame_put_problem(struct exchange *ex, json_t *view, const struct problem *problem)
{
	struct problem now = ex->cx.problem;
	ex->cx.problem = *problem;
	json_object_set_new(view, "problem",
		json_pack("{s:s, s:o, s:b}", "text", problem_text(&ex->cx), "fields",
		problem_fields(ex), "is_notice", ex->retry.quiet));
	ex->cx.problem = now;
}

static json_t *user_of(struct exchange *ex)
{
	const struct actor *actor = &ex->cx.actor;
	if (!actor->account_id)
		return json_false();
	bool worker = actor->role == ROLE_WORKER;
	return json_pack("{s:s, s:s, s:s, s:b, s:b}", "name", actor->name ? actor->name : "",
		"role",
		role_code(actor->role), "role_label", role_label(actor->role), "is_worker", worker,
		"is_staff", !worker);
}

static json_t *clock_of(struct exchange *ex)
{
	if (!ex->site->options.demo)
		return json_false();
	return json_pack("{s:s, s:b}", "text", civil_time_text(ex->arena, ctx_now(&ex->cx)),
		"may_move", ctx_may(&ex->cx, PERM_CLOCK_MOVE));
}

/* This page's address in a query of another: for links that come back. */
static const char *here_of(struct exchange *ex)
{
	struct buf here;
	buf_init(&here, 4096);
	url_encode(&here, ex->path);
	if (*ex->query && streq(ex->method, "GET")) {
		buf_puts(&here, "%3F");
		url_encode(&here, ex->query);
	}
	const char *z = here.full ? "%2F" : arena_dup(ex->arena, buf_z(&here));
	buf_fini(&here);
	return z;
}

static void put(json_t *view, const char *key, json_t *value)
{
	if (!json_object_get(view, key))
		json_object_set_new(view, key, value);
	else
		json_decref(value);
}

void frame_put(struct exchange *ex, json_t *view, const char *title)
{
	bool has_forms = ex->csrf || ex->session;
	put(view, "title", json_string(title ? title : ""));
	put(view, "path", json_string(ex->path));
	put(view, "here", json_string(here_of(ex)));
	put(view, "nav", nav_of(ex));
	put(view, "crumbs", crumbs_of(ex));
	put(view, "user", user_of(ex));
	put(view, "csrf", json_string(has_forms ? auth_csrf(ex) : ""));
	put(view, "form_id", json_string(frame_form_id(ex)));
	put(view, "flash", flash_take(ex));
	put(view, "clock", clock_of(ex));
	put(view, "asset", json_incref(ex->site->asset));
	put(view, "large", json_boolean(streq(exchange_any_cookie(ex, "large"), "1")));
	put(view, "problem", json_false());
}
