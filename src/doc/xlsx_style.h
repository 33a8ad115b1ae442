/* How a workbook's numbers look to a person: dates in both systems, leading zeros, no exponents. */
#ifndef LUBAN_DOC_XLSX_STYLE_H
#define LUBAN_DOC_XLSX_STYLE_H

#include "doc/xlsx_zip.h"

enum { XLSX_STYLES_MAX = 65536, XLSX_FORMATS_MAX = 4096 };

/* How one cell style shows a number; XLSX_ZEROS + n pads to n digits. */
enum { XLSX_PLAIN, XLSX_DATE, XLSX_TIME, XLSX_ZEROS };

struct xlsx_style {
	struct buf shows; /* uint8_t per cell style */
	struct buf formats; /* struct xlsx_format: the workbook's own ones */
	bool is_1904;
	bool is_in_xfs; /* while reading: inside cellXfs */
};

void xlsx_style_init(struct xlsx_style *s);
void xlsx_style_fini(struct xlsx_style *s);
int xlsx_style_read(struct xlsx_style *s, struct xlsx_zip *z, const char *path) MUST_CHECK;
/* What a format code such as `yyyy"年"m"月"` shows. */
unsigned xlsx_format_shows(const char *code);

/* The number in `text` as a cell of this style shows it, appended to b; sets kind and inexact of
 * *ret_cell. False when text is no number. */
bool xlsx_style_number(const struct xlsx_style *s, size_t style, struct str text, struct buf *b,
        struct sheet_cell *ret_cell) MUST_CHECK;

#endif
