#include "core/account.h"

#include "base/password.h"
#include "../domain/racing.h"
#include "core/login.h"
#include "core/session.h"
#include "core/throttle.h"
#include "query/account.h"
#include "query/core.h"

static struct keyring *keys;

enum { SYSTEM_ADMIN = 1, SECURITY_ADMIN = 2 };

static void set_up(struct fixture *f, struct test_db *t)
{
	throttle_forget();
	fixture_init(f, t, keys);
}

static void as_system_admin(struct fixture *f)
{
	act_as(f, ROLE_ADMIN_SYSTEM, SYSTEM_ADMIN, "系统管理员");
}

static void as_security_admin(struct fixture *f)
{
	act_as(f, ROLE_ADMIN_SECURITY, SECURITY_ADMIN, "安全管理员");
}

static int64_t create(struct fixture *f, const char *login)
{
	int64_t id;
	as_system_admin(f);
	assert_int_equal(account_create(&f->cx,
		&(struct account_in){.login = login, .name = "张三"}, &id), 0);
	return id;
}

static struct q_account_find row_of(struct fixture *f, int64_t id)
{
	struct q_account_find row;
	assert_int_equal(q_account_find(f->cx.db, &row, .id = id), 0);
	return row;
}

static size_t count_audit(struct fixture *f, const char *action)
{
	struct q_audit_list_rows rows;
	assert_int_equal(q_audit_list(f->cx.db, &rows, .action = action, .page = {.limit = 100}),
		0);
	return rows.n;
}

static void one_opens_another_grants(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = create(&f, "ZhangSan");
	assert_string_equal(row_of(&f, id).role, "public");
	assert_problem(&f, account_grant(&f.cx, id, ROLE_AUTHORITY, "3710", 0, 0, "调入"),
		ERR_DENIED, "auth.denied");
	as_security_admin(&f);
	assert_int_equal(account_grant(&f.cx, id, ROLE_AUTHORITY, "3710", 0, 0, "调入"), 0);
	assert_string_equal(row_of(&f, id).role, "authority");
	assert_string_equal(row_of(&f, id).region, "3710");
	int64_t other;
	assert_problem(&f, account_create(&f.cx,
		&(struct account_in){.login = "lisi", .name = "李四"}, &other),
		ERR_DENIED, "auth.denied");
	assert_int_equal(count_audit(&f, "account.create"), 1);
	assert_int_equal(count_audit(&f, "account.grant"), 1);
}

static void whoever_opens_cannot_grant_on_the_way(void **state)
{
	struct fixture f;
	int64_t id;
	set_up(&f, *state);
	as_system_admin(&f);
	struct account_in in = {.login = "wangwu", .name = "王五", .role = ROLE_ADMIN_SECURITY};
	assert_problem(&f, account_create(&f.cx, &in, &id), ERR_DENIED, "auth.denied");
	in = (struct account_in){.login = "wangwu", .name = "王五",
		.totp_secret = "JBSWY3DPEHPK3PXP"};
	assert_problem(&f, account_create(&f.cx, &in, &id), ERR_DENIED, "account.totp_set");
}

static void logins(void **state)
{
	static const char *const bad[] = {"", "ab", "12345678", "zhang san", "张三", "a/b", "x;--",
		"abcdefghijklmnopqrstuvwxyz1234567"};
	struct fixture f;
	int64_t id;
	set_up(&f, *state);
	as_system_admin(&f);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_field_problem(&f,
			account_create(&f.cx, &(struct account_in){.login = bad[i], .name = "张三"},
			&id), "login", "account.login");
	(void)create(&f, "zhang.san-1_2");
	(void)create(&f, "abc");
	(void)create(&f, "abcdefghijklmnopqrstuvwxyz123456");
	assert_problem(&f, account_create(&f.cx,
		&(struct account_in){.login = "ZHANG.SAN-1_2", .name = "张三"}, &id),
		ERR_CONFLICT, "account.login_taken");
}

static void roles_need_their_place(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan");
	as_security_admin(&f);
	assert_field_problem(&f, account_grant(&f.cx, id, ROLE_AUTHORITY, "", 0, 0, "调入"),
		"region", "account.region");
	assert_field_problem(&f, account_grant(&f.cx, id, ROLE_BODY_CLERK, "3710", 0, 0, "调入"),
		"body", "account.body");
	assert_field_problem(&f, account_grant(&f.cx, id, ROLE_SYSTEM, "", 0, 0, "调入"), "role",
		"account.role");
	assert_field_problem(&f, account_grant(&f.cx, id, ROLE_WORKER, "", 0, 5, "调入"), "role",
		"account.role");
	assert_field_problem(&f, account_grant(&f.cx, id, ROLE_AUTHORITY, "37", 0, 0, " "),
		"reason", "account.reason");
	assert_problem(&f, account_grant(&f.cx, 99, ROLE_AUTHORITY, "37", 0, 0, "调入"),
		ERR_NOTFOUND, "account.notfound");
}

