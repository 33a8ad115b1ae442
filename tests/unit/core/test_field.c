#include "core/field.h"

#include <inttypes.h>

#include "base/ident.h"

#include "core/fixture.h"

static const struct choice kinds[] = {{"enterprise", "用人单位"}, {"social", "社会培训评价组织"},
	{0}};

static const struct field fields[] = {
	{"name", FIELD_TEXT, "名称", .max = 10, .min = 2},
	{"note", FIELD_AREA, "备注"},
	{"n", FIELD_INT, "人数", .unit = "人", .min = 1, .max = 30},
	{"fee", FIELD_MONEY, "收费", .unit = "元", .min = 0, .max = 200000},
	{"score", FIELD_SCORE, "成绩"},
	{"agree", FIELD_BOOL, "同意"},
	{"on", FIELD_DATE, "日期"},
	{"at", FIELD_TIME, "时间"},
	{"kind", FIELD_CHOICE, "类别", .choices = kinds},
	{"batch", FIELD_ID, "批次"},
	{"rooms", FIELD_IDS, "考场"},
	{"idno", FIELD_IDNO, "身份证号", .flags = FIELD_SENSITIVE},
	{"uscc", FIELD_USCC, "统一社会信用代码"},
	{"phone", FIELD_PHONE, "电话", .flags = FIELD_SENSITIVE},
	{"secret", FIELD_PASSWORD, "密码"},
	{"file", FIELD_FILE, "附件", .max = 1000},
	{0},
};

static int parse(struct fixture *f, const char *name, const char *text, struct input **ret_in)
{
	struct raw_value raw = {.name = name, .text = str_of(text)};
	return field_parse(&f->cx, fields, &raw, 1, ret_in);
}

static void takes(struct fixture *f, const char *name, const char *typed, const char *text,
	int64_t n)
{
	struct input *in;
	if (parse(f, name, typed, &in) != 0)
		fail_msg("%s = %s was refused: %s", name, typed,
			field_problem_text(&f->cx, &f->cx.problem.fields[0]));
	if (text && !streq(in_text(in, name), text))
		fail_msg("%s = %s became %s", name, typed, in_text(in, name));
	if (!text && in_int(in, name) != n)
		fail_msg("%s = %s became %" PRId64, name, typed, in_int(in, name));
	assert_true(in_has(in, name));
}

static void refuses(struct fixture *f, const char *name, const char *typed, const char *words)
{
	struct input *in = NULL;
	if (parse(f, name, typed, &in) != ERR_INVALID)
		fail_msg("%s = %s was taken", name, typed);
	assert_int_equal(f->cx.problem.n_fields, 1);
	assert_string_equal(f->cx.problem.fields[0].field, name);
	const char *text = field_problem_text(&f->cx, &f->cx.problem.fields[0]);
	if (!strstr(text, words))
		fail_msg("%s = %s: %s", name, typed, text);
	if (!streq(name, "secret"))
		assert_string_equal(in_raw(in, name), typed);
	ctx_clear(&f->cx);
}

static void texts(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	takes(&f, "name", " \xe3\x80\x80 鲁班\xc2\xa0", "鲁班", 0);
	takes(&f, "name", "\xef\xbb\xbf" "鲁班\xe2\x80\x8b", "鲁班", 0);
	takes(&f, "name", "一二三四五六七八九十", "一二三四五六七八九十", 0);
	takes(&f, "name", "𠮷田", "𠮷田", 0);
	takes(&f, "note", "一行\r\n二行\r三行", "一行\n二行\n三行", 0);
	refuses(&f, "name", "一二三四五六七八九十一", "最多 10 个字，您输入了 11 个字");
	refuses(&f, "name", "一", "至少 2 个字");
	refuses(&f, "name", "鲁\x01班", "第 2 个字符");
	refuses(&f, "name", "鲁\xe2\x80\xae班", "第 2 个字符");
	refuses(&f, "name", "两行\n名称", "控制字符");
}

static void bytes_that_are_no_text(void **state)
{
	struct fixture f;
	struct input *in;
	fixture_init(&f, *state, NULL);
	assert_field_problem(&f, parse(&f, "name", "\xc2\xb3\xbb\xfe", &in), "name",
		"field.encoding");
	assert_string_equal(in_raw(in, "name"), "");
}

