#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "doc/seen.h"
#include "doc/xlsx.h"

static struct buf seen;
static struct sheet_error error;

static int begin(void **state)
{
	(void)state;
	buf_init(&seen, 1024 * 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_fini(&seen);
	return 0;
}

static void assert_csv(struct str bytes, const char *expected)
{
	buf_reset(&seen);
	assert_int_equal(sheet_read(bytes, see_row, &seen, &error), 0);
	assert_string_equal(buf_z(&seen), expected);
}

static void assert_refused(struct str bytes, const char *id, const char *arg)
{
	buf_reset(&seen);
	assert_int_equal(sheet_read(bytes, see_row, &seen, &error), ERR_INVALID);
	assert_string_equal(error.id, id);
	assert_string_equal(error.arg, arg);
	assert_string_equal(buf_z(&seen), "");
}

static void test_utf8_and_its_mark(void **state)
{
	(void)state;
	assert_csv(STR("姓名,证件\r\n张三,371002\r\n"), "1: T姓名|T证件\n2: T张三|T371002\n");
	assert_csv(STR("\xef\xbb\xbf姓名\n张三"), "1: T姓名\n2: T张三\n");
}

/* 姓名 and 㛃 (four bytes) as GB 18030 has them. */
static void test_gb18030(void **state)
{
	(void)state;
	assert_csv(STR("\xd0\xd5\xc3\xfb\n\x82\x30\xb7\x31\n"), "1: T姓名\n2: T㛃\n");
}

static void test_tabs_gaps_and_blank_rows(void **state)
{
	(void)state;
	assert_csv(STR("a\tb\n\n\t\n\tc\t\n"), "1: Ta|Tb\n4: -|Tc\n");
}

/* Rows are numbered as a spreadsheet numbers them: a line end inside quotes makes no new row. */
static void test_row_numbers(void **state)
{
	(void)state;
	assert_csv(STR("a,\"b\nc\"\nd,e\n"), "1: Ta|Tb\nc\n2: Td|Te\n");
}

static void test_what_spreadsheets_leave_in_text(void **state)
{
	(void)state;
	assert_csv(STR("\"=\"\"0012\"\"\",3.71002E+17,=A1+1,1.5E+3,E+20\n"),
	        "1: T0012|T3.71002E+17 inexact|F=A1+1|T1.5E+3|TE+20\n");
}

static void test_refusals(void **state)
{
	(void)state;
	assert_refused(STR("a,b\nc,\"d\n"), "sheet.csv_unclosed", "2");
	assert_refused(STR("a,b\n\"c\"x,d\n"), "sheet.csv_after_quote", "2");
	assert_refused(STR("a,b\n\xff\xff\n"), "sheet.csv_encoding", "");
	assert_refused(STR("PK\x03\x04"), "sheet.broken", "zip");
	struct buf b;
	buf_init(&b, 1024 * 1024);
	for (int i = 0; i < 257; i++)
		buf_puts(&b, "a,");
	assert_refused(buf_view(&b), "sheet.too_many_columns", "1");
	buf_reset(&b);
	for (int i = 0; i < SHEET_ROWS_MAX + 2; i++)
		buf_puts(&b, "a\n");
	assert_refused(buf_view(&b), "sheet.too_many_rows", "100002");
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_utf8_and_its_mark, begin, end),
	        cmocka_unit_test_setup_teardown(test_gb18030, begin, end),
	        cmocka_unit_test_setup_teardown(test_tabs_gaps_and_blank_rows, begin, end),
	        cmocka_unit_test_setup_teardown(test_row_numbers, begin, end),
	        cmocka_unit_test_setup_teardown(test_what_spreadsheets_leave_in_text, begin, end),
	        cmocka_unit_test_setup_teardown(test_refusals, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
