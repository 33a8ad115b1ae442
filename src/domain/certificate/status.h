/* Snapshots of states (base/status.h): read out of the public log leaf by leaf, so that they say
 * what anybody finds who reads it, signed by the issuer, one kept for each day. */
#ifndef LUBAN_CERTIFICATE_STATUS_H
#define LUBAN_CERTIFICATE_STATUS_H

#include "base/status.h"
#include "core/ctx.h"

enum {
	CERTIFICATE_STATUS_CHUNK = 100 * 256, /* leaves of a transaction */
	CERTIFICATE_STATUS_SECONDS = 10, /* a change is in a snapshot so soon */
	CERTIFICATE_STATUS_GROWN_SECONDS = 600 /* and leaves that change nothing */
};

/* By the clock: reads leaves behind the checkpoint that is shown outside, a few chunks at a time,
 * and when it has read them all makes the snapshot of today, unless there is one that says the same
 * of as many leaves. *ret_made: it did. Without a signer the error is passed on; what was read
 * stands. Any number of processes may call it. */
int certificate_status_tick(struct ctx *cx, bool *ret_made) MUST_CHECK;

/* The last of a day; 0: the newest. In the arena. ERR_NOTFOUND "certificate.no_snapshot". */
int certificate_status_file(struct ctx *cx, int64_t on, struct str *ret_file) MUST_CHECK;

#endif
