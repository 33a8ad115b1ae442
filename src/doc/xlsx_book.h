/* Finding the parts of a workbook: its first visible worksheet, shared strings and styles. */
#ifndef LUBAN_DOC_XLSX_BOOK_H
#define LUBAN_DOC_XLSX_BOOK_H

#include "doc/xlsx_zip.h"

enum { XLSX_PATH_MAX = 256, XLSX_SHEETS_MAX = 256 };

struct xlsx_book {
	char workbook[XLSX_PATH_MAX];
	char sheet[XLSX_PATH_MAX], shared[XLSX_PATH_MAX], styles[XLSX_PATH_MAX]; /* "" for none */
	bool is_1904;
	char visible[XLSX_SHEETS_MAX][64]; /* relation ids of the visible sheets, in order */
	size_t visible_n, chosen;
};

int xlsx_book_read(struct xlsx_book *book, struct xlsx_zip *z) MUST_CHECK;

#endif
