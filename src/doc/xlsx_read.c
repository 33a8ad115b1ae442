/* Reading the first visible sheet of a workbook. Twice over the sheet: first to check it whole and
 * to learn its merged ranges, which stand behind the rows, then to hand out the rows. */
#include <stdio.h>
#include <string.h>

#include "doc/xlsx_book.h"
#include "doc/xlsx_merge.h"
#include "doc/xlsx_shared.h"
#include "doc/xlsx_style.h"

enum { ROW_BYTES_MAX = 4 * 1024 * 1024, LAST_ROW = SHEET_ROWS_MAX + 1 };

enum text_of { TEXT_NONE, TEXT_VALUE, TEXT_INLINE };

struct reader {
	struct xlsx_zip zip;
	struct xlsx_book book;
	struct xlsx_shared shared;
	struct xlsx_style style;
	struct xlsx_merge merge;
	sheet_row_fn *each; /* NULL in the first pass */
	void *each_arg;
	/* The row at hand. */
	bool is_in_data, is_in_row, is_in_cell;
	uint32_t row;
	struct sheet_cell cells[SHEET_COLS_MAX];
	size_t from[SHEET_COLS_MAX]; /* where a cell's text begins in row_text, when it has none
	                                elsewhere */
	size_t n;
	struct buf row_text;
	size_t all_text; /* of all cells so far */
	/* The cell at hand. */
	uint32_t column; /* the next one */
	char type[12];
	size_t cell_style;
	bool has_formula;
	unsigned phonetic;
	enum text_of reads;
	struct buf text;
};

static void refuse_at(struct xlsx_part *x, const char *id)
{
	struct reader *r = x->arg;
	char row[16];
	snprintf(row, sizeof row, "%u", r->row);
	xlsx_refuse(x, id, row);
}

static void start_row(struct xlsx_part *x, const char **atts)
{
	struct reader *r = x->arg;
	const char *number = xlsx_att(atts, "r");
	int64_t value = (int64_t)r->row + 1;
	if (number && (!str_to_i64(str_of(number), &value) || value <= r->row || value > 1048576)) {
		xlsx_refuse(x, "sheet.broken", "row");
		return;
	}
	r->row = (uint32_t)value;
	r->is_in_row = true;
	r->column = 0;
	r->n = 0;
	buf_reset(&r->row_text);
}

static void start_cell(struct xlsx_part *x, const char **atts)
{
	struct reader *r = x->arg;
	const char *ref = xlsx_att(atts, "r"), *type = xlsx_att(atts, "t"),
	           *style = xlsx_att(atts, "s");
	uint32_t column = r->column, row = r->row;
	const char *end = "";
	bool is_ref = !ref || xlsx_ref(ref, &column, &row, &end);
	if (!is_ref || *end || row != r->row || column < r->column) {
		refuse_at(x, "sheet.broken_row");
		return;
	}
	int64_t number = 0;
	r->column = column;
	r->is_in_cell = true;
	r->has_formula = false;
	r->phonetic = 0;
	r->reads = TEXT_NONE;
	r->cell_style =
	        style && str_to_i64(str_of(style), &number) && number >= 0 ? (size_t)number : 0;
	snprintf(r->type, sizeof r->type, "%s", type ? type : "n");
	buf_reset(&r->text);
}

static void start_in_cell(struct reader *r, const char *name)
{
	if (strcmp(name, "f") == 0)
		r->has_formula = true;
	else if (strcmp(name, "rPh") == 0)
		r->phonetic++;
	else if (strcmp(name, "v") == 0)
		r->reads = TEXT_VALUE;
	else if (strcmp(name, "t") == 0 && !r->phonetic)
		r->reads = TEXT_INLINE;
}

static void add_merge(struct xlsx_part *x, const char **atts)
{
	struct reader *r = x->arg;
	const char *ref = xlsx_att(atts, "ref");
	int rc = ref ? xlsx_merge_add(&r->merge, ref) : ERR_INVALID;
	if (rc)
		xlsx_refuse(
		        x, rc == ERR_LIMIT ? "sheet.too_many_merges" : "sheet.broken", "mergeCell");
}

