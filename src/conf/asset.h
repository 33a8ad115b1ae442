/* Everything the binary carries: templates, static files, SQL, rules, messages, data. Made by
 * tools/embed. */
#ifndef LUBAN_CONF_ASSET_H
#define LUBAN_CONF_ASSET_H

#include <stddef.h>

#include "base/str.h"

struct asset {
	const char *path;  /* "templates/home.html" */
	struct str bytes;
	struct str gzip;   /* empty unless it is a static file worth packing */
	const char *etag;  /* of static files */
};

extern const struct asset assets[]; /* sorted by path */
extern const size_t assets_n;

const struct asset *asset_find(const char *path);
/* Assets whose path begins with prefix lie together: the first one and their number. */
const struct asset *asset_range(const char *prefix, size_t *ret_n);

#endif
