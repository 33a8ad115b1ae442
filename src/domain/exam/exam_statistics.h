/* Statistics of a scored exam 试题质量分析: computed in a job, kept, shown, and taken into the bank
 * by somebody who may approve its items. The formulas are those of item_statistics.h and irt.h.
 *
 * What catches the eye (item_stat.advice, codes set apart by blanks):
 *   hard       facility below 0.2                easy       above 0.95
 *   weak       corrected point-biserial < 0.15   negative   below 0
 *   key        a wrong option is chosen by better candidates than the key is: look at the key
 *   misfit     S-X2 with p < 0.01                omitted    more than a tenth gave no answer
 * The bounds are those usual in classical test theory (Ebel & Frisbie 1991); settings are not
 * needed: they only colour a table. */
#ifndef LUBAN_DOMAIN_EXAM_EXAM_STATISTICS_H
#define LUBAN_DOMAIN_EXAM_EXAM_STATISTICS_H

#include "core/ctx.h"
#include "core/job.h"

enum { CURVE_POINTS = 17 }; /* ability -4 to 4 in steps of a half */

extern const struct job_kind exam_statistics_jobs[];

/* Needs result.compile; the exam is scored. Submits the job. The model is 2PL from 200 sheets up,
 * Rasch from 50, none below. While essays wait for marks, only what the machine scores is looked
 * at, and the result is provisional. */
int exam_statistics_request(struct ctx *cx, int64_t exam_id, int64_t *ret_job_id) MUST_CHECK;
/* Needs item.approve. Writes facility, discrimination and, where they were fitted, parameters of
 * every item of banks in the actor's scope whose version in use is the one that was sat; *ret_n
 * items were taken. ERR_STATE: taken already, nothing computed, provisional, or the scores were
 * decided anew since. */
int exam_statistics_take(struct ctx *cx, int64_t exam_id, int64_t *ret_n) MUST_CHECK;

/* A form's line in exam_stat.forms, and an option's in item_stat.options: read for pages. */
struct form_line {
	int64_t form_id, n, items;
	double mean, sd, alpha, sem; /* points; NAN: none */
	bool is_kr20;
};
struct option_line {
	const char *label; /* "A", "ACD"; "" omitted, "*" other */
	bool is_key;
	int64_t n;
	double item_rest; /* NAN: none */
	int64_t by_group[5];
};
int form_lines(struct arena *a, const char *text, struct form_line **ret_lines,
	size_t *ret_n) MUST_CHECK;
int option_lines(struct arena *a, const char *text, struct option_line **ret_lines,
	size_t *ret_n) MUST_CHECK;

#endif