static void on_start(struct xlsx_part *x, const char *name, const char **atts)
{
	struct reader *r = x->arg;
	if (strcmp(name, "sheetData") == 0)
		r->is_in_data = true;
	else if (r->is_in_cell)
		start_in_cell(r, name);
	else if (r->is_in_row && strcmp(name, "c") == 0)
		start_cell(x, atts);
	else if (r->is_in_data && !r->is_in_row && strcmp(name, "row") == 0)
		start_row(x, atts);
	else if (!r->is_in_data && !r->each && strcmp(name, "mergeCell") == 0)
		add_merge(x, atts);
}

static void on_text(struct xlsx_part *x, const char *p, size_t n)
{
	struct reader *r = x->arg;
	if (r->reads == TEXT_NONE)
		return;
	buf_put(&r->text, p, n);
	if (r->text.full)
		refuse_at(x, "sheet.cell_too_long");
}

/* 2023-05-01T00:00:00Z -> 2023-05-01 */
static void put_iso_date(struct reader *r)
{
	struct str s = buf_view(&r->text), day = str_cut(&s, 'T');
	s = str_cut(&s, 'Z');
	buf_str(&r->row_text, day);
	if (s.n && !str_starts(s, "00:00:00")) {
		buf_putc(&r->row_text, ' ');
		buf_str(&r->row_text, s);
	}
}

static bool put_shared(struct reader *r, struct sheet_cell *cell)
{
	int64_t i;
	return str_to_i64(str_trim(buf_view(&r->text)), &i) && i >= 0 &&
	        xlsx_shared_get(&r->shared, (size_t)i, &cell->text);
}

/* The cell's text and kind from what stands in it, by its type (ECMA-376 part 1, 18.18.11). False
 * when broken. */
static bool put_value(struct reader *r, struct sheet_cell *cell)
{
	struct str text = buf_view(&r->text);
	cell->kind = CELL_TEXT;
	if (strcmp(r->type, "s") == 0)
		return put_shared(r, cell);
	if (strcmp(r->type, "n") == 0)
		return xlsx_style_number(&r->style, r->cell_style, text, &r->row_text, cell);
	if (strcmp(r->type, "b") == 0) {
		buf_puts(
		        &r->row_text, str_is(text, "1") || str_is(text, "true") ? "TRUE" : "FALSE");
	} else if (strcmp(r->type, "d") == 0) {
		cell->kind = CELL_DATE;
		put_iso_date(r);
	} else {
		if (strcmp(r->type, "e") == 0)
			cell->kind = CELL_ERROR;
		xlsx_unescape(&r->text, 0);
		buf_str(&r->row_text, buf_view(&r->text));
	}
	return true;
}

static void keep_cell(struct xlsx_part *x)
{
	struct reader *r = x->arg;
	if (r->column >= SHEET_COLS_MAX) {
		refuse_at(x, "sheet.too_many_columns");
		return;
	}
	while (r->n < r->column)
		r->cells[r->n++] = (struct sheet_cell){.text = STR("")};
	struct sheet_cell *cell = &r->cells[r->column];
	*cell = (struct sheet_cell){0};
	r->from[r->column] = r->row_text.n;
	if (r->text.n && !put_value(r, cell)) {
		refuse_at(x, "sheet.broken_row");
		return;
	}
	if (r->has_formula)
		cell->kind = CELL_FORMULA;
	if (!cell->text.p)
		cell->text.n = r->row_text.n - r->from[r->column];
	if (!cell->text.n && !r->has_formula)
		cell->kind = CELL_EMPTY;
	r->n = r->column + 1;
	r->all_text += cell->text.n;
	if (r->row_text.full)
		refuse_at(x, "sheet.cell_too_long");
	if (r->all_text > SHEET_TEXT_MAX)
		xlsx_refuse(x, "sheet.too_much_text", "128");
}

static void end_cell(struct xlsx_part *x)
{
	struct reader *r = x->arg;
	r->is_in_cell = false;
	if (r->text.n || r->has_formula)
		keep_cell(x);
	r->column++;
}

/* Cells that a range covers are handed out too, as far as it reaches: the caller must see that they
 * are. */
