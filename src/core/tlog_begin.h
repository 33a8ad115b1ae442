/* Another log over the same leaves: what is left when the log that others know cannot be continued,
 * because the database went back to an older state for good, or its keys and its signer's memory
 * are lost together.
 *
 * The tree stays as it is, leaf by leaf, under another name and signed by other keys (the caller
 * has changed them in the key file): every certificate has its leaf in the new log at the place it
 * had. The old log is closed with its last checkpoint that is known here, which goes on to be
 * served with its tiles at /log/closed/N/, and its keys stay in the trust file as retired: what was
 * proven by it stays proven. What the old log had beyond is lost here; who has it (monitors,
 * holders) keeps the proof that it was there, and log_closed says how large that log was. */
#ifndef LUBAN_CORE_TLOG_BEGIN_H
#define LUBAN_CORE_TLOG_BEGIN_H

#include "core/tlog.h"

struct tlog_beginning {
	const char *origin, *reason;
	uint64_t signed_size; /* what the signer remembers of the old log, or 0 */
};
/* A trial changes nothing: the keys are changed between it and the deed. ERR_INVALID "log.origin",
 * "log.begin_reason"; ERR_CONFLICT "log.origin_used"; ERR_STATE "log.not_begun": there is no
 * checkpoint yet, so the name can simply be changed. */
int tlog_begin(struct ctx *cx, const struct tlog_beginning *in, bool is_trial) MUST_CHECK;

/* Closed logs as they are kept, for `luban check`; roots are held against the tiles. */
int tlog_begin_check(struct ctx *cx, void (*alarm)(void *arg, const char *text),
	void *arg) MUST_CHECK;

#endif
