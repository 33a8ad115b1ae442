/* The way from wishes to forms, or to the reason why there are none. */
#include "domain/exam/assemble_impl.h"

#include <math.h>
#include <string.h>

/* What the wish wants that the bank has not, taken alone with filters and overlap. */
static bool is_lacking(const struct pool *p, int wish, struct assemble_lack *ret_lack)
{
	const struct assembly *a = p->a;
	const struct assemble_wish *w = &a->wishes[wish];
	if (!wish_is_counting(w) || !isfinite(w->lo) || w->lo <= 0)
		return false;
	double k = a->forms, all = 0, usable = 0, must = 0;
	for (int i = 0; i < a->n_items; i++) {
		if (!assemble_is_in(a, w, i))
			continue;
		double value = assemble_measure(&a->items[i], w->measure, 0);
		bool is_out = false, is_must = false;
		const struct unit *u = &p->units[p->unit_of[i]];
		for (int e = 0; e < u->n_entries; e++) {
			const struct assemble_wish *o = &a->wishes[u->entries[e].wish];
			is_out |= o->type == WISH_NOT || o->type == WISH_EXPOSURE
				|| o->type == WISH_REST;
			is_must |= o->type == WISH_MUST;
		}
		all += value;
		usable += is_out ? 0 : value;
		must += is_must && !is_out ? value : 0;
	}
	double needed = w->lo;
	if (p->overlap >= 0 && w->measure == BY_COUNT)
		needed = fmax(needed, k * w->lo - floor(a->wishes[p->overlap].hi + 1e-9) * k * (
			k - 1) / 2
			- (k - 1) * must);
	*ret_lack = (struct assemble_lack){wish, needed, fmin(usable, w->lo), usable, all};
	return usable < needed - 1e-6;
}

static void find_lacks(const struct pool *p, struct assembled *done)
{
	for (int w = 0; w < p->a->n_wishes; w++)
		if (is_lacking(p, w, &done->lacks[done->n_lacks]))
			done->n_lacks++;
}

static void write_forms(const struct pool *p, const struct choice_of_units *c,
	struct assembled *done)
{
	for (int f = 0; f < p->a->forms; f++) {
		struct assembled_form *form = &done->forms[f];
		form->items = arena_array(p->arena, int, p->a->n_items);
		for (int i = 0; i < p->a->n_items; i++) {
			if (!c->is_in[f][p->unit_of[i]])
				continue;
			const struct assemble_item *it = &p->a->items[i];
			form->items[form->n++] = i;
			form->score += it->score_centi / 100.0;
			form->expected += assemble_measure(it, BY_EXPECTED, 0);
			form->spread += assemble_measure(it, BY_SPREAD, 0);
		}
	}
	done->objective = c->objective;
	done->bound = fmax(0, c->bound);
	done->candidates = c->candidates;
	done->target_expected = p->has_expected ? p->target_expected : 0;
	done->target_spread = p->has_spread ? p->target_spread : 0;
}

static bool is_met(const struct assembly *a, const struct assembled *done)
{
	for (int w = 0; w < a->n_wishes; w++) {
		struct wish_check check;
		assemble_check(a, done->forms, &a->wishes[w], &check);
		if (!check.is_met)
			return false;
	}
	return true;
}

static enum assembled_status search(struct pool *p, wish_set on, struct assembled *done)
{
	enum { SMALL = 90 };
	struct choice_of_units choice;
	int columns = whole_columns(p, on);
	done->model = MODEL_FRAME;
	if (frame_check(p, on) == CANNOT) {
		conflict_find(p, false, done);
		return ASSEMBLED_CONFLICT;
	}
	frame_targets(p, on);
	enum verdict v = CANNOT_TELL;
	if (columns > SMALL) {
		done->model = MODEL_SHADOW;
		v = shadow_solve(p, on, &choice);
	}
	if (v != CAN && !p->is_stopped && columns <= WHOLE_COLUMNS_MAX
		&& clock_seconds() < p->deadline) {
		done->model = MODEL_WHOLE;
		v = whole_solve(p, on, false, &choice);
	}
	if (v == CANNOT)
		conflict_find(p, true, done);
	if (v != CAN)
		return v == CANNOT ? ASSEMBLED_CONFLICT : ASSEMBLED_UNKNOWN;
	write_forms(p, &choice, done);
	return is_met(p->a, done) ? ASSEMBLED : ASSEMBLED_UNKNOWN;
}

void assemble(struct arena *arena, const struct assembly *a, struct assembled *ret_done)
{
	double begun = clock_seconds();
	struct pool pool;
	memset(ret_done, 0, sizeof *ret_done);
	ret_done->status = ASSEMBLED_INVALID;
	if (pool_is_invalid(a))
		return;
	pool_make(arena, a, &pool);
	bool *on = arena_array(arena, bool, a->n_wishes);
	memset(on, true, (size_t)a->n_wishes);
	find_lacks(&pool, ret_done);
	ret_done->status = search(&pool, on, ret_done);
	if (pool.is_stopped)
		ret_done->status = ASSEMBLED_STOPPED;
	ret_done->nodes = pool.nodes;
	ret_done->is_cut_short = pool.is_cut_short;
	ret_done->ms = (int64_t)((clock_seconds() - begun) * 1000);
}
