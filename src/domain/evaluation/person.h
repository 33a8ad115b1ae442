/* Persons: one row for a human being, found by a blind index of the identity number. */
#ifndef LUBAN_EVALUATION_PERSON_H
#define LUBAN_EVALUATION_PERSON_H

#include "core/ctx.h"
#include "core/field.h"
#include "core/file.h"
#include "core/rule.h"

struct person_in {
	const char *name, *idno; /* idno: normalised and checked; its kind is read from it */
	const char *phone, *nation, *education, *employer, *address, *region;
};
/* Finds by number or creates; what is given replaces what an existing row had, but number and name.
 * A different name under the same number is of field "name", "person.name_differs". */
int person_save(struct ctx *cx, const struct person_in *in, int64_t *ret_person_id) MUST_CHECK;
/* The same for a stranger who says that he is this person: whoever is known with a phone must give
 * that one. Otherwise field "phone", "person.phone_differs". */
int person_sign_up(struct ctx *cx, const struct person_in *in, int64_t *ret_person_id) MUST_CHECK;
/* Many at once, in the caller's transaction: ids in the same order. Whoever is known already stays
 * as he is. A number that comes twice, or under another name, is ERR_CONFLICT
 * "person.name_differs". */
int person_save_many(struct ctx *cx, const struct person_in *in, size_t n,
	int64_t *ret_ids) MUST_CHECK;
/* ERR_NOTFOUND when nobody has it. */
int person_by_idno(struct ctx *cx, const char *idno, int64_t *ret_person_id) MUST_CHECK;
/* The full number; audited with its purpose (blank purpose is ERR_INVALID). */
int person_reveal(struct ctx *cx, int64_t person_id, const char *purpose,
	const char **ret_idno) MUST_CHECK;
/* By whoever reviews the person's enrolment and has seen his papers: the phone that he must give
 * when he signs up. The reason and both masks are audited; the number on record already is of field
 * "phone", "person.phone_same". */
int person_phone_put(struct ctx *cx, int64_t person_id, const char *phone,
	const char *reason) MUST_CHECK;

/* By an authority at whose window the person stands with his papers: the name on record, wrong from
 * the beginning or another since. Both number and the name on record must be given. Enrolments not
 * yet examined take the name; certificates are corrected by certificate_change_ask(). Audited. */
struct person_rename {
	const char *idno, *old_name, *name, *reason;
};
int person_name_put(struct ctx *cx, const struct person_rename *in) MUST_CHECK;

/* What a person may change of his own row; blank members stay as they are. Own row only. */
int person_update(struct ctx *cx, int64_t person_id, const struct person_in *in) MUST_CHECK;
/* The person's photo, normalised by the face that took it; kept for later enrolments. */
int person_photo_put(struct ctx *cx, int64_t person_id, struct str jpeg,
	int64_t *ret_file_id) MUST_CHECK;
/* Own photo, or that of somebody in scope; ERR_NOTFOUND without one. */
int person_photo_get(struct ctx *cx, int64_t person_id, struct file *ret_file) MUST_CHECK;

/* One thing a person declares about himself: person_fact. kind: work, education, title,
 * apprenticed; certificate, which is held_declare().
 * level: education kind, title level or grade. to_on 0: still working, still enrolled. */
struct person_fact_in {
	const char *kind, *label, *level, *number;
	bool related, assessed; /* assessed: 经评估论证 education */
	int64_t occupation_id, from_on, to_on; /* occupation_id 0: whatever the occupation */
};
int person_fact_add(struct ctx *cx, int64_t person_id, const struct person_fact_in *in,
	int64_t *ret_id) MUST_CHECK;
/* Only what the person declared himself; verified facts stay. */
int person_fact_remove(struct ctx *cx, int64_t person_id, int64_t id) MUST_CHECK;

enum { FACT_RELATED = 1, FACT_ASSESSED = 2 }; /* bits of person_fact.related */
enum { CLAIM_GRADES = 6 };

/* What a person declares or a roster says; blank or zero members are not given. */
struct person_claims {
	const char *clause;                                  /* the condition the person picked */
	/* in this or a related occupation; one of the two */
	int64_t work_from_on, work_years;
	/* [grade]: when the certificate of that grade was issued */
	int64_t certs_on[CLAIM_GRADES];
	const char *cert_number;                             /* of the highest one */
	const char *education;                               /* kind, as in docs/rules.md */
	int64_t graduated_on, education_enrolled, education_related, education_assessed;
	const char *title_level;                             /* junior, middle, senior */
	int64_t title_on;
	bool apprenticed;                                    /* 学徒期满, for the 2018 rules */
};
/* each ends with {0} */
extern const struct choice education_kinds[], title_levels[], schooling_choices[];

/* Whether somebody born then can have done that: nothing before his birth, no more years of work
 * than of life. Each that does not fit is a field error. */
int person_claims_fit(struct ctx *cx, int64_t birth_on,
	const struct person_claims *claims) MUST_CHECK;
/* Only what is declared, for a self-check without an account; lists nobody filled are empty, not
 * unknown. */
void person_claims_facts(struct facts *facts, const struct person_claims *claims, int64_t today);
/* Facts for the eligibility rules: the person's row, stored facts, certificates of this system and
 * held ones (related when of the same occupation), then the claims of this enrolment (may be NULL);
 * a claimed certificate that is on record counts once, as recorded. */
int person_facts(struct ctx *cx, int64_t person_id, int64_t occupation_id,
	const struct person_claims *claims, struct facts **ret_facts) MUST_CHECK;

#endif
