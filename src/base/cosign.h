/* What a log hands a witness: the body of add-checkpoint of C2SP tlog-witness
 * (https://c2sp.org/tlog-witness).
 *
 *   old 20852014                                      the size of the tree that the witness knows
 *   PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=      the consistency proof from there, at most 63
 *   …
 *                                                     (an empty line)
 *   the checkpoint as a signed note (base/note.h) */
#ifndef LUBAN_BASE_COSIGN_H
#define LUBAN_BASE_COSIGN_H

#include "base/err.h"
#include "base/merkle.h"
#include "base/note.h"
#include "base/str.h"

enum { COSIGN_PROOF_MAX = 63, COSIGN_REQUEST_MAX = NOTE_MAX + 4096 };

struct cosign_request {
	uint64_t old_size;
	struct merkle_proof proof;
	struct str note; /* not looked into */
};

/* ERR_LIMIT: a longer proof, or the buffer is full. */
int cosign_put(struct buf *out, const struct cosign_request *rq) MUST_CHECK;
/* The one spelling that cosign_put() gives; the view is into body. ERR_INVALID. */
int cosign_parse(struct str body, struct cosign_request *ret_rq) MUST_CHECK;

#endif
