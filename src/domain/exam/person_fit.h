/* Does a candidate's pattern of right and wrong answers fit the ability it shows? Low values: hard
 * items solved and easy ones missed, as when some answers are not one's own (but also: fell asleep,
 * learned one chapter).
 *
 *   l_z   standardised log-likelihood (Drasgow, Levine & Williams 1985, BJMSP 38, 67-86); with an
 *         estimated ability its variance is less than 1
 *   l_z*  corrected for the estimate (Snijders 2001, Psychometrika 66, 331-342):
 *           W = sum (X - P) w,  w = log(P/Q),  c = sum P' w / sum P' r,  r = P' / (P Q) = a,
 *           l_z* = (W + c r_0) / sqrt(sum (w - c r)^2 P Q),
 *         for the weighted likelihood estimate (r_0 = J / (2 I)); about standard normal
 *   p     lower tail of l_z*. The normal law is rough for short tests and very able candidates
 *         (skewed to the left: p is too small there), which is why it supports and never leads. */
#ifndef LUBAN_EXAM_PERSON_FIT_H
#define LUBAN_EXAM_PERSON_FIT_H

#include "domain/exam/ability.h"

struct person_fit {
	double theta, error; /* weighted likelihood estimate */
	double lz, lz_star, p;
};

/* x: a row of response_right(). NAN and p = 1 where nothing can be said (fewer than 5 items). */
struct person_fit person_fit_of(const struct irt_fit *fit, const uint8_t *x);

#endif
