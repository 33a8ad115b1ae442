/* The tree of a text: every element stands where it may stand, what is missing around it (a row of
 * a table) is put in, what is left open is closed. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/markup_tree.h"

const struct str *markup_att(const struct markup_read *t, const char *name)
{
	for (int i = 0; i < t->n_atts; i++)
		if (streq(t->atts[i].name, name))
			return &t->atts[i].value;
	return NULL;
}

static void note_tex(struct markup_parse *p, struct str text)
{
	const char *dollars = text.n ? memmem(text.p, text.n, "$$", 2) : NULL;
	size_t left = dollars ? text.n - (size_t)(dollars - text.p) - 2 : 0;
	if ((left && memmem(dollars + 2, left, "$$", 2)) ||
		(text.n && memmem(text.p, text.n, "\\(", 2) && memmem(text.p, text.n, "\\)", 2)) ||
		(text.n && memmem(text.p, text.n, "\\[", 2) && memmem(text.p, text.n, "\\]", 2)))
		p->report->found |= MARKUP_TEX;
}

/* ---- the tree ---- */

static struct markup_node *node_new(struct markup_parse *p, const struct markup_tag *tag)
{
	struct markup_node *n = arena_make(p->a, struct markup_node);
	if (++p->nodes > MARKUP_NODES_MAX)
		p->is_over = true;
	n->tag = tag;
	n->parent = p->at;
	if (p->at->last)
		p->at->last->next = n;
	else
		p->at->first = n;
	p->at->last = n;
	return n;
}

static void open_node(struct markup_parse *p, const struct markup_tag *tag)
{
	p->at = node_new(p, tag);
	if (++p->depth > MARKUP_DEPTH_MAX)
		p->is_over = true;
}

static void close_to(struct markup_parse *p, const struct markup_node *stop)
{
	while (p->at != stop) {
		p->at = p->at->parent;
		p->depth--;
	}
}

static void open_named(struct markup_parse *p, const char *name)
{
	open_node(p, markup_tag_of(str_of(name)));
}

static bool is(const struct markup_node *n, const char *name)
{
	return strcmp(markup_name(n->tag), name) == 0;
}

static bool is_cell(const struct markup_node *n)
{
	return is(n, "td") || is(n, "th");
}

static bool is_in_math(const struct markup_node *n)
{
	return n->tag->class == CLASS_MATH || n->tag->class == CLASS_TOKEN;
}

static bool is_inline(const struct markup_node *n)
{
	return n->tag->class == CLASS_INLINE || is_in_math(n);
}

/* Out of math, emphasis and paragraph, to what holds blocks; whatever a list or table lacks to
 * hold text is put in. */
static void to_flow(struct markup_parse *p)
{
	struct markup_node *n = p->at;
	while (is_inline(n) || n->tag->class == CLASS_PARA)
		n = n->parent;
	close_to(p, n);
	if (p->at->tag->class == CLASS_LIST)
		open_named(p, "li");
	if (p->at->tag->class == CLASS_TABLE)
		open_named(p, "tbody");
	if (p->at->tag->class == CLASS_SECTION)
		open_named(p, "tr");
	if (p->at->tag->class == CLASS_ROW)
		open_named(p, "td");
}

static void leave_math(struct markup_parse *p)
{
	struct markup_node *n = p->at;
	while (is_in_math(n))
		n = n->parent;
	close_to(p, n);
}

/* To where a line of text may stand. */
static void to_line(struct markup_parse *p)
{
	if (p->at->tag->class == CLASS_LIST || p->at->tag->class == CLASS_TABLE ||
		p->at->tag->class == CLASS_SECTION || p->at->tag->class == CLASS_ROW)
		to_flow(p);
}

/* The innermost open element of a class that is not beyond a cell or (for parts of a table) the
 * table; NULL when there is none. */
static struct markup_node *up_to(struct markup_parse *p, enum markup_class class)
{
	bool is_part = class == CLASS_TABLE || class == CLASS_SECTION || class == CLASS_ROW;
	for (struct markup_node *n = p->at; n; n = n->parent) {
		if (n->tag->class == class)
			return n;
		if (n->tag->class == CLASS_TABLE || (!is_part && is_cell(n)))
			return NULL;
	}
	return NULL;
}

void markup_put_text(struct markup_parse *p, struct str text)
{
	bool is_blank_text = true;
	for (size_t i = 0; is_blank_text && i < text.n; i++)
		is_blank_text = markup_is_space(text.p[i]);
	if (is_blank_text && (p->at->tag->class == CLASS_LIST || p->at->tag->class == CLASS_TABLE ||
		p->at->tag->class == CLASS_SECTION || p->at->tag->class == CLASS_ROW))
		return;
	note_tex(p, text);
	to_line(p);
	node_new(p, &markup_text_tag)->text = text;
}

static void put_break(struct markup_parse *p)
{
	if (p->at->tag->class == CLASS_FLOW)
		node_new(p, &markup_break);
}

/* ---- elements ---- */

static void keep_att(struct markup_node *n, const char *name, struct str value)
{
	if (n->n_atts < MARKUP_ATTS_MAX)
		n->atts[n->n_atts++] = (struct markup_att){name, value};
}

