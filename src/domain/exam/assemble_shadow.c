/* Form after form, each with a shadow of those still to come (van der Linden & Adema 1998,
 * Simultaneous assembly of multiple test forms, Journal of Educational Measurement 35). A form is
 * found in two steps: how many of each class (integers, whole bank), then which items (0/1, a
 * seeded choice of candidates around those numbers). */
#include "domain/exam/assemble_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct shadow {
	struct pool *p;
	wish_set on;
	uint64_t random;
	int done;         /* forms found */
	int *uses;        /* by unit: forms that have it; musts are not counted */
	int *fresh;       /* by class: usable units in no form yet */
	int *spent;       /* by class: units in some form */
	double *cap;      /* by class: units one form can take at most */
	struct choice_of_units *choice;
};

static bool has_overlap(const struct shadow *s)
{
	return s->p->overlap >= 0 && s->on[s->p->overlap] && s->p->a->forms > 1;
}

static double overlap_most(const struct shadow *s)
{
	return floor(s->p->a->wishes[s->p->overlap].hi + 1e-9);
}

static void count_classes(struct shadow *s)
{
	struct pool *p = s->p;
	for (int c = 0; c < p->n_classes; c++) {
		const struct unit_class *class = &p->classes[c];
		s->fresh[c] = s->spent[c] = 0;
		if (!unit_is_usable(p, &p->units[class->units[0]], s->on))
			continue;
		for (int i = 0; i < class->n; i++)
			s->uses[class->units[i]] ? s->spent[c]++ : s->fresh[c]++;
	}
}

static void find_caps(struct shadow *s)
{
	struct pool *p = s->p;
	for (int c = 0; c < p->n_classes; c++) {
		const struct unit *u = &p->units[p->classes[c].units[0]];
		s->cap[c] = p->classes[c].n;
		for (int i = 0; i < u->n_entries; i++) {
			const struct assemble_wish *w = &p->a->wishes[u->entries[i].wish];
			if (s->on[u->entries[i].wish] && wish_is_counting(w) && isfinite(w->hi))
				s->cap[c] = fmin(s->cap[c],
					floor(w->hi / u->entries[i].value + 1e-9));
		}
	}
}

/* Could this form and those to come want more of the class than is left? */
static bool is_scarce(const struct shadow *s, int class)
{
	const struct pool *p = s->p;
	if (!has_overlap(s) || unit_must(p, &p->units[p->classes[class].units[0]], s->on))
		return false;
	return s->fresh[class] < s->cap[class] * (p->a->forms - s->done);
}

static bool any_is_scarce(const struct shadow *s)
{
	for (int c = 0; c < s->p->n_classes; c++)
		if (is_scarce(s, c))
			return true;
	return false;
}

/* Sums of the forms to come may not leave what the targets allow. */
static void rest_targets(struct mip *m, const struct shadow *s, const int *rest, int forms,
	bool is_spread)
{
	const struct pool *p = s->p;
	double slack = is_spread ? slack_spread(p, s->on) : slack_expected(p, s->on);
	double target = is_spread ? p->target_spread : p->target_expected;
	if (slack < 0 || !(is_spread ? p->has_spread : p->has_expected))
		return;
	int reach_up = mip_row(m, forms * (target - slack), MIP_INF);
	int reach_down = mip_row(m, -MIP_INF, forms * (target + slack));
	for (int c = 0; c < p->n_classes; c++) {
		const struct unit_class *class = &p->classes[c];
		if (rest[c] < 0)
			continue;
		mip_put(m, reach_up, rest[c],
			is_spread ? class->most_spread : class->most_expected);
		mip_put(m, reach_down, rest[c],
			is_spread ? class->least_spread : class->least_expected);
	}
}

/* The shadow. mine: by class, the row that counts fresh units of this form (-1: plentiful). */
static void shadow_rows(struct mip *m, const struct shadow *s, const int *mine)
{
	const struct pool *p = s->p;
	int forms = p->a->forms - s->done - 1, *rest = arena_array(p->arena, int, p->n_classes);
	if (forms < 1 || !any_is_scarce(s))
		return;
	columns_of_classes(m, p, s->on, forms, false, rest);
	rows_of_classes(m, p, s->on, rest, forms);
	rest_targets(m, s, rest, forms, false);
	rest_targets(m, s, rest, forms, true);
	int pairs = forms * (s->done + 1) + forms * (forms - 1) / 2;
	int common = mip_row(m, -MIP_INF, overlap_most(s) * pairs);
	for (int c = 0; c < p->n_classes; c++) {
		if (mine[c] < 0 || rest[c] < 0)
			continue;
		int reuse = mip_column(m, 0, (double)p->classes[c].n * forms, 0, false);
		mip_put(m, mine[c], rest[c], 1);
		mip_put(m, mine[c], reuse, -1);
		mip_put(m, common, reuse, p->units[p->classes[c].units[0]].n_items);
	}
}

