#include "domain/exam/paper_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/stow.h"
#include "domain/exam/assemble_check.h"

enum { REPORT_MAX = 8 * 1024 * 1024 };

/* ---- out: rows of columns set apart by tabs ---- */

static const char *clean(struct ctx *cx, const char *text)
{
	char *z = arena_dup(cx->arena, text);
	for (char *p = z; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return z;
}

static void row(struct ctx *cx, struct buf *b, const char *name, const char *text)
{
	(void)cx;
	stow_text(b, name, text);
}

static void put_form(struct ctx *cx, struct buf *b, const struct blueprint_work *w,
	const struct assembled_form *f)
{
	int64_t bands[BANDS] = {0}, calibrated = 0;
	double curve[CURVE_POINTS] = {0};
	for (int i = 0; i < f->n; i++) {
		const struct assemble_item *it = &w->assembly.items[f->items[i]];
		int band = (int)(it->facility * BANDS);
		bands[band < 0 ? 0 : band >= BANDS ? BANDS - 1 : band]++;
		calibrated += it->a > 0;
		for (int k = 0; k < CURVE_POINTS; k++)
			curve[k] += assemble_measure(it, BY_INFORMATION, -4 + 0.5 * k);
	}
	row(cx, b, "form", text_of(cx, "%d\t%" PRId64 "\t%.6f\t%.6f\t%.6f", f->n, calibrated,
		f->score, f->expected, f->spread));
	const char *line = "";
	for (int k = 0; k < CURVE_POINTS; k++)
		line = text_of(cx, "%s%.4f\t", line, curve[k]);
	row(cx, b, "curve", line);
	line = "";
	for (int k = 0; k < BANDS; k++)
		line = text_of(cx, "%s%" PRId64 "\t", line, bands[k]);
	row(cx, b, "bands", line);
}

static void put_overlap(struct ctx *cx, struct buf *b, const struct assembled *done, int forms)
{
	for (int f = 0; f < forms; f++) {
		const char *line = "";
		for (int g = 0; g < forms; g++) {
			int n = 0;
			for (int i = 0; i < done->forms[f].n; i++)
				for (int j = 0; j < done->forms[g].n; j++)
					n += done->forms[f].items[i] == done->forms[g].items[j];
			line = text_of(cx, "%s%d\t", line, n);
		}
		row(cx, b, "overlap", line);
	}
}

static const char *range_line(struct ctx *cx, const struct blueprint_work *w,
	const struct assembled *done, int point)
{
	struct assemble_wish wish = {.type = WISH_SUM, .point = point};
	const char *line = text_of(cx, "%s\t%s\t%" PRId64, clean(cx, w->points[point].code),
		clean(cx, w->points[point].title), w->points[point].depth);
	for (int f = 0; f < w->assembly.forms; f++) {
		int n = 0;
		double score = 0;
		for (int i = 0; i < done->forms[f].n; i++) {
			int item = done->forms[f].items[i];
			if (!assemble_is_in(&w->assembly, &wish, item))
				continue;
			n++;
			score += w->assembly.items[item].score_centi / 100.0;
		}
		line = text_of(cx, "%s\t%d\t%.2f", line, n, score);
	}
	return line;
}

/* Each range with what lies below it. */
static void put_ranges(struct ctx *cx, struct buf *b, const struct blueprint_work *w,
	const struct assembled *done, int parent, int depth)
{
	for (int p = 0; p < w->assembly.n_points && depth < 8; p++)
		if (w->assembly.point_parent[p] == parent) {
			row(cx, b, "range", range_line(cx, w, done, p));
			put_ranges(cx, b, w, done, p, depth + 1);
		}
}

/* In which the figures of a wish are told; of forms compared by spread they are per cent. */
static const char *unit_of(const struct assemble_wish *w)
{
	bool is_items = w->type == WISH_OVERLAP || w->type == WISH_MUST || w->type == WISH_NOT
		|| w->type == WISH_EXPOSURE || w->type == WISH_REST
		|| (w->type == WISH_SUM && w->measure == BY_COUNT);
	if (is_items)
		return "题";
	if (w->type == WISH_ENEMIES)
		return "对";
	return w->type == WISH_EQUAL && w->measure == BY_SPREAD ? "%" : "分";
}

static void put_wishes(struct ctx *cx, struct buf *b, const struct blueprint_work *w,
	const struct assembled *done)
{
	for (int i = 0; i < w->assembly.n_wishes; i++) {
		struct wish_check c;
		assemble_check(&w->assembly, done->forms, &w->assembly.wishes[i], &c);
		const char *unit = unit_of(&w->assembly.wishes[i]);
		double by = *unit == '%' ? 100 : 1;
		row(cx, b, "wish", text_of(cx, "%s\t%s\t%.6f\t%.6f\t%d\t%s",
			clean(cx, w->wish_labels[i]), clean(cx, w->wish_texts[i]), c.least * by,
			c.greatest * by, c.is_met, unit));
	}
}

static void put_lack(struct ctx *cx, struct buf *b, const struct blueprint_work *w,
	const struct assemble_lack *l)
{
	const struct assemble_wish *wish = &w->assembly.wishes[l->wish];
	bool is_score = wish->measure == BY_SCORE;
	const char *unit = is_score ? "分" : "题";
	const char *text = text_of(cx, "%s：每套卷需要 %g %s", w->wish_labels[l->wish], wish->lo,
		unit);
	if (l->needed > wish->lo + 1e-6)
		text = text_of(cx, "%s，%d 套卷共需不同试题 %g 题", text, w->assembly.forms,
			l->needed);
	text = text_of(cx, "%s，库中可用 %g %s", text, l->usable, unit);
	if (l->all > l->usable + 1e-6)
		text = text_of(cx, "%s（另有 %g %s因曝光、使用间隔或停用要求不能使用）", text,
			l->all - l->usable, unit);
	row(cx, b, "lack", clean(cx, text_of(cx, "%s。", text)));
}

static void put_conflict(struct ctx *cx, struct buf *b, const struct blueprint_work *w,
	const struct assembled *done)
{
	for (int i = 0; i < done->n_conflict; i++) {
		int k = done->conflict[i];
		const char *text = text_of(cx, "%s：%s", w->wish_labels[k], w->wish_texts[k]);
		double missing = done->missing[k] / w->assembly.forms;
		if (missing > 0.005)
			text = text_of(cx, "%s（平均每套差 %g %s）", text,
				round(missing * 100) / 100,
				w->assembly.wishes[k].measure == BY_SCORE ? "分" : "题");
		row(cx, b, "conflict", clean(cx, text));
	}
	for (int i = 0; i < done->n_lacks; i++)
		put_lack(cx, b, w, &done->lacks[i]);
}

const char *report_pack(struct ctx *cx, const struct blueprint_work *w,
	const struct assembled *done)
{
	auto_buf b;
	buf_init(&b, REPORT_MAX);
	row(cx, &b, "solved", text_of(cx, "%d\t%d\t%d\t%d\t%" PRId64 "\t%" PRId64
		"\t%d\t%d\t%.6f\t%.6f\t%d\t%d", done->status, done->model, w->assembly.forms,
		done->candidates, done->nodes, done->ms, done->is_cut_short, done->is_smallest,
		done->objective, done->bound, w->assembly.n_items, w->assembly.n_wishes));
	if (done->status == ASSEMBLED) {
		for (int f = 0; f < w->assembly.forms; f++)
			put_form(cx, &b, w, &done->forms[f]);
		put_overlap(cx, &b, done, w->assembly.forms);
		put_ranges(cx, &b, w, done, -1, 0);
		put_wishes(cx, &b, w, done);
	} else {
		put_conflict(cx, &b, w, done);
	}
	return b.full ? NULL : arena_dup(cx->arena, buf_z(&b));
}

/* ---- in ---- */

static double number(struct arena *a, struct str *rest)
{
	return strtod(arena_str(a, str_cut(rest, '\t')), NULL);
}

static int64_t whole(struct arena *a, struct str *rest)
{
	return (int64_t)number(a, rest);
}

static void read_solved(struct arena *a, struct str s, struct paper_report *r)
{
	r->status = whole(a, &s);
	r->model = whole(a, &s);
	r->forms = whole(a, &s);
	r->candidates = whole(a, &s);
	r->nodes = whole(a, &s);
	r->ms = whole(a, &s);
	r->is_cut_short = whole(a, &s) != 0;
	r->is_smallest = whole(a, &s) != 0;
	r->objective = number(a, &s);
	r->bound = number(a, &s);
	r->items_usable = whole(a, &s);
	r->wishes_n = whole(a, &s);
}

static void read_range(struct arena *a, struct str s, struct paper_report *r)
{
	struct report_range *x = &r->ranges[r->n_ranges++];
	x->code = arena_str(a, str_cut(&s, '\t'));
	x->title = arena_str(a, str_cut(&s, '\t'));
	x->depth = whole(a, &s);
	for (int f = 0; f < r->forms; f++) {
		x->items[f] = whole(a, &s);
		x->score[f] = number(a, &s);
	}
}

static void read_wish(struct arena *a, struct str s, struct paper_report *r)
{
	struct report_wish *w = &r->wishes[r->n_wishes++];
	w->label = arena_str(a, str_cut(&s, '\t'));
	w->text = arena_str(a, str_cut(&s, '\t'));
	w->least = number(a, &s);
	w->greatest = number(a, &s);
	w->is_met = whole(a, &s) != 0;
	w->unit = arena_str(a, s);
}

struct reading {
	struct arena *a;
	struct paper_report *r;
	int form, overlap;
};

static bool read_row(struct reading *x, struct stow_field f)
{
	struct paper_report *r = x->r;
	struct report_form *form = &r->form[x->form < 0 ? 0 : x->form];
	if (str_is(f.name, "solved")) {
		read_solved(x->a, f.text, r);
		return r->forms >= 1 && r->forms <= ASSEMBLE_FORMS_MAX;
	}
	if (str_is(f.name, "form")) {
		if (++x->form >= r->forms)
			return false;
		form = &r->form[x->form];
		form->n = whole(x->a, &f.text);
		form->calibrated = whole(x->a, &f.text);
		form->score = number(x->a, &f.text);
		form->expected = number(x->a, &f.text);
		form->spread = number(x->a, &f.text);
	} else if (str_is(f.name, "curve")) {
		for (int k = 0; k < CURVE_POINTS; k++)
			form->information[k] = number(x->a, &f.text);
	} else if (str_is(f.name, "bands")) {
		for (int k = 0; k < BANDS; k++)
			form->bands[k] = whole(x->a, &f.text);
	} else if (str_is(f.name, "overlap") && x->overlap < r->forms) {
		for (int g = 0; g < r->forms; g++)
			r->overlap[x->overlap][g] = whole(x->a, &f.text);
		x->overlap++;
	} else if (str_is(f.name, "range")) {
		read_range(x->a, f.text, r);
	} else if (str_is(f.name, "wish") && r->n_wishes < ASSEMBLE_WISHES_MAX) {
		read_wish(x->a, f.text, r);
	} else if (str_is(f.name, "conflict") && r->n_conflict < ASSEMBLE_WISHES_MAX) {
		r->conflict[r->n_conflict++] = arena_str(x->a, f.text);
	} else if (str_is(f.name, "lack") && r->n_lacks < ASSEMBLE_WISHES_MAX) {
		r->lacks[r->n_lacks++] = arena_str(x->a, f.text);
	}
	return true;
}

int report_unpack(struct arena *a, const char *record, struct paper_report *ret)
{
	struct str rest = str_of(record), count = rest;
	struct stow_field f;
	struct reading x = {.a = a, .r = ret, .form = -1};
	int n = 0;
	*ret = (struct paper_report){0};
	while (stow_next(&count, &f))
		n += str_is(f.name, "range");
	ret->ranges = arena_array(a, struct report_range, n + 1);
	ret->wishes = arena_array(a, struct report_wish, ASSEMBLE_WISHES_MAX);
	while (stow_next(&rest, &f))
		if (!read_row(&x, f))
			return ERR_INVALID;
	return rest.n || !ret->forms ? ERR_INVALID : 0;
}
