#include "core/workday.h"

#include "core/fixture.h"
#include "query/core.h"

static struct fixture *set_up(struct fixture *f, struct test_db *t)
{
	workday_forget();
	fixture_init(f, t, NULL);
	return f;
}

static int64_t due(struct fixture *f, const char *day, int64_t n)
{
	int64_t checked, plain = workday_add(&f->cx, day_of(day), n);
	assert_int_equal(workday_due(&f->cx, day_of(day), n, &checked), 0);
	assert_int_equal(plain, checked);
	return plain;
}

static void a_year_without_notice_has_plain_weeks(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	assert_true(workday_is(&f.cx, day_of("2030-03-04")));  /* Monday */
	assert_false(workday_is(&f.cx, day_of("2030-03-02"))); /* Saturday */
	assert_int_equal(due(&f, "2030-03-01", 5), day_of("2030-03-08")); /* Friday to Friday */
	assert_int_equal(due(&f, "2030-03-02", 0), day_of("2030-03-04"));
	assert_int_equal(due(&f, "2030-03-04", 0), day_of("2030-03-04"));
	assert_int_equal(due(&f, "2030-03-02", 1), day_of("2030-03-04"));
}

/* The Spring Festival of 2025: off from 28 January to 4 February, work on 26 January and 8
 * February. */
static void holidays_and_make_up_days_count(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	for (int64_t day = day_of("2025-01-28"); day <= day_of("2025-02-04"); day++)
		assert_int_equal(workday_put(&f.cx, day, "holiday", "春节"), 0);
	assert_int_equal(workday_put(&f.cx, day_of("2025-01-26"), "workday", "春节调休"), 0);
	assert_int_equal(workday_put(&f.cx, day_of("2025-02-08"), "workday", "春节调休"), 0);
	assert_true(workday_is(&f.cx, day_of("2025-01-26")));
	assert_false(workday_is(&f.cx, day_of("2025-01-31")));
	assert_int_equal(due(&f, "2025-01-24", 5), day_of("2025-02-07"));
	assert_int_equal(due(&f, "2025-01-24", 6), day_of("2025-02-08"));
	assert_int_equal(workday_between(&f.cx, day_of("2025-01-24"), day_of("2025-02-07")), 5);
	assert_int_equal(workday_between(&f.cx, day_of("2025-02-07"), day_of("2025-01-24")), -5);
	assert_int_equal(workday_between(&f.cx, day_of("2025-01-28"), day_of("2025-02-04")), 0);
}

static void a_change_is_seen_at_once(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	assert_true(workday_is(&f.cx, day_of("2026-10-01")));
	assert_int_equal(workday_put(&f.cx, day_of("2026-10-01"), "holiday", "国庆节"), 0);
	assert_false(workday_is(&f.cx, day_of("2026-10-01")));
	assert_int_equal(workday_put(&f.cx, day_of("2026-10-01"), "workday", ""), 0);
	assert_true(workday_is(&f.cx, day_of("2026-10-01")));
	assert_field_problem(&f, workday_put(&f.cx, 1, "rest", ""), "kind", "workday.kind");
}

static void years_are_crossed(void **state)
{
	struct fixture f;
	set_up(&f, *state);
	assert_int_equal(workday_put(&f.cx, day_of("2027-01-01"), "holiday", "元旦"), 0);
	assert_int_equal(due(&f, "2026-12-30", 2), day_of("2027-01-04")); /* 31st, then Monday */
}

static void a_deadline_is_not_guessed(void **state)
{
	struct test_db *t = *state;
	struct fixture f;
	set_up(&f, t);
	int64_t due_on = 77;
	db_fail_after(t->db, 1);
	assert_int_equal(workday_due(&f.cx, day_of("2031-03-04"), 3, &due_on), ERR_DB);
	assert_int_equal(due_on, 77);
	db_fail_after(t->db, 0);
	assert_int_equal(workday_due(&f.cx, day_of("2031-03-04"), 3, &due_on), 0);
	assert_int_equal(due_on, day_of("2031-03-07"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(a_year_without_notice_has_plain_weeks),
		test_db_case(holidays_and_make_up_days_count),
		test_db_case(a_change_is_seen_at_once),
		test_db_case(years_are_crossed),
		test_db_case(a_deadline_is_not_guessed),
	};
	return test_db_run("workday", tests);
}
