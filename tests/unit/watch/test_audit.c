#include "watch/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkpoint.h"
#include "base/crypto.h"
#include "base/figures.h"
#include "base/stow.h"
#include "log_support.h"
#include "support.h"
#include "watch/copy.h"
#include "watch/keep.h"

#define ORIGIN "rencai.example/log"

enum { SIZE = 700, EARLIER = 300 };

static struct test_log *good, *fork_of_it;
static struct trust trust;
static char dir[256];

static int plant(void **state)
{
	(void)state;
	good = test_log_new(ORIGIN, 7);
	fork_of_it = test_log_new(ORIGIN, 7);
	test_log_fill(good, SIZE, 0);
	test_log_fill(fork_of_it, EARLIER - 5, 0);
	test_log_fill(fork_of_it, SIZE, 100000);
	trust = (struct trust){.n_logs = 1};
	trust.logs[0] = good->key;
	return 0;
}

static int uproot(void **state)
{
	(void)state;
	test_log_free(good);
	test_log_free(fork_of_it);
	return 0;
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/luban-audit-test-%ld", (long)getpid());
	test_log_write(good, SIZE, dir);
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	test_folder_drop(dir);
	return 0;
}

static struct audit *audit_with(const struct audit_options *o)
{
	struct source *source;
	struct audit *a = NULL;
	assert_int_equal(source_open(dir, &source), 0);
	assert_int_equal(audit_run(source, o, &a), 0);
	source_close(source);
	return a;
}

static struct audit *audit(struct str known)
{
	struct audit_options o = {.trust = &trust, .known = known, .leaves_max = 1000000};
	return audit_with(&o);
}

static void say(const struct audit *a)
{
	for (size_t i = 0; i < a->n_findings; i++)
		print_message("  %s at %llu: %s %s %s\n", audit_fault_code(a->findings[i].fault),
			(unsigned long long)a->findings[i].at, a->findings[i].subject,
			a->findings[i].found, a->findings[i].wanted);
}

/* Exactly these kinds of findings, each at least once. */
#define expect(a, ...) \
	expect_faults((a), (enum audit_fault[]){__VA_ARGS__, 0}, __FILE__, __LINE__)
static void expect_faults(
	const struct audit *a, const enum audit_fault *faults, const char *file, int line)
{
	bool wanted[AUDIT_FAULTS] = {0};
	for (; *faults; faults++)
		wanted[*faults] = true;
	for (enum audit_fault f = AUDIT_CHECKPOINT; f < AUDIT_FAULTS; f++)
		if (wanted[f] != (a->counts[f] > 0)) {
			say(a);
			print_error("%s:%d: %s\n", file, line, audit_fault_code(f));
			assert_int_equal(wanted[f], a->counts[f] > 0);
		}
}

static void a_sound_log(void **state)
{
	(void)state;
	uint64_t issued = 0, suspended = 0, revoked = 0;
	for (size_t i = 0; i < SIZE; i++) {
		struct leaf leaf;
		assert_int_equal(leaf_parse(good->entries[i], &leaf), 0);
		issued += leaf.kind == LEAF_ISSUED;
		suspended += leaf.kind == LEAF_SUSPENDED;
		revoked += leaf.kind == LEAF_REVOKED;
	}
	for (size_t from = 0; from <= SIZE; from += 50) {
		auto_buf known;
		buf_init(&known, NOTE_MAX);
		if (from)
			test_log_note(good, from, &known);
		struct audit *a = audit(buf_view(&known));
		struct tally_count all = tally_all(a->tally);
		expect(a, 0);
		assert_true(a->is_whole && a->is_grown && a->is_signed);
		assert_int_equal(a->leaves, SIZE);
		assert_int_equal(all.issued, issued);
		assert_int_equal(all.revoked, revoked);
		assert_int_equal(all.valid + all.suspended + all.revoked, issued);
		assert_int_equal(tally_leaves(a->tally, LEAF_SUSPENDED), suspended);
		audit_free(a);
	}
}

static void split_view(void **state)
{
	(void)state;
	auto_buf known;
	buf_init(&known, NOTE_MAX);
	test_log_note(fork_of_it, EARLIER, &known);
	struct audit *a = audit(buf_view(&known));
	expect(a, AUDIT_FORKED);
	assert_true(a->is_whole && !a->is_grown);
	assert_int_equal(a->findings[0].at, EARLIER);
	audit_free(a);
	buf_reset(&known);
	test_log_note(fork_of_it, SIZE, &known);
	a = audit(buf_view(&known));
	expect(a, AUDIT_FORKED);
	audit_free(a);
}

