/* Which piece of a text stands where: pieces (lines, pictures) belong to blocks, and a block is not
 * broken over two pages unless it is longer than one. */
#ifndef LUBAN_DOC_PAGE_FILL_H
#define LUBAN_DOC_PAGE_FILL_H

#include <stdbool.h>
#include <stddef.h>

struct page_piece {
	double height;
	int block;        /* pieces of one block follow one another */
	bool is_heading;  /* its block stays with the one that follows */
	/* out */
	size_t page;
	double y;         /* of its top */
};

/* How many pages of this height; one at least. */
size_t page_fill(struct page_piece *all, size_t n, double height);

#endif
