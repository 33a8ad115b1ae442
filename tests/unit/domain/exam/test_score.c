#include "domain/exam/score.h"

#include "support.h"

static void choices(void **state)
{
	(void)state;
	static const struct {
		enum item_kind kind;
		enum multiple_rule rule;
		const char *key, *response;
		enum verdict verdict;
		int64_t centi;
	} rows[] = {
		{ITEM_SINGLE, 0, "C", "C", VERDICT_RIGHT, 200},
		{ITEM_SINGLE, 0, "C", "A", VERDICT_WRONG, 0},
		{ITEM_SINGLE, 0, "C", "", VERDICT_OMITTED, 0},
		{ITEM_TRUE_FALSE, 0, "B", "B", VERDICT_RIGHT, 200},
		{ITEM_MULTIPLE, MULTIPLE_ALL, "ABD", "ABD", VERDICT_RIGHT, 200},
		{ITEM_MULTIPLE, MULTIPLE_ALL, "ABD", "AB", VERDICT_WRONG, 0},
		{ITEM_MULTIPLE, MULTIPLE_HALF, "ABD", "A", VERDICT_PART, 100},
		{ITEM_MULTIPLE, MULTIPLE_HALF, "ABD", "ABC", VERDICT_WRONG, 0},
		{ITEM_MULTIPLE, MULTIPLE_SHARE, "ABD", "AB", VERDICT_PART, 133},
		{ITEM_MULTIPLE, MULTIPLE_SHARE, "ABD", "ABCD", VERDICT_WRONG, 0},
		{ITEM_MULTIPLE, MULTIPLE_EACH, "ABD", "ABC", VERDICT_PART, 67},
		{ITEM_MULTIPLE, MULTIPLE_EACH, "ABD", "AC", VERDICT_WRONG, 0},
		{ITEM_MULTIPLE, MULTIPLE_EACH, "AB", "CD", VERDICT_WRONG, 0},
		{ITEM_ORDER, 0, "CAB", "CAB", VERDICT_RIGHT, 200},
		{ITEM_ORDER, 0, "CAB", "CBA", VERDICT_WRONG, 0},
		{ITEM_MATCH, 0, "BAC", "BA-", VERDICT_PART, 133},
		{ITEM_MATCH, 0, "BAC", "---", VERDICT_WRONG, 0},
		{ITEM_MATCH, 0, "BAC", "BAC", VERDICT_RIGHT, 200},
		/* a left side without a right one takes nothing from full marks */
		{ITEM_MATCH, 0, "BA-", "BA-", VERDICT_RIGHT, 200},
		{ITEM_MATCH, 0, "BA-", "B-C", VERDICT_PART, 100},
		{ITEM_MATCH, 0, "-A-", "A-A", VERDICT_WRONG, 0},
		/* what stands in memory behind a short response is not read */
		{ITEM_MATCH, 0, "BAC", "B\0C", VERDICT_PART, 67},
		{ITEM_ESSAY, 0, "", "因为……", VERDICT_PENDING, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct item it = {.kind = rows[i].kind, .key = rows[i].key, .n_options = 4};
		struct item_score s = score_response(&it, 200, rows[i].rule, NULL,
			rows[i].response);
		assert_int_equal(s.verdict, rows[i].verdict);
		assert_int_equal(s.centi, rows[i].centi);
	}
}

static void numbers(void **state)
{
	(void)state;
	static const struct {
		const char *value, *tolerance, *unit, *response;
		bool right;
	} rows[] = {
		{"12.5", "", "mm", "12.5", true}, {"12.5", "", "mm", "１２．５ mm", true},
		{"12.5", "", "mm", "12.50mm", true}, {"12.5", "0.1", "mm", "12.6", true},
		{"12.5", "0.1", "mm", "12.61", false}, {"0.3", "0", "", "0.30", true},
		{"1200.5", "", "元", "1,200.5元", true}, {"12.5", "", "mm", "12.5cm", false},
		{"12.5", "", "", "约12.5", false}, {"5", "", "", "nan", false},
			{"5", "", "", "-", false},
		{"-3", "", "", "−3", true}, {"-3", "1", "", "-2", true},
			{"1e3", "", "", "1000", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct item it = {.kind = ITEM_NUMERIC, .key = "", .value = rows[i].value,
			.tolerance = rows[i].tolerance, .unit = rows[i].unit};
		struct item_score s = score_response(&it, 300, 0, NULL, rows[i].response);
		assert_int_equal(s.centi, rows[i].right ? 300 : 0);
	}
}

static void texts(void **state)
{
	(void)state;
	struct item it = {.kind = ITEM_TEXT, .key = "", .variants = {"PLC 控制器", "可编程控制器"},
		.n_variants = 2};
	assert_int_equal(score_response(&it, 100, 0, NULL, "ｐｌｃ控制器 ").centi, 100);
	assert_int_equal(score_response(&it, 100, 0, NULL, "可编程　控制器").centi, 100);
	assert_int_equal(score_response(&it, 100, 0, NULL, "控制器").centi, 0);
	it.case_sensitive = true;
	assert_int_equal(score_response(&it, 100, 0, NULL, "plc控制器").centi, 0);
	assert_int_equal(score_response(&it, 100, 0, NULL, "PLC控制器").centi, 100);
}

static void rulings(void **state)
{
	(void)state;
	struct item it = {.kind = ITEM_SINGLE, .key = "A", .n_options = 4};
	struct ruling key = {RULING_KEY, "B"}, also = {RULING_ALSO, "B"}, all = {RULING_ALL, ""};
	assert_int_equal(score_response(&it, 100, 0, &key, "A").centi, 0);
	assert_int_equal(score_response(&it, 100, 0, &key, "B").centi, 100);
	assert_int_equal(score_response(&it, 100, 0, &also, "A").centi, 100);
	assert_int_equal(score_response(&it, 100, 0, &also, "B").centi, 100);
	assert_int_equal(score_response(&it, 100, 0, &also, "C").centi, 0);
	assert_int_equal(score_response(&it, 100, 0, &all, "").centi, 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(choices), cmocka_unit_test(numbers), cmocka_unit_test(texts),
		cmocka_unit_test(rulings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
