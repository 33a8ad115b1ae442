/* The authors' sheet: titles in any order, what people write into cells, the template read back. */
#include "items.h"

#include "doc/item_table.h"

static void any_order_and_spelling(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	struct str text = STR(
		"某厂题库,,,,,,,,\n答案,题 型*,题干（必填）,A,B,选项C,备注,难度系数,鉴定点代码\n"
		"a c,多选题,\"选 <b>全</b>\",甲,乙,丙,x,65%,A-1\n"
		"×,判断,\"1<2 且 3>2\",,,,,难,\n,,,,,,,,\n"
		"\"50\n五十\",填空题,频率,,,,,,\n１２．５,计算题,求值,,,,,0.4,\n"
		"甲,单选题,答案不是字母,甲,乙,,,,\nB,单选,没有难度,甲,乙,,,很难,\n"
		"X,猜谜,不认识,,,,,,\nBAC,排序,排,一,二,三,,,\n");
	assert_string_equal(item_format_sniff(text)->code, "csv");
	read_ok(&t, item_table_read, text);
	print_remarks(&t);
	struct item_entry **e = t.sheet.entries;
	assert_int_equal(t.sheet.n_entries, 5);
	assert_string_equal(e[0]->content.key, "AC");
	assert_string_equal(e[0]->content.stem_html, "选 <b>全</b>");
	assert_int_equal(e[0]->difficulty_permille, 650);
	assert_string_equal(e[0]->point, "A-1");
	assert_int_equal(e[0]->line, 3);
	assert_int_equal(e[1]->content.kind, ITEM_TRUE_FALSE);
	assert_string_equal(e[1]->content.key, "B");
	assert_string_equal(e[1]->content.stem_html, "1&lt;2 且 3&gt;2");
	assert_int_equal(e[2]->content.n_variants, 2);
	assert_string_equal(e[3]->content.value, "12.5");
	assert_string_equal(e[4]->content.key, "BAC");
	assert_true(has_remark(&t.sheet, "exchange.columns_unknown", NULL));
	assert_true(has_remark(&t.sheet, "exchange.key_wrong", NULL));
	assert_true(has_remark(&t.sheet, "exchange.difficulty_wrong", NULL));
	assert_true(has_remark(&t.sheet, "exchange.kind_unknown", NULL));
	items_fini(&t);
}

static void materials(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	read_ok(&t, item_table_read, STR("题型\t题干\t答案\t材料编号\t材料内容\n"
		"判断题\t一\t对\tM1\t甲乙丙\n判断题\t二\t错\tM1\t\n判断题\t三\t错\tM1\t别的\n"
		"判断题\t四\t错\t\t\n"));
	assert_int_equal(t.sheet.n_materials, 1);
	assert_string_equal(t.sheet.materials[0]->html, "甲乙丙");
	assert_int_equal(t.sheet.entries[1]->material, 1);
	assert_int_equal(t.sheet.entries[3]->material, 0);
	assert_true(has_remark(&t.sheet, "exchange.material_differs", NULL));
	items_fini(&t);
}

static void numbers(void **state)
{
	(void)state;
	static const char *const tolerances[] = {"10", "0.05", "0.05", ""};
	struct items t;
	items_init(&t);
	read_ok(&t, item_table_read, STR("题型,题干,答案,误差,难度,A,B,C\n"
		"计算题,一,200,5％,1,,,\n计算题,二,2,±0.05,,,,\n计算题,三,-5,1%,,,,\n"
		"计算题,四,2,,,,,\n计算题,五,2,0.05mm,,,,\n多选题,六,A-C,,,甲,乙,丙\n"));
	assert_int_equal(t.sheet.n_entries, 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(t.sheet.entries[i]->content.tolerance, tolerances[i]);
	assert_int_equal(t.sheet.entries[0]->difficulty_permille, 1000);
	assert_true(has_remark(&t.sheet, "exchange.tolerance_share", NULL));
	assert_true(has_remark(&t.sheet, "exchange.tolerance_wrong", NULL));
	assert_true(has_remark(&t.sheet, "exchange.key_wrong", NULL));
	items_fini(&t);
}

/* The template holds examples of all kinds: as they are, they are left out; renamed, they are
 * sound items. */
static void template_reads_back(void **state)
{
	(void)state;
	struct items t;
	struct str bytes;
	static const char *const points[] = {"A-1 安全", NULL};
	items_init(&t);
	assert_int_equal(item_template(&t.cx, points, &bytes), 0);
	assert_string_equal(item_format_sniff(bytes)->code, "xlsx");
	read_ok(&t, item_table_read, bytes);
	assert_int_equal(t.sheet.n_entries, 0);
	assert_int_equal(t.sheet.n_remarks, 0);
	items_fini(&t);
}

static void verdicts_go_back(void **state)
{
	(void)state;
	struct items t, back;
	struct item_sheet lost;
	struct item_verdict v[2] = {{"可以导入", "", true, false},
		{"不能导入", "没有这个鉴定点", false, true}};
	struct str bytes;
	items_init(&t);
	items_init(&back);
	item_sheet_init(&lost, t.arena);
	read_ok(&t, item_table_read, STR("题型,题干,答案\n判断题,一,对\n判断题,二,错\n"));
	assert_int_equal(item_table_put(&t.cx, &t.sheet, v, &lost, &bytes), 0);
	read_ok(&back, item_table_read, bytes);
	assert_int_equal(back.sheet.n_entries, 2);
	assert_string_equal(back.sheet.entries[1]->content.stem_html, "二");
	items_fini(&t);
	items_fini(&back);
}

static void refusals(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	assert_int_equal(item_table_read(&t.cx, STR("题型,题干\n判断题,一\n"), &t.sheet),
		ERR_INVALID);
	assert_string_equal(t.cx.problem.id, "exchange.no_header");
	items_fini(&t);
	refused(STR("\xd0\xcf\x11\xe0 old"), "sheet.old_xls");
	refused(STR("题型,题干,答案\n\"判断题,一,对\n"), "sheet.csv_unclosed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_and_spelling), cmocka_unit_test(materials),
		cmocka_unit_test(numbers), cmocka_unit_test(template_reads_back),
			cmocka_unit_test(verdicts_go_back),
		cmocka_unit_test(refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
