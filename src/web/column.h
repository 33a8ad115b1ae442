/* What columns are called in exported sheets. */
#ifndef LUBAN_WEB_COLUMN_H
#define LUBAN_WEB_COLUMN_H

/* NULL: a column that no sheet shows (ids, what only the program needs). */
const char *column_heading(const char *column);

#endif
