#include "base/trust.h"

#include <string.h>

#include "base/hex.h"
#include "credential_support.h"
#include "support.h"

/* C2SP signed-note's example key, the Go checksum database's, and transparency-dev's witness
 * key. */
#define LOG "log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n"
#define GO "log sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n"
#define WITNESS "witness remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2\n"
/* RFC 8032, section 7.1, test 1. */
#define KEY "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static const char *issuer(struct arena *a)
{
	uint8_t bytes[SIGN_PUBLIC_BYTES];
	char id[SIGN_ID_HEX];
	assert_true(hex_read(STR(KEY), bytes, sizeof bytes));
	return arena_printf(a, "issuer %s " KEY "\n", sign_key_id(bytes, id));
}

static void reads_what_it_wrote(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct trust t, again;
	auto_buf b;
	buf_init(&b, TRUST_MAX);
	const char *text = arena_printf(
		a, LOG GO WITNESS "quorum 1\n%s", issuer(a));
	assert_int_equal(trust_parse(str_of(text), &t, NULL), 0);
	assert_int_equal(t.n_logs, 2);
	assert_int_equal(t.n_witnesses, 1);
	assert_int_equal(t.quorum, 1);
	assert_int_equal(t.n_issuers, 1);
	assert_string_equal(t.logs[0].name, "example.com/foo");
	trust_put(&b, &t);
	assert_string_equal(buf_z(&b), text);
	sample_trust(&t);
	buf_reset(&b);
	trust_put(&b, &t);
	assert_int_equal(trust_parse(buf_view(&b), &again, NULL), 0);
	assert_int_equal(again.n_logs, 2);
	assert_int_equal(again.logs[1].type, NOTE_SM2);
}

static void comments_and_endings(void **state)
{
	(void)state;
	struct trust t;
	assert_int_equal(trust_parse(STR("# 省鉴定中心，2026-11-22\r\n\r\n" LOG "\n# 完\n"), &t,
		NULL), 0);
	assert_int_equal(t.n_logs, 1);
	assert_int_equal(trust_parse(str_of(LOG "\r\n"), &t, NULL), 0);
	assert_int_equal(trust_parse((struct str){LOG, strlen(LOG) - 1}, &t, NULL), 0);
}

static void refuses(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum trust_fault fault;
		unsigned line;
	} bad[] = {
		{"", TRUST_NO_LOG, 0},
		{"# nothing\n", TRUST_NO_LOG, 0},
		{WITNESS, TRUST_NO_LOG, 0},
		{LOG "trust me\n", TRUST_UNKNOWN_WORD, 2},
		{LOG " " GO, TRUST_UNKNOWN_WORD, 2},
		{"log  example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
			TRUST_BAD_KEY, 1},
		{"log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ",
			TRUST_BAD_KEY, 1},
		{"log example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
			TRUST_BAD_KEY, 1},
		{"log remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
			TRUST_BAD_KEY, 1},
		{"witness sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
			TRUST_BAD_KEY, 1},
		{LOG LOG, TRUST_TWICE, 2},
		{LOG WITNESS WITNESS, TRUST_TWICE, 3},
		{LOG "quorum 1\n", TRUST_BAD_QUORUM, 2},
		{LOG WITNESS "quorum 2\n", TRUST_BAD_QUORUM, 3},
		{LOG WITNESS "quorum 01\n", TRUST_BAD_QUORUM, 3},
		{LOG WITNESS "quorum +1\n", TRUST_BAD_QUORUM, 3},
		{LOG WITNESS "quorum\n", TRUST_BAD_QUORUM, 3},
		{LOG WITNESS "quorum 1\nquorum 1\n", TRUST_BAD_QUORUM, 4},
		{LOG "issuer 0123456789abcdef " KEY "\n", TRUST_BAD_KEY, 2},
		{LOG "issuer " KEY "\n", TRUST_BAD_KEY, 2},
		{LOG "\x01\n", TRUST_NOT_TEXT, 0},
		{LOG "# \xff\n", TRUST_NOT_TEXT, 0},
		{LOG "# a\rb\n", TRUST_NOT_TEXT, 0},
	};
	struct trust t;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct trust_problem p = {0};
		if (trust_parse(str_of(bad[i].text), &t, &p) != ERR_INVALID ||
			p.fault != bad[i].fault || p.line != bad[i].line)
			fail_msg("%zu: fault %d in line %u", i, p.fault, p.line);
	}
}

static void limits(void **state)
{
	(void)state;
	struct trust t;
	struct trust_problem p;
	auto_buf b;
	buf_init(&b, 2 * TRUST_MAX);
	buf_puts(&b, LOG);
	while (b.n < TRUST_MAX)
		buf_puts(&b, "\n");
	assert_int_equal(trust_parse(buf_view(&b), &t, &p), 0);
	buf_puts(&b, "\n");
	assert_int_equal(trust_parse(buf_view(&b), &t, &p), ERR_LIMIT);
	buf_reset(&b);
	for (unsigned i = 0; i <= TRUST_LOGS_MAX; i++) {
		struct note_key key;
		uint8_t seed[SIGN_SEED_BYTES] = {(uint8_t)i}, bytes[SIGN_PUBLIC_BYTES];
		sign_public(seed, bytes);
		assert_int_equal(note_key_make(NOTE_ED25519, STR("a"), bytes, &key), 0);
		buf_puts(&b, "log ");
		note_key_put(&b, &key);
		buf_putc(&b, '\n');
	}
	assert_int_equal(trust_parse(buf_view(&b), &t, &p), ERR_LIMIT);
	assert_int_equal(p.line, TRUST_LOGS_MAX + 1);
}

static struct note_key renamed(const struct note_key *key, const char *name)
{
	struct note_key again;
	assert_int_equal(note_key_make(key->type, str_of(name), key->bytes, &again), 0);
	return again;
}

static void who_signed(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 20);
	struct trust t;
	struct credential c;
	struct note note;
	struct checkpoint point;
	struct trust_verdict v;
	sample_trust(&t);
	for (unsigned n = 0; n <= SAMPLE_WITNESSES; n++) {
		sample_credential(a, &(struct sample){.witnesses = n}, &c);
		assert_int_equal(note_parse(c.note, &note), 0);
		assert_int_equal(trust_check(&t, &note, &point, &v), 0);
		assert_int_equal(v.n_logs, 2);
		assert_int_equal(v.n_witnesses, n);
		assert_int_equal(v.holds, n >= 2);
		assert_int_equal(point.head.size, SAMPLE_SIZE);
		assert_true(!n || v.witnessed_at[0] > 0);
	}
	/* A key that is known by another origin says nothing of this log. */
	t.logs[0] = renamed(&t.logs[0], "other.example/log");
	t.logs[1] = renamed(&t.logs[1], "other.example/log");
	assert_int_equal(trust_check(&t, &note, &point, &v), 0);
	assert_false(v.holds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(comments_and_endings), cmocka_unit_test(refuses),
		cmocka_unit_test(limits), cmocka_unit_test(who_signed)};
	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
