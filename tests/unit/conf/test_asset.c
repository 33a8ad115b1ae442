/* What tools/embed carried into the binary, and finding it again. */
#include "conf/asset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static const char css[] = "static/vendor/tabler.min.css";

static void test_table_is_strictly_sorted(void **state)
{
	(void)state;
	assert_true(assets_n > 0);
	for (size_t i = 1; i < assets_n; i++)
		assert_true(strcmp(assets[i - 1].path, assets[i].path) < 0);
}

static void test_every_asset_is_found_and_ends_with_nul(void **state)
{
	(void)state;
	for (size_t i = 0; i < assets_n; i++) {
		assert_ptr_equal(asset_find(assets[i].path), &assets[i]);
		assert_int_equal(assets[i].bytes.p[assets[i].bytes.n], 0);
	}
}

static void test_a_path_must_match_whole(void **state)
{
	(void)state;
	assert_null(asset_find(""));
	assert_null(asset_find("static"));
	assert_null(asset_find("static/vendor/tabler.min.cs"));
	assert_null(asset_find("static/vendor/tabler.min.css2"));
	assert_null(asset_find("zzz"));
}

static void test_bytes_are_those_of_the_file(void **state)
{
	(void)state;
	const struct asset *a = asset_find("sql/migration/0001_core.sql");
	assert_non_null(a);
	FILE *f = fopen(a->path, "rb");
	assert_non_null(f);
	char *text = malloc(a->bytes.n + 1);
	assert_int_equal(fread(text, 1, a->bytes.n + 1, f), a->bytes.n);
	assert_memory_equal(text, a->bytes.p, a->bytes.n);
	free(text);
	fclose(f);
}

static void test_packed_twin_unpacks_to_the_same(void **state)
{
	(void)state;
	const struct asset *a = asset_find(css);
	assert_non_null(a);
	assert_true(a->gzip.n > 0 && a->gzip.n < a->bytes.n / 4);
	assert_int_equal(strlen(a->etag), 16);
	unsigned char *text = malloc(a->bytes.n + 1);
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)a->gzip.p, .avail_in = (uInt)a->gzip.n,
		.next_out = text, .avail_out = (uInt)a->bytes.n + 1};
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, a->bytes.n);
	assert_memory_equal(text, a->bytes.p, a->bytes.n);
	inflateEnd(&z);
	free(text);
}

static void test_range_holds_all_of_a_prefix_and_nothing_else(void **state)
{
	(void)state;
	size_t n, count = 0;
	const struct asset *first = asset_range("static/vendor/", &n);
	assert_true(n >= 3);
	for (size_t i = 0; i < assets_n; i++)
		count += strncmp(assets[i].path, "static/vendor/", 14) == 0;
	assert_int_equal(n, count);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(strncmp(first[i].path, "static/vendor/", 14), 0);
	asset_range("nothing/", &n);
	assert_int_equal(n, 0);
	asset_range("", &n);
	assert_int_equal(n, assets_n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_strictly_sorted),
		cmocka_unit_test(test_every_asset_is_found_and_ends_with_nul),
		cmocka_unit_test(test_a_path_must_match_whole),
		cmocka_unit_test(test_bytes_are_those_of_the_file),
		cmocka_unit_test(test_packed_twin_unpacks_to_the_same),
		cmocka_unit_test(test_range_holds_all_of_a_prefix_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
