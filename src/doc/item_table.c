/* The authors' sheet read: columns by title in any order, one item a row. */
#include "doc/item_table.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/import_sheet.h"
#include "doc/item_take.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { HEADER_ROWS = 10, UNKNOWN_MAX = 400 };

const char item_example_mark[] = "示例";

const struct item_column_text item_columns[COLUMNS_FIXED] = {
	[COLUMN_NAME] = {"编号", "试题在本表中的编号，可不填；以“示例”开头的行不导入", 12},
	[COLUMN_KIND] = {"题型", "从下拉列表中选择", 14},
	[COLUMN_STEM] = {"题干", "文字，或带有 <sub>、<sup>、<b>、<table> 等标签的安全 HTML", 50},
	[COLUMN_KEY] = {"答案", "判断：正确/错误；选择：字母；排序：字母的正确顺序；匹配：各选项依"
		"次对应的匹配项"
		"字母，无对应写 -；填空：每行一个可接受的答案；计算：数字；简答：参考答案", 18},
	[COLUMN_TOLERANCE] = {"误差", "计算填空题允许的绝对误差，或答案的百分数（5%）", 8},
	[COLUMN_UNIT] = {"单位", "计算填空题答案的单位", 8},
	[COLUMN_DIFFICULTY] = {"难度", "预计答对的比例，0～1，或 易、中、难", 8},
	[COLUMN_POINT] = {"鉴定点", "鉴定点代码", 14},
	[COLUMN_EXPLANATION] = {"解析", "答案的理由，供审题人查看", 30},
	[COLUMN_RUBRIC] = {"评分标准", "简答论述题的评分标准", 30},
	[COLUMN_MATERIAL] = {"材料编号", "几道题共用一份材料时填同一个编号", 10},
	[COLUMN_MATERIAL_TITLE] = {"材料名称", "只用于查找，可不填；不要写试题内容", 14},
	[COLUMN_MATERIAL_TEXT] = {"材料内容", "写在用到该材料的第一道题的行内", 30},
	[COLUMN_KEEP_ORDER] = {"固定选项顺序", "填“是”：选项不打乱", 10},
	[COLUMN_CASE] = {"区分大小写", "填“是”：填空题区分大小写", 10},
};

/* Other ways in which the columns are called on sheets that people have already. */
static const struct {
	const char *title;
	enum item_column column;
} aliases[] = {
	{"题号", COLUMN_NAME}, {"序号", COLUMN_NAME}, {"试题编号", COLUMN_NAME},
	{"试题类型", COLUMN_KIND}, {"类型", COLUMN_KIND}, {"试题内容", COLUMN_STEM},
	{"题目", COLUMN_STEM}, {"试题", COLUMN_STEM}, {"题面", COLUMN_STEM},
	{"标准答案", COLUMN_KEY}, {"正确答案", COLUMN_KEY}, {"参考答案", COLUMN_KEY},
	{"允许误差", COLUMN_TOLERANCE}, {"难度系数", COLUMN_DIFFICULTY},
	{"鉴定点代码", COLUMN_POINT}, {"知识点代码", COLUMN_POINT}, {"知识点", COLUMN_POINT},
	{"答案解析", COLUMN_EXPLANATION}, {"试题解析", COLUMN_EXPLANATION},
	{"评分要点", COLUMN_RUBRIC}, {"材料", COLUMN_MATERIAL_TEXT},
};

static const struct {
	const char *word;
	enum item_kind kind;
} kind_words[] = {
	{"判断", ITEM_TRUE_FALSE}, {"是非题", ITEM_TRUE_FALSE}, {"单选题", ITEM_SINGLE},
	{"单选", ITEM_SINGLE}, {"单项选择", ITEM_SINGLE}, {"选择题", ITEM_SINGLE},
	{"多选题", ITEM_MULTIPLE}, {"多选", ITEM_MULTIPLE}, {"多项选择", ITEM_MULTIPLE},
	{"计算题", ITEM_NUMERIC}, {"计算", ITEM_NUMERIC}, {"填空", ITEM_TEXT},
	{"排序", ITEM_ORDER}, {"匹配", ITEM_MATCH}, {"连线题", ITEM_MATCH},
	{"简答题", ITEM_ESSAY}, {"论述题", ITEM_ESSAY}, {"问答题", ITEM_ESSAY},
};

