#include "web/router.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "web/url.h"

struct node {
	const char *segment;      /* NULL for a parameter */
	struct node *child, *next;
	const struct route *routes[2];
	size_t index[2];
};

struct router {
	struct arena *arena;
	struct node root;
	const struct route **all;
	size_t n, cap;
};

static struct node *child_of(struct node *parent, struct str segment, bool param)
{
	for (struct node *c = parent->child; c; c = c->next)
		if (param ? !c->segment : c->segment && str_is(segment, c->segment))
			return c;
	return NULL;
}

/* Fixed segments are kept before the parameter. */
static struct node *add_child(struct router *r, struct node *parent, struct str segment, bool param)
{
	struct node *c = arena_make(r->arena, struct node);
	struct node **at = &parent->child;
	c->segment = param ? NULL : arena_str(r->arena, segment);
	while (param && *at)
		at = &(*at)->next;
	c->next = *at;
	*at = c;
	return c;
}

static const char *add(struct router *r, const struct route *route)
{
	struct str path = str_of(route->path);
	if (!str_starts(path, "/"))
		return "a route's path does not start with /";
	struct node *node = &r->root;
	int params = 0;
	str_cut(&path, '/');
	while (path.n) {
		struct str segment = str_cut(&path, '/');
		bool param = str_starts(segment, ":");
		params += param;
		if (!segment.n || params > PARAMS_MAX)
			return "a route has an empty segment or too many parameters";
		struct node *child = child_of(node, segment, param);
		node = child ? child : add_child(r, node, segment, param);
	}
	if (node->routes[route->method])
		return "a route is declared twice";
	node->routes[route->method] = route;
	node->index[route->method] = r->n;
	r->all[r->n++] = route;
	return NULL;
}

struct router *router_new(const struct route *const *tables, struct arena *a,
	const char **ret_error)
{
	struct router *r = arena_make(a, struct router);
	r->arena = a;
	for (size_t i = 0; tables[i]; i++)
		for (const struct route *route = tables[i]; route->path; route++)
			r->cap++;
	r->all = arena_array(a, const struct route *, r->cap + 1);
	for (size_t i = 0; tables[i]; i++) {
		for (const struct route *route = tables[i]; route->path; route++) {
			const char *error = add(r, route);
			if (error) {
				*ret_error = arena_printf(a, "%s: %s", error, route->path);
				return NULL;
			}
		}
	}
	return r;
}

size_t router_count(const struct router *r)
{
	return r->n;
}

const struct route *router_at(const struct router *r, size_t i)
{
	return r->all[i];
}

size_t router_index(const struct router *r, const struct route *route)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->all[i] == route)
			return i;
	log_die("a route that is in no table: %s", route->path);
}

/* Depth first, so that a fixed segment which leads nowhere gives way to a parameter. */
static const struct node *walk(const struct node *node, struct str path, struct str *values, int *n)
{
	if (!path.n)
		return node->routes[GET] || node->routes[POST] ? node : NULL;
	struct str segment = str_cut(&path, '/');
	if (!segment.n)
		return NULL;
	for (const struct node *c = node->child; c; c = c->next) {
		if (c->segment && !str_is(segment, c->segment))
			continue;
		int before = *n;
		if (!c->segment)
			values[(*n)++] = segment;
		const struct node *found = walk(c, path, values, n);
		if (found)
			return found;
		*n = before;
	}
	return NULL;
}

static bool name_params(struct exchange *ex, const struct route *route, const struct str *values)
{
	struct str path = str_of(route->path);
	int n = 0;
	while (path.n) {
		struct str name = str_cut(&path, '/'), value;
		if (!str_starts(name, ":"))
			continue;
		if (!url_decode(ex->arena, values[n], false, &value))
			return false;
		ex->params[n++] = (struct param){arena_str(ex->arena,
			(struct str){name.p + 1, name.n - 1}), value.p};
	}
	ex->n_params = n;
	return true;
}

const struct route *router_match(const struct router *r, enum method method, const char *path,
	struct exchange *ex, unsigned *ret_allow)
{
	struct str rest = str_of(path), values[PARAMS_MAX];
	int n = 0;
	*ret_allow = 0;
	if (!str_starts(rest, "/"))
		return NULL;
	str_cut(&rest, '/');
	/* A slash at the end means a directory, which this site has none of. */
	if (rest.n && str_ends(rest, "/"))
		return NULL;
	const struct node *node = walk(&r->root, rest, values, &n);
	if (!node)
		return NULL;
	*ret_allow = (node->routes[GET] ? 1u : 0) | (node->routes[POST] ? 2u : 0);
	const struct route *route = node->routes[method];
	if (!route || !ex)
		return route;
	if (!name_params(ex, route, values)) {
		*ret_allow = 0;
		return NULL;
	}
	return route;
}
