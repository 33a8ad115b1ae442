/* The equivalence report of a set, on the page and as PDF. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "doc/exam_sheet.h"
#include "domain/exam/paper.h"
#include "web/page/page.h"
#include "web/page/paper.h"

static const char *real(struct ctx *cx, double v, int digits)
{
	return text_of(cx, "%.*f", digits, v);
}

static const char *amount(struct ctx *cx, double x)
{
	return fabs(x - round(x)) < 1e-6 ? text_of(cx, "%.0f", x) : text_of(cx, "%.2f", x);
}

static void put_forms(struct req *rq, const struct paper_report *p)
{
	static const char *const bands[BANDS] = {"0～0.2", "0.2～0.4", "0.4～0.6", "0.6～0.8",
		"0.8～1"};
	struct ctx *cx = rq->cx;
	json_t *forms = json_array(), *spread = json_array();
	for (int f = 0; f < p->forms; f++) {
		const struct report_form *x = &p->form[f];
		json_t *cells = json_array();
		for (int g = 0; g < p->forms; g++)
			json_array_append_new(cells, json_pack("{s:I, s:b}", "n",
				(json_int_t)p->overlap[f][g], "is_self", f == g));
		json_array_append_new(forms, json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:I, s:o}",
			"label", form_letter(cx, f + 1), "n", (json_int_t)x->n, "score",
			text_of(cx, "%g", x->score), "expected", real(cx, x->expected, 2),
			"facility",
			real(cx, x->score > 0 ? x->expected / x->score : 0, 3), "spread",
			real(cx, x->spread, 2), "calibrated", (json_int_t)x->calibrated, "overlap",
			cells));
	}
	for (int k = 0; k < BANDS; k++) {
		json_t *cells = json_array();
		for (int f = 0; f < p->forms; f++)
			json_array_append_new(cells, json_pack("{s:I}", "n",
				(json_int_t)p->form[f].bands[k]));
		json_array_append_new(spread, json_pack("{s:s, s:o}", "label", bands[k], "cells",
			cells));
	}
	view_set(rq, "forms", forms);
	view_set(rq, "bands", spread);
}

static void put_curve(struct req *rq, const struct paper_report *p)
{
	struct ctx *cx = rq->cx;
	json_t *rows = json_array();
	bool is_any = false;
	for (int f = 0; f < p->forms; f++)
		is_any |= p->form[f].calibrated > 0;
	for (int k = 0; k < CURVE_POINTS && is_any; k++) {
		json_t *cells = json_array();
		for (int f = 0; f < p->forms; f++)
			json_array_append_new(cells, json_pack("{s:s}", "value",
				real(cx, p->form[f].information[k], 3)));
		json_array_append_new(rows, json_pack("{s:s, s:o}", "label",
			text_of(cx, "%+.1f", -4 + 0.5 * k), "cells", cells));
	}
	view_set(rq, "curve", rows);
	view_flag(rq, "has_curve", is_any);
}

static void put_ranges(struct req *rq, const struct paper_report *p)
{
	struct ctx *cx = rq->cx;
	json_t *rows = json_array();
	for (int i = 0; i < p->n_ranges; i++) {
		const struct report_range *x = &p->ranges[i];
		json_t *cells = json_array();
		for (int f = 0; f < p->forms; f++)
			json_array_append_new(cells, json_pack("{s:I, s:s}", "n",
				(json_int_t)x->items[f], "score", text_of(cx, "%g", x->score[f])));
		json_array_append_new(rows, json_pack("{s:s, s:s, s:I, s:b, s:o}", "code", x->code,
			"title", x->title, "depth", (json_int_t)x->depth, "is_point", x->depth == 4,
			"cells", cells));
	}
	view_set(rq, "ranges", rows);
}

static void put_wishes(struct req *rq, const struct paper_report *p)
{
	struct ctx *cx = rq->cx;
	json_t *rows = json_array();
	int met = 0;
	for (int i = 0; i < p->n_wishes; i++) {
		const struct report_wish *w = &p->wishes[i];
		met += w->is_met;
		json_array_append_new(rows,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "label", w->label,
			"text", w->text, "least", amount(cx, w->least), "greatest",
			amount(cx, w->greatest), "unit", w->unit, "is_met", w->is_met));
	}
	view_set(rq, "wishes", rows);
	view_int(rq, "wishes_n", p->n_wishes);
	view_int(rq, "wishes_met", met);
}

static void put_solved(struct req *rq, const struct q_paper_set_find *set,
	const struct paper_report *p)
{
	static const char *const models[] = {"", "聚合松弛模型",
		"逐套影子模型（每套卷的模型以前面各套已定为条件）", "整体模型（所有套卷同时求解）"};
	struct ctx *cx = rq->cx;
	view_set(rq, "solved", json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:b, s:s, s:I}",
		"model", models[p->model & 3], "objective", real(cx, p->objective, 4), "bound",
		real(cx, p->bound, 4), "gap", real(cx, p->objective - p->bound, 4), "candidates",
		(json_int_t)p->candidates, "nodes", (json_int_t)p->nodes, "seconds",
		real(cx, (double)p->ms / 1000, 1), "is_cut_short", p->is_cut_short, "seed",
		streq(set->state, "opened") ? set->seed : "", "usable",
		(json_int_t)p->items_usable));
}

static int find(struct req *rq, struct q_paper_set_find *set, struct paper_report **ret)
{
	*ret = arena_make(rq->cx->arena, struct paper_report);
	int r = paper_get(rq->cx, rq_id(rq, "id"), set);
	if (r < 0 || (r = report_of(rq->cx, set, *ret)) < 0)
		return r;
	return (*ret)->n_wishes ? 0 : fail(rq->cx, ERR_STATE, "paper.no_report");
}

static int report_show(struct req *rq)
{
	struct q_paper_set_find set;
	struct paper_report *p;
	int r = find(rq, &set, &p);
	if (r < 0)
		return r;
	view_set(rq, "set", json_pack("{s:s, s:s, s:s, s:s}", "id", rq_param(rq, "id"), "title",
		set.title, "bank_title", set.bank_title, "blueprint_title", set.blueprint_title));
	view_text(rq, "title", text_of(rq->cx, "%s · 等值报告", set.title));
	put_forms(rq, p);
	put_curve(rq, p);
	put_ranges(rq, p);
	put_wishes(rq, p);
	put_solved(rq, &set, p);
	return 0;
}

static int report_pdf(struct req *rq)
{
	struct q_paper_set_find set;
	struct paper_report *p;
	struct str pdf;
	int r = find(rq, &set, &p);
	if (r < 0)
		return r;
	struct report_sheet sheet = {.title = set.title, .bank = set.bank_title,
		.blueprint = text_of(rq->cx, "%s（第%" PRId64 "版）", set.blueprint_title,
		set.blueprint_version), .seed = streq(set.state, "opened") ? set.seed : "",
		.report = p};
	r = report_sheet_pdf(rq->cx, &sheet, &pdf);
	return r < 0 ? r : rq_bytes(rq, "application/pdf", "等值报告.pdf", pdf);
}

const struct route routes_paper_report[] = {
	{GET, "/papers/:id/report", PERM_PAPER_READ, report_show, "papers/report", "等值报告"},
	{GET, "/papers/:id/report.pdf", PERM_PAPER_READ, report_pdf, NULL, "等值报告（PDF）",
		.flags = ROUTE_DOWNLOAD},
	{0},
};
