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

double paper_text_width(const struct paper_font *font, const char *text);
/* Lines of at most width, broken where Chinese and Latin text may be broken; at least one. */
size_t paper_text_break(struct arena *a, const struct paper_font *font, const char *text,
        double width, const char ***ret_lines);

#endif
