/* luban backup, luban restore: copies of a SQLite database. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/open.h"
#include "store/backup.h"

extern const struct command cmd_backup_command;
extern const struct command cmd_restore_command;

static int refuse(struct db *db, const char *what, const char *path, int err)
{
	const char *why = err == ERR_CONFLICT ? "目标文件已存在" :
		err == ERR_INVALID ? "文件不是本程序的完好数据库" :
		err == ERR_DENIED ? "备份与密钥文件不匹配，没有写入；请用--keys指定当初的密钥文件" :
		db_error(db);
	cli_error("%s%s失败：%s", what, path, why);
	return CLI_FAILURE;
}

static int run_backup(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_backup_command, argc, argv, &args);
	if (status)
		return status;
	if (!cli_sqlite_file(cli_database(&args))) {
		cli_error("PostgreSQL数据库请用pg_dump或pg_basebackup备份");
		return CLI_USAGE;
	}
	auto_session s;
	if ((status = cli_open(&args, OPEN_BEHIND, &s)))
		return status;
	int r = db_backup_to(s.db, args.operands[0]);
	if (r < 0)
		return refuse(s.db, "备份到", args.operands[0], r);
	printf("已备份到%s；密钥文件不在其中，请另行保管\n", args.operands[0]);
	return CLI_OK;
}

/* The database that a restore may write to: none yet, or one that is to be replaced. */
static int check_target(const struct cli_args *args, bool *ret_is_new)
{
	const char *file = cli_sqlite_file(cli_database(args));
	struct stat st;
	if (!file) {
		cli_error("PostgreSQL数据库请用pg_restore恢复");
		return CLI_USAGE;
	}
	*ret_is_new = stat(file, &st) != 0;
	if (*ret_is_new || st.st_size == 0 || cli_has(args, "replace"))
		return 0;
	cli_error("数据库%s已存在；确需覆盖，请先停止服务，再加--replace", file);
	return CLI_NO;
}

static bool fits(void *cx, const char *key_mark)
{
	return cli_keys_fit(cx, key_mark);
}

static int restore(const struct cli_args *args)
{
	const char *from = args->operands[0];
	auto_session s;
	int status = cli_open(args, OPEN_NEW, &s);
	if (status || (status = cli_load_keys(cli_keys(args, s.arena), &s.keys)))
		return status;
	s.cx.keys = s.keys;
	int r = db_restore(s.db, from, fits, &s.cx);
	if (r < 0)
		return refuse(s.db, "恢复", from, r);
	printf("已从%s恢复；请运行luban check核对\n", from);
	return CLI_OK;
}

/* What was refused leaves no empty database behind, which the next try would have to replace. */
static int run_restore(int argc, char **argv)
{
	struct cli_args args;
	bool is_new;
	int status = cli_parse(&cmd_restore_command, argc, argv, &args);
	if (status || (status = check_target(&args, &is_new)))
		return status;
	if (access(args.operands[0], R_OK)) {
		cli_error("无法读取%s：%s", args.operands[0], strerror(errno));
		return CLI_FAILURE;
	}
	status = restore(&args);
	if (status && is_new)
		unlink(cli_sqlite_file(cli_database(&args)));
	return status;
}

static const struct cli_option backup_options[] = {CLI_DATABASE, CLI_KEYS, {0}};

static const struct cli_option restore_options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"replace", NULL, "覆盖已有数据库（服务须已停止）"},
	{0},
};

const struct command cmd_backup_command = {
	.name = "backup",
	.usage = "FILE",
	.summary = "备份SQLite数据库，服务不必停止",
	.help = "备份是某一时刻的完整副本，写完并校验后才以FILE为名出现。\n"
		"PostgreSQL数据库请用pg_dump或pg_basebackup。密钥文件须另行保管。",
	.options = backup_options,
	.least = 1,
	.most = 1,
	.run = run_backup,
};

const struct command cmd_restore_command = {
	.name = "restore",
	.usage = "FILE [--replace]",
	.summary = "用备份恢复SQLite数据库",
	.help = "先校验备份，再核对密钥文件是否与备份相符，然后才写入。",
	.options = restore_options,
	.least = 1,
	.most = 1,
	.run = run_restore,
};