static void administrators_stay_apart_for_good(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	int64_t id = create(&f, "admin2");
	ctx_act_as_system(&f.cx, "命令行");
	assert_int_equal(account_grant(&f.cx, id, ROLE_ADMIN_SYSTEM, "", 0, 0, "任命"), 0);
	assert_problem(&f, account_grant(&f.cx, id, ROLE_ADMIN_AUDIT, "", 0, 0, "任命"), ERR_DENIED,
		"account.admin_apart");
	assert_problem(&f, account_grant(&f.cx, id, ROLE_AUTHORITY, "37", 0, 0, "任命"), ERR_DENIED,
		"account.admin_apart");
	assert_int_equal(account_grant(&f.cx, id, ROLE_PUBLIC, "", 0, 0, "卸任"), 0);
	assert_problem(&f, account_grant(&f.cx, id, ROLE_ADMIN_SECURITY, "", 0, 0, "任命"),
		ERR_DENIED, "account.admin_apart");
	assert_int_equal(account_grant(&f.cx, id, ROLE_ADMIN_SYSTEM, "", 0, 0, "复任"), 0);
	int64_t clerk = create(&f, "clerk");
	as_security_admin(&f);
	assert_int_equal(account_grant(&f.cx, clerk, ROLE_BODY_CLERK, "", 3, 0, "任命"), 0);
	assert_problem(&f, account_grant(&f.cx, clerk, ROLE_ADMIN_SECURITY, "", 0, 0, "任命"),
		ERR_DENIED, "account.admin_apart");
}

static void grant_as_number(struct racer *r)
{
	static const enum role roles[] = {ROLE_ADMIN_SYSTEM, ROLE_ADMIN_SECURITY, ROLE_ADMIN_AUDIT};
	int64_t id = *(int64_t *)r->world;
	ctx_act_as_system(&r->f.cx, "命令行");
	int got = account_grant(&r->f.cx, id, roles[r->number % 3], "", 0, 0, "任命");
	racer_count(r, got == ERR_DENIED ? ERR_STATE : got);
}

static void administrators_stay_apart_when_granted_at_once(void **state)
{
	struct fixture f;
	struct q_account_admin_grants_rows grants;
	set_up(&f, *state);
	int64_t id = create(&f, "admin2");
	struct racer all = race(*state, &f, &id, grant_as_number);
	assert_int_equal(all.won, 2); /* of the same role */
	assert_int_equal(all.lost, RACERS - 2);
	assert_int_equal(q_account_admin_grants(f.cx.db, &grants, .subject_id = id), 0);
	for (size_t i = 1; i < grants.n; i++)
		assert_string_equal(grants.at[i].action, grants.at[0].action);
}

static void nobody_serves_himself(void **state)
{
	struct fixture f;
	const char *password;
	set_up(&f, *state);
	int64_t id = create(&f, "admin2");
	act_as(&f, ROLE_ADMIN_SECURITY, id, "本人");
	assert_problem(&f, account_grant(&f.cx, id, ROLE_ADMIN_SECURITY, "", 0, 0, "好"),
		ERR_DENIED, "account.not_self");
	assert_problem(&f, account_reset(&f.cx, id, true, "忘了", &password), ERR_DENIED,
		"account.not_self");
	assert_problem(&f, account_unlock(&f.cx, id), ERR_DENIED, "account.not_self");
	act_as(&f, ROLE_ADMIN_SYSTEM, id, "本人");
	assert_problem(&f, account_disable(&f.cx, id, "离岗"), ERR_DENIED, "account.not_self");
}

static void disabling_ends_everything(void **state)
{
	struct fixture f;
	const char *token;
	struct session s;
	struct actor actor;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan");
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "test", &token), 0);
	assert_int_equal(actor_from_session(&f.cx, token, "192.0.2.1", &s, &actor), 0);
	assert_field_problem(&f, account_disable(&f.cx, id, ""), "reason", "account.reason");
	assert_int_equal(account_disable(&f.cx, id, "离岗"), 0);
	assert_problem(&f, actor_from_session(&f.cx, token, "", &s, &actor), ERR_NOTFOUND,
		"session.ended");
	assert_problem(&f, account_disable(&f.cx, id, "离岗"), ERR_STATE, "account.already");
	assert_int_equal(account_enable(&f.cx, id, "返岗"), 0);
	assert_string_equal(row_of(&f, id).state, "active");
	assert_problem(&f, actor_from_session(&f.cx, token, "", &s, &actor), ERR_NOTFOUND,
		"session.ended");
	assert_int_equal(count_audit(&f, "account.disable"), 1);
}

