#include "base/stow.h"

#include <string.h>

/* In decimal, into the end of `digits`; printf() would take most of the time that a record
 * costs. */
static struct str decimal(uint64_t n, bool is_negative, char digits[24])
{
	char *at = digits + 24;
	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	if (is_negative)
		*--at = '-';
	return (struct str){at, (size_t)(digits + 24 - at)};
}

void stow_str(struct buf *b, const char *name, struct str text)
{
	char digits[24];
	buf_puts(b, name);
	buf_putc(b, ':');
	buf_str(b, decimal(text.n, false, digits));
	buf_putc(b, ':');
	buf_str(b, text);
	buf_putc(b, '\n');
}

void stow_text(struct buf *b, const char *name, const char *text)
{
	stow_str(b, name, str_of(text));
}

void stow_int(struct buf *b, const char *name, int64_t n)
{
	char digits[24];
	stow_str(b, name, decimal(n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0, digits));
}

bool stow_next(struct str *rest, struct stow_field *ret_field)
{
	struct str s = *rest;
	const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
	if (!colon)
		return false;
	struct str name = {s.p, (size_t)(colon - s.p)};
	s = (struct str){colon + 1, s.n - name.n - 1};
	colon = s.n ? memchr(s.p, ':', s.n) : NULL;
	int64_t length;
	if (!colon || !str_to_i64((struct str){s.p, (size_t)(colon - s.p)}, &length) || length < 0)
		return false;
	s.n -= (size_t)(colon + 1 - s.p);
	s.p = colon + 1;
	if ((uint64_t)length >= s.n || s.p[length] != '\n')
		return false;
	*ret_field = (struct stow_field){name, {s.p, (size_t)length}};
	*rest = (struct str){s.p + length + 1, s.n - (size_t)length - 1};
	return true;
}
