#include "base/jcs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { DIGITS_MAX = 17, NUMBER_MAX = 32, PLAIN_MAX = 21, PLAIN_MIN = -7 };

/* The fewest digits that are read as the same number: "d.ddde±xx". */
static int shortest(double n, char out[NUMBER_MAX])
{
	int digits = 1;
	for (; digits <= DIGITS_MAX; digits++) {
		snprintf(out, NUMBER_MAX, "%.*e", digits - 1, n);
		if (strtod(out, NULL) == n)
			break;
	}
	return digits <= DIGITS_MAX ? digits : DIGITS_MAX;
}

static void put_zeros(struct buf *out, int n)
{
	while (n-- > 0)
		buf_putc(out, '0');
}

/* digits behind 0., of which `before` stand before the point. */
static void put_plain(struct buf *out, const char *digits, int n, int before)
{
	if (before <= 0) {
		buf_puts(out, "0.");
		put_zeros(out, -before);
		buf_put(out, digits, (size_t)n);
		return;
	}
	buf_put(out, digits, (size_t)(before < n ? before : n));
	put_zeros(out, before - n);
	if (before < n) {
		buf_putc(out, '.');
		buf_put(out, digits + before, (size_t)(n - before));
	}
}

/* ECMA-262, Number::toString. */
void jcs_put_number(struct buf *out, double n)
{
	char text[NUMBER_MAX], digits[DIGITS_MAX + 1];
	if (n == 0) {
		buf_putc(out, '0');
		return;
	}
	if (n < 0)
		buf_putc(out, '-');
	int k = shortest(fabs(n), text);
	int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	digits[0] = text[0];
	for (int i = 1; i < k; i++)
		digits[i] = text[i + 1];
	if (exponent < PLAIN_MAX && exponent >= PLAIN_MIN + 1) {
		put_plain(out, digits, k, exponent + 1);
		return;
	}
	buf_putc(out, digits[0]);
	if (k > 1) {
		buf_putc(out, '.');
		buf_put(out, digits + 1, (size_t)(k - 1));
	}
	buf_printf(out, "e%c%d", exponent < 0 ? '-' : '+', abs(exponent));
}

static void put_text(struct buf *out, struct str s)
{
	static const char named[] = "\b\t\n\f\r", letters[] = "btnfr";
	buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		const char *at = c ? strchr(named, c) : NULL;
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (at)
			buf_printf(out, "\\%c", letters[at - named]);
		else if ((unsigned char)c < 0x20)
			buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
		else
			buf_putc(out, c);
	}
	buf_putc(out, '"');
}

/* What lies above U+FFFF is two surrogates in UTF-16, which come before U+E000. */
static uint32_t unit(uint32_t point)
{
	return point > 0xffff ? 0xd800 + ((point - 0x10000) >> 10) : point;
}

static int by_units(const void *a, const void *b)
{
	struct str x = str_of(*(const char *const *)a), y = str_of(*(const char *const *)b);
	while (x.n && y.n) {
		uint32_t p = 0, q = 0;
		size_t n = utf8_next(x, &p), m = utf8_next(y, &q);
		if (p != q)
			return unit(p) != unit(q) ? (unit(p) > unit(q)) - (unit(p) < unit(q))
				: (p > q) - (p < q);
		x = (struct str){x.p + n, x.n - n};
		y = (struct str){y.p + m, y.n - m};
		if (!n || !m)
			break;
	}
	return (x.n > y.n) - (x.n < y.n);
}

static int put(const json_t *value, struct buf *out, unsigned depth);

static int put_object(const json_t *value, struct buf *out, unsigned depth)
{
	size_t n = 0;
	int r = 0;
	const char *key;
	json_t *member, *object = (json_t *)(uintptr_t)value; /* jansson's walk knows no const */
	const char **keys = calloc(json_object_size(value) + 1, sizeof *keys);
	if (!keys)
		return ERR_LIMIT;
	json_object_foreach(object, key, member)
		keys[n++] = key;
	qsort(keys, n, sizeof *keys, by_units);
	buf_putc(out, '{');
	for (size_t i = 0; i < n && !r; i++) {
		if (i)
			buf_putc(out, ',');
		put_text(out, str_of(keys[i]));
		buf_putc(out, ':');
		r = put(json_object_get(value, keys[i]), out, depth + 1);
	}
	buf_putc(out, '}');
	free(keys);
	return r;
}

static int put_array(const json_t *value, struct buf *out, unsigned depth)
{
	int r = 0;
	buf_putc(out, '[');
	for (size_t i = 0; i < json_array_size(value) && !r; i++) {
		if (i)
			buf_putc(out, ',');
		r = put(json_array_get(value, i), out, depth + 1);
	}
	buf_putc(out, ']');
	return r;
}

static int put(const json_t *value, struct buf *out, unsigned depth)
{
	if (depth > JSON_DEPTH_MAX)
		return ERR_INVALID;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_object(value, out, depth);
	case JSON_ARRAY:
		return put_array(value, out, depth);
	case JSON_STRING:
		put_text(out, (struct str){json_string_value(value), json_string_length(value)});
		return 0;
	case JSON_INTEGER:
		jcs_put_number(out, (double)json_integer_value(value));
		return 0;
	case JSON_REAL:
		jcs_put_number(out, json_real_value(value));
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_puts(out, json_is_true(value) ? "true" : "false");
		return 0;
	default:
		buf_puts(out, "null");
		return 0;
	}
}

int jcs_put(const json_t *value, struct buf *out)
{
	int r = put(value, out, 0);
	return r < 0 ? r : out->full ? ERR_LIMIT : 0;
}
