#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/civil.h"

static int64_t day(const char *z)
{
	int64_t ret;
	assert_true(civil_parse_day(str_of(z), &ret));
	return ret;
}

static void known_days(void **state)
{
	(void)state;
	assert_int_equal(civil_day(1970, 1, 1), 0);
	assert_int_equal(civil_day(2000, 3, 1), 11017);
	assert_int_equal(civil_day(1969, 12, 31), -1);
	assert_int_equal(civil_day(1600, 1, 1), -135140);
	assert_int_equal(civil_day(2026, 11, 22), 20779);
	assert_int_equal(civil_weekday(civil_day(2026, 11, 22)), 7);
	assert_int_equal(civil_weekday(civil_day(1969, 12, 29)), 1);
}

/* Steps through 800 years with the month lengths alone. */
static void every_day_comes_back(void **state)
{
	(void)state;
	int64_t n = civil_day(1600, 1, 1);
	for (int year = 1600; year < 2400; year++)
		for (int month = 1; month <= 12; month++)
			for (int d = 1; civil_is_date(year, month, d); d++, n++) {
				struct civil c = civil_of(n);
				assert_int_equal(civil_day(year, month, d), n);
				assert_true(c.year == year && c.month == month && c.day == d);
			}
	assert_int_equal(n, civil_day(1600, 1, 1) + 2 * 146097);
}

static void dates_that_are_read(void **state)
{
	static const char *const same[] = {"2024-02-29", "2024/2/29", "20240229", "2024年2月29日",
		" 2024-2-29 ", "2024.02.29", "2024年02月29日"};
	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_int_equal(day(same[i]), 19782);
}

static void dates_that_are_refused(void **state)
{
	static const char *const bad[] = {"", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1",
		"24-01-01", "2024-01-01x", "2024-01/01", "202411", "2024 01 01", "2024年1月1",
		"-2024-01-01", "2024-04-31", "0000-01-01", "20240229 1", "45000", "2024-001-01"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int64_t ret = 77;
		assert_false(civil_parse_day(str_of(bad[i]), &ret));
		assert_int_equal(ret, 77);
	}
}

static void times_are_local(void **state)
{
	(void)state;
	char out[CIVIL_TEXT];
	int64_t time;
	assert_string_equal(civil_put_time(0, out), "1970-01-01 08:00");
	assert_string_equal(civil_put_time(-28801, out), "1969-12-31 23:59");
	assert_string_equal(civil_put_time_iso(1795307109, out), "2026-11-22T08:25:09+08:00");
	assert_true(civil_parse_time(STR("2026-11-22T08:25"), &time));
	assert_int_equal(time, 1795307100);
	assert_true(civil_parse_time(STR("2026-11-22 08:25:09"), &time));
	assert_int_equal(time, 1795307109);
	assert_string_equal(civil_put_time_input(time, out), "2026-11-22T08:25");
	assert_int_equal(civil_day_at(57599), 0);
	assert_int_equal(civil_day_at(57600), 1);
	assert_int_equal(civil_midnight(1), 57600);
}

static void times_that_are_refused(void **state)
{
	static const char *const bad[] = {"", "2026-11-22", "2026-11-22T", "2026-11-22T24:00",
		"2026-11-22T08:60", "2026-11-22T08:25Z", "2026-11-22T8:25", "2026-11-22T08:25:60",
		"2026-11-22T08:25:"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int64_t ret = 77;
		assert_false(civil_parse_time(str_of(bad[i]), &ret));
		assert_int_equal(ret, 77);
	}
}

static void texts(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 16);
	assert_string_equal(civil_day_text(a, 19782), "2024-02-29");
	assert_string_equal(civil_day_text_zh(a, 19782), "2024年2月29日");
	assert_string_equal(civil_time_text(a, 0), "1970-01-01 08:00");
	/* Anything may come out of a database: no overflow, no overrun. */
	char out[CIVIL_TEXT];
	civil_put_day(INT64_MAX, out);
	civil_put_day(INT64_MIN, out);
	civil_put_time_iso(INT64_MAX, out);
	civil_put_time_iso(INT64_MIN, out);
	civil_add_years(INT64_MAX, INT64_MAX);
}

static void months_clamp_at_their_end(void **state)
{
	(void)state;
	assert_int_equal(civil_add_months(day("2024-01-31"), 1), day("2024-02-29"));
	assert_int_equal(civil_add_months(day("2023-01-31"), 1), day("2023-02-28"));
	assert_int_equal(civil_add_months(day("2024-01-31"), -2), day("2023-11-30"));
	assert_int_equal(civil_add_months(day("2024-12-15"), 1), day("2025-01-15"));
	assert_int_equal(civil_add_years(day("2024-02-29"), 1), day("2025-02-28"));
	assert_int_equal(civil_add_years(day("2024-02-29"), 4), day("2028-02-29"));
}

static void full_years_and_months(void **state)
{
	(void)state;
	assert_int_equal(civil_years_between(day("2008-03-10"), day("2024-03-09")), 15);
	assert_int_equal(civil_years_between(day("2008-03-10"), day("2024-03-10")), 16);
	assert_int_equal(civil_months_between(day("2024-01-31"), day("2024-02-29")), 1);
	assert_int_equal(civil_months_between(day("2024-01-31"), day("2024-02-28")), 0);
	assert_int_equal(civil_months_between(day("2024-03-15"), day("2024-03-14")), -1);
}

static void years_full_agree_with_the_day_they_are_full(void **state)
{
	(void)state;
	for (int64_t from = day("2019-12-20"); from < day("2024-03-10"); from++)
		for (int64_t n = 1; n <= 12; n++) {
			int64_t due = civil_add_years(from, n);
			assert_int_equal(civil_years_between(from, due), n);
			assert_int_equal(civil_years_between(from, due - 1), n - 1);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_days),
		cmocka_unit_test(every_day_comes_back),
		cmocka_unit_test(dates_that_are_read),
		cmocka_unit_test(dates_that_are_refused),
		cmocka_unit_test(times_are_local),
		cmocka_unit_test(times_that_are_refused),
		cmocka_unit_test(texts),
		cmocka_unit_test(months_clamp_at_their_end),
		cmocka_unit_test(full_years_and_months),
		cmocka_unit_test(years_full_agree_with_the_day_they_are_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
