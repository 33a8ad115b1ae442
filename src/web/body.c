#include "web/body.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "web/multipart.h"
#include "web/url.h"

static bool has_type(struct exchange *ex, const char *type)
{
	struct str header = str_of(exchange_header(ex, "Content-Type"));
	struct str name = str_trim(str_cut(&header, ';'));
	return name.n == strlen(type) && strncasecmp(name.p, type, name.n) == 0;
}

bool body_is_json(struct exchange *ex)
{
	return has_type(ex, "application/json");
}

/* Texts are copied: the tree is gone before the values are read. */
static bool add_scalar(struct exchange *ex, const char *name, const json_t *value)
{
	struct arena *a = ex->arena;
	struct str text = STR_NONE;
	switch (json_typeof(value)) {
	case JSON_STRING:
		text = (struct str){json_string_value(value), json_string_length(value)};
		break;
	case JSON_INTEGER:
		text = str_of(arena_printf(a, "%lld", (long long)json_integer_value(value)));
		break;
	case JSON_REAL:
		text = str_of(arena_printf(a, "%.15g", json_real_value(value)));
		break;
	case JSON_TRUE:
		text = STR("1");
		break;
	case JSON_FALSE:
		text = STR("0");
		break;
	case JSON_NULL:
		return true;
	default:
		return false;
	}
	return values_add(a, &ex->values, arena_dup(a, name),
		(struct str){arena_str(a, text), text.n}, NULL);
}

static bool add_json(struct exchange *ex, const char *name, const json_t *value)
{
	if (!json_is_array(value))
		return add_scalar(ex, name, value);
	size_t i;
	const json_t *item;
	json_array_foreach(value, i, item)
		if (!add_scalar(ex, name, item))
			return false;
	return true;
}

static bool json_values(struct exchange *ex)
{
	auto_json root = NULL;
	if (json_read(ex->body, ex->body.n, &root, NULL) < 0 || !json_is_object(root))
		return false;
	void *at;
	for (at = json_object_iter(root); at; at = json_object_iter_next(root, at))
		if (!add_json(ex, json_object_iter_key(at), json_object_iter_value(at)))
			return false;
	return true;
}

int body_read(struct exchange *ex)
{
	if (!ex->body.n)
		return 0;
	if (has_type(ex, "application/x-www-form-urlencoded"))
		return url_values(ex->arena, ex->body, &ex->values) ? 0 : 400;
	if (has_type(ex, "multipart/form-data"))
		return multipart_values(ex->arena, exchange_header(ex, "Content-Type"), ex->body,
			&ex->values) ? 0 : 400;
	if (body_is_json(ex))
		return json_values(ex) ? 0 : 400;
	return 415;
}
