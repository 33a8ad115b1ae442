#include "web/openapi.h"

#include <stdio.h>
#include <string.h>

#include "core/perm.h"

static const struct {
	const char *type, *format, *pattern;
} schemas[] = {
	[FIELD_TEXT] = {"string"},
	[FIELD_AREA] = {"string"},
	[FIELD_INT] = {"integer"},
	[FIELD_MONEY] = {"string", NULL, "^[0-9]+(\\.[0-9]{1,2})?$"},
	[FIELD_SCORE] = {"string", NULL, "^[0-9]{1,3}(\\.[0-9]{1,2})?$"},
	[FIELD_BOOL] = {"boolean"},
	[FIELD_DATE] = {"string", "date"},
	[FIELD_TIME] = {"string", NULL, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"},
	[FIELD_CHOICE] = {"string"},
	[FIELD_ID] = {"string", NULL, "^[0-9]+$"},
	[FIELD_IDS] = {"array"},
	[FIELD_IDNO] = {"string", NULL, "^[0-9]{17}[0-9Xx]$"},
	[FIELD_USCC] = {"string", NULL, "^[0-9A-HJ-NP-RTUWXY]{18}$"},
	[FIELD_PHONE] = {"string"},
	[FIELD_PASSWORD] = {"string", "password"},
	[FIELD_FILE] = {"string", "binary"},
};

static void put(json_t *object, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(object, key, json_string(text));
}

static void put_limits(json_t *schema, const struct field *f)
{
	bool text = f->type == FIELD_TEXT || f->type == FIELD_AREA, number = f->type == FIELD_INT;
	if ((!text && !number) || (!f->min && !f->max))
		return;
	if (number || f->min > 0)
		json_object_set_new(schema, text ? "minLength" : "minimum", json_integer(f->min));
	if (number || f->max > 0)
		json_object_set_new(schema, text ? "maxLength" : "maximum", json_integer(f->max));
}

json_t *openapi_schema(const struct field *f)
{
	json_t *schema = json_object();
	put(schema, "type", schemas[f->type].type);
	put(schema, "format", schemas[f->type].format);
	put(schema, "pattern", schemas[f->type].pattern);
	put(schema, "title", f->label);
	put(schema, "description", f->help);
	if (f->example)
		json_object_set_new(schema, "examples", json_pack("[s]", f->example));
	if (f->type == FIELD_IDS)
		json_object_set_new(schema, "items", json_pack("{s:s}", "type", "string"));
	put_limits(schema, f);
	if (f->choices) {
		json_t *codes = json_array();
		for (const struct choice *c = f->choices; c->code; c++)
			json_array_append_new(codes, json_string(c->code));
		json_object_set_new(schema, "enum", codes);
	}
	return schema;
}

/* "/batches/:id" becomes "/batches/{id}"; each parameter is described. */
static void put_path(const char *path, char *out, size_t size, json_t *parameters)
{
	struct str rest = str_of(path);
	size_t n = 0;
	str_cut(&rest, '/');
	do {
		struct str segment = str_cut(&rest, '/');
		bool param = str_starts(segment, ":");
		if (param)
			segment = (struct str){segment.p + 1, segment.n - 1};
		n += (size_t)snprintf(out + n, size - n, param ? "/{%.*s}" : "/%.*s",
			(int)segment.n, segment.p);
		if (param)
			json_array_append_new(parameters,
				json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", segment.p, segment.n,
				"in", "path", "required", 1, "schema", "type", "string"));
	} while (rest.n);
}

static void put_query(const struct field *fields, json_t *parameters)
{
	for (const struct field *f = fields; f && f->name; f++) {
		json_t *one = json_pack("{s:s, s:s, s:b, s:o}", "name", f->name, "in", "query",
			"required", f->flags & FIELD_REQUIRED, "schema", openapi_schema(f));
		put(one, "description", f->label);
		json_array_append_new(parameters, one);
	}
}

static void put_paging(json_t *parameters)
{
	json_array_append_new(parameters,
		json_pack("{s:s, s:s, s:{s:s, s:i}}", "name", "page", "in", "query", "schema",
		"type", "integer", "minimum", 1));
	json_array_append_new(parameters,
		json_pack("{s:s, s:s, s:{s:s}}", "name", "sort", "in", "query", "schema",
		"type", "string"));
	json_array_append_new(parameters,
		json_pack("{s:s, s:s, s:{s:s, s:[s]}}", "name", "export", "in", "query",
		"schema", "type", "string", "enum", "xlsx"));
}

