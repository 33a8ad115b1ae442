#include "core/login.h"

#include "base/hex.h"
#include "base/password.h"
#include "base/totp.h"
#include "core/account.h"
#include "../domain/racing.h"
#include "core/throttle.h"
#include "query/account.h"
#include "query/core.h"

#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define PASSWORD "Kx7-pQ2-mW9"
#define NEW_PASSWORD "Zt4+nB8+vR1"

static struct keyring *keys;

static void set_up(struct fixture *f, struct test_db *t)
{
	throttle_forget();
	fixture_init(f, t, keys);
}

static int64_t create(struct fixture *f, const char *login, enum role role, const char *secret,
	bool must_change)
{
	int64_t id;
	struct account_in in = {.login = login, .name = "张三", .role = role, .region = "3710",
		.body_id = 3,
		.password = PASSWORD, .must_change = must_change, .totp_secret = secret};
	ctx_act_as_system(&f->cx, "演示");
	assert_int_equal(account_create(&f->cx, &in, &id), 0);
	act_as(f, ROLE_PUBLIC, 0, "");
	return id;
}

static const char *code_at(struct fixture *f, const char *secret, int64_t at)
{
	char code[TOTP_DIGITS + 1];
	auto_buf raw;
	buf_init(&raw, 64);
	assert_true(base32_read(str_of(secret), &raw));
	return arena_dup(f->cx.arena, totp_code(buf_view(&raw), at / TOTP_STEP_SECONDS, code));
}

static struct session session_of(struct fixture *f, const struct login *login)
{
	struct session s;
	struct actor actor;
	assert_int_equal(actor_from_session(&f->cx, login->token, "192.0.2.1", &s, &actor), 0);
	assert_int_equal(s.stage, login->stage);
	assert_int_equal(actor.role == ROLE_PUBLIC, login->stage != SESSION_FULL);
	return s;
}

static struct login enter(struct fixture *f, const char *name, const char *password,
	enum session_stage stage)
{
	struct login login;
	assert_int_equal(login_try(&f->cx, name, password, "test", &login), 0);
	assert_int_equal(login.stage, stage);
	return login;
}

static void staff_with_two_factors(void **state)
{
	struct fixture f;
	struct login login;
	struct session s;
	struct actor actor;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	login = enter(&f, " ZhangSan ", PASSWORD, SESSION_SECOND);
	const char *first = login.token;
	s = session_of(&f, &login);
	assert_int_equal(login_second(&f.cx, &s, code_at(&f, SECRET, f.now), &login), 0);
	assert_int_equal(login.stage, SESSION_FULL);
	assert_string_not_equal(login.token, first);
	assert_int_equal(actor_from_session(&f.cx, login.token, "192.0.2.9", &s, &actor), 0);
	assert_int_equal(actor.account_id, id);
	assert_int_equal(actor.role, ROLE_AUTHORITY);
	assert_string_equal(actor.region, "3710");
	assert_string_equal(actor.ip, "192.0.2.9");
	assert_problem(&f, actor_from_session(&f.cx, first, "", &s, &actor), ERR_NOTFOUND,
		"session.ended");
}

static void a_code_counts_once(void **state)
{
	struct fixture f;
	struct login login, again;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	login = enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
	again = enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
	struct session s = session_of(&f, &login), s2 = session_of(&f, &again);
	const char *code = code_at(&f, SECRET, f.now);
	assert_int_equal(login_second(&f.cx, &s, code, &login), 0);
	assert_field_problem(&f, login_second(&f.cx, &s2, code, &again), "code",
		"login.code_wrong");
	assert_field_problem(&f, login_second(&f.cx, &s2, code_at(&f, SECRET, f.now - 30), &again),
		"code", "login.code_wrong");
	f.now += 30;
	const char *spaced = code_at(&f, SECRET, f.now);
	assert_int_equal(login_second(&f.cx, &s2, text_of(&f.cx, "%.3s %s", spaced, spaced + 3),
		&again), 0);
}

static void wrong_passwords_lock_for_longer_each_time(void **state)
{
	struct fixture f;
	struct login login;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	for (int i = 0; i < 5; i++)
		assert_problem(&f, login_try(&f.cx, "zhangsan", "wrong", "", &login), ERR_DENIED,
			"login.wrong");
	assert_problem(&f, login_try(&f.cx, "zhangsan", PASSWORD, "", &login), ERR_LIMIT,
		"login.locked");
	f.now += 15 * 60 - 1;
	assert_problem(&f, login_try(&f.cx, "zhangsan", PASSWORD, "", &login), ERR_LIMIT,
		"login.locked");
	f.now += 2;
	assert_problem(&f, login_try(&f.cx, "zhangsan", "wrong", "", &login), ERR_DENIED,
		"login.wrong");
	f.now += 15 * 60 + 1; /* now it takes twice as long */
	assert_problem(&f, login_try(&f.cx, "zhangsan", PASSWORD, "", &login), ERR_LIMIT,
		"login.locked");
	f.now += 15 * 60;
	(void)enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
	struct q_audit_list_rows rows;
	assert_int_equal(q_audit_list(f.cx.db, &rows, .action = "login.failed", .account_id = id,
		.page = {.limit = 100}), 0);
	assert_int_equal(rows.n, 4); /* the fifth and sixth are "login.locked" */
}

