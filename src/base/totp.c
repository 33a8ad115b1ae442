#include "base/totp.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"

const char *totp_code(struct str secret, int64_t step, char out[TOTP_DIGITS + 1])
{
	uint8_t counter[8], mac[20];
	for (int i = 7; i >= 0; i--, step >>= 8)
		counter[i] = (uint8_t)(step & 0xff);
	crypto_hmac_sha1(secret, (struct str){(char *)counter, sizeof counter}, mac);
	const uint8_t *p = mac + (mac[19] & 15);
	uint32_t number = (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 |
		(uint32_t)p[2] << 8 | p[3];
	snprintf(out, TOTP_DIGITS + 1, "%06u", number % 1000000);
	return out;
}

bool totp_check(
	struct str secret, int64_t now, int64_t last_step, struct str code, int64_t *ret_step)
{
	int64_t current = now / TOTP_STEP_SECONDS, found = 0;
	for (int64_t step = current - 1; step <= current + 1; step++) {
		char want[TOTP_DIGITS + 1];
		totp_code(secret, step, want);
		if (crypto_equal(code, (struct str){want, TOTP_DIGITS}) && step > last_step)
			found = step;
	}
	if (!found)
		return false;
	*ret_step = found;
	return true;
}

const char *totp_new_secret(struct arena *a)
{
	uint8_t secret[TOTP_SECRET_BYTES];
	auto_buf text;
	crypto_random(secret, sizeof secret);
	buf_init(&text, 64);
	base32_put(&text, secret, sizeof secret);
	return arena_str(a, buf_view(&text));
}

static void put_escaped(struct buf *out, const char *z)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	for (; *z; z++) {
		if (strchr(plain, *z))
			buf_putc(out, *z);
		else
			buf_printf(out, "%%%02X", (unsigned char)*z);
	}
}

const char *totp_uri(
	struct arena *a, const char *issuer, const char *account, const char *secret_base32)
{
	auto_buf uri;
	buf_init(&uri, 4096);
	buf_puts(&uri, "otpauth://totp/");
	put_escaped(&uri, issuer);
	buf_putc(&uri, ':');
	put_escaped(&uri, account);
	buf_printf(&uri, "?secret=%s&issuer=", secret_base32);
	put_escaped(&uri, issuer);
	return arena_str(a, buf_view(&uri));
}
