/* By what name and with which keys the public log is signed: the clock's part of core/tlog.h, and
 * what others need to trust it. */
#ifndef LUBAN_CORE_TLOG_KEY_H
#define LUBAN_CORE_TLOG_KEY_H

#include "core/tlog.h"

#define TLOG_ORIGIN "luban.local/log"

/* The log's name, which is also that of its keys; TLOG_ORIGIN unless it was given one. */
int tlog_origin(struct ctx *cx, const char **ret_origin) MUST_CHECK;
/* Before the first checkpoint only. ERR_STATE "log.origin_fixed"; ERR_INVALID "log.origin". */
int tlog_origin_put(struct ctx *cx, const char *origin) MUST_CHECK;

/* Gives waiting leaves their places and signs the tree with every key that the signer has. Without
 * a signer the places are given and the error is passed on: the leaves wait to be shown. */
int tlog_tick(struct ctx *cx) MUST_CHECK;

/* A key that no longer signs; lost: nothing that it signed is to be believed. */
int tlog_key_end(struct ctx *cx, const struct note_key *key, bool is_lost) MUST_CHECK;

#endif
