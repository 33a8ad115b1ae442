/* The mixed-integer solver behind assembly: a model is built column by column, row by row, and
 * solved to the minimum. The only place that knows the solver (COIN-OR CBC). Deterministic: one
 * thread, node limits; the clock only guards. */
#ifndef LUBAN_DOMAIN_EXAM_ASSEMBLE_SOLVER_H
#define LUBAN_DOMAIN_EXAM_ASSEMBLE_SOLVER_H

#include <stdbool.h>
#include <stdint.h>

struct mip;

#define MIP_INF 1e30

enum mip_status {
	MIP_SOLVED,     /* within the gap allowed */
	MIP_INFEASIBLE, /* proven */
	MIP_FEASIBLE,   /* a solution, stopped by a limit before its gap was closed */
	MIP_UNKNOWN,    /* none found before a limit */
};

struct mip_limits {
	int64_t nodes;       /* 0: 20,000 */
	double seconds;      /* the guard */
	double gap;          /* stop when objective - bound is no more */
	int seed;
	bool is_feasibility; /* the first solution will do */
	bool is_relaxed;     /* integers may be fractions: the LP relaxation */
};

struct mip_result {
	enum mip_status status;
	double objective, bound;
	int64_t nodes;
	bool is_cut_short; /* by the guard */
	/* by column; good until mip_free() or the next mip_solve(); NULL without */
	const double *x;
};

struct mip *mip_new(void);
void mip_free(struct mip *m);
void mip_cleanup(struct mip **m);
#define auto_mip __attribute__((cleanup(mip_cleanup))) struct mip *

/* Numbers of the new column or row, from 0. */
int mip_column(struct mip *m, double lo, double hi, double cost, bool is_integer);
int mip_row(struct mip *m, double lo, double hi);
/* Adds a coefficient; at most once per place. */
void mip_put(struct mip *m, int row, int column, double value);
void mip_bounds(struct mip *m, int column, double lo, double hi);
void mip_row_bounds(struct mip *m, int row, double lo, double hi);
void mip_cost(struct mip *m, int column, double cost);
int mip_columns(const struct mip *m);

void mip_solve(struct mip *m, const struct mip_limits *limits, struct mip_result *ret_result);

#endif
