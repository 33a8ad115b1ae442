#include "domain/exam/sitting_token.h"

/* 1.PERSON.SITTING.EXAM.EPOCH.EXPIRES.MAC; the MAC is over all that stands before its dot. */
enum { NUMBERS = 6 };

const char *sitting_token_make(
	const struct keyring *keys, struct arena *a, const struct sitting_token *t)
{
	const char *text = arena_printf(a, "1.%lld.%lld.%lld.%lld.%lld", (long long)t->person_id,
		(long long)t->sitting_id, (long long)t->exam_id, (long long)t->epoch,
		(long long)t->expires_at);
	return arena_printf(a, "%s.%s", text, keyring_mac_hex(keys, KEY_SITTING, a, str_of(text)));
}

static bool read_numbers(struct str text, int64_t numbers[NUMBERS])
{
	for (int i = 0; i < NUMBERS; i++) {
		struct str part = str_cut(&text, '.');
		if (!str_to_i64(part, &numbers[i]) || numbers[i] <= 0)
			return false;
	}
	return text.n == 0;
}

int sitting_token_read(const struct keyring *keys, struct str text, int64_t now,
	struct sitting_token *ret_token)
{
	int64_t n[NUMBERS];
	if (text.n > SITTING_TOKEN_MAX || text.n < DIGEST_HEX)
		return ERR_INVALID;
	struct str head = {text.p, text.n - DIGEST_HEX};
	struct str hex = {text.p + head.n + 1, DIGEST_HEX - 1};
	if (text.p[head.n] != '.' || !keyring_mac_holds(keys, KEY_SITTING, head, hex) ||
		!read_numbers(head, n) || n[0] != 1)
		return ERR_INVALID;
	*ret_token = (struct sitting_token){n[1], n[2], n[3], n[4], n[5]};
	return now < n[5] ? 0 : ERR_STATE;
}
