/* What a password must be like (GB/T 22239 level 3: length, kinds of characters, nothing that is
 * guessed first). */
#ifndef LUBAN_CORE_PASSWORD_POLICY_H
#define LUBAN_CORE_PASSWORD_POLICY_H

#include "core/ctx.h"

/* Every reason against it is kept as an error of `field`; ERR_INVALID if there was one. login,
 * name: what it must not hold. */
int password_check(struct ctx *cx, const char *field, const char *password, const char *login,
	const char *name);
/* A password for one log-in: 14 characters of four kinds, none of which are mistaken for
 * another. */
const char *password_once(struct ctx *cx);

#endif
