/* A picture of an item on paper: decoded, turned upright, made smaller when it is finer than print,
 * on white. */
#ifndef LUBAN_DOC_PICTURE_H
#define LUBAN_DOC_PICTURE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

struct picture {
	const char *href; /* data: URI */
	int width, height; /* pixels */
};

/* ERR_INVALID: no PNG or JPEG, broken, or too large to be decoded (6000 pixels a side). */
int picture_for_paper(struct arena *a, struct str in, struct picture *ret_picture) MUST_CHECK;

/* Upright; the shorter side of about short_side pixels when it has more, which costs less than all
 * of it. NULL: broken. The caller has looked at its head and unrefs it. */
struct _GdkPixbuf;
struct _GdkPixbuf *picture_decode(struct str in, bool is_png, int short_side);

#endif
