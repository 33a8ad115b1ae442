#include "core/tlog.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checkpoint.h"
#include "core/fixture.h"
#include "query/log.h"

#define ORIGIN "rencai.example.cn/log"

struct world {
	struct fixture f;
	struct test_db *t;
	struct tlog_signer signer;
	int signed_n;
	bool is_away;
};

static const uint8_t seed[SIGN_SEED_BYTES] = {7};

static int sign(void *self, const struct note_key *key, struct str message, uint8_t *ret_signature)
{
	struct world *w = self;
	(void)key;
	if (w->is_away)
		return ERR_IO;
	w->signed_n++;
	sign_make(seed, message, ret_signature);
	return 0;
}

static void begin(struct world *w, void **state)
{
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	*w = (struct world){.t = *state};
	fixture_init(&w->f, w->t, fixture_ring());
	ctx_act_as_system(&w->f.cx, "log");
	sign_public(seed, public_key);
	w->signer.sign = sign;
	w->signer.self = w;
	assert_int_equal(
		note_key_make(NOTE_ED25519, STR(ORIGIN), public_key, &w->signer.key), 0);
}

static struct str entry_of(struct ctx *cx, uint64_t i)
{
	return str_of(text_of(cx, "leaf %llu", (unsigned long long)i));
}

static int64_t append(struct ctx *cx, uint64_t i)
{
	int64_t id = 0;
	assert_int_equal(tlog_append(cx, entry_of(cx, i), &id), 0);
	return id;
}

static void append_many(struct ctx *cx, uint64_t from, uint64_t to)
{
	auto_tx tx = {0};
	struct str *entries = arena_array(cx->arena, struct str, to - from);
	int64_t *ids = arena_array(cx->arena, int64_t, to - from);
	for (uint64_t i = from; i < to; i++)
		entries[i - from] = entry_of(cx, i);
	assert_int_equal(tx_begin(&tx, cx->db), 0);
	assert_int_equal(tlog_append_bulk(cx, entries, to - from, ids), 0);
	assert_int_equal(tx_commit(&tx), 0);
	assert_true(to - from == 1 || ids[0] != ids[1]);
}

static size_t integrate(struct world *w)
{
	size_t n = 99999;
	assert_int_equal(tlog_integrate(&w->f.cx, &n), 0);
	return n;
}

static uint64_t publish(struct world *w)
{
	uint64_t size = 99999;
	assert_int_equal(tlog_publish(&w->f.cx, ORIGIN, &w->signer, 1, &size), 0);
	return size;
}

/* The last checkpoint as anybody outside reads it: signed, and telling this head. */
static struct merkle_head outside(struct world *w)
{
	struct tlog_head head;
	struct note note;
	struct checkpoint c;
	assert_int_equal(tlog_head(&w->f.cx, &head), 0);
	assert_int_equal(note_parse(str_of(head.note), &note), 0);
	assert_int_equal(note_quorum(&note, &w->signer.key, 1, 1), 0);
	assert_int_equal(checkpoint_parse(note.text, &c), 0);
	assert_true(str_is(c.origin, ORIGIN));
	assert_int_equal(c.head.size, head.head.size);
	assert_true(merkle_equal(&c.head.root, &head.head.root));
	return c.head;
}

/* Rebuilds the tree from the bundles alone, as a monitor does. */
static void rebuild(struct world *w, const struct merkle_head *head)
{
	struct merkle_range range = {0};
	struct merkle_hash leaf, root;
	struct tile_walk walk = {.to = head->size};
	struct tile t;
	struct str bytes, entry;
	while (tile_next(&walk, &t)) {
		assert_int_equal(tlog_tile(&w->f.cx, &t, &bytes), 0);
		if (t.level != TILE_ENTRIES) {
			assert_int_equal(bytes.n, t.width * MERKLE_BYTES);
			continue;
		}
		assert_true(tile_bundle_holds(bytes, t.width));
		while (tile_entry_next(&bytes, &entry)) {
			merkle_leaf(entry, &leaf);
			assert_int_equal(merkle_range_add(&range, &leaf, NULL, NULL), 0);
		}
	}
	merkle_range_root(&range, &root);
	assert_int_equal(range.n, head->size);
	assert_true(merkle_equal(&root, &head->root));
}

