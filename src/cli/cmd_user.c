/* luban user …: accounts, for the first day and for the day when nobody can log in. Daily work is
 * done on the pages by the administrators concerned. */
#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"
#include "cli/open.h"
#include "core/account.h"
#include "query/account.h"
#include "query/registry.h"

extern const struct command cmd_user_list_command;
extern const struct command cmd_user_add_command;
extern const struct command cmd_user_reset_command;
extern const struct command cmd_user_disable_command;
extern const struct command cmd_user_enable_command;
extern const struct command cmd_user_unlock_command;

static int print_account(void *arg, const struct q_account_list *row)
{
	struct ctx *cx = arg;
	printf("%-24s %-16s %-10s %-8s %-20" PRId64 " %s %s\n", *row->login ? row->login : "-",
		row->role, *row->region ? row->region : "-", row->state, row->body_id,
		row->seen_at ? civil_time_text(cx->arena, row->seen_at) : "从未登录", row->name);
	return 0;
}

static int run_list(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_user_list_command, argc, argv, &args);
	if (status)
		return status;
	if (cli_has(&args, "role") && role_of(cli_text(&args, "role", "")) == ROLE_COUNT)
		return cli_misuse(args.command, "没有角色“%s”", cli_text(&args, "role", ""));
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = q_account_list_walk(s.db, print_account, &s.cx, .role = cli_text(&args, "role", ""),
		.page = {.sort = "login"});
	return r < 0 ? cli_fail(&s.cx, ctx_pass(&s.cx, r)) : CLI_OK;
}

/* ERR_NOTFOUND with words. */
static int find(struct ctx *cx, const char *login, int64_t *ret_id)
{
	int r = account_by_login(cx, login, ret_id);
	return r == ERR_NOTFOUND ? fail(cx, r, "cli.no_login", login) : r;
}

static int show_once(struct ctx *cx, const char *login, int64_t id, bool also_totp)
{
	const char *password;
	int r = account_reset(cx, id, also_totp, "命令行", &password);
	if (r < 0)
		return r;
	printf("登录名 %s 一次性密码 %s\n", login, password);
	return 0;
}

static int add(struct ctx *cx, const struct cli_args *args, enum role role)
{
	int64_t id;
	const char *login = args->operands[0];
	auto_tx tx = {0};
	int r = tx_begin(&tx, cx->db);
	if (r < 0)
		return ctx_pass(cx, r);
	r = account_create(cx, &(struct account_in){.login = login,
		.name = cli_text(args, "name", login), .role = role,
		.region = cli_text(args, "region", ""), .body_id = cli_number(args, "body", 0)},
		&id);
	if (r < 0 || (r = show_once(cx, login, id, false)) < 0)
		return r;
	return ctx_pass(cx, tx_commit(&tx));
}

static int check_body(struct ctx *cx, int64_t id)
{
	struct q_body_find row;
	int r = id ? q_body_find(cx->db, &row, .id = id, .scope_lo = "", .scope_hi = "z") : 0;
	if (r != ERR_NOTFOUND)
		return r < 0 ? cli_fail(cx, ctx_pass(cx, r)) : 0;
	cli_error("没有编号为%" PRId64 "的评价机构（编号见机构页面的地址）", id);
	return CLI_NO;
}

static int run_add(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_user_add_command, argc, argv, &args);
	if (status)
		return status;
	enum role role = role_of(cli_text(&args, "role", ""));
	if (role == ROLE_COUNT || role == ROLE_PUBLIC || role == ROLE_SYSTEM)
		return cli_misuse(args.command, "--role应为authority、body_clerk等角色代码");
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	if ((status = cli_check_region(&s.cx, cli_text(&args, "region", ""))) ||
		(status = check_body(&s.cx, cli_number(&args, "body", 0))))
		return status;
	int r = add(&s.cx, &args, role);
	return r < 0 ? cli_fail(&s.cx, r) : CLI_OK;
}

typedef int act_fn(struct ctx *cx, const struct cli_args *args, int64_t id);

