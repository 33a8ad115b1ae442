#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>

static int problem(struct json_problem *ret_problem, int err, unsigned line, unsigned column,
	const char *fmt, ...)
{
	if (!ret_problem)
		return err;
	*ret_problem = (struct json_problem){.line = line, .column = column};
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(ret_problem->text, sizeof ret_problem->text, fmt, ap);
	va_end(ap);
	return err;
}

/* jansson's own limit of depth is a constant of its build, and it has none for what a text becomes
 * in memory: both are checked before it sees the text. */
static int check_shape(struct str text, struct json_problem *ret_problem)
{
	unsigned depth = 0, parts = 0, line = 1, column = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool opens = !quoted && (c == '[' || c == '{');
		column += ((unsigned char)c & 0xc0) != 0x80;
		if (c == '\n') {
			line++;
			column = 0;
		}
		if (quoted && c == '\\')
			i++, column++;
		else if (c == '"')
			quoted = !quoted;
		depth += opens;
		parts += opens || (!quoted && c == ',');
		if (depth > JSON_DEPTH_MAX)
			return problem(ret_problem, ERR_LIMIT, line, column,
				"nested deeper than %d", JSON_DEPTH_MAX);
		if (parts > JSON_PARTS_MAX)
			return problem(ret_problem, ERR_LIMIT, line, column,
				"more than %d commas and brackets", JSON_PARTS_MAX);
		if (!quoted && (c == ']' || c == '}') && depth)
			depth--;
	}
	return 0;
}

int json_read(struct str text, size_t max, json_t **ret_value, struct json_problem *ret_problem)
{
	json_error_t error;
	if (max > JSON_TEXT_MAX)
		max = JSON_TEXT_MAX;
	if (text.n > max)
		return problem(ret_problem, ERR_LIMIT, 1, 1, "longer than %zu bytes", max);
	int rc = check_shape(text, ret_problem);
	if (rc)
		return rc;
	json_t *value = json_loadb(text.n ? text.p : "", text.n,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!value)
		return problem(ret_problem, ERR_INVALID, error.line > 0 ? (unsigned)error.line : 1,
			error.column > 0 ? (unsigned)error.column : 1, "%s", error.text);
	*ret_value = value;
	return 0;
}

void json_cleanup(json_t **value)
{
	json_decref(*value);
}