static void numbers(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	takes(&f, "n", "12", NULL, 12);
	takes(&f, "n", "１２", NULL, 12);
	refuses(&f, "n", "12.5", "应为整数");
	refuses(&f, "n", "31", "1人 至 30人 之间，您输入的是 31人");
	refuses(&f, "n", "99999999999999999999", "应为整数");
	takes(&f, "fee", "120", NULL, 12000);
	takes(&f, "fee", "1,000.5", NULL, 100050);
	takes(&f, "fee", "0.07", NULL, 7);
	refuses(&f, "fee", "12.345", "最多两位小数");
	refuses(&f, "fee", "-1", "应为金额");
	refuses(&f, "fee", "1e3", "应为金额");
	refuses(&f, "fee", "12.", "应为金额");
	refuses(&f, "fee", "99999999999999999999999", "应为金额");
	refuses(&f, "fee", "2000.01", "0.00元 至 2000.00元");
	takes(&f, "score", "87.5", NULL, 8750);
	takes(&f, "score", "100", NULL, 10000);
	takes(&f, "score", "0", NULL, 0);
	refuses(&f, "score", "100.01", "0 至 100");
	refuses(&f, "score", "缺考", "0 至 100");
	takes(&f, "batch", "9007199254740993", NULL, INT64_C(9007199254740993));
	refuses(&f, "batch", "-1", "从列表中");
	refuses(&f, "batch", "1 OR 1=1", "从列表中");
}

static void yes_and_no(void **state)
{
	struct fixture f;
	struct input *in;
	fixture_init(&f, *state, NULL);
	takes(&f, "agree", "on", NULL, 1);
	takes(&f, "agree", "否", NULL, 0);
	refuses(&f, "agree", "maybe", "“是”或“否”");
	const struct raw_value both[] = {{"agree", STR("0"), NULL}, {"agree", STR("1"), NULL}};
	assert_int_equal(field_parse(&f.cx, fields, both, 2, &in), 0);
	assert_int_equal(in_int(in, "agree"), 1);
	assert_int_equal(field_parse(&f.cx, fields, NULL, 0, &in), 0);
	assert_int_equal(in_int(in, "agree"), 0);
}

static void days_and_times(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	int64_t day = day_of("2024-02-29");
	takes(&f, "on", "2024-02-29", NULL, day);
	takes(&f, "on", "2024/2/29", NULL, day);
	takes(&f, "on", "20240229", NULL, day);
	takes(&f, "on", "２０２４年2月29日", NULL, day);
	refuses(&f, "on", "2023-02-29", "真实存在");
	refuses(&f, "on", "明天", "2026-11-22");
	takes(&f, "at", "2024-02-29T08:00", NULL, day * 86400);
	refuses(&f, "at", "2024-02-29T24:01", "日期和时间");
}

static void choices(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	takes(&f, "kind", "social", "social", 0);
	takes(&f, "kind", "用人单位", "enterprise", 0);
	refuses(&f, "kind", "政府", "没有“政府”这个选项");
}

/* GB 11643, GB 32100: the numbers of the standards' own examples. */
static void identifiers(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	takes(&f, "idno", "11010519491231002X", "11010519491231002X", 0);
	takes(&f, "idno", " 11010519491231002x ", "11010519491231002X", 0);
	refuses(&f, "idno", "110105194912310025", "第 18 位校验码应为 X，您输入的是 5");
	refuses(&f, "idno", "11010519491231002", "应为 18 位，您输入了 17 位");
	refuses(&f, "idno", "11010519491331002X", "出生日期");
	refuses(&f, "idno", "1.10105E+17", "文本");
	char unborn[19];
	ident_idno_make("110105", ctx_today(&f.cx) + 1, 2, unborn);
	refuses(&f, "idno", unborn, "出生日期晚于今天");
	ident_idno_make("110105", ctx_today(&f.cx), 2, unborn);
	takes(&f, "idno", unborn, unborn, 0);
	refuses(&f, "idno", "110105１９４９零231002X", "第 11 位“零”");
	takes(&f, "uscc", "91350100M000100Y43", "91350100M000100Y43", 0);
	refuses(&f, "uscc", "91350100M000100Y42", "您输入的是 2");
	refuses(&f, "uscc", "9135", "应为 18 位");
}

