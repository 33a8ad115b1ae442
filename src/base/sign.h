/* Ed25519 signatures (RFC 8032) through OpenSSL. */
#ifndef LUBAN_BASE_SIGN_H
#define LUBAN_BASE_SIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { SIGN_SEED_BYTES = 32, SIGN_PUBLIC_BYTES = 32, SIGN_BYTES = 64, SIGN_ID_HEX = 17 };

void sign_public(const uint8_t seed[SIGN_SEED_BYTES], uint8_t out[SIGN_PUBLIC_BYTES]);
void sign_make(const uint8_t seed[SIGN_SEED_BYTES], struct str s, uint8_t out[SIGN_BYTES]);
/* Did the holder of this key sign exactly these bytes? */
bool sign_holds(const uint8_t public_key[SIGN_PUBLIC_BYTES], struct str s,
	const uint8_t signature[SIGN_BYTES]);
/* A key's name: the first 16 hex digits of the SM3 of its public half. */
const char *sign_key_id(const uint8_t public_key[SIGN_PUBLIC_BYTES], char out[SIGN_ID_HEX]);

#endif
