#include "core/field.h"

#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/ident.h"
#include "base/log.h"
#include "base/utf8.h"
#include "core/field_type.h"

enum { RAW_MAX = 256 * 1024 };

struct input {
	const struct field *fields;
	struct field_value *values; /* in the order of the fields */
	size_t n;
};

static size_t count_fields(const struct field *fields)
{
	size_t n = 0;
	while (fields[n].name)
		n++;
	return n;
}

/* The last one counts: a hidden "0" may stand before a check box of the same name. */
static const struct raw_value *last_raw(const char *name, const struct raw_value *raw, size_t n)
{
	for (size_t i = n; i > 0; i--) {
		if (streq(raw[i - 1].name, name))
			return &raw[i - 1];
	}
	return NULL;
}

static const char *raw_of(struct ctx *cx, const struct field *f, const struct raw_value *raw)
{
	bool is_secret = f->type == FIELD_PASSWORD;
	if (is_secret || raw->filename || raw->text.n > RAW_MAX || !utf8_is_valid(raw->text))
		return "";
	return arena_str(cx->arena, raw->text);
}

static int parse_one(struct ctx *cx, struct field_value *v, const struct raw_value *raw, size_t n)
{
	const struct field *f = v->field;
	const struct raw_value *mine = last_raw(f->name, raw, n);
	if (mine) {
		v->raw = raw_of(cx, f, mine);
		int r = field_type_parse(cx, v, mine);
		if (r)
			return r;
	}
	if (!(f->flags & FIELD_REQUIRED))
		return 0;
	if (f->type == FIELD_BOOL)
		return v->number ? 0 : fail_field(cx, f->name, "field.must_accept", f->label);
	return v->has ? 0 : fail_field(cx, f->name, "field.required", f->label);
}

/* Ids come as repeated names; each may hold several, set apart by commas. */
static int parse_ids(struct ctx *cx, struct field_value *v, const struct raw_value *raw, size_t n)
{
	const struct field *f = v->field;
	auto_buf typed;
	buf_init(&typed, RAW_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!streq(raw[i].name, f->name) || raw[i].filename)
			continue;
		if (typed.n)
			buf_putc(&typed, ',');
		buf_str(&typed, raw[i].text);
	}
	if (typed.full)
		return fail_field(cx, f->name, "field.too_many", f->label);
	struct raw_value all = {.name = f->name, .text = buf_view(&typed)};
	return parse_one(cx, v, &all, 1);
}

int field_parse(struct ctx *cx, const struct field *fields, const struct raw_value *raw, size_t n,
	struct input **ret_input)
{
	struct input *in = arena_make(cx->arena, struct input);
	int worst = 0;
	in->fields = fields;
	in->n = count_fields(fields);
	in->values = arena_array(cx->arena, struct field_value, in->n);
	for (size_t i = 0; i < in->n; i++) {
		struct field_value *v = &in->values[i];
		*v = (struct field_value){.field = &fields[i], .raw = "", .text = ""};
		int r = fields[i].type == FIELD_IDS ? parse_ids(cx, v, raw, n) : parse_one(cx, v,
			raw, n);
		worst = r ? r : worst;
	}
	*ret_input = in;
	return worst;
}

static const struct field_value *value_of(const struct input *in, const char *name)
{
	for (size_t i = 0; i < in->n; i++) {
		if (streq(in->fields[i].name, name))
			return &in->values[i];
	}
	log_die("field %s is not declared", name);
}

bool in_has(const struct input *in, const char *name)
{
	return value_of(in, name)->has;
}

const char *in_text(const struct input *in, const char *name)
{
	const struct field_value *v = value_of(in, name);
	if (!field_type_is_text(v->field->type))
		log_die("field %s is no text", name);
	return v->text;
}

int64_t in_int(const struct input *in, const char *name)
{
	const struct field_value *v = value_of(in, name);
	if (!field_type_is_number(v->field->type))
		log_die("field %s is no number", name);
	return v->number;
}

int64_t in_choice(const struct input *in, const char *name)
{
	int64_t n = 0;
	(void)str_to_i64(str_of(in_text(in, name)), &n);
	return n;
}

const struct upload *in_file(const struct input *in, const char *name)
{
	const struct field_value *v = value_of(in, name);
	if (v->field->type != FIELD_FILE)
		log_die("field %s is no file", name);
	return v->upload;
}

size_t in_ids(const struct input *in, const char *name, const int64_t **ret_ids)
{
	const struct field_value *v = value_of(in, name);
	if (v->field->type != FIELD_IDS)
		log_die("field %s is no list of ids", name);
	*ret_ids = v->ids;
	return v->n_ids;
}

const char *in_raw(const struct input *in, const char *name)
{
	return value_of(in, name)->raw;
}

const struct field *in_fields(const struct input *in)
{
	return in->fields;
}

static const char *choice_label(const struct field *f, const char *code)
{
	for (const struct choice *c = f->choices; c && c->code; c++) {
		if (streq(c->code, code))
			return c->label;
	}
	return code;
}

static const char *masked(struct ctx *cx, const struct field_value *v)
{
	struct str text = str_of(v->text);
	switch (v->field->type) {
	case FIELD_IDNO:
		return ident_mask_idno(cx->arena, text);
	case FIELD_PHONE:
		return ident_mask_phone(cx->arena, text);
	default:
		return ident_mask_name(cx->arena, text);
	}
}

static const char *display_number(struct ctx *cx, const struct field_value *v)
{
	switch (v->field->type) {
	case FIELD_MONEY:
	case FIELD_SCORE:
		return field_hundredths(cx, v->number);
	case FIELD_BOOL:
		return v->number ? "是" : "否";
	case FIELD_DATE:
		return civil_day_text(cx->arena, v->number);
	case FIELD_TIME:
		return civil_time_text(cx->arena, v->number);
	default:
		return text_of(cx, "%" PRId64, v->number);
	}
}

const char *field_display(struct ctx *cx, const struct field *f, const struct input *in)
{
	const struct field_value *v = value_of(in, f->name);
	if (f->type == FIELD_BOOL)
		return display_number(cx, v);
	if (!v->has || f->type == FIELD_PASSWORD)
		return "";
	if (f->type == FIELD_FILE)
		return v->upload->filename;
	if (f->type == FIELD_IDS)
		return v->raw;
	if (f->type == FIELD_CHOICE)
		return choice_label(f, v->text);
	if (field_type_is_number(f->type))
		return display_number(cx, v);
	return f->flags & FIELD_SENSITIVE ? masked(cx, v) : v->text;
}
