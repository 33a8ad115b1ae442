#include "base/tile.h"

#include <stdio.h>
#include <string.h>

#include "support.h"

static struct tile parsed(const char *path)
{
	struct tile t;
	char again[TILE_PATH_MAX];
	assert_true(tile_parse(str_of(path), &t));
	assert_string_equal(tile_path(&t, again), path);
	return t;
}

static void same(struct tile t, int level, uint64_t index, unsigned width)
{
	assert_int_equal(t.level, level);
	assert_int_equal(t.index, index);
	assert_int_equal(t.width, width);
}

/* C2SP tlog-tiles, section "Merkle Tree": index 1234067 is x001/x234/067. */
static void paths(void **state)
{
	(void)state;
	same(parsed("tile/0/x001/x234/067"), 0, 1234067, 256);
	same(parsed("tile/0/000"), 0, 0, 256);
	same(parsed("tile/7/000.p/127"), 7, 0, 127);
	same(parsed("tile/1/x001/000.p/255"), 1, 1000, 255);
	same(parsed("tile/entries/x273/999.p/1"), TILE_ENTRIES, 273999, 1);
	same(parsed("tile/0/x036/x028/x797/x018/x963/966"), 0, 36028797018963966ULL, 256);
	same(parsed("tile/entries/x036/x028/x797/x018/x963/967.p/255"), TILE_ENTRIES,
		36028797018963967ULL, 255);
}

static void hostile_paths(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "/", "tile", "tile/", "tile/0", "tile/0/",
		"tile//000",
		"/tile/0/000", "tile/0/000/", "tile/0/0", "tile/0/00", "tile/0/0000",
			"tile/0/x000/001",
		"tile/0/001/002", "tile/0/x001", "tile/0/x001/", "tile/0/x001/x002", "tile/0/1x2",
		"tile/0/X001/002", "tile/0/+01", "tile/0/-01", "tile/0/ 01", "tile/00/000",
		"tile/01/000", "tile/8/000", "tile/63/000", "tile/64/000", "tile/-1/000",
		"tile/x/000", "tile/entries", "tile/entries/", "tile/Entries/000", "tile/data/000",
		"tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/00",
		"tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/1000", "tile/0/000.p/1/",
		"tile/0/000.p/1.p/1", "tile/0/000.P/1", "tile/0/../000", "tile/../tile/0/000",
		"tile/0/..", "tile/0/x00/000", "tile/0/%30%30%30", "tile/0/000\n",
		"tile/0/x036/x028/x797/x018/x963/967", "tile/0/x036/x028/x797/x018/x963/968.p/1",
		"tile/0/x999/x999/x999/x999/x999/999", "tile/0/x018/x446/x744/x073/x709/x551/616",
		"tile/7/000", "tile/7/000.p/128", "tile/7/001.p/1", "tile/6/x001/000",
		"tile/0/x001/x001/x001/x001/x001/x001/x001/x001/001"};
	struct tile t = {3, 3, 3};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (tile_parse(str_of(bad[i]), &t))
			fail_msg("%s was taken", bad[i]);
	assert_false(tile_parse((struct str){"tile/0/000\0", 11}, &t));
	same(t, 3, 3, 3);
}

struct tally {
	uint64_t full[TILE_LEVELS + 1];
	unsigned partial[TILE_LEVELS + 1];
};

static struct tally tally_of(uint64_t from, uint64_t to)
{
	struct tally tally = {0};
	struct tile_walk walk = {.from = from, .to = to};
	struct tile t;
	while (tile_next(&walk, &t)) {
		if (tile_is_full(&t))
			tally.full[t.level + 1]++;
		else
			tally.partial[t.level + 1] = t.width;
	}
	return tally;
}

/* C2SP tlog-tiles, section "Partial Tiles": the trees of 70,000 and of 256 leaves. */
static void tiles_of_a_tree(void **state)
{
	(void)state;
	struct tally t = tally_of(0, 70000);
	static const uint64_t full[] = {273, 273, 1, 0, 0};
	static const unsigned partial[] = {112, 112, 17, 1, 0};
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(t.full[i], full[i]);
		assert_int_equal(t.partial[i], partial[i]);
	}
	t = tally_of(0, 256);
	assert_int_equal(t.full[1], 1);
	assert_int_equal(t.partial[1], 0);
	assert_int_equal(t.partial[2], 1);
	t = tally_of(0, 0);
	assert_int_equal(t.partial[0] + t.partial[1], 0);
}

/* Growing step by step, every tile is told when it changes and never otherwise. */
static void growth(void **state)
{
	(void)state;
	unsigned seen[3][4] = {0}; /* widths of levels -1, 0, 1 */
	struct tile t;
	for (uint64_t from = 0, to; from < 900; from = to) {
		to = from + 1 + from % 97;
		struct tile_walk walk = {.from = from, .to = to};
		while (tile_next(&walk, &t)) {
			assert_true(t.level < 2 && t.index < 4);
			assert_true(t.width > seen[t.level + 1][t.index]);
			seen[t.level + 1][t.index] = t.width;
		}
		for (int level = -1; level < 2; level++)
			for (uint64_t i = 0; i < 4; i++)
				assert_int_equal(seen[level + 1][i], tile_width(to, level, i));
	}
	struct tile_walk none = {.from = 1000, .to = 1000};
	assert_false(tile_next(&none, &t));
}

static void leaf_to_tile(void **state)
{
	(void)state;
	struct tile t;
	assert_true(tile_of_leaf(70000, TILE_ENTRIES, 69999, &t));
	same(t, TILE_ENTRIES, 273, 112);
	assert_true(tile_of_leaf(70000, 0, 255, &t));
	same(t, 0, 0, 256);
	assert_false(tile_of_leaf(70000, 0, 70000, &t));
}

