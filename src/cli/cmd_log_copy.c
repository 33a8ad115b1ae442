/* luban log copy: a log as files (watch/copy.h). Needs no database. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "watch/copy.h"

extern const struct command cmd_log_copy_command;

static int run(int argc, char **argv)
{
	struct cli_args args;
	struct source *source;
	struct copy_result result;
	int status = cli_parse(&cmd_log_copy_command, argc, argv, &args);
	if (status)
		return status;
	if (source_open(args.operands[0], &source) < 0)
		return cli_misuse(&cmd_log_copy_command,
			"“%s”既不是目录，也不是http://或https://开头的网址", args.operands[0]);
	int r = copy_run(source, args.operands[1], &result);
	source_close(source);
	if (r == 0) {
		printf("%" PRIu64 " 条（原有 %" PRIu64 " 条），取得 %" PRIu64 " 个文件\n",
			result.to, result.from, result.files);
		return CLI_OK;
	}
	cli_error("%s：%s", r == ERR_STATE ? "日志比副本短，或者不是同一个日志，副本没有改动"
			: r == ERR_INVALID ? "内容不合格式"
			: r == ERR_NOTFOUND ? "缺少文件" : "没有复制完",
		*result.problem ? result.problem : "checkpoint");
	return r == ERR_IO ? CLI_FAILURE : CLI_NO;
}

static const struct cli_option options[] = {
	{0},
};

const struct command cmd_log_copy_command = {
	.name = "log copy",
	.usage = "URL DIR",
	.summary = "把公开日志复制成文件，供离线核查或再提供",
	.help = "可随时中断，再运行时接着取；只取新增的部分。副本是否可信用luban log audit DIR核查"
		"。",
	.options = options,
	.least = 2, .most = 2,
	.run = run,
};
