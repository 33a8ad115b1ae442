#include "base/credential_code.h"

#include <inttypes.h>
#include <string.h>

enum { GROUP = 7, GROUP_DIGITS = 17 };

/* How many digits so many bytes take. */
static const int digits_of[GROUP + 1] = {0, 3, 5, 8, 10, 13, 15, GROUP_DIGITS};

void credential_code_put(struct buf *out, struct str compact)
{
	const uint8_t *bytes = (const uint8_t *)compact.p;
	for (size_t at = 0; at < compact.n; at += GROUP) {
		size_t n = compact.n - at < GROUP ? compact.n - at : GROUP;
		uint64_t value = 0;
		for (size_t i = 0; i < n; i++)
			value = value << 8 | bytes[at + i];
		buf_printf(out, "%0*" PRIu64, digits_of[n], value);
	}
}

/* The bytes that so many digits stand for; 0: no such number of digits is written. */
static size_t bytes_of(size_t digits)
{
	for (size_t n = 1; n <= GROUP; n++)
		if ((size_t)digits_of[n] == digits)
			return n;
	return 0;
}

static bool read_group(struct str digits, size_t n, uint8_t *to)
{
	uint64_t value = 0;
	for (size_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(digits.p[i] - '0');
	}
	for (size_t i = n; i-- > 0; value >>= 8)
		to[i] = (uint8_t)value;
	return value == 0;
}

int credential_code_parse(struct arena *a, struct str text, struct str *ret_compact)
{
	text = str_trim(text);
	const char *mark = text.n ? memrchr(text.p, '#', text.n) : NULL;
	if (mark)
		text = (struct str){mark + 1, (size_t)(text.p + text.n - mark) - 1};
	if (!text.n)
		return ERR_INVALID;
	uint8_t *out = arena_alloc(a, text.n / GROUP_DIGITS * GROUP + GROUP);
	size_t n = 0;
	while (text.n) {
		size_t digits = text.n < GROUP_DIGITS ? text.n : GROUP_DIGITS;
		size_t bytes = bytes_of(digits);
		if (!bytes || !read_group((struct str){text.p, digits}, bytes, out + n))
			return ERR_INVALID;
		n += bytes;
		text = (struct str){text.p + digits, text.n - digits};
	}
	*ret_compact = (struct str){(const char *)out, n};
	return 0;
}
