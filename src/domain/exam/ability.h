/* A candidate's ability under a fitted Rasch or 2PL model.
 *   ABILITY_EAP  mean of the posterior with the N(0,1) prior (Bock & Mislevy 1982); error: its sd
 *   ABILITY_MAP  its mode; error: 1/sqrt(information + 1)
 *   ABILITY_WLE  weighted likelihood, nearly without bias (Warm 1989, Psychometrika 54, 427-450):
 * the
 *                root of the score function + J/(2I); finite for all right and all wrong; error:
 *                1/sqrt(information)
 *   ABILITY_ML   maximum likelihood, kept within -6 to 6 */
#ifndef LUBAN_EXAM_ABILITY_H
#define LUBAN_EXAM_ABILITY_H

#include "domain/exam/irt.h"

enum ability_method { ABILITY_EAP, ABILITY_MAP, ABILITY_WLE, ABILITY_ML };

struct ability {
	double theta, error;
};

/* x: m cells, 1 right, 0 not, RESPONSE_ABSENT (a row of response_right()). A row without a used
 * item has theta 0 and error INFINITY (EAP: 1). */
struct ability ability_of(const struct irt_fit *fit, const uint8_t *x, enum ability_method method);

#endif
