/* luban demo: fills a new database with the demo province and says with which accounts to look at
 * it. */
#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"
#include "cli/open.h"
#include "doc/archive_package.h"
#include "doc/handover_file.h"
#include "domain/demo/demo.h"

extern const struct command cmd_demo_command;

static void print_accounts(void)
{
	printf("演示账户（密码都是 %s；动态口令密钥都是 %s）\n", demo_password, demo_totp_secret);
	for (const struct demo_account *a = demo_accounts; a->login; a++)
		printf("  %-20s %s%s\n", a->login, a->label, a->has_totp ? "" : "，不用动态口令");
}

static int print_candidates(struct ctx *cx)
{
	struct demo_candidate c[DEMO_CANDIDATES];
	size_t n;
	int r = demo_candidates(cx, c, &n);
	if (r < 0)
		return cli_fail(cx, r);
	if (n)
		printf("今天机考的考生（在 /exam/sit 签到）\n");
	for (size_t i = 0; i < n; i++)
		printf("  准考证号 %s  证件后六位 %s  座位 %" PRId64 "  %s 开考\n", c[i].ticket_no,
			c[i].idno_tail, c[i].seat, civil_time_text(cx->arena, c[i].starts_at));
	return CLI_OK;
}

static int show(struct ctx *cx)
{
	bool there;
	int r = demo_is_there(cx, &there);
	if (r < 0)
		return cli_fail(cx, r);
	if (!there) {
		cli_error("这个数据库里没有演示数据");
		return CLI_NO;
	}
	print_accounts();
	return print_candidates(cx);
}

/* Two years lie before it, and the platform's ids reach from 2020 into the next century. */
static bool read_until(const char *text, int64_t *ret_day)
{
	int64_t first = 0, last = 0;
	return civil_parse_day(STR("2022-01-01"), &first) &&
		civil_parse_day(STR("2099-12-31"), &last) &&
		civil_parse_day(str_of(text), ret_day) && *ret_day >= first && *ret_day <= last;
}

static int make(struct ctx *cx, const struct cli_args *args)
{
	struct demo_report report;
	struct demo_in in = {.seed = cli_text(args, "seed", "luban"), .until_at = ctx_now(cx),
		.is_small = cli_has(args, "small"), .archive = archive_build,
		.handover_file = handover_file_write};
	int64_t day;
	const char *until = cli_text(args, "until", NULL);
	if (until && !read_until(until, &day))
		return cli_misuse(args->command, "--until应为2022-01-01至2099-12-31的日期，例如"
			"2026-11-20");
	if (until)
		in.until_at = civil_midnight(day) + 20 * 3600;
	int r = demo_make(cx, &in, &report);
	if (r < 0)
		return cli_fail(cx, r);
	printf("已载入演示数据：机构%" PRId64 "家，批次%" PRId64 "个，人员%" PRId64 "名，报名"
		"%" PRId64 "人次，证书%" PRId64
	       "本\n",
		report.bodies, report.batches, report.people, report.enrolments,
		report.certificates);
	print_accounts();
	return print_candidates(cx);
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_demo_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	return cli_has(&args, "accounts") ? show(&s.cx) : make(&s.cx, &args);
}

static const struct cli_option options[] = {
	CLI_DATABASE,
	CLI_KEYS,
	{"accounts", NULL, "只列出演示账户"},
	{"seed", "TEXT", "种子：同一种子、同一截止日得到同样的数据（缺省luban）"},
	{"until", "DATE", "历史的最后一天，平台时钟随之拨到那一天（缺省为现在）"},
	{"small", NULL, "只载入近期的批次"},
	{0},
};

const struct command cmd_demo_command = {
	.name = "demo",
	.usage = "[--accounts] [--seed TEXT] [--until DATE] [--small]",
	.summary = "演示：在新建的数据库里载入一个省两年的数据",
	.help = "先运行luban init。人名、单位、证件号码均为虚构；演示账户的密码和动态口令密钥是公开"
		"的，\n"
		"绝不可用于正式环境。",
	.options = options,
	.run = run,
};
