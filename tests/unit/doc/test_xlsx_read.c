#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdio.h>

#include "doc/seen.h"
#include "doc/workbook.h"
#include "doc/xlsx.h"

static struct arena *a;
static struct buf seen;
static struct sheet_error error;

static int begin(void **state)
{
	(void)state;
	a = arena_new(256 * 1024 * 1024);
	buf_init(&seen, 1024 * 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_fini(&seen);
	arena_free(a);
	return 0;
}

static void assert_reads(struct str bytes, const char *expected)
{
	buf_reset(&seen);
	int rc = xlsx_read(bytes, see_row, &seen, &error);
	if (rc)
		print_message("refused: %s %s\n", error.id ? error.id : "-", error.arg);
	assert_int_equal(rc, 0);
	assert_string_equal(buf_z(&seen), expected);
}

static void assert_sheet(const char *inner, const char *expected)
{
	assert_reads(workbook_of(a, inner), expected);
}

/* Refused, and no row was handed out before. */
static void assert_refused(struct str bytes, const char *id, const char *arg)
{
	buf_reset(&seen);
	assert_int_equal(xlsx_read(bytes, see_row, &seen, &error), ERR_INVALID);
	assert_string_equal(error.id, id);
	if (arg)
		assert_string_equal(error.arg, arg);
	assert_string_equal(buf_z(&seen), "");
}

static void assert_sheet_refused(const char *inner, const char *id, const char *arg)
{
	assert_refused(workbook_of(a, inner), id, arg);
}

static void test_kinds(void **state)
{
	(void)state;
	assert_sheet("<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" "
	             "t=\"s\"><v>1</v></c>"
	             "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" "
	             "t=\"inlineStr\"><is><r><t>李</t></r><r><t>四</t></r>"
	             "<rPh><t>li</t></rPh></is></c><c r=\"E1\"><v>12.5</v></c><c r=\"F1\" "
	             "t=\"b\"><v>1</v></c>"
	             "<c r=\"G1\" t=\"b\"><v>0</v></c><c r=\"H1\" t=\"e\"><v>#N/A</v></c>"
	             "<c r=\"I1\" t=\"str\"><f>A1&amp;\"x\"</f><v>姓名x</v></c><c "
	             "r=\"J1\"><f>1+1</f><v>2</v></c>"
	             "<c r=\"K1\" t=\"d\"><v>2023-05-01T00:00:00Z</v></c></row></sheetData>",
	        "1: T姓名|T张三|T a&b\rc |T李四|N12.5|TTRUE|TFALSE|E#N/A|F姓名x|F2|D2023-05-01\n");
}

static void test_dates_of_both_systems(void **state)
{
	(void)state;
	static const char *const cells =
	        "<sheetData><row><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c>"
	        "<c s=\"1\"><v>60</v></c><c s=\"1\"><v>61</v></c><c s=\"2\"><v>45047</v></c>"
	        "<c s=\"5\"><v>45047.604166666664</v></c><c s=\"4\"><v>0.375</v></c>"
	        "<c s=\"1\"><v>2958465</v></c><c s=\"1\"><v>2958466</v></c><c "
	        "s=\"1\"><v>-1</v></c></row></sheetData>";
	assert_sheet(cells,
	        "1: D1900-01-01|D1900-02-28|D1900-02-29|D1900-03-01|D2023-05-01|D2023-05-01 14:30|"
	        "D09:00|D9999-12-31|N2958466|N-1\n");
	char *sheet = arena_printf(a, "<worksheet>%s</worksheet>",
	        "<sheetData><row><c s=\"1\"><v>0</v></c>"
	        "<c s=\"1\"><v>43585</v></c></row></sheetData>");
	struct part parts[] = {root_part,
	        {"xl/workbook.xml",
	                "<workbook " WORKBOOK_NS "><workbookPr date1904=\"1\"/>"
	                "<sheets><sheet r:id=\"rId1\"/></sheets></workbook>",
	                0},
	        relations_part, shared_part, styles_part, {"xl/worksheets/sheet1.xml", sheet, 0}};
	assert_reads(zip_of(a, parts, 6), "1: D1904-01-01|D2023-05-01\n");
}

static void test_long_numbers_are_marked(void **state)
{
	(void)state;
	assert_sheet(
	        "<sheetData><row><c><v>3.7100219900101101E+17</v></c><c><v>371002199001011000</v></"
	        "c>"
	        "<c><v>13800001111</v></c><c><v>999999999999999</v></c><c s=\"3\"><v>42</v></c>"
	        "<c><v>0.10000000000000001</v></c><c><v>1E-3</v></c></row></sheetData>",
	        "1: N371002199001011010 inexact|N371002199001011000 "
	        "inexact|N13800001111|N999999999999999|N000042|"
	        "N0.1|N0.001\n");
}

static void test_gaps_and_missing_references(void **state)
{
	(void)state;
	assert_sheet(
	        "<sheetData><row><c><v>1</v></c></row><row r=\"3\"/>"
	        "<row r=\"5\"><c r=\"B5\"><v>2</v></c><c r=\"D5\" s=\"1\"/><c r=\"E5\"><v>3</v></c>"
	        "<c><v>4</v></c><c r=\"XFD5\" s=\"1\"/></row><row><c "
	        "t=\"inlineStr\"><is><t></t></is></c></row>"
	        "<row><c><v>7</v></c></row></sheetData>",
	        "1: N1\n5: -|N2|-|-|N3|N4\n7: N7\n");
}

static void test_merged_cells_are_marked(void **state)
{
	(void)state;
	assert_sheet(
	        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c "
	        "r=\"A2\"><v>2</v></c>"
	        "<c r=\"B2\"><v>3</v></c></row><row r=\"3\"><c r=\"B3\"><v>4</v></c></row>"
	        "<row r=\"4\"><c r=\"A4\"><v>5</v></c></row></sheetData>"
	        "<mergeCells><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"A1:C1\"/></mergeCells>",
	        "1: N1|- merged|- merged\n2: N2|N3\n3: - merged|N4\n4: N5\n");
}

static void test_first_visible_sheet(void **state)
{
	(void)state;
	struct part parts[] = {root_part,
	        {"xl/workbook.xml",
	                "<x:workbook xmlns:x=\"m\" xmlns:q=\"r\"><x:sheets>"
	                "<x:sheet name=\"h\" state=\"hidden\" q:id=\"rId1\"/><x:sheet name=\"v\" "
	                "state=\"veryHidden\" q:id=\"rId1\"/>"
	                "<x:sheet name=\"chart\" q:id=\"rId5\"/><x:sheet name=\"b\" q:id=\"rId4\"/>"
	                "<x:sheet name=\"a\" q:id=\"rId1\"/></x:sheets></x:workbook>",
	                0},
	        {"xl/_rels/workbook.xml.rels",
	                "<Relationships>"
	                "<Relationship Id=\"rId1\" Type=\"x/worksheet\" "
	                "Target=\"worksheets/sheet1.xml\"/>"
	                "<Relationship Id=\"rId4\" Type=\"x/worksheet\" "
	                "Target=\"/xl/worksheets/b.xml\"/>"
	                "<Relationship Id=\"rId5\" Type=\"x/chartsheet\" "
	                "Target=\"chart.xml\"/></Relationships>",
	                0},
	        {"xl/worksheets/sheet1.xml",
	                "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>",
	                0},
	        {"xl/worksheets/b.xml",
	                "<x:worksheet "
	                "xmlns:x=\"m\"><x:sheetData><x:row><x:c><x:v>2</x:v></x:c></x:row>"
	                "</x:sheetData></x:worksheet>",
	                0}};
	assert_reads(zip_of(a, parts, 5), "1: N2\n");
}

static void test_refuses_what_is_no_workbook(void **state)
{
	(void)state;
	assert_refused(STR("hello"), "sheet.not_xlsx", NULL);
	assert_refused(STR(""), "sheet.not_xlsx", NULL);
	assert_refused(STR("PK\x03\x04 and nothing more"), "sheet.broken", "zip");
	assert_refused(STR("\xd0\xcf\x11\xe0 W\0o\0r\0k\0b\0o\0o\0k\0"), "sheet.old_xls", NULL);
	assert_refused(STR("\xd0\xcf\x11\xe0 E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
	        "sheet.encrypted", NULL);
	struct part word[] = {{"word/document.xml", "<a/>", 0}};
	assert_refused(zip_of(a, word, 1), "sheet.not_xlsx", NULL);
	struct part ods[] = {{"mimetype", "x", 0}, {"content.xml", "<a/>", 0},
	        {"META-INF/manifest.xml", "<a/>", 0}};
	assert_refused(zip_of(a, ods, 3), "sheet.ods", NULL);
	struct part none[] = {workbook_part, {"xl/_rels/workbook.xml.rels", "<Relationships/>", 0}};
	assert_refused(zip_of(a, none, 2), "sheet.no_sheet", NULL);
}

static void test_refuses_path_tricks(void **state)
{
	(void)state;
	static const char *const names[] = {
	        "../a", "a/../../b", "/etc/passwd", "a\\..\\b", "C:/a", ".."};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct part parts[] = {workbook_part, {names[i], "x", 0}};
		assert_refused(zip_of(a, parts, 2), "sheet.bad_path", NULL);
	}
	struct part outside[] = {workbook_part,
	        {"xl/_rels/workbook.xml.rels",
	                "<Relationships>"
	                "<Relationship Id=\"rId1\" Type=\"x/worksheet\" "
	                "Target=\"../../etc/passwd\"/></Relationships>",
	                0}};
	assert_refused(zip_of(a, outside, 2), "sheet.bad_path", NULL);
	struct part far[] = {workbook_part,
	        {"xl/_rels/workbook.xml.rels",
	                "<Relationships>"
	                "<Relationship Id=\"rId1\" Type=\"x/worksheet\" TargetMode=\"External\" "
	                "Target=\"http://a/\"/></Relationships>",
	                0}};
	assert_refused(zip_of(a, far, 2), "sheet.bad_path", NULL);
}

static struct str with_sheet(const char *text, size_t n)
{
	struct part parts[] = {root_part, workbook_part, relations_part, shared_part, styles_part,
	        {"xl/worksheets/sheet1.xml", text, n}};
	return zip_of(a, parts, 6);
}

static void test_refuses_entities_and_dtd(void **state)
{
	(void)state;
	assert_refused(
	        with_sheet("<!DOCTYPE worksheet [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
	                   "<worksheet><sheetData><row><c "
	                   "t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>",
	                0),
	        "sheet.doctype", NULL);
	assert_refused(
	        with_sheet("<!DOCTYPE worksheet SYSTEM \"file:///etc/passwd\"><worksheet/>", 0),
	        "sheet.doctype", NULL);
	assert_refused(with_sheet("<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></"
	                          "worksheet>",
	                       0),
	        "sheet.broken", "xml");
}

/* 64 MiB of blanks between rows pack into 64 KiB: 1000 to 1. */
static void test_refuses_a_bomb(void **state)
{
	(void)state;
	size_t n = 64 * 1024 * 1024;
	char *text = arena_alloc(a, n + 1);
	memset(text, ' ', n);
	memcpy(text, "<worksheet><sheetData>", 22);
	memcpy(text + n - 24, "</sheetData></worksheet>", 24);
	assert_refused(with_sheet(text, n), "sheet.zip_bomb", NULL);
}

/* One attribute of 2 MiB that does not pack well: the parser would keep it whole. */
static void test_refuses_an_endless_token(void **state)
{
	(void)state;
	size_t n = 2 * 1024 * 1024;
	char *text = arena_alloc(a, n + 100);
	memcpy(text, "<worksheet><sheetData><row r=\"", 31);
	uint32_t x = 1;
	for (size_t i = 30; i < n; i++)
		text[i] = (char)('a' + (x = x * 1664525u + 1013904223u) / 200000000u);
	assert_refused(with_sheet(text, n), "sheet.broken", "xml");
}

static void test_refuses_depth(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 65536);
	for (int i = 0; i < 100; i++)
		buf_puts(&b, "<a>");
	for (int i = 0; i < 100; i++)
		buf_puts(&b, "</a>");
	assert_sheet_refused(buf_z(&b), "sheet.too_deep", NULL);
	buf_fini(&b);
}

