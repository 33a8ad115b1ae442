/* Rosters as sheets: found by their header whatever its order, and the template read back. */
#include "doc/roster_sheet.h"

#include "../core/fixture.h"
#include "base/utf8.h"
#include "domain/evaluation/roster_line.h"

enum { LINES = 8 };

static struct taken {
	const char *values[LINES][ROSTER_COLUMNS];
	const char *refused[LINES], *remark;
	int64_t row_no[LINES];
	int n;
	struct arena *arena;
} taken;

static int take(void *arg, const struct import_line *line)
{
	(void)arg;
	if (!line->row_no) {
		taken.remark = arena_dup(taken.arena, line->refused);
		return 0;
	}
	assert_true(taken.n < LINES);
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		taken.values[taken.n][i] = arena_dup(taken.arena, line->values[i]);
	taken.refused[taken.n] = line->refused;
	taken.row_no[taken.n++] = line->row_no;
	return 0;
}

static int read(struct fixture *f, struct test_db *t, struct str bytes)
{
	fixture_init(f, t, NULL);
	memset(&taken, 0, sizeof taken);
	taken.arena = t->arena;
	return roster_sheet_read(&f->cx, bytes, take, NULL);
}

static void test_any_order(void **state)
{
	struct fixture f;
	assert_int_equal(read(&f, *state,
		STR("某厂报名花名册,,,\n手机 号码,备注,*姓名,身份证号（18位）\n"
		"13800000001,好,张三,11010519491231002X\n,,,\n13800000002,,李四,110105194912310038"
		"\n")), 0);
	assert_int_equal(taken.n, 2);
	assert_string_equal(taken.values[0][COL_NAME], "张三");
	assert_string_equal(taken.values[0][COL_IDNO], "11010519491231002X");
	assert_string_equal(taken.values[1][COL_PHONE], "13800000002");
	assert_string_equal(taken.values[1][COL_UNIT], "");
	assert_int_equal(taken.row_no[1], 5);
	assert_string_equal(taken.remark, "没有用到的列：备注");
}

static void test_headers_refused(void **state)
{
	struct fixture f;
	assert_problem(&f, read(&f, *state, STR("姓名,证件号码\n张三,1\n")), ERR_INVALID,
		"roster.column_missing");
	(void)read(&f, *state, STR("姓名,证件号码\n"));
	assert_string_equal(f.cx.problem.args[0], "“手机号码”");
	assert_problem(&f, read(&f, *state, STR("姓名,证件号码,手机号码,身份证号\n")), ERR_INVALID,
		"roster.column_twice");
	assert_problem(&f, read(&f, *state, STR("a,b\n1,2\n3,4\n")), ERR_INVALID,
		"roster.no_header");
	assert_problem(&f, read(&f, *state, STR("")), ERR_INVALID, "roster.no_header");
	assert_int_equal(read(&f, *state, STR("\xff\xfe\x00\x01")), ERR_INVALID);
	ctx_clear(&f.cx);
}

/* A cell that would not go into the row's sealed text is named, and cut where it is kept. */
static void test_long_cell(void **state)
{
	struct fixture f;
	auto_buf b;
	buf_init(&b, 256 * 1024);
	buf_puts(&b, "工作单位,姓名,证件号码,手机号码\n");
	for (int i = 0; i < 5000; i++)
		buf_puts(&b, "长");
	buf_puts(&b, ",张三,11010519491231002X,13800000001\n");
	for (int i = 0; i < 500; i++)
		buf_puts(&b, "长");
	buf_puts(&b, ",李四,110105194912310038,13800000002\n");
	assert_int_equal(read(&f, *state, buf_view(&b)), 0);
	assert_int_equal(taken.n, 2);
	assert_string_equal(taken.refused[0], "工作单位：这一格超过 500 个字，请缩短");
	assert_int_equal(strlen(taken.values[0][COL_UNIT]), 1500);
	assert_string_equal(taken.values[0][COL_NAME], "张三");
	assert_null(taken.refused[1]);
	assert_int_equal(strlen(taken.values[1][COL_UNIT]), 1500);
}

/* GB18030 as Excel saves it. */
static void test_gb18030(void **state)
{
	struct fixture f;
	assert_int_equal(read(&f, *state, STR("\xd0\xd5\xc3\xfb,\xd6\xa4\xbc\xfe\xba\xc5\xc2\xeb,"
		"\xca\xd6\xbb\xfa\xba\xc5\xc2\xeb\n\xd5\xc5\xc8\xfd,1,2\n")), 0);
	assert_string_equal(taken.values[0][COL_NAME], "张三");
}

