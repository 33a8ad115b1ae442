#include "domain/exam/item.h"

#include <string.h>

#include "base/arena.h"
#include "domain/exam/form.h"
#include "support.h"

static struct item whole(void)
{
	struct item it = {
		.kind = ITEM_MATCH, .stem_html = "<p>连一连</p>", .n_options = 2, .n_targets = 3,
		.options = {{"电压", ""}, {"电流", "再想想"}},
			.targets = {{"V", ""}, {"A", ""}, {"Ω", ""}},
		.key = "AB", .value = "", .tolerance = "", .unit = "", .rubric_html = "",
		.explanation_html = "见标准", .n_assets = 1,
			.assets = {{"图1.png", 42, "image/png", {0}}},
	};
	return it;
}

static void packing_is_stable(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct item it = whole(), back;
	auto_buf one, two;
	buf_init(&one, 1 << 16);
	buf_init(&two, 1 << 16);
	item_pack(&one, &it);
	assert_int_equal(item_unpack(a, buf_view(&one), &back), 0);
	assert_int_equal(back.n_options, 2);
	assert_string_equal(back.options[1].feedback_html, "再想想");
	assert_int_equal(back.assets[0].file_id, 42);
	item_pack(&two, &back);
	assert_string_equal(buf_z(&one), buf_z(&two));
	assert_int_equal(item_unpack(a, STR("kind:5:other\n"), &back), ERR_INVALID);
	assert_int_equal(item_unpack(a, STR("kind:6:single\nodd:0:\n"), &back), ERR_INVALID);
}

static void responses(void **state)
{
	(void)state;
	static const struct {
		enum item_kind kind;
		int options, targets;
		const char *response;
		bool fits;
	} rows[] = {
		{ITEM_SINGLE, 4, 0, "D", true}, {ITEM_SINGLE, 4, 0, "E", false},
		{ITEM_SINGLE, 4, 0, "AB", false}, {ITEM_SINGLE, 4, 0, "", true},
		{ITEM_MULTIPLE, 4, 0, "ABD", true}, {ITEM_MULTIPLE, 4, 0, "BA", false},
		{ITEM_MULTIPLE, 4, 0, "AA", false}, {ITEM_ORDER, 3, 0, "CAB", true},
		{ITEM_ORDER, 3, 0, "CA", false}, {ITEM_ORDER, 3, 0, "CAA", false},
		{ITEM_MATCH, 3, 2, "AB-", true}, {ITEM_MATCH, 3, 2, "ABC", false},
		{ITEM_MATCH, 3, 2, "AB", false}, {ITEM_NUMERIC, 0, 0, "12.5", true},
		{ITEM_TRUE_FALSE, 2, 0, "B", true}, {ITEM_TRUE_FALSE, 2, 0, "b", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct item it = {.kind = rows[i].kind, .n_options = rows[i].options,
			.n_targets = rows[i].targets};
		assert_int_equal(item_response_fits(&it, str_of(rows[i].response)), rows[i].fits);
	}
}

static void letters_as_typed(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	static const struct {
		enum item_kind kind;
		const char *typed, *letters;
	} rows[] = {
		{ITEM_SINGLE, " b ", "B"}, {ITEM_MULTIPLE, "ｃ、A，c", "AC"},
		{ITEM_ORDER, "c a b", "CAB"}, {ITEM_MATCH, "Ｂ，－", "B-"},
		{ITEM_MULTIPLE, "A-C", "-AC"}, {ITEM_SINGLE, "乙", "?"}, {ITEM_SINGLE, "", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(item_letters(a, rows[i].kind, rows[i].typed), rows[i].letters);
}

static void orders_are_permutations(void **state)
{
	(void)state;
	int places[26], same = 0;
	for (uint32_t seed = 1; seed < 200; seed++) {
		uint32_t seen = 0;
		form_order(seed, (int)seed % 7, 0, 5, false, places);
		for (int i = 0; i < 5; i++)
			seen |= 1u << places[i];
		assert_int_equal(seen, 31);
		same += places[0] == 0;
	}
	assert_in_range(same, 20, 65);
	form_order(9, 1, 0, 4, true, places);
	assert_int_equal(places[3], 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packing_is_stable),
		cmocka_unit_test(responses),
		cmocka_unit_test(letters_as_typed), cmocka_unit_test(orders_are_permutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
