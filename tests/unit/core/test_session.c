#include "core/session.h"

#include "core/fixture.h"
#include "query/account.h"

static int64_t open_account(struct fixture *f)
{
	enum { ID = 5 };
	assert_int_equal(q_account_insert(f->cx.db, .id = ID, .login = "zhangsan", .name = "张三",
		.role = "body_manager", .region = "3710", .body_id = 9), 1);
	return ID;
}

static int check(struct fixture *f, const char *token, struct session *ret_session)
{
	struct actor actor;
	int r = actor_from_session(&f->cx, token, "192.0.2.1", ret_session, &actor);
	ctx_clear(&f->cx);
	return r;
}

static void the_token_is_nowhere_in_the_database(void **state)
{
	struct fixture f;
	struct q_session_of_account_rows rows;
	const char *token;
	fixture_init(&f, *state, NULL);
	int64_t id = open_account(&f);
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "agent", &token), 0);
	assert_int_equal(strlen(token), 43); /* 256 bits in base64url */
	assert_int_equal(q_session_of_account(f.cx.db, &rows, .account_id = id), 0);
	assert_int_equal(rows.n, 1);
	assert_string_not_equal(rows.at[0].token_hash, token);
	assert_int_equal(strlen(rows.at[0].token_hash), 64);
	struct session s;
	assert_int_equal(check(&f, rows.at[0].token_hash, &s), ERR_NOTFOUND);
	assert_int_equal(check(&f, "", &s), ERR_NOTFOUND);
	assert_int_equal(check(&f, NULL, &s), ERR_NOTFOUND);
	assert_int_equal(check(&f, token, &s), 0);
	assert_int_equal(strlen(s.csrf_secret), 64);
}

/* On a full disk people go on reading; what has ended stays ended. */
static void it_goes_on_when_nothing_can_be_written(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	struct session s;
	const char *token;
	fixture_init(&f, t, NULL);
	assert_int_equal(session_open(&f.cx, open_account(&f), SESSION_FULL, "", &token), 0);
	f.now += 120;
	db_fail_after(t->db, 3); /* the session, the setting, the time it was seen */
	assert_int_equal(check(&f, token, &s), 0);
	f.now += 3600;
	db_fail_after(t->db, 3);
	assert_int_equal(check(&f, token, &s), ERR_NOTFOUND);
	db_fail_after(t->db, 1);
	assert_int_equal(check(&f, token, &s), ERR_DB);
	db_fail_after(t->db, 0);
}

static void a_browser_may_call_itself_anything(void **state)
{
	static const char *const names[] = {"Mozilla/5.0", "\xff\xfe", "a\x1b[2J", "浏览器\xe6"};
	static const char *const kept[] = {"Mozilla/5.0", "", "", ""};
	struct fixture f;
	struct q_session_of_account_rows rows;
	const char *token;
	fixture_init(&f, *state, NULL);
	int64_t id = open_account(&f);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(session_open(&f.cx, id, SESSION_FULL, names[i], &token), 0);
		assert_int_equal(q_session_of_account(f.cx.db, &rows, .account_id = id), 0);
		assert_int_equal(rows.n, 1);
		assert_string_equal(rows.at[0].agent, kept[i]);
		assert_int_equal(session_end_all(&f.cx, id, NULL), 0);
	}
}

static void it_ends_when_idle(void **state)
{
	struct fixture f;
	struct session s;
	const char *token;
	fixture_init(&f, *state, NULL);
	assert_int_equal(session_open(&f.cx, open_account(&f), SESSION_FULL, "", &token), 0);
	for (int i = 0; i < 10; i++) {
		f.now += 29 * 60;
		assert_int_equal(check(&f, token, &s), 0);
	}
	f.now += 30 * 60;
	assert_int_equal(check(&f, token, &s), ERR_NOTFOUND);
	f.now -= 60;
	assert_int_equal(check(&f, token, &s), ERR_NOTFOUND); /* for good */
}

/* Begun by a clock that was far ahead and was put right: it does not live until then. */
static void it_ends_when_it_is_of_times_to_come(void **state)
{
	enum { AHEAD = 86400 * 400 };
	struct fixture f;
	struct session s;
	const char *token;
	fixture_init(&f, *state, NULL);
	int64_t id = open_account(&f);
	f.now += AHEAD;
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "", &token), 0);
	f.now -= 60; /* clocks of two machines differ */
	assert_int_equal(check(&f, token, &s), 0);
	f.now -= AHEAD - 60;
	assert_int_equal(check(&f, token, &s), ERR_NOTFOUND);
	f.now += AHEAD;
	assert_int_equal(check(&f, token, &s), ERR_NOTFOUND);
}

