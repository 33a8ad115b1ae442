/* Ability of a candidate: posterior mean by quadrature; the others by Newton steps within
 * bounds. */
#include "domain/exam/ability.h"

#include <math.h>

#include "domain/exam/irt_impl.h"

static const double bound = 6;

/* Derivatives of the log-likelihood at theta. */
struct at {
	double score; /* sum a (x - P) */
	double info;  /* sum a^2 P Q */
	double skew;  /* J = sum P' P'' / (P Q) = sum a^3 P Q (1 - 2P) */
};

static struct at look(const struct irt_fit *fit, const uint8_t *x, double theta)
{
	struct at at = {0};
	for (int i = 0; i < fit->m; i++) {
		const struct irt_item *it = &fit->items[i];
		if (!irt_is_used(it) || x[i] == RESPONSE_ABSENT)
			continue;
		double p = irt_probability(it, theta), w = it->a * it->a * p * (1 - p);
		at.score += it->a * (x[i] - p);
		at.info += w;
		at.skew += it->a * w * (1 - 2 * p);
	}
	return at;
}

static double equation(const struct at *at, double theta, enum ability_method method)
{
	if (method == ABILITY_MAP)
		return at->score - theta;
	if (method == ABILITY_WLE)
		return at->score + at->skew / (2 * at->info);
	return at->score;
}

/* The equations fall from + to - : bisection, 2^-40 of the range. */
static struct ability solve(const struct irt_fit *fit, const uint8_t *x, enum ability_method method)
{
	double low = -bound, high = bound;
	struct at at = look(fit, x, 0);
	if (!(at.info > 0))
		return (struct ability){0, INFINITY};
	for (int k = 0; k < 45; k++) {
		double mid = (low + high) / 2;
		at = look(fit, x, mid);
		if (equation(&at, mid, method) > 0)
			low = mid;
		else
			high = mid;
	}
	at = look(fit, x, (low + high) / 2);
	return (struct ability){(low + high) / 2,
		1 / sqrt(at.info + (method == ABILITY_MAP ? 1 : 0))};
}

static struct ability mean(const struct irt_fit *fit, const uint8_t *x)
{
	struct irt_grid g;
	double log_p[IRT_NODES], top = -INFINITY, sum = 0, first = 0, second = 0;
	irt_grid_init(&g);
	for (int q = 0; q < IRT_NODES; q++) {
		log_p[q] = g.log_weight[q];
		for (int i = 0; i < fit->m; i++) {
			if (!irt_is_used(&fit->items[i]) || x[i] == RESPONSE_ABSENT)
				continue;
			double p = irt_probability(&fit->items[i], g.theta[q]);
			log_p[q] += log(fmax(x[i] ? p : 1 - p, 1e-300));
		}
		top = fmax(top, log_p[q]);
	}
	for (int q = 0; q < IRT_NODES; q++) {
		double w = exp(log_p[q] - top);
		sum += w;
		first += w * g.theta[q];
		second += w * g.theta[q] * g.theta[q];
	}
	first /= sum;
	return (struct ability){first, sqrt(fmax(0, second / sum - first * first))};
}

struct ability ability_of(const struct irt_fit *fit, const uint8_t *x, enum ability_method method)
{
	return method == ABILITY_EAP ? mean(fit, x) : solve(fit, x, method);
}
