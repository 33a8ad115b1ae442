/* luban check: is the data what it must be? */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "cli/check.h"
#include "cli/open.h"

extern const struct command cmd_check_command;

enum { CHECK_ARENA_MAX = 512 * 1024 * 1024 };

void check_found(struct check_run *run, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	printf("%s: ", run->name);
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	run->found++;
}

static const struct check *find(const char *name)
{
	for (const struct check *c = checks; c->name; c++)
		if (streq(c->name, name))
			return c;
	return NULL;
}

static bool is_wanted(const struct cli_args *args, const struct check *c)
{
	for (int i = 0; i < args->n; i++)
		if (streq(args->operands[i], c->name))
			return true;
	return args->n == 0;
}

/* With an arena of its own, so that what one check gathers does not add up over all of them. */
static int run_one(struct session_of_command *s, const struct check *c, const char *heads,
	int64_t *found)
{
	struct ctx own = s->cx;
	struct check_run run = {.cx = &own, .name = c->name, .heads = heads};
	auto_arena arena = arena_new(CHECK_ARENA_MAX);
	own.arena = arena;
	db_use_arena(s->db, arena);
	int r = c->run(&run);
	if (r < 0)
		cli_error("检查“%s”未能完成：%s", c->label, db_error(s->db));
	db_use_arena(s->db, s->arena);
	*found += run.found;
	return r < 0 ? CLI_FAILURE : 0;
}

static int list(void)
{
	for (const struct check *c = checks; c->name; c++)
		printf("%-16s %s\n", c->name, c->label);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int64_t found = 0, made = 0;
	int failed = 0, status = cli_parse(&cmd_check_command, argc, argv, &args);
	if (status)
		return status;
	if (cli_has(&args, "list"))
		return list();
	for (int i = 0; i < args.n; i++)
		if (!find(args.operands[i]))
			return cli_misuse(args.command, "没有检查项“%s”", args.operands[i]);
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	for (const struct check *c = checks; c->name; c++) {
		if (!is_wanted(&args, c))
			continue;
		failed |= run_one(&s, c, cli_heads(&args, s.arena), &found);
		made++;
	}
	printf("检查%" PRId64 "项，发现%" PRId64 "个问题\n", made, found);
	return failed ? CLI_FAILURE : found ? CLI_NO : CLI_OK;
}

static const struct cli_option options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"list", NULL, "列出检查项"},
	{0},
};

const struct command cmd_check_command = {
	.name = "check",
	.usage = "[NAME…]",
	.summary = "核对数据：冻结成绩的哈希、证书编号、计数、文件等",
	.help = "只读不改。每个问题一行；有问题时退出码为1，检查未能完成时为3。\n"
		"建议每晚运行，恢复备份后、审计前也应运行。",
	.options = options,
	.most = -1,
	.run = run,
};
