#include "doc/roster_sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/message.h"
#include "doc/xlsx.h"
#include "domain/evaluation/roster_line.h"
#include "query/roster.h"

enum { HEADER_ROWS = 10, TITLE_MAX = 120, UNKNOWN_MAX = 600 };

static const char example_mark[] = "示例";

/* Other ways in which the columns are called on sheets that people have already. */
static const struct {
	const char *title;
	enum roster_place place;
} aliases[] = {
	{"考生姓名", COL_NAME}, {"身份证号", COL_IDNO}, {"身份证号码", COL_IDNO},
		{"公民身份号码", COL_IDNO},
	{"证件号", COL_IDNO}, {"手机号", COL_PHONE}, {"联系电话", COL_PHONE}, {"手机", COL_PHONE},
		{"单位", COL_UNIT},
	{"单位名称", COL_UNIT}, {"所在单位", COL_UNIT}, {"学历", COL_SCHOOLING},
		{"原证书号", COL_CERT_NO},
	{"地址", COL_ADDRESS}, {"申报条件条款", COL_CLAUSE},
};

struct reading {
	struct ctx *cx;
	roster_line_fn *each;
	void *arg;
	bool has_header;
	int seen;                         /* rows looked at for a header */
	int place_of[SHEET_COLS_MAX];     /* by column: place in roster_columns, or -1 */
	char unknown[UNKNOWN_MAX];
	int err;                          /* of the caller's function, or ours */
};

/* A title without blanks, line ends, asterisks and what stands in brackets. */
static void plain_title(struct str text, char out[TITLE_MAX])
{
	static const char *const noise[] = {" ", "\t", "\r", "\n", "*", "＊", "　", "：", ":"};
	size_t n = 0;
	for (size_t i = 0; i < text.n && n + 1 < TITLE_MAX;) {
		struct str rest = {text.p + i, text.n - i};
		size_t skip = 0;
		if (str_starts(rest, "（") || str_starts(rest, "("))
			break;
		for (size_t k = 0; !skip && k < sizeof noise / sizeof noise[0]; k++)
			if (str_starts(rest, noise[k]))
				skip = strlen(noise[k]);
		if (!skip)
			out[n++] = text.p[i];
		i += skip ? skip : 1;
	}
	out[n] = 0;
}

/* Titles of our own may have brackets: they are compared without, too. */
static int place_of(struct str text)
{
	char title[TITLE_MAX], own[TITLE_MAX];
	plain_title(text, title);
	if (!*title)
		return -1;
	for (int i = 0; i < ROSTER_COLUMNS; i++) {
		plain_title(str_of(roster_columns[i].title), own);
		if (str_is(str_trim(text), roster_columns[i].title) || streq(title, own))
			return i;
	}
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
		if (streq(title, aliases[i].title))
			return (int)aliases[i].place;
	return -1;
}

static bool has_place(const struct reading *rd, int place)
{
	for (int i = 0; i < SHEET_COLS_MAX; i++)
		if (rd->place_of[i] == place)
			return true;
	return false;
}

static void note_unknown(struct reading *rd, struct str title)
{
	size_t n = strlen(rd->unknown);
	if (title.n && n + title.n + 8 < sizeof rd->unknown)
		snprintf(rd->unknown + n, sizeof rd->unknown - n, "%s%.*s", n ? "、" : "",
			(int)title.n, title.p);
}

static int map_header(struct reading *rd, const struct sheet_row *row)
{
	for (int i = 0; i < SHEET_COLS_MAX; i++)
		rd->place_of[i] = -1;
	for (size_t i = 0; i < row->n && i < SHEET_COLS_MAX; i++) {
		int place = place_of(row->cells[i].text);
		if (place >= 0 && has_place(rd, place))
			return fail(rd->cx, ERR_INVALID, "roster.column_twice",
				roster_columns[place].title);
		rd->place_of[i] = place;
	}
	return 0;
}

static int missing_columns(struct reading *rd)
{
	const char *list = "";
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		if (roster_columns[i].required && !has_place(rd, i))
			list = text_of(rd->cx, "%s%s“%s”", list, *list ? "、" : "",
				roster_columns[i].title);
	return *list ? fail(rd->cx, ERR_INVALID, "roster.column_missing", list) : 0;
}

static int say_unknown(struct reading *rd, const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n && i < SHEET_COLS_MAX; i++)
		if (rd->place_of[i] < 0)
			note_unknown(rd, str_trim(row->cells[i].text));
	if (!*rd->unknown)
		return 0;
	struct roster_line line = {.refused = text_of(rd->cx, "没有用到的列：%s", rd->unknown)};
	return rd->each(rd->arg, &line);
}

/* The header is the first row that names a person: rows above it are titles of the sheet. */
static int look_for_header(struct reading *rd, const struct sheet_row *row)
{
	int r = map_header(rd, row);
	if (r < 0)
		return r;
	if (!has_place(rd, COL_NAME) && !has_place(rd, COL_IDNO))
		return ++rd->seen < HEADER_ROWS ? 0 : fail(rd->cx, ERR_INVALID, "roster.no_header");
	if ((r = missing_columns(rd)) < 0)
		return r;
	rd->has_header = true;
	return say_unknown(rd, row);
}

