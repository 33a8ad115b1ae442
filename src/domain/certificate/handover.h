/* handover: certificates handed over to look-ups outside this platform (the national one, and a
 * province's own where there is another). For every certificate and look-up there is a record with
 * a life of its own; corrections and revocations of what was handed over queue records of their
 * own.
 *   waiting ─prepare→ prepared ─send→ sent ─accept→ accepted
 *                                      └refuse→ refused ─mend→ mended ─prepare→ …
 * Records travel in packages: collected by a job (complete ones only; what misses something is
 * listed with the reason), downloaded, sent by people, answered by a file that is read back. */
#ifndef LUBAN_CERTIFICATE_HANDOVER_H
#define LUBAN_CERTIFICATE_HANDOVER_H

#include "core/flow.h"
#include "core/import.h"
#include "core/sheet_import.h"
#include "domain/certificate/handover_layout.h"
#include "domain/certificate/proof.h"
#include "query/handover.h"

extern const struct flow handover_flow, handover_package_flow;
extern const struct choice handover_targets[], handover_records[]; /* end with {0} */

struct handover_ask {
	const char *target, *title; /* title may be "" */
	const char *region;  /* within the actor's own; "" is all of that. Ignored for a body */
	int64_t of_body_id;  /* 0: every body of the region */
	int64_t from_on, to_on; /* days of issue */
};
/* Submits "handover.collect". ERR_STATE while another package of the same look-up is being
 * collected. */
int handover_package_create(struct ctx *cx, const struct handover_ask *in, bool with_job,
	int64_t *ret_id) MUST_CHECK;
int handover_package_get(struct ctx *cx, int64_t id,
	struct q_handover_package_find *ret_package) MUST_CHECK;

/* Makes the file of a package; the face gives it (doc/handover_file.h). */
typedef int handover_write_fn(struct ctx *cx, const struct q_handover_package_find *package,
	const struct handover_layout *layout, struct file *ret_file);
/* The work of "handover.collect": exactly once in effect, whatever breaks in between. */
int handover_collect(struct ctx *cx, int64_t package_id, handover_write_fn *write,
	struct job *job) MUST_CHECK;
/* Each record of a package by its layout, in the order of the file. values: layout->n of them. */
typedef int handover_row_fn(void *arg, const char *const *values);
int handover_rows(struct ctx *cx, const struct q_handover_package_find *package,
	const struct handover_layout *layout, handover_row_fn *each, void *arg) MUST_CHECK;

/* The package was handed in on that day (0: today), or is not: its records go back to waiting.
 * Submits "handover.move". */
int handover_package_send(struct ctx *cx, int64_t id, int64_t sent_on, bool with_job) MUST_CHECK;
int handover_package_withdraw(struct ctx *cx, int64_t id, const char *reason,
	bool with_job) MUST_CHECK;
/* Takes up again what a job that failed or was cancelled has left. ERR_STATE while one works. */
int handover_package_resume(struct ctx *cx, int64_t id) MUST_CHECK;
/* The work of that job. */
int handover_package_run(struct ctx *cx, int64_t id, struct job *job) MUST_CHECK;

/* What became of a certificate, in the transaction of the fact. Corrections and revocations of what
 * was prepared, sent or accepted queue a record; one that waits already is enough. */
int handover_queue(struct ctx *cx, enum certificate_event event, int64_t person_id,
	int64_t certificate_id) MUST_CHECK;

/* In words for everybody: 已于 2026年11月20日上报… One for each look-up that certificates are
 * handed over to; "" when there is nothing to say. */
const char *handover_words(struct ctx *cx, const char *target,
	const struct q_handovers_of_rows *records, const char *region);

/* ---- answers (core/sheet_import.h) ---- */

enum answer_place { ANSWER_NUMBER, ANSWER_PERSON, ANSWER_RESULT, ANSWER_REASON, ANSWER_COLUMNS };
struct handover_answering { /* the arg of its runs, and of its reader */
	struct q_handover_package_find package;
	const struct handover_layout *layout;
};
extern const struct sheet_room handover_answers;

int handover_answer_upload(struct ctx *cx, int64_t package_id, const char *filename,
	struct str bytes, bool with_job, int64_t *ret_id) MUST_CHECK;
int handover_answer_confirm(struct ctx *cx, int64_t import_id, int64_t *ret_job_id) MUST_CHECK;
/* import_act() */
int handover_answer_act(struct ctx *cx, int64_t import_id, const char *act) MUST_CHECK;
/* What an answer is about, whoever acts. */
int handover_answer_of(struct ctx *cx, const struct q_sheet_import_find *import,
	struct handover_answering *ret_about) MUST_CHECK;
/* The work of "answer.judge" and "answer.save". */
int handover_answer_judge(struct ctx *cx, int64_t import_id, sheet_read_fn *read,
	struct job *job) MUST_CHECK;
int handover_answer_save(struct ctx *cx, int64_t import_id, struct job *job) MUST_CHECK;

#endif
