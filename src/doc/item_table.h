/* Inside the authors' template: its columns, the same for reading, writing and explaining. */
#ifndef LUBAN_DOC_ITEM_TABLE_H
#define LUBAN_DOC_ITEM_TABLE_H

#include "doc/item_exchange.h"
#include "doc/xlsx.h"

enum item_column {
	COLUMN_NAME,
	COLUMN_KIND,
	COLUMN_STEM,
	COLUMN_KEY,
	COLUMN_TOLERANCE,
	COLUMN_UNIT,
	COLUMN_DIFFICULTY,
	COLUMN_POINT,
	COLUMN_EXPLANATION,
	COLUMN_RUBRIC,
	COLUMN_MATERIAL,
	COLUMN_MATERIAL_TITLE,
	COLUMN_MATERIAL_TEXT,
	COLUMN_KEEP_ORDER,
	COLUMN_CASE,
	COLUMNS_FIXED,
	/* one for each letter */
	COLUMN_OPTION = COLUMNS_FIXED,
	COLUMN_TARGET = COLUMN_OPTION + ITEM_OPTIONS_MAX,
	COLUMN_FEEDBACK = COLUMN_TARGET + ITEM_OPTIONS_MAX,
	COLUMNS_ALL = COLUMN_FEEDBACK + ITEM_OPTIONS_MAX,
};

enum { TABLE_CELL_CHARS = 32767 };

struct item_column_text {
	const char *title, *note;
	double width;
};
extern const struct item_column_text item_columns[COLUMNS_FIXED];
const char *item_column_title(struct arena *a, int column);

/* Has one of the first lines of a text the titles that are needed? */
bool item_table_has_header(struct str text);

/* What came of an item, for a sheet that goes back: words in columns behind the others. */
struct item_verdict {
	const char *label, *text;
	bool is_good, is_bad;
};
/* verdicts: one for each entry; NULL for a plain export. Lines without an item follow from
 * extra. */
int item_table_put(struct ctx *cx, const struct item_sheet *sheet,
	const struct item_verdict *verdicts, struct item_sheet *lost,
	struct str *ret_bytes) MUST_CHECK;

extern const char item_example_mark[];

#endif
