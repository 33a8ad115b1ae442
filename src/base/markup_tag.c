/* The elements of the safe subset, and what others become. */
#include <strings.h>

#include "base/markup_node.h"

const struct markup_tag markup_root = {"", NULL, CLASS_FLOW, 0};
const struct markup_tag markup_text_tag = {"#text", NULL, CLASS_TEXT, 0};
const struct markup_tag markup_break = {"#break", NULL, CLASS_BREAK, 0};

/* By name, for bsearch. */
static const struct markup_tag tags[] = {
	{"address", "p", CLASS_PARA, 0},
	{"annotation", NULL, CLASS_SKIP, 0},
	{"annotation-xml", NULL, CLASS_SKIP, 0},
	{"applet", NULL, CLASS_SKIP, 0},
	{"article", "p", CLASS_PARA, 0},
	{"aside", "p", CLASS_PARA, 0},
	{"audio", NULL, CLASS_SKIP, 0},
	{"b", NULL, CLASS_INLINE, 0},
	{"blockquote", "p", CLASS_PARA, 0},
	{"br", NULL, CLASS_VOID, 0},
	{"button", NULL, CLASS_SKIP, 0},
	{"canvas", NULL, CLASS_SKIP, 0},
	{"caption", "p", CLASS_PARA, 0},
	{"center", "p", CLASS_PARA, 0},
	{"code", NULL, CLASS_INLINE, 0},
	{"dd", "p", CLASS_PARA, 0},
	{"details", "p", CLASS_PARA, 0},
	{"div", "p", CLASS_PARA, 0},
	{"dl", "p", CLASS_PARA, 0},
	{"dt", "p", CLASS_PARA, 0},
	{"em", NULL, CLASS_INLINE, 0},
	{"fieldset", "p", CLASS_PARA, 0},
	{"figcaption", "p", CLASS_PARA, 0},
	{"figure", "p", CLASS_PARA, 0},
	{"footer", "p", CLASS_PARA, 0},
	{"form", "p", CLASS_PARA, 0},
	{"h1", "p", CLASS_PARA, 0},
	{"h2", "p", CLASS_PARA, 0},
	{"h3", "p", CLASS_PARA, 0},
	{"h4", "p", CLASS_PARA, 0},
	{"h5", "p", CLASS_PARA, 0},
	{"h6", "p", CLASS_PARA, 0},
	{"header", "p", CLASS_PARA, 0},
	{"hr", "p", CLASS_PARA, 0},
	{"i", NULL, CLASS_INLINE, 0},
	{"iframe", NULL, CLASS_SKIP, 0},
	{"img", NULL, CLASS_VOID, 0},
	{"legend", "p", CLASS_PARA, 0},
	{"li", NULL, CLASS_FLOW, 0},
	{"main", "p", CLASS_PARA, 0},
	{"math", NULL, CLASS_MATH, 0},
	{"menclose", "mrow", CLASS_MATH, 0},
	{"menu", "ul", CLASS_LIST, 0},
	{"merror", "mrow", CLASS_MATH, 0},
	{"mfenced", NULL, CLASS_MATH, 0},
	{"mfrac", NULL, CLASS_MATH, 2},
	{"mi", NULL, CLASS_TOKEN, 0},
	{"mmultiscripts", NULL, CLASS_MATH, 0},
	{"mn", NULL, CLASS_TOKEN, 0},
	{"mo", NULL, CLASS_TOKEN, 0},
	{"mover", NULL, CLASS_MATH, 2},
	{"mpadded", "mrow", CLASS_MATH, 0},
	{"mphantom", "mrow", CLASS_MATH, 0},
	{"mprescripts", NULL, CLASS_POINT, 0},
	{"mroot", NULL, CLASS_MATH, 2},
	{"mrow", NULL, CLASS_MATH, 0},
	{"ms", NULL, CLASS_TOKEN, 0},
	{"mspace", NULL, CLASS_POINT, 0},
	{"msqrt", NULL, CLASS_MATH, 0},
	{"mstyle", "mrow", CLASS_MATH, 0},
	{"msub", NULL, CLASS_MATH, 2},
	{"msubsup", NULL, CLASS_MATH, 3},
	{"msup", NULL, CLASS_MATH, 2},
	{"mtable", NULL, CLASS_MATH, 0},
	{"mtd", NULL, CLASS_MATH, 0},
	{"mtext", NULL, CLASS_TOKEN, 0},
	{"mtr", NULL, CLASS_MATH, 0},
	{"munder", NULL, CLASS_MATH, 2},
	{"munderover", NULL, CLASS_MATH, 3},
	{"nav", "p", CLASS_PARA, 0},
	{"noembed", NULL, CLASS_SKIP, 0},
	{"noframes", NULL, CLASS_SKIP, 0},
	{"noscript", NULL, CLASS_SKIP, 0},
	{"object", NULL, CLASS_SKIP, 0},
	{"ol", NULL, CLASS_LIST, 0},
	{"p", NULL, CLASS_PARA, 0},
	{"plaintext", NULL, CLASS_SKIP, 0},
	{"pre", NULL, CLASS_PARA, 0},
	{"script", NULL, CLASS_SKIP, 0},
	{"section", "p", CLASS_PARA, 0},
	{"select", NULL, CLASS_SKIP, 0},
	{"semantics", "mrow", CLASS_MATH, 0},
	{"strong", NULL, CLASS_INLINE, 0},
	{"style", NULL, CLASS_SKIP, 0},
	{"sub", NULL, CLASS_INLINE, 0},
	{"summary", "p", CLASS_PARA, 0},
	{"sup", NULL, CLASS_INLINE, 0},
	{"svg", NULL, CLASS_SKIP, 0},
	{"table", NULL, CLASS_TABLE, 0},
	{"tbody", NULL, CLASS_SECTION, 0},
	{"td", NULL, CLASS_FLOW, 0},
	{"template", NULL, CLASS_SKIP, 0},
	{"textarea", NULL, CLASS_SKIP, 0},
	{"tfoot", "tbody", CLASS_SECTION, 0},
	{"th", NULL, CLASS_FLOW, 0},
	{"thead", NULL, CLASS_SECTION, 0},
	{"title", NULL, CLASS_SKIP, 0},
	{"tr", NULL, CLASS_ROW, 0},
	{"u", NULL, CLASS_INLINE, 0},
	{"ul", NULL, CLASS_LIST, 0},
	{"video", NULL, CLASS_SKIP, 0},
	{"xmp", NULL, CLASS_SKIP, 0},
};

static int compare(struct str name, const char *z)
{
	int d = strncasecmp(name.p, z, name.n);
	return d ? d : -(z[name.n] != 0);
}

const struct markup_tag *markup_tag_of(struct str name)
{
	size_t low = 0, high = sizeof tags / sizeof *tags;
	if (!name.n || name.n > 20)
		return NULL;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int d = compare(name, tags[mid].name);
		if (!d)
			return &tags[mid];
		if (d < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}
