/* The equivalence report 等值报告 of a set: what was wished and how far each form meets it, counted
 * from the items; how it was solved. Names points and wishes, never items, so that it may be read
 * while the set is sealed. Or, when no forms exist, why. */
#ifndef LUBAN_DOMAIN_EXAM_PAPER_REPORT_H
#define LUBAN_DOMAIN_EXAM_PAPER_REPORT_H

#include "domain/exam/blueprint.h"

enum { CURVE_POINTS = 17, BANDS = 5 }; /* abilities from -4 to 4 by 0.5; facility by 0.2 */

struct report_form {
	int64_t n, calibrated;
	double score, expected, spread;
	double information[CURVE_POINTS];
	int64_t bands[BANDS];
};

struct report_range {
	const char *code, *title;
	int64_t depth;
	int64_t items[ASSEMBLE_FORMS_MAX];
	double score[ASSEMBLE_FORMS_MAX];
};

struct report_wish {
	const char *label, *text, *unit;
	double least, greatest;
	bool is_met;
};

struct paper_report {
	int64_t forms, items_usable, wishes_n;
	int64_t status, model, candidates, nodes, ms; /* as in assemble.h */
	bool is_cut_short, is_smallest;
	double objective, bound;
	struct report_form form[ASSEMBLE_FORMS_MAX];
	int64_t overlap[ASSEMBLE_FORMS_MAX][ASSEMBLE_FORMS_MAX];
	struct report_range *ranges;
	int n_ranges;
	struct report_wish *wishes;
	int n_wishes;
	/* no forms: the wishes in conflict, what lacks, each in words */
	const char *conflict[ASSEMBLE_WISHES_MAX];
	int n_conflict;
	const char *lacks[ASSEMBLE_WISHES_MAX];
	int n_lacks;
};

/* NULL when it would be too large. */
const char *report_pack(struct ctx *cx, const struct blueprint_work *w,
	const struct assembled *done);
int report_unpack(struct arena *a, const char *record, struct paper_report *ret) MUST_CHECK;

#endif
