/* Answers packed into bit planes, so that the matches of two candidates on a hundred items are a
 * dozen machine words and their bit counts.
 *
 * Per candidate: the category's number in up to four planes, a plane of the answers that may match
 * (given, listed, item with a key), a plane of those that are right. Two answers match when no
 * number plane differs and they may match; a match is right when either is.
 *
 * The counting loop is compiled for generic processors and for those with a bit-count instruction;
 * which one runs is decided by the processor at run time, and both give the same counts. */
#ifndef LUBAN_EXAM_BITPLANE_H
#define LUBAN_EXAM_BITPLANE_H

#include "domain/exam/response.h"

struct bitplane {
	int n, words, planes; /* words of 64 items; planes of category numbers, 1 to 4 */
	int stride;           /* words of one candidate: words * (planes + 2) */
	uint64_t *bits;       /* n * stride, in the arena */
};

/* In the order of `order` (n numbers of candidates). */
struct bitplane bitplane_pack(const struct response_matrix *r, const int *order,
	struct arena *arena);

/* For candidate x and each of from..to-1: matches that are right, matches that are wrong. The
 * arrays start at `from`. */
void bitplane_count(const struct bitplane *b, int x, int from, int to, uint16_t *ret_right,
	uint16_t *ret_wrong);

#endif
