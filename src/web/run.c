#include "web/run.h"

#include <string.h>

#include "base/log.h"
#include "core/audit.h"
#include "web/answer.h"
#include "web/auth.h"
#include "web/body.h"
#include "web/flash.h"
#include "web/frame.h"
#include "web/once_form.h"
#include "web/router.h"
#include "web/site.h"

/* One call of one handler. */
struct call {
	struct req rq;
	int status;
};

static void call_init(struct call *c, struct exchange *ex, const struct route *route,
	const char *path)
{
	*c = (struct call){.status = 200};
	c->rq = (struct req){.cx = &ex->cx, .route = route, .path = path, .ex = ex,
		.view = json_object()};
}

static void call_fini(struct call *c)
{
	json_decref(c->rq.view);
}

static const struct problem *problem_copy(struct exchange *ex)
{
	struct problem *p = arena_make(ex->arena, struct problem);
	*p = ex->cx.problem;
	return p;
}

struct input *run_read_anyway(struct exchange *ex, const struct field *fields,
	const struct values *v)
{
	struct input *in = NULL;
	if (fields && field_parse(&ex->cx, fields, v->at, v->n, &in) < 0)
		ctx_clear(&ex->cx);
	return in;
}

static bool is_given(const struct field *fields, const struct values *v)
{
	for (const struct field *f = fields; f->name; f++)
		for (size_t i = 0; i < v->n; i++)
			if (streq(v->at[i].name, f->name))
				return true;
	return false;
}

/* What a page reads from its address. When that is wrong, people get the page with every field
 * absent, what they typed and why it is wrong; programs get the problem. */
static int read_fields(struct exchange *ex, struct call *c)
{
	const struct field *fields = c->rq.route->fields;
	struct input *in;
	if (!fields)
		return 0;
	int r = field_parse(&ex->cx, fields, ex->query_values.at, ex->query_values.n, &in);
	c->rq.in = in;
	if (r != ERR_INVALID || ex->face == FACE_JSON)
		return r;
	bool given = is_given(fields, &ex->query_values);
	if (!ex->retry.fields)
		ex->retry = (struct retry){.fields = fields, .in = in, .problem = problem_copy(ex),
			.quiet = !given};
	c->status = given ? 422 : 200;
	ctx_clear(&ex->cx);
	c->rq.in = run_read_anyway(ex, fields, &(struct values){0});
	return 0;
}

static int note_reading(struct call *c)
{
	const struct route *route = c->rq.route;
	if (!route->audit)
		return 0;
	return audit_note(c->rq.cx, route->path, "page", rq_id(&c->rq, "id"), route->audit, "");
}

static void answer_call(struct exchange *ex, struct call *c)
{
	const struct route *route = c->rq.route;
	if (ex->out.status)
		return;
	if (ex->location) {
		flash_send(ex);
		answer_redirect(ex, ex->location);
	} else if (ex->face == FACE_JSON || !route->template) {
		answer_json(ex, c->status, "application/json", c->rq.view);
	} else {
		answer_page(ex, c->status, route->template, route->title, c->rq.view);
	}
}

void run_get(struct exchange *ex)
{
	struct call c;
	call_init(&c, ex, ex->route, ex->path);
	int r = db_hold(ex->cx.db, true);
	if (r == 0)
		r = read_fields(ex, &c);
	if (r == 0)
		r = ex->route->run(&c.rq);
	if (r == 0)
		r = note_reading(&c);
	if (db_hold(ex->cx.db, false) < 0)
		r = ERR_DB;
	if (r < 0) {
		ex->out = (struct reply){0};
		(void)ctx_pass(&ex->cx, r);
		answer_problem(ex, 0);
	} else {
		answer_call(ex, &c);
	}
	call_fini(&c);
}

static const struct route *form_of(struct exchange *ex, const struct route *route)
{
	for (size_t i = 0; route->form && i < router_count(ex->site->router); i++) {
		const struct route *get = router_at(ex->site->router, i);
		if (get->method == GET && streq(get->path, route->form))
			return ctx_may(&ex->cx, get->perm) ? get : NULL;
	}
	return NULL;
}

