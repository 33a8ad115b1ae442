/* Between the safe subset and plain text. */
#include <string.h>

#include "base/markup_node.h"

enum { SCRATCH = 96 * 1024 * 1024, WORDS_MAX = 1024 * 1024 };

bool markup_is_asset_name(struct str name)
{
	if (!name.n || name.n > MARKUP_NAME_MAX || name.p[0] == '.')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '.' || c == '_' || c == '-'))
			return false;
	}
	return true;
}

bool markup_next_asset(struct str *rest, struct str *ret_name)
{
	static const char mark[] = "<img src=\"asset:";
	const char *at = rest->n ? memmem(rest->p, rest->n, mark, sizeof mark - 1) : NULL;
	if (!at)
		return false;
	rest->n -= (size_t)(at - rest->p) + sizeof mark - 1;
	rest->p = at + sizeof mark - 1;
	*ret_name = str_cut(rest, '"');
	return true;
}

bool markup_is_plain(const char *html)
{
	return !strchr(html, '<');
}

void markup_escape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '&': buf_puts(out, "&amp;"); break;
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		case '\r': break;
		case '\n': buf_puts(out, "<br/>"); break;
		default: buf_putc(out, text.p[i]);
		}
}

/* ---- cells ---- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Behind the name: nothing, or attributes. "若 a<b 且 b>c" holds no tag. */
static bool is_rest_of_tag(struct str s)
{
	const char *end = memchr(s.p, '>', s.n);
	if (!end || !strchr(" \t\r\n/>", s.p[0]))
		return false;
	struct str atts = str_trim((struct str){s.p, (size_t)(end - s.p)});
	return !atts.n || str_is(atts, "/") || memchr(atts.p, '=', atts.n);
}

/* Does it hold something that reads as a tag of the subset? */
static bool has_tag(struct str s)
{
	for (size_t i = 0; i + 2 < s.n; i++) {
		if (s.p[i] != '<')
			continue;
		size_t from = i + 1 + (s.p[i + 1] == '/'), to = from;
		while (to < s.n && is_name_char(s.p[to]))
			to++;
		if (to == s.n || !is_rest_of_tag((struct str){s.p + to, s.n - to}))
			continue;
		const struct markup_tag *t = markup_tag_of((struct str){s.p + from, to - from});
		if (t)
			return true;
	}
	return false;
}

int markup_of_text(struct arena *a, struct str text, size_t max, const struct markup_images *images,
	struct markup_report *ret_report, const char **ret_html)
{
	auto_buf html;
	buf_init(&html, MARKUP_INPUT_MAX);
	if (has_tag(text))
		return markup_clean(a, text, max, images, ret_report, ret_html);
	markup_escape(&html, text);
	return html.full ? ERR_LIMIT :
		markup_clean(a, buf_view(&html), max, images, ret_report, ret_html);
}

static bool starts(const char *p, const char *z)
{
	return strncmp(p, z, strlen(z)) == 0;
}

const char *markup_to_text(struct arena *a, const char *html)
{
	static const struct {
		const char *html;
		char c;
	} plain[] = {{"<br/>", '\n'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}};
	auto_buf out;
	buf_init(&out, strlen(html) + 16);
	for (const char *p = html; *p;) {
		size_t i = 0, n = sizeof plain / sizeof *plain;
		while (i < n && !starts(p, plain[i].html))
			i++;
		if (i == n && *p == '<')
			return arena_dup(a, html);
		buf_putc(&out, i < n ? plain[i].c : *p);
		p += i < n ? strlen(plain[i].html) : 1;
	}
	return has_tag(buf_view(&out)) ? arena_printf(a, "<p>%s</p>", html) :
		arena_str(a, buf_view(&out));
}

/* ---- words ---- */

struct words {
	struct buf out;
	bool has_space;
	bool has_line;
};

static void gap(struct words *w)
{
	if (w->out.n && w->has_line)
		buf_putc(&w->out, '\n');
	else if (w->out.n && w->has_space)
		buf_putc(&w->out, ' ');
	w->has_space = w->has_line = false;
}