static void keep_number(struct markup_parse *p, struct markup_node *n, const struct markup_read *t,
	const char *name, int64_t low, int64_t high)
{
	const struct str *value = markup_att(t, name);
	int64_t v;
	if (!value)
		return;
	struct str s = str_trim(*value);
	if (str_ends(s, "px"))
		s.n -= 2;
	if (str_to_i64(s, &v) && v >= low && v <= high)
		keep_att(n, name, str_of(arena_printf(p->a, "%lld", (long long)v)));
}

static void keep_one_of(struct markup_node *n, const struct markup_read *t, const char *name,
	const char *one, const char *other)
{
	const struct str *value = markup_att(t, name);
	if (value && (str_is(*value, one) || (other && str_is(*value, other))))
		keep_att(n, name, *value);
}

/* 0.5em */
static bool is_length(struct str s)
{
	size_t n = 0;
	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '.'))
		n++;
	struct str unit = {s.p + n, s.n - n};
	return n && n < 9 && (str_is(unit, "em") || str_is(unit, "ex") || str_is(unit, "px"));
}

static void keep_math_atts(struct markup_node *n, const struct markup_read *t)
{
	const struct str *width = markup_att(t, "width");
	if (is(n, "math"))
		keep_one_of(n, t, "display", "block", NULL);
	if (is(n, "mi"))
		keep_one_of(n, t, "mathvariant", "normal", NULL);
	if (is(n, "mo"))
		keep_one_of(n, t, "stretchy", "true", "false");
	if (is(n, "mfrac"))
		keep_one_of(n, t, "linethickness", "0", NULL);
	if (is(n, "mspace") && width && is_length(*width))
		keep_att(n, "width", *width);
	static const char *const fenced[] = {"open", "close", "separators"};
	for (size_t i = 0; is(n, "mfenced") && i < 3; i++)
		if (markup_att(t, fenced[i]))
			keep_att(n, fenced[i], *markup_att(t, fenced[i]));
}

static const char *asset_of(struct markup_parse *p, struct str src)
{
	const char *name = NULL;
	if (p->images)
		name = p->images->asset(p->images->self, src);
	else if (str_starts(src, "asset:"))
		name = arena_str(p->a, (struct str){src.p + 6, src.n - 6});
	return name && markup_is_asset_name(str_of(name)) ? name : NULL;
}

static void put_image(struct markup_parse *p, const struct markup_read *t)
{
	const struct str *src = markup_att(t, "src"), *alt = markup_att(t, "alt");
	const char *name = src ? asset_of(p, *src) : NULL;
	if (!name) {
		p->report->found |= MARKUP_IMAGE;
		if (alt)
			markup_put_text(p, *alt);
		return;
	}
	to_line(p);
	struct markup_node *n = node_new(p, t->tag);
	keep_att(n, "src", str_of(arena_printf(p->a, "asset:%s", name)));
	keep_att(n, "alt", alt ? *alt : STR(""));
	keep_number(p, n, t, "width", 1, 4096);
	keep_number(p, n, t, "height", 1, 4096);
}

static void open_inline_again(struct markup_parse *p, const struct markup_node *n)
{
	if (!n || n->tag->class != CLASS_INLINE)
		return;
	open_inline_again(p, n->parent);
	open_node(p, n->tag);
}

static void open_para(struct markup_parse *p, const struct markup_read *t)
{
	const struct markup_node *was;
	leave_math(p);
	was = p->at;
	to_flow(p);
	open_node(p, t->tag);
	open_inline_again(p, was);
	if (t->is_closed || streq(t->tag->name, "hr")) {
		to_flow(p);
		put_break(p);
	}
}

static void open_item(struct markup_parse *p, const struct markup_read *t)
{
	struct markup_node *list = up_to(p, CLASS_LIST);
	if (!list) {
		to_flow(p);
		put_break(p);
		return;
	}
	close_to(p, list);
	open_node(p, t->tag);
}

static void open_cell(struct markup_parse *p, const struct markup_read *t)
{
	struct markup_node *table = up_to(p, CLASS_TABLE), *row = up_to(p, CLASS_ROW);
	if (!table) {
		to_flow(p);
		put_break(p);
		return;
	}
	if (row) {
		close_to(p, row);
	} else {
		if (p->at->tag->class == CLASS_TABLE)
			open_named(p, "tbody");
		open_named(p, "tr");
	}
	open_node(p, t->tag);
	keep_number(p, p->at, t, "colspan", 2, 100);
	keep_number(p, p->at, t, "rowspan", 2, 100);
}

static void open_section_or_row(struct markup_parse *p, const struct markup_read *t)
{
	struct markup_node *table = up_to(p, CLASS_TABLE), *section = up_to(p, CLASS_SECTION);
	if (!table) {
		to_flow(p);
		put_break(p);
		return;
	}
	if (t->tag->class == CLASS_SECTION) {
		close_to(p, table);
	} else if (section) {
		close_to(p, section);
	} else {
		close_to(p, table);
		open_named(p, "tbody");
	}
	open_node(p, t->tag);
}

