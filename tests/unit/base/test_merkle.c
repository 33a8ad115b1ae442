#include "base/merkle.h"

#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "support.h"

enum { LEAVES = 1000, LEVELS = 10 };

/* A tree of LEAVES leaves with all its complete nodes, and the root of each prefix. */
static struct {
	struct merkle_hash nodes[LEVELS][LEAVES];
	struct merkle_hash roots[LEAVES + 1];
} tree;

static int keep(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	(void)self;
	assert_true(level < LEVELS && index < (uint64_t)LEAVES >> level);
	tree.nodes[level][index] = *hash;
	return 0;
}

/* Only nodes that exist in the tree of *self leaves may be asked for. */
static int get(void *self, unsigned level, uint64_t index, struct merkle_hash *ret_hash)
{
	const uint64_t *size = self;
	assert_true((index + 1) << level <= *size);
	*ret_hash = tree.nodes[level][index];
	return 0;
}

static int plant(void **state)
{
	struct merkle_range range = {0};
	(void)state;
	merkle_range_root(&range, &tree.roots[0]);
	for (uint32_t i = 0; i < LEAVES; i++) {
		struct merkle_hash leaf;
		merkle_leaf((struct str){(char *)&i, sizeof i}, &leaf);
		if (merkle_range_add(&range, &leaf, keep, NULL) != 0)
			return -1;
		merkle_range_root(&range, &tree.roots[i + 1]);
	}
	return 0;
}

/* The reference tree of the Certificate Transparency project: transparency-dev/merkle,
 * proof/verify_test.go (leaves, roots, inclusionProofs, consistencyProofs). */
static const char *const ct_leaves[] = {"", "00", "10", "2021", "3031", "40414243",
	"5051525354555657", "606162636465666768696a6b6c6d6e6f"};
