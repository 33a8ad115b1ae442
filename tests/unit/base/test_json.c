#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static int read_z(const char *z, json_t **ret_value, struct json_problem *ret_problem)
{
	return json_read(str_of(z), 1024, ret_value, ret_problem);
}

static void what_is_json(void **state)
{
	(void)state;
	static const char *const good[] = {"{}", "[]",
		" [1, -2.5e3, true, false, null, \"甲\\u4e59\\n\"] ", "1", "\"\"",
		"9223372036854775807", "{\"a\": {\"a\": 1}}"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		auto_json v = NULL;
		if (read_z(good[i], &v, NULL))
			fail_msg("%s", good[i]);
	}
}

static void what_is_not(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned line, column;
	} bad[] = {
		{"", 1, 1},
		{"{\"a\":1,\n \"a\":2}", 2, 4}, /* twice the same key */
		{"[1,\n\n2,]", 3, 3},
		{"[\"甲\\u0000\"]", 1, 10},
		{"9223372036854775808", 1, 19},
		{"[1] x", 1, 5},
		{"{a:1}", 1, 2},
		{"['a']", 1, 2},
		{"[\"\xff\"]", 1, 3},
		{"[NaN]", 1, 4},
		{"[1e999]", 1, 6},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		json_t *v = NULL;
		struct json_problem p = {0};
		int rc = read_z(bad[i].text, &v, &p);
		if (rc != ERR_INVALID || p.line != bad[i].line || v)
			fail_msg("%s: %d at %u:%u %s", bad[i].text, rc, p.line, p.column, p.text);
		assert_true(p.column > 0);
		assert_true(strlen(p.text) > 0);
	}
}

static void nest(struct buf *b, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_putc(b, '[');
	buf_puts(b, "\"]][[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"");
	for (int i = 0; i < depth; i++)
		buf_putc(b, ']');
}

static void depth_has_a_limit(void **state)
{
	(void)state;
	json_t *v = NULL;
	struct json_problem p;
	auto_buf text;
	buf_init(&text, 1024);
	nest(&text, JSON_DEPTH_MAX);
	assert_int_equal(json_read(buf_view(&text), 1024, &v, &p), 0);
	json_decref(v);
	buf_reset(&text);
	nest(&text, JSON_DEPTH_MAX + 1);
	assert_int_equal(json_read(buf_view(&text), 1024, &v, &p), ERR_LIMIT);
	assert_int_equal(p.line, 1);
	assert_int_equal(p.column, JSON_DEPTH_MAX + 1);
}

static void size_has_a_limit(void **state)
{
	(void)state;
	json_t *v = NULL;
	assert_int_equal(json_read(STR("[1,2]"), 5, &v, NULL), 0);
	json_decref(v);
	v = NULL;
	assert_int_equal(json_read(STR("[1,23]"), 5, &v, NULL), ERR_LIMIT);
	assert_null(v);
}

/* What takes two bytes here takes up to 240 in memory. */
static void parts_have_a_limit(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int parts;
	} kinds[] = {{"{},", 2}, {"[],", 2}, {"0,", 1}, {"\",{[\",", 1}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		auto_buf text;
		json_t *v = NULL;
		buf_init(&text, 7 * JSON_PARTS_MAX);
		buf_puts(&text, "[");
		for (int n = kinds[i].parts; n < JSON_PARTS_MAX; n += kinds[i].parts)
			buf_puts(&text, kinds[i].text);
		buf_puts(&text, "0");
		buf_puts(&text, "]");
		assert_int_equal(json_read(buf_view(&text), text.n, &v, NULL), 0);
		json_decref(v);
		v = NULL;
		text.n--;
		buf_puts(&text, ",0,0]");
		assert_int_equal(json_read(buf_view(&text), text.n, &v, NULL), ERR_LIMIT);
		assert_null(v);
	}
}

static void writing(void **state)
{
	(void)state;
	auto_json v = NULL;
	auto_buf out;
	buf_init(&out, 60);
	assert_int_equal(read_z("{\"b\": [1, 0.1, 2.0],\n \"a\": \"甲\\n\\\"\", \"c\": null}", &v,
		NULL), 0);
	assert_int_equal(json_write(v, &out), 0);
	assert_string_equal(buf_z(&out), "{\"b\":[1,0.1,2.0],\"a\":\"甲\\n\\\"\",\"c\":null}");
	assert_int_equal(json_write(v, &out), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json),
		cmocka_unit_test(what_is_not),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(size_has_a_limit),
		cmocka_unit_test(parts_have_a_limit),
		cmocka_unit_test(writing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
