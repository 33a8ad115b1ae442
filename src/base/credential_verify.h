/* What a credential proves, to one who trusts certain keys and may have a snapshot of states. Each
 * question is answered by itself, without a network and without a clock:
 *
 *   TEXTS      the fields are those that the leaf commits to
 *   FACTS      what the leaf says openly (body, occupation, grade, day) is what the fields say
 *   IDNO       the full number is the one that the fields commit to; unasked when it is not shown
 *   PLACE      the leaf is at this place in the tree of the checkpoint
 *   LOG        a trusted key of this log has signed the checkpoint; no known key's line is wrong
 *   WITNESSES  as many trusted witnesses have cosigned as are demanded; unasked when none are
 *   STATE      by the snapshot: neither suspended nor revoked, nor corrected since; unasked without
 *              one
 *
 * Only all of them together say that the issuer decided this. What no file can prove: that who
 * shows it is the holder, that the decision was right, and what happened after the snapshot's
 * day. */
#ifndef LUBAN_BASE_CREDENTIAL_VERIFY_H
#define LUBAN_BASE_CREDENTIAL_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/credential.h"
#include "base/leaf.h"
#include "base/status.h"
#include "base/trust.h"

enum credential_question {
	CREDENTIAL_TEXTS,
	CREDENTIAL_FACTS,
	CREDENTIAL_IDNO,
	CREDENTIAL_PLACE,
	CREDENTIAL_LOG,
	CREDENTIAL_WITNESSES,
	CREDENTIAL_STATE,
	CREDENTIAL_QUESTIONS
};
enum credential_answer { CREDENTIAL_UNASKED, CREDENTIAL_YES, CREDENTIAL_NO };

/* What the snapshot says. */
enum credential_state {
	CREDENTIAL_STATE_UNASKED,
	CREDENTIAL_GOOD,
	CREDENTIAL_SUSPENDED,
	CREDENTIAL_REVOKED,
	CREDENTIAL_SUPERSEDED, /* corrected since: a later version counts */
	CREDENTIAL_STATE_OLDER, /* it was made before this leaf */
	/* it is of another log, or what it says of this one does not hold */
	CREDENTIAL_STATE_OTHER
};

struct credential_report {
	bool holds; /* no answer is NO */
	enum credential_answer answers[CREDENTIAL_QUESTIONS];
	bool is_signature_bad; /* LOG is NO because a line by a known key does not hold */
	uint64_t index;
	struct merkle_head head; /* as the checkpoint says */
	/* kind 0: it is none of a certificate's face. Views into the credential */
	struct leaf leaf;
	int64_t version;       /* of the face: 1 as issued */
	struct trust_verdict signers;
	enum credential_state state;
	int64_t state_on, latest; /* the snapshot's day; the version that counts, or 0 */
};

enum { CREDENTIAL_KEPT = 64 };

/* trust, and status or NULL, belong to the caller, who has checked status with status_issuer().
 * Verdicts on checkpoints are kept: of many files with the same one, its signatures are checked
 * once. For one thread. All else zero at first. */
struct credential_verifier {
	const struct trust *trust;
	const struct status *status;
	struct {
		bool is_used, is_bad;
		uint8_t digest[32];
		struct merkle_head head;
		struct trust_verdict verdict;
	} kept[CREDENTIAL_KEPT];
};

void credential_verify(struct credential_verifier *v, const struct credential *c,
	struct credential_report *ret_report);

/* "texts", "facts" … ; "unasked", "good", "suspended" … for machines. */
const char *credential_question_code(enum credential_question q);
const char *credential_state_code(enum credential_state s);

#endif
