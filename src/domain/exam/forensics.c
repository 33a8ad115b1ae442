/* The whole look, part by part. */
#include "domain/exam/forensics.h"

#include <math.h>

#include "domain/exam/item_statistics.h"

enum { LEAST_PERSONS = 20, LEAST_ITEMS = 10 };
enum { AT_START = 50, AT_PAIRS = 700, AT_POWER = 800, AT_PERSONS = 900, AT_END = 1000 };

struct look {
	const struct response_matrix *r;
	const struct forensics_options *options;
	struct forensics *f;
	struct arena *arena;
	uint8_t *right;
};

static bool stops(struct look *l, int done)
{
	if (l->options->progress && l->options->progress(l->options->self, done))
		l->f->was_stopped = true;
	return l->f->was_stopped;
}

static int pairs_progress(void *self, int64_t done, int64_t pairs)
{
	struct look *l = self;
	return stops(l, AT_START + (int)((AT_PAIRS - AT_START) * done / (pairs ? pairs : 1)));
}

static int look_at_pairs(struct look *l)
{
	struct similarity_options o = l->options->similarity;
	o.progress = pairs_progress;
	o.self = l;
	int r = similarity_scan(l->r, &l->f->nominal, &o, l->arena, &l->f->similarity);
	for (int i = 0; i < l->r->m && !r; i++) {
		double misfit = nominal_misfit(&l->f->nominal, l->r, i, l->f->similarity.bin);
		l->f->items_used += l->f->nominal.items[i].is_used;
		if (misfit <= l->f->worst_misfit)
			continue;
		l->f->worst_misfit = misfit;
		l->f->worst_item = i;
	}
	return r;
}

static void adjust(struct look *l, double (*p_of)(const struct forensic_person *),
	void (*put)(struct forensic_person *, double))
{
	auto_arena scratch = arena_new((size_t)1 << 26);
	double *p = arena_array(scratch, double, l->r->n + 1);
	for (int i = 0; i < l->r->n; i++)
		p[i] = p_of(&l->f->person[i]);
	fdr_adjust(p, l->r->n, FDR_BH, p);
	for (int i = 0; i < l->r->n; i++)
		put(&l->f->person[i], p[i]);
}

static double fit_p(const struct forensic_person *p)
{
	return p->fit.p;
}
static void fit_put(struct forensic_person *p, double x)
{
	p->fit_adjusted = x;
}
static double erasure_p(const struct forensic_person *p)
{
	return p->erasure.p;
}
static void erasure_put(struct forensic_person *p, double x)
{
	p->erasure_adjusted = x;
}
static double fast_p(const struct forensic_person *p)
{
	return p->time.fast_p;
}
static void fast_put(struct forensic_person *p, double x)
{
	p->fast_adjusted = x;
}

static void look_at_persons(struct look *l)
{
	const struct response_matrix *r = l->r;
	struct forensics *f = l->f;
	struct response_time_fit times;
	int *cluster = arena_array(l->arena, int, r->n + 1);
	f->has_times = r->time_centi && !response_time_fit(r, l->arena, &times);
	f->has_changes = r->change;
	f->person = arena_array(l->arena, struct forensic_person, r->n + 1);
	f->clusters = seat_clusters(r->n, f->similarity.pair, f->similarity.n, l->arena, cluster);
	for (int p = 0; p < r->n; p++) {
		const uint8_t *x = l->right + (int64_t)p * r->m;
		struct forensic_person *to = &f->person[p];
		to->fit = person_fit_of(&f->irt, x);
		to->theta = to->fit.theta;
		to->erasure = erasure_of(&f->irt, x,
			r->change ? r->change + (int64_t)p * r->m : NULL);
		to->time = f->has_times ? response_time_of(&times, r, p)
			: (struct person_time){.fit_p = 1, .fast_p = 1};
		to->cluster = cluster[p];
	}
	for (int i = 0; i < f->similarity.n; i++) {
		f->person[f->similarity.pair[i].a].findings += f->similarity.pair[i].is_finding;
		f->person[f->similarity.pair[i].b].findings += f->similarity.pair[i].is_finding;
	}
	adjust(l, fit_p, fit_put);
	adjust(l, erasure_p, erasure_put);
	adjust(l, fast_p, fast_put);
}

static int32_t group_of(const struct response_person *p, enum forensic_group kind)
{
	const int32_t number[] = {[FORENSIC_CENTRE] = p->centre, [FORENSIC_EXAMINER] = p->examiner,
		[FORENSIC_ROOM] = p->room, [FORENSIC_BODY] = p->body, [FORENSIC_EXAM] = p->exam};
	return number[kind];
}

static double measure_of(const struct forensic_person *p, int64_t total,
	enum forensic_measure measure)
{
	switch (measure) {
	case MEASURE_SCORE:
		return (double)total / 100;
	case MEASURE_CHANGED:
		return p->erasure.wrong_right;
	case MEASURE_FIT:
		return p->fit.lz_star;
	default:
		return p->time.timed ? (double)p->time.fast_right : NAN;
	}
}

static void mark_paired(struct look *l, enum forensic_group kind, uint8_t *ret_marked)
{
	for (int i = 0; i < l->f->similarity.n; i++) {
		const struct similar_pair *p = &l->f->similarity.pair[i];
		int32_t a = group_of(&l->r->persons[p->a], kind);
		if (!p->is_finding || !a || a != group_of(&l->r->persons[p->b], kind))
			continue;
		ret_marked[p->a] = ret_marked[p->b] = 1;
	}
}

