/* The log of public look-ups. Looking up must be as fast as reading, so entries wait in memory and
 * are written together: when LOOKUPS_FULL are waiting, or the first of them has waited a second, by
 * the request that finds it so. */
#ifndef LUBAN_WEB_LOOKUPS_H
#define LUBAN_WEB_LOOKUPS_H

#include "core/ctx.h"

struct lookups;
enum { LOOKUPS_FULL = 8192 };

struct lookups *lookups_new(void);
/* What still waits is not written: flush before. */
void lookups_free(struct lookups *l);
/* kind: number, idno. outcome: a code of certificate/verify. Never fails: a look-up is answered
 * even when the log's disk is full; then the entries stay, and the oldest are lost when there is no
 * more room. */
void lookups_add(struct lookups *l, struct ctx *cx, const char *kind, const char *outcome,
	int64_t certificate_id);
/* Writes what waits, if it is due (or now). */
void lookups_flush(struct lookups *l, struct ctx *cx, bool now);

#endif
