/* Writing sheets with libxlsxwriter: rows go to files in shared memory as they come, as text, which
 * is far smaller than cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/log.h"
#include "base/utf8.h"
#include "doc/xlsx.h"

enum {
	MAGIC = 0x58575254,
	NAME_CHARS = 31, /* of a sheet's name */
	CELL_CHARS = 32767,
	BYTES_MAX = 256 * 1024 * 1024,
	ROWS_END = 1048575,
};

enum { FORMAT_HEADER = STYLE_EXAMPLE + 1, FORMATS };

struct sheet_writer {
	unsigned magic;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *formats[FORMATS], *texts[FORMATS]; /* texts: the same as "@" */
	bool *is_text;
	size_t n;
	lxw_row_t row;
	lxw_col_t column;
	bool is_bad; /* a cell could not be written */
	int file; /* in memory: what is exported never lies on a disk */
};

static void paint(lxw_format *f, int style)
{
	format_set_font_name(f, "Microsoft YaHei");
	format_set_font_size(f, 10);
	format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
	if (style == FORMAT_HEADER) {
		format_set_bold(f);
		format_set_text_wrap(f);
		format_set_bg_color(f, 0xDCE6F2);
		format_set_border(f, LXW_BORDER_THIN);
		format_set_border_color(f, 0x9FB3CC);
	} else if (style == STYLE_GOOD) {
		format_set_font_color(f, 0x1E6B3A);
		format_set_bg_color(f, 0xE6F4EA);
	} else if (style == STYLE_BAD) {
		format_set_font_color(f, 0xB8332A);
		format_set_bg_color(f, 0xFBE9E7);
		format_set_text_wrap(f);
	} else if (style == STYLE_EXAMPLE) {
		format_set_italic(f);
		format_set_font_color(f, 0x7A828C);
	}
}

static void make_formats(struct sheet_writer *w)
{
	for (int style = 0; style < FORMATS; style++) {
		w->formats[style] = workbook_add_format(w->book);
		w->texts[style] = workbook_add_format(w->book);
		paint(w->formats[style], style);
		paint(w->texts[style], style);
		format_set_num_format(w->texts[style], "@");
	}
}

/* A name that spreadsheet programs accept: 31 characters, none of []:*?/\, no apostrophe at either
 * end. */
static void name_of(const char *title, char *ret_name, size_t size)
{
	struct str s = utf8_cut(str_of(title), NAME_CHARS);
	if (!s.n || s.n >= size || !utf8_is_text(s))
		s = STR("表");
	memcpy(ret_name, s.p, s.n);
	ret_name[s.n] = 0;
	for (char *p = ret_name; (p = strpbrk(p, "[]:*?/\\'\t\r\n")); p++)
		*p = ' ';
}

static void write_header(struct sheet_writer *w, const struct sheet_column *cols)
{
	worksheet_set_row(w->sheet, 0, 30, NULL);
	for (size_t i = 0; i < w->n; i++) {
		lxw_col_t at = (lxw_col_t)i;
		w->is_text[i] = cols[i].text;
		worksheet_set_column(w->sheet, at, at, cols[i].width > 0 ? cols[i].width : 12,
		        cols[i].text ? w->texts[STYLE_PLAIN] : w->formats[STYLE_PLAIN]);
		worksheet_write_string(w->sheet, 0, at, cols[i].title, w->formats[FORMAT_HEADER]);
		if (cols[i].note)
			worksheet_write_comment(w->sheet, 0, at, cols[i].note);
	}
	worksheet_freeze_panes(w->sheet, 1, 0);
}

static size_t count_choices(const struct sheet_column *col)
{
	size_t n = 0;
	while (col->choices && col->choices[n])
		n++;
	return n;
}

/* Drop-downs take their lists from a hidden sheet, a column for a column: lists in place end at 255
 * characters. */
static int write_lists(struct sheet_writer *w, const struct sheet_column *cols)
{
	size_t rows = 0;
	for (size_t i = 0; i < w->n; i++)
		rows = count_choices(&cols[i]) > rows ? count_choices(&cols[i]) : rows;
	if (!rows)
		return 0;
	lxw_worksheet *lists = workbook_add_worksheet(w->book, "_lists");
	if (!lists)
		return ERR_BUG;
	worksheet_hide(lists);
	for (size_t row = 0; row < rows && row < ROWS_END; row++)
		for (size_t i = 0; i < w->n; i++)
			if (row < count_choices(&cols[i]))
				worksheet_write_string(lists, (lxw_row_t)row, (lxw_col_t)i,
				        cols[i].choices[row], NULL);
	return 0;
}

static int add_drop_down(struct sheet_writer *w, lxw_col_t at, size_t n)
{
	char range[LXW_MAX_FORMULA_RANGE_LENGTH], formula[LXW_MAX_FORMULA_RANGE_LENGTH + 1];
	lxw_rowcol_to_formula_abs(range, "_lists", 0, at, (lxw_row_t)(n - 1), at);
	snprintf(formula, sizeof formula, "=%s", range);
	lxw_data_validation validation = {
	        .validate = LXW_VALIDATION_TYPE_LIST_FORMULA,
	        .value_formula = formula,
	        .error_title = "请从列表中选择",
	        .error_message = "这一列只能填写下拉列表中的内容。",
	};
	return worksheet_data_validation_range(w->sheet, 1, at, SHEET_ROWS_MAX, at, &validation)
	        ? ERR_BUG
	        : 0;
}

