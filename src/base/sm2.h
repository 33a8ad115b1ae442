/* SM2 signatures over SM3 (GB/T 32918.2-2016 on the curve of GB/T 32918.5-2017, also ISO/IEC
 * 14888-3) through OpenSSL. Keys and signatures are plain bytes, big-endian, without DER: a private
 * key is d, a public key 0x04 || x || y, a signature r || s. */
#ifndef LUBAN_BASE_SM2_H
#define LUBAN_BASE_SM2_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { SM2_PRIVATE_BYTES = 32, SM2_PUBLIC_BYTES = 65, SM2_BYTES = 64 };

/* The signer's distinguishing identifier where none is agreed: GM/T 0009-2012, section 10. */
#define SM2_ID STR("1234567812345678")

/* ERR_INVALID: d is not in [1, n - 2]. */
int sm2_public(const uint8_t private_key[SM2_PRIVATE_BYTES],
	uint8_t ret_public[SM2_PUBLIC_BYTES]) MUST_CHECK;
/* Is it a point of the curve, written uncompressed? */
bool sm2_is_public(const uint8_t public_key[SM2_PUBLIC_BYTES]);

/* Signs with fresh randomness: the same bytes have a different signature each time. ERR_INVALID as
 * above. */
int sm2_make(const uint8_t private_key[SM2_PRIVATE_BYTES], struct str id, struct str s,
	uint8_t ret_signature[SM2_BYTES]) MUST_CHECK;
/* Did the holder of this key, known by this identifier, sign exactly these bytes? */
bool sm2_holds(const uint8_t public_key[SM2_PUBLIC_BYTES], struct str id, struct str s,
	const uint8_t signature[SM2_BYTES]);

#endif
