/* Trees are walked by sizes alone: a tree of n leaves falls into the largest power of two below n
 * and the rest, so that neither a proof nor its verification needs anything but arithmetic. */
#include "base/merkle.h"

#include <string.h>

#include "base/crypto.h"

enum { LEAF = 0, NODE = 1, LEAF_AT_ONCE = 1024 };

void merkle_leaf(struct str data, struct merkle_hash *ret_hash)
{
	char bytes[1 + LEAF_AT_ONCE] = {LEAF};
	if (data.n <= LEAF_AT_ONCE) {
		if (data.n)
			memcpy(bytes + 1, data.p, data.n);
		crypto_sha256((struct str){bytes, 1 + data.n}, ret_hash->bytes);
		return;
	}
	struct digest *d = digest_new(DIGEST_SHA256);
	digest_add(d, bytes, 1);
	digest_add(d, data.p, data.n);
	digest_finish(d, ret_hash->bytes);
}

void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right,
	struct merkle_hash *ret_hash)
{
	char bytes[1 + 2 * MERKLE_BYTES] = {NODE};
	memcpy(bytes + 1, left->bytes, MERKLE_BYTES);
	memcpy(bytes + 1 + MERKLE_BYTES, right->bytes, MERKLE_BYTES);
	crypto_sha256((struct str){bytes, sizeof bytes}, ret_hash->bytes);
}

void merkle_empty(struct merkle_hash *ret_hash)
{
	crypto_sha256(STR(""), ret_hash->bytes);
}

bool merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->bytes, b->bytes, MERKLE_BYTES) == 0;
}

static size_t bits_of(uint64_t n)
{
	return (size_t)__builtin_popcountll(n);
}

/* The place of the lowest bit that is set. */
static unsigned lowest(uint64_t n)
{
	return (unsigned)__builtin_ctzll(n);
}

