/* JSON from people we do not trust, and JSON out: jansson with limits. UTF-8 is checked, duplicate
 * keys and NUL characters are refused, numbers out of range as well. */
#ifndef LUBAN_BASE_JSON_H
#define LUBAN_BASE_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "base/str.h"

enum { JSON_DEPTH_MAX = 32, JSON_PARTS_MAX = 200000, JSON_TEXT_MAX = 20 * 1024 * 1024 };

/* Where reading stopped; line and column count from 1, the column in characters. */
struct json_problem {
	unsigned line, column;
	char text[160]; /* English */
};

/* Any value. max: bytes of text at most, JSON_TEXT_MAX at the highest. ERR_LIMIT: longer, nested
 * deeper than JSON_DEPTH_MAX, or with more than JSON_PARTS_MAX commas and opening brackets, each of
 * which may take 240 bytes of memory. ERR_INVALID: not JSON. ret_problem may be NULL. */
int json_read(struct str text, size_t max, json_t **ret_value,
	struct json_problem *ret_problem) MUST_CHECK;

/* Compact, members in their order; appends. ERR_LIMIT: out is full; ERR_INVALID: nested too deep.
 * Reals get at most 15 digits. */
int json_write(const json_t *value, struct buf *out) MUST_CHECK;

void json_cleanup(json_t **value);
#define auto_json __attribute__((cleanup(json_cleanup))) json_t *

#endif
