/* The scan over all pairs, block by block: a block is two groups of candidates of the same form and
 * ability bin each. */
#include "domain/exam/similarity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/exam/bitplane.h"
#include "domain/exam/similarity_impl.h"
#include "domain/exam/similarity_null.h"
#include "domain/exam/tail.h"

/* One direction of omega: these sources, a copier at one ability. */
struct sources {
	double *mean, *sd;
	int *least; /* matches from which on it is worth a look */
	double **tail; /* P(M >= k), made when first asked for */
};

struct group {
	int form, bin, from, to; /* places in the order */
};

struct scan {
	const struct response_matrix *r;
	const struct nominal_fit *fit;
	struct similarity_result *result;
	struct arena *block_arena;
	struct bitplane planes;
	struct similarity_null *null;
	struct similarity_keep *keep;
	struct fdr_histogram *histogram[SIMILARITY_INDICES][FAMILIES];
	int *order;
	struct group *group;
	int n_groups;
	uint8_t *form_items, *common;
	uint16_t *right, *wrong;
	int *least_wrong; /* M4: by right matches */
	int least_gbt;
	struct sources of_a, of_b;
	double expected_right, expected_wrong;
};

static bool wants(const struct scan *s, enum similarity_index index)
{
	return s->result->options.indices >> index & 1;
}

static bool is_one_person(const struct response_person *a, const struct response_person *b)
{
	return a->same && a->same == b->same;
}

bool similarity_is_near(const struct response_person *a, const struct response_person *b,
	int distance)
{
	return a->room && a->room == b->room && abs(a->row - b->row) <= distance
		&& abs(a->col - b->col) <= distance && !is_one_person(a, b);
}

static const struct response_person *persons_for_sort(const void *self, const void *a)
{
	return (const struct response_person *)self + *(const int *)a;
}

static int by_room(const void *a, const void *b, void *self)
{
	const struct response_person *x = persons_for_sort(self, a);
	const struct response_person *y = persons_for_sort(self, b);
	return x->room != y->room ? (x->room < y->room ? -1 : 1) : 0;
}

int64_t similarity_count_near(const struct response_matrix *r, int distance)
{
	auto_arena arena = arena_new((size_t)1 << 24);
	int *order = arena_array(arena, int, r->n + 1);
	int64_t n = 0;
	for (int p = 0; p < r->n; p++)
		order[p] = p;
	qsort_r(order, (size_t)r->n, sizeof *order, by_room, (void *)(uintptr_t)r->persons);
	for (int i = 0; i < r->n; i++)
		for (int k = i + 1; k < r->n && r->persons[order[k]].room
			== r->persons[order[i]].room && r->persons[order[i]].room; k++)
			n += similarity_is_near(&r->persons[order[i]], &r->persons[order[k]],
				distance);
	return n;
}

static int by_number(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
	return (x > y) - (x < y);
}

int64_t similarity_count_equal(int32_t *value, int n)
{
	int64_t sum = 0, run = 0;
	qsort(value, (size_t)n, sizeof *value, by_number);
	for (int i = 1; i < n; i++) {
		run = value[i] && value[i] == value[i - 1] ? run + 1 : 0;
		sum += run;
	}
	return sum;
}

static int64_t count_with_oneself(const struct response_matrix *r, struct arena *arena)
{
	int32_t *same = arena_array(arena, int32_t, r->n + 1);
	for (int p = 0; p < r->n; p++)
		same[p] = r->persons[p].same;
	return similarity_count_equal(same, r->n);
}

static int by_group(const void *a, const void *b, void *self)
{
	const struct scan *s = self;
	int p = *(const int *)a, q = *(const int *)b;
	int f = s->r->persons[p].form - s->r->persons[q].form;
	int bin = s->result->bin[p] - s->result->bin[q];
	return f ? f : bin ? bin : p - q;
}

static int largest_group(const struct scan *s)
{
	int most = 0;
	for (int g = 0; g < s->n_groups; g++)
		if (s->group[g].to - s->group[g].from > most)
			most = s->group[g].to - s->group[g].from;
	return most;
}

