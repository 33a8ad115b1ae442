/* The log's side of being witnessed (C2SP tlog-witness): each new checkpoint is handed to the
 * witnesses with the proof that it only grew, and their cosignatures are kept and shown with it.
 * Nothing waits for a witness: one that is away is asked again later, ever more seldom.
 *
 * A witness has signed each checkpoint of which it heard; of those that follow each other quickly
 * only the last one is handed over. So that a verifier who demands a quorum (setting log.quorum) is
 * never without one, the checkpoint shown outside is the newest that has the quorum, unless that is
 * older than LOG_SERVED_SECONDS than the newest of all: then it is the newest, with what it has.
 *
 * Kept is what may still be shown: of each witness its newest cosignature, and those of checkpoints
 * less than LOG_KEPT_SECONDS older. Nobody needs the others from here: a credential or a snapshot
 * carries the checkpoint it was made with, cosignatures and all, and a tree that was vouched for is
 * the beginning of every tree that was vouched for later. */
#ifndef LUBAN_CORE_LOG_WITNESS_H
#define LUBAN_CORE_LOG_WITNESS_H

#include "core/tlog.h"
#include "net/fetch.h"

enum {
	LOG_WITNESSES_MAX = 16,
	LOG_SERVED_SECONDS = 60,
	/* well beyond that: whoever reads the log just now is not disturbed */
	LOG_KEPT_SECONDS = 600,
	LOG_RESIGN_SECONDS = 3600, /* a tree that does not grow is signed anew so often */
};

/* The checkpoint for the outside, its note with the cosignatures of those who are witnesses now.
 * ERR_NOTFOUND: none yet. */
int log_served(struct ctx *cx, struct tlog_head *ret_head) MUST_CHECK;

/* url: the submission prefix. ERR_INVALID "log.witness_key", "log.witness_url"; ERR_CONFLICT
 * "log.witness_known"; ERR_LIMIT "log.witness_many". */
int log_witness_add(struct ctx *cx, const char *url, const char *verifier_key) MUST_CHECK;
/* And its cosignatures. ERR_NOTFOUND "log.witness_unknown". */
int log_witness_remove(struct ctx *cx, const char *name) MUST_CHECK;
/* At most LOG_WITNESSES_MAX keys, and how many of them must have signed. */
int log_witness_keys(struct ctx *cx, struct note_key *ret_keys, size_t *ret_n,
	size_t *ret_quorum) MUST_CHECK;

/* By the clock, in a thread that may wait: asks each witness that has not signed the newest
 * checkpoint, all side by side. Witnesses that are away are no error; *ret_signed: how many signed
 * now. ERR_STATE "log.witness_forked": one has signed another tree, or a larger one, than this log
 * has. */
int log_witness_ask(struct ctx *cx, int *ret_signed) MUST_CHECK;

/* For `luban check`: each cosignature that is kept holds, under the key of its witness and for the
 * checkpoint it is kept with; no witness has signed more than there is. */
int log_witness_check(struct ctx *cx, void (*alarm)(void *arg, const char *text),
	void *arg) MUST_CHECK;

#endif
