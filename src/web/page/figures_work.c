/* Figures of the work itself: bodies filed, batches by state, pass rates. */
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "domain/evaluation/batch.h"
#include "query/statistics.h"
#include "web/choices.h"
#include "web/page/figures.h"

static const char *register_url(const struct figures *f, const char *place, const char *body_kind)
{
	return text_of(f->rq->cx, "/register?state=filed&region=%s%s%s%s", place,
		is_own_level(f, place) ? "&own_level=1" : "", *body_kind ? "&body_kind=" : "",
		body_kind);
}

/* One line per place, one cell per kind of body. */
static json_t *place_line(const struct figures *f, const struct q_figures_bodies_rows *rows,
	size_t first, size_t end)
{
	struct ctx *cx = f->rq->cx;
	const char *place = rows->at[first].place;
	json_t *cells = json_array();
	int64_t total = 0;
	for (size_t k = 0; k < FIGURE_KINDS; k++) {
		int64_t n = 0;
		for (size_t i = first; i < end; i++)
			if (streq(rows->at[i].body_kind, figure_kinds[k]))
				n = rows->at[i].n;
		json_t *cell = json_pack("{s:s, s:s}", "kind_label",
			choice_label(body_kind_choices, figure_kinds[k]), "url",
			n ? register_url(f, place, figure_kinds[k]) : "");
		set_count(cx, cell, "n", n);
		json_array_append_new(cells, cell);
		total += n;
	}
	json_t *line = json_pack("{s:s, s:s, s:s, s:o}", "label", place_label(f, place), "place",
		place, "url", register_url(f, place, ""), "cells", cells);
	set_count(cx, line, "n", total);
	return line;
}

static int put_bodies(struct figures *f)
{
	struct ctx *cx = f->rq->cx;
	struct q_figures_bodies_rows rows;
	int r = q_figures_bodies(cx->db, &rows, .digits = f->range.digits,
		.scope_lo = f->range.scope.lo, .scope_hi = f->range.scope.hi);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0, end; i < rows.n; i = end) {
		for (end = i; end < rows.n && streq(rows.at[end].place, rows.at[i].place); end++)
			;
		json_array_append_new(list, place_line(f, &rows, i, end));
	}
	view_set(f->rq, "bodies", list);
	return 0;
}

static int put_batches(struct figures *f)
{
	struct ctx *cx = f->rq->cx;
	struct q_figures_batches_rows rows;
	int r = q_figures_batches(cx->db, &rows, .scope_lo = f->range.scope.lo,
		.scope_hi = f->range.scope.hi);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (const struct flow_state *s = batch_flow.states; s->code; s++)
		for (size_t i = 0; i < rows.n; i++) {
			if (!streq(rows.at[i].state, s->code))
				continue;
			json_t *row = json_pack("{s:s, s:s}", "label", s->label, "url",
				rows_url(f, "/batches", f->range.region, 0, 0,
					text_of(cx, "state=%s", s->code)));
			set_count(cx, row, "n", rows.at[i].n);
			json_array_append_new(list, row);
		}
	view_set(f->rq, "batches", list);
	return 0;
}

static json_t *passed_row(struct ctx *cx, const char *label, const char *url, int64_t n_batches,
	int64_t n_accepted, int64_t n_passed)
{
	json_t *row = json_pack("{s:s, s:s, s:s}", "label", label, "url", url, "rate",
		rate_text(cx, n_passed, n_accepted));
	set_count(cx, row, "n_batches", n_batches);
	set_count(cx, row, "n_accepted", n_accepted);
	set_count(cx, row, "n_passed", n_passed);
	return row;
}

static int put_passed(struct figures *f)
{
	struct ctx *cx = f->rq->cx;
	struct q_figures_passed_by_place_rows places;
	struct q_figures_passed_by_occupation_rows occupations;
	int64_t from_at = civil_midnight(f->range.from_on),
		to_at = civil_midnight(f->range.to_on + 1);
	int64_t from_on = f->year ? f->range.from_on : 0, to_on = f->year ? f->range.to_on : 0;
	int r = q_figures_passed_by_place(cx->db, &places, .digits = f->range.digits,
		.scope_lo = f->range.scope.lo, .scope_hi = f->range.scope.hi, .from_at = from_at,
		.to_at = to_at);
	if (r >= 0)
		r = q_figures_passed_by_occupation(cx->db, &occupations,
			.scope_lo = f->range.scope.lo, .scope_hi = f->range.scope.hi,
			.from_at = from_at, .to_at = to_at);
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < places.n; i++) {
		const struct q_figures_passed_by_place *p = &places.at[i];
		json_array_append_new(list, passed_row(cx, place_label(f, p->place),
			rows_url(f, "/batches", p->place, from_on, to_on, ""), p->n_batches,
			p->n_accepted, p->n_passed));
	}
	view_set(f->rq, "passed_places", list);
	list = json_array();
	for (size_t i = 0; i < occupations.n; i++) {
		const struct q_figures_passed_by_occupation *o = &occupations.at[i];
		const char *more = text_of(cx, "occupation_id=%" PRId64, o->occupation_id);
		json_array_append_new(list, passed_row(cx,
			text_of(cx, "%s %s", o->occupation_code, o->occupation_name),
			range_url(f, "/batches", more), o->n_batches, o->n_accepted, o->n_passed));
	}
	view_set(f->rq, "passed_occupations", list);
	return 0;
}

int put_work(struct figures *f)
{
	int r = put_bodies(f);
	if (r < 0 || (r = put_batches(f)) < 0)
		return r;
	return put_passed(f);
}
