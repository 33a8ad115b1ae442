/* JSON in its one spelling (RFC 8785): members in the order of their names' UTF-16 code units, no
 * white space, numbers as ECMAScript writes them, texts escaped only where they must be. What is
 * signed is the text that comes out. */
#ifndef LUBAN_BASE_JCS_H
#define LUBAN_BASE_JCS_H

#include "base/json.h"

/* Appends. Integers that no double holds exactly are written as the double nearest to them.
 * ERR_INVALID: nested too deep; ERR_LIMIT: out is full. */
int jcs_put(const json_t *value, struct buf *out) MUST_CHECK;
/* As ECMAScript's Number::toString. n is finite. */
void jcs_put_number(struct buf *out, double n);

#endif
