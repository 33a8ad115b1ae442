/* Whatever comes in: what goes out is cleaned already, of known elements only, and no script. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool is_one_of(struct str name, const char *const *names)
{
	while (*names && !str_is(name, *names))
		names++;
	return *names;
}

static struct str word(const char **p)
{
	size_t n = strspn(*p, "abcdefghijklmnopqrstuvwxyz");
	struct str w = {*p, n};
	*p += n;
	return w;
}

static void must_be_safe(const char *p)
{
	static const char *const tags[] = {"p", "br", "pre", "code", "em", "strong", "b", "i", "u",
		"sub", "sup", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th", "img",
		"math", "mrow", "mi", "mn", "mo", "mtext", "ms", "mspace", "mfrac", "msqrt",
		"mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover",
		"mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", NULL};
	static const char *const atts[] = {"colspan", "rowspan", "src", "alt", "width", "height",
		"display", "mathvariant", "stretchy", "linethickness", NULL};
	while ((p = strchr(p, '<'))) {
		p += 1 + (p[1] == '/');
		must(is_one_of(word(&p), tags));
		while (*p == ' ') {
			p++;
			must(is_one_of(word(&p), atts) && p[0] == '=' && p[1] == '"');
			p = strchr(p + 2, '"') + 1;
		}
		p += *p == '/';
		must(*p == '>');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = {(const char *)data, size};
	const char *once, *twice, *again;
	if (size > 16 * 1024)
		return 0;
	auto_arena a = arena_new(64 * 1024 * 1024);
	(void)markup_words(a, in);
	if (markup_clean(a, in, 256 * 1024, NULL, NULL, &once))
		return 0;
	must(markup_clean(a, str_of(once), 256 * 1024, NULL, NULL, &twice) == 0);
	must(strcmp(once, twice) == 0);
	must_be_safe(once);
	must(markup_of_text(a, str_of(markup_to_text(a, once)), 256 * 1024, NULL, NULL,
		&again) == 0);
	must(strcmp(once, again) == 0);
	return 0;
}
