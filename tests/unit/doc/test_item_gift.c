/* GIFT and Aiken as others write them: the examples of Moodle's own documentation. */
#include "items.h"

#include "base/gb18030.h"

static const struct item *nth(const struct items *t, int i)
{
	assert_true(i < t->sheet.n_entries);
	return &t->sheet.entries[i]->content;
}

static void documented_examples(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	read_ok(&t, gift_read, STR(
		"// true/false\n::Q1:: 1+1=2 {T}\n\n"
		"// multiple choice with specified feedback for right and wrong answers\n"
		"::Q2:: What's between orange and green in the spectrum?\n"
		"{ =yellow # right; good! ~red # wrong, it's yellow ~blue # wrong, it's yellow }"
		"\n\n"
		"// fill-in-the-blank\n::Q3:: Two plus {=two =2} equals four.\n\n"
		"// matching\n::Q4:: Which animal eats which food? { =cat -> cat food =dog -> dog "
		"food }\n\n"
		"// math range question\n::Q5:: What is a number from 1 to 5? {#3:2}\n\n"
		"// math range specified with interval end points\n"
		"::Q6:: What is a number from 1 to 5? {#1..5}\n// translated on import to the same "
		"as Q5\n\n"
		"// multiple numeric answers with partial credit and feedback\n"
		"::Q7:: When was Ulysses S. Grant born? {#\n         =1822:0      # Correct!\n"
		"         =%50%1822:2  # He was born in 1822. Half credit for being close.\n}\n\n"
		"// essay\n::Q8:: How are you? {}\n\n"
		"What two people are entombed in Grant's tomb? {\n   ~%-100%No one\n   ~%50%Grant\n"
		"   ~%50%Grant's wife\n   ~%-100%Grant's father\n}\n"));
	print_remarks(&t);
	assert_int_equal(t.sheet.n_entries, 9);
	assert_int_equal(nth(&t, 0)->kind, ITEM_TRUE_FALSE);
	assert_string_equal(nth(&t, 0)->key, "A");
	assert_string_equal(nth(&t, 0)->stem_html, "1+1=2");
	assert_string_equal(t.sheet.entries[0]->name, "Q1");
	assert_int_equal(t.sheet.entries[0]->line, 2);
	assert_string_equal(nth(&t, 1)->key, "A");
	assert_string_equal(nth(&t, 1)->options[0].feedback_html, "right; good!");
	assert_string_equal(nth(&t, 1)->options[2].html, "blue");
	assert_string_equal(nth(&t, 2)->stem_html, "Two plus ______ equals four.");
	assert_string_equal(nth(&t, 2)->variants[1], "2");
	assert_string_equal(nth(&t, 3)->key, "AB");
	assert_string_equal(nth(&t, 3)->targets[1].html, "dog food");
	assert_string_equal(nth(&t, 4)->tolerance, "2");
	assert_string_equal(nth(&t, 5)->value, nth(&t, 4)->value);
	assert_string_equal(nth(&t, 5)->tolerance, "2");
	assert_string_equal(nth(&t, 6)->value, "1822");
	assert_true(has_remark(&t.sheet, "exchange.partial", "Q7"));
	assert_int_equal(nth(&t, 7)->kind, ITEM_ESSAY);
	assert_int_equal(nth(&t, 8)->kind, ITEM_MULTIPLE);
	assert_string_equal(nth(&t, 8)->key, "BC");
	items_fini(&t);
}

static void what_is_not_understood(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	read_ok(&t, gift_read, STR(
		"$CATEGORY: 电工/五级\n\n::D::阅读下面的材料。\n\n::Q1::甲 {=1 ~2\n\n::Q2::乙 {#"
		"abc}\n\n"
		"::Q3::丙 {=x -> y =z}\n\n::Q4::[markdown]**丁** {=A <script>x</script> ~B}\n\n"
		"::Q5::戊\\:\\{x\\} \\= $$x$$ {FALSE#no#yes####因为\\~}\n"));
	assert_int_equal(t.sheet.n_entries, 2);
	assert_int_equal(t.sheet.n_materials, 1);
	assert_string_equal(t.sheet.entries[0]->section, "电工/五级");
	assert_int_equal(t.sheet.entries[0]->material, 1);
	assert_true(has_remark(&t.sheet, "exchange.braces", "Q1"));
	assert_true(has_remark(&t.sheet, "exchange.number_wrong", "Q2"));
	assert_true(has_remark(&t.sheet, "exchange.mixed", "Q3"));
	assert_true(has_remark(&t.sheet, "exchange.markdown", "Q4"));
	assert_true(has_remark(&t.sheet, "exchange.active", "Q4"));
	assert_true(has_remark(&t.sheet, "exchange.tex", "Q5"));
	assert_int_equal(t.sheet.remarks[0].line, 5);
	assert_string_equal(nth(&t, 0)->stem_html, "**丁**");
	assert_string_equal(nth(&t, 1)->stem_html, "戊:{x} = $$x$$");
	assert_string_equal(nth(&t, 1)->explanation_html, "因为~");
	assert_string_equal(nth(&t, 1)->options[0].feedback_html, "no");
	assert_string_equal(nth(&t, 1)->options[1].feedback_html, "yes");
	items_fini(&t);
}

