/* Comma- or tab-separated text (RFC 4180), row by row over a view in UTF-8. Rows end in CRLF, LF or
 * CR; a field in double quotes may hold separators, line ends and doubled quotes; a quote inside an
 * unquoted field stands for itself; a line with nothing on it is passed over. Memory is one row's,
 * whatever the number of rows. */
#ifndef LUBAN_BASE_CSV_H
#define LUBAN_BASE_CSV_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum { CSV_FIELDS_MAX = 256, CSV_FIELD_BYTES_MAX = 32 * 1024 };

struct csv_row {
	size_t line;              /* on which it begins, from 1 */
	size_t n;                 /* fields, at least 1 */
	const struct str *fields; /* valid until the next row is read */
};

enum csv_reason {
	CSV_OK,
	CSV_UNCLOSED,    /* the text ends inside quotes (line and field: where they were opened) */
	CSV_AFTER_QUOTE, /* something stands between a closing quote and the separator */
	CSV_TOO_MANY_FIELDS, /* more than CSV_FIELDS_MAX in a row */
	CSV_FIELD_TOO_LONG,  /* more than CSV_FIELD_BYTES_MAX */
};

struct csv_fault {
	enum csv_reason reason;
	size_t line;  /* from 1 */
	size_t field; /* from 1 */
};

struct csv; /* a reader; free it with csv_free() */

/* separator: ',' or '\t', or 0 to take whichever is more frequent (outside quotes) on the first
 * line. The text is kept as a view. */
struct csv *csv_new(struct str text, char separator);
void csv_free(struct csv *c);
/* 1 and a row; 0 at the end; ERR_INVALID when the text is broken, with csv_fault() saying where,
 * and no row after. */
int csv_next(struct csv *c, struct csv_row *ret_row) MUST_CHECK;
struct csv_fault csv_fault(const struct csv *c);
char csv_separator(const struct csv *c);

/* Every row through on_row, until that returns non-zero, which is passed on. *ret_fault (may be
 * NULL) is set when the text is broken. */
int csv_each(struct str text, char separator, int (*on_row)(void *self, const struct csv_row *row),
	void *self, struct csv_fault *ret_fault) MUST_CHECK;

/* One field as it must be written: in quotes where it needs them. Fields that a spreadsheet would
 * take for a formula are given a leading apostrophe. */
void csv_put(struct buf *out, struct str field);

void csv_cleanup(struct csv **c);
#define auto_csv __attribute__((cleanup(csv_cleanup))) struct csv *

#endif
