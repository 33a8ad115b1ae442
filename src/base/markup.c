#include "base/markup.h"

#include <string.h>

#include "base/markup_node.h"
#include "base/utf8.h"

enum { SCRATCH = 96 * 1024 * 1024 };

/* A line of text being written: white space and line breaks wait until something follows that can
 * be seen. */
struct line {
	struct buf *out;
	bool is_begun;  /* something to be seen was written */
	bool has_space; /* waits */
	bool is_after_space; /* or a line break: another blank would not be seen */
	int breaks;     /* wait */
	bool is_pre;
	struct buf blank; /* waits, in pre */
};

/* ---- what can be seen ---- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool is_seen_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_space(s.p[i]))
			return true;
	return false;
}

static bool is(const struct markup_node *n, const char *name)
{
	return strcmp(markup_name(n->tag), name) == 0;
}

static bool is_seen(const struct markup_node *n)
{
	if (n->tag->class == CLASS_TEXT)
		return is_seen_text(n->text);
	if (is(n, "img") || n->tag->class == CLASS_POINT)
		return true;
	for (const struct markup_node *c = n->first; c; c = c->next)
		if (is_seen(c))
			return true;
	return false;
}

/* ---- texts ---- */

static void put_escaped(struct buf *out, struct str s, bool is_attribute)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&': buf_puts(out, "&amp;"); break;
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		case '"': buf_puts(out, is_attribute ? "&quot;" : "\""); break;
		default: buf_putc(out, s.p[i]);
		}
}

/* Without white space at the ends, one blank for each inside. */
static void put_collapsed(struct buf *out, struct str s, bool is_attribute)
{
	bool has_space = false, is_begun = false;
	for (size_t i = 0; i < s.n;) {
		size_t n = 0;
		while (i + n < s.n && !is_space(s.p[i + n]))
			n++;
		if (n) {
			if (has_space && is_begun)
				buf_putc(out, ' ');
			put_escaped(out, (struct str){s.p + i, n}, is_attribute);
			is_begun = true;
		}
		has_space = true;
		i += n ? n : 1;
	}
}

static void put_atts(struct buf *out, const struct markup_node *n)
{
	for (int i = 0; i < n->n_atts; i++) {
		buf_printf(out, " %s=\"", n->atts[i].name);
		put_collapsed(out, n->atts[i].value, true);
		buf_putc(out, '"');
	}
}

static void put_open(struct buf *out, const struct markup_node *n)
{
	buf_printf(out, "<%s", markup_name(n->tag));
	put_atts(out, n);
	buf_putc(out, '>');
}

static void put_close(struct buf *out, const struct markup_node *n)
{
	buf_printf(out, "</%s>", markup_name(n->tag));
}

/* ---- formulas ---- */

static void put_math(struct buf *out, const struct markup_node *n, const char *within);

static bool is_written(const struct markup_node *n)
{
	return n->tag->class == CLASS_TEXT ? is_seen_text(n->text) : n->tag->class != CLASS_BREAK;
}

static int count_written(const struct markup_node *n)
{
	int count = 0;
	for (const struct markup_node *c = n->first; c; c = c->next)
		count += is_written(c);
	return count;
}

static bool all_are(const struct markup_node *n, const char *name)
{
	for (const struct markup_node *c = n->first; c; c = c->next)
		if (is_written(c) && !is(c, name))
			return false;
	return true;
}

static bool is_mtable(const struct markup_node *n)
{
	for (const struct markup_node *c = n->first; c; c = c->next)
		if (is_written(c) && !(is(c, "mtr") && all_are(c, "mtd")))
			return false;
	return true;
}

/* What it is written as: mrow when it lacks what makes it what it says. */
static const char *math_name(const struct markup_node *n, const char *within)
{
	const char *name = markup_name(n->tag);
	bool fits = true;
	if (n->tag->arity)
		fits = count_written(n) == n->tag->arity;
	else if (strcmp(name, "mtable") == 0)
		fits = is_mtable(n);
	else if (strcmp(name, "mtr") == 0)
		fits = strcmp(within, "mtable") == 0 && all_are(n, "mtd");
	else if (strcmp(name, "mtd") == 0)
		fits = strcmp(within, "mtr") == 0;
	return fits ? name : "mrow";
}

static void put_operator(struct buf *out, struct str text)
{
	buf_puts(out, "<mo>");
	put_collapsed(out, text, false);
	buf_puts(out, "</mo>");
}

