/* luban config list|get|put: settings by region and day. */
#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"
#include "cli/open.h"
#include "core/setting.h"
#include "query/core.h"

extern const struct command cmd_config_list_command;
extern const struct command cmd_config_get_command;
extern const struct command cmd_config_put_command;

/* A day option: 0 when it is not given. */
static int day_option(const struct cli_args *args, const char *option, int64_t *ret_day)
{
	const char *text = cli_text(args, option, NULL);
	*ret_day = 0;
	if (!text || civil_parse_day(str_of(text), ret_day))
		return 0;
	return cli_misuse(args->command, "--%s应为日期，如2026-11-22，给出的是“%s”", option, text);
}

static void print_setting(struct ctx *cx, const struct setting *s)
{
	struct q_setting_of_name_rows rows;
	printf("%-32s %10" PRId64 " %s（%s，%" PRId64 "～%" PRId64 "）\n", s->name, s->preset,
		s->unit, s->label, s->min, s->max);
	if (q_setting_of_name(cx->db, &rows, .name = s->name) < 0)
		return;
	for (size_t i = 0; i < rows.n; i++)
		printf("  %-30s %10" PRId64 " 自%s起\n",
			*rows.at[i].region ? rows.at[i].region : "全国",
			rows.at[i].amount, civil_day_text(cx->arena, rows.at[i].effective_on));
}

static int run_list(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_config_list_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	for (const struct setting *row = settings; row->name; row++)
		print_setting(&s.cx, row);
	return CLI_OK;
}

static int need_setting(const struct cli_args *args)
{
	if (setting_find(args->operands[0]))
		return 0;
	return cli_misuse(args->command, "没有参数“%s”（luban config list列出全部参数）",
		args->operands[0]);
}

static int run_get(int argc, char **argv)
{
	struct cli_args args;
	int64_t on, value;
	int status = cli_parse(&cmd_config_get_command, argc, argv, &args);
	if (status || (status = need_setting(&args)) || (status = day_option(&args, "on", &on)))
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	if ((status = cli_check_region(&s.cx, cli_text(&args, "region", ""))))
		return status;
	int r = setting_get(&s.cx, args.operands[0], cli_text(&args, "region", ""), on, &value);
	if (r < 0)
		return cli_fail(&s.cx, r);
	printf("%" PRId64 "\n", value);
	return CLI_OK;
}

static int run_put(int argc, char **argv)
{
	struct cli_args args;
	int64_t from, value;
	int status = cli_parse(&cmd_config_put_command, argc, argv, &args);
	if (status || (status = need_setting(&args)) || (status = day_option(&args, "from", &from)))
		return status;
	if (!str_to_i64(str_of(args.operands[1]), &value))
		return cli_misuse(args.command, "参数值应为整数，给出的是“%s”", args.operands[1]);
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	if ((status = cli_check_region(&s.cx, cli_text(&args, "region", ""))))
		return status;
	int r = setting_put(&s.cx, args.operands[0], cli_text(&args, "region", ""), from, value);
	return r < 0 ? cli_fail(&s.cx, r) : CLI_OK;
}

#define REGION {"region", "CODE", "地区代码，如3710；缺省为全国"}

static const struct cli_option list_options[] = {CLI_DATABASE, CLI_KEYS, {0}};
static const struct cli_option get_options[] = {
	CLI_DATABASE, CLI_KEYS, REGION, {"on", "DATE", "哪一天的值；缺省为今天"}, {0}};
static const struct cli_option put_options[] = {
	CLI_DATABASE, CLI_KEYS, REGION, {"from", "DATE", "自哪一天起；缺省为今天"}, {0}};

const struct command cmd_config_list_command = {
	.name = "config list",
	.usage = "",
	.summary = "列出全部参数、缺省值和各地区的值",
	.options = list_options,
	.run = run_list,
};

const struct command cmd_config_get_command = {
	.name = "config get",
	.usage = "NAME [--region CODE] [--on DATE]",
	.summary = "显示一个参数在某地区、某日的值",
	.options = get_options,
	.least = 1,
	.most = 1,
	.run = run_get,
};

const struct command cmd_config_put_command = {
	.name = "config put",
	.usage = "NAME VALUE [--region CODE] [--from DATE]",
	.summary = "设定一个参数自某日起在某地区的值",
	.help = "下级地区没有自己的值时沿用上级地区的值。每次设定都记入审计记录。",
	.options = put_options,
	.least = 2,
	.most = 2,
	.run = run_put,
};
