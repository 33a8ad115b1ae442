#include "base/password.h"

#include <argon2.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"

enum { LANES = 1, SALT_BYTES = 16, HASH_BYTES = 32, ENCODED_MAX = 160 };

static uint32_t memory = 19456, passes = 2;

void password_set_cost(uint32_t memory_kib, uint32_t passes_wanted)
{
	memory = memory_kib;
	passes = passes_wanted;
}

static void encode(struct str password, char out[ENCODED_MAX])
{
	uint8_t salt[SALT_BYTES];
	crypto_random(salt, sizeof salt);
	int err = argon2id_hash_encoded(passes, memory, LANES, password.p, password.n, salt,
		sizeof salt, HASH_BYTES, out, ENCODED_MAX);
	if (err)
		log_die("argon2id failed: %s", argon2_error_message(err));
}

int password_hash(struct arena *a, struct str password, const char **ret_hash)
{
	char text[ENCODED_MAX];
	if (password.n > PASSWORD_BYTES_MAX)
		return ERR_LIMIT;
	encode(password, text);
	*ret_hash = arena_dup(a, text);
	return 0;
}

bool password_is(const char *hash, struct str password)
{
	if (password.n > PASSWORD_BYTES_MAX)
		return false;
	if (!hash || !*hash) {
		char unused[ENCODED_MAX];
		encode(password, unused);
		return false;
	}
	return argon2id_verify(hash, password.p, password.n) == ARGON2_OK;
}

bool password_is_stale(const char *hash)
{
	char want[64];
	snprintf(want, sizeof want, "$argon2id$v=19$m=%u,t=%u,p=%d$", memory, passes, LANES);
	return !hash || strncmp(hash, want, strlen(want)) != 0;
}
