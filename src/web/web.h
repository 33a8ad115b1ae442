/* What a page is made of: a row in a route table, a handler that fills one view (a JSON object),
 * and a template. `Accept: application/json` prints the view; HTML renders it. Handlers see
 * validated input only. */
#ifndef LUBAN_WEB_WEB_H
#define LUBAN_WEB_WEB_H

#include <jansson.h>
#include <stdbool.h>

#include "core/audit.h"
#include "core/ctx.h"
#include "core/field.h"
#include "core/flow.h"

enum method { GET, POST };

struct req;
typedef int handler_fn(struct req *rq);

enum route_flag {
	/* takes page, sort, export=xlsx; fields are its filters, kept in the URL */
	ROUTE_LIST = 1,
	ROUTE_DOWNLOAD = 2, /* answers with bytes (rq_bytes), not with a view */
	ROUTE_THROTTLE = 4, /* public look-up: limited per address */
	ROUTE_NO_CSRF = 8,  /* reserved for log-in and for calls with a bearer token */
	ROUTE_BIG = 16,     /* body up to 20 MiB instead of 256 KiB */
	/* JSON of a candidate's page: without database, session or view; the handler answers, or
	 * leaves a wait (web/wait.h) */
	ROUTE_QUEUED = 32,
	ROUTE_CAMERA = 64, /* the page may ask for the camera */
};

/* path: "/batches/:id/rooms/:room". Tables end with {0} and are listed in web/routes.c. */
struct route {
	enum method method;
	const char *path;
	enum perm perm;             /* mandatory: 0 stops the server at start */
	handler_fn *run;
	const char *template;       /* templates/NAME.html; NULL for POST and downloads */
	const char *title;          /* Chinese, also the OpenAPI summary */
	const struct field *fields; /* what it reads from query or body, besides path parameters */
	/* POST: path (with the same parameters) of the GET route shown again with the errors */
	const char *form;
	const char *audit;          /* a read of personal data: the purpose written to the trail */
	unsigned flags;
};

struct req {
	struct ctx *cx;
	const struct route *route;
	/* route->fields, validated; NULL without fields. On a GET nothing may have been asked yet,
	 * or wrongly: then every field is absent, required ones too, and view_form() shows what was
	 * typed and why it is wrong. */
	const struct input *in;
	json_t *view;           /* an object; the handler fills it, the dispatcher owns it */
	const char *path;       /* as requested, without query */
	/* private to web/ below */
	struct exchange *ex;
};

/* a path parameter; 0 when it is no id (finds nothing) */
int64_t rq_id(struct req *rq, const char *name);
const char *rq_param(struct req *rq, const char *name);  /* a path parameter as text */
/* Whose row the path names: its parameter person, or of a page about one's own the actor. */
int64_t rq_person(struct req *rq);

/* After a POST: 303 there (HTML), or {"location": …} with the view (JSON). */
int rq_redirect(struct req *rq, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A line shown once on the next page: message id and arguments. */
#define rq_flash(rq, ...) rq_flash_((rq), __VA_ARGS__, (const char *)NULL)
void rq_flash_(struct req *rq, const char *id, ...) __attribute__((sentinel));
/* A body of bytes; filename NULL shows it in place, else it is a download. Bytes are copied. */
int rq_bytes(struct req *rq, const char *mime, const char *filename, struct str bytes);

/* Lists: limit, offset and sort from the URL; then hands rows and count to the view:
 * view.list = {rows, page, pages, more, sort, filters:[…], export}. With export=xlsx the
 * dispatcher's caller gets up to 100,000 rows instead. */
struct page rq_page(struct req *rq);
int rq_list(struct req *rq, const struct q_desc *desc, const void *rows, size_t n, int64_t count);
/* The rows of view.list, for adding to them what the desc lacks; NULL when they went into a
 * sheet. */
json_t *rq_list_rows(struct req *rq);

/* A JSON object of a row. By the column's name it gains what people read:
 *   id, *_id            -> string
 *   *_at                -> epoch int stays, *_at_text "2026-11-22 09:30"
 *   *_on                -> "2026-11-22" (0 gives ""), *_on_text "2026年11月22日"
 *   grade               -> grade_text "三级/高级工"
 *   *_fen               -> *_text "120.00"
 *   *_centi             -> *_text "87.5"
 *   state               -> with a flow: state_label, state_tone
 *   *_cipher, *_index, *_hash, data   left out: secrets never reach a view */
json_t *view_row(struct req *rq, const struct q_desc *desc, const void *row);
json_t *view_rows(struct req *rq, const struct q_desc *desc, const void *rows, size_t n);
void view_state(json_t *object, const struct flow *f, const char *state);
/* view.flow = {state, label, tone, due, actions:[{action,label,reason,danger,url}], events:[…]} */
int view_flow(struct req *rq, const struct flow *f, const struct flow_subject *s,
	const char *action_url_fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* What was typed for a step that was refused stands in its form again, opened: item gains is_again
 * and typed. */
void view_typed(struct req *rq, const char *action, json_t *item);
/* view[key] = the form of a field list for templates/part/form.html: typed values and errors of the
 * last try (is_again: a folded form opens), else `defaults` (an object by field name; may be NULL;
 * stolen). */
void view_form(struct req *rq, const char *key, const struct field *fields, const char *action,
	const char *submit, json_t *defaults);
/* The states of rows in this view are those of f: rows gain state_label and state_tone. Call before
 * rq_list. */
void rq_states(struct req *rq, const struct flow *f);
/* Choices for a FIELD_CHOICE or FIELD_IDS whose list is data. Call before view_form. */
void view_choices(struct req *rq, const char *field, const struct choice *choices);

void view_set(struct req *rq, const char *key, json_t *value);  /* steals */
void view_text(struct req *rq, const char *key, const char *text);
void view_int(struct req *rq, const char *key, int64_t n);
void view_flag(struct req *rq, const char *key, bool on);

#endif
