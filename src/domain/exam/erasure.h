/* Changed answers: too many that became right?
 *
 * Erasure detection index (Wollack, Cohen & Eckerly 2015, EPM 75, 931-953): ability is estimated
 * from the items whose answer was not changed; the right answers among the changed ones are
 * compared with what that ability expects there. EDI is the difference in standard deviations; p is
 * the exact upper tail of the same sum (compound binomial), since changes are few. Items one
 * hesitates over are harder than they look, so p is rather too large than too small. */
#ifndef LUBAN_EXAM_ERASURE_H
#define LUBAN_EXAM_ERASURE_H

#include "domain/exam/irt.h"

struct erasure {
	int wrong_right, right_wrong, wrong_wrong;
	int looked_at, right; /* changed answers on items in the model; right in the end */
	double expected, edi, p; /* EDI NAN and p 1 without changes */
};

/* x: a row of response_right(); change: the candidate's row, NULL when not recorded. */
struct erasure erasure_of(const struct irt_fit *fit, const uint8_t *x, const uint8_t *change);

#endif
