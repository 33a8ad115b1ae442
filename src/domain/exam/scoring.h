/* Scoring a computer exam and deciding about it afterwards 评分、复评与重新计分.
 *
 * When an exam is closed, every sheet is scored as version 1 of its scores. Essays wait for people
 * (essay.h); when none is left the scores are published: the theory part of each enrolment gets its
 * score. A later decision about a key, a rule or the cut is a version of its own: computed for
 * every sheet without touching what counts, shown with whose result it would change, then applied
 * by two people or refused. Older versions stay as they were. */
#ifndef LUBAN_DOMAIN_EXAM_SCORING_H
#define LUBAN_DOMAIN_EXAM_SCORING_H

#include "core/flow.h"
#include "core/job.h"
#include "domain/exam/sheet.h"

enum { SCORE_JOB_ARGS_MAX = 64 };

/* computing → proposed → approved_once → applied; refused */
extern const struct flow score_version_flow;

/* Needs result.compile. A closed exam, nobody still sitting: submits the job that scores version 1
 * (or scores it once more as long as nothing is published). */
int score_request(struct ctx *cx, int64_t exam_id, int64_t *ret_job_id) MUST_CHECK;
/* The two halves of it: the version that is to be computed, and computing it (job may be NULL). */
int score_begin(struct ctx *cx, int64_t exam_id, int64_t *ret_version_id) MUST_CHECK;
int score_run(struct ctx *cx, int64_t version_id, struct job *job) MUST_CHECK;
/* Needs result.compile. No essay waits: writes every theory score, absence and voiding into the
 * batch's parts, once. */
int score_publish(struct ctx *cx, int64_t exam_id) MUST_CHECK;

/* A decision to be looked at. rulings are added to those that hold already; an item twice: the last
 * one counts. multiple_rule "": as it is. pass_centi 0: as it is. */
struct score_proposal {
	int64_t exam_id;
	const struct item_ruling *rulings;
	size_t n_rulings;
	const char *multiple_rule;
	int64_t pass_centi;
	const char *reason;
};
/* Needs score.apply. Submits the job that computes it. What is wrong with the first ruling is said
 * of the field "ruling1". */
int score_propose(struct ctx *cx, const struct score_proposal *p, int64_t *ret_id) MUST_CHECK;

/* The jobs "exam.score": a version of an exam is computed for every sheet, in pieces. */
extern const struct job_kind score_jobs[];

/* Scores one sheet anew in the version that counts, after an essay was decided. In the caller's
 * transaction. */
int score_again(struct ctx *cx, int64_t person_id, int64_t sitting_id) MUST_CHECK;
/* A sitting's final sheet with what people gave its essays. */
int score_sheet(struct ctx *cx, int64_t person_id, int64_t sitting_id, const struct form *f,
	struct sheet *ret_sheet) MUST_CHECK;
/* The cut of an exam's applied version: its own, else setting mark.pass_centi. */
int score_cut(struct ctx *cx, int64_t pass_centi, const char *region, int64_t starts_at,
	int64_t *ret_centi) MUST_CHECK;

/* Scores every sheet of published exams anew (0: all exams) from the answers and calls for each
 * whose kept score, or the enrolment's, is another. For `luban check`. */
int score_check(struct ctx *cx, int64_t exam_id,
	void (*alarm)(void *arg, int64_t exam_id, const char *text), void *arg) MUST_CHECK;

#endif
