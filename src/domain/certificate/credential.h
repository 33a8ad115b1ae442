/* The credential of a certificate (base/credential.h), as its holder carries it away.
 *
 * Who has it can show for ever, to anybody, that the certificate was issued, and knows its leaf in
 * the log, whose salt it holds. That is the holder's to give: strangers who name number and name at
 * the look-up see the face and its state, and no more. */
#ifndef LUBAN_CERTIFICATE_CREDENTIAL_H
#define LUBAN_CERTIFICATE_CREDENTIAL_H

#include "base/credential.h"
#include "core/ctx.h"

/* How long a leaf waits at most for a checkpoint, when the signer is there. */
enum { CERTIFICATE_LEAF_SECONDS = 10 };

/* Of the face that counts now, in the arena. The caller has checked who asks. with_idno: shows the
 * number in full; for the holder only. ERR_STATE "certificate.leaf_waits": its leaf is not behind a
 * signed checkpoint yet; ERR_STATE "certificate.not_intact": the rows are not what the log says. */
int certificate_credential(struct ctx *cx, int64_t person_id, int64_t id, bool with_idno,
	struct credential *ret_credential) MUST_CHECK;
/* "S000037020001263000017.luban.json" */
const char *certificate_credential_name(struct ctx *cx, const struct credential *c);

#endif
