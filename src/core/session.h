/* Sessions: who is behind a request. The token is 256 random bits that only the browser holds; the
 * database keeps its digest. A session ends when it was idle or open for too long
 * (session.idle_minutes, session.hours), at log-out, and with every change of the account's
 * password, role or state. */
#ifndef LUBAN_CORE_SESSION_H
#define LUBAN_CORE_SESSION_H

#include "core/ctx.h"

/* What is still to be done before the account may act; each is a page of its own. */
enum session_stage {
	SESSION_SECOND, /* password given, one-time code awaited */
	SESSION_ENROL,  /* the second factor must be set up */
	SESSION_CHANGE, /* the password must be changed */
	SESSION_FULL,
};

struct session {
	int64_t account_id, created_at, expires_at;
	enum session_stage stage;
	const char *token_hash;
	const char *csrf_secret; /* 64 hex digits, this session's own */
	const char *name;        /* of the account's holder */
};

/* ERR_NOTFOUND "session.ended" when there is none (any more), or the account was disabled. Until
 * the stage is SESSION_FULL the actor is the public. ip goes into the actor. */
int actor_from_session(struct ctx *cx, const char *token, const char *ip,
	struct session *ret_session, struct actor *ret_actor) MUST_CHECK;

/* A new session; the address is the actor's. *ret_token is for the cookie. */
int session_open(struct ctx *cx, int64_t account_id, enum session_stage stage, const char *agent,
	const char **ret_token) MUST_CHECK;
/* The same session under a new token and a later stage. */
int session_advance(struct ctx *cx, const struct session *s, enum session_stage stage,
	const char **ret_token) MUST_CHECK;
/* Log-out. */
int session_end(struct ctx *cx, const struct session *s) MUST_CHECK;
/* Every session of the account but the one with token_hash `except` (NULL: none is kept). */
int session_end_all(struct ctx *cx, int64_t account_id, const char *except) MUST_CHECK;
/* Removes what has ended; for the hourly job. */
int session_sweep(struct ctx *cx) MUST_CHECK;

/* The digest a token is found by. */
const char *session_hash(struct ctx *cx, const char *token);

#endif
