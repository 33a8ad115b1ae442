#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/message.h"

static void error_line(const char *fmt, va_list ap)
{
	auto_buf line;
	buf_init(&line, 4096);
	buf_vprintf(&line, fmt, ap);
	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] < ' ')
			line.p[i] = ' ';
	fprintf(stderr, "luban: %s\n", buf_z(&line));
}

void cli_error(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	error_line(fmt, ap);
	va_end(ap);
}

int cli_misuse(const struct command *command, const char *fmt, ...)
{
	auto_buf text;
	va_list ap;
	buf_init(&text, 2048);
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	cli_error("%s（用法见 luban help %s）", buf_z(&text), command->name);
	return CLI_USAGE;
}

static int option_row(const struct command *command, struct str name)
{
	const struct cli_option *o = command->options;
	for (int i = 0; o && o[i].name; i++)
		if (str_is(name, o[i].name))
			return i;
	return -1;
}

static int check_number(const struct command *command, const struct cli_option *o,
	const char *value)
{
	int64_t number;
	if (str_to_i64(str_of(value), &number) && number >= o->min && number <= o->max)
		return 0;
	return cli_misuse(command, "--%s应为%lld至%lld的整数，给出的是“%s”", o->name,
		(long long)o->min, (long long)o->max, value);
}

/* Takes the option at argv[*at], and the word behind it where that is its value. */
static int take_option(struct cli_args *args, int argc, char **argv, int *at)
{
	const struct command *command = args->command;
	struct str value = str_of(argv[*at] + 2);
	bool has_value = strchr(argv[*at], '=') != NULL;
	struct str name = has_value ? str_cut(&value, '=') : value;
	int row = option_row(command, name);
	if (row < 0)
		return cli_misuse(command, "没有选项--%.*s", (int)name.n, name.p);
	const struct cli_option *o = &command->options[row];
	if (args->values[row])
		return cli_misuse(command, "选项--%s只能给一次", o->name);
	if (!o->value) {
		args->values[row] = "";
		return has_value ? cli_misuse(command, "选项--%s不带值", o->name) : 0;
	}
	if (!has_value && *at + 1 == argc)
		return cli_misuse(command, "选项--%s缺少值（%s）", o->name, o->value);
	args->values[row] = has_value ? value.p : argv[++*at];
	return o->is_number ? check_number(command, o, args->values[row]) : 0;
}

static int check_operands(const struct cli_args *args)
{
	const struct command *command = args->command;
	if (args->n < command->least)
		return cli_misuse(command, "%s缺少参数", command->name);
	if (command->most >= 0 && args->n > command->most)
		return cli_misuse(command, "多余的参数“%s”", args->operands[command->most]);
	return 0;
}

/* Not said back: a password may stand in it. */
static int check_database(const struct cli_args *args)
{
	if (option_row(args->command, STR("database")) < 0)
		return 0;
	struct str url = str_of(cli_database(args)), file = url;
	bool is_file = str_is(str_cut(&file, ':'), "sqlite") && file.n;
	if (is_file || str_starts(url, "postgresql://") || str_starts(url, "postgres://"))
		return 0;
	return cli_misuse(args->command, "数据库应写作sqlite:文件或postgresql://…"
		"（--database，或环境变量LUBAN_DATABASE）");
}

int cli_parse(const struct command *command, int argc, char **argv, struct cli_args *ret_args)
{
	struct cli_args args = {.command = command, .operands = argv + 1};
	bool only_operands = false;
	for (int i = 1; i < argc; i++) {
		if (!only_operands && streq(argv[i], "--")) {
			only_operands = true;
		} else if (!only_operands && str_starts(str_of(argv[i]), "--")) {
			int err = take_option(&args, argc, argv, &i);
			if (err)
				return err;
		} else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
			return cli_misuse(command, "没有选项%s", argv[i]);
		} else {
			args.operands[args.n++] = argv[i];
		}
	}
	int err = check_operands(&args);
	if (!err)
		err = check_database(&args);
	if (!err)
		*ret_args = args;
	return err;
}

static const char *value_of(const struct cli_args *args, const char *option)
{
	int row = option_row(args->command, str_of(option));
	if (row < 0)
		log_die("luban %s does not declare --%s", args->command->name, option);
	return args->values[row];
}

bool cli_has(const struct cli_args *args, const char *option)
{
	return value_of(args, option) != NULL;
}

