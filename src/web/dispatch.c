/* The life of a request: route, who asks, permission, token, limits, fields, handler, view. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/hex.h"
#include "base/log.h"
#include "core/setting.h"
#include "core/throttle.h"
#include "web/answer.h"
#include "web/auth.h"
#include "web/body.h"
#include "web/intake.h"
#include "web/log_file.h"
#include "web/metrics.h"
#include "web/router.h"
#include "web/resume.h"
#include "web/run.h"
#include "web/site.h"
#include "web/static.h"
#include "web/url.h"
#include "web/wait.h"

enum { BODY_SMALL = 256 * 1024, BODY_LARGE = 20 * 1024 * 1024 + 64 * 1024 };

static int64_t micros(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool is_reading(const char *method)
{
	return streq(method, "GET") || streq(method, "HEAD");
}

size_t dispatch_limit(struct site *s, const char *method, const char *path)
{
	unsigned allow;
	const struct route *route = NULL;
	if (streq(method, "POST"))
		route = router_match(s->router, POST, path, NULL, &allow);
	return route && route->flags & ROUTE_BIG ? BODY_LARGE : BODY_SMALL;
}

/* An explicit wish for JSON; programs with a token or a JSON body need not say so. */
static enum face face_of(struct exchange *ex)
{
	const char *accept = exchange_header(ex, "Accept");
	if (strstr(accept, "application/json") || strstr(accept, "application/problem+json"))
		return FACE_JSON;
	if (strstr(accept, "text/html"))
		return FACE_HTML;
	return *exchange_header(ex, "Authorization") || body_is_json(ex) ? FACE_JSON : FACE_HTML;
}

static int open_database(struct exchange *ex)
{
	struct worker *w = ex->worker;
	if (w->db)
		return 0;
	int r = db_open(ex->site->options.database, &w->db);
	if (r < 0) {
		log_error("%s database: %s", ex->ref, db_error(w->db));
		db_close(w->db);
		w->db = NULL;
	}
	return r;
}

/* After a failure of the database the worker opens it anew; a handler must not leave a transaction
 * behind. */
static void tidy_database(struct exchange *ex)
{
	struct worker *w = ex->worker;
	if (!w->db)
		return;
	if (ex->cx.problem.err == ERR_DB) {
		log_error("%s database: %s", ex->ref, db_error(w->db));
		db_close(w->db);
		w->db = NULL;
	} else if (db_in_tx(w->db)) {
		log_error("%s %s left a transaction open", ex->ref,
			ex->route ? ex->route->path : ex->path);
		db_close(w->db);
		w->db = NULL;
	}
}

/* 405 when the path is known, else 404. */
static void answer_lost(struct exchange *ex, unsigned allow)
{
	if (!allow) {
		answer_refusal(ex, 404, ERR_NOTFOUND, "web.no_page");
		return;
	}
	answer_header(ex, "Allow",
		allow == 1 ? "GET, HEAD" : allow == 2 ? "POST" : "GET, HEAD, POST");
	answer_refusal(ex, 405, ERR_INVALID, "web.no_method", ex->method);
}

/* How often one address may ask: as the operator said, or by the settings. */
static int64_t limit_of(struct exchange *ex)
{
	int said = ex->site->options.per_minute;
	bool look_up = streq(ex->route->path, "/verify");
	return said >= 0 ? said
		: setting_int(&ex->cx, look_up ? "verify.per_minute" : "public.per_minute", "", 0);
}

static bool is_throttled(struct exchange *ex)
{
	bool asked = ex->route && (ex->route->flags & ROUTE_THROTTLE);
	int64_t per_minute = asked ? limit_of(ex) : 0;
	if (per_minute <= 0 || throttle_ip(&ex->cx, ex->route->path, per_minute))
		return false;
	const char *seconds = text_of(&ex->cx, "%d", (int)(60 / per_minute + 1));
	answer_header(ex, "Retry-After", seconds);
	answer_refusal(ex, 429, ERR_LIMIT, "web.too_often", seconds);
	return true;
}

/* As a file's size is told: what frames it in a request is not counted. */
static const char *limit_text(struct ctx *cx, size_t bytes)
{
	size_t mib = bytes >> 20;
	return mib ? text_of(cx, "%zu MB", mib) : text_of(cx, "%zu KB", bytes >> 10);
}

static bool is_refused(struct exchange *ex)
{
	switch (ex->refused) {
	case 0:
		return false;
	case 413:
		answer_refusal(ex, 413, ERR_LIMIT, "web.too_large",
			limit_text(&ex->cx, dispatch_limit(ex->site, ex->method, ex->path)));
		return true;
	case 503:
		answer_header(ex, "Retry-After", "5");
		answer_refusal(ex, 503, ERR_LIMIT, "web.busy");
		return true;
	default:
		answer_refusal(ex, 400, ERR_INVALID, "web.malformed");
		return true;
	}
}

/* The actor may use the route, or the visitor is sent to log in. */
static bool is_allowed(struct exchange *ex)
{
	if (ctx_may(&ex->cx, ex->route->perm))
		return true;
	if (auth_is_in(ex))
		answer_refusal(ex, 403, ERR_DENIED, "web.denied", perm_label(ex->route->perm));
	else
		ask_log_in(ex);
	return false;
}

