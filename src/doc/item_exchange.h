/* Items in and out of files, by format. Readers take what they understand and note the rest with
 * line (or row, or file of the package) and reason; only a file that is not of the format at all,
 * or is hostile, is refused whole. Nothing is read from outside the file.
 *
 *   GIFT        docs.moodle.org/en/GIFT_format            in and out
 *   Moodle XML  docs.moodle.org/en/Moodle_XML_format      in
 *   Aiken       docs.moodle.org/en/Aiken_format           in
 *   QTI         1EdTech QTI 2.1, 2.2 and 3.0 packages     in; 3.0 out
 *   xlsx, csv   the authors' template                     in; xlsx out */
#ifndef LUBAN_DOC_ITEM_EXCHANGE_H
#define LUBAN_DOC_ITEM_EXCHANGE_H

#include "domain/exam/item_sheet.h"

enum { ITEM_FILE_MAX = 20 * 1024 * 1024, EXPORT_MAX = 256 * 1024 * 1024 };

/* Appends to sheet. ERR_INVALID, ERR_LIMIT: cx says why. */
typedef int item_read_fn(struct ctx *cx, struct str bytes, struct item_sheet *sheet);
/* What the format cannot hold becomes remarks of lost. */
typedef int item_write_fn(struct ctx *cx, const struct item_sheet *sheet, struct item_sheet *lost,
	struct str *ret_bytes);

struct item_format {
	const char *code, *label, *extension, *mime;
	item_read_fn *read;   /* NULL: only out */
	item_write_fn *write; /* NULL: only in */
};
extern const struct item_format item_formats[]; /* ends with {0} */

const struct item_format *item_format_of(const char *code); /* NULL when unknown */
/* By content; NULL when it is none of them. */
const struct item_format *item_format_sniff(struct str bytes);

/* An item_sheet_read_fn: whatever the format. */
int item_file_read(struct ctx *cx, struct str bytes, const char *filename,
	struct item_sheet *sheet) MUST_CHECK;

/* The template for authors: drop-downs, example rows (left out on reading), a sheet of
 * explanations. points: codes and titles offered for the column 鉴定点, ends with NULL; may be
 * NULL. */
int item_template(struct ctx *cx, const char *const *points, struct str *ret_bytes) MUST_CHECK;

item_read_fn gift_read, aiken_read, moodle_read, qti_read, item_table_read;
item_write_fn gift_write, qti_write, item_table_write;

#endif
