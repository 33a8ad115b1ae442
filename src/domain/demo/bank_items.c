/* Items of the demo's banks. A fact is a statement with a gap, what fills it and what does not: it
 * makes a choice and a true/false item, or a text to fill in. A formula with numbers drawn for it
 * makes numeric items. The other kinds are written out in the table. */
#include "domain/demo/bank_items.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "domain/demo/words.h"

enum { ITEMS_MAX = 600, PER_FORMULA = 6 };

struct maker {
	struct arena *a;
	struct chance *c;
	struct demo_item *at;
	size_t n;
};

static struct item *add(struct maker *m, const char *point, enum item_kind kind, const char *stem)
{
	static const int64_t usual[ITEM_KINDS] = {[ITEM_TRUE_FALSE] = 760, [ITEM_SINGLE] = 680,
		[ITEM_MULTIPLE] = 520, [ITEM_NUMERIC] = 560, [ITEM_TEXT] = 600, [ITEM_ORDER] = 540,
		[ITEM_MATCH] = 620, [ITEM_ESSAY] = 500};
	struct demo_item *d = &m->at[m->n++];
	int64_t difficulty = chance_bell(m->c, usual[kind], 70) / 10 * 10;
	*d = (struct demo_item){.point = point, .difficulty_permille = difficulty,
		.content = {.kind = kind, .stem_html = stem, .key = "", .value = "",
		.tolerance = "", .unit = "", .rubric_html = "", .explanation_html = ""}};
	return &d->content;
}

static const char *filled(struct maker *m, const char *text, const char *gap, const char *with)
{
	const char *at = strstr(text, gap);
	return at ? arena_printf(m->a, "%.*s%s%s", (int)(at - text), text, with,
		at + strlen(gap)) : text;
}

static int split(struct maker *m, const char *text, char mark, const char **ret_parts)
{
	int n = 0;
	for (struct str rest = str_of(text); rest.n && n < ITEM_OPTIONS_MAX; n++)
		ret_parts[n] = arena_str(m->a, str_trim(str_cut(&rest, mark)));
	return n;
}

/* ---- facts ---- */

static void choice(struct maker *m, const char *point, const char *statement, const char *right,
	const char **wrong, int n)
{
	struct item *it = add(m, point, ITEM_SINGLE,
		arena_printf(m->a, "%s。", filled(m, statement, "{}", "（　　）")));
	int place = (int)chance_below(m->c, n + 1);
	it->n_options = n + 1;
	for (int i = 0, k = 0; i <= n; i++)
		it->options[i] = (struct item_option){i == place ? right : wrong[k++], ""};
	it->key = arena_printf(m->a, "%c", 'A' + place);
}

static void judgement(struct maker *m, const char *point, const char *statement, const char *right,
	const char **wrong, int n)
{
	bool is_true = chance_is(m->c, 50);
	const char *word = is_true ? right : wrong[chance_below(m->c, n)];
	struct item *it = add(m, point, ITEM_TRUE_FALSE,
		arena_printf(m->a, "%s。", filled(m, statement, "{}", word)));
	it->n_options = 2;
	it->key = is_true ? "A" : "B";
	it->explanation_html = is_true ? "" : arena_printf(m->a, "应为：%s。",
		filled(m, statement, "{}", right));
}

static void facts(struct maker *m, const char *bank)
{
	struct table t;
	table_read(m->a, "data/demo/bank_facts.csv", &t);
	for (size_t i = 0; i < t.n; i++) {
		const char *wrong[ITEM_OPTIONS_MAX];
		const char *point = table_at(&t, i, "point"), *right = table_at(&t, i, "right");
		const char *statement = table_at(&t, i, "statement");
		if (!streq(table_at(&t, i, "bank"), bank))
			continue;
		int n = split(m, table_at(&t, i, "wrong"), ';', wrong);
		choice(m, point, statement, right, wrong, n);
		judgement(m, point, statement, right, wrong, n);
	}
}

/* ---- what is written out ---- */

static int put_options(struct maker *m, const char *text, struct item_option *options)
{
	const char *parts[ITEM_OPTIONS_MAX];
	int n = split(m, text, '|', parts);
	for (int i = 0; i < n; i++)
		options[i] = (struct item_option){parts[i], ""};
	return n;
}

static void written(struct maker *m, const char *bank)
{
	struct table t;
	table_read(m->a, "data/demo/bank_items.csv", &t);
	for (size_t i = 0; i < t.n; i++) {
		enum item_kind kind = item_kind_of(table_at(&t, i, "kind"));
		if (!streq(table_at(&t, i, "bank"), bank))
			continue;
		struct item *it = add(m, table_at(&t, i, "point"), kind, table_at(&t, i, "stem"));
		it->n_options = put_options(m, table_at(&t, i, "options"), it->options);
		it->n_targets = put_options(m, table_at(&t, i, "targets"), it->targets);
		it->key = table_at(&t, i, "key");
		it->n_variants = split(m, table_at(&t, i, "variants"), '|', it->variants);
		if (kind == ITEM_ESSAY)
			it->rubric_html = "按要点给分；答出其他合理内容的酌情给分。";
	}
}

