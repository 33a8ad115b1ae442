/* Paper of sets of forms: a form to be sat on paper, its key, the equivalence report. */
#ifndef LUBAN_DOC_EXAM_SHEET_H
#define LUBAN_DOC_EXAM_SHEET_H

#include "core/ctx.h"
#include "domain/exam/form.h"
#include "domain/exam/paper_report.h"

struct exam_sheet {
	const struct form *form;
	/* of the print: in small letters on every page, see paper_trace.h */
	const char *venue, *mark;
	bool is_key;              /* keys instead of questions */
};

int exam_sheet_pdf(struct ctx *cx, const struct exam_sheet *sheet, struct str *ret_pdf) MUST_CHECK;

struct report_sheet {
	const char *title, *bank, *blueprint, *seed; /* seed "": not told while sealed */
	const struct paper_report *report;
};
int report_sheet_pdf(struct ctx *cx, const struct report_sheet *sheet,
	struct str *ret_pdf) MUST_CHECK;

#endif