static void test_refuses_broken_rows(void **state)
{
	(void)state;
	assert_sheet_refused(
	        "<sheetData><row r=\"2\"/><row r=\"2\"/></sheetData>", "sheet.broken", "row");
	assert_sheet_refused("<sheetData><row r=\"x\"/></sheetData>", "sheet.broken", "row");
	assert_sheet_refused("<sheetData><row r=\"1\"><c r=\"B1\"><v>1</v></c><c "
	                     "r=\"A1\"><v>1</v></c></row></sheetData>",
	        "sheet.broken_row", "1");
	assert_sheet_refused("<sheetData><row r=\"1\"><c r=\"A2\"><v>1</v></c></row></sheetData>",
	        "sheet.broken_row", "1");
	assert_sheet_refused("<sheetData><row r=\"4\"><c t=\"s\"><v>99</v></c></row></sheetData>",
	        "sheet.broken_row", "4");
	assert_sheet_refused("<sheetData><row r=\"4\"><c><v>12abc</v></c></row></sheetData>",
	        "sheet.broken_row", "4");
	assert_sheet_refused("<sheetData><row r=\"4\"><c><v>1e999</v></c></row></sheetData>",
	        "sheet.broken_row", "4");
	assert_sheet_refused(
	        "<mergeCells><mergeCell ref=\"A1:\"/></mergeCells>", "sheet.broken", "mergeCell");
	assert_sheet_refused("<sheetData><row></sheetData>", "sheet.broken", "xml");
}

