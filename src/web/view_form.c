/* Forms from field descriptors, for templates/part/form.html. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "core/message.h"
#include "web/auth.h"
#include "web/frame.h"
#include "web/list.h"

/* What differs between types: the input's type attribute, and which part of the template draws
 * it. */
static const struct {
	const char *name, *input_type, *part;
} types[] = {
	[FIELD_TEXT] = {"text", "text", "is_text"},
	[FIELD_AREA] = {"area", "", "is_area"},
	[FIELD_INT] = {"int", "number", "is_text"},
	[FIELD_MONEY] = {"money", "text", "is_text"},
	[FIELD_SCORE] = {"score", "text", "is_text"},
	[FIELD_BOOL] = {"bool", "checkbox", "is_bool"},
	[FIELD_DATE] = {"date", "date", "is_text"},
	[FIELD_TIME] = {"time", "datetime-local", "is_text"},
	[FIELD_CHOICE] = {"choice", "", "is_choice"},
	[FIELD_ID] = {"id", "text", "is_text"},
	[FIELD_IDS] = {"ids", "checkbox", "is_ids"},
	[FIELD_IDNO] = {"idno", "text", "is_text"},
	[FIELD_USCC] = {"uscc", "text", "is_text"},
	[FIELD_PHONE] = {"phone", "tel", "is_text"},
	[FIELD_PASSWORD] = {"password", "password", "is_text"},
	[FIELD_FILE] = {"file", "file", "is_file"},
};

static const char *const parts[] = {"is_text", "is_area", "is_choice", "is_ids", "is_bool",
	"is_file", "is_hidden"};

void view_choices(struct req *rq, const char *field, const struct choice *choices)
{
	json_t *options = json_array();
	for (const struct choice *c = choices; c && c->code; c++)
		json_array_append_new(options,
			json_pack("{s:s, s:s}", "value", c->code, "label", c->label));
	if (!rq->ex->choices)
		rq->ex->choices = json_object();
	json_object_set_new(rq->ex->choices, field, options);
}

/* A preset as it would have been typed. Rows bring numbers as they are kept. */
static const char *preset_text(struct req *rq, const struct field *f, json_t *preset)
{
	char text[CIVIL_TEXT];
	struct arena *a = rq->cx->arena;
	int64_t n = json_integer_value(preset);
	if (json_is_string(preset))
		return json_string_value(preset);
	if (json_is_boolean(preset))
		return json_is_true(preset) ? "1" : "";
	if (!json_is_integer(preset))
		return "";
	switch (f->type) {
	case FIELD_MONEY:
	case FIELD_SCORE:
		return text_of(rq->cx, "%s%" PRId64 ".%02" PRId64, n < 0 ? "-" : "",
			(n < 0 ? -n : n) / 100, (n < 0 ? -n : n) % 100);
	case FIELD_DATE:
		return n ? arena_dup(a, civil_put_day(n, text)) : "";
	case FIELD_TIME:
		return n ? arena_dup(a, civil_put_time_input(n, text)) : "";
	case FIELD_BOOL:
		return n ? "1" : "";
	case FIELD_ID:
		return n ? text_of(rq->cx, "%" PRId64, n) : "";
	default:
		return text_of(rq->cx, "%" PRId64, n);
	}
}

static bool is_one_of(struct str list, const char *code)
{
	while (list.n)
		if (str_is(str_trim(str_cut(&list, ',')), code))
			return true;
	return false;
}

static bool is_selected(const char *code, const char *value, json_t *preset)
{
	size_t i;
	json_t *item;
	json_array_foreach(preset, i, item)
		if (streq(json_string_value(item), code))
			return true;
	return is_one_of(str_of(value), code);
}

static json_t *options_of(struct req *rq, const struct field *f, const char *value, json_t *preset)
{
	json_t *options = json_array(), *given = json_object_get(rq->ex->choices, f->name), *option;
	size_t i;
	for (const struct choice *c = f->choices; c && c->code; c++)
		json_array_append_new(options,
			json_pack("{s:s, s:s}", "value", c->code, "label", c->label));
	if (given && !f->choices) {
		json_decref(options);
		options = json_deep_copy(given);
	}
	json_array_foreach(options, i, option) {
		const char *code = json_string_value(json_object_get(option, "value"));
		bool is = f->type == FIELD_IDS ? is_selected(code, value, preset) : streq(code,
			value);
		json_object_set_new(option, "selected", json_boolean(is));
	}
	return options;
}

