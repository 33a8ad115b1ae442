#include "web/url.h"

#include <string.h>

#include "base/utf8.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte at *i, which moves on; -1 when the escape is broken or means NUL. */
static int next_byte(struct str in, size_t *i, bool plus)
{
	char c = in.p[(*i)++];
	if (c == '+' && plus)
		return ' ';
	if (c != '%')
		return c ? (unsigned char)c : -1;
	if (in.n - *i < 2)
		return -1;
	int high = hex_value(in.p[*i]), low = hex_value(in.p[*i + 1]);
	*i += 2;
	return high < 0 || low < 0 || (high | low) == 0 ? -1 : high << 4 | low;
}

bool url_decode(struct arena *a, struct str in, bool plus, struct str *ret_out)
{
	char *out = arena_alloc(a, in.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < in.n;) {
		int byte = next_byte(in, &i, plus);
		if (byte < 0)
			return false;
		out[n++] = (char)byte;
	}
	struct str text = {out, n};
	if (!utf8_is_valid(text))
		return false;
	*ret_out = text;
	return true;
}

void url_encode(struct buf *b, const char *z)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	for (; *z; z++) {
		if (strchr(plain, *z))
			buf_putc(b, *z);
		else
			buf_printf(b, "%%%02X", (unsigned char)*z);
	}
}

bool url_values(struct arena *a, struct str text, struct values *ret_values)
{
	while (text.n) {
		struct str value = str_cut(&text, '&'), name;
		if (!value.n)
			continue;
		if (!url_decode(a, str_cut(&value, '='), true, &name) || !url_decode(a, value, true,
			&value))
			return false;
		if (!values_add(a, ret_values, name.p, value, NULL))
			return false;
	}
	return true;
}

bool url_is_local(const char *z)
{
	if (z[0] != '/' || z[1] == '/' || z[1] == '\\')
		return false;
	for (; *z; z++)
		if ((unsigned char)*z <= ' ' || *z == '\\' || (unsigned char)*z >= 0x7f)
			return false;
	return true;
}
