/* luban routes: every address with its permission. luban openapi: the same for programs. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "core/perm.h"
#include "web/openapi.h"
#include "web/routes.h"

extern const struct command cmd_routes_command;
extern const struct command cmd_openapi_command;

enum { TABLE_MEMORY = 16 * 1024 * 1024 };

static struct router *compile(struct arena *a)
{
	const char *error = NULL;
	struct router *router = routes_compile(a, &error);
	if (!router)
		cli_error("%s", error);
	return router;
}

static json_t *roles_of(enum perm perm)
{
	json_t *roles = json_array();
	for (enum role role = ROLE_PUBLIC; role < ROLE_SYSTEM; role++)
		if (role_may(role, perm))
			json_array_append_new(roles, json_string(role_code(role)));
	return roles;
}

static void print_json(const struct router *router)
{
	json_t *all = json_array();
	for (size_t i = 0; i < router_count(router); i++) {
		const struct route *r = router_at(router, i);
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s, s:o, s:b}", "method",
			r->method == GET ? "GET" : "POST", "path", r->path, "permission",
			perm_code(r->perm), "title", r->title,
			"roles", roles_of(r->perm), "audited", r->audit != NULL));
	}
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

static void print_text(const struct router *router)
{
	for (size_t i = 0; i < router_count(router); i++) {
		const struct route *r = router_at(router, i);
		printf("%-4s  %-40s  %-20s  %s\n", r->method == GET ? "GET" : "POST", r->path,
			perm_code(r->perm), r->title);
	}
}

static int routes(int argc, char **argv)
{
	struct cli_args args;
	int r = cli_parse(&cmd_routes_command, argc, argv, &args);
	if (r)
		return r;
	auto_arena a = arena_new(TABLE_MEMORY);
	struct router *router = compile(a);
	if (!router)
		return CLI_FAILURE;
	(cli_has(&args, "json") ? print_json : print_text)(router);
	return CLI_OK;
}

static int openapi(int argc, char **argv)
{
	struct cli_args args;
	int r = cli_parse(&cmd_openapi_command, argc, argv, &args);
	if (r)
		return r;
	auto_arena a = arena_new(TABLE_MEMORY);
	struct router *router = compile(a);
	if (!router)
		return CLI_FAILURE;
	json_t *document = openapi_of(router);
	json_dumpf(document, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(document);
	return CLI_OK;
}

static const struct cli_option routes_options[] = {CLI_JSON, {0}};

const struct command cmd_routes_command = {
	.name = "routes",
	.usage = "[--json]",
	.summary = "列出全部网址及所需权限",
	.options = routes_options,
	.run = routes,
};

const struct command cmd_openapi_command = {
	.name = "openapi",
	.usage = "",
	.summary = "输出接口说明（OpenAPI 3.1）",
	.run = openapi,
};
