/* Tails of the distributions that the statistics of exams need and libm has not. All are upper
 * tails: the chance of the value or more. */
#ifndef LUBAN_EXAM_TAIL_H
#define LUBAN_EXAM_TAIL_H

/* Standard normal, P(Z >= z). */
double tail_normal(double z);
/* Student's t with df degrees of freedom, P(T >= t), by the normal transform of Wallace (1959,
 * Annals of Mathematical Statistics 30, 1121-1130): never too small, a tenth too large at 0.005
 * with 3 degrees. */
double tail_student(double t, double df);
/* Chi-square with df degrees of freedom, P(X >= x); df <= 0 gives 1. By the series or the continued
 * fraction of the incomplete gamma function (Abramowitz & Stegun 6.5.29, 6.5.31). */
double tail_chi2(double x, double df);
/* Binomial, P(X >= k). */
double tail_binomial(int k, int n, double p);

/* The number of successes in m independent trials with chances p[i] (compound, or Poisson,
 * binomial distribution): ret_pmf has m+1 places. Recursion of Lord & Wingersky (1984). */
void poisson_binomial(const double *p, int m, double *ret_pmf);
/* P(X >= k) of it; scratch has m+1 places. Summed from the small end, so that 1e-200 is not
 * lost. */
double tail_poisson_binomial(int k, const double *p, int m, double *scratch);

#endif
