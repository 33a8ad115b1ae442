#include "doc/roster_sheet.h"

#include "doc/import_sheet.h"
#include "domain/evaluation/roster_line.h"
#include "query/roster.h"

/* Other ways in which the columns are called on sheets that people have already. */
static const struct import_alias aliases[] = {
	{"考生姓名", COL_NAME}, {"身份证号", COL_IDNO}, {"身份证号码", COL_IDNO},
		{"公民身份号码", COL_IDNO},
	{"证件号", COL_IDNO}, {"手机号", COL_PHONE}, {"联系电话", COL_PHONE}, {"手机", COL_PHONE},
		{"单位", COL_UNIT},
	{"单位名称", COL_UNIT}, {"所在单位", COL_UNIT}, {"学历", COL_SCHOOLING},
		{"原证书号", COL_CERT_NO},
	{"地址", COL_ADDRESS}, {"申报条件条款", COL_CLAUSE}, {0},
};

static const struct import_sheet sheet = {.columns = roster_columns, .aliases = aliases,
	.n = ROSTER_COLUMNS, .keys = {COL_NAME, COL_IDNO}, .name = COL_NAME,
	.no_header = "roster.no_header", .column_twice = "roster.column_twice",
	.column_missing = "roster.column_missing", .no_sheet = "roster.no_sheet"};

int roster_sheet_read(struct ctx *cx, struct str bytes, import_line_fn *each, void *arg)
{
	return import_sheet_read(cx, &sheet, bytes, each, arg);
}

/* A number whose check digit is right and whose region does not exist. */
static const char *const example_row[ROSTER_COLUMNS] = {
	[COL_NAME] = "示例：张三（本行不会导入）", [COL_ID_TYPE] = "居民身份证",
		[COL_IDNO] = "11010519491231002X",
	[COL_PHONE] = "13800000000", [COL_NATION] = "汉族", [COL_SCHOOLING] = "中等职业",
		[COL_UNIT] = "某某有限公司",
	[COL_CLAUSE] = "四级②", [COL_WORK_FROM] = "2019-07-01", [COL_CERT_GRADE] = "五级/初级工",
	[COL_CERT_NO] = "S000037010001225000001", [COL_CERT_ON] = "2021-03-15",
};

int roster_sheet_template(struct ctx *cx, struct str *ret_bytes)
{
	return import_sheet_template(cx, &sheet, "报名花名册", example_row, ret_bytes);
}

struct annotating {
	struct ctx *cx;
	struct arena *outer, *scratch;
	struct sheet_writer *w;
};

static int annotate(void *arg, const struct q_roster_row_walk *row)
{
	struct annotating *a = arg;
	const char *values[ROSTER_COLUMNS];
	a->cx->arena = a->scratch;
	arena_reset(a->scratch);
	int r = roster_line_open(a->cx, row->row_cipher, values);
	a->cx->arena = a->outer;
	if (r < 0)
		return r;
	import_sheet_row(a->w, &sheet, values, row->verdict,
		import_verdict_label(roster_verdicts, row->verdict), row->verdict_text);
	return 0;
}

int roster_sheet_annotated(struct ctx *cx, int64_t roster_id, struct str *ret_bytes)
{
	auto_arena scratch = arena_new(16 * 1024 * 1024);
	struct annotating a = {.cx = cx, .outer = cx->arena, .scratch = scratch};
	int r = import_sheet_annotate(cx, &sheet, &a.w);
	if (r < 0)
		return r;
	r = q_roster_row_walk(cx->db, annotate, &a, .roster_id = roster_id);
	if (r < 0) {
		sheet_free(a.w);
		return ctx_pass(cx, r);
	}
	return import_sheet_finish(cx, &sheet, a.w, ret_bytes);
}
