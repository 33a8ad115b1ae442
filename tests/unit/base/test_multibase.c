#include "base/multibase.h"

#include <string.h>

#include "base/hex.h"
#include "support.h"

/* draft-msporny-base58-03, section 5; Bitcoin Core, src/test/data/base58_encode_decode.json. */
static void published_vectors(void **state)
{
	(void)state;
	static const char *const all[][2] = {{"", ""}, {"61", "2g"}, {"626262", "a3gV"},
		{"48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"}, {"0000287fb4cd", "11233QC4"},
		{"73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"},
		{"516b6fcd0f", "ABnLTmg"}, {"00000000000000000000", "1111111111"}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		uint8_t bytes[64];
		size_t n = strlen(all[i][0]) / 2;
		auto_buf b, back;
		buf_init(&b, 256);
		buf_init(&back, 256);
		assert_true(hex_read(str_of(all[i][0]), bytes, n));
		base58_put(&b, bytes, n);
		assert_string_equal(buf_z(&b), all[i][1]);
		assert_true(base58_read(buf_view(&b), &back));
		assert_int_equal(back.n, n);
		assert_true(!n || memcmp(back.p, bytes, n) == 0);
	}
}

static void refuses(void **state)
{
	(void)state;
	auto_buf b, small;
	buf_init(&b, 256);
	buf_init(&small, 2);
	assert_false(base58_read(STR("0"), &b));
	assert_false(base58_read(STR("2gl"), &b));
	assert_false(base58_read(STR("2g "), &b));
	assert_false(base58_read(STR("a3gV"), &small));
	assert_int_equal(small.n, 0);
	char longest[400];
	memset(longest, 'z', sizeof longest);
	assert_false(base58_read((struct str){longest, sizeof longest}, &b));
	memset(longest, '1', sizeof longest);
	assert_false(base58_read((struct str){longest, 300}, &b));
}

/* W3C vc-di-eddsa, appendix B: the key pair of the examples. */
static void keys(void **state)
{
	(void)state;
	uint8_t seed[SIGN_SEED_BYTES], key[SIGN_PUBLIC_BYTES], again[SIGN_PUBLIC_BYTES];
	char text[MULTIKEY_TEXT];
	assert_true(hex_read(STR("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed"
		"6"), seed, sizeof seed));
	sign_public(seed, key);
	assert_string_equal(
		multikey_put(key, text), "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2");
	assert_true(multikey_read(str_of(text), again));
	assert_memory_equal(key, again, sizeof key);
	assert_false(multikey_read(str_of(text + 1), again));
	text[strlen(text) - 1] = 0;
	assert_false(multikey_read(str_of(text), again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(published_vectors),
		cmocka_unit_test(refuses), cmocka_unit_test(keys)};
	return cmocka_run_group_tests_name("multibase", tests, NULL, NULL);
}