/* A tree of 70,000 leaves kept as tiles only. */
enum { SIZE = 70000, HALF = 66000 };
static struct merkle_hash tiles[3][274 * TILE_WIDTH];
static struct merkle_range range, half;
static unsigned fetches;

static int store(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	(void)self;
	if (level % TILE_HEIGHT == 0)
		tiles[level / TILE_HEIGHT][index] = *hash;
	return 0;
}

static int fetch(void *self, const struct tile *t, struct merkle_hash *ret_hashes)
{
	const uint64_t *size = self;
	assert_int_equal(t->width, tile_width(*size, t->level, t->index));
	memcpy(ret_hashes, &tiles[t->level][t->index * TILE_WIDTH], t->width * MERKLE_BYTES);
	fetches++;
	return 0;
}

static int no_tile(void *self, const struct tile *t, struct merkle_hash *ret_hashes)
{
	(void)self, (void)t, (void)ret_hashes;
	return ERR_NOTFOUND;
}

static int plant(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < SIZE; i++) {
		struct merkle_hash leaf;
		merkle_leaf((struct str){(char *)&i, sizeof i}, &leaf);
		if (i == HALF)
			half = range;
		if (merkle_range_add(&range, &leaf, store, NULL) != 0)
			return -1;
	}
	return 0;
}

static struct tile_reader reader;

static void proofs_from_tiles(void **state)
{
	(void)state;
	struct merkle_proof proof;
	struct merkle_head from = {HALF, {{0}}}, to = {SIZE, {{0}}};
	uint64_t size = SIZE;
	merkle_range_root(&half, &from.root);
	merkle_range_root(&range, &to.root);
	tile_reader_init(&reader, SIZE, fetch, &size);
	for (uint64_t i = 0; i < SIZE; i += 997) {
		fetches = 0;
		assert_int_equal(
			merkle_inclusion(i, SIZE, tile_reader_get, &reader, &proof), 0);
		assert_true(fetches <= 5); /* its own tiles and those of the right edge */
		assert_true(merkle_includes(i, SIZE, &tiles[0][i], &proof, &to.root));
	}
	assert_int_equal(merkle_consistency(HALF, SIZE, tile_reader_get, &reader, &proof), 0);
	assert_true(merkle_extends(&from, &to, &proof));
	struct merkle_range again;
	struct merkle_hash root;
	assert_int_equal(merkle_range_load(SIZE, tile_reader_get, &reader, &again), 0);
	merkle_range_root(&again, &root);
	assert_true(merkle_equal(&root, &to.root));
}

static void reader_refuses(void **state)
{
	(void)state;
	uint64_t size = 300;
	struct merkle_hash hash;
	tile_reader_init(&reader, size, fetch, &size);
	assert_int_equal(tile_reader_get(&reader, 0, 300, &hash), ERR_INVALID);
	assert_int_equal(tile_reader_get(&reader, 8, 1, &hash), ERR_INVALID);
	assert_int_equal(tile_reader_get(&reader, 63, 0, &hash), ERR_INVALID);
	assert_int_equal(tile_reader_get(&reader, 64, 0, &hash), ERR_INVALID);
	assert_int_equal(tile_reader_get(&reader, 8, 0, &hash), 0);
	assert_memory_equal(&hash, &tiles[1][0], MERKLE_BYTES);
	tile_reader_init(&reader, size, no_tile, NULL);
	assert_int_equal(tile_reader_get(&reader, 3, 0, &hash), ERR_NOTFOUND);
}

static void bundles(void **state)
{
	(void)state;
	static char longest[TILE_ENTRY_MAX + 1];
	auto_buf b;
	buf_init(&b, 70000);
	assert_int_equal(tile_entry_put(&b, STR("abc")), 0);
	assert_int_equal(tile_entry_put(&b, STR("")), 0);
	assert_memory_equal(b.p, "\0\3abc\0\0", 7);
	assert_int_equal(
		tile_entry_put(&b, (struct str){longest, TILE_ENTRY_MAX + 1}), ERR_LIMIT);
	assert_int_equal(tile_entry_put(&b, (struct str){longest, TILE_ENTRY_MAX}), 0);
	assert_int_equal(tile_entry_put(&b, (struct str){longest, 5000}), ERR_LIMIT);
	assert_true(tile_bundle_holds(buf_view(&b), 3));
	assert_false(tile_bundle_holds(buf_view(&b), 2));
	assert_false(tile_bundle_holds(buf_view(&b), 4));
	struct str rest = buf_view(&b), entry;
	assert_true(tile_entry_next(&rest, &entry) && str_is(entry, "abc"));
	assert_true(tile_entry_next(&rest, &entry) && !entry.n);
	assert_true(tile_entry_next(&rest, &entry) && entry.n == TILE_ENTRY_MAX);
	assert_false(tile_entry_next(&rest, &entry));
	assert_int_equal(rest.n, 0);
	for (size_t n = 1; n < 7; n++) {
		struct str cut = {b.p, n};
		assert_int_equal(tile_bundle_holds(cut, 1), n == 5);
		assert_false(tile_bundle_holds(cut, 2));
	}
	assert_true(tile_bundle_holds(STR_NONE, 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(hostile_paths),
		cmocka_unit_test(tiles_of_a_tree),
		cmocka_unit_test(growth),
		cmocka_unit_test(leaf_to_tile),
		cmocka_unit_test(proofs_from_tiles),
		cmocka_unit_test(reader_refuses),
		cmocka_unit_test(bundles),
	};
	return cmocka_run_group_tests(tests, plant, NULL);
}
