/* Ranges, totals, and the comparison with what was published. */
#include "domain/statistics/figures.h"

#include <string.h>

#include "base/civil.h"
#include "query/statistics.h"

enum { FIRST_YEAR = 2000, LAST_YEAR = 2999 };

const char *const figure_kinds[FIGURE_KINDS] = {"enterprise", "social", "school", "special"};

static size_t kind_index(const char *body_kind)
{
	size_t i = 0;
	while (i < FIGURE_KINDS && !streq(figure_kinds[i], body_kind))
		i++;
	return i;
}

static void put_years(struct figure_range *range, int64_t first, int64_t last)
{
	range->from_month = first * 100 + 1;
	range->to_month = last * 100 + 12;
	range->from_on = civil_day(first, 1, 1);
	range->to_on = civil_day(last, 12, 31);
}

struct figure_range figure_range_all(void)
{
	struct figure_range range = {.region = "", .scope = scope_all(), .digits = 4};
	put_years(&range, FIRST_YEAR, LAST_YEAR);
	return range;
}

int figure_range_of(struct ctx *cx, const char *region, int64_t year,
	struct figure_range *ret_range)
{
	bool has_region = cx->actor.role != ROLE_ADMIN_AUDIT;
	struct figure_range range = {.region = has_region ? cx->actor.region : "",
		.scope = has_region ? cx->scope : scope_all()};
	if (*region) {
		struct scope asked = scope_region(cx, region);
		if (strcmp(asked.lo, range.scope.lo) < 0 || strcmp(asked.hi, range.scope.hi) > 0)
			return fail(cx, ERR_DENIED, "figures.outside");
		range.region = region;
		range.scope = asked;
	}
	range.digits = strlen(range.region) >= 4 ? 6 : 4;
	put_years(&range, year ? year : FIRST_YEAR, year ? year : LAST_YEAR);
	*ret_range = range;
	return 0;
}

static int add_certificates(struct ctx *cx, const struct figure_range *range,
	struct figure_totals *t)
{
	struct q_figures_by_grade_rows rows;
	int r = q_figures_by_grade(cx->db, &rows, .scope_lo = range->scope.lo,
		.scope_hi = range->scope.hi, .from_month = range->from_month,
		.to_month = range->to_month);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		const struct q_figures_by_grade *row = &rows.at[i];
		t->revoked += row->n_revoked;
		if (row->grade == 0)
			t->special_certificates += row->n;
		else
			t->certificates += row->n;
		if (row->grade == 7)
			t->special_technicians += row->n;
		if (row->grade == 8)
			t->chief_technicians += row->n;
	}
	return 0;
}

static int add_kinds(struct ctx *cx, const struct figure_range *range, struct figure_totals *t)
{
	struct q_figures_by_kind_rows rows;
	int r = q_figures_by_kind(cx->db, &rows, .scope_lo = range->scope.lo,
		.scope_hi = range->scope.hi, .from_month = range->from_month,
		.to_month = range->to_month);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < rows.n; i++) {
		size_t kind = kind_index(rows.at[i].body_kind);
		t->high += rows.at[i].n_high;
		if (kind < FIGURE_KINDS)
			t->through[kind] += rows.at[i].n;
		if (kind < FIGURE_KINDS)
			t->holders[kind] += rows.at[i].n_first;
	}
	return 0;
}

static int add_bodies(struct ctx *cx, const struct figure_range *range, struct figure_totals *t)
{
	struct q_figures_bodies_rows bodies;
	struct q_figures_scope_rows scopes;
	int r = q_figures_bodies(cx->db, &bodies, .digits = 4, .scope_lo = range->scope.lo,
		.scope_hi = range->scope.hi);
	if (r >= 0)
		r = q_figures_scope(cx->db, &scopes, .on_day = ctx_today(cx),
			.scope_lo = range->scope.lo, .scope_hi = range->scope.hi);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < bodies.n; i++) {
		size_t kind = kind_index(bodies.at[i].body_kind);
		if (kind < FIGURE_KINDS)
			t->bodies[kind] += bodies.at[i].n;
	}
	for (size_t i = 0; i < scopes.n; i++) {
		size_t kind = kind_index(scopes.at[i].body_kind);
		if (kind < FIGURE_KINDS)
			t->occupations[kind] = scopes.at[i].n_occupations;
		if (streq(scopes.at[i].body_kind, "special"))
			t->special_projects = scopes.at[i].n_projects;
	}
	return 0;
}