static void an_administrator_unlocks(void **state)
{
	struct fixture f;
	struct login login;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	for (int i = 0; i < 6; i++)
		assert_true(login_try(&f.cx, "zhangsan", "wrong", "", &login) < 0);
	ctx_clear(&f.cx);
	act_as(&f, ROLE_ADMIN_SECURITY, 2, "安全管理员");
	assert_int_equal(account_unlock(&f.cx, id), 0);
	act_as(&f, ROLE_PUBLIC, 0, "");
	(void)enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
}

/* One resets, the others log in with the password that was. */
static void reset_or_log_in(struct racer *r)
{
	struct login login;
	const char *password;
	int64_t id = *(int64_t *)r->world;
	act_as(&r->f, r->number ? ROLE_PUBLIC : ROLE_ADMIN_SECURITY, r->number ? 0 : 2, "");
	int got = r->number ? login_try(&r->f.cx, "zhangsan", PASSWORD, "", &login)
		: account_reset(&r->f.cx, id, false, "遗失", &password);
	racer_count(r, got == ERR_DENIED ? ERR_STATE : got);
}

static void no_log_in_with_the_old_password_outlives_a_reset(void **state)
{
	struct fixture f;
	struct q_account_find before;
	struct q_session_of_account_rows sessions;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	assert_int_equal(q_account_find(f.cx.db, &before, .id = id), 0);
	for (int round = 0; round < 4; round++) {
		throttle_forget();
		(void)race(*state, &f, &id, reset_or_log_in);
		assert_int_equal(q_session_of_account(f.cx.db, &sessions, .account_id = id), 0);
		assert_int_equal(sessions.n, 0);
		assert_int_equal(q_account_unlock(f.cx.db, .id = id), 1);
		assert_int_equal(q_account_set_password(f.cx.db, .id = id,
			.password_hash = before.password_hash, .password_at = f.now), 1);
	}
}

/* Knowing the password gives no free tries at the code. */
static void wrong_codes_lock_too(void **state)
{
	struct fixture f;
	struct login login, next;
	int wrong = 0;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	for (;;) {
		int r = login_try(&f.cx, "zhangsan", PASSWORD, "", &login);
		if (r == ERR_LIMIT)
			break;
		assert_int_equal(r, 0);
		struct session s = session_of(&f, &login);
		assert_true(login_second(&f.cx, &s, "000000", &next) < 0);
		ctx_clear(&f.cx);
		assert_true(++wrong <= 5);
	}
	assert_int_equal(wrong, 5);
}

static void a_right_password_begins_the_count_anew(void **state)
{
	struct fixture f;
	struct login login;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++)
			assert_problem(&f, login_try(&f.cx, "zhangsan", "wrong", "", &login),
				ERR_DENIED, "login.wrong");
		login = enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
		struct session s = session_of(&f, &login);
		assert_int_equal(login_second(&f.cx, &s, code_at(&f, SECRET, f.now), &login), 0);
		f.now += 60;
	}
}

/* What is said, and when it locks, does not tell whether there is such an account. */
static void the_unknown_look_like_the_known(void **state)
{
	static const char *const names[][2] = {{"zhangsan", "ZhangSan"}, {"nobody", "NOBODY"},
		{"11010519491231002X", "11010519491231002x"}, {"不是登录名", "不是登录名"}};
	struct fixture f;
	struct login login;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	for (size_t n = 0; n < 4; n++) {
		f.now += 3600;
		for (int i = 0; i < 5; i++)
			assert_problem(&f, login_try(&f.cx, names[n][i % 2], "wrong", "", &login),
				ERR_DENIED, "login.wrong");
		for (int i = 0; i < 2; i++)
			assert_problem(&f, login_try(&f.cx, names[n][i], "wrong", "", &login),
				ERR_LIMIT, "login.locked");
		f.now += 14 * 60;
		assert_problem(&f, login_try(&f.cx, names[n][0], "wrong", "", &login), ERR_LIMIT,
			"login.locked");
		f.now += 61;
		assert_problem(&f, login_try(&f.cx, names[n][0], "wrong", "", &login), ERR_DENIED,
			"login.wrong");
		f.now += 29 * 60; /* twice as long now */
		assert_problem(&f, login_try(&f.cx, names[n][0], "wrong", "", &login), ERR_LIMIT,
			"login.locked");
	}
}

