/* One HTTP exchange as web/ sees it: the server fills what was asked, the dispatcher what is
 * answered. Private to web/; pages use web.h. Everything lives in the worker's arena and is gone
 * after the answer. */
#ifndef LUBAN_WEB_EXCHANGE_H
#define LUBAN_WEB_EXCHANGE_H

#include "core/field.h"
#include "core/session.h"
#include "web/web.h"

struct site;

/* What a worker thread keeps between requests. */
struct worker {
	struct arena *arena;
	struct db *db; /* NULL until needed, and after it failed */
	uint8_t pool[4096]; /* random bytes not yet used */
	size_t pool_n;
};

enum { PARAMS_MAX = 6, VALUES_MAX = 8192, HEADERS_MAX = 24 };

struct param {
	const char *name, *value;
};

/* Raw values as they came in, in order. Grows in the arena up to VALUES_MAX. */
struct values {
	struct raw_value *at;
	size_t n, cap;
};

enum body_kind {
	BODY_STATIC, /* lives as long as the program */
	BODY_COPY,   /* lives in the arena: the server copies it */
	BODY_HEAP,   /* malloc()ed: the server frees it */
};

struct reply {
	int status;
	struct header {
		const char *name, *value;
	} headers[HEADERS_MAX];
	int n_headers;
	struct str body;
	enum body_kind kind;
};

enum face { FACE_HTML, FACE_JSON };

/* Fields typed in an earlier try, shown again by view_form(). */
struct retry {
	const struct field *fields;
	const struct input *in;
	const struct problem *problem;
	bool quiet; /* show what was typed without errors: the try was cut short by a log-in */
};

struct exchange {
	/* from the server */
	struct site *site;
	struct worker *worker;
	struct arena *arena;
	const char *method, *path, *query; /* path still percent-encoded */
	const char *ip;
	bool secure; /* TLS, here or at a trusted proxy */
	const char *(*header)(void *conn, const char *name);
	void *conn;
	struct str body;
	int refused; /* 413 or 400 when the server did not take the body */

	/* from the dispatcher */
	const struct route *route;
	struct param params[PARAMS_MAX];
	int n_params;
	struct values values, query_values;
	enum face face;
	struct ctx cx;
	/* NULL without one; the actor is the public until it is SESSION_FULL */
	const struct session *session;
	const char *visitor; /* a cookie given to a browser that had none; NULL otherwise */
	const char *csrf;    /* NULL until a form asks for it */
	const char *form_id;
	bool bearer;
	struct retry retry;
	json_t *choices;    /* by field name, from view_choices() */
	json_t *flash;      /* lines for the next page */
	const struct flow *states; /* of the rows in lists, from rq_states() */
	const char *location;
	char ref[12];       /* named on error pages and in the log */
	bool is_static;

	struct reply out;
	struct wait *wait; /* of a ROUTE_QUEUED route: the answer comes later, see wait.h */
};

/* Reply headers; both texts must live as long as the arena. */
void answer_header(struct exchange *ex, const char *name, const char *value);
void answer_cookie(struct exchange *ex, const char *name, const char *value, int64_t max_age);
/* One that no link from elsewhere brings along. */
void answer_cookie_strict(struct exchange *ex, const char *name, const char *value);
const char *exchange_header(struct exchange *ex, const char *name); /* "" when absent */
/* A cookie of ours by its plain name; "" when absent. */
const char *exchange_cookie(struct exchange *ex, const char *name);
/* One that a script may set, by its whole name. */
const char *exchange_any_cookie(struct exchange *ex, const char *name);
void exchange_random(struct exchange *ex, void *p, size_t n);
/* n random bytes as lower-case hexadecimal digits. */
const char *exchange_token(struct exchange *ex, size_t n);

/* false: too many. */
bool values_add(struct arena *a, struct values *v, const char *name, struct str text,
	const char *filename);
/* The first value of that name; "" when absent. */
const char *values_text(struct arena *a, const struct values *v, const char *name);

#endif
