/* What is signed by the issuer of certificates (SIGN_CERTIFICATE): snapshots of states, verifiable
 * credentials. Its public keys are kept, those of before too, and are in the trust file
 * (core/log_trust.h). */
#ifndef LUBAN_CORE_ISSUER_H
#define LUBAN_CORE_ISSUER_H

#include "core/ctx.h"
#include "core/signer.h"

/* The key that signs now. ERR_IO "signer.away". */
int issuer_key(struct ctx *cx, uint8_t ret_public_key[SIGN_PUBLIC_BYTES]) MUST_CHECK;
int issuer_sign(struct ctx *cx, struct str bytes, struct signature *ret_signature) MUST_CHECK;
/* The text as a signed note (base/note.h) by this name. */
int issuer_sign_note(struct ctx *cx, struct str text, const char *name, struct buf *out) MUST_CHECK;

#endif
