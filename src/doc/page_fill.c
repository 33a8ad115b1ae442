/* Pieces of a text on pages. */
#include "doc/page_fill.h"

static const double EPSILON = 1e-6; /* what sums of lengths are off by */

static size_t end_of_block(const struct page_piece *all, size_t n, size_t from)
{
	size_t i = from;
	while (i < n && all[i].block == all[from].block)
		i++;
	return i;
}

static double height_of(const struct page_piece *all, size_t from, size_t to)
{
	double height = 0;
	for (size_t i = from; i < to; i++)
		height += all[i].height;
	return height;
}

/* A block with the headings before it and what they head. */
static double height_together(const struct page_piece *all, size_t n, size_t from)
{
	size_t to = end_of_block(all, n, from);
	while (to < n && all[to - 1].is_heading)
		to = end_of_block(all, n, to);
	return height_of(all, from, to);
}

size_t page_fill(struct page_piece *all, size_t n, double height)
{
	size_t page = 0;
	double y = 0, most = height + EPSILON;
	for (size_t from = 0, to; from < n; from = to) {
		to = end_of_block(all, n, from);
		double own = height_of(all, from, to), need = height_together(all, n, from);
		bool is_new = y > 0 && ((y + need > most && need <= most) ||
			(y + own > most && own <= most));
		page += is_new;
		y = is_new ? 0 : y;
		for (size_t i = from; i < to; i++) {
			if (y > 0 && y + all[i].height > most) {
				page++;
				y = 0;
			}
			all[i].page = page;
			all[i].y = y;
			y += all[i].height;
		}
	}
	return page + 1;
}
