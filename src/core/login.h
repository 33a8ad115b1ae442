/* Logging in: password, second factor, first-time duties. Failures are counted before the secret is
 * looked at, lock the account for longer each time, and say the same in the same time whether or
 * not there is such an account. The visitor's address is cx->actor.ip.
 *
 *   login_try → stage SECOND → login_second → [ENROL → login_enrol] → [CHANGE → login_change] →
 * FULL
 */
#ifndef LUBAN_CORE_LOGIN_H
#define LUBAN_CORE_LOGIN_H

#include "core/ctx.h"
#include "core/session.h"

struct login {
	int64_t account_id;
	enum session_stage stage; /* what comes next */
	const char *token;        /* for the cookie; a new one at every stage */
};

/* login: a staff login, or a worker's identity number. ERR_DENIED "login.wrong"; ERR_LIMIT
 * "login.locked", "login.throttled"; ERR_STATE "login.disabled", "login.no_role",
 * "login.once_expired" (only after the right password). */
int login_try(struct ctx *cx, const char *login, const char *password, const char *agent,
	struct login *ret_login) MUST_CHECK;
/* The one-time code of a session at SESSION_SECOND. ERR_INVALID (field "code"), ERR_LIMIT
 * "login.locked". */
int login_second(struct ctx *cx, const struct session *s, const char *code,
	struct login *ret_login) MUST_CHECK;

struct totp_offer {
	const char *secret; /* base32, to be typed */
	const char *uri;    /* to be shown as a QR code */
	const char *sealed; /* carried by the form, bound to the account */
};
/* A new second factor; it counts from login_enrol() on. For SESSION_ENROL, or SESSION_FULL to
 * change it: then the password is asked for once more (field "old_password"), so that a browser
 * left alone does not give the account away. */
int login_offer(struct ctx *cx, const struct session *s, struct totp_offer *ret_offer) MUST_CHECK;
int login_enrol(struct ctx *cx, const struct session *s, const char *password, const char *sealed,
	const char *code, struct login *ret_login) MUST_CHECK;

/* Changes one's own password at SESSION_CHANGE or SESSION_FULL; every other session ends. Field
 * errors "old_password", "new_password". */
int login_change(struct ctx *cx, const struct session *s, const char *old_password,
	const char *new_password, struct login *ret_login) MUST_CHECK;

#endif