static struct str fence(const struct markup_node *n, const char *name, struct str preset)
{
	for (int i = 0; i < n->n_atts; i++)
		if (streq(n->atts[i].name, name))
			return str_trim(n->atts[i].value);
	return preset;
}

/* The i-th character of the separators, the last one for all that follow. */
static struct str separator(struct str all, int i)
{
	uint32_t point;
	struct str taken = {0};
	while (all.n && i-- >= 0) {
		size_t n = utf8_next(all, &point);
		if (!n)
			break;
		taken = (struct str){all.p, n};
		all.p += n;
		all.n -= n;
	}
	return taken;
}

static void put_fenced(struct buf *out, const struct markup_node *n)
{
	struct str open = fence(n, "open", STR("(")), close = fence(n, "close", STR(")"));
	struct str separators = fence(n, "separators", STR(","));
	int i = 0;
	buf_puts(out, "<mrow>");
	if (open.n)
		put_operator(out, open);
	for (const struct markup_node *c = n->first; c; c = c->next) {
		if (!is_written(c))
			continue;
		struct str between = i ? separator(separators, i - 1) : STR_NONE;
		if (between.n)
			put_operator(out, between);
		put_math(out, c, "mrow");
		i++;
	}
	if (close.n)
		put_operator(out, close);
	buf_puts(out, "</mrow>");
}

static void put_token(struct buf *out, const struct markup_node *n)
{
	put_open(out, n);
	auto_buf text;
	buf_init(&text, MARKUP_INPUT_MAX);
	for (const struct markup_node *c = n->first; c; c = c->next)
		buf_str(&text, c->text);
	put_collapsed(out, buf_view(&text), false);
	put_close(out, n);
}

static void put_math(struct buf *out, const struct markup_node *n, const char *within)
{
	switch (n->tag->class) {
	case CLASS_TEXT:
		if (!is_seen_text(n->text))
			return;
		buf_puts(out, "<mtext>");
		put_collapsed(out, n->text, false);
		buf_puts(out, "</mtext>");
		return;
	case CLASS_BREAK: return;
	case CLASS_TOKEN: put_token(out, n); return;
	case CLASS_POINT:
		buf_printf(out, "<%s", n->tag->name);
		put_atts(out, n);
		buf_puts(out, "/>");
		return;
	default:
		break;
	}
	if (is(n, "mfenced")) {
		put_fenced(out, n);
		return;
	}
	const char *name = math_name(n, within);
	buf_printf(out, "<%s", name);
	if (streq(name, markup_name(n->tag)))
		put_atts(out, n);
	buf_putc(out, '>');
	for (const struct markup_node *c = n->first; c; c = c->next)
		put_math(out, c, name);
	buf_printf(out, "</%s>", name);
}

/* ---- lines ---- */

static void flush_blank(struct line *l)
{
	struct str s = buf_view(&l->blank);
	const char *last = l->is_begun || !s.n ? NULL : memrchr(s.p, '\n', s.n);
	if (last)
		s = (struct str){last + 1, s.n - (size_t)(last + 1 - s.p)};
	buf_str(l->out, s);
	buf_reset(&l->blank);
}

static void flush(struct line *l)
{
	if (l->is_pre) {
		flush_blank(l);
		return;
	}
	if (l->is_begun)
		for (int i = 0; i < l->breaks; i++)
			buf_puts(l->out, "<br/>");
	bool is_blank_due = l->has_space && !l->breaks && !l->is_after_space;
	if (l->is_begun && is_blank_due)
		buf_putc(l->out, ' ');
	l->is_after_space = l->is_after_space || l->breaks || is_blank_due;
	l->breaks = 0;
	l->has_space = false;
}

static void line_text(struct line *l, struct str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t n = 0;
		while (i + n < s.n && !is_space(s.p[i + n]))
			n++;
		if (!n) {
			if (l->is_pre)
				buf_putc(&l->blank, s.p[i]);
			l->has_space = true;
			i++;
			continue;
		}
		flush(l);
		put_escaped(l->out, (struct str){s.p + i, n}, false);
		l->is_begun = true;
		l->is_after_space = false;
		i += n;
	}
}

static void put_line_node(struct line *l, const struct markup_node *n)
{
	bool is_shown = is_seen(n);
	if (n->tag->class == CLASS_TEXT) {
		line_text(l, n->text);
	} else if (is(n, "br")) {
		l->breaks++;
		l->has_space = false;
		if (l->is_pre)
			buf_putc(&l->blank, '\n');
	} else if (is(n, "img") || is(n, "math")) {
		if (!is_shown)
			return;
		flush(l);
		l->is_begun = true;
		l->is_after_space = false;
		if (is(n, "math")) {
			put_math(l->out, n, "");
			return;
		}
		buf_puts(l->out, "<img");
		put_atts(l->out, n);
		buf_puts(l->out, "/>");
	} else {
		if (is_shown) {
			flush(l);
			put_open(l->out, n);
		}
		for (const struct markup_node *c = n->first; c; c = c->next)
			put_line_node(l, c);
		if (is_shown)
			put_close(l->out, n);
	}
}

