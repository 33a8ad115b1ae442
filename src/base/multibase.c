#include "base/multibase.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

enum { DIGITS_MAX = BASE58_MAX * 138 / 100 + 1 };

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/* Multicodec of an Ed25519 public key. */
static const uint8_t codec[2] = {0xed, 0x01};

/* Digits of one base into those of another, the most significant first; how many there are, or -1
 * when they are more than out takes. Zeros in front are not counted. */
static int convert(const uint8_t *in, size_t n, unsigned from, unsigned to, uint8_t *out,
	size_t max)
{
	size_t used = 0;
	memset(out, 0, max);
	for (size_t i = 0; i < n; i++) {
		unsigned carry = in[i];
		size_t at = 0;
		for (; carry || at < used; at++) {
			if (at == max)
				return -1;
			carry += out[max - 1 - at] * from;
			out[max - 1 - at] = (uint8_t)(carry % to);
			carry /= to;
		}
		used = at;
	}
	memmove(out, out + max - used, used);
	return (int)used;
}

static size_t zeros(const uint8_t *p, size_t n)
{
	size_t i = 0;
	while (i < n && !p[i])
		i++;
	return i;
}

void base58_put(struct buf *out, const void *p, size_t n)
{
	uint8_t digits[DIGITS_MAX];
	if (n > BASE58_MAX)
		log_die("base58 of %zu bytes", n);
	int used = convert(p, n, 256, 58, digits, sizeof digits);
	for (size_t i = zeros(p, n); i; i--)
		buf_putc(out, alphabet[0]);
	for (int i = 0; i < used; i++)
		buf_putc(out, alphabet[digits[i]]);
}

bool base58_read(struct str s, struct buf *out)
{
	uint8_t digits[DIGITS_MAX], bytes[2 * BASE58_MAX] = {0};
	if (s.n > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(alphabet, s.p[i]) : NULL;
		if (!at)
			return false;
		digits[i] = (uint8_t)(at - alphabet);
	}
	size_t lead = zeros(digits, s.n);
	int used = convert(digits, s.n, 58, 256, bytes + BASE58_MAX, BASE58_MAX);
	if (used < 0 || lead > BASE58_MAX || out->max - out->n < lead + (size_t)used)
		return false;
	buf_put(out, bytes, lead);
	buf_put(out, bytes + BASE58_MAX, (size_t)used);
	return !out->full;
}

const char *multikey_put(const uint8_t key[SIGN_PUBLIC_BYTES], char out[MULTIKEY_TEXT])
{
	uint8_t bytes[sizeof codec + SIGN_PUBLIC_BYTES];
	auto_buf b;
	buf_init(&b, MULTIKEY_TEXT);
	memcpy(bytes, codec, sizeof codec);
	memcpy(bytes + sizeof codec, key, SIGN_PUBLIC_BYTES);
	base58_put(&b, bytes, sizeof bytes);
	snprintf(out, MULTIKEY_TEXT, "z%s", buf_z(&b));
	return out;
}

bool multikey_read(struct str s, uint8_t ret_key[SIGN_PUBLIC_BYTES])
{
	auto_buf b;
	buf_init(&b, sizeof codec + SIGN_PUBLIC_BYTES);
	if (!str_starts(s, "z") || !base58_read((struct str){s.p + 1, s.n - 1}, &b) ||
		b.n != sizeof codec + SIGN_PUBLIC_BYTES || memcmp(b.p, codec, sizeof codec) != 0)
		return false;
	memcpy(ret_key, b.p + sizeof codec, SIGN_PUBLIC_BYTES);
	return true;
}
