/* Inside the reader of markup: what reading a tag and building the tree share. */
#ifndef LUBAN_BASE_MARKUP_TREE_H
#define LUBAN_BASE_MARKUP_TREE_H

#include "base/markup_node.h"

enum { MARKUP_READ_ATTS = 12 };

struct markup_parse {
	struct arena *a;
	struct str rest;
	const struct markup_images *images;
	struct markup_report *report;
	struct markup_node *root, *at; /* at: the innermost open element */
	int depth, nodes;
	bool is_over; /* a limit was passed */
};

struct markup_read {
	const struct markup_tag *tag; /* NULL: none of ours */
	struct str name;
	struct markup_att atts[MARKUP_READ_ATTS];
	int n_atts;
	bool is_closed; /* <x/> */
};

/* NULL when it is not there. */
const struct str *markup_att(const struct markup_read *t, const char *name);
void markup_put_text(struct markup_parse *p, struct str text);
void markup_start(struct markup_parse *p, const struct markup_read *t);
void markup_end(struct markup_parse *p, const struct markup_tag *tag);

static inline bool markup_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static inline bool markup_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

#endif
