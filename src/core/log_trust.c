#include "core/log_trust.h"

#include <string.h>

#include "base/hex.h"
#include "core/log_witness.h"
#include "core/signer.h"
#include "query/log.h"
#include "query/signer.h"

/* What log_key calls an issuing key: a name that no key of the log has. */
static const char *issuer_name(struct ctx *cx, const char *key_id)
{
	return text_of(cx, "issuer %s", key_id);
}

int log_issuer_lost(struct ctx *cx, const char *key_id)
{
	const char *name = issuer_name(cx, key_id);
	int r = (int)q_log_key_put(
		cx->db, .id = ctx_id(cx), .verifier_key = name, .created_at = ctx_now(cx));
	if (r >= 0)
		r = (int)q_log_key_end(
			cx->db, .verifier_key = name, .key_state = "lost", .ended_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static bool is_lost(struct ctx *cx, const struct q_log_keys_rows *keys, const char *key_id)
{
	const char *name = issuer_name(cx, key_id);
	for (size_t i = 0; i < keys->n; i++)
		if (streq(keys->at[i].verifier_key, name))
			return true;
	return false;
}

static void add_logs(const struct q_log_keys_rows *keys, struct trust *t)
{
	for (size_t i = 0; i < keys->n && t->n_logs < TRUST_LOGS_MAX; i++)
		if (!streq(keys->at[i].key_state, "lost") &&
			note_key_parse(
				str_of(keys->at[i].verifier_key), &t->logs[t->n_logs]) == 0)
			t->n_logs++;
}

static void add_issuer(struct trust *t, const char *key_id, const uint8_t *public_key)
{
	for (size_t i = 0; i < t->n_issuers; i++)
		if (streq(t->issuers[i].key_id, key_id))
			return;
	if (t->n_issuers == TRUST_ISSUERS_MAX || strlen(key_id) + 1 != SIGN_ID_HEX)
		return;
	struct trust_issuer *issuer = &t->issuers[t->n_issuers++];
	memcpy(issuer->key_id, key_id, SIGN_ID_HEX);
	memcpy(issuer->public_key, public_key, SIGN_PUBLIC_BYTES);
}

static int add_issuers(struct ctx *cx, const struct q_log_keys_rows *lost, struct trust *t)
{
	struct signer_public now[SIGN_USES];
	struct q_signer_keys_rows known;
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	size_t n = 0;
	if (signer_keys(cx, now, &n) < 0)
		ctx_clear(cx);
	for (size_t i = 0; i < n; i++)
		if (now[i].use == SIGN_CERTIFICATE && !is_lost(cx, lost, now[i].key_id))
			add_issuer(t, now[i].key_id, now[i].public_key);
	int r = q_signer_keys(cx->db, &known);
	for (size_t i = 0; r >= 0 && i < known.n; i++)
		if (streq(known.at[i].key_use, sign_use_code(SIGN_CERTIFICATE)) &&
			!is_lost(cx, lost, known.at[i].key_id) &&
			hex_read(str_of(known.at[i].public_key), public_key, sizeof public_key))
			add_issuer(t, known.at[i].key_id, public_key);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int log_trust(struct ctx *cx, struct trust *ret_trust)
{
	struct trust *t = arena_make(cx->arena, struct trust);
	struct note_key witnesses[LOG_WITNESSES_MAX];
	struct q_log_keys_rows keys;
	int r = q_log_keys(cx->db, &keys);
	if (r < 0)
		return ctx_pass(cx, r);
	add_logs(&keys, t);
	if (!t->n_logs)
		return fail(cx, ERR_NOTFOUND, "log.no_key");
	r = log_witness_keys(cx, witnesses, &t->n_witnesses, &t->quorum);
	if (r < 0)
		return r;
	memcpy(t->witnesses, witnesses, t->n_witnesses * sizeof *witnesses);
	if ((r = add_issuers(cx, &keys, t)) < 0)
		return r;
	*ret_trust = *t;
	return 0;
}
