/* The files of data/: whole, consistent with each other, and plausible where arithmetic can
 * tell. */
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/csv.h"
#include "base/utf8.h"
#include "conf/asset.h"
#include "core/rule.h"
#include "support.h"

enum { ROWS = 400 };

/* A file's rows without its header; fields as texts. */
struct table {
	struct arena *arena;
	size_t n, columns;
	const char *at[ROWS][8];
};

static int keep_row(void *self, const struct csv_row *row)
{
	struct table *t = self;
	if (row->line == 1) {
		t->columns = row->n;
		return 0;
	}
	assert_int_equal(row->n, t->columns);
	assert_true(t->n < ROWS && row->n <= 8);
	for (size_t i = 0; i < row->n; i++)
		t->at[t->n][i] = arena_str(t->arena, row->fields[i]);
	t->n++;
	return 0;
}

static struct table *load(struct arena *a, const char *path)
{
	const struct asset *asset = asset_find(path);
	assert_non_null(asset);
	assert_true(utf8_is_valid(asset->bytes));
	struct table *t = arena_make(a, struct table);
	t->arena = a;
	assert_int_equal(csv_each(asset->bytes, ',', keep_row, t, NULL), 0);
	assert_true(t->n > 0);
	return t;
}

static bool has(const struct table *t, size_t column, const char *value)
{
	for (size_t i = 0; i < t->n; i++)
		if (streq(t->at[i][column], value))
			return true;
	return false;
}

static void assert_unique(const struct table *t, size_t column)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < i; j++)
			if (streq(t->at[i][column], t->at[j][column]))
				fail_msg("%s twice", t->at[i][column]);
}

/* A region's code begins with its parent's; Shandong has 16 cities and 136 counties and
 * districts. */
static void test_regions(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 24);
	struct table *t = load(a, "data/regions.csv");
	static const char *const levels[] = {"province", "city", "county"};
	size_t count[3] = {0}, local = 0;
	assert_unique(t, 0);
	for (size_t i = 0; i < t->n; i++) {
		size_t n = strlen(t->at[i][0]);
		assert_true(n == 2 || n == 4 || n == 6);
		assert_string_equal(t->at[i][2], levels[n / 2 - 1]);
		if (n > 2)
			assert_true(has(t, 0, arena_str(a, (struct str){t->at[i][0], n - 2})));
		bool is_local = streq(t->at[i][3], "local");
		local += is_local;
		count[n / 2 - 1] += !is_local;
	}
	assert_int_equal(count[0], 1);
	assert_int_equal(count[1], 16);
	assert_int_equal(count[2], 136);
	assert_int_equal(local, 3);
	assert_true(has(t, 0, "371002") && has(t, 0, "371003"));
	assert_true(has(t, 0, "371082") && has(t, 0, "371083"));
	assert_false(has(t, 0, "3712"));
}

static bool is_code(const char *z)
{
	static const char shape[] = "9-99-99-99";
	for (size_t i = 0; i < sizeof shape; i++)
		if (shape[i] == '9' ? z[i] < '0' || z[i] > '9' : z[i] != shape[i])
			return false;
	return true;
}

static void test_occupations(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 24);
	struct table *t = load(a, "data/occupations.csv");
	assert_unique(t, 1);
	assert_unique(t, 2);
	for (size_t i = 0; i < t->n; i++) {
		assert_true(is_code(t->at[i][1]));
		const char *grades = t->at[i][6];
		assert_true(strlen(grades) > 0);
		for (size_t g = 0; grades[g]; g++) {
			assert_true(grades[g] >= '1' && grades[g] <= '5');
			assert_true(g == 0 || grades[g] < grades[g - 1]);
		}
		bool is_fire = streq(t->at[i][2], "消防设施操作员");
		assert_string_equal(t->at[i][3], is_fire ? "qualification" : "level");
	}
	assert_true(has(t, 1, "6-18-02-04") && has(t, 2, "互联网营销师"));
}

