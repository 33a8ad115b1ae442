/* Figures for the authorities, each with the way to its rows, and the totals that are public. */
#include "web/page/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "domain/standard/grade.h"
#include "query/log_fact.h"
#include "query/statistics.h"
#include "web/choices.h"
#include "web/page/page.h"

enum { YEARS_MAX = 30 };

static const struct field figure_filters[] = {
	{"region", FIELD_CHOICE, "地区"},
	{"year", FIELD_CHOICE, "年份"},
	{0},
};

void set_count(struct ctx *cx, json_t *row, const char *key, int64_t n)
{
	char digits[24], text[32];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRId64, n < 0 ? 0 : n), to = 0;
	for (size_t i = 0; i < len; i++) {
		text[to++] = digits[i];
		if ((len - i - 1) % 3 == 0 && i + 1 < len)
			text[to++] = ',';
	}
	text[to] = 0;
	json_object_set_new(row, key, json_integer(n));
	json_object_set_new(row, text_of(cx, "%s_text", key), json_string(text));
}

const char *rate_text(struct ctx *cx, int64_t part, int64_t whole)
{
	if (whole <= 0)
		return "";
	int64_t tenths = (part * 2000 / whole + 1) / 2;
	return text_of(cx, "%" PRId64 ".%" PRId64 "%%", tenths / 10, tenths % 10);
}

bool is_own_level(const struct figures *f, const char *place)
{
	return (int64_t)strlen(place) < f->range.digits;
}

const char *place_label(const struct figures *f, const char *place)
{
	const char *name = region_label(f->rq->cx, place);
	return is_own_level(f, place) ? text_of(f->rq->cx, "%s本级", name) : name;
}

const char *rows_url(const struct figures *f, const char *path, const char *place, int64_t from_on,
	int64_t to_on, const char *more)
{
	struct ctx *cx = f->rq->cx;
	const char *query = more;
	if (!f->has_rows)
		return "";
	if (*place && !(streq(place, cx->actor.region) && place == f->range.region))
		query = text_of(cx, "%s&region=%s%s", query, place,
			place != f->range.region && is_own_level(f, place) ? "&own_level=1" : "");
	if (from_on)
		query = text_of(cx, "%s&from_on=%s&to_on=%s", query,
			civil_day_text(cx->arena, from_on), civil_day_text(cx->arena, to_on));
	if (*query == '&')
		query++;
	return text_of(cx, "%s%s%s", path, *query ? "?" : "", query);
}

const char *range_url(const struct figures *f, const char *path, const char *more)
{
	bool all = f->year == 0;
	return rows_url(f, path, f->range.region, all ? 0 : f->range.from_on,
		all ? 0 : f->range.to_on, more);
}

static void put_counts(struct ctx *cx, json_t *row, int64_t n, int64_t n_high, int64_t n_revoked)
{
	set_count(cx, row, "n", n);
	set_count(cx, row, "n_high", n_high);
	set_count(cx, row, "n_revoked", n_revoked);
}

static json_t *figure_row(const char *label, const char *url)
{
	return json_pack("{s:s, s:s}", "label", label, "url", url);
}

/* ---- certificates ---- */

/* Arguments of the queries: of the region and months that were asked for. */
#define IN_RANGE(f) \
	.scope_lo = (f)->range.scope.lo, .scope_hi = (f)->range.scope.hi, \
	.from_month = (f)->range.from_month, .to_month = (f)->range.to_month

static int put_grades(struct figures *f)
{
	struct ctx *cx = f->rq->cx;
	struct q_figures_by_grade_rows rows;
	int r = q_figures_by_grade(cx->db, &rows, IN_RANGE(f));
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (int rank = 8; rank >= 0; rank--)
		for (size_t i = 0; i < rows.n; i++) {
			int64_t grade = rows.at[i].grade;
			if (grade_rank(grade) != rank)
				continue;
			const char *more = grade ? text_of(cx, "grade=%" PRId64, grade) :
				"body_kind=special";
			json_t *row = figure_row(grade ? grade_label(grade) : "专项职业能力",
				grade > 5 ? "" : range_url(f, "/certificates", more));
			put_counts(cx, row, rows.at[i].n, 0, rows.at[i].n_revoked);
			json_array_append_new(list, row);
		}
	view_set(f->rq, "grades", list);
	return 0;
}

static int put_kinds(struct figures *f)
{
	struct ctx *cx = f->rq->cx;
	struct q_figures_by_kind_rows rows;
	int r = q_figures_by_kind(cx->db, &rows, IN_RANGE(f));
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_figures_by_kind *k = &rows.at[i];
		const char *more = text_of(cx, "body_kind=%s", k->body_kind);
		json_t *row = figure_row(choice_label(body_kind_choices, k->body_kind),
			range_url(f, "/certificates", more));
		put_counts(cx, row, k->n, k->n_high, k->n_revoked);
		json_array_append_new(list, row);
	}
	view_set(f->rq, "kinds", list);
	return 0;
}

