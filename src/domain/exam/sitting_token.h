/* What a candidate's browser holds of a running sitting: a text in the cookie `sitting`, signed by
 * the server's keys (KEY_SITTING) and readable without the database. It says which sitting, and
 * with which epoch the page took it over; whether that epoch is still the newest only the sitting's
 * row knows. */
#ifndef LUBAN_DOMAIN_EXAM_SITTING_TOKEN_H
#define LUBAN_DOMAIN_EXAM_SITTING_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/str.h"

#define SITTING_COOKIE "sitting"

enum { SITTING_TOKEN_MAX = 256 };

struct sitting_token {
	int64_t person_id, sitting_id, exam_id, epoch;
	int64_t expires_at; /* by the context's clock */
};

const char *sitting_token_make(
	const struct keyring *keys, struct arena *a, const struct sitting_token *t);
/* ERR_INVALID: not signed by us, or not such a text; ERR_STATE: expired (ret_token is set then
 * too). May be called from any thread. */
int sitting_token_read(const struct keyring *keys, struct str text, int64_t now,
	struct sitting_token *ret_token) MUST_CHECK;

#endif
