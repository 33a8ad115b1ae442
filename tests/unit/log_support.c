#include "log_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checkpoint.h"
#include "base/civil.h"
#include "base/tile.h"
#include "support.h"
#include "watch/keep.h"

static int keep(void *self, unsigned level, uint64_t index, const struct merkle_hash *hash)
{
	struct test_log *log = self;
	assert_true(level < TEST_LOG_LEVELS && index < TEST_LOG_MAX);
	log->nodes[level][index] = *hash;
	return 0;
}

static int get(void *self, unsigned level, uint64_t index, struct merkle_hash *ret_hash)
{
	struct test_log *log = self;
	*ret_hash = log->nodes[level][index];
	return 0;
}

struct test_log *test_log_new(const char *origin, unsigned seed)
{
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	struct test_log *log = calloc(1, sizeof *log);
	assert_non_null(log);
	log->origin = origin;
	memcpy(log->seed, &seed, sizeof seed);
	sign_public(log->seed, public_key);
	assert_int_equal(note_key_make(NOTE_ED25519, str_of(origin), public_key, &log->key), 0);
	return log;
}

void test_log_free(struct test_log *log)
{
	for (size_t i = 0; i < log->n; i++)
		free((void *)(uintptr_t)log->entries[i].p);
	free(log);
}

void test_log_add(struct test_log *log, struct str entry)
{
	struct merkle_hash leaf;
	assert_true(log->n < TEST_LOG_MAX);
	merkle_leaf(entry, &leaf);
	assert_int_equal(merkle_range_add(&log->range, &leaf, keep, log), 0);
	char *own = malloc(entry.n + 1);
	assert_non_null(own);
	memcpy(own, entry.p, entry.n);
	log->entries[log->n++] = (struct str){own, entry.n};
}

void test_log_grow(struct test_log *log, size_t n, const char *flavour)
{
	for (size_t i = 0; i < n; i++) {
		auto_buf text;
		buf_init(&text, 256);
		buf_printf(&text, "%s %zu", flavour, log->n);
		test_log_add(log, buf_view(&text));
	}
}

struct merkle_head test_log_head(struct test_log *log, size_t size)
{
	struct merkle_range range;
	struct merkle_head head = {.size = size};
	assert_int_equal(merkle_range_load(size, get, log, &range), 0);
	merkle_range_root(&range, &head.root);
	return head;
}

static int sign(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES])
{
	struct test_log *log = self;
	(void)key;
	sign_make(log->seed, message, ret_signature);
	return 0;
}

void test_log_sign(struct test_log *log, struct str text, struct buf *out)
{
	assert_int_equal(note_put_text(out, text), 0);
	assert_int_equal(note_put_signature(out, text, &log->key, 0, sign, log), 0);
}

void test_log_note(struct test_log *log, size_t size, struct buf *out)
{
	auto_buf text;
	struct checkpoint c = {.origin = str_of(log->origin), .head = test_log_head(log, size)};
	buf_init(&text, NOTE_TEXT_MAX);
	checkpoint_put(&text, &c);
	test_log_sign(log, buf_view(&text), out);
}

void test_log_proof(struct test_log *log, size_t from, size_t to, struct merkle_proof *ret_proof)
{
	assert_int_equal(merkle_consistency(from, to, get, log, ret_proof), 0);
}

void test_log_request(struct test_log *log, size_t from, size_t to, struct buf *out)
{
	auto_buf note;
	struct cosign_request rq = {.old_size = from};
	buf_init(&note, NOTE_MAX);
	test_log_note(log, to, &note);
	if (from <= to)
		test_log_proof(log, from, to, &rq.proof);
	rq.note = buf_view(&note);
	assert_int_equal(cosign_put(out, &rq), 0);
}

void test_log_file(const char *dir, const char *path, struct str bytes)
{
	char whole[1024];
	snprintf(whole, sizeof whole, "%s/%s", dir, path);
	assert_int_equal(keep_folders(whole), 0);
	assert_int_equal(keep_copy(whole, bytes), 0);
}

static void put_tile(struct test_log *log, const struct tile *t, struct buf *out)
{
	for (size_t i = 0; i < t->width; i++) {
		size_t at = t->index * TILE_WIDTH + i;
		if (t->level == TILE_ENTRIES)
			assert_int_equal(tile_entry_put(out, log->entries[at]), 0);
		else
			buf_put(out, log->nodes[t->level * TILE_HEIGHT][at].bytes, MERKLE_BYTES);
	}
}

void test_log_write(struct test_log *log, size_t size, const char *dir)
{
	struct tile_walk walk = {.to = size};
	struct tile t;
	char path[TILE_PATH_MAX];
	auto_buf note;
	buf_init(&note, NOTE_MAX);
	while (tile_next(&walk, &t)) {
		auto_buf bytes;
		buf_init(&bytes, TILE_BUNDLE_MAX);
		put_tile(log, &t, &bytes);
		test_log_file(dir, tile_path(&t, path), buf_view(&bytes));
	}
	test_log_note(log, size, &note);
	test_log_file(dir, "checkpoint", buf_view(&note));
}

void test_folder_drop(const char *dir)
{
	pid_t child = fork();
	if (child == 0) {
		execlp("rm", "rm", "-rf", dir, NULL);
		_exit(1);
	}
	waitpid(child, NULL, 0);
}

/* ---- leaves ---- */

static const char *handle(unsigned n)
{
	static char texts[64][LEAF_HANDLE_HEX + 1];
	static unsigned next;
	char *text = texts[next++ % 64];
	snprintf(text, sizeof texts[0], "%032x", n * 2654435761u);
	return text;
}

void test_log_leaf(struct test_log *log, const struct leaf *leaf)
{
	auto_buf b;
	buf_init(&b, LEAF_MAX);
	assert_int_equal(leaf_put(&b, leaf), 0);
	test_log_add(log, buf_view(&b));
}

struct leaf test_certificate(enum leaf_kind kind, unsigned n)
{
	static const char *const kinds[] = {"enterprise", "school", "social"};
	static const char *const regions[] = {"371002", "371003", "370102", "370202"};
	return (struct leaf){.kind = kind, .on = civil_day(2026, 3, 1 + (int)n % 20),
		.certificate = str_of(handle(n)), .body = STR("S000037100001"),
		.body_kind = str_of(kinds[n % 3]), .occupation = STR("4-10-01-05"),
		.route = STR("exam"), .region = str_of(regions[n % 4]),
		.commitment = STR(TEST_COMMITMENT), .grade = n % 5 + 1,
		.issued_on = civil_day(2022 + (int)n % 5, 6, 1), .version = 2, .count = 1};
}

static void add_certificate(struct test_log *log, enum leaf_kind kind, unsigned n)
{
	struct leaf leaf = test_certificate(kind, n);
	test_log_leaf(log, &leaf);
}

void test_log_fill(struct test_log *log, size_t to, unsigned seed)
{
	for (unsigned n = seed; log->n < to; n++) {
		add_certificate(log, LEAF_ISSUED, n);
		if (n % 10 == 0 && log->n < to)
			add_certificate(log, LEAF_SUSPENDED, n);
		if (n % 20 == 0 && log->n < to)
			add_certificate(log, LEAF_REINSTATED, n);
		if (n % 30 == 0 && log->n < to)
			add_certificate(log, LEAF_REVOKED, n);
	}
}
