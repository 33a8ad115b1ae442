/* Rosters: how clerks enrol people. Upload, judge every row (a job), look at the verdicts, save the
 * good ones (one transaction), take the annotated sheet back. Memory does not grow with the rows.
 * The same roster twice changes nothing. */
#ifndef LUBAN_EVALUATION_ROSTER_H
#define LUBAN_EVALUATION_ROSTER_H

#include "core/import.h"

/* The columns of the template, in order. */
extern const struct import_column roster_columns[]; /* ends with {0} */

/* good 可以导入, same 已报名, bad 不能导入, saved 已导入 */
extern const char *const roster_verdicts[]; /* see import_verdict_label() */

struct q_roster_find; /* query/roster.h */
/* Within the actor's scope; ERR_NOTFOUND with words. */
int roster_get(struct ctx *cx, int64_t id, struct q_roster_find *ret_roster) MUST_CHECK;

int roster_upload(struct ctx *cx, int64_t batch_id, const char *filename, struct str bytes,
	int64_t *ret_id) MUST_CHECK;
/* The same without a job, for whoever calls roster_judge() himself. */
int roster_upload_now(struct ctx *cx, int64_t batch_id, const char *filename, struct str bytes,
	int64_t *ret_id)
	MUST_CHECK;
/* Saves the good rows of a judged roster: submits job "roster.save". ERR_STATE when it is not
 * judged, or saved already. */
int roster_confirm(struct ctx *cx, int64_t roster_id, int64_t *ret_job_id) MUST_CHECK;

int roster_confirm_now(struct ctx *cx, int64_t roster_id) MUST_CHECK; /* the same without a job */
int roster_act(struct ctx *cx, int64_t roster_id, const char *act) MUST_CHECK; /* import_act() */

/* The work of the jobs "roster.judge" and "roster.save", args {"roster": "ID"}; job NULL when
 * called directly. A sheet that cannot be read (ERR_INVALID from read) leaves the roster refused
 * with the reason; that is no error of the job. */
int roster_judge(struct ctx *cx, int64_t roster_id, import_read_fn *read,
	struct job *job) MUST_CHECK;
int roster_save(struct ctx *cx, int64_t roster_id, struct job *job) MUST_CHECK;

#endif
