/* Which wishes cannot be met together. A set in conflict is found by deletion (Chinneck 2008,
 * Feasibility and Infeasibility in Optimization, ch. 6) and then made the smallest there is by
 * hitting sets: a smallest conflict is a smallest set that hits every known way out (Ignatiev et
 * al. 2015, Smallest MUS Extraction with Minimal Hitting Set Dualization). */
#include "domain/exam/assemble_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 200 };

struct search {
	struct pool *p;
	bool is_whole;
	bool is_sure; /* every question so far had an answer */
	int n;
	bool *ways[ROUNDS_MAX]; /* sets of wishes: leave one of each out and the rest can be met */
	int n_ways;
};

static bool can(struct search *s, wish_set on)
{
	if (clock_seconds() > s->p->deadline) {
		s->is_sure = false;
		return true;
	}
	enum verdict v = s->is_whole ? whole_solve(s->p, on, true, NULL) : frame_check(s->p, on);
	if (v == CANNOT_TELL)
		s->is_sure = false;
	return v != CANNOT;
}

static int size_of(const struct search *s, wish_set on)
{
	int n = 0;
	for (int w = 0; w < s->n; w++)
		n += on[w];
	return n;
}

/* Leaves out what the conflict does not need, in chunks that shrink. */
static void by_deletion(struct search *s, bool *on)
{
	bool *try = arena_array(s->p->arena, bool, s->n);
	for (int chunk = s->n; chunk >= 1; chunk = chunk > 1 ? (chunk + 3) / 4 : 0) {
		for (int from = 0; from < s->n; from += chunk) {
			memcpy(try, on, (size_t)s->n);
			for (int w = from; w < from + chunk && w < s->n; w++)
				try[w] = false;
			if (memcmp(try, on, (size_t)s->n) != 0 && !can(s, try))
				memcpy(on, try, (size_t)s->n);
		}
	}
}

/* Adds wishes to a set that can be met while it stays so; what is left out is a way out. */
static bool *way_out(struct search *s, bool *on)
{
	bool *try = arena_array(s->p->arena, bool, s->n),
		*left = arena_array(s->p->arena, bool, s->n);
	for (int chunk = s->n; chunk >= 1; chunk = chunk > 1 ? (chunk + 3) / 4 : 0) {
		for (int from = 0; from < s->n; from += chunk) {
			memcpy(try, on, (size_t)s->n);
			for (int w = from; w < from + chunk && w < s->n; w++)
				try[w] = true;
			if (memcmp(try, on, (size_t)s->n) != 0 && can(s, try))
				memcpy(on, try, (size_t)s->n);
		}
	}
	for (int w = 0; w < s->n; w++)
		left[w] = !on[w];
	return left;
}

/* The smallest set with a wish of each known way out. */
static bool hit(struct search *s, bool *ret_on)
{
	auto_mip m = mip_new();
	for (int w = 0; w < s->n; w++)
		mip_column(m, 0, 1, 1, true);
	for (int i = 0; i < s->n_ways; i++) {
		int row = mip_row(m, 1, MIP_INF);
		for (int w = 0; w < s->n; w++)
			if (s->ways[i][w])
				mip_put(m, row, w, 1);
	}
	struct mip_result r;
	mip_solve(m, &(struct mip_limits){.seconds = pool_seconds_left(s->p), .gap = 0.5}, &r);
	for (int w = 0; w < s->n && r.x; w++)
		ret_on[w] = r.x[w] > 0.5;
	return r.x && r.status == MIP_SOLVED;
}

/* true when on is proven to be a smallest one. */
static bool by_hitting(struct search *s, bool *on)
{
	bool *try = arena_array(s->p->arena, bool, s->n);
	while (s->n_ways < ROUNDS_MAX && s->is_sure) {
		if (!hit(s, try))
			return false;
		int n = size_of(s, try);
		if (n >= size_of(s, on))
			return true;
		if (!can(s, try)) {
			memcpy(on, try, (size_t)s->n);
			return s->is_sure;
		}
		s->ways[s->n_ways++] = way_out(s, try);
	}
	return false;
}

static void find_missing(struct search *s, wish_set on, struct assembled *done)
{
	bool *hard = arena_array(s->p->arena, bool, s->n),
		*soft = arena_array(s->p->arena, bool, s->n);
	for (int w = 0; w < s->n; w++) {
		soft[w] = on[w] && wish_is_counting(&s->p->a->wishes[w]);
		hard[w] = on[w] && !soft[w];
	}
	if (!frame_missing(s->p, hard, soft, done->missing))
		memset(done->missing, 0, sizeof done->missing);
}

void conflict_find(struct pool *p, bool is_whole, struct assembled *ret_done)
{
	struct search s = {.p = p, .is_whole = is_whole, .is_sure = true, .n = p->a->n_wishes};
	bool *on = arena_array(p->arena, bool, s.n);
	memset(on, true, (size_t)s.n);
	by_deletion(&s, on);
	ret_done->is_smallest = by_hitting(&s, on);
	for (int w = 0; w < s.n; w++)
		if (on[w])
			ret_done->conflict[ret_done->n_conflict++] = w;
	find_missing(&s, on, ret_done);
}
