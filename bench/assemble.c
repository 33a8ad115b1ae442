/* Assembles forms out of an invented bank, once as a programme and once greedily: `bench_assemble
 * [items [forms [seed]]]`. Prints times and what is met; exit code 1 when the programme misses a
 * wish. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "domain/exam/assemble_check.h"

enum { POINTS_TOP = 4, POINTS = 40, KINDS = 3, WISHES = 60, EXPECTED_BANDS = 3 };

static uint64_t state = 20261122;

static double chance(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static double normal(void)
{
	return sqrt(-2 * log(1 - chance())) * cos(6.283185307179586 * chance());
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Facility and item-total correlation that a 2PL item shows in a standard normal population. */
static void show(struct assemble_item *it)
{
	double p = 0, cov = 0, w = 0;
	for (double t = -4; t <= 4.01; t += 0.1) {
		double density = exp(-t * t / 2), c = 1 / (1 + exp(-it->a * (t - it->b)));
		w += density;
		p += density * c;
		cov += density * c * t;
	}
	it->facility = p / w;
	it->r = 0.93 * cov / w / sqrt(it->facility * (1 - it->facility));
}

static void make_bank(struct assemble_item *items, int n)
{
	for (int i = 0; i < n; i++) {
		double kind = chance();
		struct assemble_item *it = &items[i];
		*it = (struct assemble_item){.kind = kind < 0.6 ? 1 : kind < 0.85 ? 2 : 3,
			.point = POINTS_TOP + (int)(POINTS * chance()), .score_centi = 100,
			.a = exp(0.25 * normal()), .b = -0.9 + 0.9 * normal(),
			.exposures = (int64_t)(900 * chance() * chance()),
			.used_on = chance() < 0.2 ? 20400 + (int)(300 * chance()) : 0};
		if (i % 100 < 3)
			it->material = i / 100 + 1, it->kind = 1,
				it->point = POINTS_TOP + i / 100 % POINTS;
		show(it);
	}
}

static int make_wishes(struct assemble_wish *w)
{
	static const int counts[KINDS] = {60, 25, 15};
	int n = 0;
	for (int k = 0; k < KINDS; k++)
		w[n++] = (struct assemble_wish){.type = WISH_SUM, .kind = k + 1, .point = -1,
			.lo = counts[k], .hi = counts[k]};
	for (int top = 0; top < POINTS_TOP; top++)
		w[n++] = (struct assemble_wish){.type = WISH_SUM, .measure = BY_SCORE, .point = top,
			.lo = 23, .hi = 27};
	for (int k = 0; k < POINTS; k++)
		w[n++] = (struct assemble_wish){.type = WISH_SUM, .point = POINTS_TOP + k, .lo = 2,
			.hi = 3};
	w[n++] = (struct assemble_wish){.type = WISH_SUM, .point = -1, .facility_lo = 0.8,
		.facility_hi = 1.01, .lo = 28, .hi = 32};
	w[n++] = (struct assemble_wish){.type = WISH_SUM, .point = -1, .facility_lo = 0.5,
		.facility_hi = 0.8, .lo = 48, .hi = 52};
	w[n++] = (struct assemble_wish){.type = WISH_SUM, .point = -1, .facility_lo = 0.0001,
		.facility_hi = 0.5, .lo = 18, .hi = 22};
	w[n++] = (struct assemble_wish){.type = WISH_SUM, .measure = BY_EXPECTED, .point = -1,
		.lo = 67, .hi = 69};
	w[n++] = (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_EXPECTED, .hi = 0.2};
	w[n++] = (struct assemble_wish){.type = WISH_EQUAL, .measure = BY_SPREAD, .hi = 0.02};
	w[n++] = (struct assemble_wish){.type = WISH_OVERLAP, .hi = 5};
	w[n++] = (struct assemble_wish){.type = WISH_EXPOSURE, .limit = 600};
	w[n++] = (struct assemble_wish){.type = WISH_REST, .limit = 20500};
	w[n++] = (struct assemble_wish){.type = WISH_ENEMIES};
	w[n++] = (struct assemble_wish){.type = WISH_MUST, .item = 7};
	w[n++] = (struct assemble_wish){.type = WISH_NOT, .item = 9};
	w[n++] = (struct assemble_wish){.type = WISH_SUM, .measure = BY_INFORMATION, .point = -1,
		.theta = -0.5, .lo = 15, .hi = INFINITY};
	return n;
}

