/* Archives 档案 of batches: five volumes as one package with its hash, kept for as many years as
 * the settings say; reading needs a purpose and witnesses and is logged. What goes into a package
 * is made by doc/archive_package.h. */
#ifndef LUBAN_EVALUATION_ARCHIVE_H
#define LUBAN_EVALUATION_ARCHIVE_H

#include "core/ctx.h"
#include "core/file.h"

enum { ARCHIVE_VOLUMES = 5 };
/* 报名与资格审核 … */
extern const char *const archive_volumes[ARCHIVE_VOLUMES];

/* What belongs into a volume. `elsewhere`: it is kept outside this system, and where; NULL when it
 * is in the package. */
struct archive_item {
	int volume; /* from 0 */
	const char *label, *elsewhere;
};
extern const struct archive_item archive_items[]; /* in order; ends with a label NULL */

/* Before anything is made: the batch is certified or archived already, and the actor's. */
struct q_batch_find;
int archive_may_build(struct ctx *cx, int64_t batch_id, struct q_batch_find *ret_batch) MUST_CHECK;
/* Keeps a package with its SM3 hash and retention dates, and runs the step "archive" of the
 * batch. */
int archive_keep(struct ctx *cx, int64_t batch_id, struct str package, int64_t *ret_id) MUST_CHECK;

/* Opens a package for reading: purpose and at least archive.witnesses_min people named in
 * `witnesses` (set apart by commas, 、 or blanks), not counting the reader. Logged and audited
 * before any byte is given; ERR_CONFLICT when the package is not what was kept. */
int archive_open(struct ctx *cx, int64_t id, const char *purpose, const char *witnesses,
	struct file *ret_file) MUST_CHECK;

/* Compares every package with its hash; calls for each that differs. */
int archive_check(struct ctx *cx,
	void (*alarm)(void *arg, int64_t batch_id, const char *text), void *arg) MUST_CHECK;

#endif
