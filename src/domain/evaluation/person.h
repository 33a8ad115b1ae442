/* Persons: one row for a human being, found by a blind index of the identity number. */
#ifndef LUBAN_EVALUATION_PERSON_H
#define LUBAN_EVALUATION_PERSON_H

#include "core/ctx.h"
#include "core/rule.h"

struct person_in {
	const char *name, *idno, *id_type; /* idno: normalised and checked; id_type "" means idno */
	const char *phone, *nation, *education, *employer, *address, *region;
};
/* Finds by number or creates; fills blanks of an existing row, changes nothing else. A different name under the
 * same number is ERR_CONFLICT "person.name_differs". */
int person_save(struct ctx *cx, const struct person_in *in, int64_t *ret_person_id) MUST_CHECK;
/* ERR_NOTFOUND when nobody has it. */
int person_by_idno(struct ctx *cx, const char *idno, int64_t *ret_person_id) MUST_CHECK;
/* The full number; audited with its purpose (blank purpose is ERR_INVALID). */
int person_reveal(struct ctx *cx, int64_t person_id, const char *purpose, const char **ret_idno) MUST_CHECK;

/* What a person declares or a roster says; blank or zero members are not given. */
struct person_claims {
	const char *clause;                                  /* the condition the person picked */
	int64_t work_from_on, work_years;                    /* in this or a related occupation; one of the two */
	int64_t cert_grade, cert_on;                         /* certificate held */
	const char *cert_number;
	const char *education;                               /* kind, as in docs/rules.md */
	int64_t graduated_on, education_enrolled, education_related, education_assessed;
	const char *title_level;                             /* junior, middle, senior */
	int64_t title_on;
};
/* Only what is declared, for a self-check without an account; lists nobody filled are empty, not unknown. */
void person_claims_facts(struct facts *facts, const struct person_claims *claims, int64_t today);
/* Facts for the eligibility rules: the person's row, stored facts and certificates of this system (related when of
 * the same occupation), then the claims of this enrolment (may be NULL). */
int person_facts(struct ctx *cx, int64_t person_id, int64_t occupation_id, const struct person_claims *claims,
	struct facts **ret_facts) MUST_CHECK;

#endif