static int *rows_of_scarce(struct mip *m, const struct shadow *s)
{
	int *mine = arena_array(s->p->arena, int, s->p->n_classes);
	for (int c = 0; c < s->p->n_classes; c++)
		mine[c] = is_scarce(s, c) ? mip_row(m, -MIP_INF, s->fresh[c]) : -1;
	return mine;
}

static void solve(struct shadow *s, struct mip *m, double gap, int64_t nodes,
	struct mip_result *ret)
{
	mip_solve(m, &(struct mip_limits){.nodes = nodes, .seconds = pool_seconds_left(s->p),
		.gap = gap, .seed = (int)(seed_next(&s->random) & 0xffffff)}, ret);
	s->p->nodes += ret->nodes;
	s->p->is_cut_short |= ret->is_cut_short;
}

/* Step one: how many of each class. Class means stand for expected score and spread. */
static enum verdict plan(struct shadow *s, int *ret_counts)
{
	struct pool *p = s->p;
	int *n = arena_array(p->arena, int, p->n_classes);
	auto_mip m = mip_new();
	columns_of_classes(m, p, s->on, 1, true, n);
	rows_of_classes(m, p, s->on, n, 1);
	int *mine = rows_of_scarce(m, s);
	int common = mip_row(m, -MIP_INF, has_overlap(s) ? overlap_most(s) * s->done : MIP_INF);
	for (int c = 0; c < p->n_classes; c++) {
		if (mine[c] < 0 || n[c] < 0)
			continue;
		int reuse = mip_column(m, 0, s->spent[c], 0, false);
		mip_put(m, mine[c], n[c], 1);
		mip_put(m, mine[c], reuse, -1);
		mip_put(m, common, reuse, p->units[p->classes[c].units[0]].n_items);
	}
	shadow_rows(m, s, mine);
	for (int is_spread = 0; is_spread < 2; is_spread++) {
		if (!(is_spread ? p->has_spread : p->has_expected))
			continue;
		int row = row_of_target(m, is_spread ? p->target_spread : p->target_expected, -1);
		for (int c = 0; c < p->n_classes; c++)
			if (n[c] >= 0)
				mip_put(m, row, n[c], is_spread ? p->classes[c].mean_spread
					: p->classes[c].mean_expected);
	}
	struct mip_result r;
	solve(s, m, 0.5, 5000, &r);
	if (!r.x)
		return r.status == MIP_INFEASIBLE ? CANNOT : CANNOT_TELL;
	for (int c = 0; c < p->n_classes; c++)
		ret_counts[c] = n[c] < 0 ? 0 : (int)lround(r.x[n[c]]);
	return CAN;
}

struct draw {
	int unit;
	double key;
};

static int by_key(const void *x, const void *y)
{
	const struct draw *a = x, *b = y;
	return a->key < b->key ? -1 : a->key > b->key ? 1 : a->unit - b->unit;
}

/* Candidates of a class: drawn by lot, those seen by fewer people first by weight; units that other
 * forms have only where fresh ones run short. */
static void draw_class(struct shadow *s, int class, int wanted, struct draw *room, int *ret_columns,
	struct mip *m)
{
	struct pool *p = s->p;
	const struct unit_class *c = &p->classes[class];
	if (wanted < 1 || !unit_is_usable(p, &p->units[c->units[0]], s->on))
		return;
	bool takes_spent = has_overlap(s) && overlap_most(s) >= 1 && is_scarce(s, class);
	int n = 0;
	for (int i = 0; i < c->n; i++) {
		int unit = c->units[i];
		double lot = (double)(seed_next(&s->random) >> 11) / 9007199254740992.0;
		if (has_overlap(s) && s->uses[unit] && !takes_spent)
			continue;
		room[n++] = (struct draw){unit, lot * (1 + (double)p->units[unit].exposures)
			+ (s->uses[unit] && has_overlap(s) ? 1e12 : 0)};
	}
	qsort(room, (size_t)n, sizeof *room, by_key);
	for (int i = 0; i < n && i < wanted; i++)
		ret_columns[room[i].unit] = mip_column(m, 0, 1, 0, true);
}

