/* Inside the room: how a leaf is made of rows, for whoever appends it and whoever checks it. */
#ifndef LUBAN_CERTIFICATE_PROOF_IMPL_H
#define LUBAN_CERTIFICATE_PROOF_IMPL_H

#include "domain/certificate/proof.h"
#include "query/certificate_proof.h"

struct salts {
	uint8_t person[COMMIT_SALT_BYTES], idno[COMMIT_SALT_BYTES];
};

/* A leaf's row, the certificate as it was when the leaf was made, and what the row does not say. */
struct proof_of {
	const struct q_certificate_facts *facts;
	const struct q_certificate_proofs_of *row;
	const char *idno;
	struct salts salts;
};

bool proof_is_face(enum leaf_kind kind); /* issued and corrected: they commit to the person */
enum leaf_kind proof_kind(const char *code);

const char *proof_seal(struct ctx *cx, const struct salts *salts);
/* ERR_BUG "secret.unreadable". */
int proof_open(struct ctx *cx, const char *salt_cipher, struct salts *ret_salts) MUST_CHECK;

/* The fields committed to: CERTIFICATE_FIELDS of a face, one of any other kind. In the arena. */
int proof_fields(struct ctx *cx, const struct proof_of *p,
	struct stow_field ret_fields[CERTIFICATE_FIELDS], size_t *ret_n) MUST_CHECK;
/* The leaf over these fields. ERR_INVALID "certificate.leaf_invalid". */
int proof_entry(struct ctx *cx, const struct proof_of *p, const struct stow_field *fields,
	size_t n, struct str *ret_entry) MUST_CHECK;

/* The facts with the version of the list that the row names. */
int proof_facts(struct ctx *cx, const struct q_certificate_proofs_of *row,
	struct q_certificate_facts *ret_facts) MUST_CHECK;

#endif