/* ---- formulas ---- */

static double over(double a, double b, double c)
{
	(void)c;
	return a / b;
}
static double square_over(double a, double b, double c)
{
	(void)c;
	return a * a / b;
}
static double parallel(double a, double b, double c)
{
	(void)c;
	return a * b / (a + b);
}
static double synchronous(double a, double b, double c)
{
	(void)c;
	return 60 * a / b;
}
static double slip(double a, double b, double c)
{
	(void)c;
	return 100 * (a - b) / a;
}
static double by_turns(double a, double b, double c)
{
	return a * c / b;
}
static double three_phase(double a, double b, double c)
{
	return sqrt(3) * a * b * c / 100 / 1000;
}
static double energy(double a, double b, double c)
{
	return a * b * c / 1000;
}
static double heat_input(double a, double b, double c)
{
	return 0.06 * a * b / c;
}
static double product(double a, double b, double c)
{
	(void)c;
	return a * b;
}
static double carbon(double a, double b, double c)
{
	return a / 100 + b / 100 / 6 + c / 100 / 5;
}
static double electrodes(double a, double b, double c)
{
	return a * b / (c / 100);
}
static double drip(double a, double b, double c)
{
	return a * c / b;
}
static double mass_index(double a, double b, double c)
{
	(void)c;
	return a / (b / 100 * (b / 100));
}

static const struct formula {
	const char *bank, *point, *stem, *unit;
	double (*of)(double a, double b, double c);
	int a[3], b[3], c[3]; /* from, to, step */
	int decimals;
	const char *tolerance;
} formulas[] = {
	{"power", "A-2-01", "某电阻两端的电压为{a}V，电阻为{b}Ω，求通过电阻的电流（保留两位小数）"
		"。", "A", over, {12, 240, 12}, {4, 60, 4}, {1, 1, 1}, 2, "0.01"},
	{"power", "A-2-01", "一只{b}Ω的电阻接在{a}V的电源上，它消耗的功率是多少？（保留一位小数）",
		"W", square_over, {6, 48, 6}, {2, 40, 2}, {1, 1, 1}, 1, "0.1"},
	{"power", "A-2-01", "{a}Ω和{b}Ω的两只电阻并联，等效电阻是多少？（保留两位小数）", "Ω",
		parallel, {10, 90, 10}, {15, 120, 15}, {1, 1, 1}, 2, "0.01"},
	{"power", "B-2-01", "电源频率为{a}Hz、磁极对数为{b}的三相异步电动机，同步转速是多少？",
		"r/min", synchronous, {50, 60, 10}, {1, 4, 1}, {1, 1, 1}, 0, "0"},
	{"power", "B-2-01", "三相异步电动机同步转速{a}r/min，额定转速{b}r/min，额定转差率是多少？（"
		"保留一位小数）", "%", slip, {1500, 1500, 1}, {1410, 1485, 5}, {1, 1, 1}, 1, "0.1"},
	{"power", "B-2-02", "变压器一次绕组{b}匝、二次绕组{c}匝，一次电压{a}V，空载时二次电压是多少"
		"？（保留一位小数）",
		"V", by_turns, {220, 380, 160}, {500, 1000, 100}, {40, 160, 20}, 1, "0.1"},
	{"power", "A-2-02", "三相对称负载线电压{a}V，线电流{b}A，功率因数0.{c}，有功功率是多少千瓦"
		"？（保留两位小数）", "kW",
		three_phase, {380, 380, 1}, {5, 40, 5}, {75, 95, 5}, 2, "0.02"},
	{"power", "A-1-01", "功率为{a}W的设备有{b}台，每天工作{c}小时，每天耗电多少千瓦时？（保留一"
		"位小数）", "kW·h", energy, {100, 900, 100}, {2, 9, 1}, {4, 10, 2}, 1, "0.1"},
	{"weld", "B-1-02", "焊接电流{a}A，电弧电压{b}V，焊接速度{c}cm/min，焊接线能量是多少？（保留"
		"一位小数）", "kJ/cm",
		heat_input, {110, 220, 10}, {22, 28, 2}, {12, 24, 4}, 1, "0.1"},
	{"weld", "B-1-02", "按经验公式I＝kd，系数k取{a}A/mm，焊条直径{b}mm，焊接电流约为多少？",
		"A", product, {30, 45, 5}, {3, 6, 1}, {1, 1, 1}, 0, "0"},
	{"weld", "A-2-02", "某钢含碳0.{a}%、锰1.{b}%（按1.{b}计）、铬0.{c}%，只计这三项，求碳当量（"
		"保留两位小数）。", "%",
		carbon, {14, 22, 2}, {120, 160, 10}, {20, 60, 10}, 2, "0.01"},
	{"weld", "B-1-01", "焊缝长{a}m，每米需熔敷金属{b}kg，焊条利用率{c}%，至少要准备多少千克焊条"
		"？（保留一位小数）",
		"kg", electrodes, {20, 90, 10}, {1, 3, 1}, {50, 60, 5}, 1, "0.1"},
	{"weld", "B-2-01", "CO₂焊焊丝直径为{a}mm，干伸长度取直径的{b}倍，干伸长度是多少毫米？",
		"mm", product, {1, 2, 1}, {10, 15, 1}, {1, 1, 1}, 0, "0"},
	{"weld", "B-2-02", "氩气流量为{a}L/min，连续焊接{b}min，消耗氩气多少升？", "L", product,
		{6, 14, 2}, {20, 60, 10}, {1, 1, 1}, 0, "0"},
	{"care", "B-2-02", "输液{a}mL，要求{b}分钟输完，每毫升{c}滴，每分钟应滴多少滴？（保留整数"
		"）", "滴/分", drip, {100, 500, 50}, {60, 180, 30}, {15, 20, 5}, 0, "1"},
	{"care", "A-2-01", "某老年人体重{a}kg，身高{b}cm，体质指数是多少？（保留一位小数）",
		"kg/m²", mass_index, {45, 80, 5}, {150, 175, 5}, {1, 1, 1}, 1, "0.1"},
	{"care", "B-1-01", "每天计划饮水{a}mL，每次协助饮水{b}mL，每天至少协助几次？", "次", over,
		{1200, 1800, 300}, {100, 300, 50}, {1, 1, 1}, 0, "0.5"},
	{"care", "B-2-02", "医嘱每次服用{a}mg，药片规格为每片{b}mg，每次应服几片？", "片", over,
		{50, 200, 50}, {25, 50, 25}, {1, 1, 1}, 0, "0"},
};