/* Of scarce classes no more than was planned, so that the forms to come find what they need. */
static void count_rows(struct mip *m, const struct shadow *s, const int *columns,
	const int *counts, int spare)
{
	const struct pool *p = s->p;
	int *row = arena_array(p->arena, int, p->n_classes);
	for (int c = 0; c < p->n_classes; c++)
		row[c] = is_scarce(s, c) && s->p->a->forms > s->done + 1
			? mip_row(m, -MIP_INF, counts[c] + spare) : -1;
	for (int u = 0; u < p->n_units; u++)
		if (columns[u] >= 0 && row[p->units[u].class] >= 0)
			mip_put(m, row[p->units[u].class], columns[u], 1);
	for (int g = 0; g < s->done && has_overlap(s); g++) {
		int common = mip_row(m, -MIP_INF, overlap_most(s));
		for (int u = 0; u < p->n_units; u++)
			if (columns[u] >= 0 && s->choice->is_in[g][u]
				&& !unit_must(p, &p->units[u], s->on))
				mip_put(m, common, columns[u], p->units[u].n_items);
	}
}

static void target_rows(struct mip *m, const struct shadow *s, const int *columns)
{
	const struct pool *p = s->p;
	for (int is_spread = 0; is_spread < 2; is_spread++) {
		if (!(is_spread ? p->has_spread : p->has_expected))
			continue;
		int row = row_of_target(m, is_spread ? p->target_spread : p->target_expected,
			is_spread ? slack_spread(p, s->on) : slack_expected(p, s->on));
		for (int u = 0; u < p->n_units; u++)
			if (columns[u] >= 0)
				mip_put(m, row, columns[u], is_spread ? p->units[u].spread
					: p->units[u].expected);
	}
}

/* Step two: which items. try: the first one is small; later ones have more candidates and more room
 * around the plan. */
static enum verdict pick(struct shadow *s, const int *counts, int try, struct mip_result *ret,
	struct mip *m, int *columns)
{
	static const int factors[] = {6, 20, 1000}, extras[] = {500, 1500, 1000000};
	struct pool *p = s->p;
	struct draw *room = arena_array(p->arena, struct draw, p->n_units);
	for (int u = 0; u < p->n_units; u++)
		columns[u] = -1;
	for (int c = 0; c < p->n_classes; c++) {
		int lot = (int)(seed_next(&s->random) % (uint64_t)p->n_classes);
		int extra = try == 2 ? 1000 : lot < extras[try] ? 1 : 0;
		draw_class(s, c, counts[c] * factors[try] + extra, room, columns, m);
	}
	int candidates = mip_columns(m);
	rows_of_units(m, p, s->on, columns);
	count_rows(m, s, columns, counts, try);
	target_rows(m, s, columns);
	solve(s, m, 0.03, 1000, ret);
	if (candidates > s->choice->candidates)
		s->choice->candidates = candidates;
	return ret->x ? CAN : ret->status == MIP_INFEASIBLE ? CANNOT : CANNOT_TELL;
}

static void keep(struct shadow *s, const struct mip_result *r, const int *columns)
{
	struct pool *p = s->p;
	bool *is_in = arena_array(p->arena, bool, p->n_units);
	for (int u = 0; u < p->n_units; u++) {
		is_in[u] = columns[u] >= 0 && r->x[columns[u]] > 0.5;
		if (is_in[u] && !unit_must(p, &p->units[u], s->on))
			s->uses[u]++;
	}
	s->choice->is_in[s->done++] = is_in;
	s->choice->objective += r->objective;
	s->choice->bound += r->bound;
}

static enum verdict next_form(struct shadow *s)
{
	struct pool *p = s->p;
	int *counts = arena_array(p->arena, int, p->n_classes);
	int *columns = arena_array(p->arena, int, p->n_units);
	enum verdict v = CANNOT_TELL;
	count_classes(s);
	if (plan(s, counts) != CAN)
		return CANNOT_TELL;
	for (int try = 0; try < 3; try++) {
		auto_mip m = mip_new();
		struct mip_result r;
		v = pick(s, counts, try, &r, m, columns);
		if (v == CAN) {
			keep(s, &r, columns);
			return CAN;
		}
		if (p->deadline < clock_seconds())
			break;
	}
	return CANNOT_TELL;
}

enum verdict shadow_solve(struct pool *p, wish_set on, struct choice_of_units *ret_choice)
{
	struct shadow s = {.p = p, .on = on, .random = p->a->seed, .choice = ret_choice};
	s.uses = arena_array(p->arena, int, p->n_units);
	s.fresh = arena_array(p->arena, int, p->n_classes);
	s.spent = arena_array(p->arena, int, p->n_classes);
	s.cap = arena_array(p->arena, double, p->n_classes);
	*ret_choice = (struct choice_of_units){0};
	find_caps(&s);
	while (s.done < p->a->forms) {
		enum verdict v = next_form(&s);
		if (v != CAN)
			return v;
		p->is_stopped = p->a->progress && p->a->progress(p->a->arg, s.done, p->a->forms);
		if (p->is_stopped)
			return CANNOT_TELL;
	}
	return CAN;
}
