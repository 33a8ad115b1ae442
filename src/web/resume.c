#include "web/resume.h"

#include <string.h>

#include "core/throttle.h"
#include "web/answer.h"
#include "web/auth.h"
#include "web/flash.h"
#include "web/page/page.h"
#include "web/router.h"
#include "web/run.h"
#include "web/site.h"
#include "web/stash.h"
#include "web/url.h"

enum { ID_BYTES = 16, ADDRESS_MAX = 4096, KEPT_PER_MINUTE = 20 };

/* The address to come back to: of the page asked for, or of the stashed form. */
static const char *way_back(struct exchange *ex)
{
	if (ex->route->method == GET)
		return *ex->query ? text_of(&ex->cx, "%s?%s", ex->path, ex->query) : ex->path;
	const char *site = exchange_header(ex, "Sec-Fetch-Site");
	bool own = !*site || streq(site, "same-origin");
	const char *id = exchange_token(ex, ID_BYTES);
	/* Places are few: nobody is to push out what others typed. */
	own = own && throttle_ip(&ex->cx, "stash", KEPT_PER_MINUTE);
	if (!own || !stash_put(ex->site->stash, id, auth_browser(ex), ex->path, &ex->values,
		ctx_now(&ex->cx)))
		return "/";
	struct req rq = {.cx = &ex->cx, .ex = ex};
	rq_flash(&rq, "web.kept");
	return text_of(&ex->cx, "/resume/%s", id);
}

void ask_log_in(struct exchange *ex)
{
	struct buf to;
	if (ex->face == FACE_JSON) {
		answer_header(ex, "WWW-Authenticate", "Bearer");
		answer_refusal(ex, 401, ERR_DENIED, "web.log_in");
		return;
	}
	buf_init(&to, ADDRESS_MAX);
	buf_printf(&to, "%s?next=", login_page(ex->session));
	url_encode(&to, way_back(ex));
	flash_send(ex);
	answer_redirect(ex, to.full ? login_page(ex->session) : arena_dup(ex->arena, buf_z(&to)));
	buf_fini(&to);
}

/* A form without a page of its own: what was sent stands in hidden fields behind one button. */
static void show_plain(struct req *rq, const struct route *route, const char *path,
	const struct values *v)
{
	json_t *hidden = json_array();
	for (size_t i = 0; i < v->n; i++) {
		const struct raw_value *value = &v->at[i];
		if (!streq(value->name, "csrf") && !streq(value->name, "form_id"))
			json_array_append_new(hidden,
				json_pack("{s:s, s:s%}", "name", value->name, "value",
				value->text.p, value->text.n));
	}
	view_set(rq, "hidden", hidden);
	view_text(rq, "action", path);
	view_text(rq, "action_title", route->title);
	view_text(rq, "form_csrf", auth_csrf(rq->ex));
}

static int resume_show(struct req *rq)
{
	struct exchange *ex = rq->ex;
	const char *path;
	unsigned allow;
	struct values values = {0};
	if (!stash_get(ex->site->stash, ex->arena, rq_param(rq, "id"), auth_browser(ex),
		ctx_now(rq->cx), false, &path, &values))
		return fail(rq->cx, ERR_NOTFOUND, "web.nothing_kept");
	const struct route *route = router_match(ex->site->router, POST, path, ex, &allow);
	if (!route)
		return fail(rq->cx, ERR_NOTFOUND, "web.nothing_kept");
	int r = ctx_need(rq->cx, route->perm);
	if (r < 0)
		return r;
	struct input *in = run_read_anyway(ex, route->fields, &values);
	(void)fail(rq->cx, ERR_STATE, "web.kept_here");
	ex->retry = (struct retry){.fields = route->fields, .in = in, .problem = &rq->cx->problem,
		.quiet = true};
	if (!run_form(ex, route, 200))
		show_plain(rq, route, path, &values);
	ctx_clear(rq->cx);
	return 0;
}

const struct route routes_resume[] = {
	{GET, "/resume/:id", PERM_SELF, resume_show, "resume", "继续填写", .flags = 0},
	{0},
};
