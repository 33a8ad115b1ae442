/* Classical item and test statistics in one pass per item. */
#include "domain/exam/item_statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct whole {
	const struct response_matrix *r;
	int *who;      /* candidates counted, from the weakest to the best */
	int *group;    /* by place in `who` */
	double *total; /* by candidate, points */
	int n;
	bool is_same_form;
};

/* Sums of two variables. */
struct sums {
	double n, x, y, xx, yy, xy;
};

static void sums_add(struct sums *s, double x, double y)
{
	s->n++;
	s->x += x;
	s->y += y;
	s->xx += x * x;
	s->yy += y * y;
	s->xy += x * y;
}

static double variance(double n, double sum, double squares)
{
	return n > 1 ? fmax(0, (squares - sum * sum / n) / (n - 1)) : NAN;
}

static double correlation(const struct sums *s)
{
	double vx = variance(s->n, s->x, s->xx), vy = variance(s->n, s->y, s->yy);
	/* What is left of a constant after subtracting its square is rounding, not variance. */
	if (!(vx > 1e-12 * (1 + s->xx / s->n)) || !(vy > 1e-12 * (1 + s->yy / s->n)))
		return NAN;
	return (s->xy - s->x * s->y / s->n) / (s->n - 1) / sqrt(vx * vy);
}

static int by_total(const void *a, const void *b, void *self)
{
	const struct whole *w = self;
	int p = *(const int *)a, q = *(const int *)b;
	if (w->total[p] != w->total[q])
		return w->total[p] < w->total[q] ? -1 : 1;
	return p - q;
}

static void gather(struct whole *w, int form, struct arena *arena)
{
	const struct response_matrix *r = w->r;
	int64_t *centi = response_totals(r, arena);
	w->who = arena_array(arena, int, r->n + 1);
	w->group = arena_array(arena, int, r->n + 1);
	w->total = arena_array(arena, double, r->n + 1);
	w->is_same_form = true;
	for (int p = 0; p < r->n; p++) {
		w->total[p] = (double)centi[p] / 100;
		if (form >= 0 && r->persons[p].form != form)
			continue;
		if (w->n && r->persons[p].form != r->persons[w->who[0]].form)
			w->is_same_form = false;
		w->who[w->n++] = p;
	}
	qsort_r(w->who, (size_t)w->n, sizeof *w->who, by_total, w);
	for (int k = 0; k < w->n; k++)
		w->group[k] = (int)((int64_t)k * SCORE_GROUPS / w->n);
}

struct item_sums {
	struct sums score, option[RESPONSE_OTHER + 1];
	double seconds, log_seconds;
	int64_t timed;
	double group[SCORE_GROUPS], low, high;
	int64_t n_low, n_high;
};

static void add_answer(const struct whole *w, int k, int item, struct item_sums *s,
	struct item_statistics *it)
{
	const struct response_matrix *r = w->r;
	int p = w->who[k], g = w->group[k];
	int64_t at = (int64_t)p * r->m + item;
	uint8_t a = r->answer[at];
	double points = response_score(r, p, item) / 100.0, rest = w->total[p] - points;
	it->n++;
	it->n_omitted += a == RESPONSE_OMITTED;
	it->n_full += response_is_right(r, p, item);
	it->option[a].n++;
	it->option[a].by_group[g]++;
	it->group_n[g]++;
	sums_add(&s->score, points, rest);
	for (int o = 0; o <= RESPONSE_OTHER; o++)
		sums_add(&s->option[o], o == a, rest);
	s->group[g] += points;
	if (r->time_centi && r->time_centi[at] > 0) {
		s->seconds += r->time_centi[at] / 100.0;
		s->log_seconds += log(r->time_centi[at] / 100.0);
		s->timed++;
	}
}

/* 27 % of those who had the item, from either end. */
static void add_ends(const struct whole *w, int item, struct item_sums *s, int64_t n)
{
	int64_t want = (int64_t)(0.27 * (double)n + 0.5);
	for (int k = 0; k < w->n && s->n_low < want; k++) {
		if (!response_is_there(w->r, w->who[k], item))
			continue;
		s->low += response_score(w->r, w->who[k], item);
		s->n_low++;
	}
	for (int k = w->n - 1; k >= 0 && s->n_high < want; k--) {
		if (!response_is_there(w->r, w->who[k], item))
			continue;
		s->high += response_score(w->r, w->who[k], item);
		s->n_high++;
	}
}

