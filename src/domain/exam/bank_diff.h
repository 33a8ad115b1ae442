/* What changed between two versions, word by word: a Chinese character or a run of Latin letters
 * and digits is a word. */
#ifndef LUBAN_DOMAIN_EXAM_BANK_DIFF_H
#define LUBAN_DOMAIN_EXAM_BANK_DIFF_H

#include "domain/exam/item.h"

enum diff_op { DIFF_SAME, DIFF_OUT, DIFF_IN };

struct diff_piece {
	enum diff_op op;
	const char *text;
};

/* The item as lines of plain text: stem, options, key, and so on. */
const char *item_lines(struct ctx *cx, const struct item *it);
/* The pieces in order; neighbours differ in op. A longest common subsequence of words between what
 * both have in common at the ends; where more than a few thousand words differ, the whole of it is
 * taken out and put in. */
size_t text_diff(struct ctx *cx, const char *before, const char *after,
	struct diff_piece **ret_pieces);

#endif
