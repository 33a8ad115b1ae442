/* The templates of templates/NAME.html, compiled at start and shared by all threads. */
#ifndef LUBAN_WEB_RENDER_H
#define LUBAN_WEB_RENDER_H

#include <jansson.h>

#include "base/err.h"
#include "base/mustache.h"
#include "base/str.h"

struct render;

/* Compiles every template there is. NULL and *ret_error (malloc()ed) when one is wrong. */
struct render *render_new(bool strict, char **ret_error);
void render_free(struct render *r);
bool render_has(const struct render *r, const char *name);
/* ret_out is begun here; the caller owns it, also on failure. */
int render(const struct render *r, const char *name, json_t *view, struct buf *ret_out,
	struct mustache_error *ret_error) MUST_CHECK;

#endif
