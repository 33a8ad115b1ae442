#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/hex.h"
#include "base/totp.h"

#define SECRET STR("12345678901234567890")

/* RFC 6238, appendix B, SHA-1: the last six of the eight digits. */
static void published_vectors(void **state)
{
	static const struct {
		int64_t time;
		const char *code;
	} vectors[] = {
		{59, "287082"},
		{1111111109, "081804"},
		{1111111111, "050471"},
		{1234567890, "005924"},
		{2000000000, "279037"},
		{20000000000, "353130"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		char out[TOTP_DIGITS + 1];
		int64_t step = vectors[i].time / TOTP_STEP_SECONDS, found;
		assert_string_equal(totp_code(SECRET, step, out), vectors[i].code);
		assert_true(
			totp_check(SECRET, vectors[i].time, 0, str_of(vectors[i].code), &found));
		assert_int_equal(found, step);
	}
}

static void one_step_either_way(void **state)
{
	(void)state;
	int64_t step = 1111111109 / 30, found = 0;
	struct str code = STR("081804");
	assert_true(totp_check(SECRET, (step - 1) * 30, 0, code, &found));
	assert_true(totp_check(SECRET, (step + 1) * 30 + 29, 0, code, &found));
	assert_int_equal(found, step);
	found = 5;
	assert_false(totp_check(SECRET, (step - 1) * 30 - 1, 0, code, &found));
	assert_false(totp_check(SECRET, (step + 2) * 30, 0, code, &found));
	assert_int_equal(found, 5);
}

static void a_code_counts_once(void **state)
{
	(void)state;
	int64_t step = 1111111109 / 30, found;
	assert_true(totp_check(SECRET, 1111111109, step - 1, STR("081804"), &found));
	assert_false(totp_check(SECRET, 1111111109, step, STR("081804"), &found));
}

static void other_spellings_are_wrong(void **state)
{
	static const char *const bad[] = {
		"", "81804", "081805", "0818040", " 081804", "０８１８０４"};
	(void)state;
	int64_t found;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(totp_check(SECRET, 1111111109, 0, str_of(bad[i]), &found));
}

static void secrets_and_addresses(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 16);
	const char *secret = totp_new_secret(a);
	assert_int_equal(strlen(secret), 32);
	assert_string_not_equal(secret, totp_new_secret(a));
	auto_buf raw;
	buf_init(&raw, 100);
	assert_true(base32_read(str_of(secret), &raw));
	assert_int_equal(raw.n, TOTP_SECRET_BYTES);
	assert_string_equal(totp_uri(a, "Luban 鲁班", "a&b", "ABC"),
		"otpauth://totp/Luban%20%E9%B2%81%E7%8F%AD:a%26b"
		"?secret=ABC&issuer=Luban%20%E9%B2%81%E7%8F%AD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(one_step_either_way),
		cmocka_unit_test(a_code_counts_once),
		cmocka_unit_test(other_spellings_are_wrong),
		cmocka_unit_test(secrets_and_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