static bool read_query(struct exchange *ex)
{
	if (url_values(ex->arena, str_of(ex->query), &ex->query_values))
		return true;
	answer_refusal(ex, 400, ERR_INVALID, "web.malformed");
	return false;
}

static bool read_body(struct exchange *ex)
{
	int status = ex->route->method == POST ? body_read(ex) : 0;
	if (status == 415)
		answer_refusal(ex, 415, ERR_INVALID, "web.unknown_type");
	else if (status)
		answer_refusal(ex, 400, ERR_INVALID, "web.malformed");
	return !status;
}

/* The database is there and the context says who asks. */
static bool is_ready(struct exchange *ex)
{
	if (open_database(ex) < 0) {
		answer_header(ex, "Retry-After", "10");
		answer_refusal(ex, 503, ERR_DB, "web.no_database");
		return false;
	}
	ctx_init(&ex->cx, ex->arena, ex->worker->db, ex->site->options.keys);
	int r = auth_identify(ex);
	if (r < 0)
		answer_problem(ex, r == ERR_DENIED ? 401 : 0);
	return r == 0;
}

/* A call of a candidate's page: its cookie is SameSite=Strict, and no other site's page may send
 * JSON without asking. */
static void queue(struct exchange *ex)
{
	struct req rq = {.cx = &ex->cx, .route = ex->route, .path = ex->path, .ex = ex};
	ex->face = FACE_JSON;
	if (is_refused(ex))
		return;
	if (!body_is_json(ex))
		answer_refusal(ex, 415, ERR_INVALID, "web.unknown_type");
	else if (auth_is_foreign(ex))
		answer_refusal(ex, 403, ERR_DENIED, "web.csrf");
	else if (ex->route->run(&rq) < 0)
		answer_problem(ex, 0);
}

static void serve(struct exchange *ex)
{
	unsigned allow;
	bool reading = is_reading(ex->method), posting = streq(ex->method, "POST");
	const struct route *route = router_match(ex->site->router, posting ? POST : GET, ex->path,
		ex, &allow);
	ex->route = reading || posting ? route : NULL;
	if (ex->route && ex->route->flags & ROUTE_QUEUED) {
		queue(ex);
		return;
	}
	if (is_refused(ex) || !is_ready(ex) || is_throttled(ex))
		return;
	if (!ex->route)
		answer_lost(ex, allow);
	else if (read_query(ex) && read_body(ex) && is_allowed(ex))
		(posting ? run_post : run_get)(ex);
}

/* As cheap as a static file: neither session nor limits. */
static bool serve_log(struct exchange *ex)
{
	if (!log_file_is(ex))
		return false;
	ex->is_static = true;
	if (log_file_kept(ex))
		return true;
	if (open_database(ex) < 0) {
		answer_bytes(ex, 503, "text/plain", STR("try again later\n"), BODY_STATIC);
		return true;
	}
	ctx_init(&ex->cx, ex->arena, ex->worker->db, ex->site->options.keys);
	log_file_read(ex);
	tidy_database(ex);
	return true;
}

static void note(const char *ref, const char *method, const char *path, int status, int64_t took)
{
	log_line(status >= 500 ? LOG_ERROR : LOG_INFO, "%s %s %s %d %lld.%03lld ms", ref, method,
		path, status, (long long)(took / 1000), (long long)(took % 1000));
}

/* The rest is done when it is woken. */
static void put_off(struct exchange *ex, int64_t started)
{
	ex->wait->route = ex->route;
	ex->wait->site = ex->site;
	ex->wait->started = started;
	memcpy(ex->wait->ref, ex->ref, sizeof ex->wait->ref);
}

static void finish(struct exchange *ex, int64_t started)
{
	int64_t took = micros() - started;
	int status = ex->out.status;
	json_decref(ex->flash);
	json_decref(ex->choices);
	if (ex->visitor)
		answer_cookie(ex, "visitor", ex->visitor, -1);
	answer_secure(ex);
	metrics_count(ex->site->metrics, ex->route, status, took);
	note(ex->ref, ex->method,
		ex->route ? ex->route->path : ex->is_static ? "/static" : "-", status, took);
}

void dispatch_waited(struct wait *w, struct arena *a, struct reply *out)
{
	w->answer(w, a, out);
	int64_t took = micros() - w->started;
	metrics_count(w->site->metrics, w->route, out->status, took);
	note(w->ref, "POST", w->route->path, out->status, took);
}

void dispatch_drain(struct site *s)
{
	intake_stop(s->intake);
}

void dispatch(struct exchange *ex)
{
	int64_t started = micros();
	uint8_t bytes[5];
	exchange_random(ex, bytes, sizeof bytes);
	hex_write(bytes, sizeof bytes, ex->ref);
	ctx_init(&ex->cx, ex->arena, NULL, ex->site->options.keys);
	ex->cx.actor.ip = ex->ip;
	if (!static_answer(ex) && !serve_log(ex)) {
		ex->face = face_of(ex);
		serve(ex);
		tidy_database(ex);
	}
	if (ex->wait)
		put_off(ex, started);
	else
		finish(ex, started);
}
