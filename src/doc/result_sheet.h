/* 成绩公示表: a version of a frozen list as paper, with masked numbers. */
#ifndef LUBAN_DOC_RESULT_SHEET_H
#define LUBAN_DOC_RESULT_SHEET_H

#include "base/str.h"
#include "core/ctx.h"
#include "query/batch.h"

/* ERR_STATE when nothing is frozen yet. The caller has the batch within his scope. */
int result_notice_pdf(struct ctx *cx, const struct q_batch_find *batch, int64_t version,
	struct str *ret_pdf) MUST_CHECK;
/* The same as 评价结果汇总表, for the archive. */
int result_summary_pdf(struct ctx *cx, const struct q_batch_find *batch, int64_t version,
	struct str *ret_pdf) MUST_CHECK;

#endif
