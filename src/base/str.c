#include "base/str.h"

#include <errno.h>
#include <printf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* Under a solver's Fortran library lies libquadmath, which at its start teaches printf() its own
 * numbers; from then on glibc takes the long way for every format of the program, at twice to three
 * times the cost. The dynamic linker finds this function before glibc's, and an answer of -1 makes
 * libquadmath leave printf() alone. */
int register_printf_type(printf_va_arg_function *fct)
{
	(void)fct;
	return -1;
}

struct str str_of(const char *z)
{
	return (struct str){z ? z : "", z ? strlen(z) : 0};
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

bool str_starts(struct str a, const char *prefix)
{
	size_t n = strlen(prefix);
	return a.n >= n && (n == 0 || memcmp(a.p, prefix, n) == 0);
}

bool str_ends(struct str a, const char *suffix)
{
	size_t n = strlen(suffix);
	return a.n >= n && (n == 0 || memcmp(a.p + a.n - n, suffix, n) == 0);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	static const char wide[] = "\xe3\x80\x80";
	for (;;) {
		if (s.n && is_space(s.p[0]))
			s = (struct str){s.p + 1, s.n - 1};
		else if (s.n && is_space(s.p[s.n - 1]))
			s.n--;
		else if (str_starts(s, wide))
			s = (struct str){s.p + 3, s.n - 3};
		else if (str_ends(s, wide))
			s.n -= 3;
		else
			return s;
	}
}

struct str str_cut(struct str *s, char c)
{
	const char *at = s->n ? memchr(s->p, c, s->n) : NULL;
	struct str head = *s;
	if (!at) {
		*s = (struct str){s->n ? s->p + s->n : s->p, 0};
		return head;
	}
	head.n = (size_t)(at - s->p);
	*s = (struct str){at + 1, s->n - head.n - 1};
	return head;
}

bool str_to_i64(struct str s, int64_t *ret_value)
{
	char text[24];
	if (s.n == 0 || s.n >= sizeof text || is_space(s.p[0]))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	char *end;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (errno || end != text + s.n)
		return false;
	*ret_value = value;
	return true;
}

bool streq(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool is_blank(const char *z)
{
	return str_trim(str_of(z)).n == 0;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_fini(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p)
		b->p[0] = 0;
}

static bool reserve(struct buf *b, size_t more)
{
	if (b->full || more > b->max || b->n > b->max - more) {
		b->full = true;
		return false;
	}
	size_t need = b->n + more + 1;
	if (need <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap : 256;
	while (cap < need)
		cap *= 2;
	char *p = realloc(b->p, cap);
	if (!p)
		log_die("out of memory: %zu bytes", cap);
	b->p = p;
	b->cap = cap;
	return true;
}

char *buf_room(struct buf *b, size_t n)
{
	if (!reserve(b, n))
		return NULL;
	char *at = b->p + b->n;
	b->n += n;
	b->p[b->n] = 0;
	return at;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	char *at = buf_room(b, n);
	if (at && n)
		memcpy(at, p, n);
}

void buf_puts(struct buf *b, const char *z)
{
	if (z)
		buf_put(b, z, strlen(z));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_str(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0 && reserve(b, (size_t)n)) {
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct str buf_view(const struct buf *b)
{
	return (struct str){b->p, b->n};
}

const char *buf_z(const struct buf *b)
{
	return b->p ? b->p : "";
}
