#include <stdlib.h>
#include <string.h>

#include "domain/exam/similarity.h"
#include "domain/exam/simulate_cheat.h"
#include "domain/exam/tail.h"
#include "near.h"

struct setting {
	struct arena *arena;
	struct simulated_exam e;
	struct nominal_fit fit;
};

/* 150 candidates, 60 items, heavy copying; two overlapping forms when asked for. */
static struct setting make(bool has_forms)
{
	struct setting s = {.arena = arena_new(1 << 28)};
	const struct cheat_plan plan = {.seed = 5, .n = 150, .m = 60, .copiers = 0.1,
		.copied = 0.6};
	assert_int_equal(simulate_exam(&plan, s.arena, &s.e), 0);
	for (int p = 0; has_forms && p < 150; p++) {
		((struct response_person *)(uintptr_t)s.e.r.persons)[p].form = p % 2;
		for (int i = 0; i < 15; i++)
			((uint8_t *)(uintptr_t)s.e.r.answer)[p * 60 + i + (p % 2 ? 0 : 45)] =
				RESPONSE_ABSENT;
	}
	s.e.r.forms = has_forms ? 2 : 1;
	assert_int_equal(nominal_calibrate(&s.e.r, s.arena, &s.fit), 0);
	return s;
}

static bool may_match(const struct response_matrix *r, int p, int i)
{
	uint8_t a = response_at(r, p, i);
	return a != RESPONSE_OMITTED && a < RESPONSE_OTHER;
}

/* The definitions of GBT and omega for one pair, without bins, blocks or planes. */
static void by_definition(const struct setting *s, int a, int b, struct similar_pair *ret)
{
	const struct response_matrix *r = &s->e.r;
	int bin_a = nominal_bin(&s->fit, r->answer + a * r->m);
	int bin_b = nominal_bin(&s->fit, r->answer + b * r->m);
	double gbt[64], from_a[64], from_b[64], work[65], mean[2] = {0}, var[2] = {0};
	int n = 0, na = 0, nb = 0;
	memset(ret, 0, sizeof *ret);
	for (int i = 0; i < r->m; i++) {
		const float *ca = nominal_chances(&s->fit, bin_a, i);
		const float *cb = nominal_chances(&s->fit, bin_b, i);
		if (!response_is_there(r, a, i) || !response_is_there(r, b, i))
			continue;
		gbt[n] = 0;
		for (int k = 1; k <= 4; k++)
			gbt[n] += (double)ca[k] * cb[k];
		n++;
		if (may_match(r, a, i))
			from_a[na++] = cb[response_at(r, a, i)];
		if (may_match(r, b, i))
			from_b[nb++] = ca[response_at(r, b, i)];
		if (may_match(r, a, i) && response_at(r, a, i) == response_at(r, b, i)) {
			ret->right += response_is_right(r, a, i);
			ret->wrong += !response_is_right(r, a, i);
		}
	}
	int all = ret->right + ret->wrong;
	for (int i = 0; i < na; i++) {
		mean[0] += from_a[i];
		var[0] += from_a[i] * (1 - from_a[i]);
	}
	for (int i = 0; i < nb; i++) {
		mean[1] += from_b[i];
		var[1] += from_b[i] * (1 - from_b[i]);
	}
	ret->common = n;
	ret->omega_ba = (all - mean[0]) / sqrt(var[0]);
	ret->omega_ab = (all - mean[1]) / sqrt(var[1]);
	ret->p[SIMILARITY_GBT] = tail_poisson_binomial(all, gbt, n, work);
	ret->p[SIMILARITY_OMEGA] = fmin(1, 2 * fmin(tail_poisson_binomial(all, from_a, na, work),
		tail_poisson_binomial(all, from_b, nb, work)));
}

static void finds_every_pair_as_defined(const struct setting *s, enum similarity_index primary)
{
	const struct similarity_options o = {.primary = primary, .rule = FDR_BY};
	struct similarity_result res;
	int at = 0;
	assert_int_equal(similarity_scan(&s->e.r, &s->fit, &o, s->arena, &res), 0);
	assert_true(res.n > 4);
	for (int a = 0; a < 150; a++) {
		for (int b = a + 1; b < 150; b++) {
			struct similar_pair want;
			const struct similar_pair *got = NULL;
			by_definition(s, a, b, &want);
			for (int i = 0; i < res.n; i++)
				if (res.pair[i].a == a && res.pair[i].b == b)
					got = &res.pair[i];
			if (want.p[primary] > SIMILARITY_SCREEN * 0.99) {
				assert_true(!got || want.p[primary] < SIMILARITY_SCREEN * 1.01);
				continue;
			}
			assert_non_null(got);
			assert_int_equal(got->right, want.right);
			assert_int_equal(got->wrong, want.wrong);
			assert_int_equal(got->common, want.common);
			assert_near(got->p[primary] / want.p[primary], 1, 1e-5);
			assert_near(got->omega_ab, want.omega_ab, 1e-4);
			assert_near(got->omega_ba, want.omega_ba, 1e-4);
			at++;
		}
	}
	assert_true(abs(at - res.n) <= 1);
}

