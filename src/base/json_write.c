/* JSON out, straight into a buffer: every answer of the API passes here. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"

enum { WRITE_DEPTH = JSON_DEPTH_MAX };

#define TEN(x) x, x, x, x, x, x, x, x, x, x
/* What a byte becomes within a string: itself (0), a letter after a backslash, or \u00XX (1). */
static const char escapes[256] = {1, 1, 1, 1, 1, 1, 1, 1, 'b', 't', 'n', 1, 'f', 'r', TEN(1), 1, 1,
	1, 1, 1, 1, 1, 1, ['"'] = '"', ['\\'] = '\\'};
#undef TEN

static void put_escaped(struct buf *out, unsigned char c, char escape)
{
	if (escape == 1) {
		buf_printf(out, "\\u%04X", c);
		return;
	}
	char two[2] = {'\\', escape};
	buf_put(out, two, sizeof two);
}

/* Where the first byte is that does not stand for itself; n: nowhere. */
static size_t plain_run(const char *p, size_t n)
{
	size_t i = 0;
	while (i < n && !escapes[(unsigned char)p[i]])
		i++;
	return i;
}

/* Runs of plain bytes go out in one piece. */
static void put_mixed(struct buf *out, const char *p, size_t n, size_t run)
{
	buf_putc(out, '"');
	while (run < n) {
		buf_put(out, p, run);
		put_escaped(out, (unsigned char)p[run], escapes[(unsigned char)p[run]]);
		p += run + 1;
		n -= run + 1;
		run = plain_run(p, n);
	}
	buf_put(out, p, n);
	buf_putc(out, '"');
}

static void put_string(struct buf *out, const char *p, size_t n)
{
	size_t run = plain_run(p, n);
	char *at;
	if (run < n) {
		put_mixed(out, p, n, run);
	} else if ((at = buf_room(out, n + 2))) {
		at[0] = '"';
		memcpy(at + 1, p, n);
		at[n + 1] = '"';
	}
}

static void put_integer(struct buf *out, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (n < 0)
		digits[--at] = '-';
	buf_put(out, digits + at, sizeof digits - at);
}

static int put_piece(const char *p, size_t n, void *out)
{
	buf_put(out, p, n);
	return 0;
}

static int put_value(struct buf *out, const json_t *value, int depth);

static int put_array(struct buf *out, const json_t *array, int depth)
{
	size_t i;
	json_t *item;
	buf_putc(out, '[');
	json_array_foreach((json_t *)array, i, item) {
		if (i)
			buf_putc(out, ',');
		int r = put_value(out, item, depth + 1);
		if (r < 0)
			return r;
	}
	buf_putc(out, ']');
	return 0;
}

static int put_object(struct buf *out, const json_t *object, int depth)
{
	json_t *all = (json_t *)object;
	char before = '{';
	for (void *i = json_object_iter(all); i; i = json_object_iter_next(all, i)) {
		buf_putc(out, before);
		put_string(out, json_object_iter_key(i), json_object_iter_key_len(i));
		buf_putc(out, ':');
		int r = put_value(out, json_object_iter_value(i), depth + 1);
		if (r < 0)
			return r;
		before = ',';
	}
	buf_puts(out, before == '{' ? "{}" : "}");
	return 0;
}

static int put_value(struct buf *out, const json_t *value, int depth)
{
	if (depth > WRITE_DEPTH)
		return ERR_INVALID;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_object(out, value, depth);
	case JSON_ARRAY:
		return put_array(out, value, depth);
	case JSON_STRING:
		put_string(out, json_string_value(value), json_string_length(value));
		return 0;
	case JSON_INTEGER:
		put_integer(out, json_integer_value(value));
		return 0;
	case JSON_REAL:
		return json_dump_callback(value, put_piece, out,
			JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) ? ERR_INVALID : 0;
	default:
		buf_puts(out, json_is_true(value) ? "true" : json_is_false(value) ? "false"
			: "null");
		return 0;
	}
}

int json_write(const json_t *value, struct buf *out)
{
	int r = put_value(out, value, 0);
	if (r == 0 && out->full)
		r = ERR_LIMIT;
	return r;
}