static json_t *body_of(const struct field *fields)
{
	json_t *properties = json_object(), *required = json_array();
	bool has_file = false;
	for (const struct field *f = fields; f->name; f++) {
		json_object_set_new(properties, f->name, openapi_schema(f));
		if (f->flags & FIELD_REQUIRED)
			json_array_append_new(required, json_string(f->name));
		has_file |= f->type == FIELD_FILE;
	}
	json_t *schema = json_pack("{s:s, s:o, s:o}", "type", "object", "properties", properties,
		"required", required);
	json_t *content = json_pack("{s:{s:O}}", "multipart/form-data", "schema", schema);
	if (!has_file) {
		json_object_set_new(content, "application/json",
			json_pack("{s:O}", "schema", schema));
		json_object_set_new(content, "application/x-www-form-urlencoded",
			json_pack("{s:O}", "schema", schema));
	}
	json_decref(schema);
	return json_pack("{s:o}", "content", content);
}

static json_t *problem_reference(const char *description)
{
	return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", description, "content",
		"application/problem+json", "schema", "$ref", "#/components/schemas/Problem");
}

static json_t *responses_of(const struct route *route)
{
	json_t *responses = json_object();
	if (route->flags & ROUTE_DOWNLOAD)
		json_object_set_new(responses, "200",
			json_pack("{s:s, s:{s:{s:{s:s, s:s}}}}", "description", route->title,
			"content", "application/octet-stream", "schema", "type", "string", "format",
			"binary"));
	else
		json_object_set_new(responses, "200",
			json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", route->title,
			"content", "application/json", "schema", "type", "object"));
	if (route->perm != PERM_PUBLIC)
		json_object_set_new(responses, "401", problem_reference("尚未登录"));
	if (route->fields)
		json_object_set_new(responses, "422", problem_reference("输入有误"));
	json_object_set_new(responses, "default", problem_reference("未能完成"));
	return responses;
}

static json_t *operation_of(const struct route *route, json_t *parameters)
{
	json_t *operation = json_pack("{s:s, s:s}", "summary", route->title, "x-permission",
		perm_code(route->perm));
	if (route->method == GET)
		put_query(route->fields, parameters);
	if (route->flags & ROUTE_LIST)
		put_paging(parameters);
	json_object_set(operation, "parameters", parameters);
	if (route->method == POST && route->fields && route->fields->name)
		json_object_set_new(operation, "requestBody", body_of(route->fields));
	json_object_set_new(operation, "responses", responses_of(route));
	if (route->perm == PERM_PUBLIC)
		json_object_set_new(operation, "security", json_array());
	return operation;
}

static json_t *components(void)
{
	return json_pack("{s:{s:{s:s, s:s}}, s:{s:{s:s, s:[s, s, s], s:{s:{s:s}, s:{s:s}, s:{s:s}, "
		"s:{s:s}, s:{s:s}, s:{s:s},"
		" s:{s:s}}}}}", "securitySchemes", "token", "type", "http", "scheme", "bearer",
		"schemas", "Problem", "type",
		"object", "required", "type", "status", "title", "properties", "type", "type",
		"string", "status", "type",
		"integer", "title", "type", "string", "detail", "type", "string", "id", "type",
		"string", "ref", "type", "string", "fields", "type", "array");
}

json_t *openapi_of(const struct router *router)
{
	json_t *paths = json_object();
	for (size_t i = 0; i < router_count(router); i++) {
		const struct route *route = router_at(router, i);
		char path[512];
		json_t *parameters = json_array();
		put_path(route->path, path, sizeof path, parameters);
		if (!json_object_get(paths, path))
			json_object_set_new(paths, path, json_object());
		json_object_set_new(json_object_get(paths, path),
			route->method == GET ? "get" : "post", operation_of(route, parameters));
		json_decref(parameters);
	}
	json_t *document = json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:[]}]}", "openapi", "3.1.0",
		"info", "title", "鲁班",
		"version", LUBAN_VERSION, "description", "职业技能评价平台接口", "security",
		"token");
	json_object_set_new(document, "paths", paths);
	json_object_set_new(document, "components", components());
	return document;
}
