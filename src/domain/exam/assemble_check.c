/* Forms against wishes, counted from the items alone: what the report states is not what the solver
 * believes. */
#include "domain/exam/assemble_impl.h"

#include <math.h>

static double sum_of(const struct assembly *a, const struct assembled_form *f,
	const struct assemble_wish *w)
{
	double sum = 0;
	for (int i = 0; i < f->n; i++)
		if (w->type != WISH_SUM || assemble_is_in(a, w, f->items[i]))
			sum += assemble_measure(&a->items[f->items[i]], w->measure, w->theta);
	return sum;
}

static bool has(const struct assembled_form *f, int item)
{
	for (int i = 0; i < f->n; i++)
		if (f->items[i] == item)
			return true;
	return false;
}

/* What stands in every form by wish, with what stands beside it under its material. */
static bool is_must(const struct assembly *a, int item)
{
	int material = a->items[item].material;
	for (int w = 0; w < a->n_wishes; w++) {
		int must = a->wishes[w].item;
		if (a->wishes[w].type == WISH_MUST
			&& (must == item || (material && a->items[must].material == material)))
			return true;
	}
	return false;
}

static double in_common(const struct assembly *a, const struct assembled_form *f,
	const struct assembled_form *g)
{
	double n = 0;
	for (int i = 0; i < f->n; i++)
		n += has(g, f->items[i]) && !is_must(a, f->items[i]);
	return n;
}

static double of_form(const struct assembly *a, const struct assembled_form *forms, int f,
	const struct assemble_wish *w)
{
	double n = 0;
	switch (w->type) {
	case WISH_SUM:
	case WISH_EQUAL:
		return sum_of(a, &forms[f], w);
	case WISH_MUST:
		return has(&forms[f], w->item);
	case WISH_NOT:
	case WISH_EXPOSURE:
	case WISH_REST:
		for (int i = 0; i < forms[f].n; i++)
			n += assemble_is_out(a, w, forms[f].items[i]);
		return n;
	case WISH_ENEMIES:
		for (int i = 0; i < a->n_enemies; i++)
			n += has(&forms[f], a->enemies[i].one) && has(&forms[f],
				a->enemies[i].other);
		return n;
	case WISH_OVERLAP:
		for (int g = 0; g < f; g++)
			n = fmax(n, in_common(a, &forms[f], &forms[g]));
		return n;
	}
	return 0;
}

void assemble_check(const struct assembly *a, const struct assembled_form *forms,
	const struct assemble_wish *w, struct wish_check *ret_check)
{
	double least = INFINITY, most = -INFINITY;
	for (int f = 0; f < a->forms; f++) {
		double x = of_form(a, forms, f, w);
		least = fmin(least, x);
		most = fmax(most, x);
	}
	bool is_met = most <= 0;
	if (w->type == WISH_SUM) {
		is_met = least >= w->lo - 1e-6 && most <= w->hi + 1e-6;
	} else if (w->type == WISH_MUST) {
		is_met = least >= 1;
	} else if (w->type == WISH_OVERLAP) {
		is_met = most <= w->hi + 1e-9;
	} else if (w->type == WISH_EQUAL) {
		double middle = w->measure == BY_SPREAD ? (least + most) / 2 : 1;
		most = middle > 0 ? (most - least) / middle : 0;
		least = 0;
		is_met = most <= w->hi + 1e-6;
	}
	*ret_check = (struct wish_check){least, most, is_met};
}
