#include "doc/import_sheet.h"

#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "base/utf8.h"

enum {
	HEADER_ROWS = 10,
	UNKNOWN_MAX = 600,
	DEFAULT_WIDTH = 15,
	ERROR_CHARS = 20,
	VALUE_ARENA = 8 * UTF8_MAX * IMPORT_TEXT_CHARS + 1024, /* a value being made: three times */
};

static const char example_mark[] = "示例";

struct reading {
	struct ctx *cx;
	const struct import_sheet *sheet;
	import_line_fn *each;
	void *arg;
	bool has_header;
	int seen;                     /* rows looked at for a header */
	int place_of[SHEET_COLS_MAX]; /* by column: place in the columns, or -1 */
	char unknown[UNKNOWN_MAX];
	int err;                      /* of the caller's function, or ours */
};

void sheet_plain_title(struct str text, char out[SHEET_TITLE_MAX])
{
	static const char *const noise[] = {" ", "\t", "\r", "\n", "*", "＊", "　", "：", ":"};
	size_t n = 0;
	for (size_t i = 0; i < text.n && n + 1 < SHEET_TITLE_MAX;) {
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
static int place_of(const struct import_sheet *s, struct str text)
{
	char title[SHEET_TITLE_MAX], own[SHEET_TITLE_MAX];
	sheet_plain_title(text, title);
	if (!*title)
		return -1;
	for (int i = 0; i < s->n; i++) {
		sheet_plain_title(str_of(s->columns[i].title), own);
		if (str_is(str_trim(text), s->columns[i].title) || streq(title, own))
			return i;
	}
	for (const struct import_alias *a = s->aliases; a && a->title; a++)
		if (streq(title, a->title))
			return a->place;
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
		int place = place_of(rd->sheet, row->cells[i].text);
		if (place >= 0 && has_place(rd, place))
			return fail(rd->cx, ERR_INVALID, rd->sheet->column_twice,
				rd->sheet->columns[place].title);
		rd->place_of[i] = place;
	}
	return 0;
}

static int missing_columns(struct reading *rd)
{
	const char *list = "";
	for (int i = 0; i < rd->sheet->n; i++)
		if (rd->sheet->columns[i].required && !has_place(rd, i))
			list = text_of(rd->cx, "%s%s“%s”", list, *list ? "、" : "",
				rd->sheet->columns[i].title);
	return *list ? fail(rd->cx, ERR_INVALID, rd->sheet->column_missing, list) : 0;
}

static int say_unknown(struct reading *rd, const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n && i < SHEET_COLS_MAX; i++)
		if (rd->place_of[i] < 0)
			note_unknown(rd, str_trim(row->cells[i].text));
	if (!*rd->unknown)
		return 0;
	struct import_line line = {.refused = text_of(rd->cx, "没有用到的列：%s", rd->unknown)};
	return rd->each(rd->arg, &line);
}

/* The header is the first row that names a person: rows above it are titles of the sheet. */
static int look_for_header(struct reading *rd, const struct sheet_row *row)
{
	int r = map_header(rd, row);
	if (r < 0)
		return r;
	if (!has_place(rd, rd->sheet->keys[0]) && !has_place(rd, rd->sheet->keys[1]))
		return ++rd->seen < HEADER_ROWS ? 0
			: fail(rd->cx, ERR_INVALID, rd->sheet->no_header);
	if ((r = missing_columns(rd)) < 0)
		return r;
	rd->has_header = true;
	return say_unknown(rd, row);
}

static bool is_blank_point(uint32_t point)
{
	return point <= ' ' || (point >= 0x7F && point <= 0xA0);
}

/* In one line, without what is not seen: numbers that are copied bring marks of direction with
 * them, and texts from the web spaces of their own. */
static struct str plain(struct arena *a, struct str text)
{
	text = utf8_cut(str_trim(text), 2 * IMPORT_TEXT_CHARS);
	char *out = arena_alloc(a, text.n + 1);
	size_t n = 0;
	uint32_t point;
	for (size_t step; (step = utf8_next(text, &point)) > 0;) {
		if (is_blank_point(point)) {
			out[n++] = ' ';
		} else if (!utf8_is_unseen(point)) {
			memcpy(out + n, text.p, step);
			n += step;
		}
		text = (struct str){text.p + step, text.n - step};
	}
	return str_trim((struct str){out, n});
}

