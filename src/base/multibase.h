/* Keys and signatures as texts that say what they are: multibase (base58btc, 'z') over multicodec,
 * as Multikey and did:key write Ed25519 keys (https://www.w3.org/TR/cid-1.0/#Multikey). */
#ifndef LUBAN_BASE_MULTIBASE_H
#define LUBAN_BASE_MULTIBASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sign.h"
#include "base/str.h"

enum { BASE58_MAX = 256, MULTIKEY_TEXT = 64 };

/* Base58 with Bitcoin's alphabet; at most BASE58_MAX bytes. */
void base58_put(struct buf *out, const void *p, size_t n);
/* Appends; on false has appended nothing. */
bool base58_read(struct str s, struct buf *out);

/* "z6Mk…" */
const char *multikey_put(const uint8_t key[SIGN_PUBLIC_BYTES], char out[MULTIKEY_TEXT]);
bool multikey_read(struct str s, uint8_t ret_key[SIGN_PUBLIC_BYTES]);

#endif
