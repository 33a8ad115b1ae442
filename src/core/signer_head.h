/* What the signer remembers: of each log the tree that it signed last. It signs no checkpoint of a
 * log that does not continue that tree, by proof, so that an older copy of the database that was
 * put back, or a changed one, cannot be signed for: nobody outside ever sees the log fork.
 *
 * It remembers in a file of text beside its keys, a slot of 512 bytes for each log, written in
 * place and on the disk before a signature leaves. Several signers of one machine share it; on
 * several machines each has its own, and knows what it signed itself. Where there is none it
 * begins with the next checkpoint: never put this file back from a copy, and never copy it. */
#ifndef LUBAN_CORE_SIGNER_HEAD_H
#define LUBAN_CORE_SIGNER_HEAD_H

#include "base/checkpoint.h"
#include "base/err.h"
#include "base/merkle.h"

enum { SIGNER_HEADS_MAX = 16, SIGNER_HEAD_BYTES = 512 };

/* Made when there is none; the caller closes it. ERR_IO. */
int signer_heads_open(const char *path, int *ret_fd) MUST_CHECK;
/* ERR_NOTFOUND: nothing was signed of this log; ERR_INVALID: the file is damaged; ERR_IO. */
int signer_head_find(int fd, struct str origin, struct merkle_head *ret_head) MUST_CHECK;
/* Remembers this one, when it continues the one before by this proof (of the same size: when it is
 * the same). ERR_STATE: it does not; ERR_LIMIT: too many logs; else as above. */
int signer_head_advance(
	int fd, const struct checkpoint *c, const struct merkle_proof *proof) MUST_CHECK;
/* Of a file by its name, without a signer; as signer_head_find(). */
int signer_head_read(
	const char *path, const char *origin, struct merkle_head *ret_head) MUST_CHECK;

#endif