static bool mark_merged(struct xlsx_part *x)
{
	struct reader *r = x->arg;
	bool covered[SHEET_COLS_MAX];
	size_t n;
	if (xlsx_merge_row(&r->merge, r->row, covered, &n)) {
		xlsx_refuse(x, "sheet.broken", "mergeCell");
		return false;
	}
	while (r->n < n)
		r->cells[r->n++] = (struct sheet_cell){.text = STR("")};
	for (size_t i = 0; i < n; i++)
		r->cells[i].merged = covered[i];
	return true;
}

static void hand_out(struct xlsx_part *x)
{
	struct reader *r = x->arg;
	if (!mark_merged(x))
		return;
	for (size_t i = 0; i < r->n; i++)
		if (!r->cells[i].text.p)
			r->cells[i].text.p = r->row_text.p ? r->row_text.p + r->from[i] : "";
	struct sheet_row row = {r->row, r->cells, r->n};
	int rc = r->each(r->each_arg, &row);
	if (rc)
		xlsx_stop(x, rc);
}

static void end_row(struct xlsx_part *x)
{
	struct reader *r = x->arg;
	r->is_in_row = false;
	while (r->n && r->cells[r->n - 1].kind == CELL_EMPTY)
		r->n--;
	if (!r->n)
		return;
	if (r->row > LAST_ROW)
		refuse_at(x, "sheet.too_many_rows");
	else if (r->each)
		hand_out(x);
}

static void on_end(struct xlsx_part *x, const char *name)
{
	struct reader *r = x->arg;
	if (r->is_in_cell) {
		r->reads = TEXT_NONE;
		if (strcmp(name, "rPh") == 0 && r->phonetic)
			r->phonetic--;
		else if (strcmp(name, "c") == 0)
			end_cell(x);
	} else if (strcmp(name, "row") == 0 && r->is_in_row) {
		end_row(x);
	} else if (strcmp(name, "sheetData") == 0) {
		r->is_in_data = false;
	}
}

static int pass(struct reader *r, sheet_row_fn *each)
{
	struct xlsx_part part = {.start = on_start, .end = on_end, .text = on_text, .arg = r};
	size_t unpacked = r->zip.unpacked;
	r->each = each;
	r->row = 0;
	r->all_text = 0;
	r->is_in_data = r->is_in_row = r->is_in_cell = false;
	r->reads = TEXT_NONE;
	int rc = xlsx_zip_read(&r->zip, r->book.sheet, &part);
	r->zip.unpacked = unpacked;
	return rc == ERR_NOTFOUND ? xlsx_error(r->zip.error, "sheet.broken", r->book.sheet) : rc;
}

static int read_book(struct reader *r, sheet_row_fn *each)
{
	int rc = xlsx_book_read(&r->book, &r->zip);
	if (!rc && r->book.shared[0])
		rc = xlsx_shared_read(&r->shared, &r->zip, r->book.shared);
	if (!rc && r->book.styles[0])
		rc = xlsx_style_read(&r->style, &r->zip, r->book.styles);
	if (rc)
		return rc;
	r->style.is_1904 = r->book.is_1904;
	rc = pass(r, NULL);
	if (rc)
		return rc;
	xlsx_merge_sort(&r->merge);
	return pass(r, each);
}

int xlsx_read(struct str bytes, sheet_row_fn *each, void *arg, struct sheet_error *ret_error)
{
	*ret_error = (struct sheet_error){0};
	auto_arena arena = arena_new(1024 * 1024);
	struct reader *r = arena_make(arena, struct reader);
	r->each_arg = arg;
	int rc = xlsx_zip_open(&r->zip, bytes, ret_error);
	if (rc)
		return rc;
	xlsx_shared_init(&r->shared);
	xlsx_style_init(&r->style);
	xlsx_merge_init(&r->merge);
	buf_init(&r->row_text, ROW_BYTES_MAX);
	buf_init(&r->text, SHEET_CELL_MAX);
	rc = read_book(r, each);
	buf_fini(&r->text);
	buf_fini(&r->row_text);
	xlsx_merge_fini(&r->merge);
	xlsx_style_fini(&r->style);
	xlsx_shared_fini(&r->shared);
	xlsx_zip_close(&r->zip);
	return rc;
}
