#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "domain/exam/sitting_token.h"

#define SECRET_1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SECRET_2 "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

static const struct sitting_token token = {
	.person_id = 9007199254740993, .sitting_id = INT64_MAX, .exam_id = 3, .epoch = 7,
		.expires_at = 1000,
};

static struct keyring *keys_of(const char *hex)
{
	struct keyring *keys;
	assert_int_equal(keyring_from_hex(str_of(hex), &keys), 0);
	return keys;
}

static void what_was_made_is_read(void **state)
{
	(void)state;
	struct sitting_token t;
	auto_arena a = arena_new(1 << 20);
	struct keyring *old = keys_of(SECRET_1), *keys = keys_of(SECRET_2 "," SECRET_1);
	const char *text = sitting_token_make(old, a, &token);
	assert_true(strlen(text) <= SITTING_TOKEN_MAX);
	assert_int_equal(sitting_token_read(keys, str_of(text), 999, &t), 0);
	assert_memory_equal(&t, &token, sizeof t);
	assert_int_equal(sitting_token_read(keys, str_of(text), 1000, &t), ERR_STATE);
	keyring_free(old);
	keyring_free(keys);
}

static void one_byte_changed_is_refused(void **state)
{
	(void)state;
	struct sitting_token t;
	auto_arena a = arena_new(1 << 20);
	struct keyring *keys = keys_of(SECRET_1);
	char *text = arena_dup(a, sitting_token_make(keys, a, &token));
	size_t n = strlen(text);
	for (size_t i = 0; i < n; i++) {
		char was = text[i];
		text[i] = was == '8' ? '9' : '8';
		assert_int_equal(
			sitting_token_read(keys, (struct str){text, n}, 1, &t), ERR_INVALID);
		text[i] = was;
		assert_int_equal(
			sitting_token_read(keys, (struct str){text, i}, 1, &t), ERR_INVALID);
	}
	keyring_free(keys);
}

static void another_use_of_the_same_secret_does_not_sign(void **state)
{
	(void)state;
	struct sitting_token t;
	uint8_t mac[DIGEST_BYTES], own[DIGEST_BYTES];
	struct keyring *keys = keys_of(SECRET_1);
	keyring_mac(keys, KEY_SESSION, STR("1.1.1.1.1.9"), mac);
	keyring_mac(keys, KEY_SITTING, STR("1.1.1.1.1.9"), own);
	assert_memory_not_equal(mac, own, sizeof mac);
	assert_int_equal(sitting_token_read(keys, STR(""), 1, &t), ERR_INVALID);
	keyring_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_made_is_read),
		cmocka_unit_test(one_byte_changed_is_refused),
		cmocka_unit_test(another_use_of_the_same_secret_does_not_sign),
	};
	return cmocka_run_group_tests_name("sitting_token", tests, NULL, NULL);
}
