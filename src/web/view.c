/* Rows to what people read; the handler's view. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "domain/standard/grade.h"
#include "web/answer.h"
#include "web/exchange.h"
#include "web/url.h"

/* 200 characters of four bytes, each byte as %XX, and some more. */
enum { FILENAME_MAX_ENCODED = 4096 };

int64_t rq_id(struct req *rq, const char *name)
{
	int64_t id;
	return str_to_i64(str_of(rq_param(rq, name)), &id) && id > 0 ? id : 0;
}

const char *rq_param(struct req *rq, const char *name)
{
	for (int i = 0; i < rq->ex->n_params; i++)
		if (streq(rq->ex->params[i].name, name))
			return rq->ex->params[i].value;
	return "";
}

int64_t rq_person(struct req *rq)
{
	return strstr(rq->route->path, "/:person") ? rq_id(rq, "person")
		: rq->cx->actor.person_id;
}

int rq_redirect(struct req *rq, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	rq->ex->location = arena_vprintf(rq->cx->arena, fmt, ap);
	va_end(ap);
	return 0;
}

void view_set(struct req *rq, const char *key, json_t *value)
{
	json_object_set_new(rq->view, key, value);
}

void view_text(struct req *rq, const char *key, const char *text)
{
	json_object_set_new(rq->view, key, json_string(text ? text : ""));
}

void view_int(struct req *rq, const char *key, int64_t n)
{
	json_object_set_new(rq->view, key, json_integer(n));
}

void view_flag(struct req *rq, const char *key, bool on)
{
	json_object_set_new(rq->view, key, json_boolean(on));
}

static const char *hundredths(char *out, size_t size, int64_t n, bool money)
{
	int64_t whole = n / 100, rest = n % 100 < 0 ? -(n % 100) : n % 100;
	const char *sign = n < 0 && !whole ? "-" : "";
	if (money || rest % 10)
		snprintf(out, size, "%s%" PRId64 ".%02" PRId64, sign, whole, rest);
	else if (rest)
		snprintf(out, size, "%s%" PRId64 ".%" PRId64, sign, whole, rest / 10);
	else
		snprintf(out, size, "%s%" PRId64, sign, whole);
	return out;
}

/* object[the first n bytes of the name, then _text] = text */
static void put_text(json_t *object, const char *name, size_t n, const char *text)
{
	static const char suffix[] = "_text";
	char key[80];
	if (n + sizeof suffix > sizeof key)
		return;
	memcpy(key, name, n);
	memcpy(key + n, suffix, sizeof suffix);
	json_object_set_new_nocheck(object, key, json_string(text));
}

/* What a column's name ends in says what it holds. */
static const char *last_word(const char *name)
{
	const char *last = strrchr(name, '_');
	return last ? last + 1 : name;
}

static void put_int(json_t *object, const char *name, int64_t n)
{
	char text[CIVIL_TEXT] = "";
	const char *word = last_word(name);
	size_t whole = strlen(name), stem = word > name ? (size_t)(word - name) - 1 : 0;
	if (streq(word, "id")) {
		snprintf(text, sizeof text, "%" PRId64, n);
		json_object_set_new_nocheck(object, name, json_string(n ? text : ""));
		return;
	}
	if (streq(word, "on") && stem) {
		json_object_set_new_nocheck(object, name,
			json_string(n ? civil_put_day(n, text) : ""));
		put_text(object, name, whole, n ? civil_put_day_zh(n, text) : "");
		return;
	}
	json_object_set_new_nocheck(object, name, json_integer(n));
	if (streq(word, "at"))
		put_text(object, name, whole, n ? civil_put_time(n, text) : "");
	else if (streq(word, "fen") && stem)
		put_text(object, name, stem, hundredths(text, sizeof text, n, true));
	else if (streq(word, "centi") && stem)
		put_text(object, name, stem, hundredths(text, sizeof text, n, false));
	else if (streq(name, "grade"))
		json_object_set_new_nocheck(object, "grade_text",
			json_string(n ? grade_label(n) : ""));
}

static bool is_secret(const char *name)
{
	static const char *const words[] = {"cipher", "index", "hash", "secret"};
	const char *word = last_word(name);
	for (size_t i = 0; i < sizeof words / sizeof words[0] && word > name; i++)
		if (streq(word, words[i]))
			return true;
	return streq(name, "data");
}

json_t *view_row(struct req *rq, const struct q_desc *desc, const void *row)
{
	json_t *object = json_object();
	for (size_t i = 0; i < desc->n; i++) {
		const struct q_col *col = &desc->cols[i];
		const char *at = (const char *)row + col->offset;
		if (is_secret(col->name) || col->type == Q_BYTES)
			continue;
		if (col->type == Q_INT)
			put_int(object, col->name, *(const int64_t *)(const void *)at);
		else if (col->type == Q_FLOAT)
			json_object_set_new_nocheck(object, col->name,
				json_real(*(const double *)(const void *)at));
		else
			json_object_set_new_nocheck(object, col->name,
				json_string(*(const char *const *)(const void *)at));
	}
	if (rq->ex->states)
		view_state(object, rq->ex->states,
			json_string_value(json_object_get(object, "state")));
	return object;
}

json_t *view_rows(struct req *rq, const struct q_desc *desc, const void *rows, size_t n)
{
	json_t *array = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(array,
			view_row(rq, desc, (const char *)rows + i * desc->row_size));
	return array;
}

void rq_states(struct req *rq, const struct flow *f)
{
	rq->ex->states = f;
}

int rq_bytes(struct req *rq, const char *mime, const char *filename, struct str bytes)
{
	struct exchange *ex = rq->ex;
	answer_bytes(ex, 200, mime, (struct str){arena_copy(ex->arena, bytes.p, bytes.n), bytes.n},
		BODY_COPY);
	if (filename) {
		struct buf name;
		buf_init(&name, FILENAME_MAX_ENCODED);
		url_encode(&name, filename);
		answer_header(ex, "Content-Disposition",
			text_of(rq->cx, "attachment; filename*=UTF-8''%s", buf_z(&name)));
		buf_fini(&name);
	}
	return 0;
}