static void make_groups(struct scan *s, struct arena *arena)
{
	int n = s->r->n;
	s->order = arena_array(arena, int, n + 1);
	for (int p = 0; p < n; p++) {
		s->order[p] = p;
		s->result->bin[p] = nominal_bin(s->fit, s->r->answer + (int64_t)p * s->r->m);
	}
	qsort_r(s->order, (size_t)n, sizeof *s->order, by_group, s);
	s->group = arena_array(arena, struct group, NOMINAL_BINS * s->r->forms + 1);
	for (int k = 0; k < n; k++) {
		int form = s->r->persons[s->order[k]].form, bin = s->result->bin[s->order[k]];
		struct group *g = &s->group[s->n_groups - 1];
		if (!s->n_groups || g->form != form || g->bin != bin)
			s->group[s->n_groups++] = (struct group){form, bin, k, k + 1};
		else
			g->to++;
	}
}

static void make_sources(struct sources *s, int n, struct arena *arena)
{
	s->mean = arena_array(arena, double, n + 1);
	s->sd = arena_array(arena, double, n + 1);
	s->least = arena_array(arena, int, n + 1);
	s->tail = arena_array(arena, double *, n + 1);
}

/* What is expected of a copier at `bin` against each source of the group. */
static void set_sources(const struct scan *s, struct sources *to, const struct group *g, int bin)
{
	for (int k = g->from; k < g->to; k++) {
		const uint8_t *answer = s->r->answer + (int64_t)s->order[k] * s->r->m;
		const float *chance = nominal_chances(s->fit, bin, 0);
		double mean = 0, squares = 0;
		for (int i = 0; i < s->r->m; i++, chance += NOMINAL_CATEGORIES) {
			if (!s->common[i] || answer[i] == RESPONSE_OMITTED
				|| answer[i] >= RESPONSE_OTHER)
				continue;
			double p = chance[answer[i]];
			mean += p;
			squares += p * p;
		}
		int at = k - g->from;
		to->mean[at] = mean;
		to->sd[at] = sqrt(fmax(mean - squares, 1e-9));
		/* 3.09 is the normal point of the screen */
		to->least[at] = (int)ceil(mean + 3.09 * to->sd[at]);
		to->tail[at] = NULL;
	}
}

static double source_tail(struct scan *s, struct sources *of, const struct group *g, int at,
	int bin, int matches)
{
	if (!of->tail[at]) {
		const uint8_t *answer = s->r->answer + (int64_t)s->order[g->from + at] * s->r->m;
		double *chance = s->null->work, *tail, sum = 0;
		int n = 0;
		for (int i = 0; i < s->r->m; i++)
			if (s->common[i] && answer[i] != RESPONSE_OMITTED
				&& answer[i] < RESPONSE_OTHER)
				chance[n++] = nominal_chances(s->fit, bin, i)[answer[i]];
		of->tail[at] = tail = arena_array(s->block_arena, double, s->r->m + 2);
		poisson_binomial(chance, n, tail);
		for (int k = n; k >= 0; k--)
			tail[k] = sum += tail[k];
	}
	return fmin(of->tail[at][matches], 1);
}

static void set_thresholds(struct scan *s)
{
	struct similarity_null *null = s->null;
	s->least_gbt = null->n + 1;
	while (wants(s, SIMILARITY_GBT) && s->least_gbt > 0
		&& null->gbt[s->least_gbt - 1] <= SIMILARITY_SCREEN)
		s->least_gbt--;
	for (int a = 0; a <= null->n; a++) {
		int w = null->n + 1;
		if (wants(s, SIMILARITY_M4))
			for (w = null->n - a + 1; w > 0 && similarity_null_m4_at(null, a, w - 1)
				<= SIMILARITY_SCREEN; w--)
				;
		s->least_wrong[a] = w;
	}
}

