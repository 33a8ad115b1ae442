/* The scope of a body as people read it: one line for an occupation and work type with all its
 * grades. */
#ifndef LUBAN_WEB_SCOPE_VIEW_H
#define LUBAN_WEB_SCOPE_VIEW_H

#include "web/web.h"

struct q_body_scope_of_rows; /* query/registry.h */

/* An array of {occupation_code, occupation_name, detail, grades_text, valid_from_on_text,
 * valid_to_on_text, state_label, state_tone}; items of one occupation, work type, validity and
 * state are put together. */
json_t *scope_view(struct req *rq, const struct q_body_scope_of_rows *items);
/* "543" as "五级、四级、三级". */
const char *grades_text(struct ctx *cx, const char *grades);

#endif
