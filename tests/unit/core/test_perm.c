#include "core/perm.h"

#include <string.h>

#include "support.h"

static void every_permission_has_a_role(void **state)
{
	(void)state;
	for (int p = PERM_NONE + 1; p < PERM_COUNT; p++) {
		int holders = 0;
		for (int r = 0; r < ROLE_SYSTEM; r++)
			holders += role_may((enum role)r, (enum perm)p);
		if (!holders)
			fail_msg("nobody holds %s", perm_code((enum perm)p));
		assert_true(strlen(perm_label((enum perm)p)) > 0);
		assert_int_equal(perm_of(perm_code((enum perm)p)), p);
	}
}

static void every_role_has_a_label(void **state)
{
	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++) {
		assert_true(strlen(role_label((enum role)r)) > 0);
		assert_int_equal(role_of(role_code((enum role)r)), r);
	}
	assert_int_equal(role_of("nobody"), ROLE_COUNT);
	assert_int_equal(perm_of("nothing"), PERM_NONE);
	assert_int_equal(perm_of(""), PERM_NONE);
}

static void the_public_may_only_look(void **state)
{
	(void)state;
	for (int p = PERM_NONE + 1; p < PERM_COUNT; p++)
		assert_int_equal(role_may(ROLE_PUBLIC, (enum perm)p), p == PERM_PUBLIC);
}

static void no_permission_is_nobodys(void **state)
{
	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++) {
		assert_false(role_may((enum role)r, PERM_NONE));
		assert_false(role_may((enum role)r, PERM_COUNT));
	}
	assert_false(role_may(ROLE_COUNT, PERM_PUBLIC));
}

/* GB/T 22239 level 3: system, security and audit administration are apart. */
static void administrators_are_apart(void **state)
{
	static const struct {
		enum role role;
		enum perm has, hasnt[3];
	} table[] = {
		{ROLE_ADMIN_SYSTEM, PERM_ACCOUNT_EDIT,
			{PERM_ACCOUNT_GRANT, PERM_AUDIT_READ, PERM_TOKEN_EDIT}},
		{ROLE_ADMIN_SECURITY, PERM_ACCOUNT_GRANT,
			{PERM_ACCOUNT_EDIT, PERM_AUDIT_READ, PERM_SETTING_EDIT}},
		{ROLE_ADMIN_AUDIT, PERM_AUDIT_READ,
			{PERM_ACCOUNT_EDIT, PERM_ACCOUNT_GRANT, PERM_SETTING_EDIT}},
	};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(role_may(table[i].role, table[i].has));
		for (size_t k = 0; k < 3; k++)
			assert_false(role_may(table[i].role, table[i].hasnt[k]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_permission_has_a_role),
		cmocka_unit_test(every_role_has_a_label),
		cmocka_unit_test(the_public_may_only_look),
		cmocka_unit_test(no_permission_is_nobodys),
		cmocka_unit_test(administrators_are_apart),
	};
	return cmocka_run_group_tests_name("perm", tests, NULL, NULL);
}
