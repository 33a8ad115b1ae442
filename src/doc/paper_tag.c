#include "doc/paper_tag.h"

#include <stdlib.h>
#include <string.h>

bool paper_tag_next(struct str *svg, const char *open, struct str *ret_before, struct str *ret_tag)
{
	const char *end = svg->p + svg->n;
	const char *at = memmem(svg->p, svg->n, open, strlen(open));
	if (!at)
		return false;
	bool quoted = false;
	const char *p = at + strlen(open);
	for (; p < end && (quoted || *p != '>'); p++)
		quoted = quoted != (*p == '"');
	if (p == end)
		return false;
	*ret_before = (struct str){svg->p, (size_t)(at - svg->p)};
	*ret_tag = (struct str){at + strlen(open), (size_t)(p - at) - strlen(open)};
	*svg = (struct str){p + 1, (size_t)(end - p - 1)};
	return true;
}

/* The next attribute of a tag, taken off its front. */
static bool take(struct str *tag, struct str *ret_name, struct str *ret_value)
{
	*tag = str_trim(*tag);
	*ret_name = str_cut(tag, '=');
	if (tag->n < 2)
		return false;
	*tag = (struct str){tag->p + 1, tag->n - 1};
	*ret_value = str_cut(tag, '"');
	return true;
}

bool paper_tag_value(struct str tag, const char *name, struct str *ret_value)
{
	struct str at, value;
	while (take(&tag, &at, &value))
		if (str_is(at, name)) {
			*ret_value = value;
			return true;
		}
	return false;
}

char *paper_tag_text(struct arena *a, struct str tag, const char *name)
{
	struct str value;
	return paper_tag_value(tag, name, &value) ? arena_str(a, value) : NULL;
}

double paper_tag_number(struct str tag, const char *name, double otherwise)
{
	struct str value;
	char text[32];
	if (!paper_tag_value(tag, name, &value) || value.n >= sizeof text)
		return otherwise;
	memcpy(text, value.p, value.n);
	text[value.n] = 0;
	return strtod(text, NULL);
}

void paper_tag_put_others(struct str tag, bool (*is_ours)(struct str name), struct buf *out)
{
	struct str name, value;
	while (take(&tag, &name, &value)) {
		if (is_ours(name))
			continue;
		buf_putc(out, ' ');
		buf_str(out, name);
		buf_puts(out, "=\"");
		buf_str(out, value);
		buf_putc(out, '"');
	}
}

char *paper_tag_unescape(struct arena *a, struct str s)
{
	static const struct {
		const char *reference;
		char c;
	} known[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''},
	        {"&apos;", '\''}, {"&#x27;", '\''}};
	char *text = arena_alloc(a, s.n + 1), *to = text;
	while (s.n) {
		size_t taken = 1;
		*to = s.p[0];
		for (size_t i = 0; s.p[0] == '&' && i < sizeof known / sizeof *known; i++)
			if (str_starts(s, known[i].reference)) {
				*to = known[i].c;
				taken = strlen(known[i].reference);
			}
		to++;
		s = (struct str){s.p + taken, s.n - taken};
	}
	*to = 0;
	return text;
}