static int drawn(struct maker *m, const int range[3])
{
	return range[0] + range[2] * (int)chance_below(m->c, (range[1] - range[0]) / range[2] + 1);
}

static const char *number(struct maker *m, int n)
{
	return arena_printf(m->a, "%d", n);
}

static void formula(struct maker *m, const struct formula *f)
{
	int a = drawn(m, f->a), b = drawn(m, f->b), c = drawn(m, f->c);
	const char *stem = f->stem;
	for (int i = 0; i < 2; i++) {
		bool cents = f->of == carbon;
		stem = filled(m, stem, "{a}", number(m, a));
		stem = filled(m, stem, "{b}", number(m, cents ? b - 100 : b));
		stem = filled(m, stem, "{c}", number(m, c));
	}
	for (size_t i = 0; i < m->n; i++)
		if (streq(m->at[i].content.stem_html, stem))
			return;
	struct item *it = add(m, f->point, ITEM_NUMERIC, stem);
	it->value = arena_printf(m->a, "%.*f", f->decimals, f->of(a, b, c));
	it->tolerance = f->tolerance;
	it->unit = f->unit;
}

static void formulas_of(struct maker *m, const char *bank)
{
	for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
		for (int k = 0; streq(formulas[i].bank, bank) && k < PER_FORMULA; k++)
			formula(m, &formulas[i]);
	if (!streq(bank, "power"))
		return;
	struct item *it = add(m, "A-2-01", ITEM_NUMERIC,
		"<p>如下式，已知<math><mi>U</mi><mo>=</mo><mn>220</mn><mspace width=\"0.2em\"/>"
		"<mi>V</mi></math>，<math><mi>R</mi><mo>=</mo><mn>44</mn><mspace width=\"0.2em\"/>"
		"<mi>Ω</mi></math>，求电流。</p><p><math display=\"block\"><mi>I</mi><mo>=</mo>"
		"<mfrac><mi>U</mi><mi>R</mi></mfrac></math></p>");
	it->value = "5";
	it->tolerance = "0";
	it->unit = "A";
}

size_t demo_bank_items(struct arena *a, const char *bank, struct chance *c,
	struct demo_item **ret_items)
{
	struct maker m = {.a = a, .c = c, .at = arena_array(a, struct demo_item, ITEMS_MAX)};
	facts(&m, bank);
	written(&m, bank);
	formulas_of(&m, bank);
	for (size_t i = m.n; i > 1; i--) {
		size_t k = (size_t)chance_below(c, (int64_t)i);
		struct demo_item swap = m.at[i - 1];
		m.at[i - 1] = m.at[k];
		m.at[k] = swap;
	}
	*ret_items = m.at;
	return m.n;
}
