/* luban help, luban version, and the manual page that is made of the command table. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "cli/cli.h"

extern const struct command cmd_help_command;
extern const struct command cmd_version_command;

static void print_list(void)
{
	puts("用法：luban 命令 [参数…] [选项…]\n鲁班：技能人才评价平台。\n\n命令：");
	for (const struct command *const *c = commands; *c; c++)
		printf("  %-16s  %s\n", (*c)->name, (*c)->summary);
	puts("\nluban help 命令 显示该命令的用法。\n"
		"退出码：0成功，1否定的回答，2用法错误，3运行失败。");
}

/* Text of a manual page: no line may look like a request, no backslash like an escape. */
static void put_roff(const char *z)
{
	bool at_start = true;
	for (; *z; z++) {
		if (at_start && (*z == '.' || *z == '\''))
			fputs("\\&", stdout);
		if (*z == '\\' || *z == '-')
			putchar('\\');
		putchar(*z);
		at_start = *z == '\n';
	}
}

static void put_roff_command(const struct command *c)
{
	printf(".SS luban %s ", c->name);
	put_roff(c->usage);
	putchar('\n');
	put_roff(c->summary);
	puts("。");
	if (c->help) {
		puts(".PP\n.nf");
		put_roff(c->help);
		puts("\n.fi");
	}
	for (const struct cli_option *o = c->options; o && o->name; o++) {
		printf(".TP\n\\fB\\-\\-%s\\fR%s%s\n", o->name, o->value ? " " : "",
			o->value ? o->value : "");
		put_roff(o->help);
		putchar('\n');
	}
}

static void print_manual(void)
{
	puts(".TH LUBAN 1 \"\" \"luban " LUBAN_VERSION "\"\n.SH NAME\nluban \\- 技能人才评价平台\n"
		".SH SYNOPSIS\nluban 命令 [参数…] [选项…]\n.ad l\n.nh\n.SH COMMANDS");
	for (const struct command *const *c = commands; *c; c++)
		put_roff_command(*c);
	puts(".SH EXIT STATUS\n0成功，1否定的回答，2用法错误，3运行失败。");
}

/* The name may come as one operand or as two. */
static const struct command *named(const struct cli_args *args)
{
	auto_buf name;
	buf_init(&name, 256);
	for (int i = 0; i < args->n; i++) {
		buf_puts(&name, i ? " " : "");
		buf_puts(&name, args->operands[i]);
	}
	for (const struct command *const *c = commands; *c; c++)
		if (streq((*c)->name, buf_z(&name)))
			return *c;
	return NULL;
}

static int run_help(int argc, char **argv)
{
	struct cli_args args;
	int err = cli_parse(&cmd_help_command, argc, argv, &args);
	if (err)
		return err;
	if (cli_has(&args, "man")) {
		print_manual();
		return CLI_OK;
	}
	if (!args.n) {
		print_list();
		return CLI_OK;
	}
	const struct command *command = named(&args);
	if (command)
		cli_print_help(command);
	else if (args.n != 1 || !cli_print_family(args.operands[0]))
		return cli_misuse(&cmd_help_command, "没有命令“%s%s%s”", args.operands[0],
			args.n > 1 ? " " : "", args.n > 1 ? args.operands[1] : "");
	return CLI_OK;
}

static int run_version(int argc, char **argv)
{
	struct cli_args args;
	int err = cli_parse(&cmd_version_command, argc, argv, &args);
	if (!err)
		puts("luban " LUBAN_VERSION);
	return err;
}

static const struct cli_option help_options[] = {
	{"man", NULL, "输出全部命令的手册页（roff格式）"},
	{0},
};

const struct command cmd_help_command = {
	.name = "help",
	.usage = "[命令]",
	.summary = "列出全部命令，或显示一个命令的用法",
	.options = help_options,
	.most = 2,
	.run = run_help,
};

const struct command cmd_version_command = {
	.name = "version",
	.usage = "",
	.summary = "显示版本号",
	.run = run_version,
};
