#include "core/login.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/ident.h"
#include "base/password.h"
#include "base/totp.h"
#include "core/account.h"
#include "core/audit.h"
#include "core/password_policy.h"
#include "core/setting.h"
#include "core/throttle.h"
#include "query/account.h"

enum { CHARGE_TRIES = 8, DAY = 86400, SECRET_MAX = 128 };

static const char issuer[] = "鲁班技能评价";

/* A try at a secret of the account, paid for before the secret is looked at. */
struct charge {
	int64_t failed_before, locked_before, failed, locked_until;
};

static int locked(struct ctx *cx)
{
	int64_t minutes = setting_int(cx, "login.lock_minutes", "", 0);
	return fail(cx, ERR_LIMIT, "login.locked", text_of(cx, "%" PRId64, minutes));
}

static int64_t lock_end(struct ctx *cx, int64_t failed, int64_t now)
{
	int64_t most = setting_int(cx, "login.failures_max", "", 0);
	int64_t first = setting_int(cx, "login.lock_minutes", "", 0) * 60;
	int64_t seconds = throttle_lock_seconds(failed, most, first);
	return seconds ? now + seconds : 0;
}

/* Refreshes *account; ERR_LIMIT while it is locked. The last try before a lock already locks: it is
 * taken back when the secret was right, and tries at the same moment cannot go beyond it. */
static int charge(struct ctx *cx, struct q_account_find *account, struct charge *ret_charge)
{
	for (int i = 0; i < CHARGE_TRIES; i++) {
		int64_t now = ctx_wall(cx);
		if (account->locked_until_at > now)
			return locked(cx);
		struct charge c = {
			.failed_before = account->failed, .locked_before = account->locked_until_at,
			.failed = account->failed + 1,
			.locked_until = lock_end(cx, account->failed + 1, now),
		};
		int r = q_account_charge(cx->db, .id = account->id,
			.failed_before = c.failed_before,
			.locked_before = c.locked_before, .failed = c.failed,
			.locked_until_at = c.locked_until);
		if (r < 0)
			return ctx_pass(cx, r);
		if (r > 0) {
			*ret_charge = c;
			return 0;
		}
		if ((r = q_account_find(cx->db, account, .id = account->id)) < 0)
			return ctx_pass(cx, r);
	}
	return locked(cx);
}

