/* Putting the site together, and refusing to when its parts do not fit. */
#include "web/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "web/intake.h"
#include "web/log_file.h"
#include "web/lookups.h"
#include "web/metrics.h"
#include "web/once.h"
#include "web/render.h"
#include "web/router.h"
#include "web/routes.h"
#include "web/stash.h"
#include "web/static.h"

enum { SITE_MEMORY = 16 * 1024 * 1024 };

static const char *check_templates(struct site *s)
{
	for (size_t i = 0; i < router_count(s->router); i++) {
		const struct route *route = router_at(s->router, i);
		if (route->template && !render_has(s->render, route->template))
			return arena_printf(s->arena, "%s: there is no templates/%s.html",
				route->path, route->template);
	}
	return render_has(s->render, "error") ? NULL : "there is no templates/error.html";
}

static bool build(struct site *s, char **ret_error)
{
	const char *error = NULL;
	s->router = routes_compile(s->arena, &error);
	if (s->router)
		s->render = render_new(s->options.strict, ret_error);
	if (s->render)
		error = check_templates(s);
	if (error)
		*ret_error = strdup(error);
	return s->router && s->render && !error;
}

struct site *site_new(const struct site_options *o, char **ret_error)
{
	struct site *s = calloc(1, sizeof *s);
	if (!s)
		log_die("out of memory");
	s->options = *o;
	s->arena = arena_new(SITE_MEMORY);
	s->started_at = time(NULL);
	s->once = once_new();
	s->stash = stash_new();
	s->lookups = lookups_new(s->options.database);
	s->intake = intake_new(s->options.database, s->options.keys);
	s->log_files = log_files_new();
	s->asset = static_addresses();
	if (!build(s, ret_error)) {
		site_free(s);
		return NULL;
	}
	s->metrics = metrics_new(s->router);
	return s;
}

void site_free(struct site *s)
{
	if (!s)
		return;
	intake_free(s->intake);
	metrics_free(s->metrics);
	render_free(s->render);
	once_free(s->once);
	stash_free(s->stash);
	lookups_free(s->lookups);
	log_files_free(s->log_files);
	json_decref(s->asset);
	arena_free(s->arena);
	free(s);
}
