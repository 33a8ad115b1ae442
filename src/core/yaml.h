/* YAML as a small tree of nodes with line numbers: what policies and layouts are written in. What
 * they do not need (anchors, aliases, tags, several documents) is refused. */
#ifndef LUBAN_CORE_YAML_H
#define LUBAN_CORE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { YAML_BYTES = 256 * 1024, YAML_NODES = 8192, YAML_DEPTH = 20 };

enum node_kind { NODE_SCALAR, NODE_MAP, NODE_LIST };

struct node {
	enum node_kind kind;
	int line;
	bool is_plain; /* a scalar without quotes */
	const char *key; /* in a map */
	const char *text; /* of a scalar */
	struct node *first, *next;
	size_t n; /* children */
};

/* No anchors, aliases, tags, second documents or duplicate keys. */
int node_read(struct arena *a, struct str yaml, const struct node **ret_root,
	const char **ret_error) MUST_CHECK;
const struct node *node_get(const struct node *map, const char *key); /* NULL when absent */

#endif
