#include "core/message.h"

#include <string.h>

#include "support.h"

static const char *said(struct arena *a, const char *id, const char *first, const char *second)
{
	const char *args[PROBLEM_ARGS] = {first, second};
	return message_text(a, id, args);
}

static void places_are_filled(void **state)
{
	auto_arena a = arena_new(1 << 20);
	(void)state;
	assert_string_equal(said(a, "field.long", "备注", "20"),
		"“备注”最多 20 个字，您输入了  个字");
	assert_string_equal(said(a, "field.required", "{1}", "x"), "请填写“{1}”");
	assert_string_equal(message_text(a, "field.required", NULL), "请填写“”");
	assert_string_equal(message_text(a, "job.notfound", NULL),
		"没有找到该任务，可能不是您提交的");
}

static void an_unknown_id_shows_itself(void **state)
{
	auto_arena a = arena_new(1 << 20);
	(void)state;
	assert_string_equal(message_text(a, "no.such_message", NULL), "no.such_message");
	assert_string_equal(message_text(a, "", NULL), "");
	assert_string_equal(message_text(a, NULL, NULL), "");
}

static void a_long_argument_does_not_run_over(void **state)
{
	auto_arena a = arena_new(4 << 20);
	auto_buf b;
	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buf_putc(&b, 'x');
	assert_true(strlen(said(a, "field.required", buf_z(&b), "")) <= 16 * 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_filled),
		cmocka_unit_test(an_unknown_id_shows_itself),
		cmocka_unit_test(a_long_argument_does_not_run_over),
	};
	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
