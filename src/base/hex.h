/* Bytes as text: base16, base32, base64 and base64url (RFC 4648), base45 (RFC 9285). Writers
 * append; readers append too, and on false have appended nothing. */
#ifndef LUBAN_BASE_HEX_H
#define LUBAN_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* Lower case, 2 * n digits and a NUL into out, which is returned. */
const char *hex_write(const void *p, size_t n, char *out);
/* Exactly n bytes out of exactly 2 * n digits of either case. */
bool hex_read(struct str s, void *ret_bytes, size_t n);
const char *hex_text(struct arena *a, const void *p, size_t n);

/* Upper case, no padding. */
void base32_put(struct buf *out, const void *p, size_t n);
/* Either case; blanks, hyphens and trailing padding are passed over, as people type secrets. */
bool base32_read(struct str s, struct buf *out);

/* With padding. */
void base64_put(struct buf *out, const void *p, size_t n);
bool base64_read(struct str s, struct buf *out);

/* RFC 9285, upper case; for QR symbols in alphanumeric mode. One spelling only. */
void base45_put(struct buf *out, const void *p, size_t n);
bool base45_read(struct str s, struct buf *out);

/* No padding; the reader takes none either, and no spelling but the one that the writer makes. */
void base64url_put(struct buf *out, const void *p, size_t n);
bool base64url_read(struct str s, struct buf *out);

#endif
