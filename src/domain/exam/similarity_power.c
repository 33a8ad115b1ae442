/* Power by simulation. */
#include "domain/exam/similarity_power.h"

#include <math.h>
#include <string.h>

#include "domain/exam/similarity_null.h"
#include "domain/exam/simulate_cheat.h"
#include "domain/exam/tail.h"

struct trial {
	const struct response_matrix *r;
	const struct nominal_fit *fit;
	const struct similarity_result *result;
	struct similarity_null *null;
	struct simulate_random random;
	int *person, n; /* those of the form */
	int *item, m;   /* its items */
	uint8_t *has;
	uint8_t *copier, *source;
	int *order;
};

static void answer(struct trial *t, int bin, uint8_t *ret)
{
	memset(ret, RESPONSE_ABSENT, (size_t)t->r->m);
	for (int k = 0; k < t->m; k++) {
		const float *chance = nominal_chances(t->fit, bin, t->item[k]);
		double at = simulate_uniform(&t->random);
		int c = 0;
		while (c < RESPONSE_OTHER && (at -= chance[c]) >= 0)
			c++;
		ret[t->item[k]] = (uint8_t)c;
	}
}

/* The first c of a shuffle are copied. */
static void copy(struct trial *t, int c)
{
	for (int k = 0; k < c; k++) {
		int with = k + (int)(simulate_uniform(&t->random) * (t->m - k)),
			item = t->item[with];
		t->item[with] = t->item[k];
		t->item[k] = item;
		t->copier[item] = t->source[item];
	}
}

static double omega_p(struct trial *t, const uint8_t *source, int copier_bin, int matches)
{
	double chance[RESPONSE_ITEMS], work[RESPONSE_ITEMS + 1];
	int n = 0;
	for (int k = 0; k < t->m; k++) {
		uint8_t a = source[t->item[k]];
		if (a != RESPONSE_OMITTED && a < RESPONSE_OTHER)
			chance[n++] = nominal_chances(t->fit, copier_bin, t->item[k])[a];
	}
	return tail_poisson_binomial(matches, chance, n, work);
}

static double index_p(struct trial *t)
{
	int a = nominal_bin(t->fit, t->copier), b = nominal_bin(t->fit, t->source);
	int right = 0, wrong = 0;
	for (int k = 0; k < t->m; k++) {
		uint8_t x = t->copier[t->item[k]];
		if (x != t->source[t->item[k]] || x == RESPONSE_OMITTED || x >= RESPONSE_OTHER)
			continue;
		right += x == t->r->items[t->item[k]].key;
		wrong += x != t->r->items[t->item[k]].key;
	}
	if (t->result->options.primary == SIMILARITY_OMEGA)
		return fmin(1, 2 * fmin(omega_p(t, t->source, a, right + wrong),
			omega_p(t, t->copier, b, right + wrong)));
	similarity_null_chances(t->null, t->fit, t->r->items, a, b, t->has);
	if (t->result->options.primary == SIMILARITY_GBT) {
		similarity_null_gbt(t->null);
		return t->null->gbt[right + wrong];
	}
	similarity_null_m4(t->null);
	return similarity_null_m4_at(t->null, right, wrong);
}

static void try_step(struct trial *t, int step, struct similarity_power *ret)
{
	for (int k = 0; k < POWER_TRIES; k++) {
		int a = t->result->bin[t->person[(int)(simulate_uniform(&t->random) * t->n)]];
		int b = t->result->bin[t->person[(int)(simulate_uniform(&t->random) * t->n)]];
		answer(t, a < b ? a : b, t->copier);
		answer(t, a < b ? b : a, t->source);
		copy(t, ret->copied[step]);
		double p = index_p(t);
		for (int f = 0; f < FAMILIES; f++)
			ret->power[f][step] += p <= fmin(t->result->single[f], SIMILARITY_SCREEN)
				? 1.0 / POWER_TRIES : 0;
	}
}

static int least(const struct similarity_power *p, int family)
{
	const double *power = p->power[family];
	int at = POWER_STEPS;
	while (at > 0 && power[at - 1] >= 0.8 - 1e-9)
		at--;
	if (at == POWER_STEPS)
		return -1;
	double from = at ? p->copied[at - 1] : 0, low = at ? power[at - 1] : 0;
	return (int)ceil(from + (p->copied[at] - from) * (0.8 - low) / (power[at] - low) - 1e-9);
}

void similarity_power(const struct response_matrix *r, const struct nominal_fit *fit,
	const struct similarity_result *result, uint64_t seed, struct similarity_power *ret_power)
{
	auto_arena arena = arena_new((size_t)1 << 28);
	struct trial t = {.r = r, .fit = fit, .result = result, .random = {seed},
		.null = similarity_null_new(r->m, arena), .item = arena_array(arena, int, r->m),
		.person = arena_array(arena, int, r->n + 1),
		.copier = arena_array(arena, uint8_t, r->m),
		.source = arena_array(arena, uint8_t, r->m),
		.has = response_form_items(r, arena)};
	*ret_power = (struct similarity_power){.least_80 = {-1, -1}};
	for (int p = 0; p < r->n; p++)
		if (!r->persons[p].form)
			t.person[t.n++] = p;
	for (int i = 0; i < r->m; i++)
		if (t.has[i] && fit->items[i].is_used)
			t.item[t.m++] = i;
	ret_power->items = t.m;
	if (!t.n || !t.m)
		return;
	for (int s = 0; s < POWER_STEPS; s++) {
		ret_power->copied[s] = (t.m * (s + 1) + POWER_STEPS / 2) / POWER_STEPS;
		try_step(&t, s, ret_power);
	}
	for (int f = 0; f < FAMILIES; f++)
		ret_power->least_80[f] = least(ret_power, f);
}
