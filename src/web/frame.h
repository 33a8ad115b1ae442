/* What every page shows besides its own: navigation, who is logged in, messages, the rehearsal
 * clock. */
#ifndef LUBAN_WEB_FRAME_H
#define LUBAN_WEB_FRAME_H

#include "web/exchange.h"

/* Adds to the view: title, path, here, nav, user, csrf, form_id, flash, clock, asset, large,
 * problem. */
void frame_put(struct exchange *ex, json_t *view, const char *title);
/* view.problem = {text, fields}: above a form shown again. */
void frame_put_problem(struct exchange *ex, json_t *view, const struct problem *problem);
/* A path parameter's value, percent-encoded. */
void frame_put_param(struct exchange *ex, struct buf *path, struct str name);
/* One per page: a form sent twice carries the same one. */
const char *frame_form_id(struct exchange *ex);

#endif
