#include "core/account.h"

#include <ctype.h>
#include <string.h>

#include "base/crypto.h"
#include "base/password.h"
#include "base/utf8.h"
#include "core/audit.h"
#include "core/flow.h"
#include "core/password_policy.h"
#include "core/session.h"
#include "core/setting.h"
#include "query/account.h"

enum { LOGIN_MIN = 3, LOGIN_MAX = 32, NAME_CHARS = 60 };

static const char kind[] = "account";

bool account_needs_second(struct ctx *cx, enum role role)
{
	const char *name =
		role == ROLE_WORKER ? "account.second_factor_worker" : "account.second_factor";
	return setting_int(cx, name, "", 0) != 0;
}

const char *account_login_key(struct ctx *cx, const char *login)
{
	char lower[LOGIN_MAX + 1] = "";
	bool has_letter = false;
	size_t n = login ? strlen(login) : 0;
	if (n < LOGIN_MIN || n > LOGIN_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)tolower((unsigned char)login[i]);
		if (!islower(c) && !isdigit(c) && !strchr("._-", c))
			return NULL;
		has_letter |= islower(c) != 0;
		lower[i] = (char)c;
	}
	return has_letter ? text_of(cx, "staff:%s", lower) : NULL;
}

int account_by_login(struct ctx *cx, const char *login, int64_t *ret_id)
{
	struct q_account_login_find row;
	const char *key = account_login_key(cx, login);
	int r = key ? q_account_login_find(cx->db, &row, .login_key = key) : ERR_NOTFOUND;
	if (r < 0)
		return r == ERR_NOTFOUND ? r : ctx_pass(cx, r);
	*ret_id = row.account_id;
	return 0;
}

const char *account_idno_key(struct ctx *cx, const char *idno, size_t n)
{
	const char *index =
		keyring_blind_index_by(cx->keys, n, cx->arena, "account.idno", str_of(idno));
	return text_of(cx, "idno:%s", index);
}

int account_by_idno(struct ctx *cx, const char *idno, int64_t *ret_id)
{
	struct q_account_login_find row;
	int r = ERR_NOTFOUND;
	for (size_t n = 0; n < keyring_count(cx->keys) && r == ERR_NOTFOUND; n++)
		r = q_account_login_find(cx->db, &row, .login_key = account_idno_key(cx, idno, n));
	if (r < 0)
		return r == ERR_NOTFOUND ? r : ctx_pass(cx, r);
	*ret_id = row.account_id;
	return 0;
}

/* What a role cannot be without. */
static int check_role(struct ctx *cx, enum role role, const char *region, int64_t body_id,
	int64_t person_id)
{
	switch (role) {
	case ROLE_AUTHORITY:
	case ROLE_AUTHORITY_HEAD:
	case ROLE_SUPERVISOR:
		return is_blank(region) ? fail_field(cx, "region", "account.region",
			role_label(role)) : 0;
	case ROLE_BODY_CLERK:
	case ROLE_BODY_MANAGER:
	case ROLE_INVIGILATOR:
		return body_id ? 0 : fail_field(cx, "body", "account.body", role_label(role));
	case ROLE_WORKER:
		return person_id ? 0 : fail_field(cx, "person_id", "account.person");
	case ROLE_SYSTEM:
	case ROLE_COUNT:
		return fail_field(cx, "role", "account.role");
	default:
		return 0;
	}
}

static void check_name(struct ctx *cx, const char *name)
{
	struct str s = str_of(name);
	if (is_blank(name) || !utf8_is_text(s) || utf8_count(s) > NAME_CHARS)
		(void)fail_field(cx, "name", "account.name");
}

static int check_new(struct ctx *cx, const struct account_in *in, const char *login_key)
{
	if (!login_key)
		(void)fail_field(cx, "login", "account.login");
	check_name(cx, in->name);
	if (in->role != ROLE_PUBLIC) {
		int r = ctx_need(cx, PERM_ACCOUNT_GRANT);
		if (r < 0)
			return r;
		(void)check_role(cx, in->role, in->region, in->body_id, in->person_id);
	}
	if (in->password && cx->actor.role != ROLE_SYSTEM)
		password_check(cx, "password", in->password, in->login, in->name);
	if (in->totp_secret && cx->actor.role != ROLE_SYSTEM)
		return fail(cx, ERR_DENIED, "account.totp_set");
	return ctx_checked(cx);
}

/* Roles given are remembered as events: they tell what an account ever was. */
static int note_grant(struct ctx *cx, int64_t id, enum role role, const char *reason)
{
	return flow_note(cx, kind, 0, id, text_of(cx, "grant_%s", role_code(role)), reason);
}

