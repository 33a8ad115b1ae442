/* Inside the room: the list of results as it is compiled, kept and compared. */
#ifndef LUBAN_EVALUATION_RESULT_LIST_H
#define LUBAN_EVALUATION_RESULT_LIST_H

#include "core/ctx.h"

struct q_batch_find;

struct result_line {
	int64_t person_id, enrolment_id, seq;
	/* "87.50", 缺考, 违纪, "" when there is no such part */
	const char *name, *idno_mask, *theory, *skill, *review;
	const char *waits; /* what a pending line waits for, in words */
	bool passed, pending;
};

/* From the parts as they stand now, in the order of the list. */
int result_compile(struct ctx *cx, const struct q_batch_find *batch, struct result_line **ret_lines,
	size_t *ret_n)
	MUST_CHECK;
/* The pass mark of a part: the region's on the day of the examination, or for theory a computer
 * exam's own. */
int result_cut(struct ctx *cx, const struct q_batch_find *batch, int64_t part, int64_t *ret_centi)
	MUST_CHECK;
/* The line that is hashed, without its line feed, set apart by tabs: batch number, version, place
 * in the list, enrolment, name, masked number, theory, skill, review, outcome. */
const char *result_line_text(struct ctx *cx, const char *batch_no, int64_t version,
	const struct result_line *l);
/* Keeps the lines as a version of the list with its hash (in the arena). */
int result_keep(struct ctx *cx, const struct q_batch_find *batch, const struct result_line *lines,
	size_t n, int64_t version, const char *reason, const char **ret_hash) MUST_CHECK;

/* SM3 over the signed marks of a batch, 64 hex digits in the arena: kept with each version. */
int result_marks_hash(struct ctx *cx, int64_t batch_id, const char **ret_hash) MUST_CHECK;
/* The version's leaf in the public log: its numbers, and a commitment to the list. A body that has
 * no code yet issues nothing, and its lists have none. */
int result_log(struct ctx *cx, const struct q_batch_find *batch, int64_t version) MUST_CHECK;
/* Does the leaf still say what the rows say? *ret_is_good. */
int result_log_check(struct ctx *cx, const struct q_batch_find *batch, int64_t version,
	bool *ret_is_good) MUST_CHECK;

/* Notices that the calendar has made too short run on; nothing happens to the others. */
int result_notices_tick(struct ctx *cx) MUST_CHECK;
/* A notice that was held since held_on runs for the working days that were left then. */
int result_notice_again(struct ctx *cx, const struct q_batch_find *batch, int64_t held_on)
	MUST_CHECK;

#endif
