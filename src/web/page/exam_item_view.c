#include "web/page/exam_item_view.h"

#include <stdio.h>
#include <string.h>

#include "web/exchange.h"

enum { ORDER_SECTIONS = 1000 };

struct seen {
	struct req *rq;
	const struct q_sitting_find *sitting;
	const struct form *form;
	const char **responses; /* by item number */
	json_int_t no, n_answered;
};

static bool is_one_of(enum item_kind kind, enum item_kind a, enum item_kind b)
{
	return kind == a || kind == b;
}

static bool keeps(const struct seen *v, const struct item *it)
{
	return !(v->sitting->shuffle & 1) || it->keep_order || it->kind == ITEM_TRUE_FALSE;
}

/* Pictures are files of this sitting. */
static const char *with_pictures(struct seen *v, int item_no, const char *html)
{
	static const char mark[] = "asset:";
	struct ctx *cx = v->rq->cx;
	auto_buf b = {0};
	const char *at = strstr(html, "src=\"asset:");
	if (!at)
		return html;
	buf_init(&b, 2 * ITEM_HTML_MAX);
	for (; at; at = strstr(html, "src=\"asset:")) {
		at += strlen("src=\"");
		buf_put(&b, html, (size_t)(at - html));
		buf_printf(&b, "/exam/sit/items/%d/", item_no);
		html = at + strlen(mark);
	}
	buf_puts(&b, html);
	return arena_str(cx->arena, buf_view(&b));
}

static const char *letter_text(struct seen *v, int place)
{
	return text_of(v->rq->cx, "%c", 'A' + place);
}

/* For putting in order: which place this option has, 1 to n. */
static json_t *places_of(struct seen *v, const char *response, char letter, int n)
{
	json_t *places = json_array();
	const char *at = strchr(response, letter);
	for (int i = 0; i < n; i++)
		json_array_append_new(places,
			json_pack("{s:s, s:b}", "label", text_of(v->rq->cx, "%d", i + 1),
			"selected",
				at && *response && at - response == i));
	return places;
}

static json_t *target_choices(struct seen *v, const struct item *it, const int *order, char chosen)
{
	json_t *targets = json_array();
	for (int i = 0; i < it->n_targets; i++) {
		char letter = (char)('A' + order[i]);
		json_array_append_new(targets,
			json_pack("{s:s, s:s, s:b}", "value", letter_text(v, order[i]), "label",
				letter_text(v, i), "selected", chosen == letter));
	}
	return targets;
}

static json_t *option_view(struct seen *v, const struct form_item *item, int item_no, int place,
	int index, const int *target_order)
{
	const struct item *it = &item->content;
	const char *response = v->responses[item_no];
	char letter = (char)('A' + index);
	bool is_match = it->kind == ITEM_MATCH;
	bool has = (size_t)index < strlen(response);
	const char *html = it->kind == ITEM_TRUE_FALSE ? (index ? "错误" : "正确")
		: with_pictures(v, item_no, it->options[index].html);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o}", "value",
		letter_text(v, index), "letter", letter_text(v, place), "html", html, "id",
		text_of(v->rq->cx, "a%d-%c", item_no, letter), "name",
		text_of(v->rq->cx, "a%d_%c", item_no, letter), "checked",
		!is_match && strchr(response, letter) && *response, "places",
		it->kind == ITEM_ORDER ? places_of(v, response, letter, it->n_options)
			: json_array(), "targets",
		is_match ? target_choices(v, it, target_order, has ? response[index] : 0)
			: json_array());
}

static json_t *options_view(struct seen *v, const struct form_item *item, int item_no)
{
	const struct item *it = &item->content;
	int order[ITEM_OPTIONS_MAX], targets[ITEM_OPTIONS_MAX];
	uint32_t seed = (uint32_t)v->sitting->order_seed;
	json_t *options = json_array();
	form_order(seed, item_no, 0, it->n_options, keeps(v, it), order);
	form_order(seed, item_no, 1, it->n_targets, keeps(v, it), targets);
	for (int i = 0; i < it->n_options; i++)
		json_array_append_new(options, option_view(v, item, item_no, i, order[i], targets));
	return options;
}

