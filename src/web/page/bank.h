/* What the pages of banks share. */
#ifndef LUBAN_WEB_PAGE_BANK_H
#define LUBAN_WEB_PAGE_BANK_H

#include "domain/exam/bank.h"
#include "domain/exam/bank_item.h"
#include "domain/exam/bank_point.h"
#include "web/web.h"

extern const struct route routes_bank[], routes_bank_point[], routes_bank_item[];
extern const struct route routes_bank_edit[], routes_bank_material[];

/* The bank of the address, and view.bank {…, custodian_label, rule_label, state_label …}, tabs,
 * is_own, is_open, may_edit, may_write. here: "" or "/items"…: the tab. */
int bank_put(struct req *rq, const char *here, struct q_bank_find *ret_bank) MUST_CHECK;
/* Choices of its points (ranges: only those an own child may hang on). */
const struct choice *choices_points(struct req *rq, int64_t bank_id, bool ranges) MUST_CHECK;
const struct choice *choices_materials(struct req *rq, int64_t bank_id) MUST_CHECK;
/* view.KEY = {csrf, form_id} for small forms in templates comes from the frame; this turns
 * view.FORM.fields into view.KEY by name, for templates that place fields themselves. */
/* view.points, has_points, n_lacking (points), weights_wrong. */
int points_view(struct req *rq, const struct q_bank_find *bank) MUST_CHECK;
void view_by_name(struct req *rq, const char *form, const char *key);

#endif
