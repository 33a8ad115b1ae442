/* Models kept as triplets, handed to CBC in columns. */
#include "domain/exam/assemble_solver.h"

#include <coin/Cbc_C_Interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct triplet {
	int row, column;
	double value;
};

struct column {
	double lo, hi, cost;
	bool is_integer;
};

struct row {
	double lo, hi;
};

struct mip {
	struct column *columns;
	struct row *rows;
	struct triplet *cells;
	size_t n_columns, n_rows, n_cells;
	size_t cap_columns, cap_rows, cap_cells;
	double *x;
};

struct mip *mip_new(void)
{
	struct mip *m = calloc(1, sizeof *m);
	if (!m)
		abort();
	return m;
}

void mip_free(struct mip *m)
{
	if (!m)
		return;
	free(m->columns);
	free(m->rows);
	free(m->cells);
	free(m->x);
	free(m);
}

void mip_cleanup(struct mip **m)
{
	mip_free(*m);
}

static void *grown(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 256;
	p = reallocarray(p, *cap, size);
	if (!p)
		abort();
	return p;
}

int mip_column(struct mip *m, double lo, double hi, double cost, bool is_integer)
{
	m->columns = grown(m->columns, m->n_columns, &m->cap_columns, sizeof *m->columns);
	m->columns[m->n_columns] = (struct column){lo, hi, cost, is_integer};
	return (int)m->n_columns++;
}

int mip_row(struct mip *m, double lo, double hi)
{
	m->rows = grown(m->rows, m->n_rows, &m->cap_rows, sizeof *m->rows);
	m->rows[m->n_rows] = (struct row){lo, hi};
	return (int)m->n_rows++;
}

void mip_put(struct mip *m, int row, int column, double value)
{
	if (value == 0)
		return;
	m->cells = grown(m->cells, m->n_cells, &m->cap_cells, sizeof *m->cells);
	m->cells[m->n_cells++] = (struct triplet){row, column, value};
}

void mip_bounds(struct mip *m, int column, double lo, double hi)
{
	m->columns[column].lo = lo;
	m->columns[column].hi = hi;
}

void mip_row_bounds(struct mip *m, int row, double lo, double hi)
{
	m->rows[row] = (struct row){lo, hi};
}

void mip_cost(struct mip *m, int column, double cost)
{
	m->columns[column].cost = cost;
}

int mip_columns(const struct mip *m)
{
	return (int)m->n_columns;
}

/* Counting sort of the triplets by column. */
static void load(const struct mip *m, Cbc_Model *cbc, bool is_relaxed)
{
	size_t nc = m->n_columns, nr = m->n_rows;
	int *start = calloc(nc + 1, sizeof *start), *at = calloc(nc + 1, sizeof *at);
	int *index = calloc(m->n_cells + 1, sizeof *index);
	double *value = calloc(m->n_cells + 1, sizeof *value);
	double *bounds = calloc(3 * nc + 2 * nr + 1, sizeof *bounds);
	if (!start || !at || !index || !value || !bounds)
		abort();
	for (size_t i = 0; i < m->n_cells; i++)
		start[m->cells[i].column + 1]++;
	for (size_t j = 0; j < nc; j++)
		start[j + 1] += start[j];
	memcpy(at, start, (nc + 1) * sizeof *at);
	for (size_t i = 0; i < m->n_cells; i++) {
		int k = at[m->cells[i].column]++;
		index[k] = m->cells[i].row;
		value[k] = m->cells[i].value;
	}
	double *lo = bounds, *hi = lo + nc, *cost = hi + nc, *row_lo = cost + nc,
		*row_hi = row_lo + nr;
	for (size_t j = 0; j < nc; j++) {
		lo[j] = m->columns[j].lo;
		hi[j] = m->columns[j].hi;
		cost[j] = m->columns[j].cost;
	}
	for (size_t i = 0; i < nr; i++) {
		row_lo[i] = m->rows[i].lo;
		row_hi[i] = m->rows[i].hi;
	}
	Cbc_loadProblem(cbc, (int)nc, (int)nr, start, index, value, lo, hi, cost, row_lo, row_hi);
	for (size_t j = 0; j < nc && !is_relaxed; j++)
		if (m->columns[j].is_integer)
			Cbc_setInteger(cbc, (int)j);
	free(start);
	free(at);
	free(index);
	free(value);
	free(bounds);
}

static void set_number(Cbc_Model *cbc, const char *name, double value)
{
	char text[40];
	snprintf(text, sizeof text, "%.9g", value);
	Cbc_setParameter(cbc, name, text);
}

static void set_limits(Cbc_Model *cbc, const struct mip_limits *l)
{
	Cbc_setLogLevel(cbc, 0);
	Cbc_setParameter(cbc, "timeMode", "elapsed");
	set_number(cbc, "seconds", l->seconds > 0 ? l->seconds : 60);
	set_number(cbc, "maxNodes", (double)(l->nodes ? l->nodes : 20000));
	set_number(cbc, "randomCbcSeed", l->seed % 100000000 + 1);
	set_number(cbc, "randomSeed", l->seed % 100000000 + 1);
	if (l->gap > 0)
		set_number(cbc, "allowableGap", l->gap);
	if (l->is_feasibility)
		set_number(cbc, "maxSolutions", 1);
}

static void read_result(struct mip *m, Cbc_Model *cbc, const struct mip_limits *l,
	struct mip_result *out)
{
	const double *best = l->is_relaxed ? NULL : Cbc_bestSolution(cbc);
	int status = Cbc_status(cbc), second = Cbc_secondaryStatus(cbc);
	bool is_infeasible = Cbc_isProvenInfeasible(cbc) || second == 1;
	if (!best && Cbc_isProvenOptimal(cbc) && !is_infeasible)
		best = Cbc_getColSolution(cbc);
	*out = (struct mip_result){
		.nodes = Cbc_getNodeCount(cbc),
		.is_cut_short = second == 4,
		.status = is_infeasible ? MIP_INFEASIBLE : MIP_UNKNOWN,
	};
	if (!best || is_infeasible)
		return;
	m->x = reallocarray(m->x, m->n_columns + 1, sizeof *m->x);
	if (!m->x)
		abort();
	memcpy(m->x, best, m->n_columns * sizeof *m->x);
	out->x = m->x;
	out->objective = 0;
	for (size_t j = 0; j < m->n_columns; j++)
		out->objective += m->columns[j].cost * m->x[j];
	double bound = l->is_relaxed ? out->objective : Cbc_getBestPossibleObjValue(cbc);
	out->bound = bound < out->objective ? bound : out->objective;
	out->status = status == 0 ? MIP_SOLVED : MIP_FEASIBLE;
}

void mip_solve(struct mip *m, const struct mip_limits *limits, struct mip_result *ret_result)
{
	Cbc_Model *cbc = Cbc_newModel();
	load(m, cbc, limits->is_relaxed);
	set_limits(cbc, limits);
	Cbc_solve(cbc);
	read_result(m, cbc, limits, ret_result);
	Cbc_deleteModel(cbc);
}
