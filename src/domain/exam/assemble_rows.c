/* Wishes as rows, over units or over classes of them. */
#include "domain/exam/assemble_rows.h"

#include <math.h>
#include <string.h>

/* Bounds of sums of floating numbers keep a little room. */
enum { NO_ROW = -1 };
#define ROOM 1e-7

static double low(double lo)
{
	return isfinite(lo) ? lo : -MIP_INF;
}

static double high(double hi)
{
	return isfinite(hi) ? hi : MIP_INF;
}

static bool is_other(const struct assemble_wish *w)
{
	return w->type == WISH_SUM && !wish_is_counting(w);
}

static void enemy_rows(struct mip *m, const struct pool *p, wish_set on, const int *columns)
{
	if (p->enemies < 0 || !on[p->enemies])
		return;
	for (int i = 0; i < p->a->n_enemies; i++) {
		int u = p->unit_of[p->a->enemies[i].one], v = p->unit_of[p->a->enemies[i].other];
		/* enemies within one material cannot be told apart: the whole material is out */
		if (columns[u] < 0 || columns[v] < 0)
			continue;
		int row = mip_row(m, -MIP_INF, u == v ? 0 : 1);
		mip_put(m, row, columns[u], 1);
		if (u != v)
			mip_put(m, row, columns[v], 1);
	}
}

static void must_row(struct mip *m, const struct pool *p, wish_set on, int unit, int column)
{
	const struct unit *u = &p->units[unit];
	if (!unit_must(p, u, on))
		return;
	int row = mip_row(m, 1, MIP_INF);
	if (column >= 0)
		mip_put(m, row, column, 1);
}

void rows_of_units(struct mip *m, const struct pool *p, wish_set on, const int *columns)
{
	int row[ASSEMBLE_WISHES_MAX];
	for (int w = 0; w < p->a->n_wishes; w++) {
		const struct assemble_wish *wish = &p->a->wishes[w];
		double room = is_other(wish) ? ROOM : 0;
		row[w] = on[w] && wish->type == WISH_SUM
			? mip_row(m, low(wish->lo + room), high(wish->hi - room)) : NO_ROW;
	}
	for (int k = 0; k < p->n_units; k++) {
		const struct unit *u = &p->units[k];
		must_row(m, p, on, k, columns[k]);
		if (columns[k] < 0)
			continue;
		for (int i = 0; i < u->n_entries; i++)
			if (row[u->entries[i].wish] != NO_ROW)
				mip_put(m, row[u->entries[i].wish], columns[k],
					u->entries[i].value);
	}
	enemy_rows(m, p, on, columns);
}

/* Least and greatest meaning of a class's units to every wish. */
static void class_extremes(const struct pool *p, const struct unit_class *c, double *least,
	double *most)
{
	int n = p->a->n_wishes, seen[ASSEMBLE_WISHES_MAX] = {0};
	memset(least, 0, (size_t)n * sizeof *least);
	memset(most, 0, (size_t)n * sizeof *most);
	for (int k = 0; k < c->n; k++) {
		const struct unit *u = &p->units[c->units[k]];
		for (int i = 0; i < u->n_entries; i++) {
			int w = u->entries[i].wish;
			double value = u->entries[i].value;
			least[w] = seen[w] ? fmin(least[w], value) : value;
			most[w] = seen[w] ? fmax(most[w], value) : value;
			seen[w]++;
		}
	}
	for (int w = 0; w < n; w++) {
		if (seen[w] < c->n) {
			least[w] = fmin(least[w], 0);
			most[w] = fmax(most[w], 0);
		}
	}
}

void rows_of_classes(struct mip *m, const struct pool *p, wish_set on, const int *columns,
	int forms)
{
	int floor_row[ASSEMBLE_WISHES_MAX], roof_row[ASSEMBLE_WISHES_MAX];
	for (int w = 0; w < p->a->n_wishes; w++) {
		const struct assemble_wish *wish = &p->a->wishes[w];
		floor_row[w] = roof_row[w] = NO_ROW;
		if (!on[w] || wish->type != WISH_SUM)
			continue;
		if (isfinite(wish->lo))
			floor_row[w] = mip_row(m, wish->lo * forms, MIP_INF);
		if (isfinite(wish->hi))
			roof_row[w] = mip_row(m, -MIP_INF, wish->hi * forms);
	}
	double least[ASSEMBLE_WISHES_MAX], most[ASSEMBLE_WISHES_MAX];
	for (int c = 0; c < p->n_classes; c++) {
		if (columns[c] < 0)
			continue;
		class_extremes(p, &p->classes[c], least, most);
		for (int w = 0; w < p->a->n_wishes; w++) {
			if (floor_row[w] != NO_ROW)
				mip_put(m, floor_row[w], columns[c], most[w]);
			if (roof_row[w] != NO_ROW)
				mip_put(m, roof_row[w], columns[c], least[w]);
		}
	}
	for (int k = 0; k < p->n_units; k++)
		if (p->units[k].is_must && unit_must(p, &p->units[k], on)) {
			int row = mip_row(m, forms, MIP_INF);
			if (columns[p->units[k].class] >= 0)
				mip_put(m, row, columns[p->units[k].class], 1);
		}
	if (p->enemies < 0 || !on[p->enemies])
		return;
	for (int i = 0; i < p->a->n_enemies; i++) {
		int u = p->unit_of[p->a->enemies[i].one], v = p->unit_of[p->a->enemies[i].other];
		int x = columns[p->units[u].class], y = columns[p->units[v].class];
		if (x < 0 || y < 0 || !p->units[u].is_alone || !p->units[v].is_alone)
			continue;
		int row = mip_row(m, -MIP_INF, u == v ? 0 : forms);
		mip_put(m, row, x, 1);
		if (u != v)
			mip_put(m, row, y, 1);
	}
}

int row_of_target(struct mip *m, double target, double most)
{
	int row = mip_row(m, target, target);
	double bound = most < 0 ? MIP_INF : most;
	mip_put(m, row, mip_column(m, 0, bound, 1, false), 1);
	mip_put(m, row, mip_column(m, 0, bound, 1, false), -1);
	return row;
}

void columns_of_classes(struct mip *m, const struct pool *p, wish_set on, int forms,
	bool is_integer, int *ret_columns)
{
	for (int c = 0; c < p->n_classes; c++) {
		const struct unit_class *class = &p->classes[c];
		bool is_usable = unit_is_usable(p, &p->units[class->units[0]], on);
		ret_columns[c] = is_usable
			? mip_column(m, 0, (double)class->n * forms, 0, is_integer) : -1;
	}
}

double slack_expected(const struct pool *p, wish_set on)
{
	return p->equal_expected >= 0 && on[p->equal_expected]
		? fmax(0, p->expected_tolerance / 2 - ROOM) : -1;
}

double slack_spread(const struct pool *p, wish_set on)
{
	return p->equal_spread >= 0 && on[p->equal_spread]
		? fmax(0, p->spread_tolerance / 2 * p->target_spread - ROOM) : -1;
}
