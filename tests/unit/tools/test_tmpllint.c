/* tools/tmpllint finds what it is for: each bad template is reported with its line, good ones are
 * not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"

static char folder[] = "/tmp/luban-tmpllint-XXXXXX";

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int make_tree(void **state)
{
	static const char *const folders[] = {"templates", "templates/paper", "tools",
		"tools/tmpllint", "tests", "tests/fixtures", "tests/fixtures/templates"};
	(void)state;
	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (mkdir(folders[i], 0700))
			return -1;
	put_file("templates/part.html", "<b>{{name}}</b>");
	return 0;
}

static const char *lint(int want_status)
{
	static char output[4096];
	int status;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		if (freopen("err", "wb", stderr) && freopen("/dev/null", "wb", stdout))
			execl(TMPLLINT, "tmpllint", ".", (char *)NULL);
		_exit(99);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	FILE *f = fopen("err", "rb");
	assert_non_null(f);
	output[fread(output, 1, sizeof output - 1, f)] = 0;
	fclose(f);
	if (WEXITSTATUS(status) != want_status)
		fail_msg("status %d: %s", WEXITSTATUS(status), output);
	return output;
}

static void good_templates(void **state)
{
	(void)state;
	static const char *const good[] = {
		"<!doctype html><p class=\"{{#a}}x{{/a}}\"{{#b}} id='y'{{/b}}>{{>part}}<br></p>",
		"<label>a <input type=\"text\" name=\"a\"></label><input type=\"hidden\">",
		"<input id=\"a-{{x}}\"{{>part}}><label for=\"a-{{x}}\">a</label>",
		"{{<part}}{{$b}}<p>{{^x}}<b>y</b>{{/x}}</p>{{/b}}{{/part}}{{>*dynamic}}",
		"<svg aria-hidden=\"true\"><path d=\"M0 0\"/><g></g></svg><img alt=\"\" src=\"x\">",
		"<!-- <p> --><script src=\"/x.js\"></script>1 < 2{{! <p> }}",
		"<input aria-label=\"x\"><textarea aria-labelledby=\"y\"></textarea>",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		put_file("templates/t.html", good[i]);
		assert_string_equal(lint(0), "");
	}
}

static void bad_templates(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} bad[] = {
		{"\n<p class=x></p>", ":2: the value of class is not quoted"},
		{"<p class={{x}}></p>", "not quoted"},
		{"<p onclick=\"x\"></p>", "script in onclick"},
		{"<p {{#a}}ONLOAD='x'{{/a}}></p>", "script in ONLOAD"},
		{"<a href=\" javascript:x\">x</a>", "script in href"},
		{"<p style=\"x\"></p>", "style in an attribute"},
		{"<script>x</script>", "<script> with a body"},
		{"<style>x</style>", "<style> with a body"},
		{"<p>{{{x}}}</p>", "not escaped"},
		{"<p title=\"{{&x}}\"></p>", "not escaped"},
		{"\n\n{{>nobody}}", ":3: there is no template nobody"},
		{"{{<nobody}}{{/nobody}}", "there is no template nobody"},
		{"<p>\n<b></p>", ":2: </p> closes nothing in b"},
		{"<p>", "<p> is never closed"},
		{"</p>", "</p> closes nothing"},
		{"<div/>", "<div/> closes nothing"},
		{"{{#a}}<p>{{/a}}</p>", "<p> is not closed within {{a}}"},
		{"<p>{{#a}}</p>{{/a}}", "</p> closes nothing in a"},
		{"<p {{#a}}>{{/a}}</p>", "a section that began inside a tag ends outside"},
		{"{{#a}}<p {{/a}}></p>", "a section that began outside ends inside a tag"},
		{"<p title=\"{{#a}}\" {{/a}}></p>", "a section ends outside the value"},
		{"<p title=\"x></p>", "a quote is never closed"},
		{"<img src=\"x\">", "<img> has no alt"},
		{"<svg></svg>", "<svg> has neither"},
		{"<input name=\"x\">", "<input> has no label"},
		{"<select id=\"x\"></select>", "no label for #x"},
		{"<iframe></iframe>", "<iframe>"},
		{"{{=<% %>=}}", "other delimiters"},
		{"<p>{{#a}}</p>", "<p> is never closed"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put_file("templates/t.html", bad[i].text);
		const char *output = lint(1);
		if (!strstr(output, bad[i].want))
			fail_msg("%s\nsays %s not %s", bad[i].text, output, bad[i].want);
	}
	put_file("templates/t.html", "");
}

static void broken_mustache(void **state)
{
	(void)state;
	put_file("templates/t.html", "\n{{#a}}{{/b}}");
	assert_non_null(strstr(lint(1), "templates/t.html:2: closes what is not open: {{b}}"));
	put_file("templates/t.html", "");
}

static void the_allow_list(void **state)
{
	(void)state;
	put_file("templates/t.html", "{{{x}}}");
	put_file("tools/tmpllint/allow", "# why\ntemplates/t.html x  made by us\n");
	assert_string_equal(lint(0), "");
	put_file("templates/t.html", "{{x}}");
	assert_non_null(strstr(lint(1), "tools/tmpllint/allow"));
	unlink("tools/tmpllint/allow");
	put_file("templates/t.html", "");
}

static void fixtures(void **state)
{
	(void)state;
	put_file("templates/t.html", "<p id=\"{{a}}\">{{#b}}{{c}}{{/b}}</p>");
	put_file("tests/fixtures/templates/_frame.json", "{\"c\": 1}");
	put_file("tests/fixtures/templates/t.json", "{\"a\": 1, \"b\": 1}");
	assert_string_equal(lint(0), "");
	put_file("tests/fixtures/templates/t.json", "{\"a\": 1}");
	assert_non_null(strstr(lint(1), "templates/t.html:1: unknown name {{b}}"));
	put_file("tests/fixtures/templates/t.json", "{\"a\": 1,}");
	assert_non_null(strstr(lint(1), "tests/fixtures/templates/t.json:1:"));
	put_file("templates/t.html", "{{#l}}<p id=\"{{.}}\"></p>{{/l}}");
	put_file("tests/fixtures/templates/t.json", "{\"l\": [1, 2]}");
	assert_string_equal(lint(0), "");
	put_file("tests/fixtures/templates/t.json", "{\"l\": [1, 1]}");
	assert_non_null(strstr(lint(1), "the id 1 is there twice"));
	put_file("tests/fixtures/templates/t.json", "{\"l\": []}");
	put_file("tests/fixtures/templates/u.json", "{}");
	assert_non_null(strstr(lint(1), "a fixture of no template"));
}

static int remove_tree(void **state)
{
	(void)state;
	static const char *const files[] = {"templates/t.html", "templates/part.html", "err",
		"tests/fixtures/templates/_frame.json", "tests/fixtures/templates/t.json",
		"tests/fixtures/templates/u.json", "tools/tmpllint/allow"};
	static const char *const folders[] = {"tests/fixtures/templates", "tests/fixtures", "tests",
		"tools/tmpllint", "tools", "templates/paper", "templates"};
	int failed = 0;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		failed |= rmdir(folders[i]);
	return failed | chdir("/") | rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_templates),
		cmocka_unit_test(bad_templates),
		cmocka_unit_test(broken_mustache),
		cmocka_unit_test(the_allow_list),
		cmocka_unit_test(fixtures),
	};
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
