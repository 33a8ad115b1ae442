#include "base/credential.h"

#include <string.h>

#include "base/hex.h"
#include "credential_support.h"
#include "support.h"

static void same(const struct credential *a, const struct credential *b)
{
	assert_true(str_eq(a->origin, b->origin));
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++)
		assert_true(str_eq(a->fields[i], b->fields[i]));
	assert_memory_equal(a->salt, b->salt, sizeof a->salt);
	assert_int_equal(a->has_idno, b->has_idno);
	assert_true(str_eq(a->idno, b->idno));
	assert_memory_equal(a->idno_salt, b->idno_salt, sizeof a->idno_salt);
	assert_true(str_eq(a->leaf, b->leaf));
	assert_int_equal(a->index, b->index);
	assert_int_equal(a->proof.n, b->proof.n);
	assert_memory_equal(a->proof.hashes, b->proof.hashes, a->proof.n * MERKLE_BYTES);
	assert_true(str_eq(a->note, b->note));
}

static void reads_what_it_wrote(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c, again;
	auto_buf b;
	buf_init(&b, CREDENTIAL_MAX);
	const struct sample samples[] = {{.witnesses = 3, .has_idno = true},
		{.without_sm2 = true}, {.index = 0, .size = 1}, {.version = 2, .more = "x\ny\n"},
		{.name = "阿依\"\\古丽·买买提"}};
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		sample_credential(a, &samples[i], &c);
		buf_reset(&b);
		assert_int_equal(credential_put(&b, &c), 0);
		assert_int_equal(credential_parse(a, buf_view(&b), &again), 0);
		same(&c, &again);
	}
}

static const char *replaced(struct arena *a, const char *text, const char *what, const char *by)
{
	const char *at = strstr(text, what);
	assert_non_null(at);
	return arena_printf(a, "%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
}

static void refuses(void **state)
{
	(void)state;
	static const struct {
		const char *what, *by;
	} bad[] = {
		{"{\"luban_credential\": 1", "{\"luban_credential\": 2"},
		{"{\"luban_credential\": 1", "{\"luban_credential\": \"1\""},
		{"{\"luban_credential\": 1", "{\"luban_credential\": 1, \"more\": 1"},
		{"{\"luban_credential\": 1", "{\"luban_credential\": 1, \"index\": 1"},
		{"{\"luban_credential\": 1,", "{"},
		{"\"origin\": \"luban.local/log\"", "\"origin\": \"luban.local/lug\""},
		{"\"theory\": \"86\"", "\"theory\": 86"},
		{"\"theory\": \"86\"", "\"theory\": \"8\\n6\""},
		{"\"theory\": \"86\"", "\"theory\": \"8\\u0000\""},
		{"\"theory\": \"86\"", "\"theory\": \"8\\u0007\""},
		{"\"theory\": \"86\"", "\"Theory\": \"86\""},
		{"\"theory\": \"86\",", ""},
		{"\"theory\": \"86\"", "\"theory\": \"86\", \"theory\": \"86\""},
		{"\"theory\": \"86\"", "\"theory\": \"86\", \"extra\": \"86\""},
		{"\"salt\": \"01", "\"salt\": \"0"},
		{"\"salt\": \"01", "\"salt\": \"0101"},
		{"\"salt\": \"01", "\"salt\": \"0g"},
		{"\"text\": \"3710", "\"more\": 1, \"text\": \"3710"},
		{"\"text\": \"371002199206150046\"", "\"text\": \"\""},
		{"\"leaf\": \"", "\"leaf\": \"=A"},
		{"\"leaf\": \"", "\"leaf\": \"\", \"x\": \""},
		{"\"index\": 1234567", "\"index\": -1"},
		{"\"index\": 1234567", "\"index\": 1.5"},
		{"\"index\": 1234567", "\"index\": 2600001"},
		{"\"index\": 1234567", "\"index\": 9223372036854775808"},
		{"\"proof\": [", "\"proof\": [1,"},
		{"\"proof\": [", "\"proof\": [\"AAAA\","},
		{"\\n2600001\\n", "\\n02600001\\n"},
		{"\\n2600001\\n", "\\n"},
	};
	auto_arena a = arena_new(1 << 24);
	struct credential c;
	auto_buf b;
	buf_init(&b, CREDENTIAL_MAX);
	sample_credential(a, &(struct sample){.witnesses = 2, .has_idno = true}, &c);
	assert_int_equal(credential_put(&b, &c), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *text = replaced(a, buf_z(&b), bad[i].what, bad[i].by);
		if (credential_parse(a, str_of(text), &c) != ERR_INVALID)
			fail_msg("%zu was taken: %s", i, bad[i].by);
	}
	for (size_t n = 0; n + 2 < b.n; n += 7)
		assert_int_equal(credential_parse(a, (struct str){b.p, n}, &c), ERR_INVALID);
}

static void limits(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c, again;
	char text[CREDENTIAL_TEXT_MAX + 1];
	auto_buf b;
	buf_init(&b, 2 * CREDENTIAL_MAX);
	memset(text, 'x', sizeof text);
	sample_credential(a, &(struct sample){.witnesses = 2}, &c);
	c.fields[1] = (struct str){text, CREDENTIAL_TEXT_MAX};
	assert_int_equal(credential_put(&b, &c), 0);
	assert_int_equal(credential_parse(a, buf_view(&b), &again), 0);
	c.fields[1].n++;
	assert_int_equal(credential_put(&b, &c), ERR_INVALID);
	c.fields[1].n = 1;
	buf_reset(&b);
	assert_int_equal(credential_put(&b, &c), 0);
	while (b.n < CREDENTIAL_MAX)
		buf_putc(&b, ' ');
	assert_int_equal(credential_parse(a, buf_view(&b), &again), 0);
	buf_putc(&b, ' ');
	assert_int_equal(credential_parse(a, buf_view(&b), &again), ERR_LIMIT);
}

static void commitment_is_to_every_field(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c;
	uint8_t first[COMMIT_BYTES], other[COMMIT_BYTES];
	sample_credential(a, &(struct sample){.has_idno = true}, &c);
	assert_int_equal(credential_commitment(&c, first), 0);
	for (size_t i = 0; i < CREDENTIAL_FIELDS; i++) {
		struct str kept = c.fields[i];
		c.fields[i] = str_of(arena_printf(a, "%.*s.", (int)kept.n, kept.p));
		assert_int_equal(credential_commitment(&c, other), 0);
		assert_memory_not_equal(first, other, COMMIT_BYTES);
		c.fields[i] = kept;
	}
	c.salt[31] ^= 1;
	assert_int_equal(credential_commitment(&c, other), 0);
	assert_memory_not_equal(first, other, COMMIT_BYTES);
	assert_int_equal(credential_idno_commitment(&c, first), 0);
	assert_true(str_is(credential_text(&c, "idno_commitment"),
		hex_text(a, first, COMMIT_BYTES)));
	c.idno_salt[0] ^= 1;
	assert_int_equal(credential_idno_commitment(&c, other), 0);
	assert_memory_not_equal(first, other, COMMIT_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(refuses), cmocka_unit_test(limits),
		cmocka_unit_test(commitment_is_to_every_field)};
	return cmocka_run_group_tests_name("credential", tests, NULL, NULL);
}
