#include "web/multipart.h"

#include "support.h"

enum { MEMORY = 64 * 1024 * 1024 };

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

#define PART(head, text) "--b\r\nContent-Disposition: form-data; " head "\r\n\r\n" text "\r\n"

static bool reads(struct arena *a, const char *body, struct values *v)
{
	*v = (struct values){0};
	return multipart_values(a, "multipart/form-data; boundary=b", str_of(body), v);
}

static void texts_and_files_in_order(void **state)
{
	struct values v;
	assert_true(reads(*state,
		"ignored\r\n" PART("name=\"a\"", "一\r\n二") PART("name=a", "") PART(
		"name=\"f\"; filename=\"表.xlsx\"", "PK\r\n--c"
	) "--b--\r\n", &v));
	assert_int_equal(v.n, 3);
	assert_string_equal(v.at[0].name, "a");
	assert_true(str_is(v.at[0].text, "一\r\n二"));
	assert_null(v.at[0].filename);
	assert_int_equal(v.at[1].text.n, 0);
	assert_string_equal(v.at[2].filename, "表.xlsx");
	assert_true(str_is(v.at[2].text, "PK\r\n--c"));
}

static void an_empty_file_chooser_is_nothing(void **state)
{
	struct values v;
	assert_true(reads(*state, PART("name=\"f\"; filename=\"\"", "") "--b--", &v));
	assert_int_equal(v.n, 0);
}

static void file_names_lose_their_path(void **state)
{
	struct values v;
	assert_true(reads(*state,
		PART("name=\"f\"; filename=\"../../etc/pass\\wd\x01.txt\"", "x") "--b--", &v));
	assert_string_equal(v.at[0].filename, "wd.txt");
}

static void what_is_broken_is_refused(void **state)
{
	static const char *const broken[] = {
		"", "--b", "--b\r\n", PART("name=\"a\"", "x"), PART("filename=\"f\"", "x") "--b--",
			PART("name=\"\"", "x") "--b--",
		"--b\r\n\r\nx\r\n--b--",
			"--b\r\nContent-Disposition: form-data; name=\"a\"\r\nx\r\n--b--",
		PART("name=\"a\"", "\xff\xfe") "--b--", PART("name=\"\xff\"", "x") "--b--",
			"--bx\r\n" PART("name=a", "x") "--b--",
	};
	struct values v;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		if (reads(*state, broken[i], &v))
			fail_msg("was taken: %s", broken[i]);
	assert_false(multipart_values(*state, "multipart/form-data", STR("--b--"), &v));
	assert_false(multipart_values(*state, "multipart/form-data; boundary=", STR("--b--"), &v));
}

static void nul_is_for_files_only(void **state)
{
	static const char text[] = PART("name=\"a\"", "x\0y") "--b--";
	static const char file[] = PART("name=\"a\"; filename=\"f\"", "x\0y") "--b--";
	struct values v = {0};
	assert_false(multipart_values(*state, "multipart/form-data; boundary=b",
		(struct str){text, sizeof text - 1}, &v));
	v = (struct values){0};
	assert_true(multipart_values(*state, "multipart/form-data; boundary=b",
		(struct str){file, sizeof file - 1}, &v));
	assert_int_equal(v.at[0].text.n, 3);
}

static void too_many_parts_are_refused(void **state)
{
	auto_buf body;
	struct values v;
	buf_init(&body, MEMORY);
	for (int i = 0; i <= VALUES_MAX; i++)
		buf_puts(&body, PART("name=\"a\"", "x"));
	buf_puts(&body, "--b--");
	assert_false(reads(*state, buf_z(&body), &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(texts_and_files_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_file_chooser_is_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(file_names_lose_their_path, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_broken_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(nul_is_for_files_only, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_parts_are_refused, setup, teardown),
	};
	return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