static void shrunk(void **state)
{
	(void)state;
	auto_buf known;
	buf_init(&known, NOTE_MAX);
	test_log_note(good, SIZE, &known);
	test_log_write(good, EARLIER, dir);
	struct audit *a = audit(buf_view(&known));
	expect(a, AUDIT_SHRUNK);
	assert_true(!a->is_grown);
	audit_free(a);
}

static void another_log(void **state)
{
	(void)state;
	struct test_log *other = test_log_new("other.example/log", 7);
	test_log_fill(other, 10, 0);
	auto_buf known;
	buf_init(&known, NOTE_MAX);
	test_log_note(other, 10, &known);
	struct audit *a = audit(buf_view(&known));
	expect(a, AUDIT_ORIGIN);
	audit_free(a);
	test_log_write(other, 10, dir);
	a = audit(STR_NONE);
	expect(a, AUDIT_SIGNATURE);
	audit_free(a);
	test_log_free(other);
}

static void wrong_root(void **state)
{
	(void)state;
	auto_buf text, note;
	struct checkpoint c = {.origin = STR(ORIGIN), .head = test_log_head(good, SIZE)};
	buf_init(&text, 1024);
	buf_init(&note, NOTE_MAX);
	c.head.root.bytes[5] ^= 1;
	checkpoint_put(&text, &c);
	test_log_sign(good, buf_view(&text), &note);
	test_log_file(dir, "checkpoint", buf_view(&note));
	struct audit *a = audit(STR_NONE);
	expect(a, AUDIT_ROOT);
	assert_false(a->is_whole);
	audit_free(a);
}

static void bad_checkpoints(void **state)
{
	static const char *const bad[] = {"", "x", "a\n1\nb\n\n", ORIGIN "\n5\n"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		test_log_file(dir, "checkpoint", str_of(bad[i]));
		struct audit *a = audit(STR_NONE);
		expect(a, AUDIT_CHECKPOINT);
		audit_free(a);
	}
	auto_buf note, big;
	buf_init(&note, NOTE_MAX);
	buf_init(&big, 2 * NOTE_MAX);
	test_log_note(good, SIZE, &note);
	note.p[note.n - 20] ^= 1; /* in the signature */
	test_log_file(dir, "checkpoint", buf_view(&note));
	struct audit *a = audit(STR_NONE);
	assert_int_equal(audit_found(a), 1);
	assert_true(a->counts[AUDIT_SIGNATURE] + a->counts[AUDIT_CHECKPOINT] == 1);
	audit_free(a);
	while (big.n < NOTE_MAX + 10)
		buf_puts(&big, "long\n");
	test_log_file(dir, "checkpoint", buf_view(&big));
	a = audit(STR_NONE);
	expect(a, AUDIT_CHECKPOINT);
	audit_free(a);
}

/* The quorum and how long ago, by two witnesses of which one has signed. */
static int sign(void *self, const struct note_key *key, struct str message,
	uint8_t ret_signature[NOTE_SIGNED_BYTES])
{
	(void)key;
	sign_make(self, message, ret_signature);
	return 0;
}

