#include "core/setting.h"

#include <ftw.h>
#include <regex.h>
#include <stdlib.h>

#include "core/fixture.h"
#include "query/core.h"

static int names_seen;

static void the_table_is_sound(void **state)
{
	(void)state;
	for (const struct setting *s = settings; s->name; s++) {
		assert_ptr_equal(setting_find(s->name), s); /* no name twice */
		if (s->min > s->max || s->preset < s->min || s->preset > s->max)
			fail_msg("%s: preset outside its limits", s->name);
		if (!*s->label || !*s->room || !*s->unit || !*s->source)
			fail_msg("%s: something is not said", s->name);
		assert_non_null(strchr(s->name, '.'));
	}
	assert_null(setting_find("no.such"));
}

/* Group 2 is the name. Deadlines of flows stand in tables, but they all end in working days. */
static const char *const patterns[] = {
	"(setting_[ig][ne]t\\([^\",]*,[ \t\n]*)\"([a-z0-9_.]+)\"",
	"(\")([a-z0-9_]+\\.[a-z0-9_]+_wd)\"",
};

static void check_names(const char *path, const char *text, const char *pattern)
{
	regmatch_t m[3];
	regex_t re;
	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED), 0);
	for (const char *p = text; regexec(&re, p, 3, m, 0) == 0; p += m[0].rm_eo) {
		char name[80];
		snprintf(name, sizeof name, "%.*s", (int)(m[2].rm_eo - m[2].rm_so), p + m[2].rm_so);
		names_seen++;
		if (!setting_find(name))
			fail_msg("%s: setting %s is not in setting.def", path, name);
	}
	regfree(&re);
}

/* A name that setting.def lacks aborts when it is asked for: better here than there. */
static int check_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
	size_t n = strlen(path);
	(void)st;
	(void)at;
	if (type != FTW_F || n < 2 || strcmp(path + n - 2, ".c") != 0)
		return 0;
	struct str text = test_file(path);
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		check_names(path, text.p, patterns[i]);
	free((char *)text.p);
	return 0;
}

static void every_name_asked_for_is_there(void **state)
{
	(void)state;
	assert_int_equal(nftw("src", check_file, 16, FTW_PHYS), 0);
	assert_true(names_seen > 10);
}

static void put(struct fixture *f, const char *region, const char *on, int64_t amount)
{
	assert_int_equal(setting_put(&f->cx, "result.publicity_wd", region, day_of(on), amount), 0);
}

static int64_t get(struct fixture *f, const char *region, const char *on)
{
	int64_t checked, plain = setting_int(&f->cx, "result.publicity_wd", region, day_of(on));
	assert_int_equal(setting_get(&f->cx, "result.publicity_wd", region, day_of(on), &checked),
		0);
	assert_int_equal(plain, checked);
	return plain;
}

static void the_nearest_region_and_the_latest_date_count(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	ctx_act_as_system(&f.cx, "演示");
	assert_int_equal(get(&f, "371002", "2026-01-01"), 5);
	put(&f, "", "2026-01-01", 6);
	put(&f, "37", "2026-01-01", 7);
	put(&f, "37", "2026-06-01", 8);
	put(&f, "3710", "2026-03-01", 9);
	put(&f, "371002", "2026-09-01", 10);
	assert_int_equal(get(&f, "371002", "2025-12-31"), 5);
	assert_int_equal(get(&f, "371002", "2026-01-01"), 7);
	assert_int_equal(get(&f, "371002", "2026-03-01"), 9);
	/* the city's own goes before the province's newer one */
	assert_int_equal(get(&f, "371002", "2026-06-02"), 9);
	assert_int_equal(get(&f, "371002", "2026-09-01"), 10);
	assert_int_equal(get(&f, "3710", "2026-09-01"), 9);
	assert_int_equal(get(&f, "3702", "2026-06-01"), 8);
	assert_int_equal(get(&f, "11", "2026-06-01"), 6);
	assert_int_equal(get(&f, "", "2026-06-01"), 6);
	put(&f, "3710", "2026-03-01", 4);
	assert_int_equal(get(&f, "3710", "2026-09-01"), 4);
}

