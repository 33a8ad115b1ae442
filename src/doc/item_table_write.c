/* Items as a sheet: the template, exports, and sheets that go back with verdicts. */
#include <string.h>

#include "base/utf8.h"
#include "doc/item_give.h"
#include "doc/item_table.h"

enum { TEMPLATE_OPTIONS = 6, TEMPLATE_TARGETS = 4, BESIDES = 3 };

struct table_out {
	struct ctx *cx;
	const struct item_sheet *sheet;
	struct item_sheet *lost;
	int columns[COLUMNS_ALL];
	int n;
	bool is_first_use[SHEET_MATERIALS_MAX];
};

static const char *const kind_labels[] = {"判断题", "单项选择题", "多项选择题", "计算填空题",
	"填空题", "排序题", "匹配题", "简答论述题", NULL};
static const char *const yes_labels[] = {"是", NULL};

static int most_options(const struct item_sheet *s, bool is_targets)
{
	int most = 0;
	for (int i = 0; i < s->n_entries; i++) {
		const struct item *it = &s->entries[i]->content;
		int n = is_targets ? it->n_targets : it->n_options;
		most = n > most ? n : most;
	}
	return most;
}

static bool any_feedback(const struct item_sheet *s)
{
	for (int i = 0; i < s->n_entries; i++)
		if (give_has_feedback(&s->entries[i]->content))
			return true;
	return false;
}

static void add_column(struct table_out *o, int column, int count)
{
	for (int i = 0; i < count; i++)
		o->columns[o->n++] = column + i;
}

static void choose_columns(struct table_out *o, int options, int targets, bool has_feedback)
{
	add_column(o, COLUMN_NAME, COLUMN_STEM - COLUMN_NAME + 1);
	add_column(o, COLUMN_OPTION, options);
	add_column(o, COLUMN_KEY, COLUMN_RUBRIC - COLUMN_KEY + 1);
	add_column(o, COLUMN_TARGET, targets);
	add_column(o, COLUMN_MATERIAL, COLUMNS_FIXED - COLUMN_MATERIAL);
	if (has_feedback)
		add_column(o, COLUMN_FEEDBACK, options);
}

static struct sheet_column *sheet_columns(struct table_out *o, const char *const *points)
{
	struct arena *a = o->cx->arena;
	struct sheet_column *cols = arena_array(a, struct sheet_column, o->n + BESIDES);
	for (int i = 0; i < o->n; i++) {
		int c = o->columns[i];
		bool is_needed = c == COLUMN_KIND || c == COLUMN_STEM || c == COLUMN_KEY;
		const char *title = item_column_title(a, c);
		cols[i] = (struct sheet_column){
			.title = is_needed ? arena_printf(a, "%s*", title) : title, .width = 18,
			.text = true};
		if (c < COLUMNS_FIXED) {
			cols[i].note = item_columns[c].note;
			cols[i].width = item_columns[c].width;
		}
		if (c == COLUMN_KIND)
			cols[i].choices = kind_labels;
		if (c == COLUMN_KEEP_ORDER || c == COLUMN_CASE)
			cols[i].choices = yes_labels;
		if (c == COLUMN_POINT)
			cols[i].choices = points;
	}
	return cols;
}

/* ---- an item ---- */

static const char *key_text(struct table_out *o, const struct item *it)
{
	auto_buf out;
	buf_init(&out, 2 * ITEM_RECORD_MAX);
	switch (it->kind) {
	case ITEM_TRUE_FALSE: return streq(it->key, "A") ? "正确" : "错误";
	case ITEM_NUMERIC: return it->value;
	case ITEM_TEXT:
	case ITEM_ESSAY:
		for (int i = 0; i < it->n_variants; i++)
			buf_printf(&out, "%s%s", i ? "\n" : "", it->variants[i]);
		return arena_str(o->cx->arena, buf_view(&out));
	default: return it->key;
	}
}

static const char *option_cell(struct table_out *o, const struct item *it, int column)
{
	int at = (column - COLUMNS_FIXED) % ITEM_OPTIONS_MAX;
	const char *html = "";
	if (column >= COLUMN_FEEDBACK)
		html = at < it->n_options ? it->options[at].feedback_html : "";
	else if (column >= COLUMN_TARGET)
		html = at < it->n_targets ? it->targets[at].html : "";
	else if (it->kind != ITEM_TRUE_FALSE)
		html = at < it->n_options ? it->options[at].html : "";
	return markup_to_text(o->cx->arena, html ? html : "");
}

static const char *material_cell(struct table_out *o, const struct item_entry *e, int column)
{
	if (!e->material)
		return "";
	const struct item_material *m = o->sheet->materials[e->material - 1];
	if (column != COLUMN_MATERIAL_TEXT)
		return column == COLUMN_MATERIAL ? m->code : m->title;
	if (o->is_first_use[e->material - 1])
		return "";
	o->is_first_use[e->material - 1] = true;
	return markup_to_text(o->cx->arena, m->html);
}