static void finish_item(const struct item_sums *s, double max, struct item_statistics *it)
{
	double n = (double)it->n;
	it->mean_points = n > 0 ? s->score.x / n : NAN;
	it->sd_points = sqrt(variance(n, s->score.x, s->score.xx));
	it->facility = it->mean_points / max;
	it->item_rest = correlation(&s->score);
	it->upper_lower = s->n_low ? (s->high / (double)s->n_high - s->low / (double)s->n_low)
		/ (100 * max) : NAN;
	it->mean_seconds = s->timed ? s->seconds / (double)s->timed : NAN;
	it->typical_seconds = s->timed ? exp(s->log_seconds / (double)s->timed) : NAN;
	for (int o = 0; o <= RESPONSE_OTHER; o++)
		it->option[o].item_rest = correlation(&s->option[o]);
	for (int g = 0; g < SCORE_GROUPS; g++)
		it->group_facility[g] = it->group_n[g]
			? s->group[g] / (double)it->group_n[g] / max : NAN;
}

/* Returns the variance of the item's score; ret_cov its covariance with the sum of the others. */
static double one_item(const struct whole *w, int item, struct item_statistics *it, double *ret_cov)
{
	struct item_sums s = {0};
	memset(it, 0, sizeof *it);
	for (int k = 0; k < w->n; k++)
		if (response_is_there(w->r, w->who[k], item))
			add_answer(w, k, item, &s, it);
	add_ends(w, item, &s, it->n);
	finish_item(&s, w->r->items[item].max_centi / 100.0, it);
	*ret_cov = (s.score.xy - s.score.x * s.score.y / s.score.n) / (s.score.n - 1);
	return variance(s.score.n, s.score.x, s.score.xx);
}

static bool is_all_or_nothing(const struct response_matrix *r, int item)
{
	for (int p = 0; p < r->n; p++) {
		int32_t score = response_score(r, p, item);
		if (score && score != r->items[item].max_centi)
			return false;
	}
	return true;
}

static double alpha_of(int k, double items, double total)
{
	return k > 1 && total > 0 ? (double)k / (k - 1) * (1 - items / total) : NAN;
}

static void whole_test(const struct whole *w, struct item_statistics *it, const double *var,
	const double *cov, struct test_statistics *t)
{
	double sum = 0, squares = 0, items = 0;
	*t = (struct test_statistics){.n = w->n, .is_kr20 = true};
	for (int k = 0; k < w->n; k++) {
		sum += w->total[w->who[k]];
		squares += w->total[w->who[k]] * w->total[w->who[k]];
	}
	for (int i = 0; i < w->r->m; i++) {
		if (!it[i].n)
			continue;
		t->items++;
		t->max_points += w->r->items[i].max_centi / 100.0;
		t->is_kr20 &= is_all_or_nothing(w->r, i);
		items += var[i];
	}
	double total = variance(w->n, sum, squares);
	t->mean_points = w->n ? sum / w->n : NAN;
	t->sd_points = sqrt(total);
	t->alpha = w->is_same_form ? alpha_of(t->items, items, total) : NAN;
	t->sem = t->sd_points * sqrt(1 - t->alpha);
	for (int i = 0; i < w->r->m; i++)
		it[i].alpha_without = w->is_same_form && it[i].n
			? alpha_of(t->items - 1, items - var[i], total - var[i] - 2 * cov[i]) : NAN;
}

void item_statistics(const struct response_matrix *r, int form, struct item_statistics *ret_items,
	struct test_statistics *ret_test)
{
	auto_arena arena = arena_new((size_t)1 << 30);
	struct whole w = {.r = r};
	double *var = arena_array(arena, double, r->m), *cov = arena_array(arena, double, r->m);
	gather(&w, form, arena);
	for (int i = 0; i < r->m; i++)
		var[i] = one_item(&w, i, &ret_items[i], &cov[i]);
	whole_test(&w, ret_items, var, cov, ret_test);
}