static void it_ends_after_hours_in_any_case(void **state)
{
	struct fixture f;
	struct session s;
	const char *token;
	fixture_init(&f, *state, NULL);
	assert_int_equal(session_open(&f.cx, open_account(&f), SESSION_FULL, "", &token), 0);
	for (int i = 0; i < 12 * 6 - 1; i++) {
		f.now += 10 * 60;
		assert_int_equal(check(&f, token, &s), 0);
	}
	f.now += 10 * 60;
	assert_int_equal(check(&f, token, &s), ERR_NOTFOUND);
}

static void the_actor_is_what_the_account_is_now(void **state)
{
	struct fixture f;
	struct session s;
	struct actor actor;
	const char *token;
	fixture_init(&f, *state, NULL);
	int64_t id = open_account(&f);
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "", &token), 0);
	assert_int_equal(q_account_set_role(f.cx.db, .id = id, .role = "body_clerk",
		.region = "3702", .body_id = 4), 1);
	assert_int_equal(actor_from_session(&f.cx, token, "192.0.2.1", &s, &actor), 0);
	assert_int_equal(actor.role, ROLE_BODY_CLERK);
	assert_int_equal(actor.body_id, 4);
	assert_int_equal(q_account_set_role(f.cx.db, .id = id, .role = "system"), 1);
	assert_int_equal(check(&f, token, &s), ERR_NOTFOUND); /* nobody logs in as the program */
}

static void ending(void **state)
{
	struct fixture f;
	struct session s;
	const char *one, *two, *three;
	fixture_init(&f, *state, NULL);
	int64_t id = open_account(&f);
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "", &one), 0);
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "", &two), 0);
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "", &three), 0);
	assert_int_equal(check(&f, one, &s), 0);
	assert_int_equal(session_end(&f.cx, &s), 0);
	assert_int_equal(check(&f, one, &s), ERR_NOTFOUND);
	assert_int_equal(session_end_all(&f.cx, id, session_hash(&f.cx, two)), 0);
	assert_int_equal(check(&f, two, &s), 0);
	assert_int_equal(check(&f, three, &s), ERR_NOTFOUND);
	assert_int_equal(session_end_all(&f.cx, id, NULL), 0);
	assert_int_equal(check(&f, two, &s), ERR_NOTFOUND);
}

static void sweeping_takes_only_what_has_ended(void **state)
{
	struct fixture f;
	struct session s;
	struct q_session_of_account_rows rows;
	const char *old, *fresh;
	fixture_init(&f, *state, NULL);
	int64_t id = open_account(&f);
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "", &old), 0);
	f.now += 3600;
	assert_int_equal(session_open(&f.cx, id, SESSION_FULL, "", &fresh), 0);
	assert_int_equal(session_sweep(&f.cx), 0);
	assert_int_equal(q_session_of_account(f.cx.db, &rows, .account_id = id), 0);
	assert_int_equal(rows.n, 1);
	assert_int_equal(check(&f, fresh, &s), 0);
}

static void a_stage_is_taken_once(void **state)
{
	struct fixture f;
	struct session s, later;
	const char *token, *next, *again;
	fixture_init(&f, *state, NULL);
	assert_int_equal(session_open(&f.cx, open_account(&f), SESSION_SECOND, "agent", &token), 0);
	assert_int_equal(check(&f, token, &s), 0);
	assert_int_equal(session_advance(&f.cx, &s, SESSION_FULL, &next), 0);
	assert_problem(&f, session_advance(&f.cx, &s, SESSION_FULL, &again), ERR_NOTFOUND,
		"session.ended");
	assert_int_equal(check(&f, next, &later), 0);
	assert_int_equal(later.stage, SESSION_FULL);
	assert_string_not_equal(later.csrf_secret, s.csrf_secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(the_token_is_nowhere_in_the_database),
		test_db_case(it_goes_on_when_nothing_can_be_written),
		test_db_case(a_browser_may_call_itself_anything),
		test_db_case(it_ends_when_idle),
		test_db_case(it_ends_after_hours_in_any_case),
		test_db_case(it_ends_when_it_is_of_times_to_come),
		test_db_case(the_actor_is_what_the_account_is_now),
		test_db_case(ending),
		test_db_case(sweeping_takes_only_what_has_ended),
		test_db_case(a_stage_is_taken_once),
	};
	return test_db_run("session", tests);
}
