/* The frame: relaxations over classes. They prove that something cannot be met, and say where the
 * middle of the possible lies. */
#include "domain/exam/assemble_rows.h"

#include <math.h>
#include <string.h>

/* All forms together share what there is: any two may have `overlap` items in common. An item in j
 * forms counts j - 1 times as reuse and is common to j (j - 1) / 2 >= j - 1 pairs. */
static void capacity_rows(struct mip *m, const struct pool *p, wish_set on, const int *columns)
{
	int k = p->a->forms;
	if (p->overlap < 0 || !on[p->overlap] || k < 2)
		return;
	int common = mip_row(m, -MIP_INF, p->a->wishes[p->overlap].hi * k * (k - 1) / 2);
	for (int c = 0; c < p->n_classes; c++) {
		const struct unit_class *class = &p->classes[c];
		const struct unit *u = &p->units[class->units[0]];
		if (columns[c] < 0 || unit_must(p, u, on))
			continue;
		int reuse = mip_column(m, 0, (double)class->n * (k - 1), 0, false);
		int row = mip_row(m, -MIP_INF, class->n);
		mip_put(m, row, columns[c], 1);
		mip_put(m, row, reuse, -1);
		mip_put(m, common, reuse, u->n_items);
	}
}

static struct mip *joint(const struct pool *p, wish_set on, int *ret_columns)
{
	struct mip *m = mip_new();
	columns_of_classes(m, p, on, p->a->forms, false, ret_columns);
	rows_of_classes(m, p, on, ret_columns, p->a->forms);
	capacity_rows(m, p, on, ret_columns);
	return m;
}

static void solve(struct pool *p, struct mip *m, const struct mip_limits *limits,
	struct mip_result *ret)
{
	struct mip_limits l = *limits;
	l.seconds = pool_seconds_left(p);
	mip_solve(m, &l, ret);
	p->nodes += ret->nodes;
	p->is_cut_short |= ret->is_cut_short;
}

enum verdict frame_check(struct pool *p, wish_set on)
{
	int *columns = arena_array(p->arena, int, p->n_classes);
	struct mip_result r;
	auto_mip together = joint(p, on, columns);
	solve(p, together, &(struct mip_limits){.is_relaxed = true}, &r);
	if (r.status == MIP_INFEASIBLE)
		return CANNOT;
	auto_mip one = mip_new();
	columns_of_classes(one, p, on, 1, true, columns);
	rows_of_classes(one, p, on, columns, 1);
	solve(p, one, &(struct mip_limits){.nodes = 2000, .is_feasibility = true}, &r);
	return r.status == MIP_INFEASIBLE ? CANNOT : r.x ? CAN : CANNOT_TELL;
}

/* The least (sign 1) or greatest (-1) sum of class means, of one form on average; NAN when
 * unknown. */
static double reach(struct pool *p, wish_set on, bool is_spread, double sign)
{
	int *columns = arena_array(p->arena, int, p->n_classes), k = p->a->forms;
	auto_mip m = joint(p, on, columns);
	for (int c = 0; c < p->n_classes; c++)
		if (columns[c] >= 0)
			mip_cost(m, columns[c], sign * (is_spread ? p->classes[c].mean_spread
				: p->classes[c].mean_expected));
	if (is_spread && p->has_expected) {
		int row = mip_row(m, p->target_expected * k, p->target_expected * k);
		for (int c = 0; c < p->n_classes; c++)
			if (columns[c] >= 0)
				mip_put(m, row, columns[c], p->classes[c].mean_expected);
		mip_put(m, row, mip_column(m, 0, MIP_INF, 1000, false), 1);
		mip_put(m, row, mip_column(m, 0, MIP_INF, 1000, false), -1);
	}
	struct mip_result r;
	solve(p, m, &(struct mip_limits){.is_relaxed = true}, &r);
	if (!r.x || !isfinite(r.objective))
		return NAN;
	double sum = 0;
	for (int c = 0; c < p->n_classes; c++)
		if (columns[c] >= 0)
			sum += r.x[columns[c]] * (is_spread ? p->classes[c].mean_spread
				: p->classes[c].mean_expected);
	return sum / k;
}

/* The wish for the sum over all items, or NULL. */
static const struct assemble_wish *wish_of_all(const struct pool *p, enum measure measure)
{
	for (int i = 0; i < p->a->n_wishes; i++) {
		const struct assemble_wish *w = &p->a->wishes[i];
		if (w->type == WISH_SUM && w->measure == measure && !w->kind && w->point < 0
			&& w->facility_lo == 0 && w->facility_hi == 0)
			return w;
	}
	return NULL;
}

static bool find_target(struct pool *p, wish_set on, bool is_spread, double *ret_target)
{
	const struct assemble_wish *w = wish_of_all(p, is_spread ? BY_SPREAD : BY_EXPECTED);
	int equal = is_spread ? p->equal_spread : p->equal_expected;
	if (!w && (equal < 0 || p->a->forms < 2))
		return false;
	if (w && isfinite(w->lo) && isfinite(w->hi)) {
		*ret_target = (w->lo + w->hi) / 2;
		return true;
	}
	double least = reach(p, on, is_spread, 1), most = reach(p, on, is_spread, -1);
	double middle = (least + most) / 2;
	if (w)
		middle = fmin(fmax(middle, w->lo), w->hi);
	*ret_target = middle;
	return isfinite(middle);
}

void frame_targets(struct pool *p, wish_set on)
{
	p->has_expected = find_target(p, on, false, &p->target_expected);
	p->has_spread = find_target(p, on, true, &p->target_spread);
}

bool frame_missing(struct pool *p, wish_set hard, wish_set soft, double *ret_missing)
{
	int *columns = arena_array(p->arena, int, p->n_classes), n = p->a->n_wishes;
	int *under = arena_array(p->arena, int, n), *over = arena_array(p->arena, int, n);
	auto_mip m = joint(p, hard, columns);
	double least_room = p->a->forms;
	for (int w = 0; w < n; w++) {
		const struct assemble_wish *wish = &p->a->wishes[w];
		under[w] = over[w] = -1;
		if (!soft[w] || !wish_is_counting(wish))
			continue;
		int floor_row = mip_row(m, isfinite(wish->lo) ? wish->lo * least_room : -MIP_INF,
			MIP_INF);
		int roof_row = mip_row(m, -MIP_INF,
			isfinite(wish->hi) ? wish->hi * least_room : MIP_INF);
		for (int c = 0; c < p->n_classes; c++) {
			const struct unit *u = &p->units[p->classes[c].units[0]];
			for (int i = 0; columns[c] >= 0 && i < u->n_entries; i++)
				if (u->entries[i].wish == w) {
					mip_put(m, floor_row, columns[c], u->entries[i].value);
					mip_put(m, roof_row, columns[c], u->entries[i].value);
				}
		}
		mip_put(m, floor_row, under[w] = mip_column(m, 0, MIP_INF, 1, false), 1);
		mip_put(m, roof_row, over[w] = mip_column(m, 0, MIP_INF, 1.001, false), -1);
	}
	struct mip_result r;
	solve(p, m, &(struct mip_limits){.is_relaxed = true}, &r);
	for (int w = 0; w < n && r.x; w++)
		ret_missing[w] = under[w] < 0 ? 0 : r.x[under[w]] + r.x[over[w]];
	return r.x != NULL;
}