int figure_totals(struct ctx *cx, const struct figure_range *range,
	struct figure_totals *ret_totals)
{
	struct figure_totals t = {0};
	int r = add_certificates(cx, range, &t);
	if (r < 0 || (r = add_kinds(cx, range, &t)) < 0 || (r = add_bodies(cx, range, &t)) < 0)
		return r;
	*ret_totals = t;
	return 0;
}

enum published {
	PUBLISHED_CERTIFICATES,
	PUBLISHED_HIGH,
	PUBLISHED_ENTERPRISES,
	PUBLISHED_WORKERS_OF_ENTERPRISES,
	PUBLISHED_THROUGH_ENTERPRISES,
	PUBLISHED_THROUGH_SOCIAL,
	PUBLISHED_SOCIAL_OCCUPATIONS,
	PUBLISHED_THROUGH_SCHOOLS,
	PUBLISHED_SPECIAL_TECHNICIANS,
	PUBLISHED_CHIEF_TECHNICIANS,
	PUBLISHED_SPECIAL_BODIES,
	PUBLISHED_SPECIAL_PROJECTS,
	PUBLISHED_SPECIAL_CERTIFICATES,
	PUBLISHED_COUNT,
};

const struct figure_published figures_published[] = {
	[PUBLISHED_CERTIFICATES] = {"职业技能等级证书", "人次", 2570000, 0, ""},
	[PUBLISHED_HIGH] = {"其中高级工及以上", "人次", 1540000, 0, ""},
	[PUBLISHED_ENTERPRISES] = {"备案的自主评价企业", "家", 8994, 165, "3710"},
	[PUBLISHED_WORKERS_OF_ENTERPRISES] = {"通过企业评价提升技能的职工", "人", 1350000, 0, ""},
	[PUBLISHED_THROUGH_ENTERPRISES] = {"企业评价", "人次", 0, 77000, "3710"},
	[PUBLISHED_THROUGH_SOCIAL] = {"通过社会培训评价组织", "人次", 580000, 0, ""},
	[PUBLISHED_SOCIAL_OCCUPATIONS] = {"社会培训评价组织覆盖的职业", "个", 179, 0, ""},
	[PUBLISHED_THROUGH_SCHOOLS] = {"通过院校评价", "人次", 420000, 0, ""},
	[PUBLISHED_SPECIAL_TECHNICIANS] = {"特级技师", "人", 660, 12, "3710"},
	[PUBLISHED_CHIEF_TECHNICIANS] = {"首席技师", "人", 39, 0, ""},
	[PUBLISHED_SPECIAL_BODIES] = {"专项职业能力考核机构", "家", 263, 0, ""},
	[PUBLISHED_SPECIAL_PROJECTS] = {"专项职业能力考核项目", "个", 136, 0, ""},
	[PUBLISHED_SPECIAL_CERTIFICATES] = {"专项职业能力证书", "人次", 31000, 0, ""},
	[PUBLISHED_COUNT] = {0},
};

int64_t figure_own(const struct figure_totals *t, size_t i)
{
	const int64_t own[PUBLISHED_COUNT] = {
		[PUBLISHED_CERTIFICATES] = t->certificates,
		[PUBLISHED_HIGH] = t->high,
		[PUBLISHED_ENTERPRISES] = t->bodies[0],
		[PUBLISHED_WORKERS_OF_ENTERPRISES] = t->holders[0],
		[PUBLISHED_THROUGH_ENTERPRISES] = t->through[0],
		[PUBLISHED_THROUGH_SOCIAL] = t->through[1],
		[PUBLISHED_SOCIAL_OCCUPATIONS] = t->occupations[1],
		[PUBLISHED_THROUGH_SCHOOLS] = t->through[2],
		[PUBLISHED_SPECIAL_TECHNICIANS] = t->special_technicians,
		[PUBLISHED_CHIEF_TECHNICIANS] = t->chief_technicians,
		[PUBLISHED_SPECIAL_BODIES] = t->bodies[3],
		[PUBLISHED_SPECIAL_PROJECTS] = t->special_projects,
		[PUBLISHED_SPECIAL_CERTIFICATES] = t->special_certificates,
	};
	return i < PUBLISHED_COUNT ? own[i] : 0;
}
