/* The erasure detection index. */
#include "domain/exam/erasure.h"

#include <math.h>
#include <string.h>

#include "domain/exam/ability.h"
#include "domain/exam/tail.h"

struct erasure erasure_of(const struct irt_fit *fit, const uint8_t *x, const uint8_t *change)
{
	struct erasure e = {.edi = NAN, .p = 1};
	uint8_t kept[RESPONSE_ITEMS];
	double chance[RESPONSE_ITEMS], work[RESPONSE_ITEMS + 1], var = 0;
	if (!change)
		return e;
	memcpy(kept, x, (size_t)fit->m);
	for (int i = 0; i < fit->m; i++) {
		e.wrong_right += change[i] == CHANGE_WRONG_RIGHT;
		e.right_wrong += change[i] == CHANGE_RIGHT_WRONG;
		e.wrong_wrong += change[i] == CHANGE_WRONG_WRONG;
		if (change[i] != CHANGE_NONE)
			kept[i] = RESPONSE_ABSENT;
	}
	double theta = ability_of(fit, kept, ABILITY_WLE).theta;
	for (int i = 0; i < fit->m; i++) {
		if (change[i] == CHANGE_NONE || x[i] == RESPONSE_ABSENT
			|| !irt_is_used(&fit->items[i]))
			continue;
		double p = irt_probability(&fit->items[i], theta);
		chance[e.looked_at++] = p;
		e.right += x[i];
		e.expected += p;
		var += p * (1 - p);
	}
	if (!e.looked_at)
		return e;
	e.edi = (e.right - e.expected) / sqrt(fmax(var, 1e-9));
	e.p = tail_poisson_binomial(e.right, chance, e.looked_at, work);
	return e;
}
