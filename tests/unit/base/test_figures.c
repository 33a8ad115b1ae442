#include "base/figures.h"

#include <string.h>

#include "support.h"

static void there_and_back(void **state)
{
	const struct figure all[] = {
		{false, FIGURES_ALL, STR_NONE, 12},
		{true, FIGURES_ALL, STR_NONE, 1},
		{false, FIGURES_BODY_KIND, STR("school"), 12},
		{true, FIGURES_REGION, STR("3710"), 1},
		{false, FIGURES_GRADE, STR("0"), INT64_MAX},
		{false, FIGURES_YEAR, STR("2026"), 0},
	};
	struct str rest;
	struct figure f;
	uint64_t size;
	auto_buf b;
	(void)state;
	buf_init(&b, 1024);
	figures_put_size(&b, 77);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		figures_put(&b, &all[i]);
	assert_string_equal(buf_z(&b),
		"tree_size:2:77\nissued:2:12\nrevoked:1:1\nissued_body_kind_school:2:12\n"
		"revoked_region_3710:1:1\nissued_grade_0:19:9223372036854775807\n"
		"issued_year_2026:1:0\n");
	rest = buf_view(&b);
	assert_false(figures_take(&rest, &f)); /* the size comes first */
	assert_true(figures_take_size(&rest, &size));
	assert_int_equal(size, 77);
	assert_false(figures_take_size(&rest, &size));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_true(figures_take(&rest, &f));
		assert_true(f.is_revoked == all[i].is_revoked && f.by == all[i].by &&
			f.n == all[i].n && str_eq(f.value, all[i].value));
	}
	assert_false(figures_take(&rest, &f));
	assert_int_equal(rest.n, 0);
}

static void malformed(void **state)
{
	static const char *const bad[] = {"x", "issued:2:1\n", "issued:2:-1\n", "issued:1:x\n",
		"issuedx:1:1\n", "issued_:1:1\n", "issued_weather_fine:1:1\n",
		"issued_grade_:1:1\n", "Issued:1:1\n", "valid:1:1\n"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct str rest = str_of(bad[i]);
		struct figure f;
		assert_false(figures_take(&rest, &f));
		assert_int_equal(rest.n, strlen(bad[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(malformed),
	};
	return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