static void a_leaf_gets_its_place(void **state)
{
	struct world w;
	uint64_t index;
	struct str entry;
	begin(&w, state);
	struct ctx *cx = &w.f.cx;
	assert_int_equal(integrate(&w), 0);
	assert_int_equal(publish(&w), 0);
	int64_t id = append(cx, 0);
	assert_int_equal(tlog_index(cx, id, &index), ERR_NOTFOUND);
	assert_int_equal(integrate(&w), 1);
	assert_int_equal(tlog_index(cx, id, &index), 0);
	assert_int_equal(index, 0);
	assert_int_equal(tlog_entry(cx, 0, &entry), ERR_NOTFOUND);
	assert_int_equal(publish(&w), 1);
	assert_int_equal(tlog_entry(cx, 0, &entry), 0);
	assert_true(str_is(entry, "leaf 0"));
	assert_int_equal(tlog_entry(cx, 1, &entry), ERR_NOTFOUND);
	static char large[TLOG_ENTRY_MAX + 1];
	assert_problem(&w.f, tlog_append(cx, (struct str){large, sizeof large}, &id), ERR_LIMIT,
		"log.entry_size");
}

/* Grown in unequal steps over more than a tile, each checkpoint extends the one before, proofs are
 * made, and a narrower tile that was served is the beginning of the wider one. */
static void it_only_grows(void **state)
{
	static const uint64_t steps[] = {1, 2, 3, 250, 1, 255, 256, 257, 40};
	struct world w;
	struct merkle_head last;
	uint64_t n = 0;
	begin(&w, state);
	struct ctx *cx = &w.f.cx;
	publish(&w);
	last = outside(&w);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		append_many(cx, n, n + steps[i]);
		n += steps[i];
		assert_int_equal(integrate(&w), steps[i]);
		assert_int_equal(publish(&w), n);
		struct merkle_head head = outside(&w);
		struct tile_reader *reader = tlog_reader(cx, n);
		struct merkle_proof proof;
		assert_int_equal(
			merkle_consistency(last.size, n, tile_reader_get, reader, &proof), 0);
		assert_true(merkle_extends(&last, &head, &proof));
		struct str entry;
		struct merkle_hash leaf;
		assert_int_equal(tlog_entry(cx, n / 2, &entry), 0);
		merkle_leaf(entry, &leaf);
		assert_int_equal(merkle_inclusion(n / 2, n, tile_reader_get, reader, &proof), 0);
		assert_true(merkle_includes(n / 2, n, &leaf, &proof, &head.root));
		rebuild(&w, &head);
		last = head;
	}
	int signed_n = w.signed_n;
	assert_int_equal(publish(&w), n);
	assert_int_equal(w.signed_n, signed_n);
}

static void nothing_beyond_the_checkpoint(void **state)
{
	struct world w;
	struct str bytes;
	begin(&w, state);
	append_many(&w.f.cx, 0, 10);
	integrate(&w);
	publish(&w);
	append_many(&w.f.cx, 10, 300);
	integrate(&w);
	struct tile t = {0, 10, 0};
	assert_int_equal(tlog_tile(&w.f.cx, &t, &bytes), 0);
	t.width = 11;
	assert_int_equal(tlog_tile(&w.f.cx, &t, &bytes), ERR_NOTFOUND);
	t = (struct tile){TILE_ENTRIES, 256, 0};
	assert_int_equal(tlog_tile(&w.f.cx, &t, &bytes), ERR_NOTFOUND);
	t = (struct tile){1, 1, 0};
	assert_int_equal(tlog_tile(&w.f.cx, &t, &bytes), ERR_NOTFOUND);
	assert_int_equal(publish(&w), 300);
	assert_int_equal(tlog_tile(&w.f.cx, &t, &bytes), 0);
}

