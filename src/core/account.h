/* Accounts: who may log in and as what. One account has one role. Existence is the system
 * administrator's business (account.edit), roles and credentials the security administrator's
 * (account.grant); the program itself (demo, import, command line) may do both. The three
 * administrator roles never meet on one account, not even one after the other, and nobody grants,
 * resets or disables himself. Everything here is audited. */
#ifndef LUBAN_CORE_ACCOUNT_H
#define LUBAN_CORE_ACCOUNT_H

#include "core/ctx.h"

struct account_in {
	const char *login;       /* 3 to 32 of a-z 0-9 . _ -, with a letter; "" for workers */
	const char *name;        /* of the person */
	enum role role;          /* other than ROLE_PUBLIC (none yet) only with account.grant */
	const char *region;      /* authorities, supervisors */
	int64_t body_id;         /* body staff, examiners */
	int64_t person_id;       /* workers, examiners */
	const char *password;    /* NULL: none until account_reset() */
	bool must_change;        /* at the next log-in */
	const char *totp_secret; /* base32; only the program itself may set it (demo), else NULL */
};

/* ERR_CONFLICT "account.login_taken". */
int account_create(struct ctx *cx, const struct account_in *in, int64_t *ret_id) MUST_CHECK;
/* A worker's account, found by the blind index of his number. The caller has made sure that the
 * visitor is that person. ERR_CONFLICT "account.idno_taken"; password errors are of field
 * "password". */
int account_register(struct ctx *cx, const char *idno, const char *name, int64_t person_id,
	const char *password, int64_t *ret_id) MUST_CHECK;

/* Ends sessions and tokens too when disabling. */
int account_disable(struct ctx *cx, int64_t id, const char *reason) MUST_CHECK;
int account_enable(struct ctx *cx, int64_t id, const char *reason) MUST_CHECK;
/* After too many failures; account.edit or account.grant. */
int account_unlock(struct ctx *cx, int64_t id) MUST_CHECK;
/* ROLE_PUBLIC takes every right away. Ends the account's sessions. */
int account_grant(struct ctx *cx, int64_t id, enum role role, const char *region, int64_t body_id,
	int64_t person_id, const char *reason) MUST_CHECK;
/* A password for one log-in, shown once; ends the sessions. also_totp: the second factor is lost
 * too and must be set up anew. That of a system or audit administrator only by the program itself
 * (command line): ERR_DENIED "account.admin_reset". */
int account_reset(struct ctx *cx, int64_t id, bool also_totp, const char *reason,
	const char **ret_password) MUST_CHECK;

/* Whether this role must give a second factor (settings account.second_factor…). */
bool account_needs_second(struct ctx *cx, enum role role);
/* "staff:NAME" for a login; NULL when it can be none. */
const char *account_login_key(struct ctx *cx, const char *login);
/* ERR_NOTFOUND, without words, when there is none. */
int account_by_login(struct ctx *cx, const char *login, int64_t *ret_id) MUST_CHECK;
/* The same for a worker's, by his number. */
int account_by_idno(struct ctx *cx, const char *idno, int64_t *ret_id) MUST_CHECK;
/* "idno:INDEX", by the n-th secret of the keyring. */
const char *account_idno_key(struct ctx *cx, const char *idno, size_t n);

#endif
