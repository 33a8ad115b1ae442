/* The figures of a leaf figures.published (base/leaf.h): what the log says are its own counts of
 * certificates, at a tree of a size that it names, so that whoever has the leaves can count again.
 * A record of base/stow.h:
 *
 *   tree_size:7:2570123\n              after this many leaves
 *   issued:7:2500001\n                 certificates issued until then
 *   revoked:2:17\n                     of these, revoked by then
 *   issued_body_kind_school:6:…\n      the same by kind of body, city (four digits of the region),
 *   revoked_body_kind_school:1:…\n     grade, and year of the date of issue
 *   issued_region_3710:…
 *   issued_grade_3:…
 *   issued_year_2026:…
 *
 * Of each of the four the figures issued make up the whole, and those revoked; a figure that is 0
 * may be left out. Of each of the eight they come in the order of their values, none twice, and no
 * city lies within another. */
#ifndef LUBAN_BASE_FIGURES_H
#define LUBAN_BASE_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum figures_by {
	FIGURES_ALL,
	FIGURES_BODY_KIND,
	FIGURES_REGION,
	FIGURES_GRADE,
	FIGURES_YEAR,
	FIGURES_BY
};
enum { FIGURES_REGION_DIGITS = 4 };

struct figure {
	bool is_revoked; /* else issued */
	enum figures_by by;
	struct str value; /* none for FIGURES_ALL */
	int64_t n;
};

void figures_put_size(struct buf *out, uint64_t tree_size);
void figures_put(struct buf *out, const struct figure *f);

/* Takes the size, which comes first. */
bool figures_take_size(struct str *rest, uint64_t *ret_size);
/* Takes the next figure. false at the end, and for what is none: then rest->n is not 0. */
bool figures_take(struct str *rest, struct figure *ret_figure);

#endif
