/* Passwords as argon2id hashes (RFC 9106) in their usual text form, with a salt of their own. */
#ifndef LUBAN_BASE_PASSWORD_H
#define LUBAN_BASE_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { PASSWORD_BYTES_MAX = 512 };

/* 19456 KiB, 2 passes, 1 lane unless set; tests and demo data set a cheaper one at start, before
 * any thread. */
void password_set_cost(uint32_t memory_kib, uint32_t passes);

/* ERR_LIMIT when longer than PASSWORD_BYTES_MAX. */
int password_hash(struct arena *a, struct str password, const char **ret_hash) MUST_CHECK;
/* hash NULL or "" (no such account): takes as long as a wrong password and is false. */
bool password_is(const char *hash, struct str password);
/* Made with another cost than the present one: make it anew at the next log-in. */
bool password_is_stale(const char *hash);

#endif