static void set_block(struct scan *s, const struct group *a, const struct group *b)
{
	const uint8_t *fa = s->form_items + (int64_t)a->form * s->r->m;
	const uint8_t *fb = s->form_items + (int64_t)b->form * s->r->m;
	for (int i = 0; i < s->r->m; i++)
		s->common[i] = fa[i] && fb[i] && s->fit->items[i].is_used;
	similarity_null_chances(s->null, s->fit, s->r->items, a->bin, b->bin, s->common);
	s->expected_right = s->expected_wrong = 0;
	for (int i = 0; i < s->null->n; i++) {
		s->expected_right += s->null->right[i];
		s->expected_wrong += s->null->wrong[i];
	}
	if (wants(s, SIMILARITY_GBT))
		similarity_null_gbt(s->null);
	if (wants(s, SIMILARITY_M4))
		similarity_null_m4(s->null);
	set_thresholds(s);
	arena_reset(s->block_arena);
	if (!wants(s, SIMILARITY_OMEGA))
		return;
	set_sources(s, &s->of_b, b, a->bin);
	set_sources(s, &s->of_a, a, b->bin);
}

static void look_closer(struct scan *s, const struct group *a, const struct group *b, int x, int y)
{
	int p = s->order[x], q = s->order[y], right = s->right[y - b->from];
	int wrong = s->wrong[y - b->from], all = right + wrong, at = x - a->from;
	struct similar_pair pair = {.a = p < q ? p : q, .b = p < q ? q : p, .common = s->null->n,
		.right = right, .wrong = wrong, .expected_right = s->expected_right,
		.expected_wrong = s->expected_wrong, .p = {1, 1, 1}};
	const struct similarity_options *o = &s->result->options;
	if (is_one_person(&s->r->persons[p], &s->r->persons[q]))
		return;
	pair.family = similarity_is_near(&s->r->persons[p], &s->r->persons[q], o->near)
		? FAMILY_NEAR : FAMILY_FAR;
	if (wants(s, SIMILARITY_GBT))
		pair.p[SIMILARITY_GBT] = s->null->gbt[all];
	if (wants(s, SIMILARITY_M4))
		pair.p[SIMILARITY_M4] = similarity_null_m4_at(s->null, right, wrong);
	if (wants(s, SIMILARITY_OMEGA)) {
		double from_y = (all - s->of_b.mean[y - b->from]) / s->of_b.sd[y - b->from];
		double from_x = (all - s->of_a.mean[at]) / s->of_a.sd[at];
		pair.omega_ab = p < q ? from_y : from_x;
		pair.omega_ba = p < q ? from_x : from_y;
		pair.p[SIMILARITY_OMEGA] = fmin(1, 2 * fmin(
			source_tail(s, &s->of_b, b, y - b->from, a->bin, all),
			source_tail(s, &s->of_a, a, at, b->bin, all)));
	}
	for (int k = 0; k < SIMILARITY_INDICES; k++) {
		if (pair.p[k] > SIMILARITY_SCREEN)
			pair.p[k] = 1;
		else
			fdr_add(s->histogram[k][pair.family], pair.p[k]);
	}
	if (pair.p[o->primary] < 1)
		similarity_keep_add(s->keep, &pair,
			pair.p[o->primary] * (double)s->result->pairs[pair.family]);
}

static void scan_block(struct scan *s, const struct group *a, const struct group *b)
{
	set_block(s, a, b);
	for (int x = a->from; x < a->to; x++) {
		int from = a == b ? x + 1 : b->from, n = b->to - from, off = from - b->from;
		int least_x = wants(s, SIMILARITY_OMEGA) ? s->of_a.least[x - a->from]
			: RESPONSE_ITEMS + 1;
		bitplane_count(&s->planes, x, from, b->to, s->right + off, s->wrong + off);
		for (int k = off; k < off + n; k++) {
			int all = s->right[k] + s->wrong[k];
			if (all >= s->least_gbt || s->wrong[k] >= s->least_wrong[s->right[k]]
				|| all >= least_x || all >= s->of_b.least[k])
				look_closer(s, a, b, x, b->from + k);
		}
	}
}