const char *cli_text(const struct cli_args *args, const char *option, const char *otherwise)
{
	const char *value = value_of(args, option);
	return value ? value : otherwise;
}

int64_t cli_number(const struct cli_args *args, const char *option, int64_t otherwise)
{
	const char *value = value_of(args, option);
	int64_t number = otherwise;
	if (value && !str_to_i64(str_of(value), &number))
		log_die("--%s was not declared as a number", option);
	return number;
}

const char *cli_database(const struct cli_args *args)
{
	const char *named = getenv("LUBAN_DATABASE");
	const char *otherwise = named && *named ? named : "sqlite:var/luban.db";
	return cli_text(args, "database", otherwise);
}

static void print_options(const struct cli_option *o)
{
	puts("\n选项：");
	for (; o->name; o++) {
		auto_buf left;
		buf_init(&left, 256);
		buf_printf(&left, "--%s%s%s", o->name, o->value ? " " : "",
			o->value ? o->value : "");
		int width = (int)utf8_width(buf_view(&left));
		printf("  %s%*s  %s\n", buf_z(&left), width < 22 ? 22 - width : 0, "", o->help);
	}
}

void cli_print_help(const struct command *command)
{
	printf("用法：luban %s %s\n%s。\n", command->name, command->usage, command->summary);
	if (command->help)
		printf("\n%s\n", command->help);
	if (command->options && command->options->name)
		print_options(command->options);
}

static bool is_of_family(const struct command *c, const char *word)
{
	struct str rest = str_of(c->name);
	return str_is(str_cut(&rest, ' '), word);
}

bool cli_print_family(const char *word)
{
	bool any = false;
	for (const struct command *const *c = commands; *c; c++) {
		if (!is_of_family(*c, word))
			continue;
		if (any)
			putchar('\n');
		cli_print_help(*c);
		any = true;
	}
	return any;
}

/* The command whose name the words begin with; *ret_words is how many words its name has. */
static const struct command *find_command(int argc, char **argv, int *ret_words)
{
	for (const struct command *const *c = commands; *c; c++) {
		struct str second = str_of((*c)->name);
		struct str first = str_cut(&second, ' ');
		if (argc < 1 || !str_is(first, argv[0]))
			continue;
		if (second.n && (argc < 2 || !str_is(second, argv[1])))
			continue;
		*ret_words = second.n ? 2 : 1;
		return *c;
	}
	return NULL;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc && !streq(argv[i], "--"); i++)
		if (streq(argv[i], "--help") || streq(argv[i], "-h"))
			return true;
	return false;
}

/* A first word may be right, and what should follow it missing or wrong. */
static int no_command(const char *word)
{
	auto_buf list;
	buf_init(&list, 512);
	for (const struct command *const *c = commands; *c; c++)
		if (is_of_family(*c, word))
			buf_printf(&list, "%s%s", list.n ? "、" : "",
				(*c)->name + strlen(word) + 1);
	if (list.n)
		cli_error("%s后面应写明做什么：%s（用法见 luban help %s）", word, buf_z(&list),
			word);
	else
		cli_error("没有命令“%s”（luban help 列出全部命令）", word);
	return CLI_USAGE;
}

static int dispatch(int argc, char **argv)
{
	static char help[] = "help";
	int words;
	if (argc < 2) {
		cli_error("缺少命令（luban help 列出全部命令）");
		return CLI_USAGE;
	}
	if (streq(argv[1], "--help") || streq(argv[1], "-h"))
		argv[1] = help;
	if (streq(argv[1], "--version")) {
		puts("luban " LUBAN_VERSION);
		return CLI_OK;
	}
	const struct command *command = find_command(argc - 1, argv + 1, &words);
	if (!command && wants_help(argc - 2, argv + 2) && cli_print_family(argv[1]))
		return CLI_OK;
	if (!command)
		return no_command(argv[1]);
	if (wants_help(argc - words - 1, argv + words + 1)) {
		cli_print_help(command);
		return CLI_OK;
	}
	return command->run(argc - words, argv + words);
}

/* No file or connection is to be taken for stdout or stderr because those were closed. What they
 * are opened for makes their use fail as before. */
static void keep_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

int cli_main(int argc, char **argv)
{
	keep_standard_files();
	message_load();
	int status = dispatch(argc, argv);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	cli_error("无法写出结果：%s", strerror(errno));
	return CLI_FAILURE;
}
