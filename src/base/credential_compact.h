/* A credential (base/credential.h) in as few bytes as it needs, so that a picture on paper can hold
 * it: about 1,450 for a log of 2.6 million leaves with two signatures and one witness. Nothing is
 * left out; what follows from the rest (commitment, root) is computed again by the reader.
 *
 *   n      a number: base 128, the least significant 7 bits first, the highest bit of a byte says
 *          that another follows; no superfluous zeros at the end
 *   text   n length in bytes, then these bytes
 *   value  n 2 * length + packed, then the bytes. packed = 1: each byte stands for two lower-case
 *          hex digits of the text; all texts of an even, positive number of such digits are packed,
 *          and no others
 *
 *   0x01                     the version of this layout
 *   flags                    one byte: 0x01 the full number is shown; no others
 *   text    origin
 *   value   17 times: the fields, in the order of credential_names
 *   32      salt
 *   value   idno, and 32 bytes of its salt; only with flag 0x01
 *   form    one byte, of the leaf (a record as of base/leaf.h):
 *             0x00  text   the entry's bytes
 *             0x01  certificate.issued:     value on, 16 bytes certificate, value body_kind,
 *                   value route, value region
 *             0x02  certificate.corrected:  value on, 16 bytes certificate, n version
 *   n       index
 *   n       size
 *   n       how many hashes of 32 bytes follow: the proof, from the leaf up
 *   text    what the checkpoint's text has after its third line; nearly always empty
 *   n       how many signature lines, each
 *             text   name of the key; empty: the same as origin
 *             text   key id and signature, as the line's base64 has them
 *   and nothing more.
 *
 * The leaf of forms 1 and 2 is the record with its fields in the order of base/leaf.h. `on` and
 * the ones above are as told; of form 1, body is fields.body_code, occupation is
 * fields.occupation_code, grade and issued_on are the fields of these names; commitment is computed
 * from the fields and the salt. The writer uses form 0 when that does not give the very same bytes.
 * The root is the one that leaf, index, size and proof lead to; the checkpoint is origin, size,
 * root and what was after, and the note's lines are written with base64. Whoever changes anything
 * gets another root, under which nobody's signature holds.
 *
 * As text, for scanners that only take text: "LUBAN1:" and the bytes in base45 (RFC 9285), which a
 * QR symbol keeps in its alphanumeric mode at 8.25 bits a byte. */
#ifndef LUBAN_BASE_CREDENTIAL_COMPACT_H
#define LUBAN_BASE_CREDENTIAL_COMPACT_H

#include "base/credential.h"

#define CREDENTIAL_COMPACT_PREFIX "LUBAN1:"
enum { CREDENTIAL_COMPACT_MAX = 16 * 1024, CREDENTIAL_COMPACT_VERSION = 1 };

/* Bytes. ERR_INVALID: not sound, or its proof does not lead to its checkpoint; ERR_LIMIT: too
 * long. */
int credential_compact_put(struct buf *out, const struct credential *c) MUST_CHECK;
/* ERR_INVALID for every other spelling; ERR_LIMIT: too long. Texts live in the arena. */
int credential_compact_parse(
	struct arena *a, struct str bytes, struct credential *ret_credential) MUST_CHECK;

/* The same as text. White space around it is passed over. */
int credential_compact_text(struct buf *out, const struct credential *c) MUST_CHECK;
int credential_compact_from_text(
	struct arena *a, struct str text, struct credential *ret_credential) MUST_CHECK;

/* Whichever it is: JSON (begins with a brace), text, the text of a printed code
 * (base/credential_code.h), or bytes. */
int credential_read(
	struct arena *a, struct str file, struct credential *ret_credential) MUST_CHECK;

#endif
