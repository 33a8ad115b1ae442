#include "watch/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/commit.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "log_support.h"
#include "support.h"

#define ORIGIN "rencai.example/log"

enum { SIZE = 2000, COMPLAINTS = 32 };

static struct {
	size_t n;
	enum tally_fault faults[COMPLAINTS];
	uint64_t at[COMPLAINTS];
} heard;

static void hear(void *self, enum tally_fault fault, uint64_t index, const struct leaf *leaf)
{
	(void)self, (void)leaf;
	assert_true(heard.n < COMPLAINTS);
	heard.faults[heard.n] = fault;
	heard.at[heard.n++] = index;
}

/* A tally of the first n leaves of a log. */
static struct tally *tally_of(const struct test_log *log, size_t n)
{
	struct tally *t = tally_new(hear, NULL);
	heard.n = 0;
	for (size_t i = 0; i < n; i++) {
		struct leaf leaf;
		assert_int_equal(leaf_parse(log->entries[i], &leaf), 0);
		tally_add(t, i, &leaf);
	}
	return t;
}

static struct test_log *log_of(size_t n)
{
	struct test_log *log = test_log_new(ORIGIN, 7);
	test_log_fill(log, n, 0);
	return log;
}

/* The rows of each dimension make up the whole, and agree with a count over the leaves. */
static void counts(void **state)
{
	(void)state;
	struct test_log *log = log_of(SIZE);
	struct tally *t = tally_of(log, SIZE);
	struct tally_count all = tally_all(t);
	assert_int_equal(heard.n, 0);
	for (enum tally_dimension d = 0; d < TALLY_DIMENSIONS; d++) {
		struct tally_row *rows;
		struct tally_count sum = {0};
		size_t n = tally_rows(t, d, &rows);
		for (size_t i = 0; i < n; i++) {
			assert_true(i == 0 || strcmp(rows[i - 1].value, rows[i].value) < 0);
			sum.issued += rows[i].count.issued;
			sum.valid += rows[i].count.valid;
			sum.suspended += rows[i].count.suspended;
			sum.revoked += rows[i].count.revoked;
			assert_int_equal(tally_find(t, d, str_of(rows[i].value))->issued,
				rows[i].count.issued);
		}
		assert_memory_equal(&sum, &all, sizeof sum);
		free(rows);
	}
	uint64_t schools = 0, revoked = 0;
	for (size_t i = 0; i < SIZE; i++) {
		struct leaf leaf;
		assert_int_equal(leaf_parse(log->entries[i], &leaf), 0);
		schools += leaf.kind == LEAF_ISSUED && str_is(leaf.body_kind, "school");
		revoked += leaf.kind == LEAF_REVOKED;
	}
	assert_int_equal(tally_find(t, TALLY_BODY_KIND, STR("school"))->issued, schools);
	assert_int_equal(all.revoked, revoked);
	assert_null(tally_find(t, TALLY_BODY_KIND, STR("church")));
	tally_free(t);
	test_log_free(log);
}

/* Looking back is the same as having stopped there. */
static void looking_back(void **state)
{
	(void)state;
	struct test_log *log = log_of(SIZE);
	struct tally *t = tally_of(log, SIZE);
	for (size_t size = 0; size <= SIZE; size += 37) {
		struct tally *then = tally_of(log, size);
		struct tally_count all = tally_all(then), back, none = {0};
		assert_true(tally_at(t, size, TALLY_DIMENSIONS, STR_NONE, true, &back));
		assert_memory_equal(&back, &all, sizeof all);
		const struct tally_count *one = tally_find(then, TALLY_REGION, STR("371003"));
		assert_true(tally_at(t, size, TALLY_REGION, STR("371003"), false, &back));
		assert_memory_equal(&back, one ? one : &none, sizeof back);
		assert_true(tally_at(t, size, TALLY_REGION, STR("37"), true, &back));
		assert_memory_equal(&back, &all, sizeof all);
		assert_true(tally_at(t, size, TALLY_REGION, STR("37"), false, &back));
		assert_memory_equal(&back, &none, sizeof none);
		tally_free(then);
	}
	tally_free(t);
	test_log_free(log);
}

static void it_does_not_look_back_for_ever(void **state)
{
	struct tally *t = tally_new(hear, NULL);
	struct tally_count c;
	enum { MANY = TALLY_REMEMBERED + 100 };
	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		struct leaf leaf = test_certificate(LEAF_ISSUED, i);
		tally_add(t, i, &leaf);
	}
	assert_false(tally_at(t, 99, TALLY_DIMENSIONS, STR_NONE, true, &c));
	assert_true(tally_at(t, 101, TALLY_DIMENSIONS, STR_NONE, true, &c));
	assert_int_equal(c.issued, 101);
	assert_true(tally_at(t, MANY, TALLY_DIMENSIONS, STR_NONE, true, &c));
	assert_int_equal(c.issued, MANY);
	tally_free(t);
}

