/* luban worker: runs jobs, beside any number of `luban serve` on the same PostgreSQL. */
#include <signal.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/background.h"
#include "cli/open.h"
#include "core/signer.h"

extern const struct command cmd_worker_command;

static int run(int argc, char **argv)
{
	struct cli_args args;
	struct background *background;
	sigset_t ends;
	int number, status = cli_parse(&cmd_worker_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int jobs = (int)cli_number(&args, "jobs", 1);
	if (db_kind(s.db) == DB_SQLITE && jobs > 1)
		return cli_misuse(args.command, "SQLite数据库一次只能运行一个任务");
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	signal(SIGXFSZ, SIG_IGN);
	cli_start_signer(&args, s.arena);
	if (background_start(cli_database(&args), s.keys, jobs, &background) < 0) {
		cli_error("无法启动工作线程");
		return CLI_FAILURE;
	}
	log_info("worker: ready for %d jobs at a time", jobs);
	sigwait(&ends, &number);
	background_stop(background);
	signer_stop();
	log_info("worker: stopped");
	return CLI_OK;
}

static const struct cli_option options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"jobs", "N", "同时运行的任务数，缺省1", .is_number = true, .min = 1, .max = 64},
	{0},
};

const struct command cmd_worker_command = {
	.name = "worker",
	.usage = "[--jobs N]",
	.summary = "运行后台任务（与多个luban serve共用PostgreSQL时）",
	.help = "单机使用SQLite时不需要：luban serve自己运行后台任务。收到SIGTERM后做完手上的一步再"
		"退出；\n"
		"中断的任务由下一个worker接着做。",
	.options = options,
	.run = run,
};
