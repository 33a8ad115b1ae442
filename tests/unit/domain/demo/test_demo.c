/* The demo province: whole or not at all, the same each time, and nothing in it that a check would
 * complain of. */
#include "domain/demo/demo.h"

#include "../../core/fixture.h"
#include "base/password.h"
#include "core/account.h"
#include "core/flow.h"
#include "domain/certificate/certificate.h"
#include "domain/evaluation/arrange.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/result.h"
#include "domain/registry/registry.h"
#include "domain/standard/reference.h"
#include "query/account.h"
#include "query/batch.h"
#include "query/certificate.h"
#include "query/core.h"
#include "query/demo.h"
#include "query/registry.h"

enum { NAMES_MAX = 2000 };

static const char seed[] = "test";

static void begin(struct fixture *f, struct test_db *t, const struct keyring *keys)
{
	size_t changed;
	fixture_init(f, t, keys);
	f->now = day_of("2026-11-20") * 86400 + NOON;
	ctx_act_as_system(&f->cx, "test");
	test_ok(t, q_platform_insert(t->db, .id = 1, .demo = 0, .clock_offset_s = 0,
		.created_at = f->now));
	test_ok(t, reference_load(&f->cx, &changed));
}

static struct demo_report make(struct fixture *f)
{
	struct demo_report report;
	int r = demo_make(&f->cx,
		&(struct demo_in){.seed = seed, .until_at = f->now, .is_small = true}, &report);
	if (r < 0)
		fail_msg("%s: %s / %s", f->cx.problem.id, problem_text(&f->cx), db_error(f->cx.db));
	return report;
}

static void no_alarm(void *arg, const char *text)
{
	(void)arg;
	fail_msg("%s", text);
}

static void no_batch_alarm(void *arg, int64_t batch_id, const char *text)
{
	(void)batch_id;
	no_alarm(arg, text);
}

static size_t count_batches(struct ctx *cx, const char *state)
{
	struct q_batch_list_rows rows;
	assert_int_equal(q_batch_list(cx->db, &rows, .scope = scope_all(), .state = state), 0);
	return rows.n;
}

static void every_state_is_there(struct ctx *cx)
{
	for (const struct flow_state *s = batch_flow.states; s->code; s++)
		if (!count_batches(cx, s->code))
			fail_msg("no batch is %s", s->code);
	for (const struct flow_state *s = filing_flow.states; s->code; s++) {
		struct q_filing_list_rows rows;
		assert_int_equal(q_filing_list(cx->db, &rows, .scope = scope_all(),
			.state = s->code), 0);
		if (!rows.n)
			fail_msg("no filing is %s", s->code);
	}
}

static void every_arrangement_holds(struct ctx *cx)
{
	static const char *const states[] = {"arranged", "testing", "marking"};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		struct q_batch_list_rows rows;
		assert_int_equal(q_batch_list(cx->db, &rows, .scope = scope_all(),
			.state = states[i]), 0);
		for (size_t k = 0; k < rows.n; k++)
			assert_int_equal(arrange_verify(cx, rows.at[k].id), 0);
	}
}

static void every_account_is_there(struct ctx *cx)
{
	for (const struct demo_account *a = demo_accounts; a->login; a++) {
		struct q_account_login_find row;
		struct q_account_find account;
		bool is_staff = a->has_totp;
		const char *key = is_staff ? account_login_key(cx, a->login) : account_idno_key(cx,
			a->login, 0);
		assert_int_equal(q_account_login_find(cx->db, &row, .login_key = key), 0);
		assert_int_equal(q_account_find(cx->db, &account, .id = row.account_id), 0);
		assert_string_equal(account.role, a->role);
		assert_true(password_is(account.password_hash, str_of(demo_password)));
	}
}

static void test_province(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	struct keyring *keys = fixture_keys();
	bool there;
	begin(&f, t, keys);
	test_ok(t, demo_is_there(&f.cx, &there));
	assert_false(there);
	int64_t before = f.now;
	struct demo_report report = make(&f);
	assert_true(report.bodies > 35 && report.people > 400 && report.certificates > 200);
	assert_int_equal(ctx_now(&f.cx), before);
	test_ok(t, demo_is_there(&f.cx, &there));
	assert_true(there);
	every_state_is_there(&f.cx);
	every_arrangement_holds(&f.cx);
	every_account_is_there(&f.cx);
	test_ok(t, result_check(&f.cx, 0, no_batch_alarm, NULL));
	test_ok(t, certificate_check(&f.cx, no_alarm, NULL));
	struct demo_report again;
	assert_problem(&f, demo_make(&f.cx, &(struct demo_in){.seed = seed, .until_at = f.now},
		&again), ERR_STATE, "demo.not_empty");
	keyring_free(keys);
}

/* Names and order of everybody certified. */
static size_t names_of(struct ctx *cx, const char **ret_names)
{
	struct q_demo_certificates_rows rows;
	assert_int_equal(q_demo_certificates(cx->db, &rows), 0);
	assert_in_range(rows.n, 1, NAMES_MAX);
	for (size_t i = 0; i < rows.n; i++)
		ret_names[i] = rows.at[i].name;
	return rows.n;
}

static void test_same_again(void **state)
{
	static const char *first[NAMES_MAX], *second[NAMES_MAX];
	struct test_db *t = *state;
	if (t->kind != DB_SQLITE)
		skip(); /* what is drawn does not depend on the engine */
	struct test_db *other = test_db_open(t->kind);
	struct fixture f, g;
	struct keyring *keys = fixture_keys();
	begin(&f, t, keys);
	begin(&g, other, keys);
	struct demo_report a = make(&f), b = make(&g);
	assert_memory_equal(&a, &b, sizeof a);
	size_t n = names_of(&f.cx, first);
	assert_int_equal(names_of(&g.cx, second), n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(first[i], second[i]);
	test_db_close(other);
	keyring_free(keys);
}

/* A statement that fails in the middle leaves nothing behind. */
static void test_all_or_nothing(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	struct keyring *keys = fixture_keys();
	struct demo_report report;
	bool there;
	begin(&f, t, keys);
	db_fail_after(t->db, 4000);
	assert_int_equal(demo_make(&f.cx,
		&(struct demo_in){.seed = seed, .until_at = f.now, .is_small = true}, &report),
		ERR_DB);
	db_fail_after(t->db, 0);
	ctx_clear(&f.cx);
	test_ok(t, demo_is_there(&f.cx, &there));
	assert_false(there);
	keyring_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_province),
		test_db_case(test_same_again),
		test_db_case(test_all_or_nothing),
	};
	password_set_cost(64, 1);
	return test_db_run("demo", tests);
}
