/* The whole: every usable unit of every form is a 0/1 column. Exact. */
#include "domain/exam/assemble_rows.h"

#include <math.h>
#include <string.h>

static bool is_overlap_on(const struct pool *p, wish_set on)
{
	return p->overlap >= 0 && on[p->overlap] && p->a->forms > 1;
}

int whole_columns(const struct pool *p, wish_set on)
{
	int n = 0, k = p->a->forms;
	for (int u = 0; u < p->n_units; u++)
		n += unit_is_usable(p, &p->units[u], on);
	bool has_pairs = is_overlap_on(p, on) && p->a->wishes[p->overlap].hi >= 1;
	return n * (k + (has_pairs ? k * (k - 1) / 2 : 0));
}

/* What units f and g have in common is counted by a column each, at least x + y - 1. */
static void pair_rows(struct mip *m, const struct pool *p, wish_set on, const int *x, const int *y,
	double most)
{
	int common = mip_row(m, -MIP_INF, most);
	for (int u = 0; u < p->n_units; u++) {
		if (x[u] < 0 || unit_must(p, &p->units[u], on))
			continue;
		int both = mip_column(m, 0, 1, 0, false), row = mip_row(m, -MIP_INF, 1);
		mip_put(m, row, x[u], 1);
		mip_put(m, row, y[u], 1);
		mip_put(m, row, both, -1);
		mip_put(m, common, both, p->units[u].n_items);
	}
}

static void overlap_rows(struct mip *m, const struct pool *p, wish_set on, int *const *columns)
{
	int k = p->a->forms;
	if (!is_overlap_on(p, on))
		return;
	double most = floor(p->a->wishes[p->overlap].hi + 1e-9);
	if (most >= 1) {
		for (int f = 0; f < k; f++)
			for (int g = f + 1; g < k; g++)
				pair_rows(m, p, on, columns[f], columns[g], most);
		return;
	}
	for (int u = 0; u < p->n_units; u++) {
		if (columns[0][u] < 0 || unit_must(p, &p->units[u], on))
			continue;
		int row = mip_row(m, -MIP_INF, 1);
		for (int f = 0; f < k; f++)
			mip_put(m, row, columns[f][u], 1);
	}
}

/* Every form lies around a common middle, which is a column; relative: within half the tolerance of
 * it. Where a target is known the distance from it is what the forms cost. */
static void equal_rows(struct mip *m, const struct pool *p, wish_set on, int *const *columns,
	bool is_spread)
{
	int equal = is_spread ? p->equal_spread : p->equal_expected;
	bool is_on = equal >= 0 && on[equal];
	bool has_target = is_spread ? p->has_spread : p->has_expected;
	double half = (is_spread ? p->spread_tolerance : p->expected_tolerance) / 2;
	int middle = is_on ? mip_column(m, 0, MIP_INF, 0, false) : -1;
	for (int f = 0; f < p->a->forms && (is_on || has_target); f++) {
		int sum = mip_column(m, 0, MIP_INF, 0, false), row = mip_row(m, 0, 0);
		mip_put(m, row, sum, -1);
		for (int u = 0; u < p->n_units; u++)
			if (columns[f][u] >= 0)
				mip_put(m, row, columns[f][u], is_spread ? p->units[u].spread
					: p->units[u].expected);
		if (has_target)
			mip_put(m, row_of_target(m, is_spread ? p->target_spread
				: p->target_expected, -1), sum, 1);
		if (!is_on)
			continue;
		double room = is_spread ? 0 : half - 1e-7, part = is_spread ? half - 1e-9 : 0;
		int above = mip_row(m, -MIP_INF, room), below = mip_row(m, -room, MIP_INF);
		mip_put(m, above, sum, 1);
		mip_put(m, above, middle, -(1 + part));
		mip_put(m, below, sum, 1);
		mip_put(m, below, middle, -(1 - part));
	}
}

static void read_forms(const struct pool *p, int *const *columns, const struct mip_result *r,
	struct choice_of_units *ret)
{
	*ret = (struct choice_of_units){.objective = r->objective, .bound = r->bound};
	for (int f = 0; f < p->a->forms; f++) {
		ret->is_in[f] = arena_array(p->arena, bool, p->n_units);
		for (int u = 0; u < p->n_units; u++) {
			ret->candidates += columns[f][u] >= 0;
			ret->is_in[f][u] = columns[f][u] >= 0 && r->x[columns[f][u]] > 0.5;
		}
	}
}

enum verdict whole_solve(struct pool *p, wish_set on, bool is_feasibility,
	struct choice_of_units *ret_choice)
{
	auto_mip m = mip_new();
	int *columns[ASSEMBLE_FORMS_MAX], seed = (int)(p->a->seed & 0xffffff);
	for (int f = 0; f < p->a->forms; f++) {
		columns[f] = arena_array(p->arena, int, p->n_units);
		for (int u = 0; u < p->n_units; u++)
			columns[f][u] = unit_is_usable(p, &p->units[u], on)
				? mip_column(m, 0, 1, 0, true) : -1;
		rows_of_units(m, p, on, columns[f]);
	}
	overlap_rows(m, p, on, columns);
	equal_rows(m, p, on, columns, false);
	equal_rows(m, p, on, columns, true);
	struct mip_result r;
	mip_solve(m, &(struct mip_limits){.nodes = 50000, .seconds = pool_seconds_left(p),
		.gap = 0.02 * p->a->forms, .seed = seed, .is_feasibility = is_feasibility}, &r);
	p->nodes += r.nodes;
	p->is_cut_short |= r.is_cut_short;
	if (!r.x)
		return r.status == MIP_INFEASIBLE ? CANNOT : CANNOT_TELL;
	if (ret_choice)
		read_forms(p, columns, &r, ret_choice);
	return CAN;
}
