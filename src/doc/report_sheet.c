/* The equivalence report on paper: one table that goes on from page to page, the curves below the
 * last rows of the first page. */
#include <math.h>
#include <string.h>

#include "doc/exam_sheet.h"
#include "doc/paper.h"

enum { ROWS_FIRST = 18, ROWS_PAGE = 30, ROWS_MAX = 6000 };

struct row {
	const char *label, *text, *value, *verdict;
	bool is_head, is_bad;
};

struct report {
	struct ctx *cx;
	const struct report_sheet *s;
	struct row *rows;
	size_t n;
};

static void put(struct report *r, struct row row)
{
	if (r->n < ROWS_MAX)
		r->rows[r->n++] = row;
}

static void head(struct report *r, const char *label, const char *text, const char *value,
	const char *verdict)
{
	put(r, (struct row){label, text, value, verdict, true, false});
}

static const char *letter(struct ctx *cx, int f)
{
	return text_of(cx, "%c卷", 'A' + f);
}

static void put_forms(struct report *r)
{
	const struct paper_report *p = r->s->report;
	struct ctx *cx = r->cx;
	head(r, "一、各套卷", "题数与满分", "预期平均分，标准差", "");
	for (int f = 0; f < p->forms; f++)
		put(r, (struct row){letter(cx, f), text_of(cx, "%d 题，%g 分", (int)p->form[f].n,
			p->form[f].score), text_of(cx, "%.2f，%.2f", p->form[f].expected,
			p->form[f].spread), ""});
	head(r, "二、相同试题", "套卷", "题数", "");
	for (int f = 0; f < p->forms; f++)
		for (int g = f + 1; g < p->forms; g++)
			put(r, (struct row){"", text_of(cx, "%s 与 %s", letter(cx, f),
				letter(cx, g)), text_of(cx, "%d", (int)p->overlap[f][g]), ""});
}

static const char *amount(struct ctx *cx, double x)
{
	return fabs(x - round(x)) < 1e-6 ? text_of(cx, "%.0f", x) : text_of(cx, "%.2f", x);
}

static void put_wishes(struct report *r)
{
	const struct paper_report *p = r->s->report;
	head(r, "三、各项要求", "要求", "各套卷最小～最大", "满足");
	for (int i = 0; i < p->n_wishes; i++) {
		const struct report_wish *w = &p->wishes[i];
		put(r, (struct row){w->label, w->text, text_of(r->cx, "%s～%s %s",
			amount(r->cx, w->least), amount(r->cx, w->greatest), w->unit),
			w->is_met ? "是" : "否", false, !w->is_met});
	}
}

static void put_ranges(struct report *r)
{
	const struct paper_report *p = r->s->report;
	head(r, "四、覆盖", "各套卷题数", "各套卷分值", "");
	for (int i = 0; i < p->n_ranges; i++) {
		const char *items = "", *scores = "";
		for (int f = 0; f < p->forms; f++) {
			items = text_of(r->cx, "%s%s%d", items, f ? "、" : "",
				(int)p->ranges[i].items[f]);
			scores = text_of(r->cx, "%s%s%g", scores, f ? "、" : "",
				p->ranges[i].score[f]);
		}
		put(r, (struct row){text_of(r->cx, "%s %s", p->ranges[i].code, p->ranges[i].title),
			items, scores, ""});
	}
}

/* Paths over a field of 150 by 50 mm at 30, 222; the highest point of all is its top. */
static json_t *curves(struct report *r, double *ret_top)
{
	static const char *const colors[] = {"#1f4e8c", "#b8332a", "#2b7a4b", "#9a6a00", "#6b3fa0",
		"#0d7f8c", "#a3386c", "#555555", "#7a8f1a", "#c2571a"};
	const struct paper_report *p = r->s->report;
	json_t *list = json_array();
	double top = 0;
	bool is_any = false;
	for (int f = 0; f < p->forms; f++) {
		is_any |= p->form[f].calibrated > 0;
		for (int k = 0; k < CURVE_POINTS; k++)
			top = fmax(top, p->form[f].information[k]);
	}
	for (int f = 0; f < p->forms && is_any && top > 0; f++) {
		const char *d = "";
		for (int k = 0; k < CURVE_POINTS; k++)
			d = text_of(r->cx, "%s%s%.2f %.2f", d, k ? "L" : "M",
				30 + 150.0 * k / (CURVE_POINTS - 1),
				272 - 48 * p->form[f].information[k] / top);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "d", d, "color",
			colors[f % 10], "label", letter(r->cx, f)));
	}
	*ret_top = top;
	return list;
}

