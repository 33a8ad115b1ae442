/* Checkpoints as they are kept: numbered from 1 without gaps, each with a seal (HMAC-SM3 under the
 * platform's key) over its number, its note and its time; the last number stands in log_head.
 *
 * Proves to `luban check log`: who has the database but not the key file has taken no checkpoint
 * from between two others, put none in, and changed none; nor taken the last one, unless he also
 * set the number in log_head back. That (and with it every older state of the whole database) is
 * seen by whoever remembers more than the database: the signer (core/signer_head.h), witnesses,
 * monitors. Whoever has the key file can seal anew; the log's signatures and its tree do not
 * depend on it. Checkpoints from before there were seals are counted, not numbered. */
#ifndef LUBAN_CORE_TLOG_SEAL_H
#define LUBAN_CORE_TLOG_SEAL_H

#include "core/ctx.h"

struct tlog_sealed {
	int64_t no, at;
	const char *note;
};
/* In the arena. */
const char *tlog_seal(struct ctx *cx, const struct tlog_sealed *s);
bool tlog_seal_holds(struct ctx *cx, const struct tlog_sealed *s, const char *seal);

#endif
