/* luban import roster: enrols a sheet of people in a batch, with every row's verdict. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/open.h"
#include "core/file.h"
#include "doc/roster_sheet.h"
#include "query/batch.h"
#include "query/roster.h"

extern const struct command cmd_import_roster_command;

static int read_file(struct arena *a, const char *path, struct str *ret_text)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		cli_error("无法打开文件%s：%s", path, strerror(errno));
		return CLI_USAGE;
	}
	char *text = arena_alloc(a, FILE_MAX + 1);
	size_t n = fread(text, 1, FILE_MAX + 1, file);
	int is_bad = ferror(file) ? errno : 0;
	fclose(file);
	if (is_bad) {
		cli_error("无法读取文件%s：%s", path, strerror(is_bad));
		return CLI_USAGE;
	}
	if (n > FILE_MAX) {
		cli_error("文件超过20MB：%s", path);
		return CLI_USAGE;
	}
	*ret_text = (struct str){text, n};
	return CLI_OK;
}

/* By its number as people see it, or by its id. */
static int find_batch(struct ctx *cx, const char *name, int64_t *ret_id)
{
	struct q_batch_by_no row;
	struct q_batch_find found;
	int64_t id = 0;
	int r = q_batch_by_no(cx->db, &row, .batch_no = name);
	if (r == 0)
		id = row.id;
	if (r == ERR_NOTFOUND && str_to_i64(str_of(name), &id))
		r = q_batch_find(cx->db, &found, .id = id, .scope = scope_all());
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "batch.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

static int print_fault(void *arg, const struct q_roster_row_walk *row)
{
	(void)arg;
	if (streq(row->verdict, "bad"))
		printf("第 %" PRId64 " 行：%s\n", row->row_no, row->verdict_text);
	return 0;
}

static int print_report(struct ctx *cx, int64_t id, bool is_dry_run, bool *ret_ok)
{
	struct q_roster_find roster;
	int r = q_roster_find(cx->db, &roster, .id = id, .scope = scope_all());
	if (r >= 0)
		r = q_roster_row_walk(cx->db, print_fault, NULL, .roster_id = id);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_ok = !roster.n_bad && !streq(roster.state, "refused");
	if (streq(roster.state, "refused"))
		printf("%s：%s\n", roster.name, roster.message);
	else
		printf("%s 共 %" PRId64 " 行：%s %" PRId64 "，已经报名 %" PRId64 "，不能导入 "
			"%" PRId64 "。%s%s\n",
			roster.batch_title, roster.n_rows, is_dry_run ? "可以导入" : "已导入",
			roster.n_good,
			roster.n_same, roster.n_bad, is_dry_run ? "试运行，没有保存" : "",
			roster.message);
	return 0;
}

/* A dry run is a real one that is rolled back: it says exactly what the real one would. */
static int import(struct ctx *cx, int64_t batch_id, const char *path, struct str bytes,
	bool is_dry_run, bool *ret_ok)
{
	const char *slash = strrchr(path, '/');
	int64_t id;
	auto_tx tx = {0};
	int r = is_dry_run ? tx_begin(&tx, cx->db) : 0;
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = roster_upload_now(cx, batch_id, slash ? slash + 1 : path, bytes, &id)) < 0 ||
		(r = roster_judge(cx, id, roster_sheet_read, NULL)) < 0)
		return r;
	if (is_dry_run)
		return print_report(cx, id, true, ret_ok);
	r = roster_confirm_now(cx, id);
	if (r == ERR_STATE)
		ctx_clear(cx);
	else if (r < 0 || (r = roster_save(cx, id, NULL)) < 0)
		return r;
	return print_report(cx, id, false, ret_ok);
}

static int run(int argc, char **argv)
{
	struct cli_args args;
	int status = cli_parse(&cmd_import_roster_command, argc, argv, &args);
	if (status)
		return status;
	const char *batch = cli_text(&args, "batch", "");
	auto_session s = {0};
	struct str bytes;
	int64_t batch_id;
	bool ok;
	if (!*batch)
		return cli_misuse(&cmd_import_roster_command, "请用--batch指明批次编号");
	if ((status = cli_open(&args, OPEN_READY, &s)) ||
		(status = read_file(s.arena, args.operands[0], &bytes)))
		return status;
	int r = find_batch(&s.cx, batch, &batch_id);
	if (r >= 0)
		r = import(&s.cx, batch_id, args.operands[0], bytes, cli_has(&args, "dry-run"),
			&ok);
	return r < 0 ? cli_fail(&s.cx, r) : ok ? CLI_OK : CLI_NO;
}

static const struct cli_option options[] = {
	{"batch", "NUMBER", "批次编号（或内部编号）"},
	{"dry-run", NULL, "只审核，不保存"},
	CLI_DATABASE,
	CLI_KEYS,
	{0},
};

const struct command cmd_import_roster_command = {
	.name = "import roster",
	.usage = "FILE --batch NUMBER [--dry-run]",
	.summary = "导入一个批次的报名花名册",
	.help = "FILE是.xlsx或.csv（UTF-8或GB18030），列名同网页上的模板。逐行审核，符合条件的导入"
		"，"
		"其余逐行说明原因；同一花名册再次导入不改变任何内容。\n"
		"退出码：0全部导入，1有不能导入的行，2用法有误，3失败。",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run,
};
