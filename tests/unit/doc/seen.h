/* What a sheet reader handed out, written down as text: "1: T姓名 | N12 | -\n". */
#ifndef LUBAN_TEST_DOC_SEEN_H
#define LUBAN_TEST_DOC_SEEN_H

#include "doc/xlsx.h"

static inline int see_row(void *arg, const struct sheet_row *row)
{
	static const char kinds[] = {[CELL_EMPTY] = '-',
	        [CELL_TEXT] = 'T',
	        [CELL_NUMBER] = 'N',
	        [CELL_DATE] = 'D',
	        [CELL_FORMULA] = 'F',
	        [CELL_ERROR] = 'E'};
	struct buf *b = arg;
	buf_printf(b, "%u:", row->number);
	for (size_t i = 0; i < row->n; i++) {
		const struct sheet_cell *c = &row->cells[i];
		buf_printf(b, "%s%c%.*s%s%s", i ? "|" : " ", kinds[c->kind], (int)c->text.n,
		        c->text.p, c->merged ? " merged" : "", c->inexact ? " inexact" : "");
	}
	buf_putc(b, '\n');
	return 0;
}

#endif
