/* The few shapes of an answer: bytes, JSON, a page, a redirect, a problem. */
#ifndef LUBAN_WEB_ANSWER_H
#define LUBAN_WEB_ANSWER_H

#include "web/exchange.h"

void answer_bytes(struct exchange *ex, int status, const char *mime, struct str bytes,
	enum body_kind kind);
void answer_json(struct exchange *ex, int status, const char *mime, json_t *value);
/* The view through templates/NAME.html with what every page shows; the view gains those keys. */
bool answer_page_text(struct exchange *ex, const char *template, const char *title, json_t *view,
	/* what answer_page() sends; false has been logged, ret_text is empty */
	struct buf *ret_text);
void answer_page(struct exchange *ex, int status, const char *template, const char *title,
	json_t *view);
/* 303. */
void answer_redirect(struct exchange *ex, const char *location);
/* ex->cx.problem as problem+json (RFC 9457) or as the error page. status 0: by the problem's
 * error. */
void answer_problem(struct exchange *ex, int status);
/* fail() and answer_problem() in one. */
#define answer_refusal(ex, status, err, ...) \
	do { \
		ctx_clear(&(ex)->cx); \
		(void)fail(&(ex)->cx, (err), __VA_ARGS__); \
		answer_problem((ex), (status)); \
	} while (0)
/* Headers that every answer carries; a policy of the page's own stays. */
void answer_secure(struct exchange *ex);

/* [{field, id, text}] of the problem's fields. */
json_t *problem_fields(struct exchange *ex);

#endif