static void one_address_cannot_try_many(void **state)
{
	struct fixture f;
	struct login login;
	set_up(&f, *state);
	for (int i = 0; i < 30; i++)
		assert_problem(&f, login_try(&f.cx, text_of(&f.cx, "user%d", i), "x", "", &login),
			ERR_DENIED, "login.wrong");
	assert_problem(&f, login_try(&f.cx, "another", "x", "", &login), ERR_LIMIT,
		"login.throttled");
}

static void who_is_kept_out_in_spite_of_the_password(void **state)
{
	struct fixture f;
	struct login login;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	assert_int_equal(q_account_set_state(f.cx.db, .id = id, .state = "disabled"), 1);
	assert_problem(&f, login_try(&f.cx, "zhangsan", "wrong", "", &login), ERR_DENIED,
		"login.wrong");
	assert_problem(&f, login_try(&f.cx, "zhangsan", PASSWORD, "", &login), ERR_STATE,
		"login.disabled");
	(void)create(&f, "lisi", ROLE_PUBLIC, NULL, false);
	assert_problem(&f, login_try(&f.cx, "lisi", PASSWORD, "", &login), ERR_STATE,
		"login.no_role");
	(void)create(&f, "wangwu", ROLE_AUTHORITY, SECRET, true);
	f.now += 8 * 86400;
	assert_problem(&f, login_try(&f.cx, "wangwu", PASSWORD, "", &login), ERR_STATE,
		"login.once_expired");
}

static void the_first_log_in(void **state)
{
	struct fixture f;
	struct login login;
	struct totp_offer offer;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, NULL, true);
	login = enter(&f, "zhangsan", PASSWORD, SESSION_ENROL);
	struct session s = session_of(&f, &login);
	assert_int_equal(login_offer(&f.cx, &s, &offer), 0);
	assert_non_null(strstr(offer.uri, offer.secret));
	assert_field_problem(&f, login_enrol(&f.cx, &s, NULL, offer.sealed, "123", &login), "code",
		"login.code_wrong");
	assert_problem(&f, login_enrol(&f.cx, &s, NULL, "forged", "123456", &login), ERR_INVALID,
		"login.offer");
	assert_int_equal(login_enrol(&f.cx, &s, NULL, offer.sealed,
		code_at(&f, offer.secret, f.now), &login), 0);
	assert_int_equal(login.stage, SESSION_CHANGE);
	s = session_of(&f, &login);
	assert_field_problem(&f, login_change(&f.cx, &s, "wrong", NEW_PASSWORD, &login),
		"old_password", "login.old_wrong");
	assert_field_problem(&f, login_change(&f.cx, &s, PASSWORD, PASSWORD, &login),
		"new_password", "login.same_password");
	assert_int_equal(login_change(&f.cx, &s, PASSWORD, NEW_PASSWORD, &login), 0);
	assert_int_equal(login.stage, SESSION_FULL);
	(void)session_of(&f, &login);
	struct login later = enter(&f, "zhangsan", NEW_PASSWORD, SESSION_SECOND);
	s = session_of(&f, &later);
	assert_field_problem(&f, login_second(&f.cx, &s, code_at(&f, offer.secret, f.now), &later),
		"code",
		"login.code_wrong"); /* already used to enrol */
}

/* A browser left alone has the session, not the password. */
static void a_new_second_factor_takes_the_password(void **state)
{
	struct fixture f;
	struct login login, next;
	struct totp_offer offer;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	login = enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
	struct session s = session_of(&f, &login);
	assert_int_equal(login_second(&f.cx, &s, code_at(&f, SECRET, f.now), &login), 0);
	s = session_of(&f, &login);
	assert_int_equal(login_offer(&f.cx, &s, &offer), 0);
	const char *code = code_at(&f, offer.secret, f.now);
	assert_field_problem(&f, login_enrol(&f.cx, &s, "wrong", offer.sealed, code, &next),
		"old_password", "login.old_wrong");
	assert_field_problem(&f, login_enrol(&f.cx, &s, NULL, offer.sealed, code, &next),
		"old_password", "login.old_wrong");
	assert_int_equal(login_enrol(&f.cx, &s, PASSWORD, offer.sealed, code, &next), 0);
	assert_int_equal(next.stage, SESSION_FULL);
}

