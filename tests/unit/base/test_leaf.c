/* Leaves: one spelling, every kind, nothing else. */
#include "base/leaf.h"

#include <string.h>

#include "base/civil.h"
#include "support.h"

#define HANDLE "00112233445566778899aabbccddeeff"
#define HASH HANDLE HANDLE

static struct leaf sample(enum leaf_kind kind)
{
	return (struct leaf){.kind = kind, .on = civil_day(2026, 11, 22),
		.certificate = STR(HANDLE), .batch = STR(HANDLE), .draw = STR(HANDLE),
		.body = STR("Y000037100001"), .body_kind = STR("enterprise"),
		.occupation = STR("6-18-02-04"), .route = STR("exam"), .region = STR("371002"),
		.commitment = STR(HASH), .digest = STR(HASH), .purpose = STR("seating"),
		.seed = STR("2026-11-22 ssq 01 02"), .figures = STR("a:1:7\nb:2:12\n"),
		.grade = 4, .issued_on = civil_day(2026, 11, 21), .version = 2, .count = 1,
		.people = 30, .passed = 21};
}

static void the_text_is_as_documented(void **state)
{
	(void)state;
	auto_buf b;
	buf_init(&b, LEAF_MAX);
	struct leaf leaf = sample(LEAF_ISSUED);
	assert_int_equal(leaf_put(&b, &leaf), 0);
	assert_string_equal(buf_z(&b), "luban_leaf:1:1\n"
				       "kind:18:certificate.issued\n"
				       "on:10:2026-11-22\n"
				       "certificate:32:" HANDLE "\n"
				       "body:13:Y000037100001\n"
				       "body_kind:10:enterprise\n"
				       "occupation:10:6-18-02-04\n"
				       "grade:1:4\n"
				       "route:4:exam\n"
				       "region:6:371002\n"
				       "issued_on:10:2026-11-21\n"
				       "commitment:64:" HASH "\n");
}

static void every_kind_comes_back(void **state)
{
	(void)state;
	for (enum leaf_kind kind = LEAF_ISSUED; kind < LEAF_KINDS; kind++) {
		struct leaf leaf = sample(kind), again;
		auto_buf b, c;
		buf_init(&b, LEAF_MAX);
		buf_init(&c, LEAF_MAX);
		assert_int_equal(leaf_put(&b, &leaf), 0);
		assert_int_equal(leaf_parse(buf_view(&b), &again), 0);
		assert_int_equal(again.kind, kind);
		assert_int_equal(again.on, leaf.on);
		assert_int_equal(leaf_put(&c, &again), 0);
		assert_true(str_eq(buf_view(&b), buf_view(&c)));
	}
}

/* Every byte changed in every bit: another leaf with another text, or none. Never two texts of the
 * same leaf. */
static void no_other_spelling(void **state)
{
	(void)state;
	for (enum leaf_kind kind = LEAF_ISSUED; kind < LEAF_KINDS; kind++) {
		struct leaf leaf = sample(kind), again;
		char copy[LEAF_MAX];
		auto_buf b, c;
		buf_init(&b, LEAF_MAX);
		buf_init(&c, LEAF_MAX);
		assert_int_equal(leaf_put(&b, &leaf), 0);
		for (size_t bit = 0; bit < 8 * b.n; bit++) {
			memcpy(copy, b.p, b.n);
			copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
			struct str changed = {copy, b.n};
			if (leaf_parse(changed, &again) < 0)
				continue;
			buf_reset(&c);
			assert_int_equal(leaf_put(&c, &again), 0);
			assert_true(str_eq(buf_view(&c), changed));
		}
		for (size_t n = 0; n < b.n; n++)
			assert_int_equal(leaf_parse((struct str){b.p, n}, &again), ERR_INVALID);
	}
}

static void what_is_wrong_is_refused(void **state)
{
	(void)state;
	struct leaf bad[] = {sample(LEAF_ISSUED), sample(LEAF_ISSUED), sample(LEAF_ISSUED),
		sample(LEAF_ISSUED), sample(LEAF_CORRECTED), sample(LEAF_REISSUED),
		sample(LEAF_FIGURES), sample(LEAF_FIGURES), sample(LEAF_DRAWN), sample(LEAF_KINDS)};
	bad[0].body = STR("Y00003710000");
	bad[1].certificate = STR("00112233445566778899AABBCCDDEEFF");
	bad[2].grade = 9;
	bad[3].region = STR("3x");
	bad[4].version = 1;
	bad[5].count = 0;
	bad[6].figures = STR("a:01:7\n");
	bad[7].figures = STR("a:1:7");
	bad[8].seed = STR("a\nb");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		auto_buf b;
		buf_init(&b, LEAF_MAX);
		assert_int_equal(leaf_put(&b, &bad[i]), ERR_INVALID);
	}
	static const char *const texts[] = {
		"", "luban_leaf:1:2\nkind:21:certificate.suspended\n",
		"luban_leaf:1:1\nkind:7:unknown\non:10:2026-11-22\n",
		/* other spellings of a good one */
		"luban_leaf:1:1\nkind:14:draw.committed\non:8:20261122\ndraw:32:" HANDLE
		"\npurpose:1:x\ncommitment:64:" HASH "\n",
		"luban_leaf:1:1\nkind:14:draw.committed\non:10:2026-11-22\ndraw:32:" HANDLE
		"\npurpose:01:x\ncommitment:64:" HASH "\n",
		"luban_leaf:1:1\nkind:14:draw.committed\non:10:2026-11-22\ndraw:32:" HANDLE
		"\npurpose:1:x\ncommitment:64:" HASH "\nmore:0:\n",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct leaf leaf;
		assert_int_equal(leaf_parse(str_of(texts[i]), &leaf), ERR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_as_documented),
		cmocka_unit_test(every_kind_comes_back),
		cmocka_unit_test(no_other_spelling),
		cmocka_unit_test(what_is_wrong_is_refused),
	};
	return cmocka_run_group_tests_name("leaf", tests, NULL, NULL);
}
