#include "base/commit.h"

#include <string.h>

#include "base/hex.h"
#include "support.h"

#define PURPOSE "certificate.person.1"

static const uint8_t salt[COMMIT_SALT_BYTES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static struct stow_field field(const char *name, const char *text)
{
	return (struct stow_field){str_of(name), str_of(text)};
}

/* The commitment is what `sha256sum` says of the record:
 *   printf 'commit:1:1\npurpose:20:certificate.person.1\nsalt:64:0001…1f\nidno:…' | sha256sum */
static void the_record(void **state)
{
	(void)state;
	struct stow_field fields[] = {
		field("name", "张三"), field("idno", "371002199206150046"), field("name2", "")};
	auto_buf b;
	uint8_t commitment[COMMIT_BYTES];
	char hex[2 * COMMIT_BYTES + 1];
	buf_init(&b, 4096);
	assert_int_equal(commit_put(&b, PURPOSE, salt, fields, 3), 0);
	assert_string_equal(buf_z(&b),
		"commit:1:1\n"
		"purpose:20:certificate.person.1\n"
		"salt:64:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
		"idno:18:371002199206150046\n"
		"name:6:张三\n"
		"name2:0:\n");
	assert_int_equal(commit_make(PURPOSE, salt, fields, 3, commitment), 0);
	assert_string_equal(hex_write(commitment, COMMIT_BYTES, hex),
		"a2734445a25962f147e50648dc06db3bcea1585d54797223f5b8af7eae2ff761");
}

static void order_is_nothing(void **state)
{
	(void)state;
	struct stow_field a[] = {field("a", "1"), field("b", "2"), field("a_", "3")};
	struct stow_field b[] = {a[2], a[1], a[0]};
	uint8_t commitment[COMMIT_BYTES];
	assert_int_equal(commit_make(PURPOSE, salt, a, 3, commitment), 0);
	assert_true(commit_holds(commitment, PURPOSE, salt, b, 3));
}

static void each_change_is_seen(void **state)
{
	(void)state;
	char text[] = "371002199206150046";
	uint8_t commitment[COMMIT_BYTES], other[COMMIT_SALT_BYTES];
	struct stow_field fields[] = {field("name", "张三"), {STR("idno"), {text, 18}}};
	assert_int_equal(commit_make(PURPOSE, salt, fields, 2, commitment), 0);
	assert_true(commit_holds(commitment, PURPOSE, salt, fields, 2));
	for (size_t i = 0; i < 18 * 7; i++) {
		text[i / 7] = (char)(text[i / 7] ^ 1 << i % 7);
		assert_false(commit_holds(commitment, PURPOSE, salt, fields, 2));
		text[i / 7] = (char)(text[i / 7] ^ 1 << i % 7);
	}
	for (size_t i = 0; i < 8 * COMMIT_BYTES; i++) {
		memcpy(other, salt, sizeof other);
		other[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_false(commit_holds(commitment, PURPOSE, other, fields, 2));
		commitment[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_false(commit_holds(commitment, PURPOSE, salt, fields, 2));
		commitment[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	assert_false(commit_holds(commitment, "certificate.person.2", salt, fields, 2));
	assert_false(commit_holds(commitment, PURPOSE, salt, fields, 1));
	/* A text that looks like the next field is still only a text. */
	struct stow_field merged[] = {field("idno", "371002199206150046\nname:6:张三")};
	assert_false(commit_holds(commitment, PURPOSE, salt, merged, 1));
	assert_true(commit_holds(commitment, PURPOSE, salt, fields, 2));
}

static void refused(void **state)
{
	(void)state;
	static char longest[COMMIT_TEXT_MAX + 2];
	uint8_t out[COMMIT_BYTES];
	static const char *const names[] = {"", "A", "1a", "_a", "a b", "a:b", "é", "commit",
		"purpose", "salt", "a23456789012345678901234567890123"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct stow_field f = field(names[i], "x");
		assert_int_equal(commit_make(PURPOSE, salt, &f, 1, out), ERR_INVALID);
	}
	struct stow_field twice[] = {field("a", "1"), field("b", "1"), field("a", "1")};
	assert_int_equal(commit_make(PURPOSE, salt, twice, 3, out), ERR_INVALID);
	struct stow_field broken = field("a", "\xff");
	assert_int_equal(commit_make(PURPOSE, salt, &broken, 1, out), ERR_INVALID);
	memset(longest, 'x', COMMIT_TEXT_MAX + 1);
	struct stow_field much = field("a", longest);
	assert_int_equal(commit_make(PURPOSE, salt, &much, 1, out), ERR_LIMIT);
	assert_int_equal(commit_make("", salt, twice, 1, out), ERR_INVALID);
	assert_int_equal(commit_make(PURPOSE, salt, twice, COMMIT_FIELDS_MAX + 1, out), ERR_LIMIT);
	assert_int_equal(commit_make(PURPOSE, salt, NULL, 0, out), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record),
		cmocka_unit_test(order_is_nothing),
		cmocka_unit_test(each_change_is_seen),
		cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