static void test_refuses_too_much(void **state)
{
	(void)state;
	assert_sheet_refused("<sheetData><row r=\"100002\"><c><v>1</v></c></row></sheetData>",
	        "sheet.too_many_rows", "100002");
	assert_sheet("<sheetData><row r=\"100001\"><c><v>1</v></c></row><row r=\"1048576\"><c "
	             "s=\"1\"/></row></sheetData>",
	        "100001: N1\n");
	assert_sheet_refused("<sheetData><row r=\"1\"><c r=\"IW1\"><v>1</v></c></row></sheetData>",
	        "sheet.too_many_columns", "1");
	struct buf b;
	buf_init(&b, 1024 * 1024);
	buf_puts(&b, "<mergeCells>");
	for (int i = 1; i <= SHEET_MERGES_MAX + 1; i++)
		buf_printf(&b, "<mergeCell ref=\"A%d:B%d\"/>", i, i);
	buf_puts(&b, "</mergeCells>");
	assert_sheet_refused(buf_z(&b), "sheet.too_many_merges", NULL);
	buf_reset(&b);
	buf_puts(&b, "<sheetData><row><c t=\"str\"><v>");
	for (int i = 0; i < SHEET_CELL_MAX / 8 + 1; i++)
		buf_printf(&b, "%08x", (unsigned)i * 2654435761u);
	buf_puts(&b, "</v></c></row></sheetData>");
	assert_sheet_refused(buf_z(&b), "sheet.cell_too_long", "1");
	buf_fini(&b);
}