/* Plain greedy: item after item, the one that serves most wishes still short and breaks no upper
 * bound. */
struct greedy {
	const struct assembly *a;
	double sum[ASSEMBLE_WISHES_MAX];
	bool *is_in, *was_in;
	const double *value; /* by item and wish */
};

static double worth(const struct greedy *g, int item)
{
	const struct assembly *a = g->a;
	double worth = chance() * 0.1;
	for (int w = 0; w < a->n_wishes; w++) {
		const struct assemble_wish *wish = &a->wishes[w];
		double v = g->value[item * a->n_wishes + w];
		if (assemble_is_out(a, wish, item))
			return -1;
		if (wish->type != WISH_SUM || v == 0)
			continue;
		if (g->sum[w] + v > wish->hi + 1e-9)
			return -1;
		if (g->sum[w] < wish->lo)
			worth += v / (wish->lo - g->sum[w] + 1);
	}
	return worth;
}

static void greedy_form(struct greedy *g, struct assembled_form *form, int size)
{
	const struct assembly *a = g->a;
	memset(g->sum, 0, sizeof g->sum);
	memset(g->is_in, 0, (size_t)a->n_items);
	while (form->n < size) {
		int best = -1;
		double most = -0.5;
		for (int i = 0; i < a->n_items; i++) {
			if (g->is_in[i] || g->was_in[i])
				continue;
			double x = worth(g, i);
			if (x > most)
				most = x, best = i;
		}
		if (best < 0)
			return;
		g->is_in[best] = g->was_in[best] = true;
		form->items[form->n++] = best;
		for (int w = 0; w < a->n_wishes; w++)
			g->sum[w] += g->value[best * a->n_wishes + w];
	}
}

static void greedy(const struct assembly *a, struct assembled_form *forms)
{
	double *value = calloc((size_t)a->n_items * (size_t)a->n_wishes, sizeof *value);
	struct greedy g = {.a = a, .is_in = calloc((size_t)a->n_items, 1),
		.was_in = calloc((size_t)a->n_items, 1), .value = value};
	for (int i = 0; i < a->n_items; i++)
		for (int w = 0; w < a->n_wishes; w++)
			if (a->wishes[w].type == WISH_SUM && assemble_is_in(a, &a->wishes[w], i))
				value[i * a->n_wishes + w] = assemble_measure(&a->items[i],
					a->wishes[w].measure, a->wishes[w].theta);
	for (int f = 0; f < a->forms; f++) {
		forms[f].items = calloc(300, sizeof(int));
		greedy_form(&g, &forms[f], 100);
	}
}

/* Mean and deviation of the number right in a standard normal population, from the 2PL items
 * themselves: a second opinion on expected score and spread. */
static void second_opinion(const struct assembly *a, const struct assembled_form *f,
	double *ret_mean, double *ret_sd)
{
	double w = 0, mean = 0, square = 0;
	for (double t = -4; t <= 4.01; t += 0.1) {
		double density = exp(-t * t / 2), m = 0, v = 0;
		for (int i = 0; i < f->n; i++) {
			const struct assemble_item *it = &a->items[f->items[i]];
			double c = 1 / (1 + exp(-it->a * (t - it->b)));
			m += c;
			v += c * (1 - c);
		}
		w += density;
		mean += density * m;
		square += density * (v + m * m);
	}
	*ret_mean = mean / w;
	*ret_sd = sqrt(square / w - mean * mean / w / w);
}

