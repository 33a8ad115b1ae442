/* HTML as it comes, lenient: tags, texts, references. */
#include <string.h>
#include <strings.h>

#include "base/markup_tree.h"
#include "base/utf8.h"

/* ---- texts ---- */

static bool may_stand(uint32_t point)
{
	if (point < 0x20)
		return point == '\t' || point == '\n';
	if (point >= 0x7f && point < 0xa0)
		return false;
	return point != 0x200b && point != 0xfeff && point != 0xfffe && point != 0xffff;
}

static uint32_t number_of(struct str digits, int base)
{
	uint32_t n = 0;
	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[i];
		int v = c >= '0' && c <= '9' ? c - '0' : markup_is_letter(c) ? (c | 32) - 'a' + 10
			: 99;
		if (v >= base || n > 0x110000)
			return 0;
		n = n * (uint32_t)base + (uint32_t)v;
	}
	return n;
}

/* What follows a '&': the reference's code point and its length with the ';'; 0 for none. */
static size_t reference(struct str s, uint32_t *ret_point)
{
	size_t n = 0;
	bool is_number = s.n && s.p[0] == '#';
	while (n < s.n && n < 32 && s.p[n] != ';')
		n++;
	if (n == s.n || s.p[n] != ';' || n < 2)
		return 0;
	struct str name = {s.p, n};
	if (!is_number)
		*ret_point = markup_entity(name);
	else if ((name.p[1] | 32) == 'x')
		*ret_point = number_of((struct str){name.p + 2, n - 2}, 16);
	else
		*ret_point = number_of((struct str){name.p + 1, n - 1}, 10);
	return *ret_point || is_number ? n + 1 : 0;
}

/* References resolved, line ends as \n, what may not be kept left out. Never longer than raw: every
 * reference has more bytes than what it stands for. */
static struct str decode(struct markup_parse *p, struct str raw, bool has_references)
{
	char *out = arena_alloc(p->a, raw.n + UTF8_MAX);
	size_t n = 0;
	while (raw.n) {
		uint32_t point = 0;
		size_t step = has_references && raw.p[0] == '&' ?
			reference((struct str){raw.p + 1, raw.n - 1}, &point) : 0;
		if (step) {
			step++;
		} else if (!(step = utf8_next(raw, &point))) {
			step = 1;
			point = 0;
		}
		if (point == '\r' && !(raw.n > 1 && raw.p[1] == '\n'))
			point = '\n';
		if (point == '\f')
			point = ' ';
		if (may_stand(point))
			n += utf8_write(point, out + n);
		raw.p += step;
		raw.n -= step;
	}
	return (struct str){out, n};
}

/* ---- tokens ---- */

static struct str take_while(struct str *s, bool (*ends)(char))
{
	size_t n = 0;
	while (n < s->n && !ends(s->p[n]))
		n++;
	struct str taken = {s->p, n};
	s->p += n;
	s->n -= n;
	return taken;
}

static bool ends_name(char c)
{
	return markup_is_space(c) || c == '/' || c == '>' || c == '<';
}

static bool ends_att(char c)
{
	return markup_is_space(c) || c == '/' || c == '>' || c == '=';
}

static bool ends_bare(char c)
{
	return markup_is_space(c) || c == '>';
}

