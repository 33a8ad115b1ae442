#include "web/item_view.h"

#include <string.h>

#include "base/markup.h"

const struct choice item_kind_choices[] = {
	{"true_false", "判断题"}, {"single", "单项选择题"}, {"multiple", "多项选择题"},
	{"numeric", "计算填空题"}, {"text", "填空题"}, {"order", "排序题"}, {"match", "匹配题"},
	{"essay", "简答论述题"}, {0},
};

const char *item_html(struct ctx *cx, const char *html, const char *asset_base)
{
	static const char mark[] = "src=\"asset:";
	size_t length = strlen(mark);
	if (!html || !strstr(html, mark))
		return html ? html : "";
	auto_buf out;
	buf_init(&out, 4 * ITEM_HTML_MAX);
	for (const char *at; (at = strstr(html, mark)); html = at + length) {
		buf_put(&out, html, (size_t)(at - html));
		buf_printf(&out, "src=\"%s", asset_base);
	}
	buf_puts(&out, html);
	return arena_dup(cx->arena, buf_z(&out));
}

static const char *letter(struct ctx *cx, int i)
{
	return text_of(cx, "%c", 'A' + i);
}

static const char *option_html(struct ctx *cx, const struct item *it, int i, const char *base)
{
	if (it->kind == ITEM_TRUE_FALSE)
		return i ? "错误" : "正确";
	return item_html(cx, it->options[i].html, base);
}

static json_t *options(struct req *rq, const struct item *it, const char *base)
{
	json_t *list = json_array();
	for (int i = 0; i < it->n_options; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:i}", "letter",
			letter(rq->cx, i), "html", option_html(rq->cx, it, i, base), "place",
			i + 1));
	return list;
}

static json_t *targets(struct req *rq, const struct item *it, const char *base)
{
	json_t *list = json_array();
	for (int i = 0; i < it->n_targets; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "letter", letter(rq->cx, i),
			"html", item_html(rq->cx, it->targets[i].html, base)));
	return list;
}

static void flag(json_t *o, const char *name, bool on)
{
	json_object_set_new(o, name, json_boolean(on));
}

json_t *item_face(struct req *rq, const struct item *it, const char *material_html,
	const char *asset_base)
{
	enum item_kind k = it->kind;
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o}", "kind",
		item_kind_code(k), "kind_label", item_kind_label(k), "stem_html",
		item_html(rq->cx, it->stem_html, asset_base), "material_html",
		item_html(rq->cx, material_html, asset_base), "unit", it->unit ? it->unit : "",
		"keep_order", it->keep_order, "options", options(rq, it, asset_base), "targets",
		targets(rq, it, asset_base));
	flag(o, "is_choice", k == ITEM_TRUE_FALSE || k == ITEM_SINGLE || k == ITEM_MULTIPLE);
	flag(o, "is_multiple", k == ITEM_MULTIPLE);
	flag(o, "is_numeric", k == ITEM_NUMERIC);
	flag(o, "is_text", k == ITEM_TEXT);
	flag(o, "is_order", k == ITEM_ORDER);
	flag(o, "is_match", k == ITEM_MATCH);
	flag(o, "is_essay", k == ITEM_ESSAY);
	return o;
}

static const char *words(struct ctx *cx, const char *html)
{
	return markup_words(cx->arena, str_of(html));
}

static const char *match_text(struct ctx *cx, const struct item *it)
{
	const char *text = "";
	for (int i = 0; i < it->n_options && it->key[i]; i++)
		text = text_of(cx, "%s%s%c—%c", text, i ? "，" : "", 'A' + i, it->key[i]);
	return text;
}

static const char *choice_text(struct ctx *cx, const struct item *it)
{
	const char *text = "";
	for (const char *k = it->key; *k; k++)
		if (*k >= 'A' && *k - 'A' < it->n_options)
			text = text_of(cx, "%s%s%c　%s", text, *text ? "；" : "", *k,
				words(cx, it->options[*k - 'A'].html));
	return text;
}

const char *item_key_text(struct ctx *cx, const struct item *it)
{
	switch (it->kind) {
	case ITEM_TRUE_FALSE:
		return streq(it->key, "A") ? "正确" : "错误";
	case ITEM_SINGLE:
	case ITEM_MULTIPLE:
		return choice_text(cx, it);
	case ITEM_ORDER:
		return it->key;
	case ITEM_MATCH:
		return match_text(cx, it);
	case ITEM_NUMERIC:
		return text_of(cx, "%s%s%s%s%s", it->value, is_blank(it->tolerance) ? "" : " ± ",
			it->tolerance, is_blank(it->unit) ? "" : " ", it->unit);
	default:
		return "";
	}
}

/* What an option says afterwards: no candidate sees it in an exam, but it goes out with the
 * item. */
static json_t *feedbacks(struct req *rq, const struct item *it, const char *base)
{
	json_t *list = json_array();
	for (int i = 0; i < it->n_options; i++)
		if (!is_blank(it->options[i].feedback_html))
			json_array_append_new(list, json_pack("{s:s, s:s}", "letter",
				letter(rq->cx, i), "html",
				item_html(rq->cx, it->options[i].feedback_html, base)));
	return list;
}

json_t *item_answer(struct req *rq, const struct item *it, const char *asset_base)
{
	struct ctx *cx = rq->cx;
	json_t *variants = json_array();
	for (int i = 0; i < it->n_variants; i++)
		json_array_append_new(variants, json_pack("{s:s}", "text", it->variants[i]));
	return json_pack("{s:s, s:o, s:o, s:b, s:s, s:s, s:b}", "key_text", item_key_text(cx, it),
		"variants", variants, "feedbacks", feedbacks(rq, it, asset_base), "case_sensitive",
		it->case_sensitive, "rubric_html",
		item_html(cx, it->rubric_html, asset_base), "explanation_html",
		item_html(cx, it->explanation_html, asset_base), "is_essay",
		it->kind == ITEM_ESSAY);
}
