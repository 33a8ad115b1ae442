/* Inside markup: the tree between reading and writing. */
#ifndef LUBAN_BASE_MARKUP_NODE_H
#define LUBAN_BASE_MARKUP_NODE_H

#include "base/markup.h"

/* What may stand in what follows from the class alone. */
enum markup_class {
	CLASS_FLOW,    /* root, li, td, th: blocks or a line of text */
	CLASS_PARA,    /* p, pre */
	CLASS_LIST,    /* only li */
	CLASS_TABLE,   /* only sections */
	CLASS_SECTION, /* only rows */
	CLASS_ROW,     /* only cells */
	CLASS_INLINE,
	CLASS_VOID,    /* br, img */
	CLASS_TEXT,
	CLASS_BREAK,   /* nothing to see; text before and after do not belong together */
	CLASS_MATH,    /* math itself, and all in it that holds elements */
	CLASS_TOKEN,   /* mi, mn, mo, mtext, ms: hold text */
	CLASS_POINT,   /* mspace, mprescripts: hold nothing */
	CLASS_SKIP,    /* goes with its content */
};

struct markup_tag {
	const char *name;       /* as read */
	const char *as;         /* as written; NULL: the same */
	enum markup_class class;
	int arity;              /* of mfrac and the like; 0: any */
};

enum { MARKUP_ATTS_MAX = 4 };

struct markup_att {
	const char *name;
	struct str value;
};

struct markup_node {
	const struct markup_tag *tag;
	struct str text;
	struct markup_att atts[MARKUP_ATTS_MAX];
	int n_atts;
	struct markup_node *parent, *first, *last, *next;
};

/* NULL when the name is none of ours. */
const struct markup_tag *markup_tag_of(struct str name);
extern const struct markup_tag markup_root, markup_text_tag, markup_break;
static inline const char *markup_name(const struct markup_tag *t)
{
	return t->as ? t->as : t->name;
}

/* The value of &name; as a code point, 0 when unknown. */
uint32_t markup_entity(struct str name);

int markup_parse(struct arena *a, struct str html, const struct markup_images *images,
	struct markup_report *report, struct markup_node **ret_root) MUST_CHECK;

#endif
