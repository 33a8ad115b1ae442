#include "core/token.h"

#include "core/fixture.h"
#include "core/session.h"
#include "query/account.h"

enum { CLERK = 5, ADMIN = 2 };

static void set_up(struct fixture *f, struct test_db *t)
{
	fixture_init(f, t, NULL);
	test_ok(t, q_account_insert(t->db, .id = CLERK, .login = "clerk", .name = "张三",
		.role = "body_clerk", .body_id = 9));
	act_as(f, ROLE_ADMIN_SECURITY, ADMIN, "安全管理员");
}

static int make(struct fixture *f, int64_t account_id, const char *scope, int64_t days,
	const char **ret_token)
{
	const char *const scopes[] = {scope, "batch.read", NULL};
	int64_t id;
	return token_create(&f->cx, account_id, "对接", scopes, days, &id, ret_token);
}

static void a_token_is_its_accounts_right_cut_down(void **state)
{
	struct fixture f;
	struct actor actor;
	const char *token;
	set_up(&f, *state);
	assert_int_equal(make(&f, CLERK, "enrolment.edit", 30, &token), 0);
	assert_int_equal(strncmp(token, "luban_", 6), 0);
	assert_int_equal(actor_from_token(&f.cx, token, "192.0.2.7", &actor), 0);
	assert_int_equal(actor.account_id, CLERK);
	assert_int_equal(actor.body_id, 9);
	assert_string_equal(actor.name, "张三（令牌：对接）"); /* it was not he himself */
	ctx_act_as(&f.cx, &actor);
	assert_true(ctx_may(&f.cx, PERM_ENROLMENT_EDIT));
	assert_true(ctx_may(&f.cx, PERM_BATCH_READ));
	assert_false(ctx_may(&f.cx, PERM_BATCH_EDIT));
	assert_false(ctx_may(&f.cx, PERM_SELF));
}

static void what_cannot_be_made(void **state)
{
	struct fixture f;
	int64_t id;
	const char *token;
	const char *const none[] = {NULL};
	set_up(&f, *state);
	assert_field_problem(&f, make(&f, CLERK, "audit.read", 30, &token), "perms",
		"token.scope");
	assert_field_problem(&f, make(&f, CLERK, "nothing", 30, &token), "perms", "token.scope");
	assert_field_problem(&f, make(&f, CLERK, "batch.edit", 0, &token), "days", "token.days");
	assert_field_problem(&f, make(&f, CLERK, "batch.edit", 367, &token), "days", "token.days");
	assert_int_equal(make(&f, CLERK, "batch.edit", 366, &token), 0);
	assert_field_problem(&f, token_create(&f.cx, CLERK, "对接", none, 30, &id, &token),
		"perms", "token.no_scope");
	assert_field_problem(&f,
		token_create(&f.cx, CLERK, " ", (const char *const[]){"self", NULL}, 30, &id,
		&token), "name", "token.name");
	assert_problem(&f, make(&f, 99, "batch.edit", 30, &token), ERR_NOTFOUND,
		"account.notfound");
	act_as(&f, ROLE_ADMIN_SECURITY, CLERK, "本人");
	assert_problem(&f, make(&f, CLERK, "batch.edit", 30, &token), ERR_DENIED,
		"account.not_self");
	act_as(&f, ROLE_ADMIN_SYSTEM, 1, "系统管理员");
	assert_problem(&f, make(&f, CLERK, "batch.edit", 30, &token), ERR_DENIED, "auth.denied");
}

static void administrators_act_for_themselves(void **state)
{
	static const char *const roles[] = {"admin_system", "admin_security", "admin_audit"};
	struct test_db *t = *state;
	struct fixture f;
	const char *token;
	set_up(&f, t);
	for (int64_t i = 0; i < 3; i++) {
		test_ok(t, q_account_insert(t->db, .id = 50 + i, .login = "", .name = "李四",
			.role = roles[i]));
		assert_problem(&f, make(&f, 50 + i, "account.read", 30, &token), ERR_DENIED,
			"token.admin");
	}
	ctx_act_as_system(&f.cx, "命令行");
	assert_int_equal(token_create(&f.cx, 50, "监测", (const char *const[]){"job.read", NULL},
		30, &(int64_t){0}, &token), 0);
}

static void it_ends(void **state)
{
	struct fixture f;
	struct actor actor;
	int64_t id;
	const char *token, *other;
	set_up(&f, *state);
	assert_int_equal(make(&f, CLERK, "batch.edit", 1, &token), 0);
	f.now += 86399;
	assert_int_equal(actor_from_token(&f.cx, token, "", &actor), 0);
	f.now++;
	assert_problem(&f, actor_from_token(&f.cx, token, "", &actor), ERR_DENIED, "token.wrong");
	assert_int_equal(
		token_create(&f.cx, CLERK, "二", (const char *const[]){"self", NULL}, 9, &id,
		&other), 0);
	assert_int_equal(actor_from_token(&f.cx, other, "", &actor), 0);
	assert_int_equal(token_revoke(&f.cx, id), 0);
	assert_problem(&f, actor_from_token(&f.cx, other, "", &actor), ERR_DENIED, "token.wrong");
	assert_problem(&f, token_revoke(&f.cx, id), ERR_NOTFOUND, "token.notfound");
	assert_problem(&f, actor_from_token(&f.cx, "", "", &actor), ERR_DENIED, "token.wrong");
}

static void it_ends_with_the_account_and_shrinks_with_the_role(void **state)
{
	struct fixture f;
	struct actor actor;
	const char *token;
	set_up(&f, *state);
	assert_int_equal(make(&f, CLERK, "enrolment.edit", 30, &token), 0);
	assert_int_equal(q_account_set_role(f.cx.db, .id = CLERK, .role = "examiner"), 1);
	assert_int_equal(actor_from_token(&f.cx, token, "", &actor), 0);
	ctx_act_as(&f.cx, &actor);
	assert_false(ctx_may(&f.cx, PERM_ENROLMENT_EDIT));
	assert_true(ctx_may(&f.cx, PERM_BATCH_READ));
	assert_int_equal(q_account_set_state(f.cx.db, .id = CLERK, .state = "disabled"), 1);
	assert_problem(&f, actor_from_token(&f.cx, token, "", &actor), ERR_DENIED, "token.wrong");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_token_is_its_accounts_right_cut_down),
		test_db_case(what_cannot_be_made),
		test_db_case(administrators_act_for_themselves),
		test_db_case(it_ends),
		test_db_case(it_ends_with_the_account_and_shrinks_with_the_role),
	};
	return test_db_run("token", tests);
}