/* The pattern with this exchange's parameters. */
static const char *path_of(struct exchange *ex, const char *pattern)
{
	struct buf path;
	struct str rest = str_of(pattern);
	buf_init(&path, 4096);
	str_cut(&rest, '/');
	do {
		struct str segment = str_cut(&rest, '/');
		buf_putc(&path, '/');
		if (str_starts(segment, ":"))
			frame_put_param(ex, &path, (struct str){segment.p + 1, segment.n - 1});
		else
			buf_str(&path, segment);
	} while (rest.n);
	char *z = arena_dup(ex->arena, buf_z(&path));
	buf_fini(&path);
	return z;
}

bool run_form(struct exchange *ex, const struct route *route, int status)
{
	const struct route *form = form_of(ex, route);
	struct problem failed = ex->cx.problem;
	struct call c;
	if (!form || !form->template)
		return false;
	ctx_clear(&ex->cx);
	call_init(&c, ex, form, path_of(ex, form->path));
	int r = read_fields(ex, &c);
	ex->location = NULL;
	if (r == 0)
		r = form->run(&c.rq);
	bool shown = r == 0 && !ex->out.status && !ex->location;
	if (shown) {
		c.status = status;
		frame_put_problem(ex, c.rq.view, &failed);
		answer_call(ex, &c);
	} else {
		ex->cx.problem = failed;
	}
	call_fini(&c);
	return shown;
}

/* People get their form back; what is gone has none. */
static void answer_failed(struct exchange *ex, const struct input *in, int err)
{
	ex->out = (struct reply){0};
	(void)ctx_pass(&ex->cx, err);
	ex->retry = (struct retry){.fields = ex->route->fields, .in = in,
		.problem = problem_copy(ex)};
	bool has_form = ex->face == FACE_HTML && err != ERR_NOTFOUND && err != ERR_BUG;
	if (!has_form || !run_form(ex, ex->route, err_http(err)))
		answer_problem(ex, 0);
}

static void answer_done(struct exchange *ex, struct call *c)
{
	if (ex->face == FACE_JSON && !ex->out.status) {
		if (ex->location)
			view_text(&c->rq, "location", ex->location);
		if (ex->flash)
			view_set(&c->rq, "messages", json_incref(ex->flash));
		ex->location = NULL;
	} else if (!ex->out.status && !ex->location && !ex->route->template) {
		ex->location = path_of(ex, ex->route->form ? ex->route->form : "/");
	}
	answer_call(ex, c);
}

static void act(struct exchange *ex, struct once_form *once)
{
	struct call c;
	struct input *in = NULL;
	const struct route *route = ex->route;
	int r = 0;
	call_init(&c, ex, route, ex->path);
	if (route->fields)
		r = field_parse(&ex->cx, route->fields, ex->values.at, ex->values.n, &in);
	c.rq.in = in;
	if (r == 0)
		r = route->run(&c.rq);
	if (r == 0)
		r = note_reading(&c);
	if (r < 0)
		answer_failed(ex, in, r);
	else
		answer_done(ex, &c);
	once_form_end(ex, once, r >= 0, c.rq.view);
	call_fini(&c);
}

/* What was typed comes back with a new token: the browser's session may have changed in another
 * window. */
static void answer_forged(struct exchange *ex)
{
	struct input *in = run_read_anyway(ex, ex->route->fields, &ex->values);
	(void)fail(&ex->cx, ERR_DENIED, "web.csrf");
	ex->retry = (struct retry){.fields = ex->route->fields, .in = in,
		.problem = problem_copy(ex), .quiet = true};
	if (ex->face == FACE_JSON || !run_form(ex, ex->route, 403))
		answer_problem(ex, 403);
}

void run_post(struct exchange *ex)
{
	struct once_form once;
	/* No browser sends a JSON body, or a token of its own, for a page of another site without
	 * asking first. */
	bool exempt = ex->bearer || (body_is_json(ex) && !auth_is_foreign(ex));
	if (!exempt && !auth_csrf_is_right(ex))
		answer_forged(ex);
	else if (once_form_begin(ex, &once))
		act(ex, &once);
}
