/* The look for copying, measured: how long all pairs take and how that grows, how often it errs
 * where nobody cheated, and what it finds of cheating that is known. One thread. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "domain/exam/forensics.h"
#include "domain/exam/simulate_cheat.h"

enum { ITEMS = 100, PERSONS = 5000 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int r)
{
	if (!r)
		return;
	fprintf(stderr, "bench_forensics: error %d\n", r);
	exit(3);
}

struct exam {
	struct arena *arena;
	struct simulated_exam e;
	struct nominal_fit fit;
	double fitted; /* seconds */
};

static struct exam make(const struct cheat_plan *plan)
{
	struct exam x = {.arena = arena_new((size_t)1 << 32)};
	must(simulate_exam(plan, x.arena, &x.e));
	double begun = now();
	must(nominal_calibrate(&x.e.r, x.arena, &x.fit));
	x.fitted = now() - begun;
	return x;
}

static double scan(struct exam *x, unsigned indices, enum similarity_index primary,
	enum fdr_rule rule, struct similarity_result *ret)
{
	const struct similarity_options o = {.indices = indices, .primary = primary, .rule = rule};
	double begun = now();
	must(similarity_scan(&x->e.r, &x->fit, &o, x->arena, ret));
	return now() - begun;
}

static const unsigned both = 1u << SIMILARITY_GBT | 1u << SIMILARITY_M4,
	omega = 1u << SIMILARITY_OMEGA;

static void speed(void)
{
	static const int sizes[] = {1250, 2500, 5000, 10000, 20000};
	for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
		struct similarity_result res;
		struct exam x = make(&(struct cheat_plan){.seed = 1, .n = sizes[k], .m = ITEMS,
			.copiers = 0.01, .copied = 0.5});
		bool is_named = sizes[k] == PERSONS;
		double pairs = sizes[k] * (sizes[k] - 1.0) / 2;
		double a = scan(&x, both, SIMILARITY_M4, FDR_BY, &res);
		double b = scan(&x, omega, SIMILARITY_OMEGA, FDR_BY, &res);
		double c = scan(&x, 0, SIMILARITY_M4, FDR_BY, &res);
		printf("forensics %d x %d, gbt and m4 %.3f s%s\n", sizes[k], ITEMS, a,
			is_named ? " (< 2)" : "");
		printf("forensics %d x %d, omega %.3f s%s\n", sizes[k], ITEMS, b,
			is_named ? " (< 6)" : "");
		printf("forensics %d x %d, all three %.3f s, %.1f ns a pair; option chances %.3f "
			"s\n", sizes[k], ITEMS, c, c / pairs * 1e9, x.fitted);
		arena_free(x.arena);
	}
}

static void whole(void)
{
	auto_arena arena = arena_new((size_t)1 << 31);
	const struct cheat_plan plan = {.seed = 2, .n = PERSONS, .m = ITEMS, .copiers = 0.01,
		.copied = 0.5};
	struct simulated_exam e;
	struct forensics f;
	const char *why;
	must(simulate_exam(&plan, arena, &e));
	double begun = now();
	must(forensics_run(&e.r, &(struct forensics_options){.seed = 1}, arena, &f, &why));
	printf("forensics the whole look %.2f s (pairs, power, persons, groups)\n", now() - begun);
	printf("forensics least copied answers found with 80 %%: neighbours %d, others %d of %d\n",
		f.power.least_80[FAMILY_NEAR], f.power.least_80[FAMILY_FAR], f.power.items);
}

static const char *const names[] = {"m4", "gbt", "omega"};

