/* 评分表: the marks of one examiner for one room as paper, to print and to keep in the archive. */
#ifndef LUBAN_DOC_MARK_SHEET_H
#define LUBAN_DOC_MARK_SHEET_H

#include "base/str.h"
#include "core/ctx.h"

/* The caller has made sure that the actor may read these marks. */
int mark_sheet_pdf(struct ctx *cx, int64_t batch_room_id, int64_t marker_id,
	const char *marker_name, struct str *ret_pdf) MUST_CHECK;

#endif
