#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <pthread.h>

#include "base/crypto.h"
#include "base/hex.h"

#define SECRET_1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SECRET_2 "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

static void sm3_of_the_standard(void **state)
{
	(void)state;
	char out[DIGEST_HEX];
	/* GB/T 32905-2016, appendix A. */
	assert_string_equal(crypto_sm3_hex(STR("abc"), out),
		"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	assert_string_equal(
		crypto_sm3_hex(
			STR("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd"),
			out),
		"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

static void sha256_of_the_standard(void **state)
{
	(void)state;
	char out[DIGEST_HEX];
	assert_string_equal(crypto_sha256_hex(STR("abc"), out),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(crypto_sha256_hex(STR(""), out),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void piece_by_piece_is_the_same(void **state)
{
	(void)state;
	uint8_t whole[DIGEST_BYTES], pieces[DIGEST_BYTES];
	crypto_sm3(STR("abcdefgh"), whole);
	struct digest *d = digest_new(DIGEST_SM3);
	digest_add(d, "abc", 3);
	digest_add(d, NULL, 0);
	digest_add(d, "defgh", 5);
	digest_finish(d, pieces);
	assert_memory_equal(whole, pieces, DIGEST_BYTES);
	digest_finish(digest_new(DIGEST_SHA256), NULL);
}

static struct str bytes_of(struct buf *b, const char *hex)
{
	unsigned char bytes[256];
	size_t n = strlen(hex) / 2;
	assert_true(hex_read(str_of(hex), bytes, n));
	buf_init(b, sizeof bytes);
	buf_put(b, bytes, n);
	return buf_view(b);
}

/* GM/T 0042-2015, appendix D.3. */
static void hmac_sm3_vectors(void **state)
{
	static const struct {
		const char *key, *text, *mac;
	} vectors[] = {
		{"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
			"61626364626364656364656664656667656667686667"
			"68696768696a68696a6b696a6b6c6a6b6c6d6b6c6d6e"
			"6c6d6e6f6d6e6f706e6f707161626364626364656364"
			"65666465666765666768666768696768696a68696a6b"
			"696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071",
			"ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"},
		{"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425",
			"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
			"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
			"cdcdcd"
			"cdcdcd",
			"220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae"},
		{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
			"4869205468657265",
			"c0ba18c68b90c88bc07de794bfc7d2c8d19ec31ed8773bc2b390c9604e0be11e"},
		{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
			"2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		auto_buf key, text;
		uint8_t out[DIGEST_BYTES];
		char hex[DIGEST_HEX];
		crypto_hmac_sm3(
			bytes_of(&key, vectors[i].key), bytes_of(&text, vectors[i].text), out);
		assert_string_equal(hex_write(out, sizeof out, hex), vectors[i].mac);
	}
}

/* GB/T 32907-2016, appendix A.1: in counter mode the block is what the counter block encrypts to.
 * Then draft-ribose-cfrg-sm4, appendix A.2.5. */
static void sm4_vectors(void **state)
{
	(void)state;
	auto_buf key, iv, text;
	uint8_t zeros[16] = {0}, out[64];
	char hex[129];
	struct str k = bytes_of(&key, "0123456789abcdeffedcba9876543210");
	crypto_sm4_ctr(
		(const uint8_t *)k.p, (const uint8_t *)k.p, (struct str){(char *)zeros, 16}, out);
	assert_string_equal(hex_write(out, 16, hex), "681edf34d206965e86b3e94f536e4246");
	struct str counter = bytes_of(&iv, "000102030405060708090a0b0c0d0e0f");
	struct str plain = bytes_of(&text,
		"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
		"eeeeeeeeeeeeeeeeffffffffffffffffaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb");
	crypto_sm4_ctr((const uint8_t *)k.p, (const uint8_t *)counter.p, plain, out);
	assert_string_equal(hex_write(out, 64, hex),
		"ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7"
		"f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514");
}

/* GB/T 32907-2016, appendix A.2: the block of A.1 enciphered a million times under the same key. */
static void sm4_a_million_times(void **state)
{
	(void)state;
	auto_buf key;
	uint8_t zeros[16] = {0}, block[16], next[16];
	char hex[33];
	struct str k = bytes_of(&key, "0123456789abcdeffedcba9876543210");
	memcpy(block, k.p, sizeof block);
	for (int i = 0; i < 1000000; i++) {
		crypto_sm4_ctr((const uint8_t *)k.p, block, (struct str){(char *)zeros, 16}, next);
		memcpy(block, next, sizeof block);
	}
	assert_string_equal(hex_write(block, 16, hex), "595298c7c6fd271f0402f804c33d3f66");
}

/* McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test cases 13 and 14. */
static void aes_gcm_vectors(void **state)
{
	(void)state;
	uint8_t zeros[32] = {0}, out[32];
	char hex[65];
	crypto_aes_gcm(zeros, zeros, STR(""), out);
	assert_string_equal(hex_write(out, 16, hex), "530f8afbc74536b9a963b4f1c4cb738b");
	crypto_aes_gcm(zeros, zeros, (struct str){(char *)zeros, 16}, out);
	assert_string_equal(hex_write(out, 32, hex),
		"cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

/* HMAC by its definition over SM3, with keys shorter and longer than a block. */
static void hmac_sm3_is_hmac(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 100; n += 20) {
		uint8_t key[100], block[64] = {0}, pad[64 + 40], inner[DIGEST_BYTES],
				  want[DIGEST_BYTES], got[DIGEST_BYTES];
		memset(key, 0x5a, sizeof key);
		if (n > 64)
			crypto_sm3((struct str){(char *)key, n}, block);
		else
			memcpy(block, key, n);
		for (size_t i = 0; i < 64; i++)
			pad[i] = block[i] ^ 0x36;
		memset(pad + 64, 'm', 40);
		crypto_sm3((struct str){(char *)pad, 104}, inner);
		for (size_t i = 0; i < 64; i++)
			pad[i] = block[i] ^ 0x5c;
		memcpy(pad + 64, inner, 32);
		crypto_sm3((struct str){(char *)pad, 96}, want);
		char message[40];
		memset(message, 'm', 40);
		crypto_hmac_sm3((struct str){(char *)key, n}, (struct str){message, 40}, got);
		assert_memory_equal(got, want, DIGEST_BYTES);
	}
}

static void equal_and_random(void **state)
{
	(void)state;
	uint8_t a[600] = {0}, b[600] = {0};
	assert_true(crypto_equal(STR("abc"), STR("abc")));
	assert_false(crypto_equal(STR("abc"), STR("abd")));
	assert_false(crypto_equal(STR("abc"), STR("ab")));
	assert_true(crypto_equal(STR_NONE, STR("")));
	crypto_random(a, sizeof a);
	crypto_random(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	assert_memory_not_equal(a + 570, b + 570, 30);
}

static struct keyring *ring(const char *secrets)
{
	struct keyring *keys;
	assert_int_equal(keyring_from_hex(str_of(secrets), &keys), 0);
	return keys;
}

static void secrets_are_checked(void **state)
{
	(void)state;
	struct keyring *keys = NULL;
	assert_int_equal(keyring_from_hex(STR(""), &keys), ERR_INVALID);
	assert_int_equal(keyring_from_hex(STR("00ff"), &keys), ERR_INVALID);
	assert_int_equal(keyring_from_hex(STR(SECRET_1 "," SECRET_2 "x"), &keys), ERR_INVALID);
	assert_int_equal(
		keyring_from_hex(STR(SECRET_1 " " SECRET_1 " " SECRET_1 " " SECRET_1 " " SECRET_1
					      " " SECRET_1 " " SECRET_1 " " SECRET_1 " " SECRET_1),
			&keys),
		ERR_LIMIT);
	assert_null(keys);
	keys = ring(" " SECRET_1 ",\n" SECRET_2 "\n");
	assert_int_equal(keyring_count(keys), 2);
	keyring_free(keys);
}

static void sealed_texts_open(void **state)
{
	static const char *const texts[] = {
		"", "1", "11010519491231002X", "山东省威海市环翠区文化中路1号"};
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct keyring *keys = ring(SECRET_1);
	for (size_t i = 0; i < 4; i++) {
		const char *plain;
		const char *one = keyring_seal(keys, a, "person.idno", str_of(texts[i]));
		const char *two = keyring_seal(keys, a, "person.idno", str_of(texts[i]));
		assert_string_not_equal(one, two);
		assert_int_equal(keyring_open(keys, a, "person.idno", str_of(one), &plain), 0);
		assert_string_equal(plain, texts[i]);
	}
	keyring_free(keys);
}

static void sealed_texts_hide(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct keyring *keys = ring(SECRET_1);
	auto_buf bytes;
	buf_init(&bytes, 1000);
	assert_true(base64url_read(
		str_of(keyring_seal(keys, a, "p", STR("11010519491231002X"))), &bytes));
	assert_null(memmem(bytes.p, bytes.n, "1101", 4));
	assert_int_equal(bytes.n, 1 + 4 + 16 + 18 + 32);
	keyring_free(keys);
}

static void changed_or_misplaced_texts_do_not_open(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct keyring *keys = ring(SECRET_1), *other = ring(SECRET_2);
	const char *sealed = keyring_seal(keys, a, "person.idno", STR("11010519491231002X"));
	const char *plain = "untouched";
	assert_int_equal(
		keyring_open(keys, a, "person.phone", str_of(sealed), &plain), ERR_INVALID);
	assert_int_equal(
		keyring_open(other, a, "person.idno", str_of(sealed), &plain), ERR_INVALID);
	assert_int_equal(keyring_open(keys, a, "person.idno", STR(""), &plain), ERR_INVALID);
	assert_int_equal(
		keyring_open(keys, a, "person.idno", STR("plain text"), &plain), ERR_INVALID);
	size_t n = strlen(sealed);
	for (size_t i = 0; i < n; i++) {
		char *bad = arena_dup(a, sealed);
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		assert_int_equal(
			keyring_open(keys, a, "person.idno", str_of(bad), &plain), ERR_INVALID);
		assert_int_equal(
			keyring_open(keys, a, "person.idno", (struct str){sealed, i}, &plain),
			ERR_INVALID);
	}
	assert_string_equal(plain, "untouched");
	keyring_free(keys);
	keyring_free(other);
}

static void secrets_can_be_changed(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct keyring *before = ring(SECRET_1), *during = ring(SECRET_2 "," SECRET_1),
		       *after = ring(SECRET_2);
	const char *plain;
	const char *sealed = keyring_seal(before, a, "p", STR("text"));
	assert_false(keyring_is_stale(before, str_of(sealed)));
	assert_true(keyring_is_stale(during, str_of(sealed)));
	assert_true(keyring_is_stale(during, STR("")));
	assert_int_equal(keyring_open(during, a, "p", str_of(sealed), &plain), 0);
	sealed = keyring_seal(during, a, "p", str_of(plain));
	assert_false(keyring_is_stale(during, str_of(sealed)));
	assert_int_equal(keyring_open(after, a, "p", str_of(sealed), &plain), 0);
	assert_string_equal(plain, "text");
	assert_string_equal(keyring_blind_index_by(during, 1, a, "p", STR("x")),
		keyring_blind_index(before, a, "p", STR("x")));
	assert_string_equal(keyring_blind_index(during, a, "p", STR("x")),
		keyring_blind_index(after, a, "p", STR("x")));
	struct str mac = str_of(keyring_mac_hex(before, KEY_TICKET, a, STR("ticket")));
	assert_true(keyring_mac_holds(during, KEY_TICKET, STR("ticket"), mac));
	assert_false(keyring_mac_holds(after, KEY_TICKET, STR("ticket"), mac));
	assert_false(keyring_mac_holds(before, KEY_TICKET, STR("ticket"),
		(struct str){mac.p, mac.n - 2}));
	keyring_free(before);
	keyring_free(during);
	keyring_free(after);
}

static void blind_indexes(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct keyring *keys = ring(SECRET_1), *other = ring(SECRET_2);
	const char *index = keyring_blind_index(keys, a, "person.idno", STR("1"));
	assert_int_equal(strlen(index), 64);
	assert_string_equal(index, keyring_blind_index(keys, a, "person.idno", STR("1")));
	assert_string_not_equal(index, keyring_blind_index(keys, a, "person.idno", STR("2")));
	assert_string_not_equal(index, keyring_blind_index(keys, a, "person.phone", STR("1")));
	assert_string_not_equal(index, keyring_blind_index(other, a, "person.idno", STR("1")));
	assert_string_not_equal(keyring_blind_index(keys, a, "ab", STR("c")),
		keyring_blind_index(keys, a, "a", STR("bc")));
	keyring_free(keys);
	keyring_free(other);
}

static void each_use_has_its_own_key(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 16);
	struct keyring *keys = ring(SECRET_1);
	uint8_t macs[KEY_USES][DIGEST_BYTES];
	for (int i = 0; i < KEY_USES; i++) {
		keyring_mac(keys, (enum key_use)i, STR("same"), macs[i]);
		struct str hex = str_of(hex_text(a, macs[i], DIGEST_BYTES));
		assert_true(keyring_mac_holds(keys, (enum key_use)i, STR("same"), hex));
		assert_false(keyring_mac_holds(keys, (enum key_use)i, STR("sane"), hex));
		for (int k = 0; k < i; k++)
			assert_memory_not_equal(macs[i], macs[k], DIGEST_BYTES);
	}
	keyring_free(keys);
}

/* RFC 5869 by hand: the key of KEY_TICKET is HKDF-SM3(secret, salt, "ticket"). What is sealed today
 * must open with every later version of the program. */
static void keys_are_derived_by_hkdf(void **state)
{
	(void)state;
	uint8_t secret[32], prk[DIGEST_BYTES], key[DIGEST_BYTES], want[DIGEST_BYTES],
		got[DIGEST_BYTES];
	assert_true(hex_read(STR(SECRET_1), secret, sizeof secret));
	crypto_hmac_sm3(STR("luban keyring 1"), (struct str){(char *)secret, 32}, prk);
	crypto_hmac_sm3((struct str){(char *)prk, 32}, STR("ticket\x01"), key);
	crypto_hmac_sm3((struct str){(char *)key, 32}, STR("text"), want);
	struct keyring *keys = ring(SECRET_1);
	keyring_mac(keys, KEY_TICKET, STR("text"), got);
	assert_memory_equal(got, want, DIGEST_BYTES);
	keyring_free(keys);
}

static void *seal_much(void *keys)
{
	auto_arena a = arena_new(1 << 24);
	bool good = true;
	for (int i = 0; i < 500; i++) {
		const char *plain = "";
		const char *text = arena_printf(a, "%d", i);
		const char *sealed = keyring_seal(keys, a, "p", str_of(text));
		good = good && keyring_open(keys, a, "p", str_of(sealed), &plain) == 0 &&
			streq(plain, text);
	}
	return good ? keys : NULL;
}

static void threads_share_a_ring(void **state)
{
	(void)state;
	struct keyring *keys = ring(SECRET_1);
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, seal_much, keys), 0);
	for (int i = 0; i < 4; i++) {
		void *good;
		pthread_join(threads[i], &good);
		assert_non_null(good);
	}
	keyring_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sm3_of_the_standard),
		cmocka_unit_test(sha256_of_the_standard),
		cmocka_unit_test(piece_by_piece_is_the_same),
		cmocka_unit_test(hmac_sm3_vectors),
		cmocka_unit_test(hmac_sm3_is_hmac),
		cmocka_unit_test(sm4_vectors),
		cmocka_unit_test(sm4_a_million_times),
		cmocka_unit_test(aes_gcm_vectors),
		cmocka_unit_test(equal_and_random),
		cmocka_unit_test(secrets_are_checked),
		cmocka_unit_test(sealed_texts_open),
		cmocka_unit_test(sealed_texts_hide),
		cmocka_unit_test(changed_or_misplaced_texts_do_not_open),
		cmocka_unit_test(secrets_can_be_changed),
		cmocka_unit_test(blind_indexes),
		cmocka_unit_test(each_use_has_its_own_key),
		cmocka_unit_test(keys_are_derived_by_hkdf),
		cmocka_unit_test(threads_share_a_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
