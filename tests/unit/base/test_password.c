#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/password.h"

static void the_usual_cost(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 16);
	const char *hash;
	assert_int_equal(password_hash(a, STR("correct horse"), &hash), 0);
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
	assert_true(password_is(hash, STR("correct horse")));
	assert_false(password_is_stale(hash));
	password_set_cost(64, 1);
	assert_true(password_is(hash, STR("correct horse")));
	assert_true(password_is_stale(hash));
}

static void right_and_wrong(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 16);
	const char *one, *two;
	password_set_cost(64, 1);
	assert_int_equal(password_hash(a, STR("密码 1"), &one), 0);
	assert_int_equal(password_hash(a, STR("密码 1"), &two), 0);
	assert_string_not_equal(one, two);
	assert_true(password_is(two, STR("密码 1")));
	assert_false(password_is(one, STR("密码 2")));
	assert_false(password_is(one, STR("")));
	assert_false(password_is(NULL, STR("密码 1")));
	assert_false(password_is("", STR("")));
	assert_false(password_is("not a hash", STR("x")));
	assert_true(password_is_stale("not a hash"));
	assert_true(password_is_stale(NULL));
}

/* The reference implementation's own vector (argon2id, version 19, m = 256 KiB, t = 2, p = 1). */
static void published_vector(void **state)
{
	(void)state;
	const char *hash =
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
	assert_true(password_is(hash, STR("password")));
	assert_false(password_is(hash, STR("passwore")));
}

static void length_is_capped(void **state)
{
	(void)state;
	char big[PASSWORD_BYTES_MAX + 1];
	auto_arena a = arena_new(1 << 16);
	const char *hash = NULL;
	memset(big, 'x', sizeof big);
	password_set_cost(64, 1);
	assert_int_equal(password_hash(a, (struct str){big, sizeof big}, &hash), ERR_LIMIT);
	assert_null(hash);
	assert_int_equal(password_hash(a, (struct str){big, sizeof big - 1}, &hash), 0);
	assert_false(password_is(hash, (struct str){big, sizeof big}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_cost),
		cmocka_unit_test(right_and_wrong),
		cmocka_unit_test(published_vector),
		cmocka_unit_test(length_is_capped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
