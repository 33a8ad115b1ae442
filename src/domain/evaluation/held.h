/* held: certificates that a person has and that were not issued here: old vocational qualification
 * certificates 职业资格证书 (16 digits), certificates of other provinces (22 characters),
 * Shanghai's 13 digits. Each is a fact with a standing of its own: claimed, then checked against
 * something and accepted or refused. Claims count for eligibility as whatever else a person
 * declares, refused ones count for nothing. Nothing here is ever shown as a certificate of ours. */
#ifndef LUBAN_EVALUATION_HELD_H
#define LUBAN_EVALUATION_HELD_H

#include "core/ctx.h"
#include "core/flow.h"
#include "core/sheet_import.h"
#include "domain/evaluation/person.h"
#include "query/held.h"

extern const struct flow held_flow;
extern const struct choice held_sources[], held_proofs[]; /* end with {0} */

struct held_in {
	const char *number; /* as typed; "" only for what a person declares himself */
	const char *label;  /* how the person calls it; may be "" */
	const char *occupation_name, *work_type_name, *issuer;
	int64_t occupation_id; /* 0: found by name, or of none of the catalogue */
	int64_t grade;         /* 0: taken from the number */
	int64_t issued_on;
};

/* By the person himself. The same number again: ERR_CONFLICT "held.already". */
int held_declare(struct ctx *cx, int64_t person_id, const struct held_in *in,
	int64_t *ret_id) MUST_CHECK;
/* Takes back what he declared, as long as nobody has checked it. */
int held_take_back(struct ctx *cx, int64_t person_id, int64_t id) MUST_CHECK;
/* By body or office, for anybody, found or made by his number. */
int held_record(struct ctx *cx, const struct person_in *person, const struct held_in *in,
	int64_t *ret_person_id, int64_t *ret_id) MUST_CHECK;
/* The same for somebody the actor may see. */
int held_add(struct ctx *cx, int64_t person_id, const struct held_in *in,
	int64_t *ret_id) MUST_CHECK;
/* Own, of the actor's scope, or of somebody he may see. */
int held_get(struct ctx *cx, int64_t person_id, int64_t id,
	struct q_held_find *ret_held) MUST_CHECK;

/* accept or refuse, by somebody other than who recorded it. against: one of held_proofs; a refusal
 * needs a reason. What was decided may be decided otherwise later. */
int held_decide(struct ctx *cx, int64_t person_id, int64_t id, bool accept, const char *against,
	const char *reason) MUST_CHECK;
/* Which occupation of the catalogue it stands for, while it is not refused. */
int held_set_occupation(struct ctx *cx, int64_t person_id, int64_t id,
	int64_t occupation_id) MUST_CHECK;

/* What is wrong with it, field by field; fills what the number says and what the catalogue knows.
 * The number in *ret_in is in its normal form. */
int held_check(struct ctx *cx, const struct held_in *in, struct held_in *ret_in,
	const char **ret_form) MUST_CHECK;

/* For a stranger who named both: what was accepted, never what is only claimed. number or idno. */
int held_lookup(struct ctx *cx, const char *number, const char *idno, const char *name,
	struct q_held_of_person **ret_rows, size_t *ret_n) MUST_CHECK;

/* ---- sheets (core/sheet_import.h) ---- */

enum held_place {
	HELD_NAME, HELD_IDNO, HELD_NUMBER, HELD_OCCUPATION, HELD_WORK_TYPE, HELD_GRADE,
	HELD_ISSUED, HELD_ISSUER, HELD_COLUMNS
};
extern const struct import_column held_columns[]; /* ends with {0} */
extern const struct sheet_room held_sheets;       /* arg of its runs: the import's id */

int held_upload(struct ctx *cx, const char *filename, struct str bytes, bool with_job,
	int64_t *ret_id) MUST_CHECK;
int held_confirm(struct ctx *cx, int64_t import_id, int64_t *ret_job_id) MUST_CHECK;
int held_act(struct ctx *cx, int64_t import_id, const char *act) MUST_CHECK; /* import_act() */
/* The work of "held.judge" and "held.save". */
int held_judge(struct ctx *cx, int64_t import_id, sheet_read_fn *read, struct job *job) MUST_CHECK;
int held_save(struct ctx *cx, int64_t import_id, struct job *job) MUST_CHECK;

#endif
