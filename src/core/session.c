#include "core/session.h"

#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "core/setting.h"
#include "query/account.h"

enum {
	TOKEN_BYTES = 32,
	TOKEN_TEXT_MAX = 64,
	AGENT_CHARS = 200,
	TOUCH_SECONDS = 60,
	AHEAD_SECONDS = 600, /* by which clocks of several machines may differ */
};

static const char *const stages[] = {
	[SESSION_SECOND] = "second", [SESSION_ENROL] = "enrol",
	[SESSION_CHANGE] = "change", [SESSION_FULL] = "full",
};

static enum session_stage stage_of(const char *code)
{
	for (int i = SESSION_FULL; i > SESSION_SECOND; i--) {
		if (streq(stages[i], code))
			return (enum session_stage)i;
	}
	return SESSION_SECOND;
}

const char *session_hash(struct ctx *cx, const char *token)
{
	char hex[DIGEST_HEX];
	return arena_dup(cx->arena, crypto_sm3_hex(str_of(token), hex));
}

static const char *new_token(struct ctx *cx)
{
	unsigned char bytes[TOKEN_BYTES];
	auto_buf text;
	buf_init(&text, TOKEN_TEXT_MAX);
	ctx_random(cx, bytes, sizeof bytes);
	base64url_put(&text, bytes, sizeof bytes);
	return arena_str(cx->arena, buf_view(&text));
}

static const char *new_secret(struct ctx *cx)
{
	unsigned char bytes[TOKEN_BYTES];
	ctx_random(cx, bytes, sizeof bytes);
	return hex_text(cx->arena, bytes, sizeof bytes);
}

/* A full session lasts for hours, one that is still on its way for minutes. */
static int64_t expiry(struct ctx *cx, enum session_stage stage, int64_t now)
{
	if (stage == SESSION_FULL)
		return now + setting_int(cx, "session.hours", "", 0) * 3600;
	return now + setting_int(cx, "session.second_minutes", "", 0) * 60;
}

/* A browser may call itself anything, and not only in text. */
static const char *shown_agent(struct ctx *cx, const char *agent)
{
	struct str s = utf8_cut(str_of(agent), AGENT_CHARS);
	return utf8_is_text(s) ? arena_str(cx->arena, s) : "";
}

static int insert(struct ctx *cx, int64_t account_id, enum session_stage stage, const char *agent,
	const char **ret_token)
{
	int64_t now = ctx_wall(cx);
	const char *token = new_token(cx);
	int r = q_session_insert(cx->db, .token_hash = session_hash(cx, token),
		.account_id = account_id, .stage = stages[stage], .csrf_secret = new_secret(cx),
		.ip = cx->actor.ip, .agent = shown_agent(cx, agent), .created_at = now,
		.seen_at = now, .expires_at = expiry(cx, stage, now));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_token = token;
	return 0;
}

int session_open(struct ctx *cx, int64_t account_id, enum session_stage stage, const char *agent,
	const char **ret_token)
{
	return insert(cx, account_id, stage, agent, ret_token);
}

int session_advance(struct ctx *cx, const struct session *s, enum session_stage stage,
	const char **ret_token)
{
	struct q_session_find row;
	const char *token = NULL;
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_session_find(cx->db, &row, .token_hash = s->token_hash);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "session.ended");
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_session_delete(cx->db, .token_hash = s->token_hash);
	if (r < 0)
		return ctx_pass(cx, r);
	if (r == 0)
		return fail(cx, ERR_NOTFOUND, "session.ended");
	if ((r = insert(cx, s->account_id, stage, row.agent, &token)) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_token = token;
	return 0;
}

int session_end(struct ctx *cx, const struct session *s)
{
	int r = q_session_delete(cx->db, .token_hash = s->token_hash);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int session_end_all(struct ctx *cx, int64_t account_id, const char *except)
{
	int r = q_session_delete_others(cx->db, .account_id = account_id, .token_hash = except);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int session_sweep(struct ctx *cx)
{
	int64_t now = ctx_wall(cx);
	int64_t idle = setting_int(cx, "session.idle_minutes", "", 0) * 60;
	int r = q_session_delete_expired(cx->db, .now_at = now, .idle_at = now - idle);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* What cannot be written now is no reason to keep people from reading: on a full disk the session
 * goes on as it was, and one that has ended is swept later. */
static void if_possible(int r)
{
	(void)r;
}

/* Also when it was seen at a time to come: that was a clock which has been put right since. */
static bool has_ended(const struct q_session_find *row, int64_t now, int64_t idle)
{
	return row->expires_at <= now || row->seen_at + idle <= now ||
		row->seen_at > now + AHEAD_SECONDS;
}

/* The row, if it has not ended by now. */
static int find_live(struct ctx *cx, const char *hash, struct q_session_find *ret_row)
{
	int64_t now = ctx_wall(cx), idle_minutes;
	struct q_session_find row;
	int r = q_session_find(cx->db, &row, .token_hash = hash);
	if (r < 0)
		return r;
	if ((r = setting_get(cx, "session.idle_minutes", "", 0, &idle_minutes)) < 0)
		return r;
	if (has_ended(&row, now, idle_minutes * 60)) {
		if_possible(q_session_delete(cx->db, .token_hash = hash));
		return ERR_NOTFOUND;
	}
	if (now - row.seen_at >= TOUCH_SECONDS)
		if_possible(q_session_touch(cx->db, .token_hash = hash, .seen_at = now));
	*ret_row = row;
	return 0;
}

static struct actor actor_of(
	const struct q_account_find *account, enum session_stage stage, const char *ip)
{
	struct actor actor = {.role = ROLE_PUBLIC, .ip = ip,
		.token_perms = {UINT64_MAX, UINT64_MAX}};
	if (stage != SESSION_FULL)
		return actor;
	actor.account_id = account->id;
	actor.role = role_of(account->role);
	actor.name = account->name;
	actor.region = account->region;
	actor.body_id = account->body_id;
	actor.person_id = account->linked_person_id;
	return actor;
}

int actor_from_session(struct ctx *cx, const char *token, const char *ip,
	struct session *ret_session, struct actor *ret_actor)
{
	struct q_session_find row;
	struct q_account_find account;
	const char *hash = session_hash(cx, token);
	int r = find_live(cx, hash, &row);
	if (r == 0)
		r = q_account_find(cx->db, &account, .id = row.account_id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	if (r < 0 || !streq(account.state, "active") || role_of(account.role) >= ROLE_SYSTEM)
		return fail(cx, ERR_NOTFOUND, "session.ended");
	enum session_stage stage = stage_of(row.stage);
	*ret_session = (struct session){
		.account_id = account.id, .created_at = row.created_at,
			.expires_at = row.expires_at,
		.stage = stage, .token_hash = hash, .csrf_secret = row.csrf_secret,
			.name = account.name,
	};
	*ret_actor = actor_of(&account, stage, ip);
	return 0;
}
