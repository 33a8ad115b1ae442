/* What the code on a printed certificate says: an address, and behind its # the compact credential
 * (base/credential_compact.h) in decimal digits.
 *
 *   https://rencai.example.cn/verify/offline#04133…
 *
 * A telephone's own camera opens the address: the page there reads what is behind the #, which no
 * browser sends anywhere, and says what is proven. A page that was fetched before does so without a
 * network. Digits, because a QR symbol keeps three of them in ten bits, and because they pass
 * unharmed through every reader and every address line.
 *
 * Seven bytes, the most significant first, are 17 digits; the last 1 to 6 bytes are 3, 5, 8, 10, 13
 * or 15. */
#ifndef LUBAN_BASE_CREDENTIAL_CODE_H
#define LUBAN_BASE_CREDENTIAL_CODE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Digits alone. */
void credential_code_put(struct buf *out, struct str compact);
/* What stands behind the last '#' of text, or all of it. ERR_INVALID: it is not what the writer
 * makes. */
int credential_code_parse(struct arena *a, struct str text, struct str *ret_compact) MUST_CHECK;

#endif