static const char *cell_fault(struct ctx *cx, const char *title, const struct sheet_cell *cell,
	bool is_idno)
{
	if (cell->merged)
		return text_of(cx, "%s：这一格与别的格合并了，请取消合并后逐行填写", title);
	if (cell->kind == CELL_FORMULA)
		return text_of(cx, "%s：这一格是公式，请复制后“选择性粘贴为数值”", title);
	if (cell->kind == CELL_ERROR)
		return text_of(cx, "%s：这一格是错误值 %.*s，请改正", title, (int)cell->text.n,
			cell->text.p);
	if (cell->inexact && is_idno)
		return text_of(cx, "%s：号码存成了数字，Excel 已丢失末几位，请把整列设为文本格式后"
			"重新填写", title);
	return NULL;
}

static const char *join(struct ctx *cx, const char *a, const char *b)
{
	return a ? text_of(cx, "%s；%s", a, b) : b;
}

static int take_row(struct reading *rd, const struct sheet_row *row)
{
	struct ctx *cx = rd->cx;
	const char *values[ROSTER_COLUMNS];
	struct roster_line line = {.row_no = row->number, .values = values};
	bool is_blank_row = true;
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		values[i] = "";
	for (size_t i = 0; i < row->n && i < SHEET_COLS_MAX; i++) {
		int place = rd->place_of[i];
		const struct sheet_cell *cell = &row->cells[i];
		if (place < 0)
			continue;
		const char *fault = cell_fault(cx, roster_columns[place].title, cell,
			place == COL_IDNO);
		if (fault)
			line.refused = join(cx, line.refused, fault);
		values[place] = arena_str(cx->arena, str_trim(cell->text));
		is_blank_row = is_blank_row && !*values[place] && !fault;
	}
	if (is_blank_row || str_starts(str_of(values[COL_NAME]), example_mark))
		return 0;
	return rd->each(rd->arg, &line);
}

static int on_row(void *arg, const struct sheet_row *row)
{
	struct reading *rd = arg;
	rd->err = rd->has_header ? take_row(rd, row) : look_for_header(rd, row);
	return rd->err;
}

int roster_sheet_read(struct ctx *cx, struct str bytes, roster_line_fn *each, void *arg)
{
	struct reading rd = {.cx = cx, .each = each, .arg = arg};
	struct sheet_error error = {0};
	int r = sheet_read(bytes, on_row, &rd, &error);
	if (r < 0 && error.id)
		return fail(cx, r, error.id, error.arg);
	if (r < 0 || rd.has_header)
		return r;
	return fail(cx, ERR_INVALID, "roster.no_header");
}

/* ---- writing ---- */

static const char *const *labels_of(struct ctx *cx, const struct choice *choices)
{
	size_t n = 0;
	if (!choices)
		return NULL;
	while (choices[n].code)
		n++;
	const char **labels = arena_array(cx->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		labels[i] = choices[i].label;
	return labels;
}

static size_t columns(struct ctx *cx, struct sheet_column cols[ROSTER_COLUMNS + 2])
{
	for (int i = 0; i < ROSTER_COLUMNS; i++) {
		const struct roster_column *c = &roster_columns[i];
		cols[i] = (struct sheet_column){.title = c->required ? text_of(cx, "%s*",
			c->title) : c->title,
			.note = c->note, .width = i == COL_IDNO ? 22 : i == COL_UNIT
				|| i == COL_ADDRESS ? 26 : 15,
			.choices = labels_of(cx, c->choices), .text = true};
	}
	return ROSTER_COLUMNS;
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
	struct sheet_column cols[ROSTER_COLUMNS + 2];
	struct sheet_writer *w;
	int r = sheet_new("报名花名册", cols, columns(cx, cols), &w);
	if (r < 0)
		return fail(cx, r, "roster.no_sheet");
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		sheet_cell(w, example_row[i] ? example_row[i] : "", STYLE_EXAMPLE);
	sheet_next(w);
	r = sheet_finish(w, cx->arena, ret_bytes);
	return r < 0 ? fail(cx, r, "roster.no_sheet") : 0;
}

struct annotating {
	struct ctx *cx;
	struct arena *outer, *scratch;
	struct sheet_writer *w;
};

static enum sheet_style style_of(const char *verdict)
{
	return streq(verdict, "good") ? STYLE_GOOD : streq(verdict,
		"bad") ? STYLE_BAD : STYLE_PLAIN;
}

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
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		sheet_cell(a->w, values[i], STYLE_PLAIN);
	sheet_cell(a->w, roster_verdict_label(row->verdict), style_of(row->verdict));
	sheet_cell(a->w, row->verdict_text, style_of(row->verdict));
	sheet_next(a->w);
	return 0;
}

int roster_sheet_annotated(struct ctx *cx, int64_t roster_id, struct str *ret_bytes)
{
	struct sheet_column cols[ROSTER_COLUMNS + 2];
	auto_arena scratch = arena_new(16 * 1024 * 1024);
	struct annotating a = {.cx = cx, .outer = cx->arena, .scratch = scratch};
	size_t n = columns(cx, cols);
	cols[n++] = (struct sheet_column){.title = "审核结果", .width = 14, .text = true};
	cols[n++] = (struct sheet_column){.title = "说明", .width = 60, .text = true};
	int r = sheet_new("审核结果", cols, n, &a.w);
	if (r < 0)
		return fail(cx, r, "roster.no_sheet");
	r = q_roster_row_walk(cx->db, annotate, &a, .roster_id = roster_id);
	if (r < 0) {
		sheet_free(a.w);
		return ctx_pass(cx, r);
	}
	r = sheet_finish(a.w, cx->arena, ret_bytes);
	return r < 0 ? fail(cx, r, "roster.no_sheet") : 0;
}