static const char *const ct_roots[] = {
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
struct ct_proof {
	uint64_t a, size; /* leaf index, or the older size */
	const char *hashes[4];
};
static const struct ct_proof ct_inclusion[] = {
	{0, 1, {0}},
	{0, 8,
		{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
	{5, 8,
		{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
			"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
	{2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
	{1, 5,
		{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};
static const struct ct_proof ct_consistency[] = {
	{1, 1, {0}},
	{1, 8,
		{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
	{6, 8,
		{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
			"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
	{2, 5,
		{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
	{6, 7,
		{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
			"b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
};

static struct merkle_hash hash_of(const char *hex)
{
	struct merkle_hash hash;
	assert_true(hex_read(str_of(hex), hash.bytes, MERKLE_BYTES));
	return hash;
}

static struct merkle_hash ct_leaf(size_t i)
{
	struct merkle_hash hash;
	char bytes[16];
	size_t n = strlen(ct_leaves[i]) / 2;
	assert_true(hex_read(str_of(ct_leaves[i]), bytes, n));
	merkle_leaf((struct str){bytes, n}, &hash);
	return hash;
}

struct ct_nodes {
	struct merkle_hash hashes[4][8];
};

static int ct_put(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	((struct ct_nodes *)self)->hashes[level][index] = *hash;
	return 0;
}

static int ct_get(void *self, unsigned level, uint64_t index, struct merkle_hash *ret_hash)
{
	*ret_hash = ((struct ct_nodes *)self)->hashes[level][index];
	return 0;
}

static struct ct_nodes ct_plant(void)
{
	struct ct_nodes nodes = {0};
	struct merkle_range range = {0};
	struct merkle_hash root;
	for (size_t i = 0; i < 8; i++) {
		struct merkle_hash leaf = ct_leaf(i), want = hash_of(ct_roots[i]);
		assert_int_equal(merkle_range_add(&range, &leaf, ct_put, &nodes), 0);
		merkle_range_root(&range, &root);
		assert_memory_equal(&root, &want, MERKLE_BYTES);
	}
	return nodes;
}

static struct merkle_proof ct_proof_of(const struct ct_proof *vector)
{
	struct merkle_proof proof = {0};
	while (vector->hashes[proof.n]) {
		proof.hashes[proof.n] = hash_of(vector->hashes[proof.n]);
		proof.n++;
	}
	return proof;
}

static void same_proof(const struct merkle_proof *a, const struct merkle_proof *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->hashes, b->hashes, a->n * MERKLE_BYTES);
}

static void reference_tree(void **state)
{
	(void)state;
	struct ct_nodes nodes = ct_plant();
	struct merkle_proof made;
	for (size_t i = 0; i < sizeof ct_inclusion / sizeof *ct_inclusion; i++) {
		const struct ct_proof *v = &ct_inclusion[i];
		struct merkle_proof want = ct_proof_of(v);
		struct merkle_hash leaf = ct_leaf(v->a), root = hash_of(ct_roots[v->size - 1]);
		assert_int_equal(merkle_inclusion(v->a, v->size, ct_get, &nodes, &made), 0);
		same_proof(&made, &want);
		assert_true(merkle_includes(v->a, v->size, &leaf, &want, &root));
	}
	for (size_t i = 0; i < sizeof ct_consistency / sizeof *ct_consistency; i++) {
		const struct ct_proof *v = &ct_consistency[i];
		struct merkle_proof want = ct_proof_of(v);
		struct merkle_head from = {v->a, hash_of(ct_roots[v->a - 1])};
		struct merkle_head to = {v->size, hash_of(ct_roots[v->size - 1])};
		assert_int_equal(merkle_consistency(v->a, v->size, ct_get, &nodes, &made), 0);
		same_proof(&made, &want);
		assert_true(merkle_extends(&from, &to, &want));
	}
}

/* transparency-dev/merkle, rfc6962/rfc6962_test.go. */
static void single_hashes(void **state)
{
	(void)state;
	struct merkle_hash hash, want;
	merkle_empty(&hash);
	want = hash_of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_true(merkle_equal(&hash, &want));
	merkle_leaf(STR("L123456"), &hash);
	want = hash_of("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
	assert_true(merkle_equal(&hash, &want));
	/* A long leaf takes another way to the same hash. */
	static char longer[3000];
	struct merkle_hash left, right;
	memset(longer, 'x', sizeof longer);
	for (size_t n = 1020; n < 1030; n++) {
		char bytes[1100] = {0};
		memset(bytes + 1, 'x', n);
		merkle_leaf((struct str){longer, n}, &left);
		crypto_sha256((struct str){bytes, n + 1}, right.bytes);
		assert_true(merkle_equal(&left, &right));
	}
}

/* MTH(D[begin : begin + n]) as RFC 6962 writes it. */
static struct merkle_hash mth(size_t begin, size_t n)
{
	struct merkle_hash hash, left, right;
	size_t k = 1;
	if (n == 1)
		return tree.nodes[0][begin];
	while (2 * k < n)
		k *= 2;
	left = mth(begin, k);
	right = mth(begin + k, n - k);
	merkle_node(&left, &right, &hash);
	return hash;
}

static void every_prefix(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= LEAVES; n++) {
		struct merkle_hash want = mth(0, n), root;
		struct merkle_range range;
		assert_true(merkle_equal(&tree.roots[n], &want));
		assert_int_equal(merkle_range_load(n, get, &n, &range), 0);
		merkle_range_root(&range, &root);
		assert_true(merkle_equal(&root, &want));
		if (n < LEAVES) {
			assert_int_equal(
				merkle_range_add(&range, &tree.nodes[0][n], NULL, NULL), 0);
			merkle_range_root(&range, &root);
			assert_true(merkle_equal(&root, &tree.roots[n + 1]));
		}
	}
}

/* Every pair for the trees around which shapes change, every third for the others. */
static uint64_t stride(uint64_t n)
{
	bool is_edge = n <= 130 || (n & (n - 1)) == 0 || (n & (n + 1)) == 0 ||
		((n - 1) & (n - 2)) == 0 || n % 256 == 0 || n == LEAVES || n == LEAVES - 1;
	return is_edge ? 1 : 3;
}

static void every_inclusion(void **state)
{
	struct merkle_proof proof;
	(void)state;
	for (uint64_t n = 1; n <= LEAVES; n++)
		for (uint64_t i = n % stride(n); i < n; i += stride(n)) {
			assert_int_equal(merkle_inclusion(i, n, get, &n, &proof), 0);
			assert_true(merkle_includes(
				i, n, &tree.nodes[0][i], &proof, &tree.roots[n]));
		}
}

static void every_consistency(void **state)
{
	struct merkle_proof proof;
	(void)state;
	for (uint64_t n = 0; n <= LEAVES; n++)
		for (uint64_t m = n % stride(n + 1); m <= n; m += stride(n + 1)) {
			struct merkle_head from = {m, tree.roots[m]}, to = {n, tree.roots[n]};
			assert_int_equal(merkle_consistency(m, n, get, &n, &proof), 0);
			assert_true(merkle_extends(&from, &to, &proof));
		}
}

/* Each bit of each hash, one at a time; f says whether what was changed is still believed. */
static void each_bit(struct merkle_hash *hash, bool (*f)(const void *self), const void *self)
{
	for (unsigned bit = 0; bit < 8 * MERKLE_BYTES; bit++) {
		hash->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(f(self));
		hash->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(f(self));
}

struct claim {
	uint64_t index;
	struct merkle_head from, to; /* from.root is the leaf of an inclusion */
	struct merkle_proof proof;
};

static bool is_included(const void *self)
{
	const struct claim *c = self;
	return merkle_includes(c->index, c->to.size, &c->from.root, &c->proof, &c->to.root);
}

static bool is_extended(const void *self)
{
	const struct claim *c = self;
	return merkle_extends(&c->from, &c->to, &c->proof);
}

/* Another shape than the numbers demand: one hash more, in front or behind, or one less. */
static void other_shapes(struct claim *c, bool (*f)(const void *self))
{
	struct merkle_proof whole = c->proof;
	c->proof.hashes[c->proof.n++] = c->to.root;
	assert_false(f(c));
	c->proof = whole;
	memmove(c->proof.hashes + 1, whole.hashes, whole.n * MERKLE_BYTES);
	c->proof.n++;
	assert_false(f(c));
	c->proof = whole;
	if (c->proof.n) {
		c->proof.n--;
		assert_false(f(c));
	}
	c->proof = whole;
	c->proof.n = MERKLE_PROOF_MAX + 1;
	assert_false(f(c));
	c->proof = whole;
}

static void changed_claim(struct claim *c, bool (*f)(const void *self))
{
	assert_true(f(c));
	for (size_t i = 0; i < c->proof.n; i++)
		each_bit(&c->proof.hashes[i], f, c);
	each_bit(&c->from.root, f, c);
	each_bit(&c->to.root, f, c);
	other_shapes(c, f);
}

static void changed_inclusion(uint64_t index, uint64_t n)
{
	struct claim c = {index, {0, tree.nodes[0][index]}, {n, tree.roots[n]}, {0}};
	assert_int_equal(merkle_inclusion(index, n, get, &n, &c.proof), 0);
	changed_claim(&c, is_included);
	for (unsigned bit = 0; bit < 64; bit++) {
		c.index = index ^ (uint64_t)1 << bit;
		assert_false(is_included(&c));
	}
}

static void changed_consistency(uint64_t m, uint64_t n)
{
	struct claim c = {0, {m, tree.roots[m]}, {n, tree.roots[n]}, {0}};
	assert_int_equal(merkle_consistency(m, n, get, &n, &c.proof), 0);
	changed_claim(&c, is_extended);
}

static void every_change_is_refused(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= 17; n++)
		for (uint64_t i = 0; i < n; i++) {
			changed_inclusion(i, n);
			changed_consistency(i + 1, n);
		}
	static const uint64_t sizes[] = {127, 128, 129, 511, 512, 513, 768, 999, 1000};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		changed_inclusion(sizes[i] - 1, sizes[i]);
		changed_inclusion(sizes[i] / 3, sizes[i]);
		changed_consistency(sizes[i] / 3, sizes[i]);
		changed_consistency(sizes[i] - 1, sizes[i]);
		changed_consistency(64, sizes[i]);
	}
}

static int fails(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	(void)self, (void)level, (void)index, (void)hash;
	return ERR_IO;
}

static int missing(void *self, unsigned level, uint64_t index, struct merkle_hash *ret_hash)
{
	(void)self, (void)level, (void)index, (void)ret_hash;
	return ERR_NOTFOUND;
}

static void limits(void **state)
{
	(void)state;
	struct merkle_proof proof = {.n = 7};
	struct merkle_range range = {0}, full = {.n = MERKLE_SIZE_MAX};
	struct merkle_head nothing = {0, tree.roots[0]}, one = {1, tree.roots[1]};
	assert_int_equal(merkle_inclusion(5, 5, get, NULL, &proof), ERR_INVALID);
	assert_int_equal(merkle_inclusion(0, 0, get, NULL, &proof), ERR_INVALID);
	assert_int_equal(merkle_inclusion(0, UINT64_MAX, get, NULL, &proof), ERR_INVALID);
	assert_int_equal(merkle_consistency(6, 5, get, NULL, &proof), ERR_INVALID);
	assert_int_equal(merkle_inclusion(3, 5, missing, NULL, &proof), ERR_NOTFOUND);
	assert_int_equal(merkle_consistency(3, 5, missing, NULL, &proof), ERR_NOTFOUND);
	assert_int_equal(merkle_range_load(3, missing, NULL, &range), ERR_NOTFOUND);
	assert_int_equal(proof.n, 7);
	assert_int_equal(merkle_range_add(&range, &one.root, fails, NULL), ERR_IO);
	assert_int_equal(range.n, 0);
	assert_int_equal(merkle_range_add(&full, &one.root, NULL, NULL), ERR_LIMIT);
	proof.n = 0;
	assert_true(merkle_extends(&nothing, &one, &proof));
	assert_false(merkle_extends(&one, &nothing, &proof));
	nothing.root = one.root;
	assert_false(merkle_extends(&nothing, &one, &proof));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_tree),
		cmocka_unit_test(single_hashes),
		cmocka_unit_test(every_prefix),
		cmocka_unit_test(every_inclusion),
		cmocka_unit_test(every_consistency),
		cmocka_unit_test(every_change_is_refused),
		cmocka_unit_test(limits),
	};
	return cmocka_run_group_tests(tests, plant, NULL);
}
