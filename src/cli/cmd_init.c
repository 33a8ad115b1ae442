/* luban init: from nothing to a database that can be served: keys, schema, reference data, the
 * first three administrators. May be run again: what is there stays as it is. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/open.h"
#include "conf/keys.h"
#include "core/account.h"
#include "core/signer.h"
#include "core/signer_head.h"
#include "core/tlog.h"
#include "core/tlog_key.h"
#include "domain/standard/reference.h"
#include "query/account.h"
#include "query/core.h"
#include "query/operate.h"

extern const struct command cmd_init_command;

static const struct {
	const char *login, *name;
	enum role role;
} administrators[] = {
	{"sysadmin", "系统管理员", ROLE_ADMIN_SYSTEM},
	{"secadmin", "安全管理员", ROLE_ADMIN_SECURITY},
	{"auditadmin", "审计管理员", ROLE_ADMIN_AUDIT},
};

/* The folder of a SQLite file, when that alone is missing. */
static int make_folder(const char *url)
{
	const char *file = cli_sqlite_file(url), *slash = file ? strrchr(file, '/') : NULL;
	char folder[4096];
	if (!slash || slash == file)
		return 0;
	int n = snprintf(folder, sizeof folder, "%.*s", (int)(slash - file), file);
	if (n < (int)sizeof folder && (mkdir(folder, S_IRWXU) == 0 || errno == EEXIST))
		return 0;
	cli_error("无法建立目录%s：%s", folder, strerror(errno));
	return CLI_FAILURE;
}

/* A key file is made only for a database that has none yet: it could not read what another
 * sealed. */
static int make_keys(struct session_of_command *s, const char *path)
{
	struct q_key_check_find row;
	int r = q_key_check_find(s->db, &row, .id = 1);
	if (access(path, F_OK) == 0)
		return 0;
	if (r == 0) {
		cli_error("数据库已初始化，但没有密钥文件%s，请放回当初的密钥文件", path);
		return CLI_FAILURE;
	}
	if (r != ERR_NOTFOUND)
		return cli_fail(&s->cx, r);
	if (keys_create(path) < 0) {
		cli_error("无法生成密钥文件%s：%s", path, strerror(errno));
		return CLI_FAILURE;
	}
	printf("已生成密钥文件%s：请另存一份副本，与数据库分开保管\n", path);
	return 0;
}

/* These may be made at any time: what older ones signed is checked with their public halves, which
 * the database keeps. */
static int make_signing_keys(const char *path)
{
	int r = signer_file_make(path);
	if (r == ERR_CONFLICT)
		return 0;
	if (r < 0) {
		cli_error("无法生成签名密钥文件%s：%s", path, strerror(errno));
		return CLI_FAILURE;
	}
	printf("已生成签名密钥文件%s：请另存一份副本，与数据库分开保管\n", path);
	return 0;
}

static int make_administrator(struct ctx *cx, size_t i)
{
	struct q_account_login_find row;
	const char *password;
	int64_t id;
	const char *login = administrators[i].login;
	int r = q_account_login_find(cx->db, &row, .login_key = account_login_key(cx, login));
	if (r == 0) {
		printf("%s（%s）已有账户\n", administrators[i].name, login);
		return 0;
	}
	if (r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	r = account_create(cx, &(struct account_in){.login = login, .name = administrators[i].name,
		.role = administrators[i].role}, &id);
	if (r < 0 || (r = account_reset(cx, id, false, "初始化", &password)) < 0)
		return r;
	printf("%s  登录名 %-12s 一次性密码 %s\n", administrators[i].name, login, password);
	return 0;
}

/* Once: what was changed since by imports stays. */
static int load_reference(struct ctx *cx)
{
	struct q_region_all_rows regions;
	size_t rows;
	int r = q_region_all(cx->db, &regions);
	if (r < 0 || regions.n)
		return ctx_pass(cx, r);
	if ((r = reference_load(cx, &rows)) == 0)
		printf("已载入行政区划、节假日、职业、标准等%zu项\n", rows);
	return r;
}

static int fill(struct ctx *cx)
{
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = q_platform_insert(cx->db, .id = 1, .demo = 0, .clock_offset_s = 0,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < sizeof administrators / sizeof *administrators; i++)
		if ((r = make_administrator(cx, i)) < 0)
			return r;
	if ((r = load_reference(cx)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static int make_schema(struct db *db)
{
	int applied;
	if (db_migrate(db, &applied) < 0) {
		cli_error("无法建立数据库结构：%s", db_error(db));
		return CLI_FAILURE;
	}
	if (applied)
		printf("已建立数据库结构（%d项）\n", applied);
	return 0;
}

/* Signing keys that served another database would not sign for this one: better said now than by a
 * log without checkpoints. */
static int tell_of_other_log(struct ctx *cx, const char *heads)
{
	struct merkle_head signed_last;
	struct tlog_head kept;
	const char *origin;
	int r = tlog_head(cx, &kept);
	if (r == 0)
		return 0;
	if (r != ERR_NOTFOUND || (r = tlog_origin(cx, &origin)) < 0)
		return r;
	if (signer_head_read(heads, origin, &signed_last) == 0)
		cli_error("注意：这里的签名密钥已为另一个数据库的公开日志%s签到%" PRIu64
			"条，不会为新的日志签名。请换一个密钥位置（--keys），或者在确认那个数据库"
			"不再使用后，为新日志另取名称（luban log origin NAME）",
			origin, signed_last.size);
	return 0;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_init_command, argc, argv, &args);
	if (status || (status = make_folder(cli_database(&args))))
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_NEW, &s)) || (status = make_schema(s.db)))
		return status;
	const char *keys = cli_keys(&args, s.arena);
	if ((status = make_keys(&s, keys)) || (status = cli_load_keys(keys, &s.keys)) ||
		(status = make_signing_keys(cli_signing_keys(&args, s.arena))))
		return status;
	ctx_init(&s.cx, s.arena, s.db, s.keys);
	ctx_act_as_system(&s.cx, "初始化");
	if ((status = cli_check_keys(&s.cx, true)))
		return status;
	int r = fill(&s.cx);
	if (r >= 0)
		r = tell_of_other_log(&s.cx, cli_heads(&args, s.arena));
	return r < 0 ? cli_fail(&s.cx, r) : CLI_OK;
}

static const struct cli_option options[] = {CLI_DATABASE, CLI_KEYS, {0}};

const struct command cmd_init_command = {
	.name = "init",
	.usage = "",
	.summary = "新装：生成密钥文件、数据库、基础数据和三个管理员账户",
	.help = "系统、安全、审计三个管理员的一次性密码只显示这一次，应分别交给三个人；\n"
		"首次登录时须修改密码并设置动态口令。可以重复运行，已有的内容不变。",
	.options = options,
	.run = run,
};