static bool has_line_end(struct str text)
{
	struct str rest = str_trim(text);
	return memchr(rest.p, '\n', rest.n) || memchr(rest.p, '\r', rest.n);
}

static const char *cell_fault(struct ctx *cx, const char *title, const struct sheet_cell *cell,
	bool is_number)
{
	if (cell->merged)
		return text_of(cx, "%s：这一格与别的格合并了，请取消合并后逐行填写", title);
	if (cell->kind == CELL_FORMULA)
		return text_of(cx, "%s：这一格是公式，请复制后“选择性粘贴为数值”", title);
	if (cell->kind == CELL_ERROR)
		return text_of(cx, "%s：这一格是错误值 %s，请改正", title,
			arena_str(cx->arena, utf8_cut(cell->text, ERROR_CHARS)));
	if (cell->inexact && is_number)
		return text_of(cx, "%s：号码存成了数字，Excel 已丢失末几位，请把整列设为文本格式后"
			"重新填写", title);
	if (utf8_count(cell->text) > IMPORT_TEXT_CHARS)
		return text_of(cx, "%s：这一格超过 %d 个字，请缩短", title, IMPORT_TEXT_CHARS);
	return NULL;
}

/* Two people in one cell are not one. */
static const char *name_fault(struct ctx *cx, const char *title, const struct sheet_cell *cell)
{
	return has_line_end(cell->text)
		? text_of(cx, "%s：这一格里有换行，请每行只填一个人，并删去换行", title) : NULL;
}

static const char *join(struct ctx *cx, const char *a, const char *b)
{
	return a ? text_of(cx, "%s；%s", a, b) : b;
}

static struct str value_of(struct arena *a, struct str text, bool is_name)
{
	text = plain(a, text);
	return utf8_cut(is_name ? str_of(name_normal(a, text)) : text, IMPORT_TEXT_CHARS);
}

/* Asked before anything of the row is kept: there may be as many as a sheet has rows. */
static bool is_example(const struct reading *rd, const struct sheet_row *row)
{
	size_t i = 0;
	while (i < row->n && rd->place_of[i] != rd->sheet->name)
		i++;
	if (i == row->n)
		return false;
	auto_arena own = arena_new(VALUE_ARENA);
	return str_starts(value_of(own, row->cells[i].text, true), example_mark);
}

static int take_row(struct reading *rd, const struct sheet_row *row)
{
	struct ctx *cx = rd->cx;
	const char *values[IMPORT_COLUMNS_MAX];
	struct import_line line = {.row_no = row->number, .values = values};
	bool is_blank_row = true;
	if (is_example(rd, row))
		return 0;
	for (int i = 0; i < rd->sheet->n; i++)
		values[i] = "";
	for (size_t i = 0; i < row->n && i < SHEET_COLS_MAX; i++) {
		int place = rd->place_of[i];
		const struct sheet_cell *cell = &row->cells[i];
		if (place < 0)
			continue;
		const struct import_column *column = &rd->sheet->columns[place];
		bool is_name = place == rd->sheet->name;
		const char *fault = cell_fault(cx, column->title, cell, column->is_number);
		if (!fault && is_name)
			fault = name_fault(cx, column->title, cell);
		if (fault)
			line.refused = join(cx, line.refused, fault);
		values[place] = arena_str(cx->arena, value_of(cx->arena, cell->text, is_name));
		is_blank_row = is_blank_row && !*values[place] && !fault;
	}
	if (line.refused)
		line.refused = arena_str(cx->arena, utf8_cut(str_of(line.refused),
			IMPORT_TEXT_CHARS));
	return is_blank_row ? 0 : rd->each(rd->arg, &line);
}

static int on_row(void *arg, const struct sheet_row *row)
{
	struct reading *rd = arg;
	rd->err = rd->has_header ? take_row(rd, row) : look_for_header(rd, row);
	return rd->err;
}

