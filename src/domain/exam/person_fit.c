/* l_z and l_z*. */
#include "domain/exam/person_fit.h"

#include <math.h>

#include "domain/exam/tail.h"

enum { LEAST = 5 };

struct one {
	double p, a, w;
};

static int gather(const struct irt_fit *fit, const uint8_t *x, double theta, struct one *to,
	double *ret_w)
{
	int n = 0;
	*ret_w = 0;
	for (int i = 0; i < fit->m; i++) {
		const struct irt_item *it = &fit->items[i];
		if (!irt_is_used(it) || x[i] == RESPONSE_ABSENT)
			continue;
		/* log(P/Q) of a logistic curve is its argument */
		to[n] = (struct one){irt_probability(it, theta), it->a, it->a * theta + it->d};
		*ret_w += (x[i] - to[n].p) * to[n].w;
		n++;
	}
	return n;
}

struct person_fit person_fit_of(const struct irt_fit *fit, const uint8_t *x)
{
	struct one one[RESPONSE_ITEMS];
	struct ability at = ability_of(fit, x, ABILITY_WLE);
	struct person_fit f = {at.theta, at.error, NAN, NAN, 1};
	double sum, top = 0, info = 0, skew = 0, plain = 0, corrected = 0;
	int n = gather(fit, x, at.theta, one, &sum);
	if (n < LEAST)
		return f;
	for (int i = 0; i < n; i++) {
		double pq = one[i].p * (1 - one[i].p);
		top += one[i].a * pq * one[i].w;
		info += one[i].a * one[i].a * pq;
		skew += one[i].a * one[i].a * one[i].a * pq * (1 - 2 * one[i].p);
		plain += pq * one[i].w * one[i].w;
	}
	double c = top / info;
	for (int i = 0; i < n; i++) {
		double w = one[i].w - c * one[i].a;
		corrected += w * w * one[i].p * (1 - one[i].p);
	}
	if (!(corrected > 1e-9))
		return f;
	f.lz = sum / sqrt(plain);
	f.lz_star = (sum + c * skew / (2 * info)) / sqrt(corrected);
	f.p = tail_normal(-f.lz_star);
	return f;
}