static void witnesses(void **state)
{
	uint8_t seeds[2][SIGN_SEED_BYTES] = {{1}, {2}}, public_key[SIGN_PUBLIC_BYTES];
	struct trust two = trust;
	auto_buf note;
	struct note parsed;
	(void)state;
	two.n_witnesses = 2;
	for (unsigned i = 0; i < 2; i++) {
		sign_public(seeds[i], public_key);
		assert_int_equal(note_key_make(NOTE_COSIGNATURE, STR("w.example"), public_key,
					 &two.witnesses[i]), 0);
	}
	buf_init(&note, NOTE_MAX);
	test_log_note(good, SIZE, &note);
	assert_int_equal(note_parse(buf_view(&note), &parsed), 0);
	auto_buf text;
	buf_init(&text, 1024);
	buf_str(&text, parsed.text);
	assert_int_equal(note_put_signature(&note, buf_view(&text), &two.witnesses[0], 1000000,
		sign,
				 seeds[0]), 0);
	test_log_file(dir, "checkpoint", buf_view(&note));
	struct audit_options o = {.trust = &two, .leaves_max = SIZE, .now = 1000000 + 7200,
		.fresh_seconds = 7200};
	for (two.quorum = 0; two.quorum <= 2; two.quorum++) {
		struct audit *a = audit_with(&o);
		expect(a, two.quorum == 2 ? AUDIT_QUORUM : 0);
		assert_int_equal(a->is_signed, two.quorum < 2);
		assert_int_equal(a->verdict.n_witnesses, 1);
		audit_free(a);
	}
	two.quorum = 1;
	o.now++;
	struct audit *a = audit_with(&o);
	expect(a, AUDIT_STALE);
	audit_free(a);
	o.leaves_max = SIZE - 1;
	o.fresh_seconds = 0;
	a = audit_with(&o);
	expect(a, AUDIT_TOO_LARGE);
	audit_free(a);
}

static void each_tile_missing(void **state)
{
	struct tile_walk walk = {.to = SIZE};
	struct tile t;
	char path[TILE_PATH_MAX], whole[1024], aside[1024];
	(void)state;
	while (tile_next(&walk, &t)) {
		snprintf(whole, sizeof whole, "%s/%s", dir, tile_path(&t, path));
		snprintf(aside, sizeof aside, "%s/aside", dir);
		assert_int_equal(rename(whole, aside), 0);
		struct audit *a = audit(STR_NONE);
		expect(a, AUDIT_MISSING);
		assert_string_equal(a->findings[0].subject, path);
		assert_int_equal(a->is_whole, t.level != TILE_ENTRIES);
		audit_free(a);
		assert_int_equal(rename(aside, whole), 0);
	}
}

/* Each byte of some files, each in one bit: never passed over. */
static void each_change_is_seen(void **state)
{
	struct tile_walk walk = {.to = SIZE};
	struct tile t;
	char path[TILE_PATH_MAX], whole[1024];
	(void)state;
	while (tile_next(&walk, &t)) {
		auto_buf bytes;
		buf_init(&bytes, TILE_BUNDLE_MAX);
		snprintf(whole, sizeof whole, "%s/%s", dir, tile_path(&t, path));
		assert_int_equal(keep_read(whole, &bytes), 0);
		for (size_t i = 0; i < bytes.n; i += bytes.n / 60 + 1) {
			bytes.p[i] ^= 8;
			test_log_file(dir, path, buf_view(&bytes));
			struct audit *a = audit(STR_NONE);
			assert_true(audit_found(a) > 0);
			if (t.level != TILE_ENTRIES)
				expect(a, AUDIT_TILE);
			else
				assert_false(a->is_whole);
			audit_free(a);
			bytes.p[i] ^= 8;
		}
		bytes.n--;
		test_log_file(dir, path, buf_view(&bytes));
		struct audit *a = audit(STR_NONE);
		expect(a, AUDIT_SHAPE);
		audit_free(a);
		bytes.n++;
		test_log_file(dir, path, buf_view(&bytes));
	}
}

/* One leaf replaced by another sound one, in the bundle only, and in tiles and root as well. */
static void one_leaf_changed(void **state)
{
	(void)state;
	auto_buf bundle, known;
	buf_init(&bundle, TILE_BUNDLE_MAX);
	buf_init(&known, NOTE_MAX);
	struct leaf leaf = test_certificate(LEAF_ISSUED, 424242);
	auto_buf entry;
	buf_init(&entry, LEAF_MAX);
	assert_int_equal(leaf_put(&entry, &leaf), 0);
	for (size_t i = 256; i < 512; i++)
		assert_int_equal(tile_entry_put(&bundle, i == 300 ? buf_view(&entry)
						     : good->entries[i]), 0);
	test_log_file(dir, "tile/entries/001", buf_view(&bundle));
	struct audit *a = audit(STR_NONE);
	assert_true(a->counts[AUDIT_TILE] && a->counts[AUDIT_ROOT] && !a->is_whole);
	bool is_named = false;
	for (size_t i = 0; i < a->n_findings; i++)
		is_named |= a->findings[i].fault == AUDIT_TILE && a->findings[i].at == 300;
	assert_true(is_named);
	audit_free(a);

	struct test_log *forged = test_log_new(ORIGIN, 7);
	for (size_t i = 0; i < SIZE; i++)
		test_log_add(forged, i == 300 ? buf_view(&entry) : good->entries[i]);
	test_log_write(forged, SIZE, dir);
	test_log_note(good, 500, &known);
	a = audit(buf_view(&known));
	assert_true(a->counts[AUDIT_FORKED] == 1 && a->is_whole);
	audit_free(a);
	test_log_free(forged);
}

