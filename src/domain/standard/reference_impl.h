/* Between reference.c, which walks a sheet, and reference_rows.c, which knows the kinds of rows. */
#ifndef LUBAN_STANDARD_REFERENCE_IMPL_H
#define LUBAN_STANDARD_REFERENCE_IMPL_H

#include "domain/standard/reference.h"

enum { COLUMNS_MAX = 12 };

struct column {
	const char *name;
	unsigned flags;
};

enum column_flag {
	COLUMN_REQUIRED = 1, /* the column must be there, and filled in every row */
	/* part of what tells rows apart; no two rows of a file are equal in it */
	COLUMN_KEY = 2,
};

struct row {
	const struct column *columns;
	const char *cells[COLUMNS_MAX]; /* trimmed; "" when empty or the column is not there */
};

enum row_outcome { ROW_SAME, ROW_ADDED, ROW_CHANGED };

struct row_kind {
	const char *code, *label;
	const struct column *columns; /* ends with {0} */
	/* An enum row_outcome; ERR_INVALID with the problem in the context: this row is bad; any
	 * other error ends the import. */
	int (*save)(struct ctx *cx, const struct row *row);
	void (*after)(void); /* when rows were saved; may be NULL */
};

extern const struct row_kind row_kinds[REFERENCE_KINDS];

#endif
