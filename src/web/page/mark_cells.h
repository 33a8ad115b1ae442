/* The grid in which marks are entered: one candidate a row, cells named score_ID, note_ID and,
 * where there are buttons, flag_ID (ID: the enrolment's). A score cell also takes 缺 and 违 for
 * absent and void. What was typed comes back with the error beside its cell. */
#ifndef LUBAN_WEB_PAGE_MARK_CELLS_H
#define LUBAN_WEB_PAGE_MARK_CELLS_H

#include "domain/evaluation/mark.h"
#include "query/mark.h"
#include "web/web.h"

/* "87.5", 缺考, 违纪; "" for no mark. */
const char *mark_text(struct ctx *cx, const char *flag, int64_t score_centi);
/* What one may write for a mark; false: it is neither blank nor a flag, but perhaps a score. */
bool mark_flag_of(const char *text, enum mark_flag *ret_flag);
/* One candidate's row as it is kept, or as it was typed in a try that failed. */
json_t *mark_cell_view(struct req *rq, const struct q_mark_sheet *row);
/* Keeps all cells that changed, or none: every wrong cell is named. */
int mark_cells_save(struct req *rq, const struct q_mark_sheet_rows *rows, int64_t round,
	int *ret_n) MUST_CHECK;

#endif
