#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <zip.h>

#include "doc/seen.h"
#include "doc/xlsx.h"

static struct arena *a;
static struct sheet_error error;

static int begin(void **state)
{
	(void)state;
	a = arena_new(64 * 1024 * 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static const char *const sexes[] = {"男", "女", NULL};
static const struct sheet_column columns[] = {
        {.title = "姓名", .note = "与证件一致", .width = 14, .text = true},
        {.title = "证件号码", .width = 24, .text = true},
        {.title = "性别", .width = 8, .choices = sexes},
        {.title = "年限", .width = 8},
};

static struct str sample(const char *title)
{
	struct sheet_writer *w;
	struct str bytes;
	assert_int_equal(sheet_new(title, columns, 4, &w), 0);
	sheet_cell(w, "张三", STYLE_PLAIN);
	sheet_cell(w, "011010519491231002", STYLE_BAD);
	sheet_cell(w, "男", STYLE_PLAIN);
	sheet_number(w, 12.5);
	sheet_next(w);
	sheet_cell(w, "=HYPERLINK(\"http://a/\")", STYLE_EXAMPLE);
	sheet_cell(w, NULL, STYLE_GOOD);
	sheet_cell(w, "", STYLE_PLAIN);
	sheet_cell(w, "<&>\"'", STYLE_PLAIN);
	sheet_cell(w, "出错原因", STYLE_BAD);
	sheet_next(w);
	assert_int_equal(sheet_finish(w, a, &bytes), 0);
	return bytes;
}

static void test_reads_back(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 65536);
	assert_int_equal(sheet_read(sample("花名册"), see_row, &b, &error), 0);
	/* Text that looks like a formula stays text. */
	assert_string_equal(buf_z(&b),
	        "1: T姓名|T证件号码|T性别|T年限\n2: T张三|T011010519491231002|T男|N12.5\n"
	        "3: T=HYPERLINK(\"http://a/\")|-|-|T<&>\"'|T出错原因\n");
	buf_fini(&b);
}

/* The folder for temporary files may be on a disk, and sheets are full of people. */
static void test_nothing_lies_on_a_disk(void **state)
{
	(void)state;
	char folder[] = "/tmp/luban-sheet-XXXXXX";
	struct inotify_event event;
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	assert_non_null(mkdtemp(folder));
	assert_true(watch >= 0 && inotify_add_watch(watch, folder, IN_CREATE) >= 0);
	setenv("TMPDIR", folder, 1);
	assert_true(sample("花名册").n > 0);
	unsetenv("TMPDIR");
	assert_true(read(watch, &event, sizeof event) < 0 && errno == EAGAIN);
	close(watch);
	assert_int_equal(rmdir(folder), 0);
}

static void test_the_same_calls_give_the_same_bytes(void **state)
{
	(void)state;
	struct str one = sample("花名册"), two = sample("花名册");
	assert_true(str_eq(one, two));
}

static void test_awkward_titles(void **state)
{
	(void)state;
	assert_true(sample("2023/05 [一批]: 甲?*\\乙").n > 0);
	assert_true(sample("威海市环翠区某某某某职业技能培训学校有限责任公司二〇二三年第一批次认定"
	                   "考生花名册")
	                    .n > 0);
	assert_true(sample("").n > 0);
	assert_true(sample("'a'").n > 0);
}

static char *part_of(struct str bytes, const char *name)
{
	zip_t *zip = zip_open_from_source(
	        zip_source_buffer_create(bytes.p, bytes.n, 0, NULL), ZIP_RDONLY, NULL);
	assert_non_null(zip);
	struct zip_stat st;
	assert_int_equal(zip_stat(zip, name, 0, &st), 0);
	char *text = arena_alloc(a, st.size + 1);
	zip_file_t *file = zip_fopen(zip, name, 0);
	assert_int_equal(zip_fread(file, text, st.size), st.size);
	zip_fclose(file);
	zip_discard(zip);
	return text;
}

static void test_drop_downs_come_from_a_hidden_sheet(void **state)
{
	(void)state;
	struct str bytes = sample("花名册");
	assert_non_null(strstr(part_of(bytes, "xl/workbook.xml"),
	        "name=\"_lists\" sheetId=\"2\" state=\"hidden\""));
	const char *sheet = part_of(bytes, "xl/worksheets/sheet1.xml");
	assert_non_null(strstr(sheet, "type=\"list\""));
	assert_non_null(strstr(sheet, "sqref=\"C2:C100001\""));
	assert_non_null(strstr(sheet, "<formula1>_lists!$C$1:$C$2</formula1>"));
	assert_non_null(strstr(sheet, "state=\"frozen\""));
	assert_non_null(strstr(part_of(bytes, "xl/worksheets/sheet2.xml"), "女"));
	assert_non_null(strstr(part_of(bytes, "xl/comments1.xml"), "与证件一致"));
}

static void test_refuses_what_is_no_text(void **state)
{
	(void)state;
	static const char *const bad[] = {"\xff\xfe", "a\001b"};
	for (size_t i = 0; i < 2; i++) {
		struct sheet_writer *w;
		struct str bytes;
		assert_int_equal(sheet_new("a", columns, 4, &w), 0);
		sheet_cell(w, bad[i], STYLE_PLAIN);
		assert_int_equal(sheet_finish(w, a, &bytes), ERR_INVALID);
	}
	struct sheet_writer *w;
	assert_int_equal(sheet_new("a", columns, 0, &w), ERR_BUG);
	assert_int_equal(sheet_new("a", columns, 4, &w), 0);
	sheet_free(w);
	sheet_free(NULL);
}

static size_t heap(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static void test_memory_is_flat(void **state)
{
	(void)state;
	struct sheet_writer *w;
	assert_int_equal(sheet_new("a", columns, 4, &w), 0);
	size_t first = 0;
	for (int row = 0; row < 50000; row++) {
		for (int i = 0; i < 4; i++)
			sheet_cell(w, "一二三四五六七八九十", STYLE_PLAIN);
		sheet_next(w);
		if (row == 1000)
			first = heap();
	}
	assert_true(heap() < first + 256 * 1024);
	sheet_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_reads_back, begin, end),
	        cmocka_unit_test_setup_teardown(
	                test_the_same_calls_give_the_same_bytes, begin, end),
	        cmocka_unit_test_setup_teardown(test_awkward_titles, begin, end),
	        cmocka_unit_test_setup_teardown(test_nothing_lies_on_a_disk, begin, end),
	        cmocka_unit_test_setup_teardown(
	                test_drop_downs_come_from_a_hidden_sheet, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_what_is_no_text, begin, end),
	        cmocka_unit_test_setup_teardown(test_memory_is_flat, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