/* Every statement of integration and publication fails once in turn. */
static void faults(void **state)
{
	struct world w;
	struct q_log_head_find head;
	size_t n = 0;
	uint64_t size = 0;
	int r, at = 0;
	begin(&w, state);
	struct ctx *cx = &w.f.cx;
	append_many(cx, 0, 200);
	integrate(&w);
	publish(&w);
	append_many(cx, 200, 300);
	do {
		db_fail_after(cx->db, ++at);
		r = tlog_integrate(cx, &n);
		db_fail_after(cx->db, 0);
		if (r < 0) {
			assert_int_equal(r, ERR_DB);
			assert_string_equal(cx->problem.id, "error.db");
			ctx_clear(cx);
			assert_int_equal(q_log_head_find(cx->db, &head), 0);
			assert_int_equal(head.tree_size, 200);
		}
	} while (r < 0);
	assert_int_equal(n, 100);
	assert_true(at > 10);
	at = 0;
	do {
		db_fail_after(cx->db, ++at);
		r = tlog_publish(cx, ORIGIN, &w.signer, 1, &size);
		db_fail_after(cx->db, 0);
		ctx_clear(cx);
		assert_int_equal(outside(&w).size, r < 0 ? 200 : 300);
	} while (r < 0);
	assert_true(at > 5);
	struct merkle_head last = outside(&w);
	rebuild(&w, &last);
	assert_int_equal(integrate(&w), 0);
}

static void no_signer_no_checkpoint(void **state)
{
	struct world w;
	uint64_t size;
	begin(&w, state);
	struct ctx *cx = &w.f.cx;
	append_many(cx, 0, 5);
	integrate(&w);
	w.is_away = true;
	assert_int_equal(tlog_publish(cx, ORIGIN, &w.signer, 1, &size), ERR_IO);
	ctx_clear(cx);
	struct tlog_head head;
	assert_int_equal(tlog_head(cx, &head), ERR_NOTFOUND);
	w.is_away = false;
	assert_problem(&w.f, tlog_publish(cx, "two\nlines", &w.signer, 1, &size), ERR_INVALID,
		"log.origin");
	assert_problem(
		&w.f, tlog_publish(cx, "", &w.signer, 1, &size), ERR_INVALID, "log.origin");
	assert_int_equal(publish(&w), 5);
}

static void put_tile(struct ctx *cx, int64_t level, int64_t width, struct str bytes)
{
	int r = (int)q_log_tile_put(cx->db, .tile_level = level, .tile_index = 0,
		.tile_width = width, .tile_bytes = bytes);
	assert_true(r >= 0);
}

/* With full rights on the database: a bit of an old hash is another tree, which is not signed. */
static void another_past_is_not_signed(void **state)
{
	struct world w;
	struct q_log_tile_find row;
	uint64_t size;
	size_t n;
	begin(&w, state);
	struct ctx *cx = &w.f.cx;
	append_many(cx, 0, 100);
	integrate(&w);
	publish(&w);
	append_many(cx, 100, 150);
	assert_int_equal(q_log_tile_find(cx->db, &row, .tile_level = 0, .tile_index = 0), 0);
	char *bytes = arena_copy(cx->arena, row.tile_bytes.p, row.tile_bytes.n);
	bytes[3 * MERKLE_BYTES] ^= 1;
	put_tile(cx, 0, 100, (struct str){bytes, 100 * MERKLE_BYTES});
	integrate(&w);
	assert_problem(&w.f, tlog_publish(cx, ORIGIN, &w.signer, 1, &size), ERR_STATE,
		"log.forked");
	/* Leaves taken away again. */
	assert_true(q_log_head_move(cx->db, .tree_size = 50, .was = 150) == 1);
	assert_problem(&w.f, tlog_publish(cx, ORIGIN, &w.signer, 1, &size), ERR_STATE,
		"log.forked");
	/* A tile that is too short for the tree stops everything. */
	assert_true(q_log_head_move(cx->db, .tree_size = 150, .was = 50) == 1);
	put_tile(cx, 0, 20, (struct str){bytes, 20 * MERKLE_BYTES});
	append_many(cx, 150, 151);
	assert_problem(&w.f, tlog_integrate(cx, &n), ERR_STATE, "log.damaged");
	assert_problem(
		&w.f, tlog_publish(cx, ORIGIN, &w.signer, 1, &size), ERR_STATE, "log.damaged");
}

