/* luban import: reference data out of a sheet, with every row's verdict. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/open.h"
#include "domain/standard/reference.h"

extern const struct command cmd_import_command;

static int read_file(struct arena *a, const char *path, struct str *ret_text)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		cli_error("无法打开文件%s：%s", path, strerror(errno));
		return CLI_USAGE;
	}
	char *text = arena_alloc(a, REFERENCE_BYTES + 1);
	size_t n = fread(text, 1, REFERENCE_BYTES + 1, file);
	int is_bad = ferror(file) ? errno : 0;
	fclose(file);
	if (is_bad) {
		cli_error("无法读取文件%s：%s", path, strerror(is_bad));
		return CLI_USAGE;
	}
	*ret_text = (struct str){text, n};
	return CLI_OK;
}

static int print_report(enum reference_kind kind, const struct reference_report *r, bool is_dry_run)
{
	for (size_t i = 0; i < r->n_verdicts; i++)
		printf("第 %zu 行：%s\n", r->verdicts[i].line, r->verdicts[i].text);
	if (r->bad > r->n_verdicts)
		printf("……另有 %zu 行有误\n", r->bad - r->n_verdicts);
	printf("%s %zu 行：新增 %zu，更改 %zu，未变 %zu，有误 %zu。%s\n", reference_label(kind),
		r->rows, r->added, r->changed, r->same, r->bad,
		r->bad	     ? "没有保存，请修改后重新导入"
		: is_dry_run ? "试运行，没有保存"
			     : "已保存");
	return r->bad ? CLI_NO : CLI_OK;
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_import_command, argc, argv, &args);
	if (status)
		return status;
	enum reference_kind kind = reference_of(args.operands[0]);
	bool is_dry_run = cli_has(&args, "dry-run");
	if (kind == REFERENCE_KINDS)
		return cli_misuse(&cmd_import_command, "不能导入“%s”", args.operands[0]);
	auto_session s;
	struct str text;
	struct reference_report report;
	if ((status = cli_open(&args, OPEN_READY, &s)) ||
		(status = read_file(s.arena, args.operands[1], &text)))
		return status;
	int r = reference_import(&s.cx, kind, text, is_dry_run, &report);
	return r < 0 ? cli_fail(&s.cx, r) : print_report(kind, &report, is_dry_run);
}

static const struct cli_option options[] = {
	{"dry-run", NULL, "只检查，不保存"},
	CLI_DATABASE,
	CLI_KEYS,
	{0},
};

const struct command cmd_import_command = {
	.name = "import",
	.usage = "regions|holidays|occupations|work_types|standards|special_projects FILE [--dry-"
		"run]",
	.summary = "导入行政区划、节假日、职业、工种、职业标准、专项项目",
	.help = "FILE是逗号或制表符分隔的文本（UTF-8或GB18030），第一行为列名，"
		"列名与data/中的同名文件相同，见docs/reference-data.md。\n"
		"有一行不正确就全部不保存，并逐行说明原因；同一文件再次导入不改变任何内容。\n"
		"退出码：0完成，1有不正确的行，2用法有误，3失败。",
	.options = options,
	.least = 2,
	.most = 2,
	.run = run,
};
