/* UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF). Text is checked once,
 * where it enters; behind that border the functions here may be handed anything and never read past
 * the view. */
#ifndef LUBAN_BASE_UTF8_H
#define LUBAN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { UTF8_MAX = 4 };

/* The first code point of s: the bytes it takes (1…4); 0 when s is empty or does not begin with
 * one. */
size_t utf8_next(struct str s, uint32_t *ret_point);
/* Writes point into out and returns its length; 0 for what is no code point. */
size_t utf8_write(uint32_t point, char out[UTF8_MAX]);

bool utf8_is_valid(struct str s);
/* Valid and free of control characters (NUL, DEL and U+0080…U+009F included) other than tab, line
 * feed and carriage return. The only texts that may be kept. */
bool utf8_is_text(struct str s);

/* Marks that are not seen yet make two texts differ or turn them round: zero-width ones, those of
 * direction, the byte order mark. */
bool utf8_is_unseen(uint32_t point);

/* Characters (code points); a byte that belongs to none counts as one. */
size_t utf8_count(struct str s);
/* The view's first `chars` characters. */
struct str utf8_cut(struct str s, size_t chars);

/* Columns of a fixed-width display: 2 for wide and full-width characters, 0 for combining marks and
 * other invisible ones, else 1 (the ambiguous ones of UAX #11 too). */
int utf8_point_width(uint32_t point);
size_t utf8_width(struct str s);

#endif
