#include "base/name.h"

#include "base/utf8.h"

enum { INTERVAL = 0xb7, WIDE_FROM = 0x2e80, UNREADABLE = 0xfffd };

/* What is still to be read, and the character given last; 0 before the first. */
struct reader {
	struct str rest;
	uint32_t last;
};

/* Full-width forms of ASCII become ASCII; a byte that belongs to no character is one of its own. */
static size_t first(struct str s, uint32_t *ret_point)
{
	uint32_t point = UNREADABLE;
	size_t step = utf8_next(s, &point);
	if (point >= 0xff01 && point <= 0xff5e)
		point -= 0xfee0;
	*ret_point = s.n ? point : 0;
	return step ? step : s.n > 0;
}

static struct str after(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

static bool is_gap(uint32_t point)
{
	return point == ' ' || (point >= '\t' && point <= '\r') || point == 0xa0 ||
		(point >= 0x2000 && point <= 0x200a) || point == 0x202f || point == 0x3000;
}

static struct str without_gap(struct str s)
{
	uint32_t point;
	for (size_t step; (step = first(s, &point)) > 0 && is_gap(point); s = after(s, step))
		;
	return s;
}

/* Chinese characters, in all planes. */
static bool is_wide(uint32_t point)
{
	return point >= WIDE_FROM && point != UNREADABLE;
}

/* Katakana's, Greek's and mathematics' dots, bullets, hyphenation points. */
static bool is_dot(uint32_t point)
{
	static const uint32_t dots[] = {INTERVAL, 0x387, 0x2022, 0x2024, 0x2027, 0x2219, 0x22c5,
		0x25cf, 0x2e31, 0x30fb, 0xfe52, 0xff65};
	for (size_t i = 0; i < sizeof dots / sizeof dots[0]; i++)
		if (point == dots[i])
			return true;
	return false;
}

/* A full stop is one between Chinese characters only: "John A. Smith". */
static bool is_interval(uint32_t last, struct str rest)
{
	uint32_t point, next;
	size_t step = first(rest, &point);
	if (point != '.')
		return is_dot(point);
	(void)first(without_gap(after(rest, step)), &next);
	return is_wide(last) && is_wide(next) && !is_dot(next);
}

/* The next character of the normal spelling; 0 at the end. */
static uint32_t next_of(struct reader *r)
{
	struct str rest = without_gap(r->rest);
	bool gap = rest.p != r->rest.p && r->last;
	uint32_t point;
	r->rest = rest;
	size_t step = first(rest, &point);
	if (is_interval(r->last, rest)) {
		do {
			r->rest = rest = without_gap(after(rest, first(rest, &point)));
		} while (is_interval(INTERVAL, rest));
		return r->last = INTERVAL;
	}
	if (gap && point && r->last != INTERVAL && !(is_wide(r->last) && is_wide(point)))
		return r->last = ' ';
	r->rest = after(rest, step);
	return r->last = point;
}

const char *name_normal(struct arena *a, struct str s)
{
	struct reader r = {s, 0};
	char *out = arena_alloc(a, 3 * s.n + UTF8_MAX + 1); /* a byte that is none becomes U+FFFD */
	size_t n = 0;
	for (uint32_t point; (point = next_of(&r)) > 0;)
		n += utf8_write(point, out + n);
	out[n] = 0;
	return out;
}

static uint32_t small(uint32_t point)
{
	return point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point;
}

bool name_same(struct str a, struct str b)
{
	struct reader left = {a, 0}, right = {b, 0};
	uint32_t point;
	do {
		point = small(next_of(&left));
		if (point != small(next_of(&right)))
			return false;
	} while (point);
	return true;
}
