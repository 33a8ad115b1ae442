/* luban template check|preview|load|reset|list|show: layouts of certificates. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "cli/open.h"
#include "conf/asset.h"
#include "core/message.h"
#include "doc/layout.h"
#include "domain/certificate/layout.h"
#include "query/layout.h"

extern const struct command cmd_template_check_command;
extern const struct command cmd_template_preview_command;
extern const struct command cmd_template_load_command;
extern const struct command cmd_template_reset_command;
extern const struct command cmd_template_list_command;
extern const struct command cmd_template_show_command;

enum { ARENA_MAX = 1024 * 1024 * 1024 };

static int need_kind(const struct cli_args *args, enum layout_kind *ret_kind)
{
	int kind = layout_kind_of(args->operands[0]);
	if (kind < 0)
		return cli_misuse(args->command,
			"没有“%s”这种证书版式；可用的有 certificate、special-certificate",
			args->operands[0]);
	*ret_kind = (enum layout_kind)kind;
	return 0;
}

static int read_layout(struct arena *a, const char *path, struct str *ret_svg)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		cli_error("%s：%s", path, errno == ENOENT ? "没有这个文件" : "读不出来");
		return CLI_FAILURE;
	}
	char *text = arena_alloc(a, LAYOUT_MAX + 2);
	size_t n = fread(text, 1, LAYOUT_MAX + 1, f);
	bool failed = ferror(f);
	fclose(f);
	if (failed) {
		cli_error("%s：读不出来", path);
		return CLI_FAILURE;
	}
	*ret_svg = (struct str){text, n};
	return 0;
}

static int check(struct arena *a, enum layout_kind kind, const char *path, struct str svg)
{
	struct layout_report report;
	if (layout_check(a, kind, svg, &report) == 0)
		return CLI_OK;
	for (size_t i = 0; i < report.n; i++)
		cli_error("%s：%s", path, message_text(a, report.at[i].id, report.at[i].args));
	return CLI_NO;
}

static int run_check(int argc, char **argv)
{
	struct cli_args args;
	enum layout_kind kind;
	struct str svg;
	auto_arena a = arena_new(ARENA_MAX);
	int status = cli_parse(&cmd_template_check_command, argc, argv, &args);
	if (status || (status = need_kind(&args, &kind)) ||
		(status = read_layout(a, args.operands[1], &svg)) ||
		(status = check(a, kind, args.operands[1], svg)))
		return status;
	printf("%s：可以用作%s的版式\n", args.operands[1], layout_label(kind));
	return CLI_OK;
}

static int write_out(const char *path, struct str bytes)
{
	FILE *f = fopen(path, "wb");
	bool good = f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
	if (f && fclose(f))
		good = false;
	if (!good)
		cli_error("%s：写不进去", path);
	return good ? CLI_OK : CLI_FAILURE;
}

static int run_preview(int argc, char **argv)
{
	struct cli_args args;
	enum layout_kind kind;
	struct str svg, pdf;
	auto_arena a = arena_new(ARENA_MAX);
	int status = cli_parse(&cmd_template_preview_command, argc, argv, &args);
	if (status || (status = need_kind(&args, &kind)) ||
		(status = read_layout(a, args.operands[1], &svg)) ||
		(status = check(a, kind, args.operands[1], svg)))
		return status;
	if (layout_preview(a, kind, svg, &pdf) < 0) {
		cli_error("%s：版式无法印成PDF", args.operands[1]);
		return CLI_NO;
	}
	return write_out(args.operands[2], pdf);
}

static int run_load(int argc, char **argv)
{
	struct cli_args args;
	enum layout_kind kind;
	struct str svg;
	int status = cli_parse(&cmd_template_load_command, argc, argv, &args);
	if (status || (status = need_kind(&args, &kind)))
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)) ||
		(status = read_layout(s.arena, args.operands[1], &svg)) ||
		(status = check(s.arena, kind, args.operands[1], svg)))
		return status;
	int r = certificate_layout_put(&s.cx, layout_name(kind), svg,
		cli_text(&args, "note", ""));
	if (r < 0)
		return cli_fail(&s.cx, r);
	printf("已启用：%s\n", layout_label(kind));
	return CLI_OK;
}

static int run_reset(int argc, char **argv)
{
	struct cli_args args;
	enum layout_kind kind;
	int status = cli_parse(&cmd_template_reset_command, argc, argv, &args);
	if (status || (status = need_kind(&args, &kind)))
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = certificate_layout_put(&s.cx, layout_name(kind), STR_NONE,
		cli_text(&args, "note", ""));
	if (r < 0)
		return cli_fail(&s.cx, r);
	printf("已恢复系统自带的版式：%s\n", layout_label(kind));
	return CLI_OK;
}

static int run_list(int argc, char **argv)
{
	struct cli_args args;
	struct q_layout_history_rows rows;
	int status = cli_parse(&cmd_template_list_command, argc, argv, &args);
	if (status)
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	if (q_layout_history(s.cx.db, &rows) < 0)
		return cli_fail(&s.cx, ctx_pass(&s.cx, ERR_DB));
	for (size_t i = 0; i < rows.n; i++)
		printf("%s %-20s %s %s\n", civil_time_text(s.arena, rows.at[i].created_at),
			rows.at[i].layout_kind, *rows.at[i].svg_sha256 ? rows.at[i].svg_sha256
			: "系统自带", rows.at[i].note);
	if (!rows.n)
		printf("没有更换过版式，现用系统自带的版式\n");
	return CLI_OK;
}

/* Ours is one file over several: the parts stand beside it under templates/paper/part/. */
static int run_show(int argc, char **argv)
{
	struct cli_args args;
	enum layout_kind kind;
	struct str svg;
	int status = cli_parse(&cmd_template_show_command, argc, argv, &args);
	if (status || (status = need_kind(&args, &kind)))
		return status;
	auto_session s;
	if ((status = cli_open(&args, OPEN_READY, &s)))
		return status;
	int r = certificate_layout(&s.cx, layout_name(kind), &svg);
	if (r < 0)
		return cli_fail(&s.cx, r);
	if (!svg.n)
		svg = asset_find(text_of(&s.cx, "templates/paper/%s.svg",
			layout_name(kind)))->bytes;
	fwrite(svg.p, 1, svg.n, stdout);
	return fflush(stdout) == 0 && !ferror(stdout) ? CLI_OK : CLI_FAILURE;
}

