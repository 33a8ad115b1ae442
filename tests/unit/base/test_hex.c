#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/hex.h"

/* RFC 4648, section 10. */
static const struct {
	const char *plain, *b64, *b32, *b16;
} vectors[] = {
        {"", "", "", ""},
        {"f", "Zg==", "MY", "66"},
        {"fo", "Zm8=", "MZXQ", "666f"},
        {"foo", "Zm9v", "MZXW6", "666f6f"},
        {"foob", "Zm9vYg==", "MZXW6YQ", "666f6f62"},
        {"fooba", "Zm9vYmE=", "MZXW6YTB", "666f6f6261"},
        {"foobar", "Zm9vYmFy", "MZXW6YTBOI", "666f6f626172"},
};

static void published_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const char *plain = vectors[i].plain;
		char hex[32];
		auto_buf b;
		buf_init(&b, 100);
		assert_string_equal(hex_write(plain, strlen(plain), hex), vectors[i].b16);
		base32_put(&b, plain, strlen(plain));
		assert_string_equal(buf_z(&b), vectors[i].b32);
		buf_reset(&b);
		base64_put(&b, plain, strlen(plain));
		assert_string_equal(buf_z(&b), vectors[i].b64);
		buf_reset(&b);
		assert_true(base64_read(str_of(vectors[i].b64), &b));
		assert_true(base32_read(str_of(vectors[i].b32), &b));
		assert_int_equal(b.n, 2 * strlen(plain));
		assert_true(str_starts(buf_view(&b), plain) && str_ends(buf_view(&b), plain));
	}
}

static void every_byte_comes_back(void **state)
{
	(void)state;
	unsigned char all[256], back[256];
	char hex[513];
	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	for (size_t n = 0; n <= 256; n++) {
		auto_buf text, out;
		buf_init(&text, 1000);
		buf_init(&out, 1000);
		base64url_put(&text, all, n);
		assert_null(memchr(buf_z(&text), '=', text.n + 1));
		assert_true(base64url_read(buf_view(&text), &out));
		assert_int_equal(out.n, n);
		assert_memory_equal(buf_z(&out), all, n);
		assert_true(hex_read(str_of(hex_write(all, n, hex)), back, n));
		assert_memory_equal(back, all, n);
	}
}

static void bad_spellings_are_refused(void **state)
{
	(void)state;
	unsigned char byte = 7;
	auto_buf b;
	buf_init(&b, 100);
	buf_puts(&b, "x");
	assert_false(hex_read(STR("6"), &byte, 1));
	assert_false(hex_read(STR("6g"), &byte, 1));
	assert_false(hex_read(STR("6666"), &byte, 1));
	assert_int_equal(byte, 7);
	assert_false(base64url_read(STR("A"), &b));
	assert_false(base64url_read(STR("Zh"), &b)); /* a spare bit is set */
	assert_false(base64url_read(STR("Zg=="), &b));
	assert_false(base64url_read(STR("Zm+v"), &b));
	assert_false(base64_read(STR("Zg="), &b));
	assert_false(base64_read(STR("===="), &b));
	assert_false(base32_read(STR("MZXW1"), &b));
	assert_string_equal(buf_z(&b), "x");
}

static void secrets_as_people_type_them(void **state)
{
	(void)state;
	auto_buf b;
	buf_init(&b, 100);
	assert_true(base32_read(STR("mzxw 6ytb-oi======"), &b));
	assert_string_equal(buf_z(&b), "foobar");
}

/* RFC 9285, sections 4.3, 4.4 and 5.2 */
static void base45_vectors(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {{"", ""}, {"AB", "BB8"},
		{"Hello!!", "%69 VD92EX0"},
		{"base-45", "UJCLQE7W581"}, {"ietf!", "QED8WEX0"}, {"\xff\xff", "FGW"}};
	static const char *const bad[] = {"GGW", "A", "BB8A", "bb8", "::", "V5", "===", ":::"};
	auto_buf b;
	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		buf_reset(&b);
		base45_put(&b, pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(buf_z(&b), pairs[i][1]);
		buf_reset(&b);
		assert_true(base45_read(str_of(pairs[i][1]), &b));
		assert_string_equal(buf_z(&b), pairs[i][0]);
	}
	buf_reset(&b);
	buf_puts(&b, "x");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(base45_read(str_of(bad[i]), &b));
	assert_string_equal(buf_z(&b), "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(published_vectors),
	        cmocka_unit_test(every_byte_comes_back),
	        cmocka_unit_test(base45_vectors),
	        cmocka_unit_test(bad_spellings_are_refused),
	        cmocka_unit_test(secrets_as_people_type_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
