/* Credentials in each of their three forms: what is taken is sound, is written and read again as
 * the same, also by way of the other forms, and does not hold unless a key that is trusted has
 * signed it: the one here has signed nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/credential_compact.h"
#include "base/credential_verify.h"

enum { ARENA_MAX = 16 << 20 };

static void same(const struct credential *a, const struct credential *b)
{
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		if (!str_eq(a->fields[i], b->fields[i]))
			abort();
	if (!str_eq(a->origin, b->origin) || !str_eq(a->leaf, b->leaf) || a->index != b->index ||
		!str_eq(a->note, b->note) || a->has_idno != b->has_idno ||
		!str_eq(a->idno, b->idno) || memcmp(a->salt, b->salt, sizeof a->salt) != 0 ||
		a->proof.n != b->proof.n ||
		memcmp(a->proof.hashes, b->proof.hashes, a->proof.n * MERKLE_BYTES) != 0)
		abort();
}

static void write_again(struct arena *a, const struct credential *c, struct str file, bool is_bytes)
{
	struct credential again;
	auto_buf json, bytes;
	buf_init(&json, 8 * CREDENTIAL_MAX);
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	if (credential_put(&json, c) != 0)
		abort();
	if (json.n <= CREDENTIAL_MAX) {
		if (credential_parse(a, buf_view(&json), &again) != 0)
			abort();
		same(c, &again);
	}
	int r = credential_compact_put(&bytes, c);
	if (is_bytes && (r != 0 || !str_eq(buf_view(&bytes), file)))
		abort();
	if (r == 0) {
		if (credential_compact_parse(a, buf_view(&bytes), &again) != 0)
			abort();
		same(c, &again);
	}
}

static void verify(const struct credential *c)
{
	/* RFC 8032, section 7.1, test 1 */
	static const uint8_t stranger[SIGN_PUBLIC_BYTES] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1,
		0x0a,
		0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda,
		0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
	struct trust t = {.n_logs = 1};
	if (note_key_make(NOTE_ED25519, c->origin, stranger, &t.logs[0]) != 0)
		return;
	struct credential_verifier v = {.trust = &t};
	struct credential_report r;
	credential_verify(&v, c, &r);
	if (r.holds || r.answers[CREDENTIAL_LOG] == CREDENTIAL_YES)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct credential c;
	struct str file = {(const char *)data, size};
	auto_arena a = arena_new(ARENA_MAX);
	if (credential_read(a, file, &c) != 0)
		return 0;
	if (!credential_is_sound(&c))
		abort();
	write_again(a, &c, file, credential_compact_parse(a, file, &c) == 0);
	verify(&c);
	return 0;
}
