/* simulation: a province with five years of certificates (plan.h says which), for measuring and for
 * showing that each published figure comes out of rows. Bodies are filed, people saved and
 * certificates issued by the functions that do it in earnest, under a clock that goes through those
 * years; enrolments and results are written as they are when a batch was confirmed.
 *
 * Some whole days of issue are one transaction, which also says how far it got: a run that was
 * stopped or killed goes on after the last one. The same seed and scale give the same province, but
 * for what is sealed. Names and numbers are made up; the salts of the public log's commitments come
 * from the seed, so that such a database is never one to be trusted. */
#ifndef LUBAN_SIMULATION_SIMULATION_H
#define LUBAN_SIMULATION_SIMULATION_H

#include "core/ctx.h"
#include "domain/statistics/figures.h"

struct simulation_progress {
	int64_t done, total; /* certificates */
	int64_t day;         /* the simulated one */
};

struct simulation_in {
	const char *seed;
	int64_t scale_ppm; /* of the published figures: 1,000,000 is all of them; from 1,000 on */
	/* after each transaction; what is not 0 stops the run, and is its result */
	int (*progress)(void *arg, const struct simulation_progress *p);
	void *arg;
};

/* On a database with reference data and no body, or on one that it began: ERR_STATE with words
 * otherwise. cx acts as the program itself; its clock and randomness are replaced for the time. */
int simulation_run(struct ctx *cx, const struct simulation_in *in) MUST_CHECK;

/* The figures of the province and of Weihai against what was published, scaled. */
struct simulation_line {
	const char *label, *unit, *place; /* place: "全省" or "威海市" */
	int64_t own, expected, published;
};
int simulation_compare(struct ctx *cx, struct simulation_line **ret_lines,
	size_t *ret_n) MUST_CHECK;

#endif
