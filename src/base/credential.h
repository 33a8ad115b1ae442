/* The credential file: a certificate that proves itself to whoever trusts the log's keys, without
 * asking anybody. JSON in UTF-8, NUMBER.luban.json:
 *
 *   {"luban_credential": 1,
 *    "origin": "luban.local/log",             which log
 *    "fields": {"number": "…", …},            what the certificate says: all of credential_names
 *    "salt": "…",                             of the commitment certificate.person.1, 64 hex digits
 *    "idno": {"text": "…", "salt": "…"},      the full number behind fields.idno_commitment
 *                                             (certificate.idno.1); only where the holder wants it
 *    "leaf": "…",                             base64: the log's entry, with the commitment
 *    "index": 1234,                           its place in the log
 *    "proof": ["…", …],                       base64: the inclusion proof, from the leaf up
 *    "checkpoint": "…"}                       the signed note that says size and root
 *
 * There are no other members, and none twice. Reading says only that the shape is right; what is
 * proven by it is found by base/credential_verify.h. The same content in fewer bytes, for a
 * picture: base/credential_compact.h. */
#ifndef LUBAN_BASE_CREDENTIAL_H
#define LUBAN_BASE_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/commit.h"
#include "base/err.h"
#include "base/merkle.h"
#include "base/stow.h"
#include "base/str.h"

enum {
	CREDENTIAL_MAX = 64 * 1024, /* bytes of a file */
	CREDENTIAL_LEAF_MAX = 8 * 1024,
	CREDENTIAL_NOTE_MAX = 32 * 1024,
	CREDENTIAL_FIELDS = 17,
	CREDENTIAL_TEXT_MAX = 1024, /* bytes of one field */
	CREDENTIAL_IDNO_MAX = 64
};

/* What a certificate says, in this order; the texts are as they stand on it. idno_commitment, photo
 * (SHA-256 of the picture's bytes, or "") and basis are 64 hex digits; issued_on is 2026-11-22. */
extern const char *const credential_names[CREDENTIAL_FIELDS];

#define CREDENTIAL_PURPOSE "certificate.person.1"
#define CREDENTIAL_IDNO_PURPOSE "certificate.idno.1"

struct credential {
	struct str origin;
	struct str fields[CREDENTIAL_FIELDS]; /* by credential_names */
	uint8_t salt[COMMIT_SALT_BYTES];
	bool has_idno;
	struct str idno;
	uint8_t idno_salt[COMMIT_SALT_BYTES];
	struct str leaf; /* the entry's bytes */
	uint64_t index;
	struct merkle_proof proof;
	struct str note; /* the checkpoint with its signatures */
};

/* The text of a field by its name; "" for a name that is none. */
struct str credential_text(const struct credential *c, const char *name);
/* What is committed to: CREDENTIAL_FIELDS of them, views into c. */
void credential_fields(const struct credential *c,
	struct stow_field ret_fields[CREDENTIAL_FIELDS]);
/* The two commitments, as these fields and salts make them. ERR_INVALID, ERR_LIMIT as of
 * commit_make(). */
int credential_commitment(const struct credential *c,
	uint8_t ret_commitment[COMMIT_BYTES]) MUST_CHECK;
int credential_idno_commitment(const struct credential *c,
	uint8_t ret_commitment[COMMIT_BYTES]) MUST_CHECK;

/* Is this of the shape above: texts in range and fit to be kept, the note a note, its text a
 * checkpoint of the same origin? */
bool credential_is_sound(const struct credential *c);

/* Texts live in the arena. ERR_LIMIT: longer than a file may be; ERR_INVALID. */
int credential_parse(struct arena *a, struct str json,
	struct credential *ret_credential) MUST_CHECK;
/* The JSON, members and fields in the order above, one on a line. ERR_INVALID: not sound;
 * ERR_LIMIT: out is full. */
int credential_put(struct buf *out, const struct credential *c) MUST_CHECK;

#endif
