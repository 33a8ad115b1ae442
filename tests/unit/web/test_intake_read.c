/* The lean reader of what a candidate's page sends: what it takes, and what it refuses. */
#include "support.h"

#undef fail
#include <stdlib.h>
#include <string.h>

#include "web/intake_read.h"

static char texts[1 << 20];
static struct intake_body body;

static int read_text(const char *text)
{
	/* An exact copy, so that a sanitizer sees a step behind its end. */
	size_t n = strlen(text);
	char *copy = malloc(n ? n : 1);
	memcpy(copy, text, n);
	int r = intake_read((struct str){copy, n}, texts, &body);
	free(copy);
	return r;
}

static void takes_answers(void **state)
{
	(void)state;
	assert_int_equal(read_text(
		"{\"epoch\":2,\"answers\":[{\"seq\":7,\"item\":3,\"response\":\"AC\","
		"\"spent\":1200},{\"response\":\"\",\"item\":4,\"seq\":8}]}"), 0);
	assert_int_equal(body.epoch, 2);
	assert_int_equal(body.n, 2);
	assert_int_equal(body.writes[0].seq, 7);
	assert_int_equal(body.writes[0].item_no, 3);
	assert_int_equal(body.writes[0].spent_ms, 1200);
	assert_string_equal(body.writes[0].response, "AC");
	assert_int_equal(body.writes[1].spent_ms, 0);
	assert_string_equal(body.writes[1].response, "");
}

static void takes_a_sign_of_life(void **state)
{
	(void)state;
	assert_int_equal(read_text("{\"epoch\":1}"), 0);
	assert_int_equal(body.n, 0);
	assert_int_equal(read_text(" {\n\"answers\" : [ ] ,\t\"epoch\" : 5 } \r\n"), 0);
	assert_int_equal(body.epoch, 5);
}

static void decodes_texts(void **state)
{
	(void)state;
	assert_int_equal(read_text("{\"epoch\":1,\"answers\":[{\"seq\":1,\"item\":1,\"response\":"
		"\"\\u7532\\ud83d\\ude00\\n\\t\\\"\\\\\\/乙\"}]}"), 0);
	assert_string_equal(body.writes[0].response, "甲😀\n\t\"\\/乙");
}

#define ANSWER(text) "{\"epoch\":1,\"answers\":[{\"seq\":1,\"item\":1,\"response\":" text "}]}"

static void refuses(void **state)
{
	static const char *const bad[] = {
		"", " ", "{", "{}", "[]", "null", "{\"epoch\":1", "{\"epoch\":1}x",
			"{\"epoch\":1,}",
		"{\"epoch\":0}", "{\"epoch\":-1}", "{\"epoch\":01}", "{\"epoch\":1.0}",
		"{\"epoch\":1e3}", "{\"epoch\":1000000000000000000}", "{\"epoch\":\"1\"}",
		"{\"epoch\":1,\"epoch\":1}", "{\"epoch\":1,\"more\":1}", "{\"answers\":[]}",
		"{\"epoch\":1,\"answers\":{}}", "{\"epoch\":1,\"answers\":[,]}",
		"{\"epoch\":1,\"answers\":[{}]}", "{\"epoch\":1,\"answers\":[],\"answers\":[]}",
		"{\"epoch\":1,\"answers\":[{\"seq\":1,\"item\":1}]}",
		"{\"epoch\":1,\"answers\":[{\"seq\":1,\"response\":\"\"}]}",
		"{\"epoch\":1,\"answers\":[{\"seq\":1,\"seq\":1,\"item\":1,\"response\":\"\"}]}",
		ANSWER("\"a"), ANSWER("\"\\"), ANSWER("\"\\x\""), ANSWER("\"\\u12\""),
		ANSWER("\"\\u0000\""), ANSWER("\"\\ud800\""), ANSWER("\"\\udc00\""),
		ANSWER("\"\\ud800\\u0041\""), ANSWER("\"\n\""), ANSWER("\"\xff\""),
		ANSWER("\"\xed\xa0\x80\""), ANSWER("null"), ANSWER("[\"A\"]"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (read_text(bad[i]) != ERR_INVALID) {
			print_error("taken: %s\n", bad[i]);
			assert_true(false);
		}
}

static void refuses_cuts(void **state)
{
	static const char whole[] = "{\"epoch\":2,\"answers\":[{\"seq\":7,\"item\":3,\"response\":"
		"\"\\ud83d\\ude00\",\"spent\":1200}]}";
	char cut[sizeof whole];
	(void)state;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		memcpy(cut, whole, n);
		cut[n] = 0;
		assert_int_equal(read_text(cut), ERR_INVALID);
	}
	assert_int_equal(read_text(whole), 0);
}

static void has_a_limit(void **state)
{
	(void)state;
	for (int n = INTAKE_ANSWERS_MAX; n <= INTAKE_ANSWERS_MAX + 1; n++) {
		auto_buf many;
		buf_init(&many, 1 << 16);
		buf_puts(&many, "{\"epoch\":1,\"answers\":[");
		for (int i = 0; i < n; i++)
			buf_printf(&many, "%s{\"seq\":1,\"item\":1,\"response\":\"\"}",
				i ? "," : "");
		buf_puts(&many, "]}");
		assert_int_equal(read_text(buf_z(&many)), n > INTAKE_ANSWERS_MAX ? ERR_LIMIT : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_answers), cmocka_unit_test(takes_a_sign_of_life),
		cmocka_unit_test(decodes_texts), cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_cuts), cmocka_unit_test(has_a_limit),
	};
	return cmocka_run_group_tests_name("intake_read", tests, NULL, NULL);
}
