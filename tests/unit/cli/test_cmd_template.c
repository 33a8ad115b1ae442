/* luban template render, run as a child: what it prints and how it ends. */
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
#include "cli/cli.h"

static char folder[] = "/tmp/luban-template-XXXXXX";
static char output[4096];

static void put_file(const char *name, const char *text)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	return mkdir("parts", 0700) || mkdir("parts/deep", 0700);
}

static void child(char *words)
{
	char *argv[16] = {"luban"};
	int argc = 1;
	for (char *word; (word = strsep(&words, " "));)
		argv[argc++] = word;
	if (!freopen("out", "wb", stdout) || !freopen("err", "wb", stderr))
		_exit(99);
	int status = cli_main(argc, argv);
	fflush(NULL);
	_exit(status);
}

static void slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	output[fread(output, 1, sizeof output - 1, f)] = 0;
	fclose(f);
}

/* Standard output goes to `output` when it ends well, else standard error. */
static int run(const char *words)
{
	char copy[256];
	int status = 0;
	snprintf(copy, sizeof copy, "template render %s", words);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		child(copy);
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	slurp(WEXITSTATUS(status) ? "err" : "out");
	return WEXITSTATUS(status);
}

static void writes_exactly_what_the_template_says(void **state)
{
	(void)state;
	put_file("t.html", "{{x}}, {{y}}\n  {{>part}}{{>deep/more}}|");
	put_file("parts/part.mustache", "one\n");
	put_file("parts/deep/more.html", "two");
	put_file("v.json", "{\"x\": \"<\"}");
	assert_int_equal(run("t.html --view v.json --partials parts"), CLI_OK);
	assert_string_equal(output, "&lt;, \n  one\ntwo|");
	assert_int_equal(run("t.html"), CLI_OK);
	assert_string_equal(output, ", \n  |");
}

static void strict_names_what_is_missing(void **state)
{
	(void)state;
	put_file("t.html", "\n{{x}}");
	assert_int_equal(run("t.html --strict"), CLI_NO);
	assert_non_null(strstr(output, "t.html"));
	assert_non_null(strstr(output, "第2行"));
	assert_non_null(strstr(output, "{{x}}"));
}

static void partials_stay_in_their_folder(void **state)
{
	(void)state;
	put_file("secret.txt", "secret");
	put_file("t.html", "[{{>../secret}}{{>/etc/hostname}}{{>*a}}]");
	put_file("v.json", "{\"a\": \"./../secret.txt\"}");
	assert_int_equal(run("t.html --view v.json --partials parts"), CLI_OK);
	assert_string_equal(output, "[]");
}

static void a_partial_named_like_the_file_is_another(void **state)
{
	(void)state;
	put_file("t.html", "main {{>t}}");
	put_file("parts/t.html", "part");
	assert_int_equal(run("t.html --partials parts"), CLI_OK);
	assert_string_equal(output, "main part");
}

static void wrong_input_ends_in_words(void **state)
{
	(void)state;
	put_file("t.html", "{{#a}}");
	put_file("v.json", "{\"a\": 1, \"a\": 2}");
	assert_int_equal(run("nobody.html"), CLI_FAILURE);
	assert_int_equal(run("t.html"), CLI_NO);
	assert_non_null(strstr(output, "第1行"));
	assert_int_equal(run("t.html --view v.json"), CLI_NO);
	assert_non_null(strstr(output, "v.json"));
	assert_int_equal(run("t.html --view nobody.json"), CLI_FAILURE);
	assert_int_equal(run("t.html t.html"), CLI_USAGE);
}

static int remove_folder(void **state)
{
	(void)state;
	static const char *const files[] = {"t.html", "v.json", "out", "err", "secret.txt",
		"parts/part.mustache", "parts/t.html", "parts/deep/more.html"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	return rmdir("parts/deep") || rmdir("parts") || chdir("/") || rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_exactly_what_the_template_says),
		cmocka_unit_test(strict_names_what_is_missing),
		cmocka_unit_test(partials_stay_in_their_folder),
		cmocka_unit_test(a_partial_named_like_the_file_is_another),
		cmocka_unit_test(wrong_input_ends_in_words),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
