#include "domain/exam/sheet.h"

#include "support.h"

static struct form_item items[] = {
	{.item_id = 11, .version_no = 1, .score_centi = 100, .material_html = "",
		.content = {.kind = ITEM_SINGLE, .n_options = 4, .key = "A"}},
	{.item_id = 12, .version_no = 1, .score_centi = 200, .material_html = "",
		.content = {.kind = ITEM_MULTIPLE, .n_options = 4, .key = "ABC"}},
	{.item_id = 13, .version_no = 1, .score_centi = 500, .material_html = "",
		.content = {.kind = ITEM_ESSAY, .key = ""}},
};

static struct form form(void)
{
	return (struct form){.multiple_rule = "half", .items = items, .n_items = 3,
		.score_centi = 800};
}

static void sums_are_scaled(void **state)
{
	(void)state;
	struct form f = form();
	struct sheet s;
	struct sheet_score score;
	struct score_rules rules = {.multiple_rule = ""};
	sheet_clear(&s);
	s.responses[0] = "A";
	s.responses[1] = "AB";
	s.responses[2] = "论述";
	sheet_score(&f, &s, &rules, &score);
	assert_int_equal(score.raw_centi, 200);
	assert_int_equal(score.score_centi, 2500);
	assert_int_equal(score.n_pending, 1);
	s.given_centi[2] = 333;
	sheet_score(&f, &s, &rules, &score);
	assert_int_equal(score.n_pending, 0);
	assert_int_equal(score.raw_centi, 533);
	assert_int_equal(score.score_centi, 6663); /* 6662.5 */
	rules.multiple_rule = "all";
	sheet_score(&f, &s, &rules, &score);
	assert_int_equal(score.raw_centi, 433);
}

static void details_come_back(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct form f = form();
	struct sheet s;
	struct sheet_score score, back;
	struct score_rules rules = {.multiple_rule = ""};
	sheet_clear(&s);
	s.responses[0] = "B";
	s.responses[1] = "AB";
	sheet_score(&f, &s, &rules, &score);
	const char *text = sheet_detail(a, &score);
	assert_string_equal(text, "W0 P100 O0");
	assert_true(sheet_detail_read(str_of(text), &back));
	assert_int_equal(back.n_items, 3);
	assert_int_equal(back.items[1].centi, 100);
	assert_int_equal(back.items[2].verdict, VERDICT_OMITTED);
	assert_false(sheet_detail_read(STR("W0 X1"), &back));
	assert_false(sheet_detail_read(STR("W"), &back));
	assert_true(sheet_detail_read(STR(""), &back));
}

static void the_last_ruling_counts(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	const struct item_ruling made[] = {
		{11, {RULING_KEY, "B"}}, {12, {RULING_ALL, ""}}, {11, {RULING_ALSO, "C"}}};
	struct item_ruling *back;
	size_t n;
	assert_int_equal(rulings_read(a, str_of(rulings_text(a, made, 3)), &back, &n), 0);
	assert_int_equal(n, 3);
	struct form f = form();
	struct sheet s;
	struct sheet_score score;
	struct score_rules rules = {back, n, ""};
	sheet_clear(&s);
	s.responses[0] = "C";
	sheet_score(&f, &s, &rules, &score);
	assert_int_equal(score.raw_centi, 300);
	s.responses[0] = "B";
	sheet_score(&f, &s, &rules, &score);
	assert_int_equal(score.raw_centi, 200);
	assert_int_equal(rulings_read(a, STR("item:1:5\n"), &back, &n), ERR_INVALID);
	assert_int_equal(rulings_read(a, STR("item:1:5\nfull:0:\n"), &back, &n), ERR_INVALID);
	assert_int_equal(rulings_read(a, STR("x"), &back, &n), ERR_INVALID);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_scaled), cmocka_unit_test(details_come_back),
		cmocka_unit_test(the_last_ruling_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