static int add_drop_downs(struct sheet_writer *w, const struct sheet_column *cols)
{
	int rc = 0;
	for (size_t i = 0; i < w->n && !rc; i++) {
		size_t n = count_choices(&cols[i]);
		if (n)
			rc = add_drop_down(w, (lxw_col_t)i, n);
	}
	return rc;
}

static int open_book(struct sheet_writer *w, const char *title)
{
	/* The library's own files are there, too: they are in memory. */
	static char folder[] = "/dev/shm";
	char path[32], name[4 * NAME_CHARS + 1];
	w->file = memfd_create("sheet", MFD_CLOEXEC);
	if (w->file < 0)
		return ERR_IO;
	snprintf(path, sizeof path, "/proc/self/fd/%d", w->file);
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder};
	w->book = workbook_new_opt(path, &options);
	if (!w->book)
		return ERR_IO;
	/* The same content makes the same file: no time of making in it. */
	lxw_doc_properties properties = {.created = 1577808000};
	workbook_set_properties(w->book, &properties);
	name_of(title, name, sizeof name);
	w->sheet = workbook_add_worksheet(w->book, name);
	return w->sheet ? 0 : ERR_IO;
}

int sheet_new(const char *title, const struct sheet_column *cols, size_t n,
        struct sheet_writer **ret_writer)
{
	if (!n || n > SHEET_COLS_MAX)
		return ERR_BUG;
	struct sheet_writer *w = calloc(1, sizeof *w);
	bool *is_text = calloc(n, sizeof *is_text);
	if (!w || !is_text)
		log_die("out of memory");
	*w = (struct sheet_writer){
	        .magic = MAGIC, .is_text = is_text, .n = n, .row = 1, .file = -1};
	int rc = open_book(w, title);
	if (!rc) {
		make_formats(w);
		write_header(w, cols);
		rc = write_lists(w, cols);
	}
	if (!rc)
		rc = add_drop_downs(w, cols);
	if (rc) {
		sheet_free(w);
		return rc;
	}
	*ret_writer = w;
	return 0;
}

/* What a cell may hold: text without control characters, at most 32,767 characters. */
static bool is_writable(struct str s)
{
	return utf8_is_text(s) && utf8_count(s) <= CELL_CHARS;
}

void sheet_cell(struct sheet_writer *w, const char *text, enum sheet_style style)
{
	lxw_col_t at = w->column++;
	bool is_text = at < w->n && w->is_text[at];
	lxw_format *format = is_text ? w->texts[style] : w->formats[style];
	if (w->row > ROWS_END) {
		w->is_bad = true;
	} else if (!text || !*text) {
		if (style != STYLE_PLAIN)
			worksheet_write_blank(w->sheet, w->row, at, format);
	} else if (!is_writable(str_of(text)) ||
	        worksheet_write_string(w->sheet, w->row, at, text, format)) {
		w->is_bad = true;
	}
}

void sheet_number(struct sheet_writer *w, double value)
{
	lxw_col_t at = w->column++;
	if (w->row > ROWS_END ||
	        worksheet_write_number(w->sheet, w->row, at, value, w->formats[STYLE_PLAIN]))
		w->is_bad = true;
}

int sheet_explain(struct sheet_writer *w, const char *title, const char *const *lines)
{
	char name[4 * NAME_CHARS + 1];
	name_of(title, name, sizeof name);
	lxw_worksheet *sheet = workbook_add_worksheet(w->book, name);
	lxw_format *format = workbook_add_format(w->book);
	if (!sheet || !format)
		return ERR_BUG;
	paint(format, STYLE_PLAIN);
	format_set_text_wrap(format);
	worksheet_set_column(sheet, 0, 0, 110, format);
	for (lxw_row_t row = 0; lines[row]; row++)
		if (!is_writable(str_of(lines[row])) ||
			worksheet_write_string(sheet, row, 0, lines[row], format))
			w->is_bad = true;
	return 0;
}

void sheet_next(struct sheet_writer *w)
{
	w->row++;
	w->column = 0;
}

static int read_file(int file, struct arena *a, struct str *ret_bytes)
{
	off_t size = lseek(file, 0, SEEK_END);
	if (size <= 0 || size > BYTES_MAX)
		return size > BYTES_MAX ? ERR_LIMIT : ERR_IO;
	char *bytes = arena_alloc(a, (size_t)size);
	for (off_t at = 0; at < size;) {
		ssize_t n = pread(file, bytes + at, (size_t)(size - at), at);
		if (n <= 0)
			return ERR_IO;
		at += n;
	}
	*ret_bytes = (struct str){bytes, (size_t)size};
	return 0;
}

int sheet_finish(struct sheet_writer *w, struct arena *a, struct str *ret_bytes)
{
	int rc = w->is_bad ? ERR_INVALID : 0;
	lxw_error err = workbook_close(w->book); /* frees the book */
	w->book = NULL;
	if (!rc)
		rc = err ? ERR_IO : read_file(w->file, a, ret_bytes);
	sheet_free(w);
	return rc;
}

void sheet_free(struct sheet_writer *w)
{
	if (!w)
		return;
	if (w->magic != MAGIC)
		log_die("not a sheet_writer");
	if (w->book)
		lxw_workbook_free(w->book);
	if (w->file >= 0)
		close(w->file);
	free(w->is_text);
	w->magic = 0;
	free(w);
}