static void scan_all(struct scan *s)
{
	struct similarity_result *res = s->result;
	int64_t done = 0, all = res->pairs[0] + res->pairs[1], told = 0;
	for (int g = 0; g < s->n_groups; g++) {
		for (int h = g; h < s->n_groups; h++) {
			const struct group *a = &s->group[g], *b = &s->group[h];
			int64_t na = a->to - a->from, nb = b->to - b->from;
			scan_block(s, a, b);
			done += a == b ? na * (na - 1) / 2 : na * nb;
			if (!res->options.progress || done - told < 1000000)
				continue;
			told = done;
			if (res->options.progress(res->options.self, done, all)) {
				res->was_stopped = true;
				return;
			}
		}
	}
}

static void finish(struct scan *s)
{
	struct similarity_result *res = s->result;
	double alpha = res->options.alpha / (res->options.near < 0 ? 1 : FAMILIES);
	res->n = similarity_keep_sort(s->keep, &res->pair);
	for (int k = 0; k < SIMILARITY_INDICES && !res->was_stopped; k++) {
		for (int f = 0; f < FAMILIES; f++) {
			struct fdr_histogram *h = s->histogram[k][f];
			h->tests = res->pairs[f];
			fdr_seal(h);
			res->findings[k][f] = fdr_findings(h, alpha);
		}
	}
	for (int i = 0; i < res->n && !res->was_stopped; i++) {
		struct similar_pair *p = &res->pair[i];
		for (int k = 0; k < SIMILARITY_INDICES; k++)
			p->adjusted[k] = p->p[k] < 1
				? fdr_adjusted(s->histogram[k][p->family], p->p[k]) : 1;
		p->is_finding = p->adjusted[res->options.primary] <= alpha;
	}
	for (int f = 0; f < FAMILIES; f++)
		res->single[f] = fdr_single(res->pairs[f], res->options.rule, alpha);
}

static struct similarity_options defaults(const struct similarity_options *o)
{
	struct similarity_options d = *o;
	d.indices = d.indices ? d.indices : (1u << SIMILARITY_INDICES) - 1;
	d.alpha = d.alpha > 0 ? d.alpha : 0.05;
	d.near = d.near ? d.near : 2;
	d.keep = d.keep > 0 ? d.keep : 10000;
	return d;
}

static void prepare(struct scan *s, struct arena *arena)
{
	const struct response_matrix *r = s->r;
	make_groups(s, arena);
	int most = largest_group(s);
	s->planes = bitplane_pack(r, s->order, arena);
	s->null = similarity_null_new(r->m, arena);
	s->form_items = response_form_items(r, arena);
	s->common = arena_array(arena, uint8_t, r->m);
	s->right = arena_array(arena, uint16_t, most + 1);
	s->wrong = arena_array(arena, uint16_t, most + 1);
	s->least_wrong = arena_array(arena, int, r->m + 1);
	make_sources(&s->of_a, most, arena);
	make_sources(&s->of_b, most, arena);
	for (int k = 0; k <= most; k++)
		s->of_b.least[k] = RESPONSE_ITEMS + 1;
	s->keep = similarity_keep_new(s->result->options.keep, arena);
	for (int k = 0; k < SIMILARITY_INDICES; k++)
		for (int f = 0; f < FAMILIES; f++)
			s->histogram[k][f] = fdr_new(arena, s->result->options.rule);
}

int similarity_scan(const struct response_matrix *r, const struct nominal_fit *fit,
	const struct similarity_options *options, struct arena *arena,
	struct similarity_result *ret_result)
{
	auto_arena scratch = arena_new((size_t)1 << 31);
	auto_arena block = arena_new((size_t)1 << 31);
	struct similarity_result result = {.options = defaults(options),
		.bin = arena_array(arena, int, r->n + 1)};
	struct scan s = {.r = r, .fit = fit, .result = &result, .block_arena = block};
	if (!(result.options.indices >> result.options.primary & 1))
		return ERR_INVALID;
	int64_t all = (int64_t)r->n * (r->n - 1) / 2;
	result.pairs[FAMILY_NEAR] = similarity_count_near(r, result.options.near);
	result.pairs[FAMILY_FAR] = all - result.pairs[FAMILY_NEAR] - count_with_oneself(r, scratch);
	prepare(&s, scratch);
	scan_all(&s);
	finish(&s);
	result.pair = arena_copy(arena, result.pair, sizeof *result.pair * (size_t)result.n);
	*ret_result = result;
	return 0;
}
