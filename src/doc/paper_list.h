/* A list on paper: as many pages as its rows take, PAPER_ROWS on each, at least one. */
#ifndef LUBAN_DOC_PAPER_LIST_H
#define LUBAN_DOC_PAPER_LIST_H

#include "core/ctx.h"
#include "doc/paper.h"

/* Draws page `page` (from 0) of `pages`; negative ends the paper. */
typedef int paper_page_fn(struct paper *paper, const void *list, size_t page, size_t pages);

int paper_list(struct ctx *cx, const char *title, size_t n_rows, paper_page_fn *put_page,
	const void *list, struct str *ret_pdf) MUST_CHECK;

#endif
