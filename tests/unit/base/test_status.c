#include "base/status.h"

#include <string.h>

#include "base/civil.h"
#include "credential_support.h"
#include "support.h"

#define A "00112233445566778899aabbccddeeff"
#define B "10112233445566778899aabbccddeeff"
#define C "ff112233445566778899aabbccddee00"
#define D "ff112233445566778899aabbccddee01"

static void add(struct status_fold *f, enum leaf_kind kind, const char *handle, int64_t version)
{
	const struct leaf leaf = {.kind = kind, .certificate = str_of(handle), .version = version};
	assert_int_equal(status_fold_add(f, &leaf), 0);
}

static void fold_of(struct arena *a, struct status *ret)
{
	struct status_fold f = {0};
	add(&f, LEAF_REVOKED, C, 0);
	add(&f, LEAF_ISSUED, A, 0);
	add(&f, LEAF_SUSPENDED, B, 0);
	add(&f, LEAF_CORRECTED, A, 2);
	add(&f, LEAF_REISSUED, D, 0);
	add(&f, LEAF_SUSPENDED, A, 0);
	add(&f, LEAF_REINSTATED, B, 0);
	add(&f, LEAF_CORRECTED, A, 3);
	*ret = (struct status){.origin = STR(SAMPLE_ORIGIN), .on = civil_day(2026, 11, 22),
		.head.size = 8};
	assert_int_equal(status_fold_finish(&f, a, &ret->entries, &ret->n), 0);
	status_fold_fini(&f);
}

static void put(struct buf *out, const struct status *s, bool is_issuer)
{
	auto_buf text;
	buf_init(&text, 4096);
	buf_reset(out);
	status_put_text(&text, s);
	sample_sign(out, buf_view(&text), is_issuer);
	buf_putc(out, '\n');
	status_put_list(out, s);
}

static void folds_leaves(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct status s;
	auto_buf b;
	buf_init(&b, 4096);
	fold_of(a, &s);
	status_put_list(&b, &s);
	assert_string_equal(buf_z(&b), A " sc3\n" C " r\n");
	assert_int_equal(status_find(&s, STR(A))->state, 's');
	assert_int_equal(status_find(&s, STR(A))->version, 3);
	assert_null(status_find(&s, STR(B)));
	assert_null(status_find(&s, STR("")));
}

static void reads_what_it_wrote(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct status s, again;
	struct trust t;
	size_t who = 9;
	auto_buf file, back;
	buf_init(&file, 1 << 16);
	buf_init(&back, 1 << 16);
	sample_trust(&t);
	fold_of(a, &s);
	for (int i = 0; i < 2; i++) {
		put(&file, &s, true);
		assert_int_equal(status_parse(a, buf_view(&file), &again), 0);
		assert_int_equal(status_issuer(&again, &t, &who), 0);
		assert_int_equal(who, 0);
		assert_int_equal(again.n, s.n);
		put(&back, &again, true);
		assert_string_equal(buf_z(&back), buf_z(&file));
		s.n = 0; /* an empty list too */
	}
	put(&file, &s, false); /* the log's own key is no issuer */
	assert_int_equal(status_parse(a, buf_view(&file), &again), 0);
	assert_int_equal(status_issuer(&again, &t, &who), ERR_NOTFOUND);
	t.n_issuers = 0;
	assert_int_equal(status_issuer(&again, &t, &who), ERR_NOTFOUND);
}

/* Every bit of the file: it is malformed, or the issuer has not signed it; only the line's name and
 * key id may be changed so that nobody known has. */
static void every_bit_counts(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 26);
	struct status s, got;
	struct trust t;
	size_t who;
	auto_buf file;
	buf_init(&file, 1 << 16);
	sample_trust(&t);
	fold_of(a, &s);
	put(&file, &s, true);
	for (size_t bit = 0; bit < 8 * file.n; bit++) {
		file.p[bit / 8] = (char)(file.p[bit / 8] ^ 1 << bit % 8);
		if (status_parse(a, buf_view(&file), &got) == 0 &&
			status_issuer(&got, &t, &who) == 0)
			fail_msg("bit %zu of byte %zu was not noticed", bit % 8, bit / 8);
		file.p[bit / 8] = (char)(file.p[bit / 8] ^ 1 << bit % 8);
		arena_reset(a);
	}
	assert_int_equal(status_parse(a, buf_view(&file), &got), 0);
	for (size_t n = 0; n < file.n; n++)
		assert_int_equal(status_parse(a, (struct str){file.p, n}, &got), ERR_INVALID);
}

/* Lists in an order, or a spelling, of their own, though the digest is theirs. */
static void one_spelling(void **state)
{
	(void)state;
	static const struct status_entry unsorted[] = {{{2}, 'r', 0}, {{1}, 'r', 0}},
		twice[] = {{{1}, 'r', 0}, {{1}, 's', 0}}, other[] = {{{1}, 'x', 0}},
		version[] = {{{1}, 0, 1}};
	static const struct {
		const struct status_entry *entries;
		size_t n;
	} bad[] = {{unsorted, 2}, {twice, 2}, {other, 1}, {version, 1}};
	auto_arena a = arena_new(1 << 20);
	struct status got;
	auto_buf file;
	buf_init(&file, 1 << 16);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct status s = {.origin = STR(SAMPLE_ORIGIN),
			.on = civil_day(2026, 11, 22), .n = bad[i].n, .entries = bad[i].entries};
		put(&file, &s, true);
		assert_int_equal(status_parse(a, buf_view(&file), &got), ERR_INVALID);
	}
}

static void is_small(void **state)
{
	(void)state;
	enum { MANY = 25700 }; /* one of a hundred of 2.57 million */
	auto_arena a = arena_new(1 << 24);
	struct status_entry *entries = arena_array(a, struct status_entry, MANY);
	struct status s = {.origin = STR(SAMPLE_ORIGIN), .on = civil_day(2026, 11, 22),
		.head.size = 2600000, .n = MANY, .entries = entries}, got;
	auto_buf file;
	buf_init(&file, STATUS_MAX);
	for (uint32_t i = 0; i < MANY; i++) {
		entries[i].handle[0] = (uint8_t)(i >> 8);
		entries[i].handle[1] = (uint8_t)(i & 0xff);
		entries[i].state = 'r';
	}
	put(&file, &s, true);
	print_message("%zu bytes\n", file.n);
	assert_true(file.n < 1000000);
	assert_int_equal(status_parse(a, buf_view(&file), &got), 0);
	assert_non_null(status_find(&got, STR("00ff0000000000000000000000000000")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(folds_leaves),
		cmocka_unit_test(reads_what_it_wrote), cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(one_spelling), cmocka_unit_test(is_small)};
	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