static int insert(struct ctx *cx, const struct account_in *in, const char *login_key,
	const char *taken, int64_t id)
{
	const char *hash = "";
	int r = in->password ? password_hash(cx->arena, str_of(in->password), &hash) : 0;
	if (r < 0)
		return fail_field(cx, "password", "password.long");
	r = q_account_login_insert(cx->db, .login_key = login_key, .account_id = id);
	if (r == ERR_CONFLICT)
		return fail(cx, r, taken);
	if (r < 0)
		return ctx_pass(cx, r);
	const char *totp = in->totp_secret
		? keyring_seal(cx->keys, cx->arena, "account.totp", str_of(in->totp_secret)) : "";
	r = q_account_insert(cx->db, .id = id, .login = in->login, .name = in->name,
		.role = role_code(in->role), .region = in->region, .body_id = in->body_id,
		.linked_person_id = in->person_id, .password_hash = hash,
		.must_change = in->must_change,
		.totp_cipher = totp, .created_at = ctx_now(cx), .password_at = ctx_wall(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (in->role != ROLE_PUBLIC && (r = note_grant(cx, id, in->role, "")) < 0)
		return r;
	return audit_note(cx, "account.create", kind, id, "",
		text_of(cx, "%s %s", in->login, role_label(in->role)));
}

static int insert_in_tx(struct ctx *cx, const struct account_in *in, const char *login_key,
	const char *taken, int64_t *ret_id)
{
	auto_tx tx = {0};
	int64_t id = ctx_id(cx);
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = insert(cx, in, login_key, taken, id)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int account_create(struct ctx *cx, const struct account_in *in, int64_t *ret_id)
{
	const char *login_key = account_login_key(cx, in->login);
	int r = ctx_need(cx, PERM_ACCOUNT_EDIT);
	if (r < 0)
		return r;
	if ((r = check_new(cx, in, login_key)) < 0)
		return r;
	return insert_in_tx(cx, in, login_key, "account.login_taken", ret_id);
}

/* While secrets are being exchanged an older index may still hold the number. */
static int check_idno_free(struct ctx *cx, const char *idno)
{
	for (size_t n = 1; n < keyring_count(cx->keys); n++) {
		struct q_account_login_find row;
		int r = q_account_login_find(cx->db, &row,
			.login_key = account_idno_key(cx, idno, n));
		if (r == 0)
			return fail(cx, ERR_CONFLICT, "account.idno_taken");
		if (r != ERR_NOTFOUND)
			return ctx_pass(cx, r);
	}
	return 0;
}

int account_register(struct ctx *cx, const char *idno, const char *name, int64_t person_id,
	const char *password, int64_t *ret_id)
{
	struct account_in in = {
		.login = "", .name = name, .role = ROLE_WORKER, .person_id = person_id,
		.password = password ? password : "",
	};
	check_name(cx, name);
	if (cx->actor.role != ROLE_SYSTEM)
		password_check(cx, "password", in.password, idno, name);
	int r = ctx_checked(cx);
	if (r < 0)
		return r;
	if ((r = check_idno_free(cx, idno)) < 0)
		return r;
	return insert_in_tx(cx, &in, account_idno_key(cx, idno, 0), "account.idno_taken", ret_id);
}

static int find(struct ctx *cx, int64_t id, struct q_account_find *ret_row)
{
	int r = q_account_find(cx->db, ret_row, .id = id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "account.notfound");
	return ctx_pass(cx, r);
}

static int check_reason(struct ctx *cx, const char *reason)
{
	return is_blank(reason) ? fail_field(cx, "reason", "account.reason") : 0;
}

static int end_access(struct ctx *cx, int64_t id)
{
	int r = session_end_all(cx, id, NULL);
	if (r < 0)
		return r;
	r = q_token_revoke_all(cx->db, .account_id = id, .revoked_at = ctx_wall(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int write_state(struct ctx *cx, int64_t id, const char *state, const char *action,
	const char *reason)
{
	int r = q_account_set_state(cx->db, .id = id, .state = state);
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(state, "disabled") && (r = end_access(cx, id)) < 0)
		return r;
	return audit_note(cx, action, kind, id, reason, "");
}

static int set_state(struct ctx *cx, int64_t id, const char *state, const char *action,
	const char *reason)
{
	struct q_account_find row;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_ACCOUNT_EDIT);
	if (r < 0)
		return r;
	if (id == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "account.not_self");
	if ((r = check_reason(cx, reason)) < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = find(cx, id, &row)) < 0)
		return r;
	if (streq(row.state, state))
		return fail(cx, ERR_STATE, "account.already", row.name);
	if ((r = write_state(cx, id, state, action, reason)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

int account_disable(struct ctx *cx, int64_t id, const char *reason)
{
	return set_state(cx, id, "disabled", "account.disable", reason);
}

int account_enable(struct ctx *cx, int64_t id, const char *reason)
{
	return set_state(cx, id, "active", "account.enable", reason);
}

int account_unlock(struct ctx *cx, int64_t id)
{
	struct q_account_find row;
	int r = ctx_may(cx, PERM_ACCOUNT_EDIT) ? 0 : ctx_need(cx, PERM_ACCOUNT_GRANT);
	if (r < 0)
		return r;
	if (id == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "account.not_self");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = find(cx, id, &row)) < 0)
		return r;
	if ((r = q_account_unlock(cx->db, .id = id)) < 0)
		return ctx_pass(cx, r);
	if ((r = audit_note(cx, "account.unlock", kind, id, "", "")) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

/* An administrator's account is nothing else, was no other administrator's, and stays apart for
 * good. */
static int check_apart(struct ctx *cx, const struct q_account_find *row, enum role role)
{
	enum role now = role_of(row->role);
	struct q_account_admin_grants_rows grants;
	if (role == ROLE_PUBLIC || role == now)
		return 0;
	int r = q_account_admin_grants(cx->db, &grants, .subject_id = row->id);
	if (r < 0)
		return ctx_pass(cx, r);
	const char *own = text_of(cx, "grant_%s", role_code(role));
	bool was_other = role_is_admin(role) && now != ROLE_PUBLIC;
	for (size_t i = 0; i < grants.n; i++)
		was_other |= !streq(grants.at[i].action, own);
	return was_other ? fail(cx, ERR_DENIED, "account.admin_apart", row->name) : 0;
}

static int write_role(struct ctx *cx, const struct account_in *in, int64_t id, const char *reason)
{
	int r = q_account_set_role(cx->db, .id = id, .role = role_code(in->role),
		.region = in->region, .body_id = in->body_id, .linked_person_id = in->person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = end_access(cx, id)) < 0)
		return r;
	if ((r = note_grant(cx, id, in->role, reason)) < 0)
		return r;
	return audit_note(cx, "account.grant", kind, id, reason, role_label(in->role));
}

/* The row is taken first: of two who grant at once, the second sees what the first has granted. */
static int grant(struct ctx *cx, int64_t id, const struct account_in *in, const char *reason)
{
	struct q_account_find row;
	int r = q_account_take(cx->db, .id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = find(cx, id, &row)) < 0)
		return r;
	if (role_of(row.role) == ROLE_WORKER)
		return fail(cx, ERR_DENIED, "account.worker");
	if ((r = check_apart(cx, &row, in->role)) < 0)
		return r;
	return write_role(cx, in, id, reason);
}

/* Whoever resets a password could log in with it: what the other two administrators are for would
 * be in one hand. What an account once was it may be again. */
static int check_reset(struct ctx *cx, const struct q_account_find *row)
{
	struct q_account_admin_grants_rows grants;
	if (cx->actor.role == ROLE_SYSTEM)
		return 0;
	int r = q_account_admin_grants(cx->db, &grants, .subject_id = row->id);
	if (r < 0)
		return ctx_pass(cx, r);
	const char *own = text_of(cx, "grant_%s", role_code(cx->actor.role));
	for (size_t i = 0; i < grants.n; i++)
		if (!streq(grants.at[i].action, own))
			return fail(cx, ERR_DENIED, "account.admin_reset", row->name);
	return 0;
}

/* Nor is an account that he could have reset before made another administrator's. */
static int check_appoint(struct ctx *cx, enum role role)
{
	bool is_other = role_is_admin(role) && role != cx->actor.role;
	if (cx->actor.role == ROLE_SYSTEM || !is_other)
		return 0;
	return fail(cx, ERR_DENIED, "account.admin_appoint", role_label(role), role_code(role));
}

int account_grant(struct ctx *cx, int64_t id, enum role role, const char *region, int64_t body_id,
	int64_t person_id, const char *reason)
{
	struct account_in in = {
		.role = role, .region = region, .body_id = body_id, .person_id = person_id,
	};
	int r = ctx_need(cx, PERM_ACCOUNT_GRANT);
	if (r < 0)
		return r;
	if (id == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "account.not_self");
	if ((r = check_appoint(cx, role)) < 0)
		return r;
	if (role == ROLE_WORKER)
		return fail_field(cx, "role", "account.role");
	(void)check_role(cx, role, region, body_id, person_id);
	(void)check_reason(cx, reason);
	if ((r = ctx_checked(cx)) < 0)
		return r;
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = grant(cx, id, &in, reason)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static int write_reset(struct ctx *cx, int64_t id, bool also_totp, const char *reason,
	const char *hash)
{
	int r = q_account_set_password(cx->db, .id = id, .password_hash = hash, .must_change = 1,
		.password_at = ctx_wall(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (also_totp && (r = q_account_set_totp(cx->db, .id = id, .totp_cipher = "")) < 0)
		return ctx_pass(cx, r);
	if ((r = q_account_unlock(cx->db, .id = id)) < 0)
		return ctx_pass(cx, r);
	if ((r = session_end_all(cx, id, NULL)) < 0)
		return r;
	return audit_note(cx, "account.reset", kind, id, reason,
		also_totp ? "密码与动态口令" : "密码");
}

int account_reset(struct ctx *cx, int64_t id, bool also_totp, const char *reason,
	const char **ret_password)
{
	const char *password = password_once(cx), *hash;
	struct q_account_find row;
	int r = ctx_need(cx, PERM_ACCOUNT_GRANT);
	if (r < 0)
		return r;
	if (id == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "account.not_self");
	if ((r = check_reason(cx, reason)) < 0)
		return r;
	if ((r = find(cx, id, &row)) < 0 || (r = check_reset(cx, &row)) < 0)
		return r;
	if ((r = password_hash(cx->arena, str_of(password), &hash)) < 0)
		return ctx_pass(cx, r);
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = write_reset(cx, id, also_totp, reason, hash)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_password = password;
	return 0;
}
