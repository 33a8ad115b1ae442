/* Running a route's handler for one exchange, once the actor may use it. */
#ifndef LUBAN_WEB_RUN_H
#define LUBAN_WEB_RUN_H

#include "web/exchange.h"

void run_get(struct exchange *ex);
/* Token, once only, fields, handler; then the redirect, or the form again with its errors. */
void run_post(struct exchange *ex);
/* The form of `route` (its .form) shown with ex->retry and the context's problem. false: it has
 * none that this actor may see. */
bool run_form(struct exchange *ex, const struct route *route, int status);
/* What was typed, right or wrong, leaving no problem behind; NULL without fields. */
struct input *run_read_anyway(struct exchange *ex, const struct field *fields,
	const struct values *v);

#endif
