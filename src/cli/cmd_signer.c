/* luban signer: the process that alone holds the signing keys. Started by serve and worker; of no
 * use by hand. */
#include <stdio.h>

#include "cli/cli.h"
#include "core/signer.h"

extern const struct command cmd_signer_command;

enum { LINE = 3 }; /* where the parent puts its end of the line */

static int run(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_signer_command, argc, argv, &args);
	if (status)
		return status;
	int r = signer_serve(LINE, args.operands[0], args.operands[1]);
	if (r < 0)
		cli_error("签名密钥文件%s：%s", args.operands[0], r == ERR_NOTFOUND ? "不存在"
			: r == ERR_DENIED ? "权限过宽，请执行 chmod 600"
			: r == ERR_INVALID ? "内容不正确" : "本命令由luban serve启动，不单独使用");
	return r < 0 ? CLI_FAILURE : CLI_OK;
}

static const struct cli_option options[] = {
	{0},
};

const struct command cmd_signer_command = {
	.name = "signer",
	.usage = "FILE HEADS",
	.summary = "签名进程：由serve和worker启动，单独持有签名私钥",
	.help = "只有这个进程读取签名密钥文件，并在HEADS中记下公开日志最后签到哪里；它不能被调试或"
		"转储，随启动它的进程结束。不单独使用"
		"。",
	.options = options,
	.least = 2, .most = 2,
	.run = run,
};
