/* What a template is compiled to: one flat array of nodes in reading order, a node before its
 * children. Private to base/mustache*.c. */
#ifndef LUBAN_BASE_MUSTACHE_NODE_H
#define LUBAN_BASE_MUSTACHE_NODE_H

#include "base/arena.h"
#include "base/mustache.h"

enum mustache_kind {
	NODE_TEXT,
	NODE_VALUE,    /* {{x}} */
	NODE_RAW,      /* {{{x}}} */
	NODE_SECTION,  /* {{#x}} */
	NODE_INVERTED, /* {{^x}} */
	NODE_PARTIAL,  /* {{>x}} */
	NODE_PARENT,   /* {{<x}}; its children are the blocks that replace */
	NODE_BLOCK,    /* {{$x}} */
};

struct mustache_node {
	enum mustache_kind kind;
	unsigned line;
	size_t size;         /* nodes of the subtree, itself included */
	struct str text;     /* the literal, or the tag's name */
	const struct str *keys; /* the name cut at its dots; none for "." */
	size_t n_keys;
	const struct mustache *target; /* template of a static name; NULL when there is none */
	struct str indent;   /* goes before each line of what stands here; only when standalone */
	struct str eol;      /* the line end a standalone block swallowed */
	bool here;           /* ".a" */
	bool dynamic;        /* "*a" */
	bool standalone;     /* alone on its lines */
	bool first;          /* first on a line of its template: the indentation goes before it */
};

struct mustache {
	char name[MUSTACHE_NAME_MAX + 1];
	struct mustache_set *set;
	struct arena *arena; /* holds nodes and texts */
	struct mustache_node *nodes;
	size_t n;
	struct mustache *next; /* in its bucket of the set */
};

/* Fills t->nodes from text, which is copied. */
int mustache_parse(struct mustache *t, struct str text,
	struct mustache_error *ret_error) MUST_CHECK;

int mustache_fail(struct mustache_error *ret_error, int err, const char *template, unsigned line,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