/* A string that is there once may stand in every cell. */
static void test_refuses_one_text_many_times(void **state)
{
	(void)state;
	enum { TEXT = 100 * 1024, TIMES = SHEET_TEXT_MAX / TEXT };
	struct buf shared, sheet;
	buf_init(&shared, 1024 * 1024);
	buf_init(&sheet, 1024 * 1024);
	buf_puts(&shared, "<sst " WORKBOOK_NS "><si><t>");
	for (int i = 0; i < TEXT; i++)
		buf_putc(&shared, 'x');
	buf_puts(&shared, "</t></si></sst>");
	buf_puts(&sheet, "<worksheet " WORKBOOK_NS "><sheetData>");
	for (int i = 0; i <= TIMES; i++)
		buf_puts(&sheet, "<row><c t=\"s\"><v>0</v></c></row>");
	buf_puts(&sheet, "</sheetData></worksheet>");
	struct part parts[] = {root_part, workbook_part, relations_part,
	        {"xl/sharedStrings.xml", buf_z(&shared), 0}, styles_part,
	        {"xl/worksheets/sheet1.xml", buf_z(&sheet), 0}};
	assert_refused(zip_of(a, parts, sizeof parts / sizeof *parts), "sheet.too_much_text",
	        "128");
	buf_fini(&sheet);
	buf_fini(&shared);
}

