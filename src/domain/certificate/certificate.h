/* certificate: the number, the face, what becomes of it, and what a stranger is told.
 * Number: 22 characters, 编码规则 of 职业技能等级证书: letter, 4 body, 2 province, 6 serial of the
 * body (together the body's code), 2 year, 1 grade, 6 serial. Serial per body, year and grade: no
 * gaps, no reuse. */
#ifndef LUBAN_CERTIFICATE_CERTIFICATE_H
#define LUBAN_CERTIFICATE_CERTIFICATE_H

#include "core/ctx.h"
#include "core/flow.h"

/* valid ⇄ suspended; → revoked, which only the end of a case does (revocation.h). A suspension is
 * one person's at first and ends by itself unless another confirms it. */
extern const struct flow certificate_flow;

/* Issues to everybody passed in a confirmed batch, in one transaction, in order of the result list;
 * step "issue". */
int certificate_issue_batch(struct ctx *cx, int64_t batch_id, int *ret_n) MUST_CHECK;

struct q_certificate_find; /* sql/query/certificate.sql */

/* One that something is to happen to, in the caller's transaction: it stays as it is until that
 * ends. ERR_NOTFOUND; ERR_STATE when it is revoked. */
int certificate_hold(struct ctx *cx, int64_t person_id, int64_t id, struct scope scope,
	struct q_certificate_find *ret_certificate) MUST_CHECK;

enum verify_outcome {
	VERIFY_BAD_INPUT,      /* a number that cannot exist, with why */
	VERIFY_NOT_FOUND,      /* well formed, but no such certificate */
	VERIFY_NAME_DIFFERS,
	VERIFY_NOT_YET,        /* issued, not yet published */
	VERIFY_SUSPENDED,
	VERIFY_REVOKED,
	VERIFY_IN_REVIEW,      /* a decision to revoke is being reviewed: not final, not void */
	VERIFY_VALID,
};
const char *verify_outcome_code(enum verify_outcome o); /* "valid", "revoked"… */

struct q_certificate_face; /* the row shown, sql/query/certificate.sql */

/* number + name, or idno + name (all certificates of the person: *ret_n of them, newest first).
 * VERIFY_NOT_YET: *ret_n is 0, and (*ret_faces)->visible_on says from when they are shown.
 * Works for the public: scope is not asked, the two matching fields are. ERR_STATE
 * "certificate.not_intact" when a face is no longer what was issued: nothing is shown of it. */
int certificate_verify(struct ctx *cx, const char *number, const char *idno, const char *name,
	enum verify_outcome *ret_outcome, struct q_certificate_face **ret_faces,
	size_t *ret_n) MUST_CHECK;

/* Deletes the oldest entries of the log of look-ups that are kept no longer (setting
 * verify.keep_days), some thousands at a time. Returns how many. */
int lookup_sweep(struct ctx *cx) MUST_CHECK;

/* Recounts serials (gaps, duplicates), tallies and face hashes. For `luban check`. */
int certificate_check(struct ctx *cx, void (*alarm)(void *arg, const char *text),
	void *arg) MUST_CHECK;

#endif
