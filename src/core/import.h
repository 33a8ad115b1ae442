/* import: a file of rows that people bring (a roster, items, certificates, answers). It is kept, a
 * job gives every row a verdict, people look at them, and another job saves the good ones. Each
 * piece of work is a transaction that also says how far it got, so that whoever takes the job up
 * again goes on behind it. The room has the two tables and what a row means; the rest is here.
 *   uploaded → judging → judged → saving → saved; judging → refused: the file cannot be read;
 *   discarded: before anything of it was saved
 *   rows: good, same (nothing to change), bad, saved */
#ifndef LUBAN_CORE_IMPORT_H
#define LUBAN_CORE_IMPORT_H

#include "core/ctx.h"
#include "core/field.h"
#include "core/file.h"
#include "core/job.h"

/* A column of a sheet; one list for template, reading, annotation and documentation. */
struct import_column {
	const char *name, *title, *note;
	const struct choice *choices; /* drop-down; NULL for none */
	bool required;
	bool is_number; /* of an identity or a certificate: must not have been a number cell */
	int width;      /* in characters; 0 is 15 */
};

enum {
	IMPORT_COLUMNS_MAX = 32,
	IMPORT_TEXT_CHARS = 500, /* of a value, and of what is said of a row */
};

/* A row as it was read: one text per column. */
struct import_line {
	/* 0: no row, but a remark about the sheet (in refused) to show with the verdicts */
	int64_t row_no;
	const char **values;
	/* a reason found while reading (formula, merged cell…), already in words; or NULL */
	const char *refused;
};
/* Reading sheets belongs to doc/; the face that calls gives a reader that hands over each line. */
typedef int import_line_fn(void *arg, const struct import_line *line);
typedef int import_read_fn(struct ctx *cx, struct str bytes, import_line_fn *each, void *arg);

struct import_counts {
	int64_t rows, good, same, bad;
};

struct import_kind {
	const char *judge_job, *save_job, *arg; /* kinds of the jobs, and the id's name in them */
	const char *judged_already, *not_judged; /* message ids */
	/* Statements on the room's table; rows changed, or an error of the store. */
	int (*set_job)(struct ctx *cx, int64_t id, int64_t from_job_id, int64_t job_id);
	int (*move)(struct ctx *cx, int64_t id, const char *from, const char *to);
	int (*set_counts)(struct ctx *cx, int64_t id, const struct import_counts *n);
	int (*end)(struct ctx *cx, int64_t id, const char *from, const char *to,
		const char *message);
	int (*count)(struct ctx *cx, int64_t id, struct import_counts *ret_n); /* saved is good */
};

void import_count_verdict(struct import_counts *n, const char *verdict, int64_t more);

/* ---- bringing and confirming ---- */

struct import_new {
	struct file *file; /* of which the room has set owner, name and bytes */
	int (*insert)(struct ctx *cx, int64_t id, int64_t file_id, const void *arg);
	const void *arg;
	bool with_job; /* submits the judging too */
};
int import_bring(struct ctx *cx, const struct import_kind *k, const struct import_new *in,
	int64_t *ret_id) MUST_CHECK;
/* Where an import stands, as its row says. */
struct import_at {
	int64_t id, job_id;
	const char *state;
};
/* judged → saving. ret_job_id NULL: the caller does the saving himself. */
int import_confirm(struct ctx *cx, const struct import_kind *k, const struct import_at *at,
	int64_t *ret_job_id) MUST_CHECK;

/* What may be done with an import that no job works on: its job was cancelled or failed, or it
 * waits for a confirmation that nobody wants to give. */
extern const struct choice import_acts[]; /* go_on, discard; ends with {0} */
struct import_may {
	bool works, go_on, discard;
};
int import_may(struct ctx *cx, const struct import_at *at, struct import_may *ret_may) MUST_CHECK;
/* go_on: the job of the state again, which goes on behind what was done; discard: → discarded.
 * ERR_STATE with words when it may not. */
int import_act(struct ctx *cx, const struct import_kind *k, const struct import_at *at,
	const char *act) MUST_CHECK;
/* labels: of good, same, bad and saved, in the words of the room. */
const char *import_verdict_label(const char *const *labels, const char *verdict);

/* ---- the work of the jobs ---- */

struct import_seen; /* keys met so far */
struct import_run {
	struct ctx *cx;
	const struct import_kind *kind;
	int64_t id;
	struct job *job; /* NULL when called directly */
	int64_t total, chunk; /* rows to come (0 unknown); rows of one transaction of judging */
	const char *message;  /* about the file as a whole; kept by import_remark() */
	/* private */
	struct import_counts n;
	int64_t saved, refused;
	struct arena *outer, *scratch;
	struct import_seen *seen;
	struct tx tx;
};

/* uploaded → judging, or judging of a run that broke off; else ERR_STATE. */
int import_begin(struct import_run *run, const char *state) MUST_CHECK;
/* Runs judge() in a first transaction and an arena that import_judged() ends and empties again and
 * again, then judging → judged. What judge() refuses (ERR_INVALID, ERR_LIMIT) leaves the file
 * refused with those words, which is no error. */
int import_judge(struct import_run *run, int (*judge)(struct import_run *run, void *arg),
	void *arg) MUST_CHECK;
/* A row has been kept with this verdict. */
int import_judged(struct import_run *run, const char *verdict) MUST_CHECK;
void import_remark(struct import_run *run, const char *text);
/* The row where the key was met before, or 0. */
int64_t import_met_before(struct import_run *run, const char *key, int64_t row_no);

/* chunk() saves some rows in a transaction of its own: 1 there may be more, 0 the end. Then counts,
 * and saving → saved. */
int import_save(struct import_run *run, int (*chunk)(struct import_run *run, void *arg),
	void *arg) MUST_CHECK;
/* Saves one row in a transaction within the chunk's: 1 done; 0 refused, and *ret_why in words and
 * *ret_problem the message id; or an error that ends the run. */
int import_try(struct ctx *cx, int (*save)(struct ctx *cx, void *arg), void *arg,
	const char **ret_why, const char **ret_problem) MUST_CHECK;

/* The problem in words, all fields of it; the context is clear afterwards. */
const char *import_why(struct ctx *cx);

/* A line's values as one sealed text of a column, and back. */
const char *import_seal(struct ctx *cx, const char *column, const char *const *values, size_t n);
int import_open(struct ctx *cx, const char *column, const char *cipher, const char **ret_values,
	size_t n) MUST_CHECK;

#endif
