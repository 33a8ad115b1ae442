/* Fitting of texts. */
#include "doc/paper_fit.h"

#include <string.h>

#include "base/mustache.h"
#include "base/utf8.h"
#include "doc/paper_tag.h"
#include "doc/paper_text.h"

enum { LINES_MAX = 40 };

/* Where the middle of a Chinese character is above the baseline, in font sizes. */
static const double MIDDLE = 0.38, SMALLEST = 0.5, STEP = 0.96, DEFAULT_LEAD = 1.35;
static const double ONE_LINE = 0.72, LEGIBLE = 2.5;

struct fit {
	struct str tag; /* the attributes */
	const char *text;
	const char *x;
	struct paper_font font;
	double y, width, height, lead;
	size_t lines;
	bool from_top;
};

/* U+3000 stays: paragraphs begin with two of them. */
static struct str trim_ascii(struct str s)
{
	while (s.n && s.p[0] <= ' ' && s.p[0] > 0)
		s = (struct str){s.p + 1, s.n - 1};
	while (s.n && s.p[s.n - 1] <= ' ' && s.p[s.n - 1] > 0)
		s.n--;
	return s;
}

static int read_fit(struct arena *a, struct str tag, struct str text, struct fit *ret_fit)
{
	struct fit f = {.tag = tag,
	        .text = paper_tag_unescape(a, trim_ascii(text)),
	        .x = paper_tag_text(a, tag, "x")};
	f.font.size = paper_tag_number(tag, "font-size", 0);
	f.font.spacing = paper_tag_number(tag, "letter-spacing", 0);
	f.font.family = paper_tag_text(a, tag, "font-family");
	const char *weight = paper_tag_text(a, tag, "font-weight"),
	           *from = paper_tag_text(a, tag, "data-from");
	f.font.is_bold = streq(weight, "bold");
	f.from_top = streq(from, "top");
	f.y = paper_tag_number(tag, "y", -1);
	f.width = paper_tag_number(tag, "data-width", 0);
	f.height = paper_tag_number(tag, "data-height", 1e6);
	f.lead = paper_tag_number(tag, "data-lead", DEFAULT_LEAD);
	double lines = paper_tag_number(tag, "data-lines", 1);
	if (!f.x || f.y < 0 || !(f.font.size > 0) || !(f.width > 0) || lines < 1 ||
	        lines > LINES_MAX)
		return ERR_INVALID;
	f.lines = (size_t)lines;
	*ret_fit = f;
	return 0;
}

/* Cuts the last line that may stand so that the ellipsis fits behind it. */
static void cut_last(struct arena *a, const struct fit *f, const char **lines)
{
	const char **last = &lines[f->lines - 1];
	struct str s = str_of(*last);
	do {
		s = utf8_cut(s, utf8_count(s) - 1);
		*last = arena_printf(a, "%.*s…", (int)s.n, s.p);
	} while (s.n && paper_text_width(&f->font, *last) > f->width);
}

static double block_height(const struct fit *f, size_t n)
{
	return n > 1 ? (double)n * f->font.size * f->lead : 0;
}

/* Two lines look poor when one a little smaller would do. */
static void prefer_one_line(struct fit *f)
{
	double ratio = f->width / paper_text_width(&f->font, f->text);
	if (f->lines == 1 || f->from_top || ratio >= 1 || strchr(f->text, '\n'))
		return;
	if (ratio >= ONE_LINE && ratio * f->font.size >= LEGIBLE)
		f->font.size *= ratio * 0.995;
}

/* At most as many lines as may be, in as large a size as does. Changes the font's size. */
static size_t break_text(struct arena *a, struct fit *f, const char ***ret_lines)
{
	double smallest = f->font.size * SMALLEST;
	prefer_one_line(f);
	for (;; f->font.size *= STEP) {
		size_t n = paper_text_break(a, &f->font, f->text, f->width, ret_lines);
		bool is_last = f->font.size * STEP < smallest;
		if (n <= f->lines && (is_last || block_height(f, n) <= f->height))
			return n;
		if (is_last) {
			cut_last(a, f, *ret_lines);
			return f->lines;
		}
	}
}

/* Centred lines of about the same length instead of a full one and a rest. */
static void balance(struct arena *a, struct fit *f, size_t n, const char ***ret_lines)
{
	struct str anchor;
	if (n < 2 || !paper_tag_value(f->tag, "text-anchor", &anchor) || !str_is(anchor, "middle"))
		return;
	for (double width = f->width * 0.95; width > f->width / 2; width *= 0.95) {
		const char **lines;
		if (paper_text_break(a, &f->font, f->text, width, &lines) > n)
			return;
		*ret_lines = lines;
	}
}

static bool is_ours(struct str name)
{
	return str_is(name, "x") || str_is(name, "y") || str_is(name, "font-size") ||
	        str_starts(name, "data-");
}

static void put_fitted(struct arena *a, struct fit *f, struct buf *out)
{
	const char **lines;
	double full = f->font.size;
	size_t n = break_text(a, f, &lines);
	balance(a, f, n, &lines);
	double step = f->font.size * f->lead, y = f->y - (full - f->font.size) * MIDDLE;
	if (!f->from_top)
		y -= (double)(n - 1) * step / 2;
	buf_puts(out, "<text");
	paper_tag_put_others(f->tag, is_ours, out);
	buf_printf(out, " xml:space=\"preserve\" font-size=\"%.3f\">", f->font.size);
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "<tspan x=\"%s\" y=\"%.3f\">", f->x, y + (double)i * step);
		mustache_escape(out, str_of(lines[i]));
		buf_puts(out, "</tspan>");
	}
	buf_puts(out, "</text>");
}

int paper_fit(struct arena *a, struct str svg, struct buf *out, const char **ret_what)
{
	struct str before, tag, width, from_root = svg;
	const char *family = NULL;
	if (paper_tag_next(&from_root, "<svg", &before, &tag))
		family = paper_tag_text(a, tag, "font-family");
	while (paper_tag_next(&svg, "<text", &before, &tag)) {
		buf_str(out, before);
		struct str rest = svg, text = str_cut(&rest, '<');
		struct fit f;
		if (!paper_tag_value(tag, "data-width", &width) || !str_starts(rest, "/text>")) {
			buf_puts(out, "<text");
			buf_str(out, tag);
			buf_putc(out, '>');
			continue;
		}
		if (read_fit(a, tag, text, &f)) {
			*ret_what = arena_printf(a, "data-width on <text%.*s>", (int)tag.n, tag.p);
			return ERR_INVALID;
		}
		if (!f.font.family)
			f.font.family = family;
		put_fitted(a, &f, out);
		svg = (struct str){rest.p + strlen("/text>"), rest.n - strlen("/text>")};
	}
	buf_str(out, svg);
	return out->full ? ERR_LIMIT : 0;
}
