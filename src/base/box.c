#include "base/openssl.h"

#include "base/box.h"

#include <stdio.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/log.h"

static EVP_PKEY *private_key(const uint8_t secret[BOX_KEY_BYTES])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, BOX_KEY_BYTES);
	if (!key)
		log_die("OpenSSL failed in a key: error %lu", ERR_peek_last_error());
	return key;
}

void box_public(const uint8_t secret[BOX_KEY_BYTES], uint8_t out[BOX_KEY_BYTES])
{
	size_t n = BOX_KEY_BYTES;
	EVP_PKEY *key = private_key(secret);
	if (EVP_PKEY_get_raw_public_key(key, out, &n) != 1 || n != BOX_KEY_BYTES)
		log_die("OpenSSL failed in a public key: error %lu", ERR_peek_last_error());
	EVP_PKEY_free(key);
}

/* OpenSSL refuses points of small order, whose secret would be known to all. */
static bool agree(const uint8_t secret[BOX_KEY_BYTES], const uint8_t other[BOX_KEY_BYTES],
	uint8_t out[BOX_KEY_BYTES])
{
	size_t n = BOX_KEY_BYTES;
	EVP_PKEY *key = private_key(secret);
	EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, other, BOX_KEY_BYTES);
	EVP_PKEY_CTX *cx = EVP_PKEY_CTX_new(key, NULL);
	bool ok = peer && cx && EVP_PKEY_derive_init(cx) == 1 &&
		EVP_PKEY_derive_set_peer(cx, peer) == 1 && EVP_PKEY_derive(cx, out, &n) == 1 &&
		n == BOX_KEY_BYTES;
	EVP_PKEY_CTX_free(cx);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}

bool box_code(const char *use, const uint8_t secret[BOX_KEY_BYTES],
	const uint8_t other[BOX_KEY_BYTES], bool is_sender, char ret_code[BOX_CODE_HEX])
{
	uint8_t own[BOX_KEY_BYTES], shared[BOX_KEY_BYTES];
	const uint8_t *sender = is_sender ? own : other, *receiver = is_sender ? other : own;
	auto_buf text;
	if (!agree(secret, other, shared))
		return false;
	box_public(secret, own);
	buf_init(&text, 4096);
	buf_printf(&text, "luban-box %s ", use);
	buf_put(&text, sender, BOX_KEY_BYTES);
	buf_put(&text, receiver, BOX_KEY_BYTES);
	buf_put(&text, shared, BOX_KEY_BYTES);
	crypto_sm3_hex(buf_view(&text), ret_code);
	crypto_wipe(text.p, text.n);
	crypto_wipe(shared, sizeof shared);
	return true;
}
