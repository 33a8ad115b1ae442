/* The least likely pairs, at most so many: inside similarity*.c. */
#ifndef LUBAN_EXAM_SIMILARITY_IMPL_H
#define LUBAN_EXAM_SIMILARITY_IMPL_H

#include "domain/exam/similarity.h"

struct similarity_keep;

struct similarity_keep *similarity_keep_new(int most, struct arena *arena);
/* weight: the smaller, the rather kept; ties by candidates' numbers, so that the order is always
 * the same. */
void similarity_keep_add(struct similarity_keep *k, const struct similar_pair *pair, double weight);
/* Sorted by weight; returns how many. */
int similarity_keep_sort(struct similarity_keep *k, struct similar_pair **ret_pairs);

#endif
