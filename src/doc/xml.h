/* XML from people we do not trust, as a tree in an arena (expat). No DTD, so no entities but the
 * five of XML itself, and nothing from outside; depth, number and size have limits. */
#ifndef LUBAN_DOC_XML_H
#define LUBAN_DOC_XML_H

#include "base/arena.h"
#include "base/err.h"

enum { XML_DEPTH_MAX = 64, XML_NODES_MAX = 500000, XML_ATTS_MAX = 64 };

struct xml_att {
	const char *name, *value; /* name without prefix */
	struct xml_att *next;
};

/* An element, or a piece of text (name NULL). */
struct xml {
	const char *name;         /* without prefix */
	struct str text;          /* of a piece of text */
	int64_t line;
	struct xml_att *atts;
	struct xml *parent, *first, *last, *next;
};

struct xml_error {
	const char *id; /* message id */
	char arg[40];   /* line */
};

int xml_read(struct arena *a, struct str bytes, struct xml **ret_root,
	struct xml_error *ret_error) MUST_CHECK;

/* The first child of this name, NULL for none; n may be NULL. Names end like this: "choice" also
 * finds nothing else. */
struct xml *xml_child(const struct xml *n, const char *name);
/* The next sibling of the same name. */
struct xml *xml_next(const struct xml *n);
/* The first element of this name anywhere below. */
struct xml *xml_find(const struct xml *n, const char *name);
const char *xml_att(const struct xml *n, const char *name); /* "" when it is not there */
bool xml_is(const struct xml *n, const char *name);
/* All text below, in the arena. */
struct str xml_text(struct arena *a, const struct xml *n);
/* The same of a child; "" when it is not there. */
struct str xml_child_text(struct arena *a, const struct xml *n, const char *name);
/* What is inside as markup again, without prefixes; skip: elements left out (may be NULL). */
void xml_inner(struct buf *out, const struct xml *n, bool (*skip)(const struct xml *n));

#endif
