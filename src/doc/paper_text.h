/* Measuring and breaking text as it will be set on paper (pango). Lengths in millimetres. */
#ifndef LUBAN_DOC_PAPER_TEXT_H
#define LUBAN_DOC_PAPER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct paper_font {
	const char *family; /* NULL: the sans of all papers */
	double size, spacing;
	bool is_bold;
};

/* One thread at a time uses pango, cairo and librsvg: cairo 1.16 takes the locks of its glyph cache
 * in either order, so two threads could wait for each other for ever. The functions below are
 * called with it held. */
void paper_text_lock(void);
void paper_text_unlock(void);

double paper_text_width(const struct paper_font *font, const char *text);
/* Lines of at most width, broken where Chinese and Latin text may be broken; at least one. */
size_t paper_text_break(struct arena *a, const struct paper_font *font, const char *text,
        double width, const char ***ret_lines);

#endif
