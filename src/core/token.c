#include "core/token.h"

#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"
#include "core/audit.h"
#include "core/session.h"
#include "query/account.h"

enum { TOKEN_BYTES = 32, TOKEN_TEXT_MAX = 64, NAME_CHARS = 60, TOUCH_SECONDS = 60, DAY = 86400 };

static const char prefix[] = "luban_";

_Static_assert(PERM_COUNT <= 128, "struct actor holds 128 permission bits");

static const char *new_token(struct ctx *cx)
{
	unsigned char bytes[TOKEN_BYTES];
	auto_buf text;
	buf_init(&text, TOKEN_TEXT_MAX);
	ctx_random(cx, bytes, sizeof bytes);
	buf_puts(&text, prefix);
	base64url_put(&text, bytes, sizeof bytes);
	return arena_str(cx->arena, buf_view(&text));
}

static void check_scopes(
	struct ctx *cx, enum role role, const char *const *scopes, struct buf *ret_text)
{
	size_t n = 0;
	for (; scopes[n]; n++) {
		enum perm perm = perm_of(scopes[n]);
		if (n >= TOKEN_SCOPES_MAX || !role_may(role, perm)) {
			(void)fail_field(cx, "perms", "token.scope", scopes[n], role_label(role));
			return;
		}
		buf_printf(ret_text, "%s%s", n ? "," : "", scopes[n]);
	}
	if (!n)
		(void)fail_field(cx, "perms", "token.no_scope");
}

static int check(struct ctx *cx, const struct q_account_find *account, const char *name,
	const char *const *scopes, int64_t days, struct buf *ret_text)
{
	struct str s = str_of(name);
	if (account->id == cx->actor.account_id)
		return fail(cx, ERR_DENIED, "account.not_self");
	if (role_is_admin(role_of(account->role)) && cx->actor.role != ROLE_SYSTEM)
		return fail(cx, ERR_DENIED, "token.admin", account->name);
	if (!streq(account->state, "active"))
		return fail(cx, ERR_STATE, "token.disabled", account->name);
	if (is_blank(name) || !utf8_is_text(s) || utf8_count(s) > NAME_CHARS)
		(void)fail_field(cx, "name", "token.name");
	if (days < 1 || days > TOKEN_DAYS_MAX)
		(void)fail_field(cx, "days", "token.days", text_of(cx, "%d", TOKEN_DAYS_MAX));
	check_scopes(cx, role_of(account->role), scopes, ret_text);
	return ctx_checked(cx);
}

static int insert(struct ctx *cx, int64_t account_id, const char *name, const char *scopes,
	int64_t days, int64_t *ret_id, const char **ret_token)
{
	auto_tx tx = {0};
	int64_t id = ctx_id(cx), now = ctx_wall(cx);
	const char *token = new_token(cx);
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_token_insert(cx->db, .token_hash = session_hash(cx, token), .id = id,
		.account_id = account_id, .name = name, .scopes = scopes, .created_at = now,
		.expires_at = now + days * DAY);
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = audit_note(cx, "token.create", "account", account_id, name, scopes)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	*ret_token = token;
	return 0;
}

int token_create(struct ctx *cx, int64_t account_id, const char *name, const char *const *scopes,
	int64_t days, int64_t *ret_id, const char **ret_token)
{
	struct q_account_find account;
	auto_buf text;
	buf_init(&text, 4096);
	int r = ctx_need(cx, PERM_TOKEN_EDIT);
	if (r < 0)
		return r;
	r = q_account_find(cx->db, &account, .id = account_id);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "account.notfound");
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = check(cx, &account, name, scopes, days, &text)) < 0)
		return r;
	return insert(cx, account_id, name, buf_z(&text), days, ret_id, ret_token);
}

int token_revoke(struct ctx *cx, int64_t id)
{
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_TOKEN_EDIT);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	r = q_token_revoke(cx->db, .id = id, .revoked_at = ctx_wall(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_NOTFOUND, "token.notfound");
	if ((r = audit_note(cx, "token.revoke", "token", id, "", "")) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static void set_perms(struct actor *actor, const char *scopes)
{
	struct str rest = str_of(scopes);
	while (rest.n) {
		struct str one = str_cut(&rest, ',');
		for (unsigned p = PERM_NONE + 1; p < PERM_COUNT; p++) {
			if (str_is(one, perm_code((enum perm)p)))
				actor->token_perms[p / 64] |= UINT64_C(1) << (p % 64);
		}
	}
}

static int find_live(struct ctx *cx, const char *hash, struct q_token_find *ret_token,
	struct q_account_find *ret_account)
{
	int64_t now = ctx_wall(cx);
	int r = q_token_find(cx->db, ret_token, .token_hash = hash);
	if (r < 0)
		return r;
	if (ret_token->revoked_at || ret_token->expires_at <= now)
		return ERR_NOTFOUND;
	if ((r = q_account_find(cx->db, ret_account, .id = ret_token->account_id)) < 0)
		return r;
	if (!streq(ret_account->state, "active") || role_of(ret_account->role) >= ROLE_SYSTEM)
		return ERR_NOTFOUND;
	/* When that cannot be written (a full disk), the token is good all the same. */
	int noted = now - ret_token->used_at < TOUCH_SECONDS ? 0
		: q_token_touch(cx->db, .token_hash = hash, .used_at = now);
	(void)noted;
	return 0;
}

int actor_from_token(struct ctx *cx, const char *token, const char *ip, struct actor *ret_actor)
{
	struct q_token_find row;
	struct q_account_find account;
	int r = find_live(cx, session_hash(cx, token), &row, &account);
	if (r == ERR_NOTFOUND)
		return fail(cx, ERR_DENIED, "token.wrong");
	if (r < 0)
		return ctx_pass(cx, r);
	struct actor actor = {
		.account_id = account.id, .role = role_of(account.role),
		.name = text_of(cx, "%s（令牌：%s）", account.name, row.name),
		.region = account.region, .body_id = account.body_id,
		.person_id = account.linked_person_id, .ip = ip,
	};
	set_perms(&actor, row.scopes);
	*ret_actor = actor;
	return 0;
}
