#include "web/auth.h"

#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "core/token.h"
#include "web/site.h"

enum { TOKEN_BYTES = 16, TOKEN_MAX = 200 };

static int identify_program(struct exchange *ex, const char *token)
{
	struct actor actor;
	int r = actor_from_token(&ex->cx, token, ex->ip, &actor);
	if (r < 0)
		return r;
	ex->bearer = true;
	ctx_act_as(&ex->cx, &actor);
	return 0;
}

/* A session that has ended is none: its cookie goes, the visitor is the public. */
static int identify_person(struct exchange *ex, const char *token)
{
	struct session *session = arena_make(ex->arena, struct session);
	struct actor actor;
	int r = actor_from_session(&ex->cx, token, ex->ip, session, &actor);
	if (r == ERR_NOTFOUND) {
		ctx_clear(&ex->cx);
		auth_end(ex);
		return 0;
	}
	if (r < 0)
		return r;
	ex->session = session;
	ctx_act_as(&ex->cx, &actor);
	return 0;
}

int auth_identify(struct exchange *ex)
{
	struct actor visitor = {.role = ROLE_PUBLIC, .ip = ex->ip,
		.token_perms = {UINT64_MAX, UINT64_MAX}};
	const char *authorization = exchange_header(ex, "Authorization"),
		*token = exchange_cookie(ex, "session");
	ctx_act_as(&ex->cx, &visitor);
	if (strncasecmp(authorization, "Bearer ", 7) == 0)
		return identify_program(ex, authorization + 7);
	return *token && strlen(token) <= TOKEN_MAX ? identify_person(ex, token) : 0;
}

struct actor auth_act_for_visitor(struct exchange *ex, const char *name)
{
	struct actor before = ex->cx.actor;
	ctx_act_as(&ex->cx, &(struct actor){.role = ROLE_SYSTEM, .name = name, .ip = ex->ip,
		.token_perms = {UINT64_MAX, UINT64_MAX}});
	return before;
}

void auth_act_as_before(struct exchange *ex, const struct actor *before)
{
	ctx_act_as(&ex->cx, before);
}

bool auth_is_in(const struct exchange *ex)
{
	return ex->cx.actor.account_id;
}

/* The cookie goes with the browser; how long the session lives is kept in the database. */
void auth_begin(struct exchange *ex, const char *token)
{
	answer_cookie(ex, "session", token, -1);
}

void auth_end(struct exchange *ex)
{
	answer_cookie(ex, "session", "", 0);
}

/* The cookie of a visitor lives as long as the browser; it says nothing about anybody. */
static const char *visitor_token(struct exchange *ex)
{
	const char *token = exchange_cookie(ex, "visitor");
	if (strlen(token) == 2 * TOKEN_BYTES)
		return token;
	if (!ex->visitor)
		ex->visitor = exchange_token(ex, TOKEN_BYTES);
	return ex->visitor;
}

const char *auth_browser(struct exchange *ex)
{
	return visitor_token(ex);
}

static const char *csrf_of(struct exchange *ex, const char *token)
{
	uint8_t mac[DIGEST_BYTES];
	keyring_mac(ex->cx.keys, KEY_CSRF, str_of(token), mac);
	return hex_text(ex->arena, mac, TOKEN_BYTES);
}

const char *auth_csrf(struct exchange *ex)
{
	if (!ex->csrf)
		ex->csrf = csrf_of(ex, ex->session ? ex->session->csrf_secret : visitor_token(ex));
	return ex->csrf;
}

/* Browsers say where a form stands: Origin, and newer ones Sec-Fetch-Site. */
bool auth_is_foreign(struct exchange *ex)
{
	const char *site = exchange_header(ex, "Sec-Fetch-Site");
	if (*site)
		return !streq(site, "same-origin") && !streq(site, "none");
	struct str origin = str_of(exchange_header(ex, "Origin"));
	const char *host = exchange_header(ex, "Host");
	if (!origin.n)
		return false;
	return !str_is(origin, text_of(&ex->cx, "http://%s", host)) &&
		!str_is(origin, text_of(&ex->cx, "https://%s", host));
}

bool auth_csrf_is_right(struct exchange *ex)
{
	const char *given = exchange_header(ex, "X-CSRF-Token");
	if (auth_is_foreign(ex))
		return false;
	if (!*given)
		given = values_text(ex->arena, &ex->values, "csrf");
	const char *token = ex->session ? ex->session->csrf_secret : exchange_cookie(ex, "visitor");
	return *token && crypto_equal(str_of(given), str_of(csrf_of(ex, token)));
}
