/* Text tables read as sheets; and telling them from workbooks. */
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/gb18030.h"
#include "doc/xlsx_zip.h"

enum { LAST_ROW = SHEET_ROWS_MAX + 1 };

struct table {
	sheet_row_fn *each; /* NULL while the text is only checked */
	void *arg;
	struct sheet_error *error;
	size_t inner_lines; /* line ends inside fields so far */
	struct sheet_cell cells[SHEET_COLS_MAX];
};

static size_t count_line_ends(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n' || (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
	return n;
}

/* 3.71002E+17: what a spreadsheet leaves of a long number when it saves it as text. */
static bool is_cut_number(struct str s)
{
	size_t i = 0, digits = 0;
	for (; i < s.n && (s.p[i] == '.' || (s.p[i] >= '0' && s.p[i] <= '9')); i++)
		digits += s.p[i] != '.';
	struct str power = {s.p + i, s.n - i};
	int64_t value;
	return digits && (str_starts(power, "E+") || str_starts(power, "e+")) && power.n <= 5 &&
	        str_to_i64((struct str){power.p + 2, power.n - 2}, &value) && value >= 15;
}

/* ="0123" is how some programs keep a spreadsheet from eating zeros. */
static struct str unwrap(struct str s)
{
	if (s.n < 3 || !str_starts(s, "=\"") || s.p[s.n - 1] != '"')
		return s;
	struct str inner = {s.p + 2, s.n - 3};
	return inner.n && memchr(inner.p, '"', inner.n) ? s : inner;
}

static struct sheet_cell cell_of(struct str field)
{
	struct str text = unwrap(field);
	if (!text.n)
		return (struct sheet_cell){.text = STR("")};
	return (struct sheet_cell){
	        .kind = text.n == field.n && text.p[0] == '=' ? CELL_FORMULA : CELL_TEXT,
	        .text = text,
	        .inexact = is_cut_number(text),
	};
}

static int too_many_rows(struct table *t, size_t number)
{
	char row[24];
	snprintf(row, sizeof row, "%zu", number);
	return xlsx_error(t->error, "sheet.too_many_rows", row);
}

static int on_row(void *arg, const struct csv_row *row)
{
	struct table *t = arg;
	size_t n = 0, number = row->line - t->inner_lines;
	for (size_t i = 0; i < row->n; i++) {
		t->inner_lines += count_line_ends(row->fields[i]);
		t->cells[i] = cell_of(row->fields[i]);
		if (t->cells[i].kind != CELL_EMPTY)
			n = i + 1;
	}
	if (!n)
		return 0;
	if (number > LAST_ROW)
		return too_many_rows(t, number);
	struct sheet_row out = {(uint32_t)number, t->cells, n};
	return t->each ? t->each(t->arg, &out) : 0;
}

static int fault(struct csv_fault at, struct sheet_error *error)
{
	static const char *const ids[] = {
	        [CSV_UNCLOSED] = "sheet.csv_unclosed",
	        [CSV_AFTER_QUOTE] = "sheet.csv_after_quote",
	        [CSV_TOO_MANY_FIELDS] = "sheet.too_many_columns",
	        [CSV_FIELD_TOO_LONG] = "sheet.cell_too_long",
	};
	char line[24];
	snprintf(line, sizeof line, "%zu", at.line);
	return xlsx_error(error, ids[at.reason], line);
}

static int pass(struct table *t, struct str text, sheet_row_fn *each)
{
	struct csv_fault at = {0};
	t->each = each;
	t->inner_lines = 0;
	int rc = csv_each(text, 0, on_row, t, &at);
	return at.reason ? fault(at, t->error) : rc;
}

int csv_read_sheet(struct str bytes, sheet_row_fn *each, void *arg, struct sheet_error *ret_error)
{
	*ret_error = (struct sheet_error){0};
	if (bytes.n > SHEET_PACKED_MAX)
		return xlsx_error(ret_error, "sheet.too_large", NULL);
	auto_buf text;
	buf_init(&text, (size_t)SHEET_PACKED_MAX * 2);
	enum text_encoding encoding;
	if (text_to_utf8(bytes, &text, &encoding))
		return xlsx_error(ret_error, "sheet.csv_encoding", NULL);
	auto_arena arena = arena_new(64 * 1024);
	struct table *t = arena_make(arena, struct table);
	t->arg = arg;
	t->error = ret_error;
	int rc = pass(t, buf_view(&text), NULL);
	return rc ? rc : pass(t, buf_view(&text), each);
}

int sheet_read(struct str bytes, sheet_row_fn *each, void *arg, struct sheet_error *ret_error)
{
	if (str_starts(bytes, "PK") || str_starts(bytes, "\xd0\xcf\x11\xe0"))
		return xlsx_read(bytes, each, arg, ret_error);
	return csv_read_sheet(bytes, each, arg, ret_error);
}