static void every_pair_is_as_defined(void **state)
{
	struct setting s = make(false);
	(void)state;
	finds_every_pair_as_defined(&s, SIMILARITY_GBT);
	arena_free(s.arena);
}

static void every_pair_of_two_forms_is_as_defined(void **state)
{
	struct setting s = make(true);
	(void)state;
	finds_every_pair_as_defined(&s, SIMILARITY_GBT);
	arena_free(s.arena);
}

/* The normal screen may pass over an omega whose exact p is just below it, so only those well below
 * are asked for here. */
static void omega_is_as_defined(void **state)
{
	struct setting s = make(false);
	const struct similarity_options o = {.primary = SIMILARITY_OMEGA,
		.indices = 1u << SIMILARITY_OMEGA};
	struct similarity_result res;
	int n = 0;
	(void)state;
	assert_int_equal(similarity_scan(&s.e.r, &s.fit, &o, s.arena, &res), 0);
	for (int i = 0; i < res.n; i++) {
		struct similar_pair want;
		by_definition(&s, res.pair[i].a, res.pair[i].b, &want);
		assert_near(res.pair[i].p[SIMILARITY_OMEGA] / want.p[SIMILARITY_OMEGA], 1, 1e-5);
		n += want.p[SIMILARITY_OMEGA] < 1e-4;
	}
	for (int a = 0; a < 150; a++) {
		for (int b = a + 1; b < 150; b++) {
			struct similar_pair want;
			by_definition(&s, a, b, &want);
			n -= want.p[SIMILARITY_OMEGA] < 1e-4;
		}
	}
	assert_int_equal(n, 0);
	arena_free(s.arena);
}

/* Neighbours are counted as a family of their own; findings are sorted and are neighbours here. */
static void neighbours_are_a_family(void **state)
{
	struct setting s = make(false);
	const struct similarity_options o = {.primary = SIMILARITY_M4, .rule = FDR_BY};
	struct similarity_result res;
	int64_t near = 0, findings = 0;
	(void)state;
	assert_int_equal(similarity_scan(&s.e.r, &s.fit, &o, s.arena, &res), 0);
	for (int a = 0; a < 150; a++)
		for (int b = a + 1; b < 150; b++)
			near += similarity_is_near(&s.e.r.persons[a], &s.e.r.persons[b], 2);
	assert_int_equal(res.pairs[FAMILY_NEAR], near);
	assert_int_equal(res.pairs[FAMILY_FAR], 150 * 149 / 2 - near);
	for (int i = 0; i < res.n; i++) {
		const struct similar_pair *p = &res.pair[i];
		assert_int_equal(p->family == FAMILY_NEAR,
			similarity_is_near(&s.e.r.persons[p->a], &s.e.r.persons[p->b], 2));
		assert_int_equal(p->is_finding, p->adjusted[SIMILARITY_M4] <= 0.025);
		findings += p->is_finding;
		if (i)
			assert_true(p->p[SIMILARITY_M4] * (double)res.pairs[p->family]
				>= p[-1].p[SIMILARITY_M4] * (double)res.pairs[p[-1].family]);
	}
	assert_int_equal(findings, res.findings[SIMILARITY_M4][FAMILY_NEAR]
		+ res.findings[SIMILARITY_M4][FAMILY_FAR]);
	assert_true(findings >= 5);
	arena_free(s.arena);
}

/* Keeping few keeps the best; the counts do not change. */
static void few_kept_are_the_best(void **state)
{
	struct setting s = make(false);
	struct similarity_options o = {.primary = SIMILARITY_M4};
	struct similarity_result all, few;
	(void)state;
	assert_int_equal(similarity_scan(&s.e.r, &s.fit, &o, s.arena, &all), 0);
	o.keep = 5;
	assert_int_equal(similarity_scan(&s.e.r, &s.fit, &o, s.arena, &few), 0);
	assert_int_equal(few.n, 5);
	assert_memory_equal(few.pair, all.pair, 5 * sizeof *few.pair);
	assert_memory_equal(few.findings, all.findings, sizeof all.findings);
	o.indices = 1u << SIMILARITY_GBT;
	assert_int_equal(similarity_scan(&s.e.r, &s.fit, &o, s.arena, &all), ERR_INVALID);
	arena_free(s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_pair_is_as_defined),
		cmocka_unit_test(every_pair_of_two_forms_is_as_defined),
		cmocka_unit_test(omega_is_as_defined), cmocka_unit_test(neighbours_are_a_family),
		cmocka_unit_test(few_kept_are_the_best)};
	return cmocka_run_group_tests_name("similarity", tests, NULL, NULL);
}
