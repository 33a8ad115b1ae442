/* A log that exists only as far as one proof needs it: credentials with the keys that signed them,
 * for tests of the file formats and of what verifies them. */
#ifndef LUBAN_TEST_CREDENTIAL_SUPPORT_H
#define LUBAN_TEST_CREDENTIAL_SUPPORT_H

#include "base/arena.h"
#include "base/credential.h"
#include "base/leaf.h"
#include "base/trust.h"

#define SAMPLE_ORIGIN "luban.local/log"
#define SAMPLE_HANDLE "00112233445566778899aabbccddeeff"
enum { SAMPLE_WITNESSES = 3, SAMPLE_INDEX = 1234567, SAMPLE_SIZE = 2600001 };

/* The log's Ed25519 and SM2 keys, three witnesses of which two must sign, one issuer. */
void sample_trust(struct trust *ret_trust);

struct sample {
	uint64_t index, size;  /* 0: SAMPLE_INDEX, SAMPLE_SIZE */
	unsigned witnesses;    /* how many sign */
	bool without_sm2, has_idno;
	int64_t version;       /* 0: as issued; else the leaf of this correction */
	const char *name;      /* NULL: 王秀英 */
	const char *more;      /* further lines of the checkpoint */
};
void sample_credential(
	struct arena *a, const struct sample *s, struct credential *ret_credential);

/* Signs a text as a note, with the log's Ed25519 key or the issuer's, by the name SAMPLE_ORIGIN. */
void sample_sign(struct buf *out, struct str text, bool is_issuer);

#endif
