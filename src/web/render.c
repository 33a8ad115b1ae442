#include "web/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "conf/asset.h"

enum { PAGE_MAX = 32 * 1024 * 1024 };

struct render {
	struct mustache_set *set;
	unsigned flags;
	const struct asset *first;
	size_t n;
	const struct mustache *compiled[]; /* by the asset's place; NULL for what is no page */
};

/* Names are paths below templates/ without ".html". */
static int load(void *arg, const char *name, struct str *ret_text)
{
	char path[MUSTACHE_NAME_MAX + 32];
	(void)arg;
	snprintf(path, sizeof path, "templates/%s.html", name);
	const struct asset *asset = asset_find(path);
	if (!asset)
		return ERR_NOTFOUND;
	*ret_text = asset->bytes;
	return 0;
}

static bool name_of(const struct asset *asset, char *name, size_t size)
{
	struct str path = str_of(asset->path);
	if (!str_ends(path, ".html"))
		return false;
	snprintf(name, size, "%.*s", (int)(path.n - strlen("templates/") - strlen(".html")),
		path.p + strlen("templates/"));
	return true;
}

static bool compile_all(struct render *r, char **ret_error)
{
	for (size_t i = 0; i < r->n; i++) {
		char name[MUSTACHE_NAME_MAX + 1];
		struct mustache_error error = {0};
		if (!name_of(&r->first[i], name, sizeof name))
			continue;
		if (mustache_compile(r->set, name, &r->compiled[i], &error) < 0) {
			if (asprintf(ret_error, "template %s:%u: %s", error.template, error.line,
				error.text) < 0)
				*ret_error = NULL;
			return false;
		}
	}
	return true;
}

struct render *render_new(bool strict, char **ret_error)
{
	size_t n;
	const struct asset *first = asset_range("templates/", &n);
	struct render *r = calloc(1, sizeof *r + n * sizeof r->compiled[0]);
	if (!r)
		log_die("out of memory");
	r->set = mustache_set_new(load, NULL);
	r->flags = strict ? MUSTACHE_STRICT : 0;
	r->first = first;
	r->n = n;
	if (compile_all(r, ret_error))
		return r;
	render_free(r);
	return NULL;
}

void render_free(struct render *r)
{
	if (!r)
		return;
	mustache_set_free(r->set);
	free(r);
}

static const struct mustache *find(const struct render *r, const char *name)
{
	char path[MUSTACHE_NAME_MAX + 32];
	snprintf(path, sizeof path, "templates/%s.html", name);
	const struct asset *asset = asset_find(path);
	return asset ? r->compiled[asset - r->first] : NULL;
}

bool render_has(const struct render *r, const char *name)
{
	return find(r, name);
}

int render(const struct render *r, const char *name, json_t *view, struct buf *ret_out,
	struct mustache_error *ret_error)
{
	buf_init(ret_out, PAGE_MAX);
	const struct mustache *t = find(r, name);
	if (!t) {
		snprintf(ret_error->text, sizeof ret_error->text, "there is no template %s", name);
		return ERR_NOTFOUND;
	}
	return mustache_render(t, view, ret_out, r->flags, ret_error);
}
