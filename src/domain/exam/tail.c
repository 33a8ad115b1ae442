/* Tail probabilities. */
#include "domain/exam/tail.h"

#include <math.h>

double tail_normal(double z)
{
	return 0.5 * erfc(z * M_SQRT1_2);
}

double tail_student(double t, double df)
{
	double z = (8 * df + 1) / (8 * df + 3) * sqrt(df * log1p(t * t / df));
	return tail_normal(t < 0 ? -z : z);
}

static double log_gamma(double x)
{
	int sign;
	return lgamma_r(x, &sign);
}

/* P(a, x) by its series; good for x < a + 1. */
static double gamma_lower(double a, double x)
{
	double term = 1 / a, sum = term;
	for (int n = 1; n < 2000 && fabs(term) > fabs(sum) * 1e-16; n++)
		sum += term *= x / (a + n);
	return sum * exp(-x + a * log(x) - log_gamma(a));
}

/* Q(a, x) by its continued fraction (Lentz); good for x >= a + 1. */
static double gamma_upper(double a, double x)
{
	double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
	for (int n = 1; n < 2000; n++) {
		double an = -n * (n - a);
		b += 2;
		d = 1 / (an * d + b);
		c = b + an / c;
		h *= d * c;
		if (fabs(d * c - 1) < 1e-15)
			break;
	}
	return h * exp(-x + a * log(x) - log_gamma(a));
}

double tail_chi2(double x, double df)
{
	double a = df / 2, y = x / 2;
	if (df <= 0 || x <= 0)
		return 1;
	return y < a + 1 ? 1 - gamma_lower(a, y) : gamma_upper(a, y);
}

static double binomial_term(int k, int n, double p)
{
	return exp(log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0)
		+ k * log(p) + (n - k) * log1p(-p));
}

double tail_binomial(int k, int n, double p)
{
	double sum = 0;
	if (k <= 0)
		return 1;
	if (k > n || p <= 0)
		return 0;
	if (p >= 1)
		return 1;
	for (int x = n; x >= k; x--)
		sum += binomial_term(x, n, p);
	return sum < 1 ? sum : 1;
}

void poisson_binomial(const double *p, int m, double *ret_pmf)
{
	ret_pmf[0] = 1;
	for (int i = 0; i < m; i++) {
		ret_pmf[i + 1] = ret_pmf[i] * p[i];
		for (int x = i; x > 0; x--)
			ret_pmf[x] = ret_pmf[x] * (1 - p[i]) + ret_pmf[x - 1] * p[i];
		ret_pmf[0] *= 1 - p[i];
	}
}

double tail_poisson_binomial(int k, const double *p, int m, double *scratch)
{
	double sum = 0;
	if (k <= 0)
		return 1;
	poisson_binomial(p, m, scratch);
	for (int x = m; x >= k; x--)
		sum += scratch[x];
	return sum < 1 ? sum : 1;
}
