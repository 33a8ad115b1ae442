/* Salted commitments: what a public record says of a person without saying it. The log's leaf shows
 * the commitment; whoever is handed the fields and the salt (the holder's credential file) can show
 * that exactly these were meant, and nobody without the salt learns anything by guessing names or
 * numbers, because the salt is 32 random bytes for each leaf, kept secret with the fields, and used
 * once.
 *
 * The commitment is SHA-256 over a record of base/stow.h, which has one spelling only:
 *
 *   commit:1:1\n                  the version of this layout
 *   purpose:N:…\n                 what the fields are of, e.g. certificate.person.1
 *   salt:64:…\n                   the salt, lower-case hex
 *   NAME:N:…\n                    the fields, in the byte order of their names, each name once
 *
 * N is the length in bytes in decimal. Names are 1 to 32 of a-z, 0-9 and _, begin with a letter,
 * and are not one of the three above. Texts are valid UTF-8 as it is to be read again: whoever
 * makes the fields normalises them first. A field that is empty and one that is not there are
 * different. */
#ifndef LUBAN_BASE_COMMIT_H
#define LUBAN_BASE_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/stow.h"
#include "base/str.h"

enum {
	COMMIT_BYTES = 32,
	COMMIT_SALT_BYTES = 32,
	COMMIT_FIELDS_MAX = 32,
	COMMIT_NAME_MAX = 32,
	COMMIT_TEXT_MAX = 4096, /* bytes of one field */
	COMMIT_RECORD_MAX = 128 * 1024
};

/* What is hashed. The fields may come in any order. ERR_INVALID: a name or text that is not
 * allowed, or a name twice; ERR_LIMIT: more or longer fields than above, or the buffer is full. */
int commit_put(struct buf *out, const char *purpose, const uint8_t salt[COMMIT_SALT_BYTES],
	const struct stow_field *fields, size_t n) MUST_CHECK;
int commit_make(const char *purpose, const uint8_t salt[COMMIT_SALT_BYTES],
	const struct stow_field *fields, size_t n, uint8_t ret_commitment[COMMIT_BYTES]) MUST_CHECK;
/* Was it these fields that were committed to? */
bool commit_holds(const uint8_t commitment[COMMIT_BYTES], const char *purpose,
	const uint8_t salt[COMMIT_SALT_BYTES], const struct stow_field *fields, size_t n);

#endif