static void today_is_the_default(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	act_as(&f, ROLE_ADMIN_SYSTEM, 1, "系统管理员");
	assert_int_equal(setting_put(&f.cx, "resit.max", "37", 0, 3), 0);
	assert_int_equal(setting_int(&f.cx, "resit.max", "37", 0), 3);
	f.now -= 86400;
	assert_int_equal(setting_int(&f.cx, "resit.max", "37", 0), 1);
}

static void what_may_not_be_put(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	int64_t tomorrow = ctx_today(&f.cx) + 1;
	act_as(&f, ROLE_AUTHORITY_HEAD, 1, "负责人");
	assert_problem(&f, setting_put(&f.cx, "resit.max", "37", tomorrow, 3), ERR_DENIED,
		"auth.denied");
	act_as(&f, ROLE_ADMIN_SYSTEM, 1, "系统管理员");
	assert_field_problem(&f, setting_put(&f.cx, "no.such", "37", tomorrow, 3), "name",
		"setting.unknown");
	assert_field_problem(&f, setting_put(&f.cx, "resit.max", "37", tomorrow, 99), "amount",
		"setting.range");
	assert_field_problem(&f, setting_put(&f.cx, "resit.max", "37x", tomorrow, 3), "region",
		"setting.region");
	assert_field_problem(&f, setting_put(&f.cx, "resit.max", "37", tomorrow - 2, 3),
		"effective_on", "setting.past");
	assert_int_equal(setting_int(&f.cx, "resit.max", "37", tomorrow), 1);
}

/* Who opens accounts does not decide how they are guarded. */
static void security_is_the_security_administrators(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	act_as(&f, ROLE_ADMIN_SYSTEM, 1, "系统管理员");
	assert_problem(&f, setting_put(&f.cx, "account.second_factor", "", 0, 0), ERR_DENIED,
		"auth.denied");
	assert_int_equal(setting_int(&f.cx, "account.second_factor", "", 0), 1);
	act_as(&f, ROLE_ADMIN_SECURITY, 2, "安全管理员");
	assert_int_equal(setting_put(&f.cx, "login.failures_max", "", 0, 3), 0);
	assert_problem(&f, setting_put(&f.cx, "resit.max", "37", 0, 3), ERR_DENIED, "auth.denied");
}

static void a_change_is_audited_or_does_not_happen(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	struct q_audit_list_rows rows;
	fixture_init(&f, t, NULL);
	act_as(&f, ROLE_ADMIN_SYSTEM, 7, "系统管理员");
	db_fail_after(t->db, 3); /* begin, the value, the audit line */
	assert_int_equal(setting_put(&f.cx, "resit.max", "37", 0, 3), ERR_DB);
	db_fail_after(t->db, 0);
	ctx_clear(&f.cx);
	assert_int_equal(setting_int(&f.cx, "resit.max", "37", 0), 1);
	assert_int_equal(setting_put(&f.cx, "resit.max", "37", 0, 3), 0);
	test_ok(t, q_audit_list(t->db, &rows, .page = {.limit = 10}));
	assert_int_equal(rows.n, 1);
	assert_string_equal(rows.at[0].action, "setting.put");
	assert_int_equal(rows.at[0].account_id, 7);
	assert_non_null(strstr(rows.at[0].detail, "resit.max"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(the_table_is_sound),
		cmocka_unit_test(every_name_asked_for_is_there),
		test_db_case(the_nearest_region_and_the_latest_date_count),
		test_db_case(today_is_the_default),
		test_db_case(what_may_not_be_put),
		test_db_case(security_is_the_security_administrators),
		test_db_case(a_change_is_audited_or_does_not_happen),
	};
	return test_db_run("setting", tests);
}