static int put_places(struct figures *f)
{
	struct ctx *cx = f->rq->cx;
	struct q_figures_by_place_rows rows;
	int r = q_figures_by_place(cx->db, &rows, .digits = f->range.digits,
		IN_RANGE(f));
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	bool all = f->year == 0;
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_figures_by_place *p = &rows.at[i];
		json_t *row = figure_row(place_label(f, p->place),
			rows_url(f, "/certificates", p->place, all ? 0 : f->range.from_on,
				all ? 0 : f->range.to_on, ""));
		json_object_set_new(row, "place", json_string(p->place));
		put_counts(cx, row, p->n, p->n_high, p->n_revoked);
		json_array_append_new(list, row);
	}
	view_set(f->rq, "places", list);
	return 0;
}

static int put_months(struct figures *f)
{
	struct ctx *cx = f->rq->cx;
	struct q_figures_by_month_rows rows;
	int r = q_figures_by_month(cx->db, &rows, IN_RANGE(f));
	if (r < 0)
		return ctx_pass(cx, r);
	json_t *list = json_array();
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_figures_by_month *m = &rows.at[i];
		int64_t year = m->month / 100;
		int month = (int)(m->month % 100);
		json_t *row = figure_row(text_of(cx, "%" PRId64 "年%d月", year, month),
			rows_url(f, "/certificates", f->range.region, civil_day(year, month, 1),
				civil_day(year, month, civil_month_days(year, month)), ""));
		put_counts(cx, row, m->n, m->n_high, m->n_revoked);
		json_array_append_new(list, row);
	}
	view_set(f->rq, "months", list);
	return 0;
}

/* ---- totals ---- */

static void add_stat(struct ctx *cx, json_t *list, const char *label, int64_t n, const char *unit,
	const char *note, const char *url)
{
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s}", "label", label, "unit", unit, "note",
		note, "url", url, "tone", "");
	set_count(cx, row, "n", n);
	json_object_set(row, "value", json_object_get(row, "n_text"));
	json_array_append_new(list, row);
}

static const char *bodies_url(const struct figures *f, const char *body_kind)
{
	const char *place = f->range.region;
	return text_of(f->rq->cx, "/register?state=filed&body_kind=%s%s%s", body_kind,
		*place ? "&region=" : "", place);
}

static void put_stats(struct figures *f, const struct figure_totals *t)
{
	struct ctx *cx = f->rq->cx;
	json_t *list = json_array();
	int64_t bodies = 0;
	for (size_t i = 0; i < FIGURE_KINDS; i++)
		bodies += t->bodies[i];
	add_stat(cx, list, "职业技能等级证书", t->certificates, "人次", "",
		range_url(f, "/certificates", ""));
	add_stat(cx, list, "其中高级工及以上", t->high, "人次",
		text_of(cx, "占 %s", t->certificates ? rate_text(cx, t->high,
		t->certificates) : "—"), "");
	add_stat(cx, list, "专项职业能力证书", t->special_certificates, "人次", "",
		range_url(f, "/certificates", "body_kind=special"));
	add_stat(cx, list, "备案在册的评价机构", bodies, "家", "",
		text_of(cx, "/register?state=filed%s%s", *f->range.region ? "&region=" : "",
			f->range.region));
	add_stat(cx, list, "已撤销证书", t->revoked, "本", "",
		range_url(f, "/certificates", "state=revoked"));
	view_set(f->rq, "stats", list);
}

/* Where the rows of a published figure are. */
static const char *published_url(const struct figures *f, const char *label)
{
	static const struct {
		const char *label, *path, *more;
	} ways[] = {
		{"职业技能等级证书", "/certificates", ""},
		{"通过企业评价提升技能的职工", "/certificates", "body_kind=enterprise"},
		{"企业评价", "/certificates", "body_kind=enterprise"},
		{"通过社会培训评价组织", "/certificates", "body_kind=social"},
		{"通过院校评价", "/certificates", "body_kind=school"},
		{"专项职业能力证书", "/certificates", "body_kind=special"},
		{"备案的自主评价企业", "/register", "enterprise"},
		{"社会培训评价组织覆盖的职业", "/register", "social"},
		{"专项职业能力考核机构", "/register", "special"},
		{"专项职业能力考核项目", "/register", "special"},
	};
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (streq(ways[i].label, label))
			return streq(ways[i].path, "/register") ? bodies_url(f, ways[i].more) :
				range_url(f, ways[i].path, ways[i].more);
	return "";
}

