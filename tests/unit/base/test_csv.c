#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/csv.h"

/* Rows as "line:[a][b]" strung together. */
static int show(void *self, const struct csv_row *row)
{
	struct buf *out = self;
	buf_printf(out, "%zu:", row->line);
	for (size_t i = 0; i < row->n; i++) {
		buf_putc(out, '[');
		buf_str(out, row->fields[i]);
		buf_putc(out, ']');
	}
	return 0;
}

static void expect(struct str in, const char *want)
{
	auto_buf out;
	buf_init(&out, 1 << 20);
	assert_int_equal(csv_each(in, 0, show, &out, NULL), 0);
	assert_string_equal(buf_z(&out), want);
}

static void rows_and_fields(void **state)
{
	(void)state;
	expect(STR(""), "");
	expect(STR("\r\n\n"), "");
	expect(STR("a,b\r\nc,d"), "1:[a][b]2:[c][d]");
	expect(STR("a,b\nc,d\n"), "1:[a][b]2:[c][d]");
	expect(STR("a,b\rc,d\r"), "1:[a][b]2:[c][d]");
	expect(STR(",\n"), "1:[][]");
	expect(STR("a,\n\n b "), "1:[a][]3:[ b ]");
	expect(STR("\"\"\n"), "1:[]");
}

static void quoted_fields(void **state)
{
	(void)state;
	expect(STR("\"a,b\",c"), "1:[a,b][c]");
	expect(STR("\"say \"\"hi\"\"\",\"\"\"\""), "1:[say \"hi\"][\"]");
	expect(STR("\"x\r\ny\nz\",2\r\n3"), "1:[x\r\ny\nz][2]4:[3]");
	expect(STR("5\"管,\"b\""), "1:[5\"管][b]");
}

static void separator_is_found(void **state)
{
	(void)state;
	expect(STR("a\tb,c\td\n1\t2"), "1:[a][b,c][d]2:[1][2]");
	expect(STR("\"a\tb\tc\",d\n"), "1:[a\tb\tc][d]");
	auto_csv c = csv_new(STR("a,b\tc"), '\t');
	struct csv_row row;
	assert_int_equal(csv_next(c, &row), 1);
	assert_int_equal(row.n, 2);
	assert_int_equal(csv_separator(c), '\t');
}

static void expect_fault(struct str in, enum csv_reason reason, size_t line, size_t field)
{
	auto_csv c = csv_new(in, ',');
	struct csv_row row;
	int got;
	while ((got = csv_next(c, &row)) == 1)
		;
	assert_int_equal(got, ERR_INVALID);
	assert_int_equal(csv_fault(c).reason, reason);
	assert_int_equal(csv_fault(c).line, line);
	assert_int_equal(csv_fault(c).field, field);
	assert_int_equal(csv_next(c, &row), ERR_INVALID);
}

static void broken_text_is_located(void **state)
{
	(void)state;
	expect_fault(STR("a,b\nc,\"d\ne\nf"), CSV_UNCLOSED, 2, 2);
	expect_fault(STR("\""), CSV_UNCLOSED, 1, 1);
	expect_fault(STR("a\n\"b\" ,c"), CSV_AFTER_QUOTE, 2, 1);
	expect_fault(STR("a,\"b\"\"\"c"), CSV_AFTER_QUOTE, 1, 2);
}

static void sizes_are_capped(void **state)
{
	(void)state;
	auto_buf in;
	buf_init(&in, 1 << 20);
	for (int i = 1; i < CSV_FIELDS_MAX; i++)
		buf_putc(&in, ',');
	auto_csv c = csv_new(buf_view(&in), ',');
	struct csv_row row;
	assert_int_equal(csv_next(c, &row), 1);
	assert_int_equal(row.n, CSV_FIELDS_MAX);
	buf_putc(&in, ',');
	expect_fault(buf_view(&in), CSV_TOO_MANY_FIELDS, 1, CSV_FIELDS_MAX + 1);
	buf_reset(&in);
	buf_puts(&in, "a,");
	for (int i = 0; i <= CSV_FIELD_BYTES_MAX; i++)
		buf_putc(&in, 'x');
	expect_fault(buf_view(&in), CSV_FIELD_TOO_LONG, 1, 2);
	in.p[0] = ',';
	in.p[1] = '"';
	buf_puts(&in, "x\"");
	expect_fault(buf_view(&in), CSV_FIELD_TOO_LONG, 1, 2);
}

static int stop_at_two(void *self, const struct csv_row *row)
{
	int *count = self;
	(void)row;
	return ++*count == 2 ? ERR_STATE : 0;
}

static void the_callback_can_stop(void **state)
{
	(void)state;
	int count = 0;
	assert_int_equal(csv_each(STR("a\nb\nc\n"), 0, stop_at_two, &count, NULL), ERR_STATE);
	assert_int_equal(count, 2);
}

static int ignore(void *self, const struct csv_row *row)
{
	(void)self;
	(void)row;
	return 0;
}

static void the_fault_is_handed_out(void **state)
{
	(void)state;
	struct csv_fault fault = {0};
	assert_int_equal(csv_each(STR("a\n\"b"), 0, ignore, NULL, &fault), ERR_INVALID);
	assert_int_equal(fault.line, 2);
	assert_int_equal(csv_each(STR("a\n\"b"), 0, ignore, NULL, NULL), ERR_INVALID);
}

static void what_is_written_is_read(void **state)
{
	static const char *const values[] = {
		"a", "", "a,b", "say \"hi\"", "x\r\ny", " pad ", "张三", "a\tb"};
	(void)state;
	auto_buf out;
	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < 8; i++) {
		if (i)
			buf_putc(&out, ',');
		csv_put(&out, str_of(values[i]));
	}
	auto_csv c = csv_new(buf_view(&out), ',');
	struct csv_row row;
	assert_int_equal(csv_next(c, &row), 1);
	assert_int_equal(row.n, 8);
	for (size_t i = 0; i < 8; i++)
		assert_true(str_is(row.fields[i], values[i]));
}

static void formulas_are_defused(void **state)
{
	(void)state;
	auto_buf out;
	buf_init(&out, 1 << 16);
	csv_put(&out, STR("=1+1"));
	buf_putc(&out, ',');
	csv_put(&out, STR("@SUM(A1,B1)"));
	buf_putc(&out, ',');
	csv_put(&out, STR("-12.50"));
	assert_string_equal(buf_z(&out), "'=1+1,\"'@SUM(A1,B1)\",-12.50");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_fields),
		cmocka_unit_test(quoted_fields),
		cmocka_unit_test(separator_is_found),
		cmocka_unit_test(broken_text_is_located),
		cmocka_unit_test(sizes_are_capped),
		cmocka_unit_test(the_callback_can_stop),
		cmocka_unit_test(the_fault_is_handed_out),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(formulas_are_defused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
