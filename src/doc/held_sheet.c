#include "doc/held_sheet.h"

#include "doc/import_sheet.h"
#include "doc/job_args.h"

static const struct import_alias aliases[] = {
	{"持证人", HELD_NAME}, {"身份证号", HELD_IDNO}, {"身份证号码", HELD_IDNO},
	{"公民身份号码", HELD_IDNO}, {"证件号", HELD_IDNO}, {"证书号", HELD_NUMBER},
	{"证书号码", HELD_NUMBER}, {"原证书编号", HELD_NUMBER}, {"职业", HELD_OCCUPATION},
	{"职业（工种）", HELD_OCCUPATION}, {"职业方向", HELD_WORK_TYPE}, {"证书等级", HELD_GRADE},
	{"级别", HELD_GRADE}, {"发证时间", HELD_ISSUED}, {"颁发日期", HELD_ISSUED},
	{"发证机关", HELD_ISSUER}, {"发证单位", HELD_ISSUER}, {0},
};

static const struct import_sheet sheet = {.columns = held_columns, .aliases = aliases,
	.n = HELD_COLUMNS, .keys = {HELD_NUMBER, HELD_IDNO}, .name = HELD_NAME,
	.no_header = "held.no_header", .column_twice = "held.column_twice",
	.column_missing = "held.column_missing", .no_sheet = "held.no_sheet"};

int held_sheet_read(struct ctx *cx, const void *room_arg, struct str bytes, import_line_fn *each,
	void *arg)
{
	(void)room_arg;
	return import_sheet_read(cx, &sheet, bytes, each, arg);
}

/* A number whose check digit is right and whose region does not exist. */
static const char *const example_row[HELD_COLUMNS] = {
	[HELD_NAME] = "示例：张三（本行不会导入）", [HELD_IDNO] = "11010519491231002X",
	[HELD_NUMBER] = "1337100001400123", [HELD_OCCUPATION] = "电工",
		[HELD_GRADE] = "四级/中级工",
	[HELD_ISSUED] = "2013-06-30", [HELD_ISSUER] = "某某市职业技能鉴定中心",
};

int held_sheet_template(struct ctx *cx, struct str *ret_bytes)
{
	return import_sheet_template(cx, &sheet, "已有证书", example_row, ret_bytes);
}

int held_sheet_annotated(struct ctx *cx, int64_t import_id, struct str *ret_bytes)
{
	return import_sheet_annotated(cx, &sheet, &held_sheets, import_id, ret_bytes);
}

/* ---- jobs ---- */

static int finish(struct ctx *cx, struct job *job, int64_t id, int r)
{
	return r < 0 ? r : job_result(cx, job,
		text_of(cx, "/held-imports/%lld", (long long)id));
}

static int run_judge(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "import");
	return finish(cx, job, id, held_judge(cx, id, held_sheet_read, job));
}

static int run_save(struct ctx *cx, struct job *job)
{
	int64_t id = job_arg_id(job, "import");
	return finish(cx, job, id, held_save(cx, id, job));
}

const struct job_kind held_jobs[] = {
	{"held.judge", "审核已有证书表", run_judge},
	{"held.save", "保存已有证书", run_save},
	{0},
};
