/* A log made up for tests: leaves in memory, signed by a key of the test's own. */
#ifndef LUBAN_TEST_LOG_SUPPORT_H
#define LUBAN_TEST_LOG_SUPPORT_H

#include "base/cosign.h"
#include "base/leaf.h"
#include "base/merkle.h"
#include "base/note.h"
#include "base/sign.h"
#include "base/str.h"

enum { TEST_LOG_MAX = 4096, TEST_LOG_LEVELS = 13 };

struct test_log {
	const char *origin;
	uint8_t seed[SIGN_SEED_BYTES];
	struct note_key key;
	size_t n;
	struct merkle_hash nodes[TEST_LOG_LEVELS][TEST_LOG_MAX];
	struct merkle_range range;
	struct str entries[TEST_LOG_MAX];
};

/* Frees itself: test_log_free(). seed: a number that makes the key. */
struct test_log *test_log_new(const char *origin, unsigned seed);
void test_log_free(struct test_log *log);
void test_log_add(struct test_log *log, struct str entry);
/* n leaves whose texts begin with `flavour`. */
void test_log_grow(struct test_log *log, size_t n, const char *flavour);
struct merkle_head test_log_head(struct test_log *log, size_t size);
/* The checkpoint of that size, signed by the log. */
void test_log_note(struct test_log *log, size_t size, struct buf *out);
/* A signed note over any text, by this log's key. */
void test_log_sign(struct test_log *log, struct str text, struct buf *out);
void test_log_proof(struct test_log *log, size_t from, size_t to, struct merkle_proof *ret_proof);
/* add-checkpoint's body. */
void test_log_request(struct test_log *log, size_t from, size_t to, struct buf *out);

/* Leaves as the platform writes them (base/leaf.h). */
#define TEST_COMMITMENT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
/* Something that happens to the certificate n. */
struct leaf test_certificate(enum leaf_kind kind, unsigned n);
void test_log_leaf(struct test_log *log, const struct leaf *leaf);
/* Until there are `to` leaves: certificates from `first` on, of which every tenth is suspended,
 * every twentieth reinstated, every thirtieth revoked. */
void test_log_fill(struct test_log *log, size_t to, unsigned first);

/* The log as files (base/tile.h), as it is at that size. */
void test_log_write(struct test_log *log, size_t size, const char *dir);
/* One file of it anew: bytes. */
void test_log_file(const char *dir, const char *path, struct str bytes);
/* Removes a folder with all that is in it. */
void test_folder_drop(const char *dir);

#endif