/* The arrow of matches is text among options. */
static void arrows_in_options(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	read_ok(&t, gift_read, STR("顺序是 {=停电->验电->接地 ~验电->停电}\n\n"
		"连 {=电流 -> 安 =电压 -> 伏}\n"));
	assert_string_equal(nth(&t, 0)->options[0].html, "停电-&gt;验电-&gt;接地");
	assert_string_equal(nth(&t, 0)->options[1].html, "验电-&gt;停电");
	assert_int_equal(nth(&t, 1)->kind, ITEM_MATCH);
	assert_string_equal(nth(&t, 1)->key, "AB");
	items_fini(&t);
}

static void gb18030(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	/* ::题::三相{=对 ~错} */
	struct str text = STR("::\xcc\xe2::\xc8\xfd\xcf\xe0{=\xb6\xd4 ~\xb4\xed}\r\n");
	assert_string_equal(item_format_sniff(text)->code, "gift");
	read_ok(&t, gift_read, text);
	assert_string_equal(nth(&t, 0)->stem_html, "三相");
	assert_string_equal(nth(&t, 0)->options[1].html, "错");
	items_fini(&t);
}

static void aiken(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	struct str text = STR("What is the correct answer to this question?\nA. Is it this one?\n"
		"B. Maybe this answer?\nC. Possibly this one?\nANSWER: C\n\n"
		"题干第一行\n题干第二行 <b>\nA、甲\nB、乙\n答案：AB\n\n没有答案的题\nA) x\nB) y\n\n"
		"顺序不对\nA) x\nC) y\nANSWER: A\n\n对不上\nA) x\nB) y\nANSWER: D\n\n没有选项"
		"\nANSWER: A\n");
	assert_string_equal(item_format_sniff(text)->code, "aiken");
	read_ok(&t, aiken_read, text);
	assert_int_equal(t.sheet.n_entries, 2);
	assert_int_equal(nth(&t, 0)->kind, ITEM_SINGLE);
	assert_string_equal(nth(&t, 0)->key, "C");
	assert_int_equal(nth(&t, 1)->kind, ITEM_MULTIPLE);
	assert_string_equal(nth(&t, 1)->stem_html, "题干第一行<br/>题干第二行 &lt;b&gt;");
	assert_int_equal(t.sheet.entries[1]->line, 7);
	assert_true(has_remark(&t.sheet, "exchange.no_answer", NULL));
	assert_true(has_remark(&t.sheet, "exchange.letter_order", NULL));
	assert_true(has_remark(&t.sheet, "exchange.key_wrong", NULL));
	assert_true(has_remark(&t.sheet, "exchange.no_options", NULL));
	items_fini(&t);
}

static void refusals(void **state)
{
	(void)state;
	refused(STR(""), "exchange.empty");
	refused(STR("::a::b{T}\0"), "exchange.format_unknown");
	refused(STR("nothing of any format"), "exchange.format_unknown");
	refused(STR("\xff\xfe:\0:\0"), "exchange.format_unknown");
	struct items t;
	items_init(&t);
	assert_int_equal(gift_read(&t.cx, STR("a\0b{T}"), &t.sheet), ERR_INVALID);
	assert_string_equal(t.cx.problem.id, "exchange.encoding");
	items_fini(&t);
}

/* 10,000 are taken, the rest is said to be too many. */
static void too_many(void **state)
{
	(void)state;
	struct items t;
	auto_buf b;
	items_init(&t);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < SHEET_ITEMS_MAX + 5; i++)
		buf_puts(&b, "a{T}\n\n");
	read_ok(&t, gift_read, buf_view(&b));
	assert_int_equal(t.sheet.n_entries, SHEET_ITEMS_MAX);
	assert_int_equal(t.sheet.n_remarks, 1);
	assert_string_equal(t.sheet.remarks[0].id, "exchange.items_many");
	items_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documented_examples), cmocka_unit_test(what_is_not_understood),
		cmocka_unit_test(arrows_in_options), cmocka_unit_test(gb18030),
			cmocka_unit_test(aiken), cmocka_unit_test(refusals),
		cmocka_unit_test(too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
