/* Forms against wishes, counted from the items alone: what a report states is not what the solver
 * believes. */
#ifndef LUBAN_DOMAIN_EXAM_ASSEMBLE_CHECK_H
#define LUBAN_DOMAIN_EXAM_ASSEMBLE_CHECK_H

#include "domain/exam/assemble.h"

/* How far a wish is met by forms, counted from the items alone: the least and the greatest of the
 * forms (WISH_EQUAL: the greatest difference; filters: number of items against the wish). */
struct wish_check {
	double least, greatest;
	bool is_met;
};
void assemble_check(const struct assembly *a, const struct assembled_form *forms,
	const struct assemble_wish *w, struct wish_check *ret_check);

/* The measure of one item; whatever its kind and point. */
double assemble_measure(const struct assemble_item *it, enum measure measure, double theta);
/* Is the item among those a WISH_SUM speaks of? */
bool assemble_is_in(const struct assembly *a, const struct assemble_wish *w, int item);
/* Does a filter (must-not, exposure, rest) keep the item out? */
bool assemble_is_out(const struct assembly *a, const struct assemble_wish *w, int item);

#endif