static void test_work_types(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 24);
	struct table *t = load(a, "data/work_types.csv");
	struct table *o = load(a, "data/occupations.csv");
	for (size_t i = 0; i < t->n; i++)
		assert_true(has(o, 1, t->at[i][1]));
	assert_true(has(t, 2, "育婴员") && has(t, 2, "长期照护师") && has(t, 2, "数控车床"));
}

/* Every occupation has a standard from 2024 on; both rule sets are in use and exist. */
static void test_standards(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 24);
	struct table *t = load(a, "data/standards.csv");
	struct table *o = load(a, "data/occupations.csv");
	for (size_t i = 0; i < t->n; i++) {
		int64_t day;
		assert_true(has(o, 1, t->at[i][1]));
		assert_non_null(asset_find(arena_printf(a, "rules/%s.yaml", t->at[i][4])));
		assert_true(civil_parse_day(str_of(t->at[i][5]), &day));
	}
	for (size_t i = 0; i < o->n; i++) {
		bool covered = false;
		for (size_t s = 0; s < t->n; s++)
			covered = covered ||
				(streq(t->at[s][1], o->at[i][1]) &&
					strcmp(t->at[s][5], "2024-07-01") < 0);
		if (!covered)
			fail_msg("%s has no standard", o->at[i][2]);
	}
	assert_true(has(t, 4, "eligibility-2018") && has(t, 4, "eligibility-2023"));
}

static void test_special_projects(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 24);
	struct table *t = load(a, "data/special_projects.csv");
	struct table *o = load(a, "data/occupations.csv");
	struct table *r = load(a, "data/regions.csv");
	assert_unique(t, 0);
	assert_unique(t, 1);
	for (size_t i = 0; i < t->n; i++) {
		struct str name = str_of(t->at[i][1]);
		assert_false(str_ends(name, "工") || str_ends(name, "员") || str_ends(name, "师"));
		assert_true(!t->at[i][3][0] || has(o, 1, t->at[i][3]));
		assert_true(has(r, 0, t->at[i][7]));
	}
}

/* Days off in the week are paid for by make-up days on weekends, but for the statutory ones: 11 a
 * year, 13 since 2025 (State Council Decree 795). */
static void test_holidays(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 24);
	struct table *t = load(a, "data/holidays.csv");
	assert_unique(t, 0);
	for (int64_t year = 2024; year <= 2026; year++) {
		int off = 0, made_up = 0;
		for (size_t i = 0; i < t->n; i++) {
			int64_t day;
			assert_true(civil_parse_day(str_of(t->at[i][0]), &day));
			bool is_work = streq(t->at[i][1], "workday");
			bool is_weekend = civil_weekday(day) > 5;
			assert_true(is_work ? is_weekend : streq(t->at[i][1], "holiday"));
			if (civil_of(day).year != year)
				continue;
			made_up += is_work;
			off += !is_work && !is_weekend;
		}
		assert_int_equal(off - made_up, year < 2025 ? 11 : 13);
	}
	assert_true(has(t, 0, "2026-02-16") && has(t, 0, "2024-09-29"));
}

static void test_codes(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 24);
	struct table *t = load(a, "data/nations.csv");
	assert_int_equal(t->n, 56);
	assert_unique(t, 0);
	assert_unique(t, 1);
	assert_string_equal(t->at[0][1], "汉族");
	assert_string_equal(t->at[10][1], "满族");
	assert_string_equal(t->at[55][0], "56");
	assert_string_equal(t->at[55][1], "基诺族");
	t = load(a, "data/educations.csv");
	assert_unique(t, 0);
	assert_true(has(t, 0, "10") && has(t, 0, "90"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_occupations),
		cmocka_unit_test(test_work_types),
		cmocka_unit_test(test_standards),
		cmocka_unit_test(test_special_projects),
		cmocka_unit_test(test_holidays),
		cmocka_unit_test(test_codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
