#include "base/bitstring.h"

#include <string.h>

#include "base/hex.h"
#include "support.h"

/* W3C Bitstring Status List v1.0, section 3.1 (the example): a list of 131,072 places, none set. */
#define EMPTY "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"

static void published_list(void **state)
{
	(void)state;
	uint8_t list[BITSTRING_BYTES], zero[BITSTRING_BYTES] = {0};
	assert_int_equal(bitstring_read(STR(EMPTY), list), 0);
	assert_memory_equal(list, zero, sizeof list);
}

static void first_place_is_the_highest_bit(void **state)
{
	(void)state;
	uint8_t list[BITSTRING_BYTES] = {0};
	bitstring_set(list, 0);
	bitstring_set(list, 9);
	bitstring_set(list, BITSTRING_PLACES - 1);
	bitstring_set(list, BITSTRING_PLACES);
	assert_int_equal(list[0], 0x80);
	assert_int_equal(list[1], 0x40);
	assert_int_equal(list[BITSTRING_BYTES - 1], 0x01);
	for (size_t i = 0; i < BITSTRING_PLACES; i++)
		assert_int_equal(bitstring_is(list, i),
			i == 0 || i == 9 || i == BITSTRING_PLACES - 1);
	assert_false(bitstring_is(list, BITSTRING_PLACES));
}

static void reads_what_it_wrote(void **state)
{
	(void)state;
	uint8_t list[BITSTRING_BYTES] = {0}, again[BITSTRING_BYTES];
	auto_buf b;
	buf_init(&b, 1 << 16);
	uint32_t x = 1;
	for (size_t i = 0; i < sizeof list; i++) { /* nothing that can be packed */
		x = x * 1103515245 + 12345;
		list[i] = (uint8_t)(x >> 16);
	}
	bitstring_put(&b, list);
	assert_int_equal(bitstring_read(buf_view(&b), again), 0);
	assert_memory_equal(list, again, sizeof list);
	for (size_t n = 0; n < b.n; n += 997)
		assert_int_equal(bitstring_read((struct str){b.p, n}, again), ERR_INVALID);
	b.p[b.n / 2] = b.p[b.n / 2] == 'A' ? 'B' : 'A';
	assert_int_equal(bitstring_read(buf_view(&b), again), ERR_INVALID);
}

static void other_lengths(void **state)
{
	(void)state;
	uint8_t list[BITSTRING_BYTES];
	/* gzip of nothing, of one byte (by gzip -n9) */
	assert_int_equal(bitstring_read(STR("uH4sIAAAAAAACAwMAAAAAAAAAAAA"), list), ERR_INVALID);
	assert_int_equal(bitstring_read(STR(""), list), ERR_INVALID);
	assert_int_equal(bitstring_read(STR("u"), list), ERR_INVALID);
	assert_int_equal(bitstring_read(str_of(EMPTY + 1), list), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(published_list),
		cmocka_unit_test(first_place_is_the_highest_bit),
		cmocka_unit_test(reads_what_it_wrote), cmocka_unit_test(other_lengths)};
	return cmocka_run_group_tests_name("bitstring", tests, NULL, NULL);
}