/* From first up to, not with, stop. */
static void put_line(struct buf *out, const struct markup_node *first,
	const struct markup_node *stop, bool is_pre)
{
	struct line l = {.out = out, .is_pre = is_pre};
	buf_init(&l.blank, MARKUP_INPUT_MAX);
	for (const struct markup_node *n = first; n != stop; n = n->next)
		put_line_node(&l, n);
	buf_fini(&l.blank);
}

/* ---- blocks ---- */

static void put_flow(struct buf *out, const struct markup_node *n);

static bool is_block(const struct markup_node *n)
{
	return n->tag->class == CLASS_PARA || n->tag->class == CLASS_LIST ||
		n->tag->class == CLASS_TABLE;
}

static bool has_row(const struct markup_node *n)
{
	for (const struct markup_node *c = n->first; c; c = c->next)
		if (c->tag->class == CLASS_ROW ? c->first != NULL : has_row(c))
			return true;
	return false;
}

/* Is there anything of a block to write? */
static bool is_kept(const struct markup_node *n)
{
	if (n->tag->class == CLASS_PARA)
		return is_seen(n);
	return n->tag->class == CLASS_LIST ? n->first != NULL : has_row(n);
}

/* The next part of what stands in n, from *next on: a block, or a run of a line. NULL at the
 * end. */
static const struct markup_node *part(
	const struct markup_node **next, const struct markup_node **ret_stop)
{
	while (*next) {
		const struct markup_node *first = *next, *stop = first->next;
		bool is_shown = is_block(first) ? is_kept(first) : is_seen(first);
		while (!is_block(first) && first->tag->class != CLASS_BREAK && stop &&
			!is_block(stop) && stop->tag->class != CLASS_BREAK) {
			is_shown = is_shown || is_seen(stop);
			stop = stop->next;
		}
		*next = stop;
		if (is_shown) {
			*ret_stop = stop;
			return first;
		}
	}
	return NULL;
}

static void put_inner(struct buf *out, const struct markup_node *n)
{
	switch (n->tag->class) {
	case CLASS_PARA: put_line(out, n->first, NULL, is(n, "pre")); return;
	case CLASS_FLOW: put_flow(out, n); return;
	default:
		break;
	}
	for (const struct markup_node *c = n->first; c; c = c->next) {
		if ((c->tag->class == CLASS_ROW && !c->first) ||
			(c->tag->class == CLASS_SECTION && !has_row(c)))
			continue;
		put_open(out, c);
		put_inner(out, c);
		put_close(out, c);
	}
}

static void put_part(struct buf *out, const struct markup_node *first,
	const struct markup_node *stop)
{
	if (is_block(first)) {
		put_open(out, first);
		put_inner(out, first);
		put_close(out, first);
	} else {
		buf_puts(out, "<p>");
		put_line(out, first, stop, false);
		buf_puts(out, "</p>");
	}
}

static void put_flow(struct buf *out, const struct markup_node *n)
{
	const struct markup_node *next = n->first, *stop, *second_stop;
	const struct markup_node *first = part(&next, &stop), *second;
	if (!first)
		return;
	second = part(&next, &second_stop);
	if (!second && !is_block(first)) {
		put_line(out, first, stop, false);
		return;
	}
	if (!second && is(first, "p")) {
		put_line(out, first->first, NULL, false);
		return;
	}
	put_part(out, first, stop);
	while (second) {
		put_part(out, second, second_stop);
		second = part(&next, &second_stop);
	}
}

int markup_clean(struct arena *a, struct str html, size_t max, const struct markup_images *images,
	struct markup_report *ret_report, const char **ret_html)
{
	struct markup_report report = {0};
	struct markup_node *root;
	auto_arena scratch = arena_new(SCRATCH);
	auto_buf out;
	buf_init(&out, max);
	int r = markup_parse(scratch, html, images, &report, &root);
	if (r < 0)
		return r;
	put_flow(&out, root);
	if (out.full)
		return ERR_LIMIT;
	if (ret_report)
		*ret_report = report;
	*ret_html = arena_str(a, buf_view(&out));
	return 0;
}
