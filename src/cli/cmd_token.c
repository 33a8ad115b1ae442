/* luban token …: API tokens. */
#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"
#include "cli/open.h"
#include "core/account.h"
#include "core/token.h"
#include "query/account.h"

extern const struct command cmd_token_list_command;
extern const struct command cmd_token_add_command;
extern const struct command cmd_token_revoke_command;

static int print_token(void *arg, const struct q_token_list *row)
{
	struct ctx *cx = arg;
	struct q_account_find account;
	int r = q_account_find(cx->db, &account, .id = row->account_id);
	if (r < 0)
		return r;
	printf("%-20" PRId64 " %-16s %s至%s%s  %s  %s\n", row->id, account.login,
		civil_time_text(cx->arena, row->created_at),
		civil_time_text(cx->arena, row->expires_at),
		row->revoked_at ? "（已作废）" : row->expires_at <= ctx_now(cx) ? "（已到期）" : "",
		row->name, row->scopes);
	return 0;
}

static int run_list(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_token_list_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = q_token_list_walk(s.db, print_token, &s.cx, .account_id = 0);
	return r < 0 ? cli_fail(&s.cx, ctx_pass(&s.cx, r)) : CLI_OK;
}

/* "a,b" as a list that ends with NULL. */
static const char *const *scopes_of(struct arena *a, const char *text)
{
	const char **scopes = arena_array(a, const char *, TOKEN_SCOPES_MAX + 2);
	struct str rest = str_of(text);
	for (size_t n = 0; rest.n && n <= TOKEN_SCOPES_MAX; n++)
		scopes[n] = arena_str(a, str_trim(str_cut(&rest, ',')));
	return scopes;
}

static int add(struct ctx *cx, const struct cli_args *args)
{
	const char *token, *login = args->operands[0];
	int64_t id, account_id;
	int r = account_by_login(cx, login, &account_id);
	if (r < 0)
		return r == ERR_NOTFOUND ? fail(cx, r, "cli.no_login", login) : r;
	r = token_create(cx, account_id, cli_text(args, "name", "命令行开设"),
		scopes_of(cx->arena, cli_text(args, "perms", "")), cli_number(args, "days", 90),
		&id, &token);
	if (r < 0)
		return r;
	printf("编号 %" PRId64 "\n令牌 %s\n令牌只显示这一次。\n", id, token);
	return 0;
}

static int run_add(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_token_add_command, argc, argv, &args);
	if (status)
		return status;
	if (!cli_has(&args, "perms"))
		return cli_misuse(args.command, "缺少--perms");
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = add(&s.cx, &args);
	return r < 0 ? cli_fail(&s.cx, r) : CLI_OK;
}

static int run_revoke(int argc, char **argv)
{
	struct cli_args args;
	int64_t id;
	int status = cli_parse(&cmd_token_revoke_command, argc, argv, &args);
	if (status)
		return status;
	if (!str_to_i64(str_of(args.operands[0]), &id))
		return cli_misuse(args.command, "编号应为整数，给出的是“%s”", args.operands[0]);
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = token_revoke(&s.cx, id);
	return r < 0 ? cli_fail(&s.cx, r) : CLI_OK;
}

static const struct cli_option plain_options[] = {CLI_DATABASE, CLI_KEYS, {0}};
static const struct cli_option add_options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"perms", "A,B", "令牌可用的权限代码，如certificate.read（luban routes列出全部）"},
	{"name", "TEXT", "用途"},
	{"days", "N", "有效天数，缺省90", .is_number = true, .min = 1, .max = TOKEN_DAYS_MAX},
	{0},
};

const struct command cmd_token_list_command = {
	.name = "token list",
	.usage = "",
	.summary = "列出接口令牌",
	.options = plain_options,
	.run = run_list,
};

const struct command cmd_token_add_command = {
	.name = "token add",
	.usage = "LOGIN --perms A,B [--name TEXT] [--days N]",
	.summary = "为账户开设接口令牌，令牌只显示一次",
	.help = "令牌只能使用该账户已有的权限，所见范围与该账户相同。",
	.options = add_options,
	.least = 1,
	.most = 1,
	.run = run_add,
};

const struct command cmd_token_revoke_command = {
	.name = "token revoke",
	.usage = "ID",
	.summary = "作废接口令牌",
	.options = plain_options,
	.least = 1,
	.most = 1,
	.run = run_revoke,
};
