#include "base/hex.h"

#include <string.h>

static const char digits16[] = "0123456789abcdef";

/* An alphabet of 1 << bits characters. */
struct alphabet {
	const char *chars;
	unsigned bits;
};

static const struct alphabet base32 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5};
static const struct alphabet base64 = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6};
static const struct alphabet base64url = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6};

const char *hex_write(const void *p, size_t n, char *out)
{
	const unsigned char *bytes = p;
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits16[bytes[i] >> 4];
		out[2 * i + 1] = digits16[bytes[i] & 15];
	}
	out[2 * n] = 0;
	return out;
}

static int value16(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_read(struct str s, void *ret_bytes, size_t n)
{
	unsigned char *bytes = ret_bytes;
	if (s.n % 2 || s.n / 2 != n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (value16(s.p[i]) < 0)
			return false;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)((unsigned)value16(s.p[2 * i]) << 4 |
			(unsigned)value16(s.p[2 * i + 1]));
	return true;
}

const char *hex_text(struct arena *a, const void *p, size_t n)
{
	return hex_write(p, n, arena_alloc(a, 2 * n + 1));
}

static void put(struct buf *out, const struct alphabet *abc, const void *p, size_t n)
{
	const unsigned char *bytes = p;
	unsigned held = 0, bits = 0, mask = (1u << abc->bits) - 1;
	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | bytes[i]) & 0xffff;
		for (bits += 8; bits >= abc->bits;) {
			bits -= abc->bits;
			buf_putc(out, abc->chars[held >> bits & mask]);
		}
	}
	if (bits)
		buf_putc(out, abc->chars[held << (abc->bits - bits) & mask]);
}

static int value_in(const struct alphabet *abc, char c)
{
	const char *at = c ? strchr(abc->chars, c) : NULL;
	return at ? (int)(at - abc->chars) : -1;
}

/* The bits that no byte took must be zero and fewer than a character: one spelling for one
 * value. */
static bool read(struct str s, const struct alphabet *abc, struct buf *out)
{
	unsigned held = 0, bits = 0;
	for (size_t i = 0; i < s.n; i++) {
		int value = value_in(abc, s.p[i]);
		if (value < 0)
			return false;
		held = (held << abc->bits | (unsigned)value) & 0xffff;
		bits += abc->bits;
		if (bits < 8)
			continue;
		bits -= 8;
		buf_putc(out, (char)(held >> bits & 0xff));
	}
	return bits < abc->bits && (held & ((1u << bits) - 1)) == 0 && !out->full;
}

static bool read_whole(struct str s, const struct alphabet *abc, struct buf *out)
{
	size_t before = out->n;
	if (read(s, abc, out))
		return true;
	out->n = before;
	out->full = false;
	if (out->p)
		out->p[before] = 0;
	return false;
}

void base32_put(struct buf *out, const void *p, size_t n)
{
	put(out, &base32, p, n);
}

static bool is_filler(char c)
{
	return c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n';
}

bool base32_read(struct str s, struct buf *out)
{
	auto_buf plain;
	buf_init(&plain, s.n);
	while (s.n && (s.p[s.n - 1] == '=' || is_filler(s.p[s.n - 1])))
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!is_filler(c))
			buf_putc(&plain, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	return read_whole(buf_view(&plain), &base32, out);
}

void base64_put(struct buf *out, const void *p, size_t n)
{
	put(out, &base64, p, n);
	for (size_t i = n; i % 3; i++)
		buf_putc(out, '=');
}

bool base64_read(struct str s, struct buf *out)
{
	if (s.n % 4)
		return false;
	if (str_ends(s, "=="))
		s.n -= 2;
	else if (str_ends(s, "="))
		s.n--;
	return read_whole(s, &base64, out);
}

void base64url_put(struct buf *out, const void *p, size_t n)
{
	put(out, &base64url, p, n);
}

bool base64url_read(struct str s, struct buf *out)
{
	return read_whole(s, &base64url, out);
}

static const struct alphabet base45 = {"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", 0};

void base45_put(struct buf *out, const void *p, size_t n)
{
	const unsigned char *bytes = p;
	for (size_t i = 0; i < n; i += 2) {
		bool is_pair = i + 1 < n;
		unsigned value = is_pair ? bytes[i] * 256u + bytes[i + 1] : bytes[i];
		for (int digits = is_pair ? 3 : 2; digits; digits--, value /= 45)
			buf_putc(out, base45.chars[value % 45]);
	}
}

/* The bytes of two or three characters; false when they say more than one or two bytes can. */
static bool read45(struct str group, struct buf *out)
{
	unsigned value = 0;
	for (size_t i = group.n; i; i--) {
		int digit = value_in(&base45, group.p[i - 1]);
		if (digit < 0)
			return false;
		value = value * 45 + (unsigned)digit;
	}
	if (group.n == 1 || value > (group.n == 3 ? 0xffffu : 0xffu))
		return false;
	if (group.n == 3)
		buf_putc(out, (char)(value >> 8));
	buf_putc(out, (char)(value & 0xff));
	return !out->full;
}

bool base45_read(struct str s, struct buf *out)
{
	auto_buf bytes;
	buf_init(&bytes, s.n);
	for (size_t i = 0; i < s.n; i += 3)
		if (!read45((struct str){s.p + i, s.n - i < 3 ? s.n - i : 3}, &bytes))
			return false;
	if (out->max - out->n < bytes.n)
		return false;
	buf_put(out, bytes.p, bytes.n);
	return !out->full;
}
