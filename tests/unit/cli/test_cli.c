#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/str.h"
#include "cli/cli.h"

static int nothing(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static const struct cli_option options[] = {
	CLI_DATABASE,
	CLI_JSON,
	{"port", "N", "a port", true, 1, 65535},
	{0},
};

static const struct command command = {
	.name = "try",
	.usage = "A [B]",
	.summary = "for the test",
	.options = options,
	.least = 1,
	.most = 2,
	.run = nothing,
};

/* Splits words at blanks and parses them; argv is kept for the test to look at. */
static int parse(const char *words, struct cli_args *ret_args)
{
	static char text[256];
	static char *argv[16];
	int argc = 0;
	snprintf(text, sizeof text, "%s", words);
	char *rest = text, *word;
	while ((word = strsep(&rest, " ")))
		argv[argc++] = word;
	return cli_parse(&command, argc, argv, ret_args);
}

static void options_and_operands_mix(void **state)
{
	(void)state;
	struct cli_args args;
	assert_int_equal(parse("try --port 80 one --json two --database=sqlite:x=y", &args), 0);
	assert_int_equal(args.n, 2);
	assert_string_equal(args.operands[0], "one");
	assert_string_equal(args.operands[1], "two");
	assert_true(cli_has(&args, "json"));
	assert_int_equal(cli_number(&args, "port", 1), 80);
	assert_string_equal(cli_database(&args), "sqlite:x=y");
}

static void what_is_not_given_has_a_default(void **state)
{
	(void)state;
	struct cli_args args;
	assert_int_equal(parse("try one", &args), 0);
	assert_false(cli_has(&args, "json"));
	assert_int_equal(cli_number(&args, "port", 8080), 8080);
	unsetenv("LUBAN_DATABASE");
	assert_string_equal(cli_database(&args), "sqlite:var/luban.db");
	setenv("LUBAN_DATABASE", "postgresql://x", 1);
	assert_string_equal(cli_database(&args), "postgresql://x");
	unsetenv("LUBAN_DATABASE");
}

static void two_dashes_end_the_options(void **state)
{
	(void)state;
	struct cli_args args;
	assert_int_equal(parse("try -- --json -", &args), 0);
	assert_int_equal(args.n, 2);
	assert_string_equal(args.operands[0], "--json");
	assert_false(cli_has(&args, "json"));
}

static void wrong_use(void **state)
{
	static const char *const bad[] = {"try", "try a b c", "try a --none", "try a --json=1",
		"try a --port",
		"try a --port 0", "try a --port 65536", "try a --port 8x", "try a -j",
			"try a --json --json"};
	(void)state;
	FILE *kept = stderr;
	assert_non_null(stderr = fopen("/dev/null", "w"));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct cli_args args = {.n = 77};
		assert_int_equal(parse(bad[i], &args), CLI_USAGE);
		assert_int_equal(args.n, 77);
	}
	fclose(stderr);
	stderr = kept;
}

