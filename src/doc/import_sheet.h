/* Sheets of rows that people bring (core/import.h): the template to fill in, reading one back
 * whatever the order of its columns, and the same sheet with the verdicts. */
#ifndef LUBAN_DOC_IMPORT_SHEET_H
#define LUBAN_DOC_IMPORT_SHEET_H

#include "core/sheet_import.h"
#include "doc/xlsx.h"

enum { SHEET_TITLE_MAX = 120 };

/* Another way in which a column is called on sheets that people have already. */
struct import_alias {
	const char *title;
	int place; /* in the columns */
};

struct import_sheet {
	const struct import_column *columns;
	const struct import_alias *aliases; /* may be NULL; ends with {0} */
	int n;                              /* columns */
	int keys[2];     /* a row that names one of these is the header */
	int name;        /* a row whose value there begins with 示例 is left out */
	/* message ids; column_twice and column_missing take the titles */
	const char *no_header, *column_twice, *column_missing, *no_sheet;
};

/* The header is among the first ten rows; columns are found by title, unknown ones are remarked
 * upon, a missing required one is ERR_INVALID. Cells that are formulas, merged, or numbers that
 * lost digits make their row refused, in words. */
int import_sheet_read(struct ctx *cx, const struct import_sheet *s, struct str bytes,
	import_line_fn *each, void *arg) MUST_CHECK;
/* An empty sheet with drop-downs and an example row; example: one text for each column. */
int import_sheet_template(struct ctx *cx, const struct import_sheet *s, const char *title,
	const char *const *example, struct str *ret_bytes) MUST_CHECK;

/* The rows as they came, each with its verdict in words and colour. */
int import_sheet_annotate(struct ctx *cx, const struct import_sheet *s,
	struct sheet_writer **ret_writer) MUST_CHECK;
void import_sheet_row(struct sheet_writer *w, const struct import_sheet *s,
	const char *const *values, const char *verdict, const char *label, const char *text);
int import_sheet_finish(struct ctx *cx, const struct import_sheet *s, struct sheet_writer *w,
	struct str *ret_bytes) MUST_CHECK;

/* All rows of an import that the engine keeps. */
int import_sheet_annotated(struct ctx *cx, const struct import_sheet *s,
	const struct sheet_room *room, int64_t import_id, struct str *ret_bytes) MUST_CHECK;

/* A title without blanks, line ends, asterisks and what stands in brackets. */
void sheet_plain_title(struct str text, char out[SHEET_TITLE_MAX]);

#endif
