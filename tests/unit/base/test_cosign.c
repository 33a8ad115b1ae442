#include "base/cosign.h"

#include <stdio.h>
#include <string.h>

#include "support.h"

#define NOTE_TEXT "example.com/log\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" \
	"\n— x AAAAAAA=\n"

/* Written and read again it is the same, for every length of a proof. */
static void every_proof(void **state)
{
	(void)state;
	for (size_t n = 0; n <= COSIGN_PROOF_MAX; n++) {
		struct cosign_request rq = {.old_size = n * 1000, .note = STR(NOTE_TEXT)}, again;
		auto_buf body;
		buf_init(&body, COSIGN_REQUEST_MAX);
		rq.proof.n = n;
		for (size_t i = 0; i < n; i++)
			memset(rq.proof.hashes[i].bytes, (int)(i + n), MERKLE_BYTES);
		assert_int_equal(cosign_put(&body, &rq), 0);
		assert_int_equal(cosign_parse(buf_view(&body), &again), 0);
		assert_int_equal(again.old_size, rq.old_size);
		assert_int_equal(again.proof.n, n);
		assert_memory_equal(&again.proof, &rq.proof, sizeof rq.proof);
		assert_true(str_is(again.note, NOTE_TEXT));
		for (size_t cut = 0; cut < body.n - again.note.n; cut++)
			assert_int_equal(cosign_parse((struct str){body.p, cut}, &again),
				ERR_INVALID);
	}
	struct cosign_request long_one = {.proof.n = COSIGN_PROOF_MAX + 1, .note = STR("x")};
	auto_buf body;
	buf_init(&body, COSIGN_REQUEST_MAX);
	assert_int_equal(cosign_put(&body, &long_one), ERR_LIMIT);
}

static void malformed(void **state)
{
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	static const char *const bad[] = {"", "\n", "old\n\nx", "old \n\nx", "old 1", "old 1\n",
		"old 1\n\n", "old  1\n\nx", "old 01\n\nx", "old +1\n\nx", "old -1\n\nx",
		"old 1 \n\nx", "old 9223372036854775808\n\nx", "Old 1\n\nx", "old 1\r\n\r\nx",
		"old 1\nAAAA\n\nx", "old 1\n" HASH " " HASH "\nx", "old 1\n" HASH "x"};
	struct cosign_request rq;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(cosign_parse(str_of(bad[i]), &rq), ERR_INVALID);
	assert_int_equal(cosign_parse(str_of("old 0\n\nx"), &rq), 0);
	assert_int_equal(cosign_parse(str_of("old 1\n" HASH HASH "\nx"), &rq), 0);
	assert_int_equal(rq.proof.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_proof),
		cmocka_unit_test(malformed),
	};
	return cmocka_run_group_tests_name("cosign", tests, NULL, NULL);
}
