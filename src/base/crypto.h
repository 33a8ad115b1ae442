/* Digests, keyed digests, randomness and the keyring that protects personal identifiers (GB/T 32905
 * SM3, GB/T 32907 SM4, both through OpenSSL). Algorithms are fetched once per process; everything
 * here may be called from any thread. A failure of the library itself aborts: there is nothing to
 * go on with. */
#ifndef LUBAN_BASE_CRYPTO_H
#define LUBAN_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	DIGEST_BYTES = 32,
	DIGEST_HEX = 2 * DIGEST_BYTES + 1,
	SM4_KEY_BYTES = 16,
	SM4_IV_BYTES = 16
};

void crypto_sm3(struct str s, uint8_t out[DIGEST_BYTES]);
void crypto_sha256(struct str s, uint8_t out[DIGEST_BYTES]);
/* The same as 64 digits and a NUL, into out, which is returned. */
const char *crypto_sm3_hex(struct str s, char out[DIGEST_HEX]);
const char *crypto_sha256_hex(struct str s, char out[DIGEST_HEX]);
void crypto_hmac_sm3(struct str key, struct str s, uint8_t out[DIGEST_BYTES]);
/* Only for one-time codes (RFC 6238). */
void crypto_hmac_sha1(struct str key, struct str s, uint8_t out[20]);

/* SM4 in counter mode, which is its own inverse: in.n bytes into out. Nothing authenticates them;
 * see the keyring. */
void crypto_sm4_ctr(
	const uint8_t key[SM4_KEY_BYTES], const uint8_t iv[SM4_IV_BYTES], struct str in, void *out);

/* AES-256 in Galois/counter mode, for what a browser opens (WebCrypto): in.n bytes and the tag into
 * out. The same key never meets the same iv twice. */
enum { AES_KEY_BYTES = 32, GCM_IV_BYTES = 12, GCM_TAG_BYTES = 16 };
void crypto_aes_gcm(
	const uint8_t key[AES_KEY_BYTES], const uint8_t iv[GCM_IV_BYTES], struct str in, void *out);

/* A digest taken piece by piece. */
enum digest_kind { DIGEST_SM3, DIGEST_SHA256 };
struct digest;
struct digest *digest_new(enum digest_kind kind);
void digest_add(struct digest *d, const void *p, size_t n);
/* Gives the value and frees d; out may be NULL to only free it. */
void digest_finish(struct digest *d, uint8_t out[DIGEST_BYTES]);

/* In a time that does not depend on where they differ; false when lengths differ. */
bool crypto_equal(struct str a, struct str b);
void crypto_random(void *p, size_t n);
void crypto_wipe(void *p, size_t n);

/* The keyring: from each 32-byte master secret, by HKDF over SM3, one key for each use. The first
 * secret is current; older ones still open what they sealed, until everything has been sealed anew.
 */
struct keyring;
enum { KEYRING_MAX = 8 };

/* One or more secrets of 64 hex digits, set apart by commas or white space, the current one first.
 * ERR_INVALID for anything else, ERR_LIMIT for more than KEYRING_MAX. */
int keyring_from_hex(struct str secrets, struct keyring **ret_keys) MUST_CHECK;
void keyring_free(struct keyring *keys);
size_t keyring_count(const struct keyring *keys);

/* Encrypts a text (SM4-CTR, then HMAC-SM3 over everything) for a column: purpose is the column's
 * name, e.g. "person.idno", and what was sealed for one purpose does not open for another. The same
 * text gives a different result each time. */
const char *keyring_seal(
	const struct keyring *keys, struct arena *a, const char *purpose, struct str plain);
/* ERR_INVALID when it was changed, sealed for another purpose, or with a secret that is not on the
 * ring. */
int keyring_open(const struct keyring *keys, struct arena *a, const char *purpose,
	struct str sealed, const char **ret_plain) MUST_CHECK;
/* Sealed with a secret that is no longer the current one (or not sealed at all): seal it again. */
bool keyring_is_stale(const struct keyring *keys, struct str sealed);

/* What a sealed column is looked up by: 64 hex digits that depend on secret, purpose and the
 * normalised text. Equal texts of one purpose give equal values. */
const char *keyring_blind_index(
	const struct keyring *keys, struct arena *a, const char *purpose, struct str text);
/* By the n-th secret (0 the current one): while a rotation is under way a look-up tries them all.
 */
const char *keyring_blind_index_by(const struct keyring *keys, size_t n, struct arena *a,
	const char *purpose, struct str text);

/* Authenticates what the server hands out and takes back. */
enum key_use {
	KEY_SESSION,
	KEY_CSRF,
	KEY_FLASH,
	KEY_TICKET,
	KEY_MARK,
	KEY_SITTING,
	KEY_CHECKPOINT,
	KEY_AUDIT,
	KEY_USES
};

void keyring_mac(
	const struct keyring *keys, enum key_use use, struct str s, uint8_t out[DIGEST_BYTES]);
/* The same as text, lower-case hex. */
const char *keyring_mac_hex(
	const struct keyring *keys, enum key_use use, struct arena *a, struct str s);
/* Of hex in either case; secrets that are no longer current are tried too. */
bool keyring_mac_holds(
	const struct keyring *keys, enum key_use use, struct str s, struct str hex);

#endif
