/* Sheets in and out. Reading streams (libzip + expat): memory does not grow with the rows. Writing
 * is libxlsxwriter in constant-memory mode. No personal data is kept here. */
#ifndef LUBAN_DOC_XLSX_H
#define LUBAN_DOC_XLSX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum sheet_cell_kind { CELL_EMPTY, CELL_TEXT, CELL_NUMBER, CELL_DATE, CELL_FORMULA, CELL_ERROR };

struct sheet_cell {
	enum sheet_cell_kind kind;
	struct str text; /* as a person sees it: dates as YYYY-MM-DD (with " HH:MM" when there is a
	                  * time), numbers without exponent, true and false as TRUE and FALSE;
	                  * trimmed of nothing */
	bool merged; /* part of a merged range and not its first cell */
	bool inexact; /* a number of 16 digits or more: the spreadsheet lost the last ones when it
	                 was typed */
};

enum {
	SHEET_COLS_MAX = 256,
	SHEET_ROWS_MAX = 100000, /* under a header: row 100001 is the last */
	SHEET_PACKED_MAX = 64 * 1024 * 1024,
	SHEET_UNPACKED_MAX = 512 * 1024 * 1024,
	SHEET_RATIO_MAX = 200, /* unpacked to packed, once past the first MiB */
	SHEET_SHARED_MAX =
	        64 * 1024 * 1024, /* bytes of shared strings, the only thing that is kept */
	SHEET_CELL_MAX = 128 * 1024, /* bytes of one cell */
	/* Bytes of all cells: a shared string counts in each. Readers may keep them all. */
	SHEET_TEXT_MAX = 128 * 1024 * 1024,
	SHEET_MERGES_MAX = 10000,
};

struct sheet_row {
	uint32_t number; /* 1-based, as the spreadsheet shows it */
	const struct sheet_cell *cells;
	size_t n; /* up to and with the last cell that is there */
};

/* Rows with nothing in them are left out. Cells live until the callback returns. Not 0 stops the
 * reading and is returned. */
typedef int sheet_row_fn(void *arg, const struct sheet_row *row);

struct sheet_error {
	const char *id; /* message id of messages/zh-CN/doc.txt; NULL when the callback stopped the
	                   reading */
	char arg[48]; /* what it is about: a row, a limit, a part of the file; "" for nothing */
};

/* The first visible worksheet. Refuses with ERR_INVALID: not a zip, bombs (ratio, unpacked size),
 * path tricks, entities and DTD, encrypted files, too many rows or columns, too much text, broken
 * XML. The whole file is checked before the first row is handed out. */
int xlsx_read(
        struct str bytes, sheet_row_fn *each, void *arg, struct sheet_error *ret_error) MUST_CHECK;
/* The same for comma- or tab-separated text in UTF-8 (with or without BOM) or GB18030. */
int csv_read_sheet(
        struct str bytes, sheet_row_fn *each, void *arg, struct sheet_error *ret_error) MUST_CHECK;
/* By content: zip -> xlsx, else csv. */
int sheet_read(
        struct str bytes, sheet_row_fn *each, void *arg, struct sheet_error *ret_error) MUST_CHECK;

/* A workbook to download: one main sheet, optional drop-downs (from a hidden list sheet), frozen
 * bold header. The same calls give the same bytes. */
struct sheet_column {
	const char *title, *note; /* note: comment on the header cell; may be NULL */
	double width;
	const char *const *choices; /* drop-down; ends with NULL; NULL for none */
	bool text; /* format as text (identity numbers keep their zeros) */
};
struct sheet_writer;
int sheet_new(const char *title, const struct sheet_column *cols, size_t n,
        struct sheet_writer **ret_writer) MUST_CHECK;
enum sheet_style { STYLE_PLAIN, STYLE_GOOD, STYLE_BAD, STYLE_EXAMPLE };
void sheet_cell(struct sheet_writer *w, const char *text,
        enum sheet_style style); /* next cell of the current row */
void sheet_number(struct sheet_writer *w, double value);
/* A second sheet of lines to read; ends with NULL. */
int sheet_explain(struct sheet_writer *w, const char *title, const char *const *lines) MUST_CHECK;
void sheet_next(struct sheet_writer *w);
/* Closes and frees; bytes in the arena. ERR_INVALID when a cell was no text (not UTF-8, control
 * characters, more than 32,767 characters) or there were more rows than a sheet has. */
int sheet_finish(struct sheet_writer *w, struct arena *a, struct str *ret_bytes) MUST_CHECK;
void sheet_free(struct sheet_writer *w);

#endif