static const char *cell_of(struct table_out *o, int at, int column)
{
	const struct item_entry *e = o->sheet->entries[at];
	const struct item *it = &e->content;
	struct arena *a = o->cx->arena;
	switch (column) {
	case COLUMN_NAME: return give_name(a, o->sheet, at);
	case COLUMN_KIND: return item_kind_label(it->kind);
	case COLUMN_STEM: return markup_to_text(a, it->stem_html);
	case COLUMN_KEY: return key_text(o, it);
	case COLUMN_TOLERANCE: return it->tolerance;
	case COLUMN_UNIT: return it->unit;
	case COLUMN_DIFFICULTY: return give_share(a, e->difficulty_permille);
	case COLUMN_POINT: return e->point;
	case COLUMN_EXPLANATION: return markup_to_text(a, it->explanation_html ?
		it->explanation_html : "");
	case COLUMN_RUBRIC: return markup_to_text(a, it->rubric_html ? it->rubric_html : "");
	case COLUMN_MATERIAL:
	case COLUMN_MATERIAL_TITLE:
	case COLUMN_MATERIAL_TEXT: return material_cell(o, e, column);
	case COLUMN_KEEP_ORDER: return it->keep_order ? "是" : "";
	case COLUMN_CASE: return it->case_sensitive ? "是" : "";
	default: return option_cell(o, it, column);
	}
}

static void say_lost(struct table_out *o, const struct item_entry *e)
{
	const struct item *it = &e->content;
	if (it->n_assets || (e->material && o->sheet->materials[e->material - 1]->n_assets))
		give_lost(o->lost, e, false, "exchange.lost_pictures");
	for (int i = 0; it->kind == ITEM_TEXT && i < it->n_variants; i++)
		if (strchr(it->variants[i], '\n'))
			give_lost(o->lost, e, false, "exchange.lost_lines");
}

/* What does not fit into a cell is cut, and said. */
static const char *fitting(struct table_out *o, const struct item_entry *e, const char *text)
{
	if (!text)
		return "";
	if (strlen(text) <= TABLE_CELL_CHARS || utf8_count(str_of(text)) <= TABLE_CELL_CHARS)
		return text;
	give_lost(o->lost, e, false, "exchange.lost_long");
	return arena_str(o->cx->arena, utf8_cut(str_of(text), TABLE_CELL_CHARS));
}

static void put_row(struct table_out *o, struct sheet_writer *w, int at,
	const struct item_verdict *v)
{
	const struct item_entry *e = o->sheet->entries[at];
	say_lost(o, e);
	for (int i = 0; i < o->n; i++)
		sheet_cell(w, fitting(o, e, cell_of(o, at, o->columns[i])), STYLE_PLAIN);
	if (v) {
		enum sheet_style style = v->is_bad ? STYLE_BAD : v->is_good ? STYLE_GOOD :
			STYLE_PLAIN;
		sheet_cell(w, e->line ? text_of(o->cx, "%lld", (long long)e->line) : e->place,
			STYLE_PLAIN);
		sheet_cell(w, v->label, style);
		sheet_cell(w, fitting(o, e, v->text), style);
	}
	sheet_next(w);
}

int item_table_put(struct ctx *cx, const struct item_sheet *sheet,
	const struct item_verdict *verdicts, struct item_sheet *lost, struct str *ret_bytes)
{
	struct table_out *o = arena_make(cx->arena, struct table_out);
	struct sheet_writer *w;
	int options = most_options(sheet, false);
	o->cx = cx;
	o->sheet = sheet;
	o->lost = lost;
	choose_columns(o, options < 4 ? 4 : options, most_options(sheet, true),
		any_feedback(sheet));
	struct sheet_column *cols = sheet_columns(o, NULL);
	size_t n = (size_t)o->n;
	if (verdicts) {
		cols[n++] = (struct sheet_column){.title = "原位置", .width = 12, .text = true};
		cols[n++] = (struct sheet_column){.title = "审核结果", .width = 14, .text = true};
		cols[n++] = (struct sheet_column){.title = "说明", .width = 60, .text = true};
	}
	int r = sheet_new(verdicts ? "审核结果" : "试题", cols, n, &w);
	if (r < 0)
		return fail(cx, r, "exchange.no_sheet");
	for (int i = 0; i < sheet->n_entries; i++)
		put_row(o, w, i, verdicts ? &verdicts[i] : NULL);
	const char *const *lines = give_lost_lines(cx->arena, lost);
	if (lines && (r = sheet_explain(w, "未能保存的内容", lines)) < 0) {
		sheet_free(w);
		return fail(cx, r, "exchange.no_sheet");
	}
	r = sheet_finish(w, cx->arena, ret_bytes);
	return r < 0 ? fail(cx, r, "exchange.no_sheet") : 0;
}

int item_table_write(struct ctx *cx, const struct item_sheet *sheet, struct item_sheet *lost,
	struct str *ret_bytes)
{
	return item_table_put(cx, sheet, NULL, lost, ret_bytes);
}

/* ---- the template ---- */

