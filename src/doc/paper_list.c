#include "doc/paper_list.h"

int paper_list(struct ctx *cx, const char *title, size_t n_rows, paper_page_fn *put_page,
	const void *list, struct str *ret_pdf)
{
	struct paper *paper;
	size_t pages = n_rows ? (n_rows + PAPER_ROWS - 1) / PAPER_ROWS : 1;
	int r = paper_new(title, &paper);
	if (r < 0)
		return fail(cx, r, "paper.failed", "");
	paper_date(paper, ctx_now(cx));
	for (size_t i = 0; r == 0 && i < pages; i++)
		r = put_page(paper, list, i, pages);
	if (r < 0) {
		(void)fail(cx, ERR_BUG, "paper.failed", paper_error(paper));
		paper_free(paper);
		return ERR_BUG;
	}
	r = paper_finish(paper, cx->arena, ret_pdf);
	return r < 0 ? fail(cx, r, "paper.failed", "") : 0;
}
