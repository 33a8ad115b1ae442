/* The cases of tests/fixtures/mustache/cases.json (each rule of the public spec), then what the
 * spec leaves to us: errors, strictness, limits, threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <pthread.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mustache.h"

static int load(void *arg, const char *name, struct str *ret_text)
{
	const char *text = json_string_value(json_object_get(arg, name));
	if (!text)
		return ERR_NOTFOUND;
	*ret_text = str_of(text);
	return 0;
}

static const char *text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static bool run_case(const char *group, json_t *one)
{
	struct mustache_set *set = mustache_set_new(load, json_object_get(one, "partials"));
	const struct mustache *t = NULL;
	struct mustache_error error = {0};
	auto_buf out;
	buf_init(&out, 1 << 20);
	int rc = mustache_compile_text(set, "case", str_of(text_of(one, "template")), &t, &error);
	if (!rc)
		rc = mustache_render(t, json_object_get(one, "data"), &out, 0, &error);
	bool ok = !rc && streq(buf_z(&out), text_of(one, "expected"));
	if (!ok)
		print_error("%s / %s:\n  is       %s (%d %s)\n  must be  %s\n", group,
			text_of(one, "name"),
			buf_z(&out), rc, error.text, text_of(one, "expected"));
	mustache_set_free(set);
	return ok;
}

static void cases_of_the_spec(void **state)
{
	(void)state;
	size_t i, j, wrong = 0, n = 0;
	json_t *group, *one;
	auto_json all = json_load_file("tests/fixtures/mustache/cases.json", 0, NULL);
	assert_non_null(all);
	json_array_foreach(all, i, group) {
		json_array_foreach(json_object_get(group, "cases"), j, one) {
			wrong += !run_case(text_of(group, "group"), one);
			n++;
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(n > 150);
}

struct bench {
	json_t *partials;
	struct mustache_set *set;
	struct buf out;
	struct mustache_error error;
};

static struct bench bench_with(const char *partials)
{
	struct bench b = {.partials = json_loads(partials, 0, NULL)};
	assert_non_null(b.partials);
	b.set = mustache_set_new(load, b.partials);
	buf_init(&b.out, 1 << 20);
	return b;
}

static void bench_end(struct bench *b)
{
	mustache_set_free(b->set);
	json_decref(b->partials);
	buf_fini(&b->out);
}

static int bench_run(struct bench *b, const char *name, const char *view, unsigned flags)
{
	const struct mustache *t = NULL;
	auto_json v = json_loads(view, JSON_DECODE_ANY, NULL);
	assert_non_null(v);
	buf_reset(&b->out);
	int rc = mustache_compile(b->set, name, &t, &b->error);
	return rc ? rc : mustache_render(t, v, &b->out, flags, &b->error);
}

static void names_that_nobody_gave(void **state)
{
	(void)state;
	struct bench b = bench_with(
		"{\"a\": \"一\\n{{>b}}\", \"b\": \"二\\n\\n{{#s}}{{/s}}{{x.y}}\", \"c\": \"{{>"
		"nobody}}\","
		"\"d\": \"{{<nobody}}{{/nobody}}\", \"e\": \"{{>*x}}\"}");
	assert_int_equal(bench_run(&b, "a", "{}", 0), 0);
	assert_int_equal(bench_run(&b, "a", "{\"x\": {\"y\": null}}", MUSTACHE_STRICT), 0);
	assert_int_equal(bench_run(&b, "a", "{\"x\": {}}", MUSTACHE_STRICT), ERR_INVALID);
	assert_string_equal(b.error.template, "b");
	assert_int_equal(b.error.line, 3);
	assert_string_equal(b.error.text, "unknown name {{x.y}}");
	assert_int_equal(bench_run(&b, "a", "{\"x\": {\"y\": 1}}", MUSTACHE_STRICT_SECTIONS),
		ERR_INVALID);
	assert_string_equal(b.error.text, "unknown name {{s}}");
	assert_int_equal(bench_run(&b, "c", "{}", MUSTACHE_STRICT), ERR_INVALID);
	assert_string_equal(b.error.text, "unknown template {{nobody}}");
	assert_int_equal(bench_run(&b, "d", "{}", MUSTACHE_STRICT), ERR_INVALID);
	assert_int_equal(bench_run(&b, "e", "{\"x\": \"nobody\"}", MUSTACHE_STRICT), ERR_INVALID);
	assert_string_equal(b.error.text, "unknown template {{*x}}");
	assert_int_equal(bench_run(&b, "nobody", "{}", 0), ERR_NOTFOUND);
	bench_end(&b);
}

static void wrong_templates(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned line;
	} wrong[] = {
		{"{{x", 1},
		{"\n{{{x}}", 2},
		{"{{}}", 1},
		{"{{ # }}", 1},
		{"{{a b}}", 1},
		{"{{#a}}\n{{/b}}", 2},
		{"\n\n{{#a}}", 3},
		{"{{/a}}", 1},
		{"{{#a}}{{#b}}{{/a}}{{/b}}", 1},
		{"{{$a}}\n", 1},
		{"{{<a}}{{/*a}}", 1},
		{"{{<p}}{{$a}}{{/a}}\n{{$a}}{{/a}}{{/p}}", 2},
		{"{{= x =}}", 1},
		{"{{= = = =}}", 1},
		{"{{=x}}", 1},
		{"{{! ", 1},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct mustache_set *set = mustache_set_new(NULL, NULL);
		struct mustache_error error = {0};
		const struct mustache *t = NULL;
		int rc = mustache_compile_text(set, "w", str_of(wrong[i].text), &t, &error);
		if (rc != ERR_INVALID || error.line != wrong[i].line)
			fail_msg("%s: %d, line %u: %s", wrong[i].text, rc, error.line, error.text);
		assert_null(t);
		mustache_set_free(set);
	}
}

static void a_broken_partial_breaks_its_users_only(void **state)
{
	(void)state;
	struct bench b = bench_with(
		"{\"good\": \"好{{>x}}\", \"x\": \"X\", \"bad\": \"{{>x}}{{>worse}}\", "
		"\"worse\": \"\\n{{#\", \"dyn\": \"{{>*n}}\"}");
	assert_int_equal(bench_run(&b, "bad", "{}", 0), ERR_INVALID);
	assert_string_equal(b.error.template, "worse");
	assert_int_equal(b.error.line, 2);
	assert_int_equal(bench_run(&b, "good", "{}", 0), 0);
	assert_string_equal(buf_z(&b.out), "好X");
	assert_int_equal(bench_run(&b, "bad", "{}", 0), ERR_INVALID);
	assert_int_equal(bench_run(&b, "dyn", "{\"n\": \"worse\"}", 0), ERR_INVALID);
	assert_int_equal(bench_run(&b, "dyn", "{\"n\": \"good\"}", 0), 0);
	bench_end(&b);
}

static void endless_templates_end(void **state)
{
	(void)state;
	struct bench b = bench_with(
		"{\"self\": \"x{{>self}}\", \"a\": \"{{<b}}{{/b}}\", \"b\": \"{{<a}}{{/a}}\","
		"\"blk\": \"{{<p}}{{$x}}{{$x}}{{/x}}{{/x}}{{/p}}\", \"p\": \"{{$x}}{{/x}}\","
		"\"tree\": \"{{>tree}}{{>tree}}\", \"sec\": \"{{#x}}{{>sec}}{{/x}}\"}");
	assert_int_equal(bench_run(&b, "self", "{}", 0), ERR_LIMIT);
	assert_int_equal(b.out.n, 65);
	assert_int_equal(bench_run(&b, "a", "{}", 0), ERR_LIMIT);
	assert_int_equal(bench_run(&b, "blk", "{}", 0), ERR_LIMIT);
	assert_int_equal(bench_run(&b, "tree", "{}", 0), ERR_LIMIT);
	assert_int_equal(bench_run(&b, "sec", "{\"x\": {}}", 0), ERR_LIMIT);
	bench_end(&b);
}

static void nesting_has_a_limit(void **state)
{
	(void)state;
	for (int depth = MUSTACHE_NEST_MAX; depth <= MUSTACHE_NEST_MAX + 1; depth++) {
		auto_buf text;
		buf_init(&text, 4096);
		for (int i = 0; i < depth; i++)
			buf_puts(&text, "{{#a}}");
		for (int i = 0; i < depth; i++)
			buf_puts(&text, "{{/a}}");
		struct mustache_set *set = mustache_set_new(NULL, NULL);
		const struct mustache *t;
		int rc = mustache_compile_text(set, "n", buf_view(&text), &t, NULL);
		assert_int_equal(rc, depth > MUSTACHE_NEST_MAX ? ERR_INVALID : 0);
		mustache_set_free(set);
	}
}

static void output_has_a_limit(void **state)
{
	(void)state;
	struct bench b = bench_with("{\"t\": \"{{#l}}1234567890{{/l}}\"}");
	b.out.max = 25;
	assert_int_equal(bench_run(&b, "t", "{\"l\": [1, 2]}", 0), 0);
	assert_int_equal(bench_run(&b, "t", "{\"l\": [1, 2, 3]}", 0), ERR_LIMIT);
	assert_int_equal(b.out.n, 20);
	bench_end(&b);
}

static void names_have_a_limit(void **state)
{
	(void)state;
	char name[MUSTACHE_NAME_MAX + 2];
	struct bench b = bench_with("{}");
	const struct mustache *t;
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = 0;
	assert_int_equal(mustache_compile(b.set, name, &t, NULL), ERR_NOTFOUND);
	assert_int_equal(mustache_compile_text(b.set, name, STR("x"), &t, NULL), ERR_LIMIT);
	assert_int_equal(mustache_compile_text(b.set, "x", STR("x"), &t, NULL), 0);
	assert_int_equal(mustache_compile_text(b.set, "x", STR("y"), &t, NULL), ERR_CONFLICT);
	bench_end(&b);
}

static void *render_many(void *arg)
{
	struct mustache_set *set = arg;
	auto_json view = json_loads(
		"{\"rows\": [{\"kind\": \"a\", \"v\": 1}, {\"kind\": \"b\", \"v\": 2}]}", 0, NULL);
	for (int i = 0; i < 300; i++) {
		const struct mustache *t;
		auto_buf out;
		buf_init(&out, 4096);
		if (mustache_compile(set, "page", &t, NULL) || mustache_render(t, view, &out,
			MUSTACHE_STRICT, NULL) ||
			!streq(buf_z(&out), "<[1](2)>"))
			return arg;
	}
	return NULL;
}

static void threads_share_a_set(void **state)
{
	(void)state;
	struct bench b = bench_with(
		"{\"page\": \"{{<lay}}{{$c}}{{#rows}}{{>*kind}}{{/rows}}{{/c}}{{/lay}}\","
		"\"lay\": \"<{{$c}}{{/c}}>\", \"a\": \"[{{v}}]\", \"b\": \"({{v}})\"}");
	pthread_t threads[4];
	void *failed;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, render_many, b.set), 0);
	for (size_t i = 0; i < 4; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_of_the_spec),
		cmocka_unit_test(names_that_nobody_gave),
		cmocka_unit_test(wrong_templates),
		cmocka_unit_test(a_broken_partial_breaks_its_users_only),
		cmocka_unit_test(endless_templates_end),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(output_has_a_limit),
		cmocka_unit_test(names_have_a_limit),
		cmocka_unit_test(threads_share_a_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