static void a_reset_gives_a_password_for_once(void **state)
{
	struct fixture f;
	const char *password;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan");
	assert_problem(&f, account_reset(&f.cx, id, false, "忘了", &password), ERR_DENIED,
		"auth.denied");
	as_security_admin(&f);
	assert_int_equal(account_reset(&f.cx, id, true, "本人持证到窗口", &password), 0);
	struct q_account_find row = row_of(&f, id);
	assert_true(password_is(row.password_hash, str_of(password)));
	assert_int_equal(row.must_change, 1);
	assert_string_equal(row.totp_cipher, "");
	struct q_audit_list_rows rows;
	assert_int_equal(q_audit_list(f.cx.db, &rows, .action = "account.reset",
		.page = {.limit = 10}), 0);
	assert_int_equal(rows.n, 1);
	assert_string_equal(rows.at[0].purpose, "本人持证到窗口");
	assert_null(strstr(rows.at[0].detail, password));
}

/* Else whoever hands out passwords could log in as those who watch him. */
static void administrators_are_not_reset_by_another(void **state)
{
	static const enum role others[] = {ROLE_ADMIN_SYSTEM, ROLE_ADMIN_AUDIT};
	struct fixture f;
	const char *password = NULL;
	set_up(&f, *state);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		int64_t id = create(&f, i ? "admin.b" : "admin.a");
		as_security_admin(&f);
		assert_problem(&f, account_grant(&f.cx, id, others[i], "", 0, 0, "任命"),
			ERR_DENIED, "account.admin_appoint");
		ctx_act_as_system(&f.cx, "命令行");
		assert_int_equal(account_grant(&f.cx, id, others[i], "", 0, 0, "任命"), 0);
		as_security_admin(&f);
		assert_problem(&f, account_reset(&f.cx, id, true, "忘了", &password), ERR_DENIED,
			"account.admin_reset");
		assert_int_equal(account_grant(&f.cx, id, ROLE_PUBLIC, "", 0, 0, "停用"), 0);
		assert_problem(&f, account_reset(&f.cx, id, true, "忘了", &password), ERR_DENIED,
			"account.admin_reset");
		assert_null(password);
	}
	int64_t second = create(&f, "second");
	as_security_admin(&f);
	assert_int_equal(account_grant(&f.cx, second, ROLE_ADMIN_SECURITY, "", 0, 0, "任命"), 0);
	assert_int_equal(account_reset(&f.cx, second, true, "忘了", &password), 0);
	assert_int_equal(account_by_login(&f.cx, "admin.b", &second), 0);
	ctx_act_as_system(&f.cx, "命令行");
	assert_int_equal(account_reset(&f.cx, second, true, "命令行", &password), 0);
}

static void workers_register_once(void **state)
{
	struct fixture f;
	int64_t id;
	set_up(&f, *state);
	act_as(&f, ROLE_PUBLIC, 0, "");
	assert_int_equal(account_register(&f.cx, "11010519491231002X", "张三", 55, "short", &id),
		ERR_INVALID);
	assert_string_equal(f.cx.problem.fields[0].field, "password");
	ctx_clear(&f.cx);
	assert_int_equal(account_register(&f.cx, "11010519491231002X", "张三", 55, "Kx7-pQ2-mW9",
		&id), 0);
	assert_string_equal(row_of(&f, id).role, "worker");
	assert_int_equal(row_of(&f, id).linked_person_id, 55);
	assert_string_equal(row_of(&f, id).login, ""); /* the number is nowhere in the clear */
	assert_problem(&f, account_register(&f.cx, "11010519491231002X", "张三", 55, "Kx7-pQ2-mW9",
		&id), ERR_CONFLICT, "account.idno_taken");
	as_security_admin(&f);
	assert_problem(&f, account_grant(&f.cx, id, ROLE_AUTHORITY, "37", 0, 0, "调入"), ERR_DENIED,
		"account.worker");
}

static void a_failing_statement_changes_no_role(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	int n = 0, r;
	set_up(&f, t);
	int64_t id = create(&f, "zhangsan");
	as_security_admin(&f);
	do {
		db_fail_after(t->db, ++n);
		r = account_grant(&f.cx, id, ROLE_AUTHORITY, "3710", 0, 0, "调入");
		db_fail_after(t->db, 0);
		if (r == 0)
			break;
		assert_problem(&f, r, ERR_DB, "error.db");
		assert_string_equal(row_of(&f, id).role, "public");
		assert_int_equal(count_audit(&f, "account.grant"), 0);
	} while (n < 50);
	assert_in_range(n, 8, 49);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(one_opens_another_grants),
		test_db_case(whoever_opens_cannot_grant_on_the_way),
		test_db_case(logins),
		test_db_case(roles_need_their_place),
		test_db_case(administrators_stay_apart_for_good),
		test_db_case(administrators_stay_apart_when_granted_at_once),
		test_db_case(nobody_serves_himself),
		test_db_case(disabling_ends_everything),
		test_db_case(a_reset_gives_a_password_for_once),
		test_db_case(administrators_are_not_reset_by_another),
		test_db_case(workers_register_once),
		test_db_case(a_failing_statement_changes_no_role),
	};
	password_set_cost(64, 1);
	keys = fixture_keys();
	int failed = test_db_run("account", tests);
	keyring_free(keys);
	return failed;
}
