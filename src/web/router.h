/* The route table, compiled to a tree of path segments. A fixed segment goes before a parameter. */
#ifndef LUBAN_WEB_ROUTER_H
#define LUBAN_WEB_ROUTER_H

#include "web/exchange.h"

struct router;

/* tables ends with NULL. Routes stay where they are. NULL and *ret_error (static) when a path is
 * malformed or declared twice. */
struct router *router_new(const struct route *const *tables, struct arena *a,
	const char **ret_error);
size_t router_count(const struct router *r);
/* By number, in the order of the tables; and back. */
const struct route *router_at(const struct router *r, size_t i);
size_t router_index(const struct router *r, const struct route *route);
/* NULL when the path is unknown or has no such method; *ret_allow then is a mask (1 GET, 2 POST), 0
 * for unknown. Parameters are decoded into ex->params. */
const struct route *router_match(const struct router *r, enum method method, const char *path,
	struct exchange *ex, unsigned *ret_allow);

#endif