static void put_published(struct figures *f, const struct figure_totals *t)
{
	struct ctx *cx = f->rq->cx;
	json_t *list = json_array();
	for (size_t i = 0; figures_published[i].label; i++) {
		const struct figure_published *p = &figures_published[i];
		bool in_city = streq(f->range.region, p->city_code) && *p->city_code;
		bool in_province = strlen(f->range.region) < 4;
		int64_t published = in_city ? p->city : in_province ? p->province : 0;
		json_t *row = figure_row(p->label, published_url(f, p->label));
		set_count(cx, row, "own", figure_own(t, i));
		set_count(cx, row, "published", published);
		json_object_set_new(row, "unit", json_string(p->unit));
		json_object_set_new(row, "rate",
			json_string(rate_text(cx, figure_own(t, i), published)));
		if (published)
			json_array_append_new(list, row);
		else
			json_decref(row);
	}
	view_flag(f->rq, "has_published", json_array_size(list) > 0);
	view_set(f->rq, "published", list);
}

/* ---- the pages ---- */

static const struct choice *year_choices(struct req *rq)
{
	struct q_figures_months months;
	struct choice *list = arena_array(rq->cx->arena, struct choice, YEARS_MAX + 1);
	size_t n = 0;
	if (q_figures_months(rq->cx->db, &months) < 0)
		return list;
	for (int64_t year = months.last_month / 100; year > 0
		&& year >= months.first_month / 100; year--)
		if (n < YEARS_MAX) {
			list[n].code = text_of(rq->cx, "%" PRId64, year);
			list[n++].label = text_of(rq->cx, "%" PRId64 " 年", year);
		}
	return list;
}

static void put_filters(struct figures *f)
{
	struct req *rq = f->rq;
	const char *under = rq->cx->actor.role == ROLE_ADMIN_AUDIT ? "" : rq->cx->actor.region;
	view_choices(rq, "region", choices_regions(rq, under, 3));
	view_choices(rq, "year", year_choices(rq));
	view_form(rq, "form", figure_filters, "/figures", "查看",
		json_pack("{s:s, s:s}", "region", in_text(rq->in, "region"), "year",
			in_text(rq->in, "year")));
	view_text(rq, "place_name",
		*f->range.region ? region_label(rq->cx, f->range.region) : "全部地区");
	view_text(rq, "period", f->year ? text_of(rq->cx, "%" PRId64 " 年", f->year) : "全部年份");
	view_text(rq, "year", in_text(rq->in, "year"));
	view_flag(rq, "may_drill", f->range.digits == 4);
	view_flag(rq, "has_rows", f->has_rows);
}

static int put_certificates(struct figures *f)
{
	int r = put_grades(f);
	if (r < 0 || (r = put_kinds(f)) < 0 || (r = put_places(f)) < 0)
		return r;
	return put_months(f);
}

static int figures_show(struct req *rq)
{
	struct figures f = {.rq = rq, .has_rows = ctx_may(rq->cx, PERM_CERTIFICATE_READ)};
	struct figure_totals totals;
	(void)str_to_i64(str_of(in_text(rq->in, "year")), &f.year);
	if (f.year < 1900 || f.year > 2999)
		f.year = 0;
	int r = figure_range_of(rq->cx, in_text(rq->in, "region"), f.year, &f.range);
	if (r < 0 || (r = figure_totals(rq->cx, &f.range, &totals)) < 0)
		return r;
	put_filters(&f);
	put_stats(&f, &totals);
	put_published(&f, &totals);
	r = put_certificates(&f);
	return r < 0 ? r : put_work(&f);
}

/* What was published, each with its leaf in the public log. */
static int put_publications(struct req *rq)
{
	struct q_figures_publications_rows rows;
	struct ctx *cx = rq->cx;
	json_t *list = json_array();
	int r = q_figures_publications(cx->db, &rows);
	for (size_t i = 0; r >= 0 && i < rows.n; i++) {
		const struct q_figures_publications *p = &rows.at[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:b}", "on",
			civil_day_text(cx->arena, p->published_on), "on_text",
			civil_day_text_zh(cx->arena, p->published_on), "tree_size",
			(json_int_t)p->tree_size, "index", (json_int_t)p->leaf_index, "is_placed",
			p->leaf_index >= 0));
	}
	view_set(rq, "publications", list);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int public_show(struct req *rq)
{
	struct figures f = {.rq = rq, .range = figure_range_all()};
	struct figure_totals totals;
	int r = figure_totals(rq->cx, &f.range, &totals);
	if (r < 0)
		return r;
	put_stats(&f, &totals);
	r = put_publications(rq);
	return r < 0 ? r : put_certificates(&f);
}

const struct route routes_figures[] = {
	{GET, "/figures", PERM_FIGURES_READ, figures_show, "figures/show", "统计数据",
		figure_filters},
	{GET, "/figures/public", PERM_PUBLIC, public_show, "figures/public", "评价统计",
		.flags = ROUTE_THROTTLE},
	{0},
};
