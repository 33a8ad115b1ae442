/* luban migrate: brings the database's schema up to this binary's. */
#include <stdio.h>

#include "cli/open.h"

extern const struct command cmd_migrate_command;

static int count_missing(struct db *db)
{
	int missing;
	if (db_migrations_missing(db, &missing) < 0) {
		cli_error("无法检查数据库版本：%s", db_error(db));
		return CLI_FAILURE;
	}
	printf("缺少%d项升级\n", missing);
	return missing ? CLI_NO : CLI_OK;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int applied, status = cli_parse(&cmd_migrate_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_BEHIND, &s)))
		return status;
	if (cli_has(&args, "dry-run"))
		return count_missing(s.db);
	int r = db_migrate(s.db, &applied);
	if (r == ERR_STATE) {
		cli_error("数据库与本程序的版本不符，请换用较新的程序：%s", db_error(s.db));
		return CLI_FAILURE;
	}
	if (r < 0) {
		cli_error("升级失败，已完成的部分保留，未完成的一项已撤回：%s", db_error(s.db));
		return CLI_FAILURE;
	}
	printf("完成%d项升级\n", applied);
	return cli_check_keys(&s.cx, false);
}

static const struct cli_option options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"dry-run", NULL, "只说明缺少几项升级，不作改动；缺少时退出码为1"},
	{0},
};

const struct command cmd_migrate_command = {
	.name = "migrate",
	.usage = "[--dry-run]",
	.summary = "把数据库升级到本程序的版本",
	.help = "每项升级在一个事务中完成，只能向前。升级前请停止服务并备份（luban backup）。",
	.options = options,
	.run = run,
};
