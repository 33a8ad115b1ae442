/* API tokens: an account's right, cut down to some permissions, for another program. Shown once
 * when made; the database keeps the digest. */
#ifndef LUBAN_CORE_TOKEN_H
#define LUBAN_CORE_TOKEN_H

#include "core/ctx.h"

enum { TOKEN_DAYS_MAX = 366, TOKEN_SCOPES_MAX = 64 };

/* Needs token.edit, and is never for oneself, nor (but by the program itself) for an administrator,
 * whose work would else be done by whoever makes tokens. scopes: codes of permissions that the
 * account's role holds, ends with NULL. */
int token_create(struct ctx *cx, int64_t account_id, const char *name, const char *const *scopes,
	int64_t days, int64_t *ret_id, const char **ret_token) MUST_CHECK;
int token_revoke(struct ctx *cx, int64_t id) MUST_CHECK;

/* token: what stood after "Bearer ". The actor's name tells that it was the token, in timelines and
 * trail. ERR_DENIED "token.wrong" for none, expired, revoked or
 * disabled. */
int actor_from_token(struct ctx *cx, const char *token, const char *ip, struct actor *ret_actor)
	MUST_CHECK;

#endif