static const char *part_of(const struct field *f, bool has_options)
{
	if (f->flags & FIELD_HIDDEN)
		return "is_hidden";
	if (f->type == FIELD_ID && has_options)
		return "is_choice";
	return types[f->type].part;
}

static bool is_on(const char *value)
{
	return *value && !streq(value, "0") && !streq(value, "false") && !streq(value, "off");
}

static void put_words(json_t *item, const char *key, const char *text)
{
	json_object_set_new(item, key, json_string(text ? text : ""));
}

/* For the browser's own picker: ".pdf,.jpg,.jpeg"; "" when anything may be picked. */
static const char *accept_of(struct req *rq, const struct field *f)
{
	const char *text = "";
	struct str rest = str_of(f->kinds);
	while (rest.n) {
		const char *kind = arena_str(rq->cx->arena, str_cut(&rest, ' '));
		text = text_of(rq->cx, "%s%s.%s%s", text, *text ? "," : "", kind,
			streq(kind, "jpg") ? ",.jpeg" : "");
	}
	return text;
}

/* A browser forgets which file was chosen when the form comes back. */
static const char *chosen_before(const struct field *f, const struct input *typed)
{
	const struct upload *up = typed && f->type == FIELD_FILE ? in_file(typed, f->name) : NULL;
	return up ? up->filename : "";
}

json_t *form_item(struct req *rq, const struct field *f, const struct input *typed, json_t *preset)
{
	const char *value = typed ? in_raw(typed, f->name) : preset ? preset_text(rq, f,
		preset) : "";
	json_t *options = options_of(rq, f, value, typed ? NULL : preset), *item = json_object();
	const char *part = part_of(f, json_array_size(options));
	put_words(item, "name", f->name);
	put_words(item, "label", f->label);
	put_words(item, "type", types[f->type].name);
	put_words(item, "input_type", types[f->type].input_type);
	if (f->type == FIELD_PASSWORD || f->type == FIELD_FILE || (f->type == FIELD_BOOL
		&& !is_on(value)))
		value = "";
	put_words(item, "value", value);
	put_words(item, "help", f->help);
	put_words(item, "unit", f->unit);
	put_words(item, "example", f->example);
	put_words(item, "accept", accept_of(rq, f));
	put_words(item, "error", "");
	put_words(item, "reselect", chosen_before(f, typed));
	json_object_set_new(item, "required", json_boolean(f->flags & FIELD_REQUIRED));
	json_object_set_new(item, "checked", json_boolean(f->type == FIELD_BOOL && is_on(value)));
	json_object_set_new(item, "wide",
		json_boolean(f->flags & FIELD_WIDE || f->type == FIELD_AREA));
	json_object_set_new(item, "options", options);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		json_object_set_new(item, parts[i], json_boolean(streq(part, parts[i])));
	return item;
}

static const char *error_of(struct req *rq, const char *name)
{
	const struct problem *p = rq->ex->retry.problem;
	for (int i = 0; p && i < p->n_fields; i++)
		if (streq(p->fields[i].field, name))
			return field_problem_text(rq->cx, &p->fields[i]);
	return "";
}

static bool has_upload(const struct field *fields)
{
	for (const struct field *f = fields; f->name; f++)
		if (f->type == FIELD_FILE)
			return true;
	return false;
}

void view_form(struct req *rq, const char *key, const struct field *fields, const char *action,
	const char *submit, json_t *defaults)
{
	const struct retry *retry = &rq->ex->retry;
	bool again = retry->fields && retry->fields == fields;
	json_t *items = json_array();
	for (const struct field *f = fields; f->name; f++) {
		json_t *item = form_item(rq, f, again ? retry->in : NULL,
			json_object_get(defaults, f->name));
		if (again && !retry->quiet)
			put_words(item, "error", error_of(rq, f->name));
		json_array_append_new(items, item);
	}
	view_set(rq, key, json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o}", "action", action,
		"submit", submit, "csrf",
		auth_csrf(rq->ex), "form_id", frame_form_id(rq->ex), "is_multipart",
		has_upload(fields), "is_again", again, "fields", items));
	json_decref(defaults);
}
