/* The public log: what was decided, in one order that nobody can change unseen. An append-only
 * Merkle tree (base/merkle.h) kept as tiles (base/tile.h) with signed checkpoints (base/note.h).
 *
 * 1. tlog_append() in the transaction of the fact: the leaf waits, and exists when that commits.
 *    Writers do not wait for each other.
 * 2. tlog_integrate(), by the clock: gives waiting leaves their places and grows the tiles, all in
 *    one transaction. Any number of processes may call it; one at a time does it. After a crash
 *    nothing is half done, and nothing has two places or none.
 * 3. tlog_publish(), by the clock: signs the tree as it is, after having shown from the tiles that
 *    it only grew since the last checkpoint. Only committed trees are signed.
 *
 * What is served (tiles, bundles, proofs) never goes beyond the last checkpoint. */
#ifndef LUBAN_CORE_TLOG_H
#define LUBAN_CORE_TLOG_H

#include "base/merkle.h"
#include "base/note.h"
#include "base/tile.h"
#include "core/ctx.h"

enum { TLOG_ENTRY_MAX = 8 * 1024, TLOG_BATCH = 4096, TLOG_SIGNERS_MAX = 8 };

/* In the caller's transaction. ERR_LIMIT "log.entry_size". */
int tlog_append(struct ctx *cx, struct str entry, int64_t *ret_id) MUST_CHECK;
/* The same, of a leaf that follows another (its id): it stands behind that, whatever the clock. */
int tlog_append_after(
	struct ctx *cx, struct str entry, int64_t after, int64_t *ret_id) MUST_CHECK;
/* n leaves in one go, which on PostgreSQL costs one wait instead of n. */
int tlog_append_bulk(
	struct ctx *cx, const struct str *entries, size_t n, int64_t *ret_ids) MUST_CHECK;
/* Where the leaf stands. ERR_NOTFOUND: it waits still, or there is none. */
int tlog_index(struct ctx *cx, int64_t id, uint64_t *ret_index) MUST_CHECK;

/* Gives up to TLOG_BATCH leaves their places, in a transaction of its own; call it again until
 * *ret_n is 0. ERR_STATE "log.damaged": the edge of the tree is not what the tiles say. */
int tlog_integrate(struct ctx *cx, size_t *ret_n) MUST_CHECK;

/* One signature line of a checkpoint. The private key lives with whoever answers `sign`. */
struct tlog_signer {
	struct note_key key;
	note_signer *sign;
	void *self;
};
/* Signs the tree as it is, unless its size was signed before; *ret_size is then that of the last
 * checkpoint. ERR_STATE "log.forked": the tree is not the one that was signed last with leaves
 * appended; ERR_INVALID "log.origin"; ERR_CONFLICT: the log of this name was closed meanwhile; what
 * a signer returns is passed on. */
int tlog_publish(struct ctx *cx, const char *origin, const struct tlog_signer *signers, size_t n,
	uint64_t *ret_size) MUST_CHECK;

/* The last checkpoint. ERR_NOTFOUND: none yet. */
struct tlog_head {
	struct merkle_head head;
	const char *note;
	int64_t at;
};
int tlog_head(struct ctx *cx, struct tlog_head *ret_head) MUST_CHECK;

/* The bytes of a tile or bundle, as wide as asked, in the arena. ERR_NOTFOUND: the last checkpoint
 * does not need it. */
int tlog_tile(struct ctx *cx, const struct tile *t, struct str *ret_bytes) MUST_CHECK;
/* The entry of a leaf, in the arena. ERR_NOTFOUND as above. */
int tlog_entry(struct ctx *cx, uint64_t index, struct str *ret_entry) MUST_CHECK;
/* A reader of nodes for base/merkle.h over the tiles of a tree of `size` leaves; in the arena, good
 * as long as cx. */
struct tile_reader *tlog_reader(struct ctx *cx, uint64_t size);

#endif
