/* Inside the room: what the verbs about persons share. */
#ifndef LUBAN_EVALUATION_PERSON_ROW_H
#define LUBAN_EVALUATION_PERSON_ROW_H

#include "base/ident.h"
#include "domain/evaluation/person.h"

/* Somebody whose row was just found or made. */
struct person_known {
	int64_t person_id, birth_on, photo_file_id;
	const char *name, *idno_mask;
	/* nobody knew the number before: there can be no enrolments, facts or certificates */
	bool is_new;
};
/* person_save() that also tells what is known then. In a transaction of the caller's. */
int person_put(struct ctx *cx, const struct person_in *in,
	struct person_known *ret_person) MUST_CHECK;
int person_known(struct ctx *cx, int64_t person_id, struct person_known *ret_person) MUST_CHECK;
/* A claimed number of this system, or of one of its bodies, counts only when it is this person's
 * (0: a new one's), of the grade that is claimed, and stands; then with the day on record. */
int person_claims_check(struct ctx *cx, int64_t person_id,
	struct person_claims *claims) MUST_CHECK;
/* What document bears a number: "idno" citizen's card, "residence" permit of a Hong Kong, Macao or
 * Taiwan resident, "foreign" permanent residence card. */
const char *person_id_type(const struct idno *id);
/* The actor himself, or somebody with an enrolment in the actor's scope. */
bool person_may_see(struct ctx *cx, int64_t person_id);
/* ERR_NOTFOUND unless the actor is this person (or the program itself). */
int person_is_own(struct ctx *cx, int64_t person_id) MUST_CHECK;

#endif
