/* Personal identifiers at rest: sealed in their column, found by a blind index. */
#ifndef LUBAN_CORE_SECRET_H
#define LUBAN_CORE_SECRET_H

#include "core/ctx.h"

/* Sealed for a column ("person.idno_cipher"); "" stays "". */
const char *secret_seal(struct ctx *cx, const char *column, const char *text);
/* ERR_BUG with "secret.unreadable" when the keys do not fit. */
int secret_open(struct ctx *cx, const char *column, const char *cipher,
	const char **ret_text) MUST_CHECK;

/* One index for identity numbers and one for phones, the same in every table, so that people can be
 * matched. */
const char *secret_idno_index(struct ctx *cx, const char *idno);
const char *secret_phone_index(struct ctx *cx, const char *phone);

#endif