/* However a good file is cut off or bent, the answer is a refusal or rows, never a crash. */
static void test_survives_damage(void **state)
{
	(void)state;
	struct str good = workbook_of(a,
	        "<sheetData><row><c t=\"s\"><v>1</v></c><c "
	        "s=\"1\"><v>45047</v></c></row></sheetData>");
	for (size_t n = 0; n < good.n; n += 3)
		assert_refused(
		        (struct str){good.p, n}, n < 4 ? "sheet.not_xlsx" : "sheet.broken", NULL);
	char *bent = arena_copy(a, good.p, good.n);
	for (size_t i = 0; i < good.n; i++) {
		bent[i] ^= 0x55;
		buf_reset(&seen);
		int rc = xlsx_read((struct str){bent, good.n}, see_row, &seen, &error);
		assert_true(rc == 0 || (rc == ERR_INVALID && error.id));
		bent[i] ^= 0x55;
	}
}

static int stop_at_two(void *arg, const struct sheet_row *row)
{
	++*(int *)arg;
	return row->number == 2 ? 77 : 0;
}

static void test_the_callback_stops(void **state)
{
	(void)state;
	int rows = 0;
	struct str bytes = workbook_of(a,
	        "<sheetData><row><c><v>1</v></c></row><row><c><v>1</v></c></row>"
	        "<row><c><v>1</v></c></row></sheetData>");
	assert_int_equal(xlsx_read(bytes, stop_at_two, &rows, &error), 77);
	assert_int_equal(rows, 2);
	assert_null(error.id);
}

struct growth {
	size_t rows, first, most;
};

static int watch_memory(void *arg, const struct sheet_row *row)
{
	struct growth *g = arg;
	g->rows++;
	assert_int_equal(row->n, 3);
	if (g->rows % 1000 != 1)
		return 0;
	struct mallinfo2 info = mallinfo2();
	size_t used = info.uordblks + info.hblkhd;
	if (g->rows == 1)
		g->first = used;
	if (used > g->most)
		g->most = used;
	return 0;
}

static void test_memory_is_flat(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 64 * 1024 * 1024);
	buf_puts(&b, "<sheetData>");
	for (unsigned i = 0; i < SHEET_ROWS_MAX; i++)
		buf_printf(&b,
		        "<row><c t=\"inlineStr\"><is><t>张%u</t></is></c><c><v>%u</v></c><c "
		        "t=\"s\"><v>1</v></c></row>",
		        i * 2654435761u, i);
	buf_puts(&b, "</sheetData>");
	struct str bytes = workbook_of(a, buf_z(&b));
	buf_fini(&b);
	struct growth g = {0};
	assert_int_equal(xlsx_read(bytes, watch_memory, &g, &error), 0);
	assert_int_equal(g.rows, SHEET_ROWS_MAX);
	assert_true(g.most - g.first < 256 * 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_kinds, begin, end),
	        cmocka_unit_test_setup_teardown(test_dates_of_both_systems, begin, end),
	        cmocka_unit_test_setup_teardown(test_long_numbers_are_marked, begin, end),
	        cmocka_unit_test_setup_teardown(test_gaps_and_missing_references, begin, end),
	        cmocka_unit_test_setup_teardown(test_merged_cells_are_marked, begin, end),
	        cmocka_unit_test_setup_teardown(test_first_visible_sheet, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_what_is_no_workbook, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_path_tricks, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_entities_and_dtd, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_a_bomb, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_an_endless_token, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_depth, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_broken_rows, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_too_much, begin, end),
	        cmocka_unit_test_setup_teardown(test_refuses_one_text_many_times, begin, end),
	        cmocka_unit_test_setup_teardown(test_survives_damage, begin, end),
	        cmocka_unit_test_setup_teardown(test_the_callback_stops, begin, end),
	        cmocka_unit_test_setup_teardown(test_memory_is_flat, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
