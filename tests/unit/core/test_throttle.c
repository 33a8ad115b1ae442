#include "core/throttle.h"

#include "core/fixture.h"

static void set_up(struct fixture *f, struct test_db *t)
{
	throttle_forget();
	fixture_init(f, t, NULL);
}

static void set_ip(struct fixture *f, const char *ip)
{
	ctx_act_as(&f->cx, &(struct actor){.role = ROLE_PUBLIC, .ip = ip});
}

static int count(struct fixture *f, const char *key, int64_t limit, int tries)
{
	int taken = 0;
	for (int i = 0; i < tries; i++)
		taken += throttle_take(&f->cx, "t", key, limit, 60);
	return taken;
}

static void so_many_and_no_more(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	assert_int_equal(count(&f, "a", 20, 100), 20);
	assert_int_equal(count(&f, "b", 20, 100), 20); /* each for itself */
	f.now += 30;
	assert_int_equal(count(&f, "a", 20, 100), 10); /* half has come back */
	f.now += 3600;
	assert_int_equal(count(&f, "a", 20, 100), 20); /* not more than all */
}

static void one_who_keeps_trying_still_gets_his_share(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	assert_int_equal(count(&f, "a", 20, 100), 20);
	int taken = 0;
	for (int second = 0; second < 60; second++) {
		f.now++;
		taken += count(&f, "a", 20, 10);
	}
	assert_in_range(taken, 19, 20);
}

static void addresses(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	set_ip(&f, "192.0.2.1");
	assert_true(throttle_ip(&f.cx, "verify", 1));
	assert_false(throttle_ip(&f.cx, "verify", 1));
	assert_true(throttle_ip(&f.cx, "login", 1)); /* another bucket */
	set_ip(&f, "192.0.2.2");
	assert_true(throttle_ip(&f.cx, "verify", 1));
	set_ip(&f, "2001:db8:0:1::1");
	assert_true(throttle_ip(&f.cx, "verify", 1));
	set_ip(&f, "2001:db8:0:1:ffff::2"); /* the same subscriber */
	assert_false(throttle_ip(&f.cx, "verify", 1));
	set_ip(&f, "2001:db8:0:2::1");
	assert_true(throttle_ip(&f.cx, "verify", 1));
}

static void a_full_table_goes_on(void **state)
{
	struct fixture f;
	char key[16];
	set_up(&f, *state);
	for (int i = 0; i < 200000; i++) {
		snprintf(key, sizeof key, "%d", i);
		f.now += i % 1000 == 0;
		assert_true(throttle_take(&f.cx, "t", key, 2, 60));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(so_many_and_no_more),
		test_db_case(one_who_keeps_trying_still_gets_his_share),
		test_db_case(addresses),
		test_db_case(a_full_table_goes_on),
	};
	test_db_kind = DB_SQLITE;
	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
