/* The log of public look-ups. Looking up must be as fast as reading, so entries wait in memory, and
 * a thread with a connection of its own writes them together, every few seconds: no answer waits
 * for the disk. What a machine that loses power had not written yet is missing from this log, and
 * from nothing else. */
#ifndef LUBAN_WEB_LOOKUPS_H
#define LUBAN_WEB_LOOKUPS_H

#include "core/ctx.h"

struct lookups;
/* As many may wait; when the disk cannot take them, the oldest are lost first. */
enum { LOOKUPS_MAX = 65536 };

/* database must outlive it. */
struct lookups *lookups_new(const char *database);
/* Writes what waits first. NULL is fine. */
void lookups_free(struct lookups *l);
/* kind: number, idno. outcome: a code of certificate/verify; both constants of the program. Never
 * fails: a look-up is answered even when the log's disk is full. */
void lookups_add(struct lookups *l, struct ctx *cx, const char *kind, const char *outcome,
	int64_t certificate_id);

#endif