static const struct {
	enum item_kind kind;
	const char *stem, *options[TEMPLATE_OPTIONS], *targets[TEMPLATE_TARGETS];
	const char *key, *tolerance, *unit, *rubric;
} examples[] = {
	{ITEM_SINGLE, "三相异步电动机的旋转方向取决于（　）。",
		{"电源电压", "三相电源的相序", "负载大小", "定子绕组匝数"}, {0}, "B", "", "", ""},
	{ITEM_TRUE_FALSE, "在电气设备上工作，必须先验电后接地。", {0}, {0}, "正确", "", "", ""},
	{ITEM_MULTIPLE, "下列属于安全用具的有（　）。", {"绝缘手套", "验电器", "扳手", "绝缘靴"},
		{0}, "ABD", "", "", ""},
	{ITEM_NUMERIC, "R<sub>1</sub>=6 Ω 与 R<sub>2</sub>=3 Ω 并联，等效电阻为多少？", {0}, {0},
		"2", "0.05", "Ω", ""},
	{ITEM_TEXT, "我国工频交流电的频率为______赫兹。", {0}, {0}, "50\n五十", "", "", ""},
	{ITEM_ORDER, "停电检修的正确步骤是：", {"验电", "停电", "装设接地线", "悬挂标示牌"}, {0},
		"BACD", "", "", ""},
	{ITEM_MATCH, "将物理量与单位对应起来。", {"电流", "电压"}, {"伏特", "安培", "欧姆"}, "BA",
		"", "", ""},
	{ITEM_ESSAY, "简述触电急救的步骤。", {0}, {0}, "脱离电源；判断意识；心肺复苏；送医。", "",
		"", "每步 2 分，顺序错误扣 2 分。"},
};

static const char *const explanations[] = {
	"一行一道题；列的先后不限，表头用本表的名称。带 * 的列必填。",
	"题型从下拉列表中选择。判断题的答案写“正确”或“错误”，不需要选项。",
	"单项、多项选择题写选项 A、B、C……，答案写字母，例如 B 或 ACD。",
	"计算填空题的答案写数字，可另写允许误差和单位。",
	"填空题有几种可接受的答案时，每种写一行（单元格内按 Alt+回车换行）。",
	"排序题把要排列的内容写入各选项，答案写正确顺序的字母，例如 BACD。",
	"匹配题左侧写入选项，右侧写入匹配项，答案依次写各选项对应的匹配项字母，例如 BA；没有对应的"
		"写 -。",
	"简答论述题的答案栏写参考答案，评分标准写入“评分标准”栏，由考评员评阅。",
	"文字可以带格式：<b>加粗</b>、<em>强调</em>、H<sub>2</sub>O、m<sup>2</sup>、<ul>列表、<tabl"
		"e>表格、<math>公式（MathML）。",
	"几道题共用一段材料时，“材料编号”填同一个编号，材料的文字写在其中第一行的“材料内容”栏。",
	"难度是预计答对的比例，例如 0.65；也可写易、中、难。鉴定点写鉴定要素细目表中的代码。",
	"需要图片的试题请用 QTI 试题包或 GIFT 文件导入，或导入后在页面上添加图片。",
	"编号以“示例”开头的行不会导入。一个文件最多 10000 道题、20 MB。",
	NULL,
};

static const char *example_cell(size_t i, int column)
{
	if (column >= COLUMN_OPTION && column < COLUMN_OPTION + TEMPLATE_OPTIONS)
		return examples[i].options[column - COLUMN_OPTION];
	if (column >= COLUMN_TARGET && column < COLUMN_TARGET + TEMPLATE_TARGETS)
		return examples[i].targets[column - COLUMN_TARGET];
	switch (column) {
	case COLUMN_KIND: return item_kind_label(examples[i].kind);
	case COLUMN_STEM: return examples[i].stem;
	case COLUMN_KEY: return examples[i].key;
	case COLUMN_TOLERANCE: return examples[i].tolerance;
	case COLUMN_UNIT: return examples[i].unit;
	case COLUMN_RUBRIC: return examples[i].rubric;
	case COLUMN_DIFFICULTY: return "0.65";
	default: return "";
	}
}

int item_template(struct ctx *cx, const char *const *points, struct str *ret_bytes)
{
	struct table_out *o = arena_make(cx->arena, struct table_out);
	struct sheet_writer *w;
	o->cx = cx;
	choose_columns(o, TEMPLATE_OPTIONS, TEMPLATE_TARGETS, false);
	int r = sheet_new("试题", sheet_columns(o, points), (size_t)o->n, &w);
	if (r < 0)
		return fail(cx, r, "exchange.no_sheet");
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		for (int c = 0; c < o->n; c++)
			sheet_cell(w, o->columns[c] ? example_cell(i, o->columns[c]) :
				text_of(cx, "%s%zu", item_example_mark, i + 1), STYLE_EXAMPLE);
		sheet_next(w);
	}
	r = sheet_explain(w, "填写说明", explanations);
	if (r < 0) {
		sheet_free(w);
		return fail(cx, r, "exchange.no_sheet");
	}
	r = sheet_finish(w, cx->arena, ret_bytes);
	return r < 0 ? fail(cx, r, "exchange.no_sheet") : 0;
}
