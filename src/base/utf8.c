#include "base/utf8.h"

struct range {
	uint32_t first, last;
};

/* East Asian Width W and F (UAX #11), neighbouring blocks joined. */
static const struct range wide[] = {
	{0x1100, 0x115f},
	{0x231a, 0x231b},
	{0x2329, 0x232a},
	{0x23e9, 0x23ec},
	{0x2e80, 0x303e},
	{0x3041, 0x4dbf},
	{0x4e00, 0xa4cf},
	{0xa960, 0xa97f},
	{0xac00, 0xd7a3},
	{0xf900, 0xfaff},
	{0xfe10, 0xfe19},
	{0xfe30, 0xfe6f},
	{0xff01, 0xff60},
	{0xffe0, 0xffe6},
	{0x16fe0, 0x18cff},
	{0x1aff0, 0x1b2ff},
	{0x1f300, 0x1f64f},
	{0x1f680, 0x1f6ff},
	{0x1f900, 0x1f9ff},
	{0x20000, 0x3fffd},
};

static const struct range invisible[] = {
	{0x0300, 0x036f},
	{0x0483, 0x0489},
	{0x1ab0, 0x1aff},
	{0x1dc0, 0x1dff},
	{0x200b, 0x200f},
	{0x202a, 0x202e},
	{0x2060, 0x2064},
	{0x20d0, 0x20ff},
	{0x302a, 0x302d},
	{0xfe00, 0xfe0f},
	{0xfe20, 0xfe2f},
	{0xfeff, 0xfeff},
	{0xe0100, 0xe01ef},
};

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Length and the bounds of the second byte, by the first (RFC 3629, section 4). */
static size_t sequence(unsigned char c, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	*ret_high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

size_t utf8_next(struct str s, uint32_t *ret_point)
{
	static const unsigned char lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char low, high;
	if (!s.n)
		return 0;
	size_t n = sequence(p[0], &low, &high);
	if (n == 0 || n > s.n || (n > 1 && (p[1] < low || p[1] > high)))
		return 0;
	uint32_t point = p[0] & lead_mask[n];
	for (size_t i = 1; i < n; i++) {
		if (!is_tail(p[i]))
			return 0;
		point = point << 6 | (p[i] & 0x3f);
	}
	*ret_point = point;
	return n;
}

size_t utf8_write(uint32_t point, char out[UTF8_MAX])
{
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, point >>= 6)
		out[i] = (char)(0x80 | (point & 0x3f));
	out[0] = (char)(lead[n] | point);
	return n;
}

static struct str after(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

bool utf8_is_valid(struct str s)
{
	uint32_t point;
	while (s.n) {
		size_t n = utf8_next(s, &point);
		if (!n)
			return false;
		s = after(s, n);
	}
	return true;
}

bool utf8_is_unseen(uint32_t point)
{
	return (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
		(point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
}

static bool is_control(uint32_t point)
{
	if (point == '\t' || point == '\n' || point == '\r')
		return false;
	return point < 0x20 || (point >= 0x7f && point <= 0x9f);
}

bool utf8_is_text(struct str s)
{
	uint32_t point;
	while (s.n) {
		size_t n = utf8_next(s, &point);
		if (!n || is_control(point))
			return false;
		s = after(s, n);
	}
	return true;
}

/* Steps over one character, or over one stray byte, which is shown as one replacement character. */
static size_t step(struct str s, uint32_t *ret_point)
{
	size_t n = utf8_next(s, ret_point);
	if (n)
		return n;
	*ret_point = 0xfffd;
	return 1;
}

size_t utf8_count(struct str s)
{
	uint32_t point;
	size_t count = 0;
	for (; s.n; count++)
		s = after(s, step(s, &point));
	return count;
}

struct str utf8_cut(struct str s, size_t chars)
{
	uint32_t point;
	struct str rest = s;
	while (rest.n && chars--)
		rest = after(rest, step(rest, &point));
	return (struct str){s.p, s.n - rest.n};
}

static bool is_in(const struct range *ranges, size_t n, uint32_t point)
{
	for (size_t i = 0; i < n && ranges[i].first <= point; i++)
		if (point <= ranges[i].last)
			return true;
	return false;
}

int utf8_point_width(uint32_t point)
{
	if (point < 0x300)
		return 1;
	if (is_in(invisible, sizeof invisible / sizeof *invisible, point))
		return 0;
	return is_in(wide, sizeof wide / sizeof *wide, point) ? 2 : 1;
}

size_t utf8_width(struct str s)
{
	uint32_t point;
	size_t width = 0;
	while (s.n) {
		s = after(s, step(s, &point));
		width += (size_t)utf8_point_width(point);
	}
	return width;
}
