#include "domain/exam/exposure.h"

#include <stdlib.h>

#include "query/exam_form.h"
#include "query/paper.h"

static int by_id(const void *x, const void *y)
{
	const struct q_paper_item_used_in *a = x, *b = y;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* In the order of items, so that two who write at once do not wait for each other in a circle. */
static int put(struct ctx *cx, struct q_paper_item_used_in *in, size_t n)
{
	qsort(in, n, sizeof *in, by_id);
	int r = n ? (int)q_paper_item_used_bulk(cx->db, in, n, NULL) : 0;
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int exposure_opened(struct ctx *cx, const struct form *form)
{
	struct q_paper_item_used_in *in = arena_array(cx->arena, struct q_paper_item_used_in,
		form->n_items + 1);
	for (int i = 0; i < form->n_items; i++)
		in[i] = (struct q_paper_item_used_in){.id = form->items[i].item_id,
			.used_on = ctx_today(cx)};
	return put(cx, in, (size_t)form->n_items);
}

int exposure_sat(struct ctx *cx, int64_t exam_id)
{
	struct q_paper_forms_seen_rows seen;
	int r = q_paper_forms_seen(cx->db, &seen, .exam_id = exam_id);
	if (r < 0)
		return ctx_pass(cx, r);
	struct q_paper_item_used_in *in = arena_array(cx->arena, struct q_paper_item_used_in,
		seen.n * FORM_ITEMS_MAX + 1);
	size_t n = 0;
	for (size_t f = 0; f < seen.n; f++) {
		struct q_paper_form_items_rows items;
		if ((r = q_paper_form_items(cx->db, &items, .form_id = seen.at[f].form_id)) < 0)
			return ctx_pass(cx, r);
		for (size_t i = 0; i < items.n && i < FORM_ITEMS_MAX; i++)
			in[n++] = (struct q_paper_item_used_in){.id = items.at[i].item_id,
				.used_on = ctx_today(cx), .sittings = seen.at[f].sittings};
	}
	return put(cx, in, n);
}