struct table {
	struct item_take take;
	bool has_header, is_full;
	int seen;
	int column_of[SHEET_COLS_MAX]; /* -1: none of ours */
	struct sheet_cell cells[COLUMNS_ALL];
};

const char *item_column_title(struct arena *a, int column)
{
	if (column < COLUMNS_FIXED)
		return item_columns[column].title;
	int family = (column - COLUMNS_FIXED) / ITEM_OPTIONS_MAX;
	int letter = 'A' + (column - COLUMNS_FIXED) % ITEM_OPTIONS_MAX;
	return arena_printf(a, "%s%c", family == 0 ? "选项" : family == 1 ? "匹配项" : "反馈",
		letter);
}

/* ---- header ---- */

static int column_of(struct str text)
{
	static const struct {
		const char *begin;
		int first;
	} families[] = {{"选项", COLUMN_OPTION}, {"匹配项", COLUMN_TARGET},
		{"反馈", COLUMN_FEEDBACK}};
	char title[SHEET_TITLE_MAX];
	sheet_plain_title(text, title);
	struct str t = str_of(title);
	if (t.n == 1 && t.p[0] >= 'A' && t.p[0] <= 'Z')
		return COLUMN_OPTION + t.p[0] - 'A';
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		size_t n = strlen(families[i].begin);
		if (str_starts(t, families[i].begin) && t.n == n + 1 && t.p[n] >= 'A' &&
			t.p[n] <= 'Z')
			return families[i].first + t.p[n] - 'A';
	}
	for (int i = 0; i < COLUMNS_FIXED; i++)
		if (str_is(t, item_columns[i].title))
			return i;
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (str_is(t, aliases[i].title))
			return (int)aliases[i].column;
	return -1;
}

bool item_table_has_header(struct str text)
{
	for (int row = 0; row < HEADER_ROWS && text.n; row++) {
		struct str line = str_cut(&text, '\n');
		char separator = memchr(line.p, '\t', line.n) ? '\t' : ',';
		bool has[COLUMNS_ALL] = {0};
		while (line.n) {
			int c = column_of(str_cut(&line, separator));
			if (c >= 0)
				has[c] = true;
		}
		if (has[COLUMN_KIND] && has[COLUMN_STEM] && has[COLUMN_KEY])
			return true;
	}
	return false;
}

static void look_for_header(struct table *b, const struct sheet_row *row)
{
	bool has[COLUMNS_ALL] = {0};
	char unknown[UNKNOWN_MAX] = "";
	for (size_t i = 0; i < SHEET_COLS_MAX; i++)
		b->column_of[i] = -1;
	for (size_t i = 0; i < row->n; i++) {
		struct str title = str_trim(row->cells[i].text);
		int c = column_of(title);
		size_t n = strlen(unknown);
		if (c >= 0 && !has[c]) {
			has[c] = true;
			b->column_of[i] = c;
		} else if (title.n && n + title.n + 8 < sizeof unknown) {
			snprintf(unknown + n, sizeof unknown - n, "%s%.*s", n ? "、" : "",
				(int)title.n, title.p);
		}
	}
	b->seen++;
	b->has_header = has[COLUMN_KIND] && has[COLUMN_STEM] && has[COLUMN_KEY];
	b->take.line = row->number;
	if (b->has_header && *unknown)
		take_note(&b->take, "exchange.columns_unknown", unknown);
}

/* ---- cells ---- */

static struct str cell(const struct table *b, int column)
{
	return str_trim(b->cells[column].text);
}

static const char *html(struct table *b, int column)
{
	return take_html(&b->take, cell(b, column), TAKE_EITHER);
}

static bool is_yes(struct str s)
{
	return str_is(s, "是") || str_is(s, "1") || str_is(s, "Y") || str_is(s, "TRUE");
}

