/* Groups side by side. */
#include "domain/exam/group_picture.h"

#include <math.h>
#include <stdlib.h>

#include "domain/exam/fdr.h"
#include "domain/exam/tail.h"

static int by_number(const void *a, const void *b)
{
	const struct group_finding *x = a, *y = b;
	return (x->group > y->group) - (x->group < y->group);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Distinct numbers, sorted. */
static int list_groups(const int32_t *group, int n, struct arena *arena,
	struct group_finding **ret_groups)
{
	struct group_finding *g = arena_array(arena, struct group_finding, n + 1);
	int found = 0;
	for (int p = 0; p < n; p++)
		g[p].group = group[p];
	qsort(g, (size_t)n, sizeof *g, by_number);
	for (int p = 0; p < n; p++)
		if (!found || g[found - 1].group != g[p].group)
			g[found++] = (struct group_finding){.group = g[p].group, .p = 1,
				.adjusted = 1};
	*ret_groups = g;
	return found;
}

static struct group_finding *find(struct group_finding *g, int n, int32_t group)
{
	struct group_finding want = {.group = group};
	return bsearch(&want, g, (size_t)n, sizeof *g, by_number);
}

static bool is_tested(const struct group_finding *g)
{
	return g->group && g->n >= GROUP_LEAST;
}

static void adjust(struct group_finding *g, int n, struct arena *arena)
{
	double *p = arena_array(arena, double, n + 1);
	int k = 0;
	for (int i = 0; i < n; i++)
		if (is_tested(&g[i]))
			p[k++] = g[i].p;
	fdr_adjust(p, k, FDR_BH, p);
	for (int i = 0, at = 0; i < n; i++)
		if (is_tested(&g[i]))
			g[i].adjusted = p[at++];
}

/* Pooled variance within groups. */
static double within(const double *value, const int32_t *group, int n, struct group_finding *g,
	int groups)
{
	double sum = 0;
	int count = 0;
	for (int p = 0; p < n; p++) {
		if (isnan(value[p]))
			continue;
		double rest = value[p] - find(g, groups, group[p])->mean;
		sum += rest * rest;
		count++;
	}
	return count > groups ? sum / (count - groups) : NAN;
}

static double at_share(const double *sorted, int n, double share)
{
	double at = share * (n - 1);
	int low = (int)at;
	return low + 1 < n ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low])
		: sorted[n - 1];
}

static void test_means(struct group_finding *g, int n, double s2, enum group_tail tail,
	struct arena *arena)
{
	double *mean = arena_array(arena, double, n + 1), chance = 0;
	int k = 0;
	for (int i = 0; i < n; i++) {
		if (!is_tested(&g[i]))
			continue;
		mean[k++] = g[i].mean;
		chance += s2 / g[i].n;
	}
	if (k < 3)
		return;
	qsort(mean, (size_t)k, sizeof *mean, by_value);
	double mu = at_share(mean, k, 0.5);
	double spread = (at_share(mean, k, 0.75) - at_share(mean, k, 0.25)) / 1.349;
	double tau2 = fmax(0, spread * spread - chance / k);
	for (int i = 0; i < n; i++) {
		if (!is_tested(&g[i]))
			continue;
		g[i].expected = mu;
		g[i].z = (g[i].mean - mu) / sqrt(fmax(tau2 + s2 / g[i].n, 1e-12));
		g[i].p = tail_student(tail == GROUP_HIGH ? g[i].z : -g[i].z,
			fmax(1, 0.37 * (k - 1)));
	}
}

int group_means(const double *value, const int32_t *group, int n, enum group_tail tail,
	struct arena *arena, struct group_finding **ret_groups)
{
	struct group_finding *g;
	int groups = list_groups(group, n, arena, &g);
	for (int p = 0; p < n; p++) {
		struct group_finding *at = find(g, groups, group[p]);
		if (isnan(value[p]))
			continue;
		at->mean += value[p];
		at->n++;
	}
	for (int i = 0; i < groups; i++)
		g[i].mean = g[i].n ? g[i].mean / g[i].n : NAN;
	test_means(g, groups, within(value, group, n, g, groups), tail, arena);
	adjust(g, groups, arena);
	*ret_groups = g;
	return groups;
}

int group_shares(const uint8_t *is_marked, const int32_t *group, int n, struct arena *arena,
	struct group_finding **ret_groups)
{
	struct group_finding *g;
	int groups = list_groups(group, n, arena, &g), marked = 0;
	for (int p = 0; p < n; p++) {
		struct group_finding *at = find(g, groups, group[p]);
		at->n++;
		at->marked += is_marked[p] != 0;
		marked += is_marked[p] != 0;
	}
	for (int i = 0; i < groups; i++) {
		g[i].mean = (double)g[i].marked / g[i].n;
		g[i].expected = (marked - g[i].marked + 1.0) / (n - g[i].n + 1.0);
		if (is_tested(&g[i]))
			g[i].p = tail_binomial(g[i].marked, g[i].n, g[i].expected);
	}
	adjust(g, groups, arena);
	*ret_groups = g;
	return groups;
}
