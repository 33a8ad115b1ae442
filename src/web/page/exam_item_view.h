/* How a candidate sees the items of a form: in the order of his sitting, with his answers, and
 * without anything that a key could be guessed from. */
#ifndef LUBAN_WEB_PAGE_EXAM_ITEM_VIEW_H
#define LUBAN_WEB_PAGE_EXAM_ITEM_VIEW_H

#include "domain/exam/answer.h"
#include "domain/exam/form.h"
#include "query/sitting.h"
#include "web/web.h"

/* view.sections [{title, note, items [{no, item, name, kind, kind_label, score_text, material_html,
 * stem_html, unit, response, is_answered, is_radio, is_check, is_line, is_order, is_match,
 * is_essay, options [{value, letter, html, id, checked, places, targets}], targets [{letter,
 * html}]}]}], view.n_items, view.n_answered. */
void exam_items_view(struct req *rq, const struct q_sitting_find *s, const struct form *f,
	const struct answer *answers, size_t n);
/* What the form's fields of this item say, as a response; NULL when the page did not carry the
 * item. */
const char *exam_item_posted(struct req *rq, const struct form_item *item, int item_no);

#endif