static const char *solved(struct report *r)
{
	static const char *const models[] = {"", "聚合松弛模型", "逐套影子模型", "整体模型"};
	const struct paper_report *p = r->s->report;
	return text_of(r->cx, "%s，目标值 %.4f，下界 %.4f，差距 %.4f 分；候选 %d，节点 %d，用时 "
		"%.1f 秒%s", models[p->model & 3], p->objective, p->bound, p->objective - p->bound,
		(int)p->candidates, (int)p->nodes, (double)p->ms / 1000,
		p->is_cut_short ? "（达到时限）" : "");
}

static json_t *facts(struct report *r)
{
	const struct paper_report *p = r->s->report;
	return json_pack("[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}, {s:s, s:s}]", "label", "题库",
		"value",
		r->s->bank, "label", "组卷方案", "value", r->s->blueprint, "label", "规模", "value",
		text_of(r->cx, "可用试题 %d 道，%d 套卷，要求 %d 条", (int)p->items_usable,
		(int)p->forms, p->n_wishes), "label", "随机种子", "value",
		*r->s->seed ? r->s->seed : "封存期间不公开");
}

static json_t *page_view(struct report *r, size_t from, size_t n, size_t page, size_t pages)
{
	json_t *rows = json_array();
	double top = 0;
	for (size_t i = from; i < from + n && i < r->n; i++) {
		const struct row *x = &r->rows[i];
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "label",
			x->label, "text", x->text, "value", x->value, "verdict", x->verdict,
			"is_head", x->is_head, "is_bad", x->is_bad));
	}
	json_t *lines = page ? json_array() : curves(r, &top);
	bool has_curve = json_array_size(lines) > 0;
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:s, s:s, s:I, s:I}", "title",
		"试卷等值报告", "subtitle", r->s->title, "facts", facts(r), "rows", rows, "curves",
		lines,
		"has_curve", has_curve, "top", text_of(r->cx, "%.1f", top), "footer", solved(r),
		"page", (json_int_t)page + 1, "pages", (json_int_t)pages);
}

static int draw(struct report *r, struct paper *paper)
{
	size_t rest = r->n > ROWS_FIRST ? r->n - ROWS_FIRST : 0;
	size_t pages = 1 + (rest + ROWS_PAGE - 1) / ROWS_PAGE;
	int e = 0;
	for (size_t i = 0; e == 0 && i < pages; i++) {
		size_t from = i ? ROWS_FIRST + (i - 1) * ROWS_PAGE : 0;
		json_t *view = page_view(r, from, i ? ROWS_PAGE : ROWS_FIRST, i, pages);
		e = paper_page(paper, "equivalence", view);
		json_decref(view);
	}
	return e;
}

int report_sheet_pdf(struct ctx *cx, const struct report_sheet *sheet, struct str *ret_pdf)
{
	struct report r = {.cx = cx, .s = sheet,
		.rows = arena_array(cx->arena, struct row, ROWS_MAX)};
	struct paper *paper;
	put_forms(&r);
	put_wishes(&r);
	put_ranges(&r);
	int e = paper_new("试卷等值报告", &paper);
	if (e < 0)
		return fail(cx, e, "paper.failed", "");
	paper_date(paper, ctx_now(cx));
	e = draw(&r, paper);
	if (e < 0) {
		(void)fail(cx, ERR_BUG, "paper.failed", paper_error(paper));
		paper_free(paper);
		return ERR_BUG;
	}
	e = paper_finish(paper, cx->arena, ret_pdf);
	return e < 0 ? fail(cx, e, "paper.failed", "") : 0;
}