static void phones(void **state)
{
	struct fixture f;
	fixture_init(&f, *state, NULL);
	takes(&f, "phone", "13800001234", "13800001234", 0);
	takes(&f, "phone", "+86 138-0000-1234", "13800001234", 0);
	takes(&f, "phone", "0631-5230000", "0631-5230000", 0);
	takes(&f, "phone", "4008001234", "4008001234", 0);
	refuses(&f, "phone", "1380000123", "应为 11 位手机号码，您输入了 10 位");
	refuses(&f, "phone", "电话", "手机号码");
}

static void several_ids(void **state)
{
	struct fixture f;
	struct input *in;
	const int64_t *ids;
	fixture_init(&f, *state, NULL);
	const struct raw_value raw[] = {{"rooms", STR("3"), NULL}, {"rooms", STR("5, 8"), NULL}};
	assert_int_equal(field_parse(&f.cx, fields, raw, 2, &in), 0);
	assert_int_equal(in_ids(in, "rooms", &ids), 3);
	assert_true(ids[0] == 3 && ids[1] == 5 && ids[2] == 8);
	refuses(&f, "rooms", "3,x", "从列表中");
	auto_buf many;
	buf_init(&many, 1 << 20);
	for (int i = 0; i < 20000; i++)
		buf_puts(&many, "1,");
	assert_field_problem(&f, parse(&f, "rooms", buf_z(&many), &in), "rooms", "field.too_many");
	assert_int_equal(field_parse(&f.cx, fields, NULL, 0, &in), 0);
	assert_int_equal(in_ids(in, "rooms", &ids), 0);
}

static void files(void **state)
{
	struct fixture f;
	struct input *in;
	static const char big[2000];
	fixture_init(&f, *state, NULL);
	struct raw_value raw = {"file", STR("%PDF-1.7"), "C:\\资料\\计划.pdf"};
	assert_int_equal(field_parse(&f.cx, fields, &raw, 1, &in), 0);
	assert_string_equal(in_file(in, "file")->filename, "计划.pdf");
	assert_int_equal(in_file(in, "file")->bytes.n, 8);
	raw = (struct raw_value){"file", STR_NONE, ""};
	assert_int_equal(field_parse(&f.cx, fields, &raw, 1, &in), 0);
	assert_null(in_file(in, "file"));
	raw = (struct raw_value){"file", STR_NONE, "空.pdf"};
	assert_field_problem(&f, field_parse(&f.cx, fields, &raw, 1, &in), "file",
		"field.file_empty");
	raw = (struct raw_value){"file", {big, sizeof big}, "大.pdf"};
	assert_field_problem(&f, field_parse(&f.cx, fields, &raw, 1, &in), "file",
		"field.file_large");
	raw = (struct raw_value){"file", STR("abc"), NULL};
	assert_field_problem(&f, field_parse(&f.cx, fields, &raw, 1, &in), "file",
		"field.file_missing");
}

static void what_must_be_given(void **state)
{
	static const struct field must[] = {
		{"name", FIELD_TEXT, "名称", .flags = FIELD_REQUIRED},
		{"agree", FIELD_BOOL, "承诺属实", .flags = FIELD_REQUIRED},
		{"batch", FIELD_ID, "批次", .flags = FIELD_REQUIRED},
		{"file", FIELD_FILE, "照片", .flags = FIELD_REQUIRED},
		{"rooms", FIELD_IDS, "考场", .flags = FIELD_REQUIRED},
		{0},
	};
	struct fixture f;
	struct input *in;
	fixture_init(&f, *state, NULL);
	const struct raw_value raw[] = {
		{"name", STR(" \xe3\x80\x80 "), NULL}, {"agree", STR("0"), NULL},
			{"batch", STR("0"), NULL}};
	assert_int_equal(field_parse(&f.cx, must, raw, 3, &in), ERR_INVALID);
	assert_int_equal(f.cx.problem.n_fields, 5);
	assert_string_equal(f.cx.problem.fields[0].id, "field.required");
	assert_string_equal(f.cx.problem.fields[1].id, "field.must_accept");
}

