/* Signed notes: a text and who stands for it, as C2SP signed-note has it
 * (https://c2sp.org/signed-note).
 *
 *   the text, which ends with a line feed
 *                                                      (an empty line)
 *   — NAME BASE64(key id, 4 bytes || signature)        (one line for each signature)
 *
 * A key has a name and an id, the first four bytes of SHA-256(name || 0x0A || type || public key);
 * whom one trusts is told as verifier keys, NAME+ID+BASE64(type || public key). Three types are
 * known here:
 *
 *   0x01               Ed25519 over the text
 *   0x04               cosignature/v1 of a witness (https://c2sp.org/tlog-cosignature): Ed25519
 * over
 *                      "cosignature/v1\ntime T\n" and the text, which must be a checkpoint; the
 *                      signature begins with T, seconds since 1970 in eight bytes
 *   0xff "luban/sm2-sm3/v1"
 *                      SM2 with SM3 over the text, by the identifier SM2_ID; public key 0x04 || x
 * ||
 *                      y, signature r || s. The specification assigns no byte to SM2 and keeps
 * 0xff,
 *                      followed by a longer name, for such types: no byte that it may assign later
 *                      (0x07 to 0xf9) or has reserved (0xfa to 0xfe) is taken, and other readers
 * pass
 *                      over the line as over any unknown key's.
 *
 * Lines by keys that are not known are passed over; a line by a known key must hold, or the whole
 * note is refused. Nothing of a text may be used before a signature was found to hold. */
#ifndef LUBAN_BASE_NOTE_H
#define LUBAN_BASE_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sign.h"
#include "base/sm2.h"
#include "base/str.h"

enum {
	NOTE_MAX = 128 * 1024, /* bytes in all */
	NOTE_TEXT_MAX = 60 * 1024, /* the signer takes no more at once */
	NOTE_SIGNATURES_MAX = 64,
	NOTE_SIGNATURE_MAX = 8 * 1024, /* bytes of one, so that those of other types pass */
	NOTE_NAME_MAX = 255,
	NOTE_KEYS_MAX = 64,
	NOTE_SIGNED_BYTES = 64 /* of the known types, without the time */
};

enum note_type { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04, NOTE_SM2 = 0xff };

struct note_key {
	enum note_type type;
	uint32_t id;
	char name[NOTE_NAME_MAX + 1];
	uint8_t bytes[SM2_PUBLIC_BYTES]; /* the public key; zeros behind the 32 of Ed25519 */
};

/* bytes: 32, or SM2_PUBLIC_BYTES. ERR_INVALID: the name is empty, too long, no UTF-8, or has a
 * space, a control character or a plus in it; or this is no public key. */
int note_key_make(enum note_type type, struct str name, const uint8_t *bytes,
	struct note_key *ret_key) MUST_CHECK;
/* A verifier key. ERR_INVALID: no such text, an id that is not the key's, an unknown type. */
int note_key_parse(struct str text, struct note_key *ret_key) MUST_CHECK;
void note_key_put(struct buf *out, const struct note_key *key);

/* Views into the note they were read from. */
struct note_signature {
	struct str name, base64;
	uint32_t id;
};
struct note {
	struct str text; /* with its last line feed */
	size_t n;
	struct note_signature signatures[NOTE_SIGNATURES_MAX];
};

/* ERR_INVALID: not a signed note, not one in UTF-8, or with control characters; ERR_LIMIT: longer
 * or signed more often than this program takes. Says nothing about whether a signature holds. */
int note_parse(struct str source, struct note *ret_note) MUST_CHECK;

struct note_verdict {
	size_t n; /* different public keys whose signatures hold */
	struct {
		bool holds;
		int64_t at; /* the latest time of a cosignature, else 0 */
	} by[NOTE_KEYS_MAX]; /* as the keys were given */
};

/* Checks every line by one of these n keys. ERR_INVALID: one of them does not hold; ERR_LIMIT: more
 * than NOTE_KEYS_MAX keys. A key that is given twice, by whatever name, counts once. */
int note_check(const struct note *note, const struct note_key *keys, size_t n,
	struct note_verdict *ret_verdict) MUST_CHECK;
/* Have at least k of these n keys signed (at least one, whatever k is), and did each that signed
 * sign this? ERR_INVALID and ERR_LIMIT as above; ERR_NOTFOUND: fewer than k. */
int note_quorum(const struct note *note, const struct note_key *keys, size_t n,
	size_t k) MUST_CHECK;

/* Makes the signature of a message; private keys live elsewhere. */
typedef int note_signer(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES]) MUST_CHECK;

/* Puts the text and the empty line behind it. ERR_INVALID: not a text that a note may have, or it
 * does not end with a line feed; ERR_LIMIT: too long. */
int note_put_text(struct buf *out, struct str text) MUST_CHECK;
/* Appends a signature line. at: the time of a cosignature; of no meaning for the other types.
 * What sign returns is passed on; ERR_INVALID: what it made does not hold, or the text cannot be
 * signed so. */
int note_put_signature(struct buf *out, struct str text, const struct note_key *key, int64_t at,
	note_signer *sign, void *self) MUST_CHECK;

#endif
