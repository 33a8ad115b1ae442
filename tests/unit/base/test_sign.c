#include "base/sign.h"

#include <string.h>

#include "base/hex.h"
#include "support.h"

/* RFC 8032, section 7.1: TEST 1, TEST 2, TEST 3. */
static const struct {
	const char *seed, *public_key, *message, *signature;
} vectors[] = {
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
		"5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
		"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
		"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
		"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void rfc_8032(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		uint8_t seed[SIGN_SEED_BYTES], want[SIGN_BYTES], made[SIGN_BYTES],
			public_key[SIGN_PUBLIC_BYTES], wanted_key[SIGN_PUBLIC_BYTES];
		char message[2];
		size_t n = strlen(vectors[i].message) / 2;
		assert_true(hex_read(str_of(vectors[i].seed), seed, sizeof seed));
		assert_true(hex_read(
			str_of(vectors[i].public_key), wanted_key, sizeof wanted_key));
		assert_true(hex_read(str_of(vectors[i].message), message, n));
		assert_true(hex_read(str_of(vectors[i].signature), want, sizeof want));
		sign_public(seed, public_key);
		assert_memory_equal(public_key, wanted_key, sizeof public_key);
		sign_make(seed, (struct str){message, n}, made);
		assert_memory_equal(made, want, sizeof made);
		for (size_t bit = 0; bit < 8 * SIGN_BYTES; bit++) {
			made[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_false(sign_holds(public_key, (struct str){message, n}, made));
			made[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_true(sign_holds(public_key, (struct str){message, n}, made));
		assert_false(sign_holds(public_key, STR("other"), made));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_8032),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
