/* luban log begin: the public log is closed, and another begun over the same leaves. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/open.h"
#include "core/signer.h"
#include "core/signer_head.h"
#include "core/tlog_begin.h"
#include "core/tlog_key.h"

extern const struct command cmd_log_begin_command;

/* New ones, and the old ones sign nothing any more. */
static int change_keys(const char *file)
{
	int n, r = signer_file_rotate(file, "log");
	if (r == 0)
		r = signer_file_retire(file, "log", &n);
	if (r < 0)
		cli_error("签名密钥文件%s不能更换公开日志的密钥：%s", file,
			r == ERR_IO ? strerror(errno) : err_name(r));
	return r < 0 ? CLI_FAILURE : CLI_OK;
}

static int begin(struct session_of_command *s, const struct cli_args *args)
{
	struct tlog_beginning in = {
		.origin = args->operands[0], .reason = cli_text(args, "reason", "")};
	struct merkle_head last = {0};
	const char *old;
	int r = tlog_origin(&s->cx, &old);
	if (r >= 0 && signer_head_read(cli_heads(args, s->arena), old, &last) == 0)
		in.signed_size = last.size;
	if (r >= 0)
		r = tlog_begin(&s->cx, &in, true);
	if (r < 0)
		return cli_fail(&s->cx, r);
	int status = change_keys(cli_signing_keys(args, s->arena));
	if (status)
		return status;
	r = tlog_begin(&s->cx, &in, false);
	if (r < 0)
		return cli_fail(&s->cx, r);
	printf("公开日志%s已关闭（签名进程最后为它签到%" PRIu64 "条），现为%s。\n", old,
		in.signed_size, in.origin);
	puts("请更新签名密钥文件的副本，启动服务，再把新的/log/keys交给核验者、见证服务和监督者，并"
		"公"
		"布原因。");
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	auto_session s = {0};
	int status = cli_parse(&cmd_log_begin_command, argc, argv, &args);
	if (!status)
		status = cli_open(&args, OPEN_READY, &s);
	return status ? status : begin(&s, &args);
}

static const struct cli_option options[] = {CLI_DATABASE, CLI_KEYS,
	{"reason", "TEXT", "为什么：随旧日志一同公布"}, {0}};

const struct command cmd_log_begin_command = {
	.name = "log begin", .usage = "NAME --reason TEXT",
	.summary = "关闭公开日志，以新的名称和密钥另立一个",
	.help = "只在旧日志确实无法接续时使用（数据库退回到旧备份且补不回来）。先停止所有服务。\n"
		"全部记录原位进入新日志；旧日志保留在/log/closed/N/，其公钥留在信任文件中。",
	.options = options, .least = 1, .most = 1, .run = run,
};
