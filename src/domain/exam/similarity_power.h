/* What this test can find: how many copied answers it takes until a lone pair would be a finding
 * with a chance of 80 %.
 *
 * By simulation from the fitted option chances: copier and source are drawn from the abilities of
 * the real candidates (the source the better of the two, as it goes), both answer on their own, the
 * copier takes over c items drawn at random (agreement that would have been there anyway included),
 * both abilities are estimated anew from what is then on paper, and the primary index is compared
 * with the p-value that a lone finding of the family needs. Seeded; 200 pairs for each c. What
 * cannot be found here is not thereby excluded. */
#ifndef LUBAN_EXAM_SIMILARITY_POWER_H
#define LUBAN_EXAM_SIMILARITY_POWER_H

#include "domain/exam/similarity.h"

enum { POWER_STEPS = 20, POWER_TRIES = 200 };

struct similarity_power {
	int items;                /* of the first form, with a key */
	int copied[POWER_STEPS];  /* 1/20, 2/20 … of them */
	double power[FAMILIES][POWER_STEPS];
	/* smallest number with 80 %, interpolated and rounded up; -1: none */
	int least_80[FAMILIES];
};

/* Over the first form; result as similarity_scan() gave it. */
void similarity_power(const struct response_matrix *r, const struct nominal_fit *fit,
	const struct similarity_result *result, uint64_t seed, struct similarity_power *ret_power);

#endif
