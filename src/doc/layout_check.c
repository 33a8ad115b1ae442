/* Looking through a layout: as a template, then as the pages that it gives. */
#include <string.h>

#include "base/mustache.h"
#include "base/utf8.h"
#include "doc/layout_impl.h"
#include "doc/paper.h"

enum { PAGE_MAX = 8 * 1024 * 1024 };

void layout_wrong(struct look *k, const char *id, const char *a, const char *b)
{
	struct layout_report *report = k->report;
	for (size_t i = 0; i < report->n; i++)
		if (streq(report->at[i].id, id) && streq(report->at[i].args[0], a) &&
			streq(report->at[i].args[1], b))
			return;
	if (report->n < LAYOUT_PROBLEMS_MAX)
		report->at[report->n++] = (struct layout_problem){id,
			{a ? arena_dup(k->arena, a) : NULL, b ? arena_dup(k->arena, b) : NULL}};
}

/* ---- as a template ---- */

static const char *line_of(struct look *k, struct str text, const char *at)
{
	int line = 1;
	for (const char *p = text.p; p < at; p++)
		line += *p == '\n';
	return arena_printf(k->arena, "%d", line);
}

static void look_tag(struct look *k, struct str text, const char *open)
{
	const char *end = text.p + text.n, *p = open + 2;
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	if (p == end)
		return;
	struct str name = str_trim((struct str){p + 1, (size_t)(end - p - 1)});
	if (*p == '{' || *p == '&')
		layout_wrong(k, "layout.unescaped", line_of(k, text, open), NULL);
	else if (*p == '=')
		layout_wrong(k, "layout.delimiters", line_of(k, text, open), NULL);
	else if ((*p == '>' || *p == '<') && !str_starts(name, "part/"))
		layout_wrong(k, "layout.not_a_part", line_of(k, text, open), NULL);
}

static void look_template(struct look *k, struct str text)
{
	struct str rest = text;
	const char *open;
	while (rest.n && (open = memmem(rest.p, rest.n, "{{", 2)) != NULL) {
		look_tag(k, text, open);
		size_t taken = (size_t)(open - rest.p) + 2;
		rest = (struct str){rest.p + taken, rest.n - taken};
	}
	if (text.n && memmem(text.p, text.n, "<?xml-", 6))
		layout_wrong(k, "layout.stylesheet", NULL, NULL);
}

/* ---- as pages ---- */

static bool fill(struct look *k, struct str svg, json_t *view, struct str *ret_page)
{
	auto_buf page = {.max = PAGE_MAX};
	const char *problem;
	int r = paper_text_of_layout(k->arena, layout_name(k->kind), svg, view, &page, &problem);
	if (r < 0)
		layout_wrong(k, "layout.not_filled", problem, NULL);
	else
		*ret_page = (struct str){arena_str(k->arena, buf_view(&page)), page.n};
	return r == 0;
}

static struct xml *read_page(struct look *k, struct str page)
{
	struct xml_error error = {0};
	struct xml *root = NULL;
	if (xml_read(k->arena, page, &root, &error) < 0) {
		layout_wrong(k, "layout.not_xml", error.arg, NULL);
		return NULL;
	}
	return root;
}

static size_t count(const struct xml *n)
{
	size_t total = n->name != NULL;
	for (const struct xml *c = n->first; c; c = c->next)
		total += count(c);
	return total;
}

/* What was escaped adds no element, whatever it says. */
static void look_hostile(struct look *k, struct str svg, size_t elements)
{
	const char *key;
	json_t *value, *view = layout_sample(k->kind, false);
	struct str page;
	json_object_foreach(view, key, value) {
		const char *text = json_string_value(value);
		if (text && !str_starts(str_of(text), "data:"))
			(void)json_string_set(value, arena_printf(k->arena,
				"<b x=\"y\">&amp;]]></b>'\"--><c/>%s", text));
	}
	if (fill(k, svg, view, &page)) {
		struct xml_error error = {0};
		struct xml *root = NULL;
		if (xml_read(k->arena, page, &root, &error) < 0 || count(root) != elements)
			layout_wrong(k, "layout.unescaped", "?", NULL);
	}
	json_decref(view);
}

static void look_page(struct look *k, struct str svg, bool is_least)
{
	struct str page;
	k->view = layout_sample(k->kind, is_least);
	if (fill(k, svg, k->view, &page)) {
		struct xml *root = read_page(k, page);
		if (root) {
			layout_look_tree(k, root);
			if (!is_least) {
				layout_look_face(k, root);
				look_hostile(k, svg, count(root));
			}
			if (!k->report->n)
				layout_look_size(k, page);
		}
	}
	json_decref(k->view);
	k->view = NULL;
}

static void look_variant(struct look *k, struct str svg)
{
	struct str page;
	if (fill(k, svg, k->view, &page)) {
		struct xml *root = read_page(k, page);
		if (root)
			layout_look_tree(k, root);
	}
	json_decref(k->view);
	k->view = NULL;
}

/* What stands in a section only shows when its value is there, or is not: every combination of
 * those that may lack, and a view without any text. */
static void look_sections(struct look *k, struct str svg)
{
	static const char *const may_lack[] = {"photo", "seal", "remark", "stripe", "work_type",
		"field"};
	enum { KEYS = sizeof may_lack / sizeof *may_lack };
	const char *key;
	json_t *value;
	for (unsigned mask = 0; mask < 1u << KEYS && !k->report->n; mask++) {
		k->view = layout_sample(k->kind, false);
		for (unsigned i = 0; i < KEYS; i++)
			if (mask >> i & 1)
				json_object_set_new(k->view, may_lack[i], json_string(""));
		look_variant(k, svg);
	}
	k->view = layout_sample(k->kind, false);
	json_object_foreach(k->view, key, value)
		if (json_is_string(value))
			(void)json_string_set(value, "");
	look_variant(k, svg);
}

static void look_drawn(struct look *k, struct str svg)
{
	struct str pdf;
	if (layout_preview(k->arena, k->kind, svg, &pdf) < 0)
		layout_wrong(k, "layout.not_drawn", NULL, NULL);
}

int layout_check(struct arena *a, enum layout_kind kind, struct str svg,
	struct layout_report *ret_report)
{
	struct layout_report report = {0};
	struct look k = {a, kind, &report, NULL};
	if (!svg.n || svg.n > LAYOUT_MAX) {
		layout_wrong(&k, "layout.too_long", arena_printf(a, "%d", LAYOUT_MAX / 1024),
			NULL);
	} else if (!utf8_is_text(svg)) {
		layout_wrong(&k, "layout.not_text", NULL, NULL);
	} else {
		look_template(&k, svg);
		if (!report.n)
			look_page(&k, svg, false);
		if (!report.n)
			look_page(&k, svg, true);
		if (!report.n)
			look_sections(&k, svg);
		if (!report.n)
			look_drawn(&k, svg);
	}
	*ret_report = report;
	return report.n ? ERR_INVALID : 0;
}