/* What spreadsheets, chats and web pages put around and into what was meant. */
static void test_stray_characters(void **state)
{
	struct fixture f;
	assert_int_equal(read(&f, *state,
		STR("姓名,证件号码,手机号码,工作单位\n"
		"张　三,\u202d11010519491231002X\u202c,\u00a013800000001,\"某某\n公司\"\n"
		" 李 四\u200b,1,2,\"一\r\n二 三\"\nMARY  ANN,1,2,\n阿·买提 江,1,2,\n"
		"\"王五\n赵六\",1,2,\n")), 0);
	assert_int_equal(taken.n, 5);
	assert_string_equal(taken.values[0][COL_NAME], "张三");
	assert_string_equal(taken.values[0][COL_IDNO], "11010519491231002X");
	assert_string_equal(taken.values[0][COL_PHONE], "13800000001");
	assert_string_equal(taken.values[0][COL_UNIT], "某某 公司");
	assert_string_equal(taken.values[1][COL_NAME], "李四");
	assert_string_equal(taken.values[2][COL_NAME], "MARY ANN");
	assert_string_equal(taken.values[3][COL_NAME], "阿·买提江");
	for (int i = 0; i < 4; i++)
		assert_null(taken.refused[i]);
	assert_non_null(strstr(taken.refused[4], "姓名：这一格里有换行"));
}

/* The template has every column, and its example is not taken for a person. */
static void test_template(void **state)
{
	struct fixture f;
	struct str bytes;
	fixture_init(&f, *state, NULL);
	assert_int_equal(roster_sheet_template(&f.cx, &bytes), 0);
	assert_int_equal(read(&f, *state, bytes), 0);
	assert_int_equal(taken.n, 0);
	assert_null(taken.remark);
}

/* Rows that are left out leave nothing behind, however many there are. */
static void test_examples_take_no_memory(void **state)
{
	struct fixture f;
	struct test_db *t = *state;
	auto_arena own = arena_new(64 * 1024 * 1024);
	auto_buf b;
	buf_init(&b, 1024 * 1024);
	buf_puts(&b, "工作单位,姓名,证件号码,手机号码\n");
	for (int i = 0; i < 2000; i++)
		buf_puts(&b, "一个很长的单位名称一个很长的单位名称,示例：张三,=1,=2\n");
	fixture_init(&f, t, NULL);
	memset(&taken, 0, sizeof taken);
	struct arena *outer = f.cx.arena;
	f.cx.arena = own;
	assert_int_equal(roster_sheet_read(&f.cx, buf_view(&b), take, NULL), 0);
	f.cx.arena = outer;
	assert_int_equal(taken.n, 0);
	assert_true(arena_used(own) < 4096);
}

/* Characters of four bytes, of which a name may have some: 𠮷. */
static void test_long_rare_names(void **state)
{
	struct fixture f;
	auto_buf b;
	buf_init(&b, 64 * 1024);
	buf_puts(&b, "姓名,证件号码,手机号码\n");
	for (int i = 0; i < 2 * IMPORT_TEXT_CHARS; i++)
		buf_puts(&b, "\xf0\xa0\xae\xb7");
	buf_puts(&b, ",1,2\n");
	assert_int_equal(read(&f, *state, buf_view(&b)), 0);
	assert_int_equal(taken.n, 1);
	assert_string_equal(taken.refused[0], "姓名：这一格超过 500 个字，请缩短");
}

/* What is said of a row has an end, whatever is wrong with it. */
static void test_many_faults(void **state)
{
	struct fixture f;
	auto_buf b;
	buf_init(&b, 64 * 1024);
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		buf_printf(&b, "%s%s", i ? "," : "", roster_columns[i].title);
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		buf_printf(&b, "%s=A1+%d", i ? "," : "\n", i);
	assert_int_equal(read(&f, *state, buf_view(&b)), 0);
	assert_int_equal(taken.n, 1);
	struct str refused = str_of(taken.refused[0]);
	assert_true(str_starts(refused, "姓名：这一格是公式"));
	assert_int_equal(utf8_count(refused), IMPORT_TEXT_CHARS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_db_case(test_any_order),
		test_db_case(test_headers_refused),
		test_db_case(test_long_cell), test_db_case(test_gb18030),
		test_db_case(test_stray_characters),
		test_db_case(test_template), test_db_case(test_examples_take_no_memory),
		test_db_case(test_long_rare_names), test_db_case(test_many_faults),
	};
	test_db_kind = DB_SQLITE;
	return cmocka_run_group_tests_name("roster sheet", tests, NULL, NULL);
}