/* Nobody cheats: p-values are to be at most what they say, findings none. */
static void false_alarms(void)
{
	enum { EXAMS = 10, N = 2000 };
	double at[SIMILARITY_INDICES][4] = {{0}}, tests = 0;
	int64_t found[SIMILARITY_INDICES] = {0};
	for (int k = 0; k < EXAMS; k++) {
		struct exam x = make(&(struct cheat_plan){.seed = 100 + (uint64_t)k, .n = N,
			.m = ITEMS});
		tests += N * (N - 1) / 2.0;
		for (int index = 0; index < SIMILARITY_INDICES; index++) {
			struct similarity_result res;
			scan(&x, 0, (enum similarity_index)index, FDR_BH, &res);
			for (int i = 0; i < res.n; i++)
				for (int d = 0; d < 4; d++)
					at[index][d] += res.pair[i].p[index]
						<= (double[]){1e-3, 1e-4, 1e-5, 1e-6}[d];
			for (int f = 0; f < FAMILIES; f++)
				found[index] += res.findings[index][f];
		}
		arena_free(x.arena);
	}
	for (int index = 0; index < SIMILARITY_INDICES; index++)
		printf("forensics nobody cheats, %s: of a million pairs p <= 1e-3 %.0f (<= 1000), "
			"1e-4 %.1f "
		       "(<= 100), 1e-5 %.2f (<= 10), 1e-6 %.2f (<= 1); findings by BH %" PRId64
		       " in %d exams\n", names[index], at[index][0] / tests * 1e6,
			at[index][1] / tests * 1e6, at[index][2] / tests * 1e6,
			at[index][3] / tests * 1e6, found[index], EXAMS);
}

struct tally {
	int64_t sought, hit, false_alarm;
};

/* Sought: copier and source; for the others: candidates with a finding that is true. */
static struct tally look(const struct cheat_plan *plan, enum similarity_index index,
	enum fdr_rule rule)
{
	struct exam x = make(plan);
	struct similarity_result res;
	struct tally t = {0};
	uint8_t *hit = arena_array(x.arena, uint8_t, plan->n);
	scan(&x, 0, index, rule, &res);
	for (int i = 0; i < res.n; i++) {
		const struct similar_pair *p = &res.pair[i];
		if (!p->is_finding)
			continue;
		if (!simulate_is_pair(&x.e, p->a, p->b)) {
			t.false_alarm++;
			continue;
		}
		hit[p->a] = hit[p->b] = 1;
	}
	for (int p = 0; p < plan->n; p++) {
		t.sought += x.e.kind[p] != CHEAT_NONE;
		t.hit += x.e.kind[p] != CHEAT_NONE && hit[p];
	}
	arena_free(x.arena);
	return t;
}

static void print_row(const char *what, const struct cheat_plan *plan)
{
	printf("%-44s", what);
	for (int index = 0; index < SIMILARITY_INDICES; index++) {
		for (int rule = 0; rule <= FDR_BH; rule++) {
			struct tally t = look(plan, (enum similarity_index)index,
				(enum fdr_rule)rule);
			printf(" %3.0f %% %3" PRId64, t.sought ? 100.0 * (double)t.hit
				/ (double)t.sought : 0, t.false_alarm);
		}
	}
	printf("\n");
}

static void power(void)
{
	printf("forensics found of those who cheated, and false findings (pairs): 3000 "
		"candidates\n");
	printf("%-44s %10s %10s %10s %10s %10s %10s\n", "", "m4 BY", "BH", "gbt BY", "BH",
		"omega BY", "BH");
	for (int share = 20; share <= 80; share += 10) {
		char what[64];
		snprintf(what, sizeof what, "2 %% copy %d of 100 from a neighbour", share);
		print_row(what, &(struct cheat_plan){.seed = 40, .n = 3000, .m = ITEMS,
			.copiers = 0.02, .copied = share / 100.0});
	}
	print_row("2 % copy 60 of 60", &(struct cheat_plan){.seed = 41, .n = 3000, .m = 60,
		.copiers = 0.02, .copied = 1});
	print_row("3 % know a key, 60 items, 1 in 10 wrong", &(struct cheat_plan){.seed = 42,
		.n = 3000, .m = ITEMS, .knowers = 0.03, .leaked = 0.6, .leaked_wrong = 0.1});
	print_row("3 % know a key, 60 items, all right", &(struct cheat_plan){.seed = 43,
		.n = 3000, .m = ITEMS, .knowers = 0.03, .leaked = 0.6});
	print_row("a centre is told 50 items, 1 in 10 wrong", &(struct cheat_plan){.seed = 44,
		.n = 3000, .m = ITEMS, .helped_centre = 3, .helped = 0.5, .helped_wrong = 0.1});
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	speed();
	whole();
	false_alarms();
	power();
	return 0;
}