/* The largest power of two below n; n > 1. */
static uint64_t split(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

int merkle_range_add(
	struct merkle_range *range, const struct merkle_hash *leaf, merkle_put *put, void *self)
{
	struct merkle_hash hash = *leaf;
	uint64_t index = range->n;
	size_t kept = bits_of(range->n);
	if (range->n >= MERKLE_SIZE_MAX)
		return ERR_LIMIT;
	for (unsigned level = 0;; level++) {
		int r = put ? put(self, level, index, &hash) : 0;
		if (r)
			return r;
		if (!(index & 1))
			break;
		merkle_node(&range->hashes[--kept], &hash, &hash);
		index >>= 1;
	}
	range->hashes[kept] = hash;
	range->n++;
	return 0;
}

void merkle_range_root(const struct merkle_range *range, struct merkle_hash *ret_root)
{
	size_t left = bits_of(range->n);
	if (!left) {
		merkle_empty(ret_root);
		return;
	}
	struct merkle_hash hash = range->hashes[--left];
	while (left)
		merkle_node(&range->hashes[--left], &hash, &hash);
	*ret_root = hash;
}

int merkle_range_load(uint64_t n, merkle_get *get, void *self, struct merkle_range *ret_range)
{
	struct merkle_range range = {.n = n};
	size_t left = bits_of(n);
	if (n > MERKLE_SIZE_MAX)
		return ERR_LIMIT;
	for (uint64_t rest = n; rest; rest &= rest - 1) {
		unsigned level = lowest(rest);
		int r = get(self, level, (rest >> level) - 1, &range.hashes[--left]);
		if (r)
			return r;
	}
	*ret_range = range;
	return 0;
}

/* The root of the leaves [begin, begin + n), which are a subtree: begin is a multiple of a power of
 * two that n does not exceed. */
static int root_of(
	uint64_t begin, uint64_t n, merkle_get *get, void *self, struct merkle_hash *ret_hash)
{
	struct merkle_hash hash = {0}, part;
	for (uint64_t rest = n; rest; rest &= rest - 1) {
		unsigned level = lowest(rest);
		int r = get(self, level, ((begin + rest) >> level) - 1, &part);
		if (r)
			return r;
		if (rest == n)
			hash = part;
		else
			merkle_node(&part, &hash, &hash);
	}
	*ret_hash = hash;
	return 0;
}

/* Walks are from the root down, proofs are told from the leaf up. */
static void reverse(struct merkle_proof *proof)
{
	for (size_t i = 0, j = proof->n; i + 1 < j; i++) {
		struct merkle_hash hash = proof->hashes[i];
		proof->hashes[i] = proof->hashes[--j];
		proof->hashes[j] = hash;
	}
}

int merkle_inclusion(uint64_t index, uint64_t size, merkle_get *get, void *self,
	struct merkle_proof *ret_proof)
{
	struct merkle_proof proof = {0};
	uint64_t begin = 0;
	if (index >= size || size > MERKLE_SIZE_MAX)
		return ERR_INVALID;
	for (uint64_t n = size; n > 1;) {
		uint64_t k = split(n);
		bool is_left = index < begin + k;
		int r = root_of(is_left ? begin + k : begin, is_left ? n - k : k, get, self,
			&proof.hashes[proof.n++]);
		if (r)
			return r;
		begin += is_left ? 0 : k;
		n = is_left ? k : n - k;
	}
	reverse(&proof);
	*ret_proof = proof;
	return 0;
}

int merkle_consistency(
	uint64_t from, uint64_t to, merkle_get *get, void *self, struct merkle_proof *ret_proof)
{
	struct merkle_proof proof = {0};
	uint64_t begin = 0, n = to;
	int r = 0;
	if (from > to || to > MERKLE_SIZE_MAX)
		return ERR_INVALID;
	while (from && from != begin + n && !r) {
		uint64_t k = split(n);
		bool is_left = from <= begin + k;
		r = root_of(is_left ? begin + k : begin, is_left ? n - k : k, get, self,
			&proof.hashes[proof.n++]);
		begin += is_left ? 0 : k;
		n = is_left ? k : n - k;
	}
	/* The verifier has the root of the old tree, unless what is left is only a part of it. */
	if (from && begin && !r)
		r = root_of(begin, n, get, self, &proof.hashes[proof.n++]);
	if (r)
		return r;
	reverse(&proof);
	*ret_proof = proof;
	return 0;
}

/* Up from a node that is the last of its level and hangs on the left: it is its own parent. */
static void skip_edges(uint64_t *node, uint64_t *last)
{
	while (*node && !(*node & 1)) {
		*node >>= 1;
		*last >>= 1;
	}
}

/* RFC 9162, section 2.1.3.2. */
int merkle_inclusion_root(uint64_t index, uint64_t size, const struct merkle_hash *leaf,
	const struct merkle_proof *proof, struct merkle_hash *ret_root)
{
	if (index >= size || size > MERKLE_SIZE_MAX || proof->n > MERKLE_PROOF_MAX)
		return ERR_INVALID;
	struct merkle_hash hash = *leaf;
	uint64_t node = index, last = size - 1;
	for (size_t i = 0; i < proof->n; i++, node >>= 1, last >>= 1) {
		if (!last)
			return ERR_INVALID;
		if (node & 1 || node == last) {
			merkle_node(&proof->hashes[i], &hash, &hash);
			skip_edges(&node, &last);
		} else {
			merkle_node(&hash, &proof->hashes[i], &hash);
		}
	}
	if (last)
		return ERR_INVALID;
	*ret_root = hash;
	return 0;
}

bool merkle_includes(uint64_t index, uint64_t size, const struct merkle_hash *leaf,
	const struct merkle_proof *proof, const struct merkle_hash *root)
{
	struct merkle_hash got;
	return merkle_inclusion_root(index, size, leaf, proof, &got) == 0 &&
		merkle_equal(&got, root);
}

/* RFC 9162, section 2.1.4.2, for 0 < from < to: both roots are built from the same hashes. */
static bool extends(const struct merkle_head *from, const struct merkle_head *to,
	const struct merkle_proof *proof)
{
	bool has_root = (from->size & (from->size - 1)) == 0;
	uint64_t node = from->size - 1, last = to->size - 1;
	unsigned complete = lowest(from->size);
	if (!proof->n)
		return false;
	struct merkle_hash older = has_root ? from->root : proof->hashes[0], newer = older;
	node >>= complete;
	last >>= complete;
	for (size_t i = has_root ? 0 : 1; i < proof->n; i++, node >>= 1, last >>= 1) {
		const struct merkle_hash *hash = &proof->hashes[i];
		if (!last)
			return false;
		if (node & 1 || node == last) {
			merkle_node(hash, &older, &older);
			merkle_node(hash, &newer, &newer);
			skip_edges(&node, &last);
		} else {
			merkle_node(&newer, hash, &newer);
		}
	}
	return !last && merkle_equal(&older, &from->root) && merkle_equal(&newer, &to->root);
}

bool merkle_extends(const struct merkle_head *from, const struct merkle_head *to,
	const struct merkle_proof *proof)
{
	struct merkle_hash empty;
	merkle_empty(&empty);
	if (from->size > to->size || to->size > MERKLE_SIZE_MAX || proof->n > MERKLE_PROOF_MAX)
		return false;
	if (!from->size && !merkle_equal(&from->root, &empty))
		return false;
	if (from->size == to->size)
		return !proof->n && merkle_equal(&from->root, &to->root);
	return from->size ? extends(from, to, proof) : !proof->n;
}

