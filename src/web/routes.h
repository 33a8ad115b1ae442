/* All route tables of the program, and the checks that they are sound. */
#ifndef LUBAN_WEB_ROUTES_H
#define LUBAN_WEB_ROUTES_H

#include "web/router.h"

/* Every table; ends with NULL. */
extern const struct route *const route_tables[];

/* NULL and *ret_error (in the arena or static) when a row has no permission, no handler, a path
 * declared twice, a form that does not exist, a field declared twice. */
struct router *routes_compile(struct arena *a, const char **ret_error);

#endif
