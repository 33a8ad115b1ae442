#include "core/password_policy.h"

#include <stdlib.h>

#include "core/fixture.h"

static bool has_problem(const struct ctx *cx, const char *id)
{
	for (int i = 0; i < cx->problem.n_fields; i++) {
		if (streq(cx->problem.fields[i].id, id))
			return true;
	}
	return false;
}

static void what_is_refused(void **state)
{
	static const struct {
		const char *password, *why;
	} table[] = {
		{"", "password.short"},
		{"Ab3-efgh", "password.short"},
		{"Kx7-pQ2-m", "password.short"},
		{"abcdefghijkl", "password.classes"},
		{"correcthorsebattery", "password.classes"},
		{"Password2026!", "password.common"},
		{"2026!P@ssw0rd!!", "password.common"},
		{"Weihai@20261", "password.common"},
		{"1qaz2wsx", "password.common"},
		{"Kx7-aaaa-Pq", "password.common"},
		{"Kx7-12345-Pq", "password.common"},
		{"Kx7-ZhangSan-9", "password.holds_login"},
		{"Kx7-张三丰-9abcd", "password.holds_login"},
	};
	struct fixture f;
	fixture_init(&f, *state, NULL);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		assert_int_equal(password_check(&f.cx, "p", table[i].password, "zhangsan",
			"张三丰"), ERR_INVALID);
		if (!has_problem(&f.cx, table[i].why))
			fail_msg("%s is not refused as %s", table[i].password, table[i].why);
		ctx_clear(&f.cx);
	}
	char *longer = arena_alloc(f.cx.arena, 2000);
	for (int i = 0; i < 1999; i++)
		longer[i] = "aB3-xY7."[i % 8];
	assert_field_problem(&f, password_check(&f.cx, "p", longer, "", ""), "p", "password.long");
}

static void what_is_taken(void **state)
{
	static const char *const good[] = {"Kx7-pQ2-mW", "Kx7-pQ2-mW9", "horse Battery 7 staple",
		"春天的Dongfeng21!"};
	struct fixture f;
	fixture_init(&f, *state, NULL);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(password_check(&f.cx, "p", good[i], "zhangsan", "张三"), 0);
	for (int i = 0; i < 200; i++) {
		const char *once = password_once(&f.cx);
		if (password_check(&f.cx, "p", once, "zhangsan", "张三") != 0)
			fail_msg("a made password is refused: %s", once);
	}
	assert_string_not_equal(password_once(&f.cx), password_once(&f.cx));
}

int main(void)
{
	const struct CMUnitTest tests[] = {test_db_case(what_is_refused),
		test_db_case(what_is_taken)};
	test_db_kind = DB_SQLITE;
	return cmocka_run_group_tests_name("password_policy", tests, NULL, NULL);
}
