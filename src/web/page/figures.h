/* What the two halves of the figures share: ranges as addresses, counts as people read them. */
#ifndef LUBAN_WEB_PAGE_FIGURES_H
#define LUBAN_WEB_PAGE_FIGURES_H

#include "domain/statistics/figures.h"
#include "web/web.h"

struct figures {
	struct req *rq;
	struct figure_range range;
	int64_t year; /* 0: all */
	bool has_rows; /* the actor may open the rows */
};

/* row[key] = n, row[key_text] = "2,570,000". */
void set_count(struct ctx *cx, json_t *row, const char *key, int64_t n);
/* The list of certificates, batches… (path) of a place and days that a figure counts, plus more
 * ("grade=4", may be ""); "" when the actor may not open rows. */
const char *rows_url(const struct figures *f, const char *path, const char *place, int64_t from_on,
	int64_t to_on, const char *more);
/* The same for the whole range. */
const char *range_url(const struct figures *f, const char *path, const char *more);
/* The place of a line: of its own when the lines are those below it. */
bool is_own_level(const struct figures *f, const char *place);
const char *place_label(const struct figures *f, const char *place);
/* "87.5%"; "" of nothing. */
const char *rate_text(struct ctx *cx, int64_t part, int64_t whole);

/* figures_work.c: bodies, batches, pass rates. */
int put_work(struct figures *f) MUST_CHECK;

#endif