#define KINDS \
	"版式KIND：certificate（职业技能等级证书）、" \
	"special-certificate（专项职业能力证书）。\n"
#define NOTE {"note", "TEXT", "说明，记入审计记录"}

static const struct cli_option no_options[] = {{0}};
static const struct cli_option put_options[] = {CLI_DATABASE, CLI_KEYS, NOTE, {0}};
static const struct cli_option list_options[] = {CLI_DATABASE, CLI_KEYS, {0}};

const struct command cmd_template_check_command = {
	.name = "template check",
	.usage = "KIND FILE.svg",
	.summary = "检查证书版式能否使用",
	.help = KINDS "检查必备项目、二维码大小、禁用字样、脚本和外部引用，并试印一页；"
		"不合格时逐条指出，退出码为1。",
	.options = no_options,
	.least = 2,
	.most = 2,
	.run = run_check,
};

const struct command cmd_template_preview_command = {
	.name = "template preview",
	.usage = "KIND FILE.svg OUT.pdf",
	.summary = "用样张数据把证书版式印成PDF",
	.help = KINDS,
	.options = no_options,
	.least = 3,
	.most = 3,
	.run = run_preview,
};

const struct command cmd_template_load_command = {
	.name = "template load",
	.usage = "KIND FILE.svg [--note TEXT]",
	.summary = "检查并启用证书版式",
	.help = KINDS "此后打印的证书都用这一版式；记入审计记录，旧版式保留在历史中。",
	.options = put_options,
	.least = 2,
	.most = 2,
	.run = run_load,
};

const struct command cmd_template_reset_command = {
	.name = "template reset",
	.usage = "KIND [--note TEXT]",
	.summary = "恢复系统自带的证书版式",
	.help = KINDS,
	.options = put_options,
	.least = 1,
	.most = 1,
	.run = run_reset,
};

const struct command cmd_template_list_command = {
	.name = "template list",
	.usage = "",
	.summary = "列出更换证书版式的历史",
	.options = list_options,
	.run = run_list,
};

const struct command cmd_template_show_command = {
	.name = "template show",
	.usage = "KIND",
	.summary = "输出现用的证书版式",
	.help = KINDS,
	.options = list_options,
	.least = 1,
	.most = 1,
	.run = run_show,
};