struct step {
	enum tally_fault why; /* 0: it may */
	struct leaf leaf;
};

static void run_steps(const struct step *steps, size_t n)
{
	struct tally *t = tally_new(hear, NULL);
	heard.n = 0;
	for (size_t i = 0; i < n; i++) {
		size_t before = heard.n;
		tally_add(t, i, &steps[i].leaf);
		assert_int_equal(heard.n, before + (steps[i].why != 0));
		if (!steps[i].why)
			continue;
		assert_int_equal(heard.faults[before], steps[i].why);
		assert_int_equal(heard.at[before], i);
	}
	tally_free(t);
}

static void life_of_a_certificate(void **state)
{
	struct leaf face = test_certificate(LEAF_CORRECTED, 1), next = face;
	struct leaf paper = test_certificate(LEAF_REISSUED, 1), later = paper;
	(void)state;
	next.version = 3;
	later.count = 3;
	const struct step steps[] = {
		{TALLY_NEVER_ISSUED, test_certificate(LEAF_REVOKED, 1)},
		{0, test_certificate(LEAF_ISSUED, 1)},
		{TALLY_TWICE, test_certificate(LEAF_ISSUED, 1)},
		{TALLY_STATE, test_certificate(LEAF_REINSTATED, 1)},
		{0, test_certificate(LEAF_SUSPENDED, 1)},
		{TALLY_STATE, test_certificate(LEAF_SUSPENDED, 1)},
		{0, face},
		{TALLY_NUMBER, face},
		{0, next},
		{0, paper},
		{TALLY_NUMBER, later},
		{0, test_certificate(LEAF_REINSTATED, 1)},
		{0, test_certificate(LEAF_REVOKED, 1)},
		{TALLY_REVOKED, test_certificate(LEAF_REVOKED, 1)},
		{TALLY_REVOKED, test_certificate(LEAF_SUSPENDED, 1)},
		{TALLY_REVOKED, test_certificate(LEAF_REINSTATED, 1)},
		{TALLY_REVOKED, next},
		{TALLY_REVOKED, later},
		{0, test_certificate(LEAF_ISSUED, 2)},
		{0, test_certificate(LEAF_SUSPENDED, 2)},
		{0, test_certificate(LEAF_REVOKED, 2)},
	};
	run_steps(steps, sizeof steps / sizeof *steps);
}

static void lists_and_draws(void **state)
{
	struct leaf list = {.kind = LEAF_RESULT, .on = 20000,
		.batch = STR("00000000000000000000000000000001"), .body = STR("S000037100001"),
		.region = STR("371002"), .version = 3, .people = 5, .passed = 4,
		.digest = STR(TEST_COMMITMENT)};
	struct leaf again = list, wrong = list;
	struct leaf draw = {.kind = LEAF_COMMITTED, .on = 20000,
		.draw = STR("00000000000000000000000000000002"), .purpose = STR("examiner"),
		.commitment = STR(TEST_COMMITMENT), .seed = STR("x"),
		.digest = STR(TEST_COMMITMENT)};
	struct leaf drawn = draw, other = draw, other_drawn;
	const struct stow_field seed = {STR("seed"), STR("x")};
	uint8_t salt[COMMIT_SALT_BYTES], commitment[COMMIT_BYTES];
	char hex[2 * COMMIT_BYTES + 1];
	(void)state;
	crypto_sha256(STR("x"), salt);
	assert_int_equal(commit_make("draw.seed.1", salt, &seed, 1, commitment), 0);
	draw.commitment = str_of(hex_write(commitment, COMMIT_BYTES, hex));
	other.draw = STR("00000000000000000000000000000003");
	other_drawn = other;
	other_drawn.kind = LEAF_DRAWN;
	again.version = 4;
	wrong.version = 5;
	wrong.passed = 6;
	drawn.kind = LEAF_DRAWN;
	const struct step steps[] = {
		{0, list},
		{TALLY_NUMBER, list},
		{0, again},
		{TALLY_NUMBERS, wrong},
		{TALLY_NEVER_ISSUED, drawn},
		{0, draw},
		{TALLY_TWICE, draw},
		{0, drawn},
		{TALLY_TWICE, drawn},
		{0, other},
		{TALLY_SEED, other_drawn},
	};
	run_steps(steps, sizeof steps / sizeof *steps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(looking_back),
		cmocka_unit_test(it_does_not_look_back_for_ever),
		cmocka_unit_test(life_of_a_certificate),
		cmocka_unit_test(lists_and_draws),
	};
	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