static json_t *targets_view(struct seen *v, const struct form_item *item, int item_no)
{
	const struct item *it = &item->content;
	int order[ITEM_OPTIONS_MAX];
	json_t *targets = json_array();
	form_order((uint32_t)v->sitting->order_seed, item_no, 1, it->n_targets, keeps(v, it),
		order);
	for (int i = 0; i < it->n_targets; i++)
		json_array_append_new(targets,
			json_pack("{s:s, s:s}", "letter", letter_text(v, i), "html",
				with_pictures(v, item_no, it->targets[order[i]].html)));
	return targets;
}

static const char *points_text(struct ctx *cx, int64_t centi)
{
	char text[32];
	int n = snprintf(text, sizeof text, "%lld.%02lld", (long long)(centi / 100),
		(long long)(centi % 100));
	while (n && text[n - 1] == '0')
		n--;
	if (n && text[n - 1] == '.')
		n--;
	return arena_str(cx->arena, (struct str){text, (size_t)n});
}

static json_t *item_view(struct seen *v, const struct form_item *item, int item_no)
{
	const struct item *it = &item->content;
	struct ctx *cx = v->rq->cx;
	const char *response = v->responses[item_no];
	v->n_answered += *response != 0;
	json_t *view = json_pack("{s:I, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "no",
		++v->no, "item", item_no, "name", text_of(cx, "a%d", item_no), "kind",
		item_kind_code(it->kind), "kind_label", item_kind_label(it->kind), "score_text",
		points_text(cx, item->score_centi), "material_html",
		with_pictures(v, item_no, item->material_html), "stem_html",
		with_pictures(v, item_no, it->stem_html), "unit", it->unit ? it->unit : "",
		"response", response, "is_answered", *response != 0);
	json_object_set_new(view, "is_radio",
		json_boolean(is_one_of(it->kind, ITEM_TRUE_FALSE, ITEM_SINGLE)));
	json_object_set_new(view, "is_check", json_boolean(it->kind == ITEM_MULTIPLE));
	json_object_set_new(view, "is_number", json_boolean(it->kind == ITEM_NUMERIC));
	json_object_set_new(view, "is_line",
		json_boolean(is_one_of(it->kind, ITEM_NUMERIC, ITEM_TEXT)));
	json_object_set_new(view, "is_order", json_boolean(it->kind == ITEM_ORDER));
	json_object_set_new(view, "is_match", json_boolean(it->kind == ITEM_MATCH));
	json_object_set_new(view, "is_essay", json_boolean(it->kind == ITEM_ESSAY));
	json_object_set_new(view, "options", options_view(v, item, item_no));
	json_object_set_new(view, "targets", targets_view(v, item, item_no));
	return view;
}

/* Items that share a material stay together, where the form has them. */
static bool has_material(const struct form *f, int first, int n)
{
	for (int i = first; i < first + n; i++)
		if (*f->items[i].material_html)
			return true;
	return false;
}

static json_t *section_view(struct seen *v, int section)
{
	const struct form *f = v->form;
	int order[FORM_ITEMS_MAX], first = 0, n = 0;
	while (first < f->n_items && f->items[first].section != section)
		first++;
	while (first + n < f->n_items && f->items[first + n].section == section)
		n++;
	bool keep = !(v->sitting->shuffle & 2) || has_material(f, first, n);
	form_order((uint32_t)v->sitting->order_seed, ORDER_SECTIONS + section, 0, n, keep, order);
	json_t *items = json_array();
	for (int i = 0; i < n; i++)
		json_array_append_new(items, item_view(v, &f->items[first + order[i]],
			first + order[i] + 1));
	return json_pack("{s:s, s:s, s:o}", "title", f->sections[section].title, "note",
		f->sections[section].note ? f->sections[section].note : "", "items", items);
}