/* The secret was right, but another is still to come: the count goes on from where it was. */
static int take_back(struct ctx *cx, const struct q_account_find *account, const struct charge *c)
{
	int r = q_account_charge(cx->db, .id = account->id, .failed_before = c->failed,
		.locked_before = c->locked_until, .failed = c->failed_before,
		.locked_until_at = c->locked_before);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* In the name of the account, which is not yet the actor. */
static int note(struct ctx *cx, const struct q_account_find *account, const char *action)
{
	struct actor before = cx->actor;
	struct actor who = {
		.account_id = account->id, .role = role_of(account->role), .name = account->name,
		.ip = before.ip,
	};
	ctx_act_as(cx, &who);
	int r = audit_note(cx, action, "account", account->id, "", "");
	ctx_act_as(cx, &before);
	return r;
}

static int find_account(struct ctx *cx, const char *login, struct q_account_find *ret_account)
{
	struct idno idno;
	int64_t id;
	bool is_worker = ident_idno(str_of(login), &idno, NULL) == 0;
	int r = is_worker ? account_by_idno(cx, idno.text, &id) : account_by_login(cx, login, &id);
	return r < 0 ? r : q_account_find(cx->db, ret_account, .id = id);
}

/* What would stand for the account, however the login is spelled: capitals, a small x. */
static const char *spelled(struct ctx *cx, const char *login)
{
	struct idno idno;
	const char *key = account_login_key(cx, login);
	if (ident_idno(str_of(login), &idno, NULL) == 0)
		return arena_dup(cx->arena, idno.text);
	return key ? key : login;
}

/* Nobody has this login: as slow, as soon and as long locked, and as little said as with a wrong
 * password. */
static int unknown(struct ctx *cx, const char *login, struct str password)
{
	int64_t most = setting_int(cx, "login.failures_max", "", 0);
	int64_t seconds = setting_int(cx, "login.lock_minutes", "", 0) * 60;
	bool may = throttle_fail(cx, "login.unknown", spelled(cx, login), most, seconds);
	(void)password_is(NULL, password);
	if (!may)
		return locked(cx);
	int r = audit_note(cx, "login.failed", "account", 0, "", "");
	return r < 0 ? r : fail(cx, ERR_DENIED, "login.wrong");
}

static bool is_old(struct ctx *cx, const struct q_account_find *account, const char *setting)
{
	int64_t days = setting_int(cx, setting, "", 0);
	return days > 0 && account->password_at + days * DAY < ctx_wall(cx);
}

static enum session_stage next_stage(
	struct ctx *cx, const struct q_account_find *account, bool second_done)
{
	if (!second_done && account->totp_cipher[0])
		return SESSION_SECOND;
	if (!second_done && account_needs_second(cx, role_of(account->role)))
		return SESSION_ENROL;
	if (account->must_change || is_old(cx, account, "password.age_days"))
		return SESSION_CHANGE;
	return SESSION_FULL;
}

/* What keeps an account out although the password was right. */
static int check_usable(struct ctx *cx, const struct q_account_find *account)
{
	enum role role = role_of(account->role);
	if (!streq(account->state, "active"))
		return fail(cx, ERR_STATE, "login.disabled");
	if (role == ROLE_PUBLIC || role >= ROLE_SYSTEM)
		return fail(cx, ERR_STATE, "login.no_role");
	if (account->must_change && is_old(cx, account, "password.first_days"))
		return fail(cx, ERR_STATE, "login.once_expired");
	return 0;
}

static int rehash(struct ctx *cx, struct q_account_find *account, struct str password)
{
	const char *hash;
	if (!password_is_stale(account->password_hash))
		return 0;
	int r = password_hash(cx->arena, password, &hash);
	if (r == 0)
		r = q_account_rehash(cx->db, .id = account->id, .password_hash = hash,
			.hash_before = account->password_hash);
	if (r > 0)
		account->password_hash = hash;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* A reset that came between the comparison and now has ended all sessions but the one to come: the
 * row is taken, and must still hold what was compared. */
static int check_unchanged(struct ctx *cx, const struct q_account_find *account)
{
	struct q_account_find row;
	int r = q_account_take(cx->db, .id = account->id);
	if (r >= 0)
		r = q_account_find(cx->db, &row, .id = account->id);
	if (r < 0)
		return ctx_pass(cx, r);
	bool same = streq(row.password_hash, account->password_hash);
	return same ? 0 : fail(cx, ERR_DENIED, "login.wrong");
}

/* The count of failures ends only where every secret that is asked for was right. */
static int settle(struct ctx *cx, const struct q_account_find *account, const struct charge *c,
	enum session_stage stage)
{
	if (stage == SESSION_SECOND)
		return take_back(cx, account, c);
	int r = q_account_seen(cx->db, .id = account->id, .seen_at = ctx_wall(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return note(cx, account, "login.ok");
}

static int enter(struct ctx *cx, const struct q_account_find *account, const struct charge *c,
	const char *agent, struct login *ret_login)
{
	struct login login = {.account_id = account->id, .stage = next_stage(cx, account, false)};
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = check_unchanged(cx, account)) < 0)
		return r;
	if ((r = settle(cx, account, c, login.stage)) < 0)
		return r;
	if ((r = session_open(cx, account->id, login.stage, agent, &login.token)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_login = login;
	return 0;
}

static int wrong_password(
	struct ctx *cx, const struct q_account_find *account, const struct charge *c)
{
	int r = note(cx, account, c->locked_until ? "login.locked" : "login.failed");
	return r < 0 ? r : fail(cx, ERR_DENIED, "login.wrong");
}

static int try_account(struct ctx *cx, struct q_account_find *account, struct str password,
	const char *agent, struct login *ret_login)
{
	struct charge c;
	int r = charge(cx, account, &c);
	if (r < 0) {
		(void)password_is(NULL, password);
		return r;
	}
	if (!password_is(account->password_hash, password))
		return wrong_password(cx, account, &c);
	if ((r = check_usable(cx, account)) < 0) {
		int taken = take_back(cx, account, &c);
		return taken < 0 ? taken : r;
	}
	if ((r = rehash(cx, account, password)) < 0)
		return r;
	return enter(cx, account, &c, agent, ret_login);
}

int login_try(struct ctx *cx, const char *login, const char *password, const char *agent,
	struct login *ret_login)
{
	struct q_account_find account;
	struct str secret = str_of(password);
	login = arena_str(cx->arena, str_trim(str_of(login)));
	if (!throttle_ip(cx, "login", setting_int(cx, "login.ip_per_minute", "", 0)))
		return fail(cx, ERR_LIMIT, "login.throttled");
	int r = find_account(cx, login, &account);
	if (r == ERR_NOTFOUND)
		return unknown(cx, login, secret);
	if (r < 0)
		return ctx_pass(cx, r);
	return try_account(cx, &account, secret, agent, ret_login);
}

static int load(struct ctx *cx, const struct session *s, struct q_account_find *ret_account)
{
	int r = q_account_find(cx->db, ret_account, .id = s->account_id);
	return r == ERR_NOTFOUND ? fail(cx, r, "session.ended") : ctx_pass(cx, r);
}

/* Codes are shown in two groups and typed so. */
static struct str digits(struct ctx *cx, const char *code)
{
	char *out = arena_dup(cx->arena, code ? code : "");
	size_t n = 0;
	for (const char *p = out; *p; p++) {
		if (*p != ' ' && *p != '-')
			out[n++] = *p;
	}
	return (struct str){out, n};
}

static bool code_is(const char *secret_base32, int64_t now, int64_t last_step, struct str code,
	int64_t *ret_step)
{
	auto_buf secret;
	buf_init(&secret, SECRET_MAX);
	return base32_read(str_of(secret_base32), &secret) &&
		totp_check(buf_view(&secret), now, last_step, code, ret_step);
}

/* 1 when the code was right and nobody used it before. */
static int use_code(struct ctx *cx, const struct q_account_find *account, const char *code)
{
	const char *secret;
	int64_t step;
	int r = keyring_open(
		cx->keys, cx->arena, "account.totp", str_of(account->totp_cipher), &secret);
	if (r < 0)
		return fail(cx, ERR_IO, "login.totp_damaged");
	if (!code_is(secret, ctx_wall(cx), account->totp_step, digits(cx, code), &step))
		return 0;
	r = q_account_use_step(cx->db, .id = account->id, .totp_step = step);
	return r < 0 ? ctx_pass(cx, r) : r > 0;
}

static int wrong_code(struct ctx *cx, const struct q_account_find *account,
	const struct session *s, const struct charge *c)
{
	int r = note(cx, account, c->locked_until ? "login.locked" : "login.failed");
	if (r < 0)
		return r;
	if (!c->locked_until)
		return fail_field(cx, "code", "login.code_wrong");
	r = session_end(cx, s);
	return r < 0 ? r : locked(cx);
}

static int advance(struct ctx *cx, const struct session *s, const struct q_account_find *account,
	struct login *ret_login)
{
	struct login login = {.account_id = account->id, .stage = next_stage(cx, account, true)};
	int r = session_advance(cx, s, login.stage, &login.token);
	if (r < 0)
		return r;
	*ret_login = login;
	return 0;
}

int login_second(
	struct ctx *cx, const struct session *s, const char *code, struct login *ret_login)
{
	struct q_account_find account;
	struct charge c;
	if (s->stage != SESSION_SECOND)
		return fail(cx, ERR_STATE, "login.stage");
	int r = load(cx, s, &account);
	if (r < 0)
		return r;
	if ((r = charge(cx, &account, &c)) < 0)
		return r;
	if ((r = use_code(cx, &account, code)) < 0)
		return r;
	if (r == 0)
		return wrong_code(cx, &account, s, &c);
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = settle(cx, &account, &c, SESSION_FULL)) < 0)
		return r;
	if ((r = advance(cx, s, &account, ret_login)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static const char *offer_purpose(struct ctx *cx, int64_t account_id)
{
	return text_of(cx, "account.totp offer %" PRId64, account_id);
}

static int check_stage(struct ctx *cx, const struct session *s, enum session_stage stage)
{
	if (s->stage == stage || s->stage == SESSION_FULL)
		return 0;
	return fail(cx, ERR_STATE, "login.stage");
}

int login_offer(struct ctx *cx, const struct session *s, struct totp_offer *ret_offer)
{
	struct q_account_find account;
	int r = check_stage(cx, s, SESSION_ENROL);
	if (r < 0)
		return r;
	if ((r = load(cx, s, &account)) < 0)
		return r;
	const char *secret = totp_new_secret(cx->arena);
	const char *label = is_blank(account.login) ? account.name : account.login;
	*ret_offer = (struct totp_offer){
		.secret = secret, .uri = totp_uri(cx->arena, issuer, label, secret),
		.sealed = keyring_seal(
			cx->keys, cx->arena, offer_purpose(cx, account.id), str_of(secret)),
	};
	return 0;
}

static int write_totp(struct ctx *cx, const struct session *s,
	const struct q_account_find *account, const char *secret, int64_t step)
{
	int r = q_account_set_totp(cx->db, .id = account->id, .totp_step = step,
		.totp_cipher = keyring_seal(cx->keys, cx->arena, "account.totp", str_of(secret)));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = session_end_all(cx, account->id, s->token_hash)) < 0)
		return r;
	return note(cx, account, "account.totp");
}

static int check_old(struct ctx *cx, struct q_account_find *account, const char *old_password)
{
	struct charge c;
	int r = charge(cx, account, &c);
	if (r < 0)
		return r;
	if (password_is(account->password_hash, str_of(old_password)))
		return take_back(cx, account, &c);
	r = note(cx, account, "login.failed");
	return r < 0 ? r : fail_field(cx, "old_password", "login.old_wrong");
}

int login_enrol(struct ctx *cx, const struct session *s, const char *password, const char *sealed,
	const char *code, struct login *ret_login)
{
	struct q_account_find account;
	const char *secret;
	int64_t step;
	int r = check_stage(cx, s, SESSION_ENROL);
	if (r < 0)
		return r;
	if ((r = load(cx, s, &account)) < 0)
		return r;
	if (keyring_open(cx->keys, cx->arena, offer_purpose(cx, account.id), str_of(sealed),
		&secret) < 0)
		return fail(cx, ERR_INVALID, "login.offer");
	if (s->stage == SESSION_FULL && (r = check_old(cx, &account, password)) < 0)
		return r;
	if (!code_is(secret, ctx_wall(cx), 0, digits(cx, code), &step))
		return fail_field(cx, "code", "login.code_wrong");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = write_totp(cx, s, &account, secret, step)) < 0)
		return r;
	if ((r = advance(cx, s, &account, ret_login)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static int write_password(struct ctx *cx, const struct session *s,
	const struct q_account_find *account, const char *hash)
{
	int r = q_account_set_password(cx->db, .id = account->id, .password_hash = hash,
		.password_at = ctx_wall(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = session_end_all(cx, account->id, s->token_hash)) < 0)
		return r;
	return note(cx, account, "account.password");
}

static int change(struct ctx *cx, const struct session *s, struct q_account_find *account,
	const char *new_password, struct login *ret_login)
{
	const char *hash;
	int r = password_hash(cx->arena, str_of(new_password), &hash);
	if (r < 0)
		return fail_field(cx, "new_password", "password.long");
	auto_tx tx = {0};
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = write_password(cx, s, account, hash)) < 0)
		return r;
	account->must_change = 0;
	account->password_at = ctx_wall(cx);
	if ((r = advance(cx, s, account, ret_login)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

int login_change(struct ctx *cx, const struct session *s, const char *old_password,
	const char *new_password, struct login *ret_login)
{
	struct q_account_find account;
	int r = check_stage(cx, s, SESSION_CHANGE);
	if (r < 0)
		return r;
	if ((r = load(cx, s, &account)) < 0)
		return r;
	if ((r = check_old(cx, &account, old_password)) < 0)
		return r;
	if (streq(old_password, new_password))
		(void)fail_field(cx, "new_password", "login.same_password");
	password_check(cx, "new_password", new_password, account.login, account.name);
	if ((r = ctx_checked(cx)) < 0)
		return r;
	return change(cx, s, &account, new_password, ret_login);
}
