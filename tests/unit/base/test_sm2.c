#include "base/sm2.h"

#include <string.h>

#include "base/hex.h"
#include "support.h"

/* GB/T 32918.5-2017, appendix A.2: the key, the identifier, the message and its signature. */
#define PRIVATE_KEY "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
#define PUBLIC_KEY \
	"0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" \
	"ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
#define SIGNATURE \
	"f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" \
	"b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"

static struct {
	uint8_t private_key[SM2_PRIVATE_BYTES], public_key[SM2_PUBLIC_BYTES], signature[SM2_BYTES];
} v;

static int vectors(void **state)
{
	(void)state;
	return hex_read(STR(PRIVATE_KEY), v.private_key, sizeof v.private_key) &&
			hex_read(STR(PUBLIC_KEY), v.public_key, sizeof v.public_key) &&
			hex_read(STR(SIGNATURE), v.signature, sizeof v.signature)
		? 0
		: -1;
}

static bool holds(struct str s)
{
	return sm2_holds(v.public_key, SM2_ID, s, v.signature);
}

static void the_standards_signature(void **state)
{
	(void)state;
	uint8_t public_key[SM2_PUBLIC_BYTES];
	assert_int_equal(sm2_public(v.private_key, public_key), 0);
	assert_memory_equal(public_key, v.public_key, SM2_PUBLIC_BYTES);
	assert_true(sm2_is_public(v.public_key));
	assert_true(holds(STR("message digest")));
	assert_false(holds(STR("message digesu")));
	assert_false(holds(STR("")));
	assert_false(sm2_holds(v.public_key, STR("1234567812345679"), STR("message digest"),
		v.signature));
}

static void each_bit_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8 * SM2_BYTES; i++) {
		v.signature[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_false(holds(STR("message digest")));
		v.signature[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t i = 0; i < 8 * SM2_PUBLIC_BYTES; i++) {
		v.public_key[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_false(sm2_is_public(v.public_key));
		assert_false(holds(STR("message digest")));
		v.public_key[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	assert_true(holds(STR("message digest")));
}

static void numbers_out_of_range(void **state)
{
	(void)state;
	uint8_t zeros[SM2_BYTES] = {0}, ones[SM2_BYTES], out[SM2_BYTES];
	memset(ones, 0xff, sizeof ones);
	assert_false(sm2_holds(v.public_key, SM2_ID, STR("message digest"), zeros));
	assert_false(sm2_holds(v.public_key, SM2_ID, STR("message digest"), ones));
	assert_int_equal(sm2_make(zeros, SM2_ID, STR("x"), out), ERR_INVALID);
	assert_int_equal(sm2_make(ones, SM2_ID, STR("x"), out), ERR_INVALID);
	assert_false(sm2_is_public((uint8_t[SM2_PUBLIC_BYTES]){0}));
}

static void made_and_checked(void **state)
{
	(void)state;
	uint8_t a[SM2_BYTES], b[SM2_BYTES];
	for (size_t i = 0; i < 20; i++) {
		struct str s = {"twenty texts of growing length", i};
		assert_int_equal(sm2_make(v.private_key, SM2_ID, s, a), 0);
		assert_int_equal(sm2_make(v.private_key, SM2_ID, s, b), 0);
		assert_true(sm2_holds(v.public_key, SM2_ID, s, a));
		assert_true(sm2_holds(v.public_key, SM2_ID, s, b));
		assert_memory_not_equal(a, b, SM2_BYTES);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_signature),
		cmocka_unit_test(each_bit_counts),
		cmocka_unit_test(numbers_out_of_range),
		cmocka_unit_test(made_and_checked),
	};
	return cmocka_run_group_tests(tests, vectors, NULL);
}