static void unreadable_leaves(void **state)
{
	(void)state;
	struct test_log *log = test_log_new(ORIGIN, 7);
	test_log_fill(log, 40, 0);
	test_log_add(log, STR("luban_leaf:1:2\n"));
	test_log_add(log, STR(""));
	test_log_fill(log, 60, 5000);
	test_log_write(log, 60, dir);
	struct audit *a = audit(STR_NONE);
	expect(a, AUDIT_LEAF);
	assert_int_equal(a->counts[AUDIT_LEAF], 2);
	assert_int_equal(a->findings[0].at, 40);
	assert_true(a->is_whole);
	audit_free(a);
	test_log_free(log);
}

/* What cannot follow is named with its place; the rules themselves: test_tally.c. */
static void an_illegal_sequence(void **state)
{
	(void)state;
	struct test_log *log = test_log_new(ORIGIN, 7);
	struct leaf revoked = test_certificate(LEAF_REVOKED, 999);
	test_log_fill(log, 20, 1);
	test_log_leaf(log, &revoked);
	test_log_write(log, 21, dir);
	struct audit *a = audit(STR_NONE);
	expect(a, AUDIT_SEQUENCE);
	assert_int_equal(a->findings[0].at, 20);
	assert_int_equal(a->findings[0].why, TALLY_NEVER_ISSUED);
	assert_true(str_is(revoked.certificate, a->findings[0].subject));
	audit_free(a);
	test_log_free(log);
}

/* What a log publishes of itself after 40 leaves, with one thing changed. */
enum lie { NO_LIE, TOO_MANY, ONE_LEFT_OUT, WRONG_SIZE, NO_SIZE, UNKNOWN, WRONG_DIGEST, UNTOLD,
	TWICE, REVOKED_LEFT_OUT, WITHIN, LIES };

static void put_figures(const struct audit *a, enum lie lie, struct buf *out)
{
	static const enum tally_dimension dimensions[] = {
		TALLY_BODY_KIND, TALLY_BODY_KIND, TALLY_REGION, TALLY_GRADE, TALLY_YEAR};
	struct tally_count all = tally_all(a->tally);
	struct figure f = {.n = (int64_t)all.issued};
	if (lie != NO_SIZE)
		figures_put_size(out, lie == WRONG_SIZE ? 41 : lie == TOO_MANY ? 60 : 40);
	figures_put(out, &f);
	f.is_revoked = true;
	f.n = (int64_t)all.revoked;
	assert_true(f.n > 0);
	if (lie != REVOKED_LEFT_OUT)
		figures_put(out, &f);
	for (enum figures_by by = FIGURES_BODY_KIND; by < FIGURES_BY; by++) {
		struct tally_row *rows;
		size_t n = tally_rows(a->tally, dimensions[by], &rows);
		for (size_t i = lie == ONE_LEFT_OUT && by == FIGURES_YEAR; i < n; i++) {
			/* parts that hold, one of them for another of the same number */
			size_t k = lie == TWICE && by == FIGURES_YEAR && i == 3 ? 2 : i;
			bool is_within = lie == WITHIN && by == FIGURES_REGION;
			f = (struct figure){.by = by, .value = str_of(rows[k].value),
				.n = (int64_t)rows[k].count.issued};
			assert_true(k == i || f.n == (int64_t)rows[i].count.issued);
			if (is_within && i == 0) {
				f.value.n = 4;
				figures_put(out, &f);
				f.value = str_of(rows[0].value);
			}
			if (is_within && i == 1 && rows[1].count.issued == rows[0].count.issued)
				continue;
			f.n += lie == UNTOLD && by == FIGURES_GRADE && i == 0;
			figures_put(out, &f);
			f.is_revoked = true;
			f.n = (int64_t)rows[i].count.revoked;
			figures_put(out, &f);
		}
		free(rows);
	}
	if (lie == UNKNOWN)
		stow_int(out, "issued_weather_fine", 3);
}