static void open_math(struct markup_parse *p, const struct markup_read *t)
{
	bool is_math = streq(t->tag->name, "math");
	if (p->at->tag->class == CLASS_TOKEN)
		close_to(p, p->at->parent);
	if (is_math != !is_in_math(p->at)) {
		p->report->found |= is_math ? 0 : MARKUP_DROPPED;
		return;
	}
	to_line(p);
	if (t->is_closed || t->tag->class == CLASS_POINT) {
		keep_math_atts(node_new(p, t->tag), t);
		return;
	}
	open_node(p, t->tag);
	keep_math_atts(p->at, t);
}

static void note_dropped(struct markup_parse *p, const struct markup_read *t)
{
	static const char *const silent[] = {"html", "body", "head", "span", "font", "meta", "link",
		"base", "wbr", "col", "colgroup", "label", "p"};
	struct markup_report *r = p->report;
	char name[24];
	size_t n = strlen(r->dropped);
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		if (str_is(t->name, silent[i]))
			return;
	r->found |= MARKUP_DROPPED;
	int len = snprintf(name, sizeof name, "%.*s", (int)t->name.n, t->name.p);
	if (len <= 0 || len >= (int)sizeof name || strstr(r->dropped, name) ||
		n + (size_t)len + 2 > sizeof r->dropped)
		return;
	snprintf(r->dropped + n, sizeof r->dropped - n, "%s%s", n ? " " : "", name);
}

/* All up to the end tag of its name, or the end. */
static void skip_content(struct markup_parse *p, const struct markup_read *t)
{
	bool is_quiet = strncmp(t->tag->name, "annotation", 10) == 0;
	p->report->found |= is_quiet ? 0 : MARKUP_ACTIVE;
	if (t->is_closed && is_quiet)
		return;
	for (; p->rest.n; p->rest.p++, p->rest.n--) {
		struct str r = p->rest;
		if (r.n < t->name.n + 2 || r.p[0] != '<' || r.p[1] != '/' ||
			strncasecmp(r.p + 2, t->name.p, t->name.n) != 0 ||
			(r.n > t->name.n + 2 && markup_is_letter(r.p[t->name.n + 2])))
			continue;
		(void)str_cut(&p->rest, '>');
		return;
	}
}

static void open_flow(struct markup_parse *p, const struct markup_read *t)
{
	switch (t->tag->class) {
	case CLASS_LIST:
	case CLASS_TABLE:
		to_flow(p);
		open_node(p, t->tag);
		break;
	case CLASS_SECTION:
	case CLASS_ROW: open_section_or_row(p, t); break;
	default:
		if (streq(t->tag->name, "li"))
			open_item(p, t);
		else
			open_cell(p, t);
	}
	if (t->is_closed)
		markup_end(p, t->tag);
}

static void put_void(struct markup_parse *p, const struct markup_read *t)
{
	leave_math(p);
	to_line(p);
	if (streq(t->tag->name, "img"))
		put_image(p, t);
	else
		node_new(p, t->tag);
}

void markup_start(struct markup_parse *p, const struct markup_read *t)
{
	if (!t->tag) {
		note_dropped(p, t);
		return;
	}
	switch (t->tag->class) {
	case CLASS_SKIP: skip_content(p, t); return;
	case CLASS_MATH:
	case CLASS_TOKEN:
	case CLASS_POINT: open_math(p, t); return;
	case CLASS_VOID: put_void(p, t); return;
	case CLASS_PARA: open_para(p, t); return;
	case CLASS_INLINE:
		if (is_in_math(p->at) || t->is_closed)
			return;
		to_line(p);
		open_node(p, t->tag);
		return;
	default: open_flow(p, t);
	}
}

static bool is_beyond(const struct markup_node *n, const struct markup_tag *tag)
{
	switch (tag->class) {
	case CLASS_INLINE:
	case CLASS_MATH:
	case CLASS_TOKEN: return !is_inline(n);
	case CLASS_PARA: return n->tag->class == CLASS_FLOW;
	case CLASS_LIST: return is_cell(n);
	default: return n->tag->class == CLASS_TABLE;
	}
}

/* The open element that an end tag closes: not beyond a cell, a table or, for what stands in a
 * line, its block. */
static struct markup_node *opened_by(struct markup_parse *p, const struct markup_tag *tag)
{
	for (struct markup_node *n = p->at; n != p->root; n = n->parent) {
		if (strcmp(markup_name(n->tag), markup_name(tag)) == 0)
			return n;
		if (is_beyond(n, tag))
			return NULL;
	}
	return NULL;
}

void markup_end(struct markup_parse *p, const struct markup_tag *tag)
{
	struct markup_node *n = tag ? opened_by(p, tag) : NULL;
	if (n) {
		close_to(p, n->parent);
	} else if (tag && (tag->class == CLASS_PARA || tag->class == CLASS_FLOW ||
		tag->class == CLASS_ROW)) {
		leave_math(p);
		put_break(p);
	} else if (tag && streq(tag->name, "br")) {
		markup_start(p, &(struct markup_read){.tag = tag, .name = STR("br")});
	}
}