static void an_offer_is_for_one_account(void **state)
{
	struct fixture f;
	struct login one, other;
	struct totp_offer offer;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, NULL, false);
	(void)create(&f, "lisi", ROLE_AUTHORITY, NULL, false);
	one = enter(&f, "zhangsan", PASSWORD, SESSION_ENROL);
	other = enter(&f, "lisi", PASSWORD, SESSION_ENROL);
	struct session s1 = session_of(&f, &one), s2 = session_of(&f, &other);
	assert_int_equal(login_offer(&f.cx, &s1, &offer), 0);
	assert_problem(&f, login_enrol(&f.cx, &s2, NULL, offer.sealed,
		code_at(&f, offer.secret, f.now), &other), ERR_INVALID, "login.offer");
}

static void stages_cannot_be_skipped(void **state)
{
	struct fixture f;
	struct login login;
	struct totp_offer offer;
	set_up(&f, *state);
	(void)create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, true);
	login = enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
	struct session s = session_of(&f, &login);
	assert_problem(&f, login_change(&f.cx, &s, PASSWORD, NEW_PASSWORD, &login), ERR_STATE,
		"login.stage");
	assert_problem(&f, login_offer(&f.cx, &s, &offer), ERR_STATE, "login.stage");
	assert_problem(&f, login_enrol(&f.cx, &s, NULL, "", "", &login), ERR_STATE, "login.stage");
	f.now += 11 * 60; /* a half-open session ends soon */
	struct actor actor;
	assert_problem(&f, actor_from_session(&f.cx, login.token, "", &s, &actor), ERR_NOTFOUND,
		"session.ended");
}

static void a_new_password_ends_the_other_sessions(void **state)
{
	struct fixture f;
	struct actor actor;
	set_up(&f, *state);
	int64_t id;
	ctx_act_as_system(&f.cx, "演示");
	assert_int_equal(account_register(&f.cx, "11010519491231002X", "张三", 55, PASSWORD, &id),
		0);
	act_as(&f, ROLE_PUBLIC, 0, "");
	struct login one = enter(&f, "11010519491231002x", PASSWORD, SESSION_FULL);
	struct login other = enter(&f, "11010519491231002X", PASSWORD, SESSION_FULL);
	struct session s = session_of(&f, &one), gone;
	assert_int_equal(login_change(&f.cx, &s, PASSWORD, NEW_PASSWORD, &one), 0);
	assert_int_equal(actor_from_session(&f.cx, one.token, "", &s, &actor), 0);
	assert_int_equal(actor.person_id, 55);
	assert_problem(&f, actor_from_session(&f.cx, other.token, "", &gone, &actor), ERR_NOTFOUND,
		"session.ended");
}

static void a_number_is_found_while_secrets_are_exchanged(void **state)
{
	struct fixture f;
	struct keyring *both;
	int64_t id;
	set_up(&f, *state);
	ctx_act_as_system(&f.cx, "演示");
	assert_int_equal(account_register(&f.cx, "11010519491231002X", "张三", 55, PASSWORD, &id),
		0);
	assert_int_equal(keyring_from_hex(
		STR("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff "
		"00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef"), &both), 0);
	f.cx.keys = both;
	(void)enter(&f, "11010519491231002X", PASSWORD, SESSION_FULL);
	assert_problem(&f, account_register(&f.cx, "11010519491231002X", "张三", 55, PASSWORD, &id),
		ERR_CONFLICT, "account.idno_taken");
	keyring_free(both);
}

static void hashes_follow_the_cost(void **state)
{
	struct fixture f;
	struct q_account_find row;
	set_up(&f, *state);
	int64_t id = create(&f, "zhangsan", ROLE_AUTHORITY, SECRET, false);
	password_set_cost(128, 1);
	(void)enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
	assert_int_equal(q_account_find(f.cx.db, &row, .id = id), 0);
	assert_false(password_is_stale(row.password_hash));
	password_set_cost(64, 1);
	(void)enter(&f, "zhangsan", PASSWORD, SESSION_SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(staff_with_two_factors),
		test_db_case(a_code_counts_once),
		test_db_case(wrong_passwords_lock_for_longer_each_time),
		test_db_case(an_administrator_unlocks),
		test_db_case(no_log_in_with_the_old_password_outlives_a_reset),
		test_db_case(wrong_codes_lock_too),
		test_db_case(a_right_password_begins_the_count_anew),
		test_db_case(the_unknown_look_like_the_known),
		test_db_case(one_address_cannot_try_many),
		test_db_case(who_is_kept_out_in_spite_of_the_password),
		test_db_case(the_first_log_in),
		test_db_case(a_new_second_factor_takes_the_password),
		test_db_case(an_offer_is_for_one_account),
		test_db_case(stages_cannot_be_skipped),
		test_db_case(a_new_password_ends_the_other_sessions),
		test_db_case(a_number_is_found_while_secrets_are_exchanged),
		test_db_case(hashes_follow_the_cost),
	};
	password_set_cost(64, 1);
	keys = fixture_keys();
	int failed = test_db_run("login", tests);
	keyring_free(keys);
	return failed;
}
