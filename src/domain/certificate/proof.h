/* Certificates in the public log: which leaves a certificate has, what each commits to, and how
 * that is shown to somebody. A leaf is appended in the transaction of its fact: there is no
 * certificate without its leaf, and no leaf without its certificate.
 *
 * certificate.issued and .corrected commit (base/commit.h, purpose "certificate.person.1") to the
 * face: number name id_type idno_mask idno_commitment occupation_code occupation_name
 * work_type_name grade body_name body_code theory skill review issued_on (2026-11-22) photo
 * (SHA-256 of its bytes, hex, or none) basis. idno_commitment is a commitment of its own (purpose
 * "certificate.idno.1", field idno), so that a face can be shown without the full number. The other
 * kinds commit to basis alone (purpose "certificate.act.1").
 *
 * basis is the SHA-256, hex, of a record of everything else that `luban check` holds against the
 * leaf: for a face the certificate's other columns, the enrolment, the result and the person it
 * rests on; for each leaf the row of certificate_proof, with the change that was decided. */
#ifndef LUBAN_CERTIFICATE_PROOF_H
#define LUBAN_CERTIFICATE_PROOF_H

#include "base/commit.h"
#include "base/leaf.h"
#include "base/stow.h"
#include "core/ctx.h"

#define CERTIFICATE_PERSON "certificate.person.1"
#define CERTIFICATE_IDNO "certificate.idno.1"
#define CERTIFICATE_ACT "certificate.act.1"

enum { CERTIFICATE_FIELDS = 17 };

enum certificate_event {
	CERTIFICATE_ISSUED = LEAF_ISSUED,
	CERTIFICATE_CORRECTED = LEAF_CORRECTED,
	CERTIFICATE_REISSUED = LEAF_REISSUED,
	CERTIFICATE_SUSPENDED = LEAF_SUSPENDED,
	CERTIFICATE_REINSTATED = LEAF_REINSTATED,
	CERTIFICATE_REVOKED = LEAF_REVOKED,
};

/* The face as it counts now, and the leaf that commits to it. */
struct certificate_proof {
	const char *handle;
	int64_t version, leaf_id;
	uint8_t salt[COMMIT_SALT_BYTES], idno_salt[COMMIT_SALT_BYTES];
	struct stow_field fields[CERTIFICATE_FIELDS]; /* in the order above */
	size_t n;
	const char *idno;  /* in full: for the holder only */
	struct str entry;  /* the leaf's bytes */
	enum certificate_event last; /* its newest leaf of any kind */
};
/* In the arena. The caller has checked the scope, or that a stranger named both number and name.
 * ERR_NOTFOUND "certificate.no_leaf": issued before the log began, and not yet given its leaf. The
 * entry is made from the rows as they are now: that it is in the log is for the caller to show. */
int certificate_proof_of(struct ctx *cx, int64_t person_id, int64_t id,
	struct certificate_proof *ret_proof) MUST_CHECK;

/* Appends the leaf of what was just done to a certificate, in the caller's transaction, after the
 * rows say so, and queues it for the look-ups that know the certificate (handover.h). change_id:
 * the row of certificate_change that decided it, or 0. A certificate that has no leaf yet is first
 * given those it lacks. */
int certificate_leaf(struct ctx *cx, enum certificate_event event, int64_t person_id, int64_t id,
	int64_t change_id) MUST_CHECK;

/* A certificate just inserted, with the version of the result list that it rests on (0: none).
 * idno: its number in full, or NULL to have it opened from the row. */
struct certificate_new {
	int64_t person_id, id, result_version;
	const char *idno;
};
/* Appends the leaf "issued" of each, in the caller's transaction, after certificate and enrolment
 * are written. */
int certificate_leaf_bulk(struct ctx *cx, const struct certificate_new *news, size_t n) MUST_CHECK;

/* Gives certificates that were issued before the log began their leaves, a thousand a call, each
 * with an event that says so. *ret_n: how many; 0 with *ret_done when there are none left. */
int certificate_backfill(struct ctx *cx, int *ret_n, bool *ret_done) MUST_CHECK;

#endif
