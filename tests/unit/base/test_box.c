#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/box.h"
#include "base/hex.h"

/* RFC 7748, section 5.2: after one iteration. */
static void published_key(void **state)
{
	(void)state;
	uint8_t nine[BOX_KEY_BYTES] = {9}, public[BOX_KEY_BYTES], want[BOX_KEY_BYTES];
	assert_true(hex_read(STR("422c8e7a6227d7bca1350b3e2bb7279f"
		"7897b87bb6854b783c60e80311ae3079"), want, sizeof want));
	box_public(nine, public);
	assert_memory_equal(public, want, BOX_KEY_BYTES);
}

static void both_sides_agree(void **state)
{
	(void)state;
	uint8_t a[BOX_KEY_BYTES], b[BOX_KEY_BYTES], pa[BOX_KEY_BYTES], pb[BOX_KEY_BYTES];
	char one[BOX_CODE_HEX], two[BOX_CODE_HEX];
	memset(a, 7, sizeof a);
	memset(b, 9, sizeof b);
	box_public(a, pa);
	box_public(b, pb);
	assert_true(box_code("x", a, pb, true, one));
	assert_true(box_code("x", b, pa, false, two));
	assert_string_equal(one, two);
	assert_true(box_code("y", b, pa, false, two));
	assert_string_not_equal(one, two);
	assert_true(box_code("x", b, pa, true, two)); /* who sends counts */
	assert_string_not_equal(one, two);
	a[0] ^= 8;
	assert_true(box_code("x", a, pb, true, two));
	assert_string_not_equal(one, two);
}

/* RFC 7748, section 6.1: what all of them would share. */
static void points_of_small_order(void **state)
{
	(void)state;
	uint8_t a[BOX_KEY_BYTES], zero[BOX_KEY_BYTES] = {0}, one[BOX_KEY_BYTES] = {1};
	char code[BOX_CODE_HEX];
	memset(a, 7, sizeof a);
	assert_false(box_code("x", a, zero, true, code));
	assert_false(box_code("x", a, one, true, code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_key),
		cmocka_unit_test(both_sides_agree),
		cmocka_unit_test(points_of_small_order),
	};
	return cmocka_run_group_tests_name("box", tests, NULL, NULL);
}
