/* An item as templates/exam/item.html and bank/face.html draw it. */
#ifndef LUBAN_WEB_ITEM_VIEW_H
#define LUBAN_WEB_ITEM_VIEW_H

#include "domain/exam/item.h"
#include "web/web.h"

/* {kind, kind_label, stem_html, material_html, unit, keep_order, options [{letter, html, place}],
 * targets [{letter, html}], is_choice, is_multiple, is_numeric, is_text, is_order, is_match,
 * is_essay}: what a candidate sees, no key. Options of a true/false item read 正确, 错误. Pictures
 * point to asset_base + name. The caller adds no, score_text and so on. */
json_t *item_face(struct req *rq, const struct item *it, const char *material_html,
	const char *asset_base);
/* {key_text, value, tolerance, unit, variants [], rubric_html, explanation_html}: what he must not
 * see. */
json_t *item_answer(struct req *rq, const struct item *it, const char *asset_base);
/* Clean HTML with its pictures' addresses. */
const char *item_html(struct ctx *cx, const char *html, const char *asset_base);
/* "B 低氢型"; every kind's right answer in words. */
const char *item_key_text(struct ctx *cx, const struct item *it);
/* All kinds, by their codes; ends with {0}. */
extern const struct choice item_kind_choices[];

#endif
