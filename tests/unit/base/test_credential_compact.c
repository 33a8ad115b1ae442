#include "base/credential_compact.h"

#include <string.h>

#include "base/hex.h"
#include "credential_support.h"
#include "support.h"

static void each_content(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c, again;
	auto_buf json, compact, text, back;
	buf_init(&json, CREDENTIAL_MAX);
	buf_init(&back, CREDENTIAL_MAX);
	buf_init(&compact, CREDENTIAL_COMPACT_MAX);
	buf_init(&text, 2 * CREDENTIAL_COMPACT_MAX);
	const struct sample samples[] = {{.witnesses = 3, .has_idno = true},
		{.without_sm2 = true}, {.index = 0, .size = 1}, {.version = 2, .more = "x\ny\n"},
		{.index = 6, .size = 7, .version = 300}, {.name = "阿依古丽·买买提"},
		{.name = "0a"}, {.name = "0A"}};
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		sample_credential(a, &samples[i], &c);
		buf_reset(&json);
		buf_reset(&compact);
		buf_reset(&text);
		assert_int_equal(credential_put(&json, &c), 0);
		assert_int_equal(credential_compact_put(&compact, &c), 0);
		assert_int_equal(credential_compact_text(&text, &c), 0);
		const struct str files[] = {buf_view(&json), buf_view(&compact), buf_view(&text)};
		for (size_t j = 0; j < 3; j++) {
			assert_int_equal(credential_read(a, files[j], &again), 0);
			buf_reset(&back);
			assert_int_equal(credential_put(&back, &again), 0);
			assert_string_equal(buf_z(&back), buf_z(&json));
		}
	}
}

/* What a printed certificate has room for, in a log of 2.6 million leaves. */
static void is_small(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c;
	auto_buf bytes, text;
	buf_init(&bytes, CREDENTIAL_COMPACT_MAX);
	buf_init(&text, CREDENTIAL_COMPACT_MAX);
	sample_credential(a, &(struct sample){.witnesses = 1}, &c);
	assert_int_equal(c.proof.n, 22);
	assert_int_equal(credential_compact_put(&bytes, &c), 0);
	assert_int_equal(credential_compact_text(&text, &c), 0);
	print_message("%zu bytes, %zu characters\n", bytes.n, text.n);
	assert_true(bytes.n < 1600);
	assert_true(text.n < 2520); /* QR version 30-L, alphanumeric */
}

/* Fields that the leaf does not agree with are kept as they are. */
static void leaf_of_its_own(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c, again;
	auto_buf b;
	buf_init(&b, CREDENTIAL_COMPACT_MAX);
	sample_credential(a, &(struct sample){0}, &c);
	c.fields[0] = STR("S000037020001263000018");
	assert_int_equal(credential_compact_put(&b, &c), 0);
	assert_int_equal(credential_compact_parse(a, buf_view(&b), &again), 0);
	assert_true(str_eq(c.leaf, again.leaf));
	assert_true(str_eq(c.note, again.note));
	/* A proof that does not lead to the checkpoint would be lost. */
	c.proof.hashes[0].bytes[0] ^= 1;
	assert_int_equal(credential_compact_put(&b, &c), ERR_INVALID);
}

/* Other spellings of the same, and everything cut short. */
static void one_spelling(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 26);
	struct credential c;
	auto_buf b;
	buf_init(&b, CREDENTIAL_COMPACT_MAX);
	sample_credential(a, &(struct sample){.witnesses = 1, .has_idno = true}, &c);
	assert_int_equal(credential_compact_put(&b, &c), 0);
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(credential_compact_parse(a, (struct str){b.p, n}, &c),
			ERR_INVALID);
	buf_putc(&b, 0);
	assert_int_equal(credential_compact_parse(a, buf_view(&b), &c), ERR_INVALID);
	b.n--;
	for (size_t i = 0; i < 2; i++) {
		b.p[i] = (char)(b.p[i] ^ 2);
		assert_int_equal(credential_compact_parse(a, buf_view(&b), &c), ERR_INVALID);
		b.p[i] = (char)(b.p[i] ^ 2);
	}
	/* the length of origin, with a superfluous zero */
	auto_buf longer;
	buf_init(&longer, CREDENTIAL_COMPACT_MAX);
	buf_put(&longer, b.p, 2);
	buf_putc(&longer, (char)(b.p[2] | 0x80));
	buf_putc(&longer, 0);
	buf_put(&longer, b.p + 3, b.n - 3);
	assert_int_equal(credential_compact_parse(a, buf_view(&longer), &c), ERR_INVALID);
	assert_int_equal(credential_compact_parse(a, buf_view(&b), &c), 0);
}

static void texts(void **state)
{
	(void)state;
	auto_arena a = arena_new(1 << 22);
	struct credential c;
	auto_buf text, framed;
	buf_init(&text, CREDENTIAL_COMPACT_MAX);
	buf_init(&framed, CREDENTIAL_COMPACT_MAX);
	sample_credential(a, &(struct sample){.witnesses = 1}, &c);
	assert_int_equal(credential_compact_text(&text, &c), 0);
	buf_printf(&framed, "\xef\xbb\xbf\r\n %s\r\n", buf_z(&text));
	assert_int_equal(credential_read(a, buf_view(&framed), &c), 0);
	for (size_t n = 0; n < text.n; n++)
		assert_int_equal(credential_compact_from_text(a, (struct str){text.p, n}, &c),
			ERR_INVALID);
	assert_int_equal(credential_read(a, STR(""), &c), ERR_INVALID);
	assert_int_equal(credential_read(a, STR("LUBAN1:"), &c), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_content),
		cmocka_unit_test(is_small), cmocka_unit_test(leaf_of_its_own),
		cmocka_unit_test(one_spelling), cmocka_unit_test(texts)};
	return cmocka_run_group_tests_name("credential_compact", tests, NULL, NULL);
}
