#include "web/exchange.h"

#include <string.h>
#include <sys/random.h>

#include "base/hex.h"
#include "base/log.h"

static const char *cookie_name(struct exchange *ex, const char *name)
{
	return text_of(&ex->cx, "%sluban-%s", ex->secure ? "__Host-" : "", name);
}

void answer_header(struct exchange *ex, const char *name, const char *value)
{
	struct reply *out = &ex->out;
	if (out->n_headers == HEADERS_MAX)
		log_die("more than %d reply headers", HEADERS_MAX);
	out->headers[out->n_headers++] = (struct header){name, value};
}

void answer_cookie(struct exchange *ex, const char *name, const char *value, int64_t max_age)
{
	const char *life = max_age < 0 ? "" : text_of(&ex->cx, "; Max-Age=%lld",
		(long long)max_age);
	answer_header(ex, "Set-Cookie",
		text_of(&ex->cx, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
		cookie_name(ex, name), value, ex->secure ? "; Secure" : "", life));
}

void answer_cookie_strict(struct exchange *ex, const char *name, const char *value)
{
	answer_header(ex, "Set-Cookie",
		text_of(&ex->cx, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s",
		cookie_name(ex, name), value, ex->secure ? "; Secure" : ""));
}

const char *exchange_header(struct exchange *ex, const char *name)
{
	const char *value = ex->header(ex->conn, name);
	return value ? value : "";
}

const char *exchange_any_cookie(struct exchange *ex, const char *name)
{
	struct str rest = str_of(exchange_header(ex, "Cookie"));
	while (rest.n) {
		struct str value = str_trim(str_cut(&rest, ';'));
		if (str_is(str_cut(&value, '='), name))
			return arena_str(ex->arena, value);
	}
	return "";
}

const char *exchange_cookie(struct exchange *ex, const char *name)
{
	return exchange_any_cookie(ex, cookie_name(ex, name));
}

void exchange_random(struct exchange *ex, void *p, size_t n)
{
	struct worker *w = ex->worker;
	if (n > sizeof w->pool)
		log_die("too much randomness asked for: %zu", n);
	if (w->pool_n < n) {
		for (size_t have = 0; have < sizeof w->pool;) {
			ssize_t got = getrandom(w->pool + have, sizeof w->pool - have, 0);
			if (got > 0)
				have += (size_t)got;
		}
		w->pool_n = sizeof w->pool;
	}
	w->pool_n -= n;
	memcpy(p, w->pool + w->pool_n, n);
	explicit_bzero(w->pool + w->pool_n, n);
}

const char *exchange_token(struct exchange *ex, size_t n)
{
	uint8_t *bytes = arena_alloc(ex->arena, n);
	exchange_random(ex, bytes, n);
	return hex_text(ex->arena, bytes, n);
}

bool values_add(struct arena *a, struct values *v, const char *name, struct str text,
	const char *filename)
{
	if (v->n == VALUES_MAX)
		return false;
	if (v->n == v->cap) {
		size_t cap = v->cap ? v->cap * 2 : 16;
		struct raw_value *at = arena_array(a, struct raw_value, cap);
		if (v->n)
			memcpy(at, v->at, v->n * sizeof *at);
		v->at = at;
		v->cap = cap;
	}
	v->at[v->n++] = (struct raw_value){.name = name, .text = text, .filename = filename};
	return true;
}

const char *values_text(struct arena *a, const struct values *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (streq(v->at[i].name, name) && !v->at[i].filename)
			return arena_str(a, v->at[i].text);
	return "";
}