static void published_figures(void **state)
{
	(void)state;
	for (enum lie lie = NO_LIE; lie < LIES; lie++) {
		struct test_log *log = test_log_new(ORIGIN, 7);
		char digest[DIGEST_HEX];
		auto_buf figures;
		buf_init(&figures, LEAF_TEXT_MAX);
		test_log_fill(log, 40, 0);
		test_log_write(log, 40, dir);
		struct audit *a = audit(STR_NONE);
		put_figures(a, lie, &figures);
		audit_free(a);
		struct leaf leaf = {.kind = LEAF_FIGURES, .on = 20000,
			.figures = buf_view(&figures),
			.digest = str_of(crypto_sha256_hex(buf_view(&figures), digest))};
		digest[3] ^= lie == WRONG_DIGEST;
		test_log_fill(log, 50, 7000); /* more came before the figures had their place */
		test_log_leaf(log, &leaf);
		test_log_fill(log, 80, 9000);
		test_log_write(log, 80, dir);
		a = audit(STR_NONE);
		expect(a, lie ? AUDIT_FIGURES : 0);
		assert_true(a->is_whole);
		assert_true(!lie || a->findings[0].at == 50);
		audit_free(a);
		test_log_free(log);
	}
}

/* A copy is the same files; it goes on where it was cut short and refuses to go back. */
static void copies(void **state)
{
	char copy[300], path[400], aside[400];
	struct source *source;
	struct copy_result result;
	(void)state;
	snprintf(copy, sizeof copy, "%s/copy", dir);
	test_log_write(good, EARLIER, dir);
	assert_int_equal(source_open(dir, &source), 0);
	assert_int_equal(copy_run(source, copy, &result), 0);
	assert_true(result.from == 0 && result.to == EARLIER && result.files > 0);
	assert_int_equal(copy_run(source, copy, &result), 0);
	assert_int_equal(result.files, 0);
	test_log_write(good, SIZE, dir);
	snprintf(path, sizeof path, "%s/tile/entries/001", dir);
	snprintf(aside, sizeof aside, "%s/aside", dir);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(copy_run(source, copy, &result), ERR_NOTFOUND);
	assert_int_equal(rename(aside, path), 0);
	struct source *own;
	struct audit *a;
	struct audit_options o = {.trust = &trust, .leaves_max = SIZE};
	assert_int_equal(source_open(copy, &own), 0);
	assert_int_equal(audit_run(own, &o, &a), 0); /* still what it was */
	expect(a, 0);
	assert_int_equal(a->leaves, EARLIER);
	audit_free(a);
	assert_int_equal(copy_run(source, copy, &result), 0);
	assert_int_equal(result.from, EARLIER);
	assert_int_equal(audit_run(own, &o, &a), 0);
	expect(a, 0);
	assert_int_equal(a->leaves, SIZE);
	audit_free(a);
	source_close(own);
	test_log_write(good, EARLIER, dir);
	assert_int_equal(copy_run(source, copy, &result), ERR_STATE);
	source_close(source);
}

/* Partial tiles may be taken away once there is the full one. */
static void partial_tiles_gone(void **state)
{
	(void)state;
	auto_buf note;
	buf_init(&note, NOTE_MAX);
	test_log_note(good, EARLIER, &note);
	test_log_file(dir, "checkpoint", buf_view(&note));
	struct audit *a = audit(STR_NONE);
	expect(a, AUDIT_MISSING); /* of level 1 only: that one is not full */
	assert_int_equal(a->counts[AUDIT_MISSING], 1);
	assert_true(a->is_whole);
	audit_free(a);
}

#define in_folder(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_folder(a_sound_log),
		in_folder(split_view),
		in_folder(shrunk),
		in_folder(another_log),
		in_folder(wrong_root),
		in_folder(bad_checkpoints),
		in_folder(witnesses),
		in_folder(each_tile_missing),
		in_folder(each_change_is_seen),
		in_folder(one_leaf_changed),
		in_folder(unreadable_leaves),
		in_folder(an_illegal_sequence),
		in_folder(published_figures),
		in_folder(copies),
		in_folder(partial_tiles_gone),
	};
	return cmocka_run_group_tests_name("audit", tests, plant, uproot);
}
