#include "web/url.h"

#include <string.h>

#include "support.h"

enum { MEMORY = 16 * 1024 * 1024 };

static int setup(void **state)
{
	*state = arena_new(MEMORY);
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void escapes_are_decoded(void **state)
{
	struct str out;
	assert_true(url_decode(*state, STR("%E9%B2%81+%e7%8f%ad"), true, &out));
	assert_true(str_is(out, "鲁 班"));
	assert_true(url_decode(*state, STR("a+b%2Fc"), false, &out));
	assert_true(str_is(out, "a+b/c"));
}

static void broken_escapes_are_refused(void **state)
{
	static const char *const broken[] = {"%", "%4", "%4g", "%zz", "%00", "%ff", "%e9%b2", "a%"};
	struct str out;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		assert_false(url_decode(*state, str_of(broken[i]), true, &out));
	assert_false(url_decode(*state, (struct str){"a\0b", 3}, true, &out));
}

static void what_is_encoded_decodes_to_itself(void **state)
{
	auto_buf text;
	struct str out;
	buf_init(&text, 1000);
	url_encode(&text, "技能 a/b?c=d&e%20+#~");
	assert_null(strpbrk(buf_z(&text), " /?&=#+"));
	assert_true(url_decode(*state, buf_view(&text), true, &out));
	assert_true(str_is(out, "技能 a/b?c=d&e%20+#~"));
}

static void pairs_keep_their_order(void **state)
{
	struct values v = {0};
	assert_true(url_values(*state, STR("a=1&b&&a=2&c=x%3Dy="), &v));
	assert_int_equal(v.n, 4);
	assert_true(str_is(v.at[0].text, "1"));
	assert_string_equal(v.at[1].name, "b");
	assert_int_equal(v.at[1].text.n, 0);
	assert_true(str_is(v.at[2].text, "2"));
	assert_true(str_is(v.at[3].text, "x=y="));
}

static void only_paths_of_this_site_are_local(void **state)
{
	static const char *const local[] = {"/", "/a/b?c=%20", "/resume/0f"};
	static const char *const foreign[] = {"", "a", "//x", "/\\x", "https://x/", "/a b",
		"/a\r\nSet-Cookie: x", "/a\\b", "/é"};
	(void)state;
	for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
		assert_true(url_is_local(local[i]));
	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
		assert_false(url_is_local(foreign[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(escapes_are_decoded, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_escapes_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_encoded_decodes_to_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(pairs_keep_their_order, setup, teardown),
		cmocka_unit_test_setup_teardown(only_paths_of_this_site_are_local, setup, teardown),
	};
	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