static int run_on_one(const struct command *command, int argc, char **argv, act_fn *act)
{
	struct cli_args args;
	int64_t id;
	int status = cli_parse(command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = find(&s.cx, args.operands[0], &id);
	if (r == 0)
		r = act(&s.cx, &args, id);
	return r < 0 ? cli_fail(&s.cx, r) : CLI_OK;
}

static int act_reset(struct ctx *cx, const struct cli_args *args, int64_t id)
{
	return show_once(cx, args->operands[0], id, !cli_has(args, "keep-totp"));
}

static int act_disable(struct ctx *cx, const struct cli_args *args, int64_t id)
{
	return account_disable(cx, id, cli_text(args, "reason", "命令行"));
}

static int act_enable(struct ctx *cx, const struct cli_args *args, int64_t id)
{
	return account_enable(cx, id, cli_text(args, "reason", "命令行"));
}

static int act_unlock(struct ctx *cx, const struct cli_args *args, int64_t id)
{
	(void)args;
	return account_unlock(cx, id);
}

static int run_reset(int argc, char **argv)
{
	return run_on_one(&cmd_user_reset_command, argc, argv, act_reset);
}

static int run_disable(int argc, char **argv)
{
	return run_on_one(&cmd_user_disable_command, argc, argv, act_disable);
}

static int run_enable(int argc, char **argv)
{
	return run_on_one(&cmd_user_enable_command, argc, argv, act_enable);
}

static int run_unlock(int argc, char **argv)
{
	return run_on_one(&cmd_user_unlock_command, argc, argv, act_unlock);
}

#define REASON {"reason", "TEXT", "理由，记入审计记录"}

static const struct cli_option list_options[] = {
	CLI_DATABASE, CLI_KEYS, {"role", "ROLE", "只列出该角色"}, {0}};
static const struct cli_option add_options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"name", "TEXT", "姓名"},
	{"role", "ROLE", "角色：authority、authority_head、body_manager、body_clerk、examiner、"
		"invigilator、supervisor等"},
	{"region", "CODE", "人社部门、督导员的地区代码，如3710"},
	{"body", "ID", "评价机构人员、考评员、监考员所属机构的编号", .is_number = true, .min = 1,
		.max = INT64_MAX},
	{0},
};
static const struct cli_option reset_options[] = {
	CLI_DATABASE, CLI_KEYS, {"keep-totp", NULL, "保留动态口令"}, {0}};
static const struct cli_option plain_options[] = {CLI_DATABASE, CLI_KEYS, {0}};
static const struct cli_option reason_options[] = {CLI_DATABASE, CLI_KEYS, REASON, {0}};

const struct command cmd_user_list_command = {
	.name = "user list",
	.usage = "[--role ROLE]",
	.summary = "列出账户",
	.help = "各列为：登录名、角色、地区、状态、机构、最近登录、姓名。",
	.options = list_options,
	.run = run_list,
};

const struct command cmd_user_add_command = {
	.name = "user add",
	.usage = "LOGIN --role ROLE [--name TEXT] [--region CODE] [--body ID]",
	.summary = "开设账户，显示一次性密码",
	.options = add_options,
	.least = 1,
	.most = 1,
	.run = run_add,
};

const struct command cmd_user_reset_command = {
	.name = "user reset",
	.usage = "LOGIN [--keep-totp]",
	.summary = "重置密码和动态口令，显示一次性密码",
	.options = reset_options,
	.least = 1,
	.most = 1,
	.run = run_reset,
};

const struct command cmd_user_disable_command = {
	.name = "user disable",
	.usage = "LOGIN [--reason TEXT]",
	.summary = "停用账户，同时结束其会话和接口令牌",
	.options = reason_options,
	.least = 1,
	.most = 1,
	.run = run_disable,
};

const struct command cmd_user_enable_command = {
	.name = "user enable",
	.usage = "LOGIN [--reason TEXT]",
	.summary = "恢复已停用的账户",
	.options = reason_options,
	.least = 1,
	.most = 1,
	.run = run_enable,
};

const struct command cmd_user_unlock_command = {
	.name = "user unlock",
	.usage = "LOGIN",
	.summary = "解除因多次登录失败造成的锁定",
	.options = plain_options,
	.least = 1,
	.most = 1,
	.run = run_unlock,
};