void exam_items_view(struct req *rq, const struct q_sitting_find *s, const struct form *f,
	const struct answer *answers, size_t n)
{
	struct seen v = {.rq = rq, .sitting = s, .form = f,
		.responses = arena_array(rq->cx->arena, const char *, f->n_items + 1)};
	for (int i = 0; i <= f->n_items; i++)
		v.responses[i] = "";
	for (size_t i = 0; i < n; i++)
		if (answers[i].item_no >= 1 && answers[i].item_no <= f->n_items)
			v.responses[answers[i].item_no] = answers[i].response;
	json_t *sections = json_array();
	for (int i = 0; i < f->n_sections; i++)
		json_array_append_new(sections, section_view(&v, i));
	view_set(rq, "sections", sections);
	view_int(rq, "n_items", f->n_items);
	view_int(rq, "n_answered", v.n_answered);
}

/* ---- what a page without script sends ---- */

static bool has_value(struct req *rq, const char *name, const char *value)
{
	const struct values *v = &rq->ex->values;
	for (size_t i = 0; i < v->n; i++)
		if (streq(v->at[i].name, name) && str_is(v->at[i].text, value))
			return true;
	return false;
}

static const char *value_of(struct req *rq, const char *name)
{
	return values_text(rq->cx->arena, &rq->ex->values, name);
}

static const char *posted_letters(struct req *rq, const struct item *it, const char *name)
{
	char text[ITEM_OPTIONS_MAX + 1] = {0};
	size_t n = 0;
	for (int i = 0; i < it->n_options; i++) {
		char letter[2] = {(char)('A' + i), 0};
		if (has_value(rq, name, letter))
			text[n++] = letter[0];
	}
	return arena_dup(rq->cx->arena, text);
}

/* Each option says its place; whole, or not answered. */
static const char *posted_order(struct req *rq, const struct item *it, const char *name)
{
	char text[ITEM_OPTIONS_MAX + 1] = {0};
	int n = 0;
	for (int i = 0; i < it->n_options; i++) {
		int64_t place = 0;
		const char *typed = value_of(rq, text_of(rq->cx, "%s_%c", name, 'A' + i));
		(void)str_to_i64(str_of(typed), &place);
		if (place >= 1 && place <= it->n_options && !text[place - 1]) {
			text[place - 1] = (char)('A' + i);
			n++;
		}
	}
	return n == it->n_options ? arena_dup(rq->cx->arena, text) : "";
}

static const char *posted_match(struct req *rq, const struct item *it, const char *name)
{
	char text[ITEM_OPTIONS_MAX + 1] = {0};
	bool any = false;
	for (int i = 0; i < it->n_options; i++) {
		const char *typed = value_of(rq, text_of(rq->cx, "%s_%c", name, 'A' + i));
		bool is_target = typed[0] >= 'A' && typed[0] < 'A' + it->n_targets && !typed[1];
		text[i] = is_target ? typed[0] : '-';
		any |= is_target;
	}
	return any ? arena_dup(rq->cx->arena, text) : "";
}

const char *exam_item_posted(struct req *rq, const struct form_item *item, int item_no)
{
	const char *name = text_of(rq->cx, "a%d", item_no);
	char number[16];
	snprintf(number, sizeof number, "%d", item_no);
	if (!has_value(rq, "items", number))
		return NULL;
	switch (item->content.kind) {
	case ITEM_ORDER:
		return posted_order(rq, &item->content, name);
	case ITEM_MATCH:
		return posted_match(rq, &item->content, name);
	case ITEM_NUMERIC:
	case ITEM_TEXT:
	case ITEM_ESSAY:
		return value_of(rq, name);
	default:
		return posted_letters(rq, &item->content, name);
	}
}