static void add(struct words *w, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == ' ' || c == '\t' || c == '\n') {
			w->has_space = true;
			continue;
		}
		gap(w);
		buf_putc(&w->out, c);
	}
}

static void walk(struct words *w, const struct markup_node *n);

static void walk_all(struct words *w, const struct markup_node *n)
{
	for (const struct markup_node *c = n->first; c; c = c->next)
		walk(w, c);
}

static bool is_empty(const struct markup_node *n)
{
	return n->tag->class == CLASS_TEXT && !str_trim(n->text).n;
}

/* A part of a formula: in brackets when it has several parts itself. */
static void walk_part(struct words *w, const struct markup_node *n)
{
	int parts = 0;
	for (const struct markup_node *c = n->first; c; c = c->next)
		parts += !is_empty(c);
	bool has_brackets = n->tag->class == CLASS_MATH && parts > 1;
	if (has_brackets)
		add(w, STR("("));
	walk(w, n);
	if (has_brackets)
		add(w, STR(")"));
}

/* a/b, a^b, a_b^c */
static void walk_math(struct words *w, const struct markup_node *n)
{
	static const struct {
		const char *name, *between[2];
	} joints[] = {
		{"mfrac", {"/", ""}}, {"msup", {"^", ""}}, {"mover", {"^", ""}},
		{"msub", {"_", ""}}, {"munder", {"_", ""}}, {"msubsup", {"_", "^"}},
		{"munderover", {"_", "^"}},
	};
	size_t i = 0;
	int part = 0;
	if (streq(n->tag->name, "msqrt") || streq(n->tag->name, "mroot"))
		add(w, STR("√"));
	if (streq(n->tag->name, "msqrt"))
		walk_part(w, &(struct markup_node){.tag = n->tag->class == CLASS_MATH ?
			markup_tag_of(STR("mrow")) : n->tag, .first = n->first});
	while (i < sizeof joints / sizeof *joints && !streq(joints[i].name, n->tag->name))
		i++;
	if (i == sizeof joints / sizeof *joints) {
		if (!streq(n->tag->name, "msqrt"))
			walk_all(w, n);
		return;
	}
	for (const struct markup_node *c = n->first; c; c = c->next) {
		if (is_empty(c))
			continue;
		if (part > 0 && part < 3)
			add(w, str_of(joints[i].between[part - 1]));
		walk_part(w, c);
		part++;
	}
}

static void walk(struct words *w, const struct markup_node *n)
{
	switch (n->tag->class) {
	case CLASS_TEXT: add(w, n->text); return;
	case CLASS_MATH: walk_math(w, n); return;
	case CLASS_TOKEN:
	case CLASS_INLINE: walk_all(w, n); return;
	case CLASS_BREAK: w->has_line = true; return;
	case CLASS_VOID:
		w->has_line = w->has_line || streq(n->tag->name, "br");
		for (int i = 0; i < n->n_atts; i++)
			if (streq(n->atts[i].name, "alt"))
				add(w, n->atts[i].value);
		return;
	default:
		break;
	}
	bool is_cell = streq(n->tag->name, "td") || streq(n->tag->name, "th");
	w->has_line = w->has_line || !is_cell;
	w->has_space = true;
	walk_all(w, n);
	w->has_line = w->has_line || !is_cell;
	w->has_space = true;
}

/* Every source may stand: only the alternative text is taken. */
static const char *any_asset(void *self, struct str src)
{
	(void)self, (void)src;
	return "x";
}

const char *markup_words(struct arena *a, struct str html)
{
	auto_arena scratch = arena_new(SCRATCH);
	struct markup_images images = {any_asset, NULL};
	struct markup_report report = {0};
	struct markup_node *root;
	struct words w = {0};
	if (markup_parse(scratch, html, &images, &report, &root) < 0)
		return "";
	buf_init(&w.out, WORDS_MAX);
	walk_all(&w, root);
	const char *text = arena_str(a, buf_view(&w.out));
	buf_fini(&w.out);
	return text;
}