static void look_at_groups(struct look *l, enum forensic_group kind)
{
	struct forensic_picture *to = &l->f->picture[kind];
	int32_t *group = arena_array(l->arena, int32_t, l->r->n + 1);
	uint8_t *marked = arena_array(l->arena, uint8_t, l->r->n + 1);
	double *value = arena_array(l->arena, double, l->r->n + 1);
	int64_t *total = response_totals(l->r, l->arena);
	for (int p = 0; p < l->r->n; p++)
		group[p] = group_of(&l->r->persons[p], kind);
	mark_paired(l, kind, marked);
	to->n = group_shares(marked, group, l->r->n, l->arena, &to->group[MEASURE_PAIRED]);
	for (int m = MEASURE_SCORE; m < FORENSIC_MEASURES; m++) {
		if ((m == MEASURE_CHANGED && !l->f->has_changes)
			|| (m == MEASURE_FAST && !l->f->has_times))
			continue;
		for (int p = 0; p < l->r->n; p++)
			value[p] = measure_of(&l->f->person[p], total[p],
				(enum forensic_measure)m);
		group_means(value, group, l->r->n, m == MEASURE_FIT ? GROUP_LOW : GROUP_HIGH,
			l->arena, &to->group[m]);
	}
}

static bool is_enough(const struct response_matrix *r)
{
	int keys = 0;
	for (int i = 0; i < r->m; i++)
		keys += r->items[i].key > 0;
	return r->n >= LEAST_PERSONS && keys >= LEAST_ITEMS;
}

static int go(struct look *l)
{
	struct forensics *f = l->f;
	int r;
	if ((r = nominal_calibrate(l->r, l->arena, &f->nominal)))
		return r;
	if (stops(l, AT_START) || (r = look_at_pairs(l)) || f->similarity.was_stopped)
		return r;
	if (stops(l, AT_PAIRS))
		return 0;
	similarity_power(l->r, &f->nominal, &f->similarity, l->options->seed, &f->power);
	if (stops(l, AT_POWER))
		return 0;
	if ((r = irt_calibrate(l->r, IRT_2PL, l->arena, &f->irt)))
		return r;
	look_at_persons(l);
	if (stops(l, AT_PERSONS))
		return 0;
	f->seats = seat_picture_of(l->r, f->similarity.pair, f->similarity.n,
		f->similarity.options.near);
	for (int kind = 0; kind < FORENSIC_GROUPS; kind++)
		look_at_groups(l, (enum forensic_group)kind);
	stops(l, AT_END);
	return 0;
}

int forensics_run(const struct response_matrix *r, const struct forensics_options *options,
	struct arena *arena, struct forensics *ret_forensics, const char **ret_why)
{
	struct forensics f = {0};
	struct look l = {.r = r, .options = options, .f = &f, .arena = arena};
	int person, item;
	*ret_why = "forensics.matrix";
	if (response_check(r, &person, &item))
		return ERR_INVALID;
	*ret_why = "forensics.small";
	if (!is_enough(r))
		return ERR_INVALID;
	l.right = response_right(r, arena);
	int e = go(&l);
	if (!e)
		*ret_forensics = f;
	return e;
}

static double share_of(const struct response_matrix *r, int item, uint8_t answer)
{
	int64_t n = 0, same = 0;
	for (int p = 0; p < r->n; p++) {
		uint8_t a = response_at(r, p, item);
		n += a != RESPONSE_ABSENT;
		same += a == answer;
	}
	return n ? (double)same / (double)n : 0;
}

static void add_item(const struct response_matrix *r, const struct forensics *f, int i,
	struct evidence *e)
{
	const struct similar_pair *pair = e->pair;
	uint8_t a = response_at(r, pair->a, i);
	struct evidence_item *to = &e->item[e->n++];
	*to = (struct evidence_item){.item = i, .answer = a, .is_right = a == r->items[i].key,
		.share = share_of(r, i, a)};
	to->chance = (double)nominal_chances(&f->nominal, f->similarity.bin[pair->a], i)[a]
		* nominal_chances(&f->nominal, f->similarity.bin[pair->b], i)[a];
	e->rare_wrong += !to->is_right && to->share <= 0.05;
}

void forensics_evidence(const struct response_matrix *r, const struct forensics *f,
	const struct similar_pair *pair, struct arena *arena, struct evidence *ret_evidence)
{
	struct evidence e = {.pair = pair, .item = arena_array(arena, struct evidence_item, r->m)};
	int run = 0;
	for (int i = 0; i < r->m; i++) {
		uint8_t a = response_at(r, pair->a, i), b = response_at(r, pair->b, i);
		e.right_a += response_is_right(r, pair->a, i);
		e.right_b += response_is_right(r, pair->b, i);
		if (!f->nominal.items[i].is_used || a == RESPONSE_ABSENT || b == RESPONSE_ABSENT)
			continue;
		run = a == b && a != RESPONSE_OMITTED && a < RESPONSE_OTHER ? run + 1 : 0;
		if (run)
			add_item(r, f, i, &e);
		if (run > e.longest_run)
			e.longest_run = run;
	}
	e.theta_a = nominal_theta(f->similarity.bin[pair->a]);
	e.theta_b = nominal_theta(f->similarity.bin[pair->b]);
	e.expected_pairs = pair->p[f->similarity.options.primary]
		* (double)f->similarity.pairs[pair->family];
	*ret_evidence = e;
}
