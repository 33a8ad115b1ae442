/* The merged ranges of a sheet, asked row by row from top to bottom. */
#ifndef LUBAN_DOC_XLSX_MERGE_H
#define LUBAN_DOC_XLSX_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "doc/xlsx.h"

struct xlsx_range {
	uint32_t top, left, bottom, right; /* rows from 1, columns from 0, both ends in */
};

struct xlsx_merge {
	struct buf ranges; /* struct xlsx_range */
	size_t next; /* the first range that the rows have not come to */
	struct xlsx_range active[SHEET_COLS_MAX];
	size_t active_n;
};

void xlsx_merge_init(struct xlsx_merge *m);
void xlsx_merge_fini(struct xlsx_merge *m);
/* "B2:D5". ERR_INVALID when it is no range, ERR_LIMIT when there are too many. */
int xlsx_merge_add(struct xlsx_merge *m, const char *ref) MUST_CHECK;
void xlsx_merge_sort(struct xlsx_merge *m);
/* Marks the covered columns of a row (not the first cell of a range); *ret_n is one past the last
 * of them, 0 for none. Rows must come in ascending order. ERR_INVALID when ranges overlap in a way
 * no program writes. */
int xlsx_merge_row(struct xlsx_merge *m, uint32_t row, bool *ret_covered, size_t *ret_n) MUST_CHECK;

/* "BC23" -> column 54, row 23; 0 for a part that is missing. False when it is no reference. */
bool xlsx_ref(const char *ref, uint32_t *ret_column, uint32_t *ret_row, const char **ret_end);

#endif
