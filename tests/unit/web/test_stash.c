#include "web/stash.h"

#include <stdio.h>

#include "support.h"

enum { MEMORY = 64 * 1024 * 1024, MINUTE = 60 };

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

static void texts_come_back_to_their_browser_only(void **state)
{
	struct arena *a = *state;
	struct stash *s = stash_new();
	struct values v = {0}, back = {0};
	const char *path;
	values_add(a, &v, "name", STR("张三"), NULL);
	values_add(a, &v, "photo", STR("JPEG"), "a.jpg");
	values_add(a, &v, "ids", STR("1"), NULL);
	values_add(a, &v, "ids", STR("2"), NULL);
	assert_true(stash_put(s, "id1", "mine", "/batches", &v, 1000));
	assert_false(stash_get(s, a, "id1", "other", 1000, false, &path, &back));
	assert_false(stash_get(s, a, "id2", "mine", 1000, false, &path, &back));
	assert_false(stash_get(s, a, "", "", 1000, false, &path, &back));
	assert_true(stash_get(s, a, "id1", "mine", 1000 + 14 * MINUTE, false, &path, &back));
	assert_string_equal(path, "/batches");
	assert_int_equal(back.n, 3);
	assert_string_equal(values_text(a, &back, "name"), "张三");
	assert_string_equal(values_text(a, &back, "photo"), "");
	assert_true(str_is(back.at[2].text, "2"));
	assert_false(stash_get(s, a, "id1", "mine", 1000 + 15 * MINUTE, false, &path, &back));
	stash_free(s);
}

static void taken_out_is_gone(void **state)
{
	struct arena *a = *state;
	struct stash *s = stash_new();
	struct values v = {0}, back = {0};
	const char *path;
	assert_true(stash_put(s, "id1", "mine", "/x", &v, 1000));
	assert_true(stash_get(s, a, "id1", "mine", 1000, true, &path, &back));
	assert_false(stash_get(s, a, "id1", "mine", 1000, true, &path, &back));
	stash_free(s);
}

/* A form with a file is kept without it, however large it is. */
static void a_large_file_is_left_out(void **state)
{
	struct arena *a = *state;
	struct stash *s = stash_new();
	struct values v = {0}, back = {0};
	const char *path;
	enum { FILE_BYTES = 20 * 1024 * 1024 };
	values_add(a, &v, "name", STR("花名册"), NULL);
	values_add(a, &v, "file", (struct str){arena_alloc(a, FILE_BYTES), FILE_BYTES}, "a.csv");
	assert_true(stash_put(s, "id1", "mine", "/x", &v, 1000));
	assert_true(stash_get(s, a, "id1", "mine", 1000, false, &path, &back));
	assert_int_equal(back.n, 1);
	stash_free(s);
}

static void as_many_values_as_a_form_may_have(void **state)
{
	struct arena *a = *state;
	struct stash *s = stash_new();
	struct values v = {0}, back = {0};
	const char *path;
	while (values_add(a, &v, "ids", STR("1234567890123456789"), NULL))
		;
	assert_true(stash_put(s, "id1", "mine", "/x", &v, 1000));
	assert_true(stash_get(s, a, "id1", "mine", 1000, false, &path, &back));
	assert_int_equal(back.n, VALUES_MAX);
	stash_free(s);
}

static void size_and_number_are_bounded(void **state)
{
	struct arena *a = *state;
	struct stash *s = stash_new();
	struct values big = {0}, small = {0}, back = {0};
	const char *path;
	values_add(a, &big, "x", (struct str){arena_alloc(a, 600 * 1024), 600 * 1024}, NULL);
	assert_false(stash_put(s, "big", "mine", "/x", &big, 1000));
	values_add(a, &small, "x", STR("1"), NULL);
	assert_true(stash_put(s, "first", "mine", "/x", &small, 1000));
	for (int i = 0; i < 300; i++) {
		char id[16];
		snprintf(id, sizeof id, "n%d", i);
		assert_true(stash_put(s, id, "mine", "/x", &small, 1000));
	}
	assert_false(stash_get(s, a, "first", "mine", 1000, false, &path, &back));
	assert_true(stash_get(s, a, "n299", "mine", 1000, false, &path, &back));
	stash_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(texts_come_back_to_their_browser_only, setup,
			teardown),
		cmocka_unit_test_setup_teardown(taken_out_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(a_large_file_is_left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(as_many_values_as_a_form_may_have, setup, teardown),
		cmocka_unit_test_setup_teardown(size_and_number_are_bounded, setup, teardown),
	};
	return cmocka_run_group_tests_name("stash", tests, NULL, NULL);
}
