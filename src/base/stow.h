/* Records: named texts, one after the other, each with its length, so that the same content always
 * gives the same bytes, nothing needs escaping, and a text that was cut short is noticed. What is
 * sealed or hashed as a whole (items, papers, answers) is written so.
 *
 *   stem:12:三相电源\n      name, length in bytes, the bytes, a line feed
 *
 * Names are ASCII letters, digits and underscores. Lists are repeated names. A record may be the
 * text of another record's field. */
#ifndef LUBAN_BASE_STOW_H
#define LUBAN_BASE_STOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

void stow_text(struct buf *b, const char *name, const char *text); /* NULL is "" */
void stow_str(struct buf *b, const char *name, struct str text);
void stow_int(struct buf *b, const char *name, int64_t n);

struct stow_field {
	struct str name, text;
};

/* Takes the next field off *rest. false at the end, and for what is no record: then rest->n is not
 * 0. */
bool stow_next(struct str *rest, struct stow_field *ret_field);

#endif
