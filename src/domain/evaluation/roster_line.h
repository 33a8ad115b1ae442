/* Inside the room: one line of a roster, from texts to a person and his claims. */
#ifndef LUBAN_EVALUATION_ROSTER_LINE_H
#define LUBAN_EVALUATION_ROSTER_LINE_H

#include "domain/evaluation/person.h"
#include "domain/evaluation/roster.h"

enum { ROSTER_COLUMNS = 20 };

/* Places in roster_columns. */
enum roster_place {
	COL_NAME, COL_ID_TYPE, COL_IDNO, COL_PHONE, COL_NATION, COL_SCHOOLING, COL_UNIT,
		COL_ADDRESS, COL_CLAUSE,
	COL_WORK_FROM, COL_WORK_YEARS, COL_CERT_GRADE, COL_CERT_NO, COL_CERT_ON, COL_EDUCATION,
		COL_GRADUATED,
	COL_RELATED, COL_TITLE, COL_TITLE_ON, COL_APPRENTICED
};

extern const struct import_kind roster_import;

/* What a line says; texts point into the line or the arena. */
struct roster_person {
	struct person_in person;
	struct person_claims claims;
};

/* 0, or ERR_INVALID with *ret_faults in words: "手机号…；原证书发证日期…". */
int roster_line_read(struct ctx *cx, const char *const values[ROSTER_COLUMNS],
	struct roster_person *ret_person, const char **ret_faults) MUST_CHECK;

/* Facts of somebody nobody knew before. */
int roster_facts(struct ctx *cx, int64_t birth_on, const struct person_claims *claims,
	struct facts **ret_facts) MUST_CHECK;

/* A line as one sealed text, and back. */
const char *roster_line_seal(struct ctx *cx, const char *const values[ROSTER_COLUMNS]);
int roster_line_open(struct ctx *cx, const char *cipher,
	const char *ret_values[ROSTER_COLUMNS]) MUST_CHECK;

#endif