int import_sheet_read(struct ctx *cx, const struct import_sheet *s, struct str bytes,
	import_line_fn *each, void *arg)
{
	struct reading rd = {.cx = cx, .sheet = s, .each = each, .arg = arg};
	struct sheet_error error = {0};
	int r = sheet_read(bytes, on_row, &rd, &error);
	if (r < 0 && error.id)
		return fail(cx, r, error.id, error.arg);
	if (r < 0 || rd.has_header)
		return r;
	return fail(cx, ERR_INVALID, s->no_header);
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

static size_t columns(struct ctx *cx, const struct import_sheet *s, struct sheet_column *cols)
{
	for (int i = 0; i < s->n; i++) {
		const struct import_column *c = &s->columns[i];
		cols[i] = (struct sheet_column){.title = c->required ? text_of(cx, "%s*",
			c->title) : c->title,
			.note = c->note, .width = c->width ? c->width : DEFAULT_WIDTH,
			.choices = labels_of(cx, c->choices), .text = true};
	}
	return (size_t)s->n;
}

int import_sheet_template(struct ctx *cx, const struct import_sheet *s, const char *title,
	const char *const *example, struct str *ret_bytes)
{
	struct sheet_column cols[IMPORT_COLUMNS_MAX];
	struct sheet_writer *w;
	int r = sheet_new(title, cols, columns(cx, s, cols), &w);
	if (r < 0)
		return fail(cx, r, s->no_sheet);
	for (int i = 0; i < s->n; i++)
		sheet_cell(w, example[i] ? example[i] : "", STYLE_EXAMPLE);
	sheet_next(w);
	return import_sheet_finish(cx, s, w, ret_bytes);
}

int import_sheet_annotate(struct ctx *cx, const struct import_sheet *s,
	struct sheet_writer **ret_writer)
{
	struct sheet_column cols[IMPORT_COLUMNS_MAX + 2];
	size_t n = columns(cx, s, cols);
	cols[n++] = (struct sheet_column){.title = "审核结果", .width = 14, .text = true};
	cols[n++] = (struct sheet_column){.title = "说明", .width = 60, .text = true};
	int r = sheet_new("审核结果", cols, n, ret_writer);
	return r < 0 ? fail(cx, r, s->no_sheet) : 0;
}

void import_sheet_row(struct sheet_writer *w, const struct import_sheet *s,
	const char *const *values, const char *verdict, const char *label, const char *text)
{
	enum sheet_style style = streq(verdict, "good") ? STYLE_GOOD
		: streq(verdict, "bad") ? STYLE_BAD : STYLE_PLAIN;
	for (int i = 0; i < s->n; i++)
		sheet_cell(w, values[i], STYLE_PLAIN);
	sheet_cell(w, label, style);
	sheet_cell(w, text, style);
	sheet_next(w);
}

int import_sheet_finish(struct ctx *cx, const struct import_sheet *s, struct sheet_writer *w,
	struct str *ret_bytes)
{
	int r = sheet_finish(w, cx->arena, ret_bytes);
	return r < 0 ? fail(cx, r, s->no_sheet) : 0;
}

struct annotating {
	struct ctx *cx;
	const struct import_sheet *sheet;
	const struct sheet_room *room;
	struct arena *outer, *scratch;
	struct sheet_writer *w;
};

static int annotate(void *arg, const struct q_sheet_import_row_walk *row)
{
	struct annotating *a = arg;
	const char *values[IMPORT_COLUMNS_MAX];
	a->cx->arena = a->scratch;
	arena_reset(a->scratch);
	int r = sheet_import_open(a->cx, a->room, row->row_cipher, values);
	a->cx->arena = a->outer;
	if (r < 0)
		return r;
	import_sheet_row(a->w, a->sheet, values, row->verdict,
		import_verdict_label(a->room->labels, row->verdict), row->verdict_text);
	return 0;
}

int import_sheet_annotated(struct ctx *cx, const struct import_sheet *s,
	const struct sheet_room *room, int64_t import_id, struct str *ret_bytes)
{
	auto_arena scratch = arena_new(16 * 1024 * 1024);
	struct annotating a = {.cx = cx, .sheet = s, .room = room, .outer = cx->arena,
		.scratch = scratch};
	int r = import_sheet_annotate(cx, s, &a.w);
	if (r < 0)
		return r;
	r = q_sheet_import_row_walk(cx->db, annotate, &a, .import_id = import_id);
	if (r < 0) {
		sheet_free(a.w);
		return ctx_pass(cx, r);
	}
	return import_sheet_finish(cx, s, a.w, ret_bytes);
}