static void skip(struct str *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static void skip_space(struct str *s)
{
	while (s->n && markup_is_space(s->p[0]))
		skip(s, 1);
}

static struct str read_value(struct markup_parse *p)
{
	struct str *s = &p->rest;
	if (s->n && (s->p[0] == '"' || s->p[0] == '\'')) {
		char quote = s->p[0];
		skip(s, 1);
		return str_cut(s, quote);
	}
	return take_while(s, ends_bare);
}

static const char *known_att(struct str name)
{
	static const char *const known[] = {"src", "alt", "width", "height", "colspan", "rowspan",
		"display", "mathvariant", "stretchy", "linethickness", "open", "close",
		"separators"};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (name.n == strlen(known[i]) && !strncasecmp(name.p, known[i], name.n))
			return known[i];
	return NULL;
}

static void read_att(struct markup_parse *p, struct markup_read *t)
{
	struct str name = take_while(&p->rest, ends_att), value = {"", 0};
	if (!name.n) {
		t->is_closed = p->rest.n > 1 && p->rest.p[0] == '/' && p->rest.p[1] == '>';
		skip(&p->rest, p->rest.n != 0);
		return;
	}
	skip_space(&p->rest);
	if (p->rest.n && p->rest.p[0] == '=') {
		skip(&p->rest, 1);
		skip_space(&p->rest);
		value = read_value(p);
	}
	if (name.n > 2 && !strncasecmp(name.p, "on", 2) && markup_is_letter(name.p[2]))
		p->report->found |= MARKUP_ACTIVE;
	const char *known = known_att(name);
	if (known && !markup_att(t, known) && t->n_atts < MARKUP_READ_ATTS)
		t->atts[t->n_atts++] = (struct markup_att){known, decode(p, value, true)};
}

static void read_tag(struct markup_parse *p)
{
	struct markup_read t = {0};
	skip(&p->rest, 1);
	bool is_end = p->rest.p[0] == '/';
	skip(&p->rest, is_end);
	t.name = take_while(&p->rest, ends_name);
	const char *colon = memchr(t.name.p, ':', t.name.n);
	if (colon)
		skip(&t.name, (size_t)(colon - t.name.p) + 1);
	t.tag = markup_tag_of(t.name);
	for (;;) {
		skip_space(&p->rest);
		if (!p->rest.n || p->rest.p[0] == '>' || p->rest.p[0] == '<')
			break;
		read_att(p, &t);
	}
	skip(&p->rest, p->rest.n && p->rest.p[0] == '>');
	if (is_end)
		markup_end(p, t.tag);
	else
		markup_start(p, &t);
}

/* Takes what stands before the mark, and the mark. */
static struct str take_to(struct markup_parse *p, size_t from, const char *mark)
{
	skip(&p->rest, from);
	const char *at = p->rest.n ? memmem(p->rest.p, p->rest.n, mark, strlen(mark)) : NULL;
	struct str taken = {p->rest.p, at ? (size_t)(at - p->rest.p) : p->rest.n};
	skip(&p->rest, at ? taken.n + strlen(mark) : taken.n);
	return taken;
}

static void read_declaration(struct markup_parse *p)
{
	if (str_starts(p->rest, "<!--"))
		(void)take_to(p, 4, "-->");
	else if (str_starts(p->rest, "<![CDATA["))
		markup_put_text(p, decode(p, take_to(p, 9, "]]>"), false));
	else
		(void)take_to(p, 2, ">");
}

static void read_text(struct markup_parse *p)
{
	size_t n = 1;
	while (n < p->rest.n && p->rest.p[n] != '<')
		n++;
	markup_put_text(p, decode(p, (struct str){p->rest.p, n}, true));
	skip(&p->rest, n);
}

static void read_next(struct markup_parse *p)
{
	struct str s = p->rest;
	if (s.p[0] == '<' && s.n > 1 && (s.p[1] == '!' || s.p[1] == '?'))
		read_declaration(p);
	else if (s.p[0] == '<' && s.n > 1 &&
		(markup_is_letter(s.p[1]) || (s.p[1] == '/' && s.n > 2
		&& markup_is_letter(s.p[2]))))
		read_tag(p);
	else
		read_text(p);
}

int markup_parse(struct arena *a, struct str html, const struct markup_images *images,
	struct markup_report *report, struct markup_node **ret_root)
{
	struct markup_node *root = arena_make(a, struct markup_node);
	struct markup_parse p = {.a = a, .rest = html, .images = images, .report = report,
		.root = root, .at = root};
	root->tag = &markup_root;
	if (html.n > MARKUP_INPUT_MAX)
		return ERR_LIMIT;
	if (!utf8_is_text(html))
		return ERR_INVALID;
	while (p.rest.n && !p.is_over)
		read_next(&p);
	if (p.is_over)
		return ERR_LIMIT;
	*ret_root = root;
	return 0;
}
