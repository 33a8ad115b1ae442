/* Moodle XML as Moodle exports it, and what others put into XML. */
#include "doc/item_sample.h"

#include "base/hex.h"

#define NAME(n) "<name><text>" n "</text></name>"
#define STEM(s) "<questiontext format=\"html\"><text><![CDATA[" s "]]></text></questiontext>"
#define ANSWER(f, t) "<answer fraction=\"" f "\" format=\"html\"><text>" t \
	"</text><feedback format=\"html\"><text></text></feedback></answer>"

static const char quiz[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n<question type=\"category\"><category>"
	"<text>$course$/top/五级</text></category></question>\n"
	"<question type=\"multichoice\">" NAME(
		"单选") "<questiontext format=\"html\"><text><![CDATA["
	"<p>看图<img src=\"@@PLUGINFILE@@/a%20b.png\" alt=\"x\" onerror=\"y\"/></p>]]></text>"
	"<file name=\"a b.png\" path=\"/\" encoding=\"base64\">PICTURE</file></questiontext>"
	"<single>true</single><shuffleanswers>true</shuffleanswers>"
	"<generalfeedback format=\"html\"><text>因为</text></generalfeedback>"
	ANSWER("0", "甲") ANSWER("100", "&lt;p&gt;乙&lt;/p&gt;") "</question>\n"
	"<question type=\"multichoice\">" NAME("多选") STEM("选") "<single>false</single>"
	"<shuffleanswers>false</shuffleanswers>" ANSWER("50", "甲") ANSWER("-100", "乙")
	ANSWER("50", "丙") "<tags><tag><text>point:A-1</text></tag></tags></question>\n"
	"<question type=\"truefalse\">" NAME("判断") STEM("对吗") ANSWER("0", "true")
	ANSWER("100", "false") "</question>\n"
	"<question type=\"shortanswer\">" NAME("填空") STEM("频率") "<usecase>1</usecase>"
	ANSWER("100", "50Hz") ANSWER("80", "50") ANSWER("100", "五十*") "</question>\n"
	"<question type=\"numerical\">" NAME("数值") STEM("电阻") "<answer fraction=\"100\"><text>2"
	"</text><tolerance>0.05</tolerance></answer><units><unit><multiplier>1</multiplier>"
	"<unit_name>Ω</unit_name></unit><unit><multiplier>0.001</multiplier><unit_name>kΩ"
	"</unit_name></unit></units></question>\n"
	"<question type=\"matching\">" NAME("匹配") STEM(
		"连") "<shuffleanswers>true</shuffleanswers>"
	"<subquestion format=\"html\"><text>电流</text><answer><text>安</text></answer></subquestio"
		"n>"
	"<subquestion format=\"html\"><text>电压</text><answer><text>伏</text></answer></subquestio"
		"n>"
	"<subquestion format=\"html\"><text></text><answer><text>欧</text></answer></subquestion>"
	"</question>\n"
	"<question type=\"essay\">" NAME("简答") STEM(
		"述") "<graderinfo format=\"html\"><text>每步2分"
	"</text></graderinfo></question>\n"
	"<question type=\"ordering\">" NAME("排序") STEM("排") ANSWER("1", "先") ANSWER("2", "后")
	"</question>\n"
	"<question type=\"cloze\">" NAME("完形") STEM("{1:NUMERICAL:=2}") "</question>\n"
	"<question type=\"description\">" NAME("材料") STEM("<p>一</p><p>二</p>") "</question>\n"
	"<question type=\"truefalse\">" NAME("跟随") STEM("对吗") ANSWER("100", "true")
	ANSWER("0", "false") "</question>\n</quiz>\n";

static struct str with_picture(struct arena *a)
{
	const char *cut = strstr(quiz, "PICTURE");
	auto_buf b;
	buf_init(&b, 1 << 20);
	buf_put(&b, quiz, (size_t)(cut - quiz));
	buf_putc(&b, '\n');
	base64_put(&b, picture_bytes.p, picture_bytes.n);
	buf_puts(&b, cut + 7);
	return (struct str){arena_str(a, buf_view(&b)), b.n};
}

static void every_type(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	struct str text = with_picture(t.arena);
	assert_string_equal(item_format_sniff(text)->code, "moodle");
	read_ok(&t, moodle_read, text);
	print_remarks(&t);
	assert_int_equal(t.sheet.n_entries, 9);
	struct item_entry **e = t.sheet.entries;
	assert_string_equal(e[0]->content.stem_html,
		"看图<img src=\"asset:a20b.png\" alt=\"x\"/>");
	assert_true(str_eq(e[0]->content.assets[0].bytes, picture_bytes));
	assert_string_equal(e[0]->content.key, "B");
	assert_string_equal(e[0]->content.options[1].html, "乙");
	assert_string_equal(e[0]->content.explanation_html, "因为");
	assert_false(e[0]->content.keep_order);
	assert_string_equal(e[0]->section, "$course$/top/五级");
	assert_true(has_remark(&t.sheet, "exchange.active", "单选"));
	assert_string_equal(e[1]->content.key, "AC");
	assert_true(e[1]->content.keep_order);
	assert_string_equal(e[1]->point, "A-1");
	assert_string_equal(e[2]->content.key, "B");
	assert_int_equal(e[3]->content.n_variants, 2);
	assert_true(e[3]->content.case_sensitive);
	assert_true(has_remark(&t.sheet, "exchange.wildcard", "填空"));
	assert_true(has_remark(&t.sheet, "exchange.partial", "填空"));
	assert_string_equal(e[4]->content.unit, "Ω");
	assert_string_equal(e[4]->content.tolerance, "0.05");
	assert_true(has_remark(&t.sheet, "exchange.unit_lost", "数值"));
	assert_string_equal(e[5]->content.key, "AB");
	assert_int_equal(e[5]->content.n_targets, 3);
	assert_string_equal(e[6]->content.rubric_html, "每步2分");
	assert_string_equal(e[7]->content.key, "AB");
	assert_true(has_remark(&t.sheet, "exchange.type_unknown", "完形"));
	assert_int_equal(e[8]->material, 1);
	assert_string_equal(t.sheet.materials[0]->html, "<p>一</p><p>二</p>");
	items_fini(&t);
}

/* Each answer brings a picture of its own; they are called the same. */
static void pictures_of_one_name(void **state)
{
	(void)state;
	struct items t;
	items_init(&t);
	read_ok(&t, moodle_read, STR("<quiz><question type=\"multichoice\">" NAME("图") STEM("选")
		"<single>true</single><answer fraction=\"100\" format=\"html\"><text>&lt;img src="
		"\"@@"
		"PLUGINFILE@@/image.png\"/&gt;</text><file name=\"image.png\" encoding=\"base64\">"
		"iVBORw0KGgoxMQ==</file></answer><answer fraction=\"0\" format=\"html\"><text>&lt;"
		"img "
		"src=\"@@PLUGINFILE@@/image.png\"/&gt;</text><file name=\"image.png\" encoding="
		"\"base64"
		"\">iVBORw0KGgoyMg==</file></answer></question></quiz>"));
	const struct item *it = &t.sheet.entries[0]->content;
	assert_int_equal(it->n_assets, 2);
	assert_string_equal(it->options[0].html, "<img src=\"asset:image.png\" alt=\"\"/>");
	assert_string_equal(it->options[1].html, "<img src=\"asset:2-image.png\" alt=\"\"/>");
	assert_true(str_ends(it->assets[1].bytes, "22"));
	items_fini(&t);
}

static void hostile(void **state)
{
	(void)state;
	auto_buf deep;
	buf_init(&deep, 16 << 20);
	refused(STR("<?xml version=\"1.0\"?><!DOCTYPE quiz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;"
		"\">]>"
		"<quiz>&b;</quiz>"), "exchange.xml_doctype");
	refused(STR("<!DOCTYPE quiz SYSTEM \"file:///etc/passwd\"><quiz/>"),
		"exchange.xml_doctype");
	refused(STR("<quiz>&x;</quiz>"), "exchange.xml_broken");
	refused(STR("<quiz><question></quiz>"), "exchange.xml_broken");
	refused(STR("<?xml version=\"1.0\" encoding=\"x-unknown\"?><quiz/>"),
		"exchange.xml_broken");
	refused(STR("<html><body>quiz</body></html>"), "exchange.not_moodle");
	buf_puts(&deep, "<quiz>");
	for (int i = 0; i < 100000; i++)
		buf_puts(&deep, "<a>");
	refused(buf_view(&deep), "exchange.xml_deep");
	buf_reset(&deep);
	buf_puts(&deep, "<quiz>");
	for (int i = 0; i < 600000; i++)
		buf_puts(&deep, "<a/>");
	refused(buf_view(&deep), "exchange.xml_large");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type), cmocka_unit_test(pictures_of_one_name),
			cmocka_unit_test(hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
