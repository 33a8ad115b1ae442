/* statistics: figures out of the platform's own records. Certificates are counted from the tally
 * that is kept in the same transaction as each of them; everything else is small enough to count
 * when asked. Statements are in sql/query/statistics.sql. */
#ifndef LUBAN_STATISTICS_FIGURES_H
#define LUBAN_STATISTICS_FIGURES_H

#include "core/ctx.h"

/* What is counted: a place within the actor's own, and months. */
struct figure_range {
	const char *region; /* the place's code; "" is all */
	struct scope scope;
	int64_t digits;     /* places below it: 4 cities, 6 counties */
	int64_t from_month, to_month; /* yyyymm, both within */
	int64_t from_on, to_on;       /* the same as days, both within */
};

/* region "" is all the actor may count; year 0 is all there are. The audit administrator has no
 * region and counts everything, without a right to rows. ERR_DENIED for a place outside. */
int figure_range_of(struct ctx *cx, const char *region, int64_t year,
	struct figure_range *ret_range) MUST_CHECK;
/* The whole platform, for totals that are public. */
struct figure_range figure_range_all(void);

enum { FIGURE_KINDS = 4 };

/* Everything that a comparison with published figures needs. */
struct figure_totals {
	int64_t certificates, high, revoked; /* graded; high: 高级工 and above */
	int64_t special_technicians, chief_technicians; /* 特级技师, 首席技师 */
	int64_t through[FIGURE_KINDS];       /* graded, by kind of body: person-times */
	int64_t holders[FIGURE_KINDS];       /* people whose first one of that kind it was */
	int64_t special_certificates;
	int64_t bodies[FIGURE_KINDS];        /* filed now */
	int64_t occupations[FIGURE_KINDS];   /* they may evaluate now */
	int64_t special_projects;
};

extern const char *const figure_kinds[FIGURE_KINDS]; /* "enterprise", … as in body.body_kind */
int figure_totals(struct ctx *cx, const struct figure_range *range,
	struct figure_totals *ret_totals) MUST_CHECK;

/* A figure that was published of 2021 to 2025, and the same from our records. The parts add up only
 * so: of 2,570,000 certificates 580,000 came through social bodies and 420,000 through schools,
 * which leaves 1,570,000 for enterprises; the 1,350,000 published of these are workers, some of
 * whom were certified twice. Of Weihai evaluations were published, which are person-times. */
struct figure_published {
	const char *label, *unit;
	int64_t province, city; /* as published; 0: was not published */
	const char *city_code;  /* the city it was published of */
};

extern const struct figure_published figures_published[]; /* ends with {0} */
/* Ours for figures_published[i]. */
int64_t figure_own(const struct figure_totals *t, size_t i);

/* Counts the counters of batches again from their rows. For `luban check`. */
int statistics_check(struct ctx *cx, void (*alarm)(void *arg, const char *text),
	void *arg) MUST_CHECK;

#endif
