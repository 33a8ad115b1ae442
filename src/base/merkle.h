/* Merkle trees of an append-only log: hashing as in RFC 6962 section 2.1 with SHA-256, proofs made
 * and verified as in RFC 9162 section 2.1. Nothing here keeps a tree: what a growing tree needs is
 * its compact range (one hash for each bit of its size), and what a proof needs is read through a
 * callback. Memory is constant, work is logarithmic.
 *
 * A proof speaks about hashes: the same proof may hold for two sizes. Which size a root belongs to
 * is what a signed checkpoint says (base/checkpoint.h), so both are always taken from one.
 *
 * A node is named by its level (0: leaves) and its index in it; it stands for the leaves
 * [index << level, (index + 1) << level) and exists when all of them do. Such a node never changes
 * again, so that it may be kept for ever. */
#ifndef LUBAN_BASE_MERKLE_H
#define LUBAN_BASE_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { MERKLE_BYTES = 32, MERKLE_RANGE_MAX = 63, MERKLE_PROOF_MAX = 64 };
/* The most leaves a tree has: its sizes fit the database's integers. */
#define MERKLE_SIZE_MAX ((uint64_t)INT64_MAX)

struct merkle_hash {
	uint8_t bytes[MERKLE_BYTES];
};

/* SHA-256(0x00 || data), SHA-256(0x01 || left || right), SHA-256(). */
void merkle_leaf(struct str data, struct merkle_hash *ret_hash);
void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right,
	struct merkle_hash *ret_hash);
void merkle_empty(struct merkle_hash *ret_hash);
bool merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b);

/* Called for nodes; what is not 0 ends the operation and is what it returns. */
typedef int merkle_put(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash);
typedef int merkle_get(
	void *self, unsigned level, uint64_t index, struct merkle_hash *ret_hash) MUST_CHECK;

/* A tree of n leaves as its largest complete subtrees, from left to right: one for each bit of n.
 * All zero is the empty tree. */
struct merkle_range {
	uint64_t n;
	struct merkle_hash hashes[MERKLE_RANGE_MAX];
};

/* Appends a leaf. put (which may be NULL) hears of each node that is complete by it, the leaf
 * first; when it fails the range is as it was. ERR_LIMIT: the tree is full. */
int merkle_range_add(struct merkle_range *range, const struct merkle_hash *leaf, merkle_put *put,
	void *self) MUST_CHECK;
void merkle_range_root(const struct merkle_range *range, struct merkle_hash *ret_root);
/* The range of a tree of n leaves from its nodes. */
int merkle_range_load(
	uint64_t n, merkle_get *get, void *self, struct merkle_range *ret_range) MUST_CHECK;

struct merkle_proof {
	size_t n;
	struct merkle_hash hashes[MERKLE_PROOF_MAX];
};

/* That the leaf `index` is in the tree of `size` leaves. ERR_INVALID: there is no such leaf. */
int merkle_inclusion(uint64_t index, uint64_t size, merkle_get *get, void *self,
	struct merkle_proof *ret_proof) MUST_CHECK;
/* That the tree of `from` leaves is the beginning of the tree of `to`. Empty when `from` is 0 or
 * both are the same. ERR_INVALID: `from` is the larger. */
int merkle_consistency(uint64_t from, uint64_t to, merkle_get *get, void *self,
	struct merkle_proof *ret_proof) MUST_CHECK;

/* The root that a tree of `size` leaves has in which the leaf's hash is the one at `index`, by this
 * proof. ERR_INVALID: the proof has not the shape that these numbers demand. */
int merkle_inclusion_root(uint64_t index, uint64_t size, const struct merkle_hash *leaf,
	const struct merkle_proof *proof, struct merkle_hash *ret_root) MUST_CHECK;
bool merkle_includes(uint64_t index, uint64_t size, const struct merkle_hash *leaf,
	const struct merkle_proof *proof, const struct merkle_hash *root);

/* A tree and its root, as a checkpoint tells them. */
struct merkle_head {
	uint64_t size;
	struct merkle_hash root;
};
/* Is the tree `to` nothing but the tree `from` with leaves appended (or none)? The empty tree has
 * the empty root and an empty proof. */
bool merkle_extends(const struct merkle_head *from, const struct merkle_head *to,
	const struct merkle_proof *proof);

#endif