/* Many writers, two that give places. */
enum { WRITERS = 4, EACH = 150 };

struct worker {
	struct test_db *t;
	uint64_t no;
	bool gives_places;
	atomic_int *left;
	int bad;
};

static void write_leaves(struct worker *w, struct ctx *cx)
{
	for (uint64_t i = 0; i < EACH; i += 3) {
		auto_tx tx = {0};
		int64_t id;
		int r = tx_begin(&tx, cx->db);
		for (uint64_t j = 0; j < 3 && !r; j++)
			r = tlog_append(cx, entry_of(cx, w->no * EACH + i + j), &id);
		if (r < 0 || tx_commit(&tx) < 0)
			w->bad++;
	}
	atomic_fetch_sub(w->left, 1);
}

static void give_places(struct worker *w, struct ctx *cx)
{
	for (int last = 0; last < 2; last += atomic_load(w->left) == 0) {
		size_t n;
		if (tlog_integrate(cx, &n) < 0)
			w->bad++;
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct ctx cx;
	auto_arena a = arena_new(64 << 20);
	auto_db db = NULL;
	if (db_open(w->t->url, &db) < 0) {
		w->bad++;
		return NULL;
	}
	db_use_arena(db, a);
	ctx_init(&cx, a, db, NULL);
	ctx_act_as_system(&cx, "log");
	if (w->gives_places)
		give_places(w, &cx);
	else
		write_leaves(w, &cx);
	return NULL;
}

static void many_writers_one_order(void **state)
{
	struct world w;
	pthread_t threads[WRITERS + 2];
	struct worker workers[WRITERS + 2];
	atomic_int left = WRITERS;
	bool seen[WRITERS * EACH] = {false};
	begin(&w, state);
	publish(&w);
	for (size_t i = 0; i < WRITERS + 2; i++) {
		workers[i] = (struct worker){w.t, i, i >= WRITERS, &left, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (size_t i = 0; i < WRITERS + 2; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(workers[i].bad, 0);
	}
	assert_int_equal(integrate(&w), 0);
	assert_int_equal(publish(&w), WRITERS * EACH);
	struct merkle_head head = outside(&w);
	rebuild(&w, &head);
	for (uint64_t i = 0; i < WRITERS * EACH; i++) {
		struct str entry;
		int64_t no;
		assert_int_equal(tlog_entry(&w.f.cx, i, &entry), 0);
		assert_true(str_to_i64((struct str){entry.p + 5, entry.n - 5}, &no));
		assert_false(seen[no]);
		seen[no] = true;
	}
}

/* Killed at any instant: a child writes, gives places and signs until it is shot. What it was told
 * to be committed, or had signed, it tells through a pipe; afterwards all of that is in the log. */
enum { SHOTS = 6, TOLD_MAX = 1 << 20 };

struct told {
	uint64_t leaf; /* committed; or UINT64_MAX: head is signed */
	struct merkle_head head;
};

static void tell(int pipe, uint64_t leaf, struct merkle_head head)
{
	struct told told = {leaf, head};
	if (write(pipe, &told, sizeof told) != sizeof told)
		_exit(1);
}

static void live_until_shot(struct world *w, int pipe, uint64_t from)
{
	struct ctx *cx = &w->f.cx;
	auto_db db = NULL;
	if (db_open(w->t->url, &db) < 0)
		_exit(1);
	db_use_arena(db, cx->arena);
	cx->db = db;
	w->f.now += (int64_t)from; /* so that no two children make the same ids */
	for (uint64_t i = from;; i += 7) {
		struct tlog_head head;
		append_many(cx, i, i + 7);
		for (uint64_t j = i; j < i + 7; j++)
			tell(pipe, j, (struct merkle_head){0});
		integrate(w);
		publish(w);
		if (tlog_head(cx, &head) < 0)
			_exit(1);
		tell(pipe, UINT64_MAX, head.head);
	}
}

static struct buf shoot(struct world *w, uint64_t from, unsigned after_ms)
{
	int ends[2];
	char bytes[4096];
	ssize_t n;
	struct buf all;
	buf_init(&all, TOLD_MAX);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(ends[0]);
		live_until_shot(w, ends[1], from);
		_exit(1);
	}
	close(ends[1]);
	if ((n = read(ends[0], bytes, sizeof bytes)) > 0)
		buf_put(&all, bytes, (size_t)n);
	usleep(after_ms * 1000);
	assert_int_equal(kill(child, SIGKILL), 0);
	while ((n = read(ends[0], bytes, sizeof bytes)) > 0)
		buf_put(&all, bytes, (size_t)n);
	close(ends[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(all.n && !all.full);
	return all;
}

/* How often each number stands in the log, and the root of each prefix. */
struct replay {
	uint8_t seen[1 << 16];
	struct merkle_hash roots[1 << 14];
};

static struct replay *replay(struct world *w, uint64_t size)
{
	struct replay *all = arena_make(w->f.cx.arena, struct replay);
	struct merkle_range range = {0};
	struct tile_walk walk = {.to = size};
	struct tile t;
	struct str bytes, entry;
	int64_t no;
	assert_true(size < 1 << 14);
	while (tile_next(&walk, &t) && t.level == TILE_ENTRIES) {
		assert_int_equal(tlog_tile(&w->f.cx, &t, &bytes), 0);
		while (tile_entry_next(&bytes, &entry)) {
			struct merkle_hash leaf;
			assert_true(str_to_i64((struct str){entry.p + 5, entry.n - 5}, &no));
			all->seen[no]++;
			merkle_leaf(entry, &leaf);
			assert_int_equal(merkle_range_add(&range, &leaf, NULL, NULL), 0);
			merkle_range_root(&range, &all->roots[range.n]);
		}
	}
	assert_int_equal(range.n, size);
	return all;
}

static void killed_at_any_instant(void **state)
{
	struct world w;
	begin(&w, state);
	for (unsigned shot = 0; shot < SHOTS; shot++) {
		struct buf all = shoot(&w, shot * 10000, 10 + shot * 37);
		integrate(&w);
		struct replay *log = replay(&w, publish(&w));
		for (size_t i = 0; i + sizeof(struct told) <= all.n; i += sizeof(struct told)) {
			struct told told;
			memcpy(&told, all.p + i, sizeof told);
			if (told.leaf != UINT64_MAX)
				assert_int_equal(log->seen[told.leaf], 1);
			else
				assert_true(merkle_equal(
					&told.head.root, &log->roots[told.head.size]));
		}
		for (size_t i = 0; i < sizeof log->seen; i++)
			assert_true(log->seen[i] <= 1);
		buf_fini(&all);
	}
	struct merkle_head head = outside(&w);
	rebuild(&w, &head);
	assert_true(head.size > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		test_db_case(a_leaf_gets_its_place),
		test_db_case(it_only_grows),
		test_db_case(nothing_beyond_the_checkpoint),
		test_db_case(faults),
		test_db_case(no_signer_no_checkpoint),
		test_db_case(another_past_is_not_signed),
		test_db_case(many_writers_one_order),
		test_db_case(killed_at_any_instant),
	};
	return test_db_run("tlog", tests);
}
