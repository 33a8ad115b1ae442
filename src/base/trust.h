/* Whom one trusts: the file that a verifier without a network, a monitor or the page for strangers
 * is given beforehand, by a way of its own. Text in UTF-8, one thing a line:
 *
 *   # what follows a hash at the beginning of a line is passed over, as empty lines are
 *   log NAME+ID+BASE64          a verifier key of the log (base/note.h), whose name is the origin;
 *                               Ed25519 or SM2; several where keys were changed, or of several logs
 *   witness NAME+ID+BASE64      one whose cosignatures count (type 0x04)
 *   quorum K                    how many of these must have signed a checkpoint; 0 when left out
 *   issuer KEYID HEX            an Ed25519 key that signs snapshots of states and verifiable
 *                               credentials: 16 digits as of sign_key_id(), 64 digits of the key
 *
 * Logs may be several, each signed by keys of its own name; witnesses and issuers speak for all of
 * them: who trusts logs of different authorities keeps a file for each authority.
 *
 * Words are set apart by one space. A line may end with a carriage return. Any order; at least one
 * log; no key twice. */
#ifndef LUBAN_BASE_TRUST_H
#define LUBAN_BASE_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checkpoint.h"
#include "base/err.h"
#include "base/note.h"
#include "base/sign.h"
#include "base/str.h"

enum {
	TRUST_MAX = 64 * 1024, /* bytes of the file */
	TRUST_LOGS_MAX = 16,
	TRUST_WITNESSES_MAX = 32,
	TRUST_ISSUERS_MAX = 16
};

struct trust_issuer {
	char key_id[SIGN_ID_HEX];
	uint8_t public_key[SIGN_PUBLIC_BYTES];
};

struct trust {
	size_t n_logs, n_witnesses, n_issuers, quorum;
	struct note_key logs[TRUST_LOGS_MAX];
	struct note_key witnesses[TRUST_WITNESSES_MAX];
	struct trust_issuer issuers[TRUST_ISSUERS_MAX];
};

enum trust_fault {
	TRUST_TOO_LONG = 1, /* the file, or more keys than fit */
	TRUST_NOT_TEXT,     /* not UTF-8, or control characters */
	TRUST_UNKNOWN_WORD, /* a line that begins with none of the four words */
	TRUST_BAD_KEY,      /* no such key, or not of a type that this line may have */
	TRUST_BAD_QUORUM,   /* no number, given twice, or more than there are witnesses */
	TRUST_TWICE,        /* the same key again */
	TRUST_NO_LOG
};
struct trust_problem {
	enum trust_fault fault;
	unsigned line; /* from 1; 0: the file as a whole */
};

/* ERR_INVALID, or ERR_LIMIT with TRUST_TOO_LONG. ret_problem may be NULL. */
int trust_parse(struct str text, struct trust *ret_trust,
	struct trust_problem *ret_problem) MUST_CHECK;
/* Without comments, in the order of the words above. */
void trust_put(struct buf *out, const struct trust *t);

/* Who signed a checkpoint, of those who are trusted. */
struct trust_verdict {
	/* a key of the log with the checkpoint's own origin has signed, and the quorum */
	bool holds;
	size_t n_logs, n_witnesses; /* how many have signed */
	/* as in struct trust; only those with the checkpoint's origin */
	bool by_log[TRUST_LOGS_MAX];
	bool by_witness[TRUST_WITNESSES_MAX];
	int64_t witnessed_at[TRUST_WITNESSES_MAX]; /* by the witness's clock, else 0 */
};

/* Lines by keys that are not known are passed over; every line by a known key must hold.
 * ERR_INVALID: one does not, or the text is no checkpoint. The checkpoint's views are into the
 * note; nothing of it may be believed unless ret_verdict->holds. */
int trust_check(const struct trust *t, const struct note *note, struct checkpoint *ret_checkpoint,
	struct trust_verdict *ret_verdict) MUST_CHECK;

#endif