static enum item_kind kind_of(struct str s)
{
	for (int k = 1; k < ITEM_KINDS; k++)
		if (str_is(s, item_kind_label((enum item_kind)k)))
			return (enum item_kind)k;
	for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++)
		if (str_is(s, kind_words[i].word))
			return kind_words[i].kind;
	return 0;
}

static void take_true_false(struct table *b, struct str key)
{
	static const char *const yes[] = {"正确", "对", "√", "✓", "是", "T", "TRUE", "A", "Y"};
	static const char *const no[] = {"错误", "错", "×", "✗", "否", "F", "FALSE", "B", "N"};
	struct item *it = &b->take.entry->content;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (str_is(key, yes[i]))
			it->key = "A";
		if (str_is(key, no[i]))
			it->key = "B";
	}
	if (!*it->key)
		take_refuse(&b->take, "exchange.key_wrong", arena_str(b->take.a, key));
	take_option(&b->take, "", html(b, COLUMN_FEEDBACK));
	take_option(&b->take, "", html(b, COLUMN_FEEDBACK + 1));
}

static const char *letters(struct table *b, struct str key)
{
	struct item *it = &b->take.entry->content;
	const char *z = item_letters(b->take.a, it->kind, arena_str(b->take.a, key));
	if (z[strspn(z, it->kind == ITEM_MATCH ? "-" LETTERS : LETTERS)])
		take_refuse(&b->take, "exchange.key_wrong", arena_str(b->take.a, key));
	return z;
}

/* The options up to the last that is filled; empty ones between are left to the check of items. */
static int last_filled(const struct table *b, int first)
{
	int n = ITEM_OPTIONS_MAX;
	while (n && !cell(b, first + n - 1).n)
		n--;
	return n;
}

static void take_options(struct table *b)
{
	int n = last_filled(b, COLUMN_OPTION), n_targets = last_filled(b, COLUMN_TARGET);
	for (int i = 0; i < n; i++)
		take_option(&b->take, html(b, COLUMN_OPTION + i), html(b, COLUMN_FEEDBACK + i));
	for (int i = 0; i < n_targets && b->take.entry->content.kind == ITEM_MATCH; i++)
		take_target(&b->take, html(b, COLUMN_TARGET + i));
}

static void take_key(struct table *b)
{
	struct item *it = &b->take.entry->content;
	struct str key = cell(b, COLUMN_KEY);
	switch (it->kind) {
	case ITEM_TRUE_FALSE: take_true_false(b, key); return;
	case ITEM_NUMERIC:
		it->value = take_number(&b->take, key);
		it->tolerance = take_tolerance(&b->take, cell(b, COLUMN_TOLERANCE), it->value);
		it->unit = arena_str(b->take.a, cell(b, COLUMN_UNIT));
		if (!*it->value)
			take_refuse(&b->take, "exchange.number_wrong", arena_str(b->take.a, key));
		return;
	case ITEM_TEXT:
		it->case_sensitive = is_yes(cell(b, COLUMN_CASE));
		while (key.n)
			take_variant(&b->take, arena_str(b->take.a, str_trim(str_cut(&key, '\n'))));
		return;
	case ITEM_ESSAY:
		take_variant(&b->take, arena_str(b->take.a, key));
		it->rubric_html = html(b, COLUMN_RUBRIC);
		return;
	default:
		take_options(b);
		it->keep_order = is_yes(cell(b, COLUMN_KEEP_ORDER));
		it->key = letters(b, key);
	}
}

