#include "base/openssl.h"

#include "base/sign.h"

#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/log.h"

static void must(bool ok, const char *what)
{
	if (!ok)
		log_die("OpenSSL failed in %s: error %lu", what, ERR_peek_last_error());
}

static EVP_PKEY *private_key(const uint8_t seed[SIGN_SEED_BYTES])
{
	EVP_PKEY *key =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SIGN_SEED_BYTES);
	must(key, "a signing key");
	return key;
}

void sign_public(const uint8_t seed[SIGN_SEED_BYTES], uint8_t out[SIGN_PUBLIC_BYTES])
{
	size_t n = SIGN_PUBLIC_BYTES;
	EVP_PKEY *key = private_key(seed);
	must(EVP_PKEY_get_raw_public_key(key, out, &n) && n == SIGN_PUBLIC_BYTES, "a public key");
	EVP_PKEY_free(key);
}

void sign_make(const uint8_t seed[SIGN_SEED_BYTES], struct str s, uint8_t out[SIGN_BYTES])
{
	size_t n = SIGN_BYTES;
	EVP_PKEY *key = private_key(seed);
	EVP_MD_CTX *cx = EVP_MD_CTX_new();
	must(cx && EVP_DigestSignInit(cx, NULL, NULL, NULL, key), "signing");
	must(EVP_DigestSign(cx, out, &n, (const unsigned char *)(s.n ? s.p : ""), s.n) &&
			n == SIGN_BYTES,
		"signing");
	EVP_MD_CTX_free(cx);
	EVP_PKEY_free(key);
}

bool sign_holds(const uint8_t public_key[SIGN_PUBLIC_BYTES], struct str s,
	const uint8_t signature[SIGN_BYTES])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_ED25519, NULL, public_key, SIGN_PUBLIC_BYTES);
	if (!key)
		return false;
	EVP_MD_CTX *cx = EVP_MD_CTX_new();
	must(cx && EVP_DigestVerifyInit(cx, NULL, NULL, NULL, key), "checking a signature");
	bool holds = EVP_DigestVerify(cx, signature, SIGN_BYTES,
			     (const unsigned char *)(s.n ? s.p : ""), s.n) == 1;
	EVP_MD_CTX_free(cx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return holds;
}

const char *sign_key_id(const uint8_t public_key[SIGN_PUBLIC_BYTES], char out[SIGN_ID_HEX])
{
	uint8_t digest[DIGEST_BYTES];
	crypto_sm3((struct str){(const char *)public_key, SIGN_PUBLIC_BYTES}, digest);
	return hex_write(digest, (SIGN_ID_HEX - 1) / 2, out);
}
