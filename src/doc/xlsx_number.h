/* Numbers as a workbook stores them ("3.7100219900101123E+17"), written out for people. */
#ifndef LUBAN_DOC_XLSX_NUMBER_H
#define LUBAN_DOC_XLSX_NUMBER_H

#include <stdbool.h>

#include "base/str.h"

struct xlsx_number {
	char text[40]; /* as stored */
	double value;
};

/* False when it is no finite decimal number, or a monstrous one (beyond 10^±300). */
bool xlsx_number_read(struct str text, struct xlsx_number *ret_number);
/* Appends it without exponent, at least `digits` digits before the point. True when it has 16
 * digits or more, that is, when the spreadsheet could not hold all that was typed. */
bool xlsx_number_put(const struct xlsx_number *n, unsigned digits, struct buf *b);
/* Appends the day (and the time, when there is one) that a serial number means; false when it means
 * none. */
bool xlsx_number_date(const struct xlsx_number *n, bool is_1904, bool is_time, struct buf *b);

#endif