static int print(const char *name, const struct assembly *a, const struct assembled_form *forms,
	double took)
{
	double low = 1e9, high = 0, narrow = 1e9, wide = 0, m, sd;
	int missed = 0;
	struct wish_check c;
	for (int w = 0; w < a->n_wishes; w++) {
		assemble_check(a, forms, &a->wishes[w], &c);
		if (c.is_met)
			continue;
		missed++;
		printf("%s misses wish %d (type %d point %d): %.3f to %.3f, wished %.3f to %.3f\n",
			name, w,
			a->wishes[w].type, a->wishes[w].point, c.least, c.greatest, a->wishes[w].lo,
			a->wishes[w].hi);
	}
	for (int f = 0; f < a->forms; f++) {
		second_opinion(a, &forms[f], &m, &sd);
		low = fmin(low, m);
		high = fmax(high, m);
		narrow = fmin(narrow, sd);
		wide = fmax(wide, sd);
	}
	printf("%s_time %.2f s%s\n", name, took, *name == 'm' ? " (< 10)" : "");
	printf("%s_wishes_missed %d of %d%s\n", name, missed, a->n_wishes,
		*name == 'm' ? " (0)" : "");
	printf("%s_expected_apart %.3f points%s\n", name, high - low,
		*name == 'm' ? " (<= 0.2)" : "");
	printf("%s_spread_apart %.2f %%%s (%.2f to %.2f points)\n", name, 100 * (wide / narrow - 1),
		*name == 'm' ? " (<= 2)" : "", narrow, wide);
	return missed;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 10000;
	struct assemble_item *items = calloc((size_t)n, sizeof *items);
	struct assemble_pair *enemies = calloc(500, sizeof *enemies);
	int parents[POINTS_TOP + POINTS];
	struct assemble_wish wishes[WISHES + 20];
	make_bank(items, n);
	for (int i = 0; i < 500; i++)
		enemies[i] = (struct assemble_pair){100 + (int)((n - 200) * chance()), 50 + i};
	for (int i = 0; i < POINTS_TOP + POINTS; i++)
		parents[i] = i < POINTS_TOP ? -1 : i % POINTS_TOP;
	struct assembly a = {.items = items, .n_items = n, .point_parent = parents,
		.n_points = POINTS_TOP + POINTS, .enemies = enemies, .n_enemies = 500,
			.wishes = wishes,
		.n_wishes = make_wishes(wishes), .forms = argc > 2 ? atoi(argv[2]) : 5,
		.seed = argc > 3 ? (uint64_t)atoi(argv[3]) : 1};
	auto_arena arena = arena_new((size_t)1 << 30);
	struct assembled done;
	double begun = seconds();
	assemble(arena, &a, &done);
	double took = seconds() - begun;
	printf("mip_status %d model %d candidates %d nodes %ld objective %.4f bound %.4f%s\n",
		done.status, done.model, done.candidates, (long)done.nodes, done.objective,
		done.bound, done.is_cut_short ? " cut short" : "");
	uint64_t hash = 0;
	for (int f = 0; f < a.forms; f++)
		for (int i = 0; i < done.forms[f].n; i++)
			hash = hash * 1000003 + (uint64_t)done.forms[f].items[i];
	printf("mip_hash %lx\n", (unsigned long)hash);
	for (int i = 0; i < done.n_conflict; i++)
		printf("conflict %d (type %d)\n", done.conflict[i], wishes[done.conflict[i]].type);
	int missed = done.status == ASSEMBLED ? print("mip", &a, done.forms, took) : 1;
	struct assembled_form forms[ASSEMBLE_FORMS_MAX] = {0};
	begun = seconds();
	greedy(&a, forms);
	took = seconds() - begun;
	print("greedy", &a, forms, took);
	return missed ? 1 : 0;
}
