/* By what name and with which keys the public log is signed: the clock's part of core/tlog.h, and
 * what others need to trust it. */
#ifndef LUBAN_CORE_TLOG_KEY_H
#define LUBAN_CORE_TLOG_KEY_H

#include "core/tlog.h"

#define TLOG_ORIGIN "luban.local/log"

/* The log's name, which is also that of its keys; TLOG_ORIGIN unless it was given one. */
int tlog_origin(struct ctx *cx, const char **ret_origin) MUST_CHECK;
/* May a log be called so? */
bool tlog_is_origin(const char *origin);
/* Before the first checkpoint only; afterwards see core/tlog_begin.h. ERR_STATE "log.origin_fixed";
 * ERR_INVALID "log.origin". */
int tlog_origin_put(struct ctx *cx, const char *origin) MUST_CHECK;

/* Gives waiting leaves their places and signs the tree with every key that the signer has. Without
 * a signer the places are given and the error is passed on: the leaves wait to be shown. */
int tlog_tick(struct ctx *cx) MUST_CHECK;

/* Is the tree still what the signer signed last, with leaves appended? Asked when a server starts
 * and then by the clock, before anything new is to be signed. ERR_STATE "log.signed_more",
 * "log.signed_other": an older copy of the database was put back, or it was changed. */
int tlog_remembered(struct ctx *cx) MUST_CHECK;
/* The same of what was signed last, when that is known from elsewhere. */
int tlog_continues(
	struct ctx *cx, const char *origin, const struct merkle_head *last) MUST_CHECK;

/* A key that no longer signs; lost: nothing that it signed is to be believed. */
int tlog_key_end(struct ctx *cx, const struct note_key *key, bool is_lost) MUST_CHECK;

#endif
