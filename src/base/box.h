/* What only the holder of a key can open: X25519 (RFC 7748) through OpenSSL gives both sides the
 * same secret; what is sealed with it is the caller's. */
#ifndef LUBAN_BASE_BOX_H
#define LUBAN_BASE_BOX_H

#include <stdbool.h>
#include <stdint.h>

enum { BOX_KEY_BYTES = 32, BOX_CODE_HEX = 65 };

/* Any 32 random bytes are a secret key. */
void box_public(const uint8_t secret[BOX_KEY_BYTES], uint8_t out[BOX_KEY_BYTES]);
/* A code for this pair and `use`: SM3 over both public keys and what they agree on, in hex. The
 * sender's key is made for one message. False: the other key is none. */
bool box_code(const char *use, const uint8_t secret[BOX_KEY_BYTES],
	const uint8_t other[BOX_KEY_BYTES], bool is_sender, char ret_code[BOX_CODE_HEX]);

#endif