static void files_are_of_the_kinds_asked_for(void **state)
{
	static const struct field only[] = {{"roster", FIELD_FILE, "花名册", .kinds = "xlsx csv"},
		{"photo", FIELD_FILE, "照片", .kinds = "jpg"}, {0}};
	static const struct {
		const char *field, *filename;
		struct str bytes;
		bool good, looks_good;
	} table[] = {
		{"roster", "名册.xlsx", STR("PK\x03\x04zip"), true},
		{"roster", "名册.csv", STR("a,b\n"), true},
		{"roster", "名册.zip", STR("PK\x03\x04zip"), false},
		{"roster", "名册.XLSX", STR("MZ exe"), false, true},
		{"roster", "名册.csv", STR("\xff\xfe\xd3\x59\x0d\x54\x2c\x00"), false, true},
		{"roster", "名册.pdf", STR("%PDF-1.7"), false},
		{"photo", "a.exe", STR("\xff\xd8\xff\xe0JFIF"), true},
		{"photo", "a.jpeg", STR("GIF89a"), false, true},
		{"photo", "a.bmp", STR("BM"), false},
	};
	struct fixture f;
	struct input *in;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		fixture_init(&f, *state, NULL);
		const struct raw_value raw = {table[i].field, table[i].bytes, table[i].filename};
		int r = field_parse(&f.cx, only, &raw, 1, &in);
		assert_int_equal(r, table[i].good ? 0 : ERR_INVALID);
		if (table[i].good)
			continue;
		assert_int_equal(f.cx.problem.n_fields, 1);
		assert_string_equal(f.cx.problem.fields[0].field, table[i].field);
		assert_string_equal(f.cx.problem.fields[0].id,
			table[i].looks_good ? "field.file_content" : "field.file_kind");
		const char *words = field_problem_text(&f.cx, &f.cx.problem.fields[0]);
		assert_non_null(strstr(words, table[i].filename));
		assert_non_null(strstr(words, *table[i].field == 'r' ? "XLSX、CSV" : "JPG"));
	}
}

static void passwords_are_kept_whole_and_never_echoed(void **state)
{
	struct fixture f;
	struct input *in;
	fixture_init(&f, *state, NULL);
	assert_int_equal(parse(&f, "secret", " Pass word1 ", &in), 0);
	assert_string_equal(in_text(in, "secret"), " Pass word1 ");
	assert_string_equal(in_raw(in, "secret"), "");
	assert_string_equal(field_display(&f.cx, &fields[14], in), "");
}

static void values_as_people_read_them(void **state)
{
	struct fixture f;
	struct input *in;
	fixture_init(&f, *state, NULL);
	const struct raw_value raw[] = {
		{"fee", STR("120"), NULL}, {"score", STR("87.5"), NULL},
			{"on", STR("20260302"), NULL},
		{"kind", STR("social"), NULL}, {"idno", STR("11010519491231002X"), NULL},
		{"at", STR("2026-03-02T09:30"), NULL},
	};
	static const struct {
		size_t field;
		const char *text;
	} table[] = {
		{3, "120.00"}, {4, "87.50"}, {5, "否"}, {6, "2026-03-02"}, {7, "2026-03-02 09:30"},
		{8, "社会培训评价组织"}, {11, "110***********002X"}, {0, ""},
	};
	assert_int_equal(field_parse(&f.cx, fields, raw, 6, &in), 0);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		assert_string_equal(field_display(&f.cx, &fields[table[i].field], in),
			table[i].text);
	assert_ptr_equal(in_fields(in), fields);
}

static void the_undeclared_is_passed_over(void **state)
{
	struct fixture f;
	struct input *in;
	fixture_init(&f, *state, NULL);
	assert_int_equal(parse(&f, "role", "admin_security", &in), 0);
	assert_false(in_has(in, "name"));
	assert_string_equal(in_text(in, "name"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(texts),
		test_db_case(bytes_that_are_no_text),
		test_db_case(numbers),
		test_db_case(yes_and_no),
		test_db_case(days_and_times),
		test_db_case(choices),
		test_db_case(identifiers),
		test_db_case(phones),
		test_db_case(several_ids),
		test_db_case(files),
		test_db_case(what_must_be_given),
		test_db_case(files_are_of_the_kinds_asked_for),
		test_db_case(passwords_are_kept_whole_and_never_echoed),
		test_db_case(values_as_people_read_them),
		test_db_case(the_undeclared_is_passed_over),
	};
	test_db_kind = DB_SQLITE;
	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