/* The program in a child: its exit status, and what it wrote. */
static int run(char **argv, const char *input, struct buf *out, struct buf *errors)
{
	int in_pipe[2], out_pipe[2], err_pipe[2], argc = 0, status;
	while (argv[argc])
		argc++;
	assert_int_equal(pipe(in_pipe) | pipe(out_pipe) | pipe(err_pipe), 0);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(in_pipe[0], 0);
		dup2(out_pipe[1], 1);
		dup2(err_pipe[1], 2);
		close(in_pipe[1]);
		stderr = fdopen(2, "w");
		setvbuf(stderr, NULL, _IONBF, 0);
		_exit(cli_main(argc, argv));
	}
	assert_int_equal(write(in_pipe[1], input, strlen(input)), strlen(input));
	close(in_pipe[0]);
	close(in_pipe[1]);
	close(out_pipe[1]);
	close(err_pipe[1]);
	char part[4096];
	ssize_t n;
	while ((n = read(out_pipe[0], part, sizeof part)) > 0)
		buf_put(out, part, (size_t)n);
	while ((n = read(err_pipe[0], part, sizeof part)) > 0)
		buf_put(errors, part, (size_t)n);
	close(out_pipe[0]);
	close(err_pipe[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define words(...) ((char *[]){"luban", __VA_ARGS__, NULL})

static int lines_in(const struct buf *b)
{
	int lines = 0;
	for (size_t i = 0; i < b->n; i++)
		lines += b->p[i] == '\n';
	return lines;
}

static void expect(char **argv, const char *input, int want_status, const char *want_text)
{
	auto_buf out, errors;
	buf_init(&out, 1 << 20);
	buf_init(&errors, 1 << 20);
	int status = run(argv, input, &out, &errors);
	assert_int_equal(status, want_status);
	const struct buf *where = status >= CLI_USAGE ? &errors : &out;
	if (!strstr(buf_z(where), want_text))
		fail_msg("“%s” does not hold “%s”", buf_z(where), want_text);
	assert_int_equal(lines_in(&errors), status >= CLI_USAGE ? 1 : 0);
}

static void numbers_are_explained(void **state)
{
	(void)state;
	expect(words("id", "idno", "11010519491231002X"), "", CLI_OK, "1949年12月31日");
	expect(words("id", "idno", "110105194912310021"), "", CLI_NO, "应为X");
	expect(words("id", "idno", "11010519491231002X", "1"), "", CLI_NO, "现为1位");
	expect(words("id", "uscc", "91110000802100433B", "--json"), "", CLI_OK,
		"\"ok\":true,\"reason\":\"ok\"");
	expect(words("id", "orgno", "802100434", "--json"), "", CLI_NO,
		"\"reason\":\"check\",\"at\":9");
	expect(words("id", "certno", "S000037100001243000017"), "", CLI_OK, "三级/高级工");
	expect(words("id", "bodyno", "S000037000072"), "", CLI_OK, "省直");
	expect(words("id", "cardno", "R37240015"), "", CLI_OK, "外部质量督导员");
	expect(words("id", "uscc", "-"), "91110000802100433B\n\n 91110108551385082Q\n", CLI_OK,
		"91110108551385082Q");
	expect(words("id", "uscc", "-"), "91110000802100433B\n0", CLI_NO, "现为1位");
}

static void wrong_use_is_said_in_one_line(void **state)
{
	(void)state;
	expect(words("id"), "", CLI_USAGE, "缺少参数");
	expect(words("id", "idno"), "", CLI_USAGE, "缺少参数");
	expect(words("id", "passport", "1"), "", CLI_USAGE, "passport");
	expect(words("id", "idno", "1", "--xml"), "", CLI_USAGE, "--xml");
	expect(words("no\nsuch"), "", CLI_USAGE, "no such");
	expect(words("help", "nothing"), "", CLI_USAGE, "nothing");
	expect((char *[]){"luban", NULL}, "", CLI_USAGE, "luban help");
}

static void every_command_has_help(void **state)
{
	(void)state;
	for (const struct command *const *c = commands; *c; c++) {
		char name[64];
		snprintf(name, sizeof name, "%s", (*c)->name);
		expect(words("help", name), "", CLI_OK, (*c)->summary);
		expect(words("help"), "", CLI_OK, (*c)->summary);
		expect(words("help", "--man"), "", CLI_OK, (*c)->summary);
		assert_non_null((*c)->run);
	}
	expect(words("id", "--help"), "", CLI_OK, "GB 11643");
	expect(words("--help"), "", CLI_OK, "luban help");
	expect(words("--version"), "", CLI_OK, LUBAN_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_operands_mix),
		cmocka_unit_test(what_is_not_given_has_a_default),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(wrong_use),
		cmocka_unit_test(numbers_are_explained),
		cmocka_unit_test(wrong_use_is_said_in_one_line),
		cmocka_unit_test(every_command_has_help),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
