/* The lognormal response time model. */
#include "domain/exam/response_time.h"

#include <math.h>

#include "domain/exam/tail.h"

enum { ROUNDS = 200, LEAST = 20, LONGEST = 3600 * 100 };

static double log_time(const struct response_matrix *r, int person, int item)
{
	int32_t t = r->time_centi[(int64_t)person * r->m + item];
	return t <= 0 ? NAN : log((t > LONGEST ? LONGEST : t) / 100.0);
}

static double fit_items(struct response_time_fit *f, const double *log_t)
{
	double most = 0;
	for (int i = 0; i < f->m; i++) {
		double sum = 0, squares = 0, n = 0;
		for (int p = 0; p < f->n; p++) {
			double y = log_t[(int64_t)p * f->m + i] + f->tau[p];
			if (isnan(y))
				continue;
			sum += y;
			squares += y * y;
			n++;
		}
		double var = n > 1 ? (squares - sum * sum / n) / n : 0;
		if (n < LEAST || !(var > 1e-9)) {
			f->alpha[i] = 0;
			continue;
		}
		most = fmax(most, fabs(f->beta[i] - sum / n));
		f->beta[i] = sum / n;
		f->alpha[i] = 1 / sqrt(var);
	}
	return most;
}

static double fit_persons(struct response_time_fit *f, const double *log_t)
{
	double most = 0, mean = 0;
	for (int p = 0; p < f->n; p++) {
		double sum = 0, weight = 0;
		for (int i = 0; i < f->m; i++) {
			double y = log_t[(int64_t)p * f->m + i], w = f->alpha[i] * f->alpha[i];
			if (isnan(y) || w <= 0)
				continue;
			sum += w * (f->beta[i] - y);
			weight += w;
		}
		double tau = weight > 0 ? sum / weight : 0;
		most = fmax(most, fabs(tau - f->tau[p]));
		f->tau[p] = tau;
		mean += tau / f->n;
	}
	for (int p = 0; p < f->n; p++)
		f->tau[p] -= mean;
	return most;
}

double response_time_residual(const struct response_time_fit *fit,
	const struct response_matrix *r, int person, int item)
{
	if (fit->alpha[item] <= 0)
		return NAN;
	return fit->alpha[item] * (log_time(r, person, item) - fit->beta[item] + fit->tau[person]);
}

static double share_of_fast(const struct response_time_fit *f, const struct response_matrix *r)
{
	int64_t n = 0, fast = 0;
	for (int p = 0; p < f->n; p++) {
		for (int i = 0; i < f->m; i++) {
			double z = response_time_residual(f, r, p, i);
			n += !isnan(z);
			fast += z < -2;
		}
	}
	/* never quite nothing, so that a first fast answer is not impossible */
	return n ? ((double)fast + 1) / ((double)n + 1) : 0;
}

int response_time_fit(const struct response_matrix *r, struct arena *arena,
	struct response_time_fit *ret_fit)
{
	auto_arena scratch = arena_new((size_t)1 << 30);
	struct response_time_fit f = {.n = r->n, .m = r->m,
		.beta = arena_array(arena, double, r->m), .alpha = arena_array(arena, double, r->m),
		.tau = arena_array(arena, double, r->n + 1)};
	double most = 1;
	int items = 0;
	if (!r->time_centi || r->n < LEAST)
		return ERR_INVALID;
	double *log_t = arena_array(scratch, double, (int64_t)r->n * r->m + 1);
	for (int p = 0; p < r->n; p++)
		for (int i = 0; i < r->m; i++)
			log_t[(int64_t)p * r->m + i] = log_time(r, p, i);
	for (int round = 0; round < ROUNDS && most > 1e-4; round++) {
		most = fit_items(&f, log_t);
		most = fmax(most, fit_persons(&f, log_t));
	}
	for (int i = 0; i < r->m; i++)
		items += f.alpha[i] > 0;
	if (items < 2)
		return ERR_INVALID;
	f.fast_share = share_of_fast(&f, r);
	*ret_fit = f;
	return 0;
}

struct person_time response_time_of(const struct response_time_fit *fit,
	const struct response_matrix *r, int person)
{
	struct person_time t = {.tau = fit->tau[person], .fit_p = 1, .fast_p = 1};
	double squares = 0;
	for (int i = 0; i < fit->m; i++) {
		double z = response_time_residual(fit, r, person, i);
		if (isnan(z))
			continue;
		t.timed++;
		squares += z * z;
		t.fast += z < -2;
		t.fast_right += z < -2 && response_is_right(r, person, i);
	}
	if (t.timed < 2)
		return t;
	t.fit_p = tail_chi2(squares, t.timed - 1);
	t.fast_p = tail_binomial(t.fast, t.timed, fit->fast_share);
	return t;
}
