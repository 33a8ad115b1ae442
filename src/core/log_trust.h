/* What this system would have others trust (base/trust.h): the keys of its log, its witnesses, and
 * the keys of what it issues. Given out at /log/keys; to be believed by whoever got it by a way
 * that he trusts. */
#ifndef LUBAN_CORE_LOG_TRUST_H
#define LUBAN_CORE_LOG_TRUST_H

#include "base/trust.h"
#include "core/ctx.h"

/* Keys that were lost are left out, retired ones are in: what they signed stands. Without a signer
 * the key it would issue with today is left out, unless it is known from before. ERR_NOTFOUND
 * "log.no_key": the log has not signed yet. */
int log_trust(struct ctx *cx, struct trust *ret_trust) MUST_CHECK;

/* Notes that the issuing key of this id was lost. */
int log_issuer_lost(struct ctx *cx, const char *key_id) MUST_CHECK;

#endif
