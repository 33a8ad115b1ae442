#include <string.h>

#include "base/credential_code.h"
#include "group_arena.h"

static const char *digits(struct str bytes)
{
	auto_buf b;
	buf_init(&b, 1024 * 1024);
	credential_code_put(&b, bytes);
	return arena_dup(a, buf_z(&b));
}

static void test_known(void **state)
{
	(void)state;
	assert_string_equal(digits(STR("\xff")), "255");
	assert_string_equal(digits(STR("\x01\x00")), "00256");
	assert_string_equal(digits(STR("\xff\xff\xff\xff\xff\xff\xff")), "72057594037927935");
	assert_string_equal(digits(STR("\0\0\0\0\0\0\0\x07")), "00000000000000000007");
}

static void test_back(void **state)
{
	uint8_t bytes[64];
	(void)state;
	for (size_t n = 1; n <= sizeof bytes; n++)
		for (unsigned seed = 0; seed < 20; seed++) {
			for (size_t i = 0; i < n; i++)
				bytes[i] = (uint8_t)(seed == 0 ? 0xff : seed * 37 + i * 101);
			struct str whole = {(const char *)bytes, n}, back;
			const char *text = arena_printf(a, " https://h/verify/offline#%s\n",
				digits(whole));
			assert_int_equal(credential_code_parse(a, str_of(text), &back), 0);
			assert_true(str_eq(back, whole));
		}
}

static void test_refused(void **state)
{
	static const char *const wrong[] = {"", "#", "1", "12", "256", "65536", "1234", "12a",
		"99999999999999999", "72057594037927936", "-12", "+12", "https://h/verify"};
	struct str back;
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(credential_code_parse(a, str_of(wrong[i]), &back), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_known),
		cmocka_unit_test(test_back), cmocka_unit_test(test_refused)};
	return cmocka_run_group_tests_name("credential_code", tests, begin, end);
}