static void take_material(struct table *b)
{
	struct item_take *t = &b->take;
	const char *code = arena_str(t->a, cell(b, COLUMN_MATERIAL));
	struct str text = cell(b, COLUMN_MATERIAL_TEXT);
	if (!*code && text.n)
		code = arena_printf(t->a, "M%lld", (long long)t->line);
	if (!*code)
		return;
	int at = item_sheet_material_of(t->sheet, code);
	struct item_material *m = at ? t->sheet->materials[at - 1] :
		item_sheet_material(t->sheet, code);
	if (!m) {
		take_refuse(t, "exchange.material_many");
		return;
	}
	t->entry->material = at ? at : t->sheet->n_materials;
	m->line = m->line ? m->line : t->line;
	if (is_blank(m->title))
		m->title = take_words(t, cell(b, COLUMN_MATERIAL_TITLE), TAKE_PLAIN);
	if (!text.n)
		return;
	struct item_asset *assets = t->assets;
	int *n_assets = t->n_assets;
	t->assets = m->assets;
	t->n_assets = &m->n_assets;
	const char *content = html(b, COLUMN_MATERIAL_TEXT);
	t->assets = assets;
	t->n_assets = n_assets;
	if (is_blank(m->html))
		m->html = content;
	else if (!streq(m->html, content))
		take_note(t, "exchange.material_differs", code);
}

/* ---- rows ---- */

static void check_cells(struct table *b)
{
	for (int i = 0; i < COLUMNS_ALL; i++) {
		const struct sheet_cell *c = &b->cells[i];
		const char *title = item_column_title(b->take.a, i);
		if (c->merged)
			take_refuse(&b->take, "exchange.cell_merged", title);
		else if (c->kind == CELL_FORMULA)
			take_refuse(&b->take, "exchange.cell_formula", title);
		else if (c->kind == CELL_ERROR)
			take_refuse(&b->take, "exchange.cell_error", title);
		else if (c->inexact)
			take_refuse(&b->take, "exchange.cell_inexact", title);
		else if (c->kind == CELL_DATE)
			take_note(&b->take, "exchange.cell_date", title,
				arena_str(b->take.a, c->text));
	}
}

static void take_row(struct table *b)
{
	struct item_take *t = &b->take;
	struct item_entry *e = t->entry;
	check_cells(b);
	e->content.kind = kind_of(cell(b, COLUMN_KIND));
	if (!e->content.kind)
		take_refuse(t, "exchange.kind_unknown", arena_str(t->a, cell(b, COLUMN_KIND)));
	e->content.stem_html = html(b, COLUMN_STEM);
	e->content.explanation_html = html(b, COLUMN_EXPLANATION);
	if (e->content.kind)
		take_key(b);
	e->point = arena_str(t->a, cell(b, COLUMN_POINT));
	int64_t difficulty = take_difficulty(cell(b, COLUMN_DIFFICULTY));
	e->difficulty_permille = difficulty > 0 ? difficulty : 0;
	if (difficulty < 0)
		take_refuse(t, "exchange.difficulty_wrong",
			arena_str(t->a, cell(b, COLUMN_DIFFICULTY)));
	take_material(b);
}

static int on_row(void *arg, const struct sheet_row *row)
{
	struct table *b = arg;
	bool is_blank_row = true;
	if (!b->has_header) {
		look_for_header(b, row);
		return b->has_header || b->seen < HEADER_ROWS ? 0 : 1;
	}
	memset(b->cells, 0, sizeof b->cells);
	for (size_t i = 0; i < row->n; i++)
		if (b->column_of[i] >= 0) {
			b->cells[b->column_of[i]] = row->cells[i];
			is_blank_row = is_blank_row && !str_trim(row->cells[i].text).n;
		}
	struct str name = cell(b, COLUMN_NAME);
	if (is_blank_row || str_starts(name, item_example_mark))
		return 0;
	b->take.line = row->number;
	b->take.name = arena_str(b->take.a, name);
	if (!take_begin(&b->take)) {
		take_refuse(&b->take, "exchange.items_many");
		return 1;
	}
	take_row(b);
	take_end(&b->take);
	return 0;
}

int item_table_read(struct ctx *cx, struct str bytes, struct item_sheet *sheet)
{
	struct table *b = arena_make(sheet->arena, struct table);
	struct sheet_error error = {0};
	b->take = (struct item_take){.sheet = sheet, .a = sheet->arena, .place = "", .name = ""};
	int r = sheet_read(bytes, on_row, b, &error);
	if (r < 0 && error.id)
		return fail(cx, r, error.id, error.arg);
	if (r < 0)
		return ctx_pass(cx, r);
	return b->has_header ? 0 : fail(cx, ERR_INVALID, "exchange.no_header");
}
