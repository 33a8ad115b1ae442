/* A heap whose top is the likeliest of the pairs kept: the first to go. */
#include <stdlib.h>

#include "domain/exam/similarity_impl.h"

struct weighed {
	double weight;
	struct similar_pair pair;
};

struct similarity_keep {
	struct weighed *heap;
	int n, most;
};

struct similarity_keep *similarity_keep_new(int most, struct arena *arena)
{
	struct similarity_keep *k = arena_make(arena, struct similarity_keep);
	k->heap = arena_array(arena, struct weighed, most + 1);
	k->most = most;
	return k;
}

static int compare(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;
	if (x->weight != y->weight)
		return x->weight < y->weight ? -1 : 1;
	return x->pair.a != y->pair.a ? x->pair.a - y->pair.a : x->pair.b - y->pair.b;
}

static void swap(struct weighed *x, struct weighed *y)
{
	struct weighed t = *x;
	*x = *y;
	*y = t;
}

static void rise(struct similarity_keep *k, int at)
{
	while (at > 0 && compare(&k->heap[at], &k->heap[(at - 1) / 2]) > 0) {
		swap(&k->heap[at], &k->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static void sink(struct similarity_keep *k, int at)
{
	for (;;) {
		int top = at;
		for (int child = 2 * at + 1; child <= 2 * at + 2 && child < k->n; child++)
			if (compare(&k->heap[child], &k->heap[top]) > 0)
				top = child;
		if (top == at)
			return;
		swap(&k->heap[at], &k->heap[top]);
		at = top;
	}
}

void similarity_keep_add(struct similarity_keep *k, const struct similar_pair *pair, double weight)
{
	struct weighed w = {weight, *pair};
	if (k->n < k->most) {
		k->heap[k->n] = w;
		rise(k, k->n++);
	} else if (compare(&w, &k->heap[0]) < 0) {
		k->heap[0] = w;
		sink(k, 0);
	}
}

int similarity_keep_sort(struct similarity_keep *k, struct similar_pair **ret_pairs)
{
	qsort(k->heap, (size_t)k->n, sizeof *k->heap, compare);
	/* Pairs move together in place: each lands before where it was read. */
	struct similar_pair *pairs = (struct similar_pair *)k->heap;
	for (int i = 0; i < k->n; i++) {
		struct similar_pair pair = k->heap[i].pair;
		pairs[i] = pair;
	}
	*ret_pairs = pairs;
	return k->n;
}
