/* Packing and counting. The counting body is written once and inlined into a function per kind of
 * processor; words and planes are constants in the common cases, so that the loops unroll. */
#include "domain/exam/bitplane.h"

static int planes_for(const struct response_matrix *r)
{
	int most = 1, planes = 1;
	for (int i = 0; i < r->m; i++)
		if (r->items[i].options > most)
			most = r->items[i].options;
	while (most >> planes)
		planes++;
	return planes;
}

static void pack_one(const struct bitplane *b, const struct response_matrix *r, int person,
	uint64_t *to)
{
	for (int i = 0; i < r->m; i++) {
		int a = response_at(r, person, i), key = r->items[i].key;
		uint64_t bit = (uint64_t)1 << (i & 63);
		int w = i >> 6;
		if (!key || a < 1 || a > r->items[i].options)
			continue;
		for (int k = 0; k < b->planes; k++)
			if (a >> k & 1)
				to[k * b->words + w] |= bit;
		to[b->planes * b->words + w] |= bit;
		if (a == key)
			to[(b->planes + 1) * b->words + w] |= bit;
	}
}

struct bitplane bitplane_pack(const struct response_matrix *r, const int *order,
	struct arena *arena)
{
	struct bitplane b = {.n = r->n, .words = (r->m + 63) / 64, .planes = planes_for(r)};
	b.stride = b.words * (b.planes + 2);
	b.bits = arena_array(arena, uint64_t, (int64_t)b.n * b.stride + 1);
	for (int k = 0; k < b.n; k++)
		pack_one(&b, r, order[k], b.bits + (int64_t)k * b.stride);
	return b;
}

static inline __attribute__((always_inline)) void count(const struct bitplane *b, int words,
	int planes, int x, int from, int to, uint16_t *ret_right, uint16_t *ret_wrong)
{
	int stride = words * (planes + 2);
	const uint64_t *p = b->bits + (int64_t)x * stride;
	const uint64_t *q = b->bits + (int64_t)from * stride;
	for (int y = from; y < to; y++, q += stride) {
		int match = 0, right = 0;
		for (int w = 0; w < words; w++) {
			uint64_t differ = 0;
			for (int k = 0; k < planes; k++)
				differ |= p[k * words + w] ^ q[k * words + w];
			uint64_t same = ~differ & p[planes * words + w] & q[planes * words + w];
			match += __builtin_popcountll(same);
			right += __builtin_popcountll(same & p[(planes + 1) * words + w]);
		}
		ret_right[y - from] = (uint16_t)right;
		ret_wrong[y - from] = (uint16_t)(match - right);
	}
}

static inline __attribute__((always_inline)) void choose(const struct bitplane *b, int x, int from,
	int to, uint16_t *ret_right, uint16_t *ret_wrong)
{
	if (b->planes == 3 && b->words == 2)
		count(b, 2, 3, x, from, to, ret_right, ret_wrong);
	else if (b->planes == 3 && b->words == 1)
		count(b, 1, 3, x, from, to, ret_right, ret_wrong);
	else if (b->planes == 3 && b->words == 3)
		count(b, 3, 3, x, from, to, ret_right, ret_wrong);
	else
		count(b, b->words, b->planes, x, from, to, ret_right, ret_wrong);
}

#if defined __x86_64__
static __attribute__((target("popcnt"))) void count_popcnt(const struct bitplane *b, int x,
	int from, int to, uint16_t *ret_right, uint16_t *ret_wrong)
{
	choose(b, x, from, to, ret_right, ret_wrong);
}
#endif

void bitplane_count(const struct bitplane *b, int x, int from, int to, uint16_t *ret_right,
	uint16_t *ret_wrong)
{
#if defined __x86_64__
	if (__builtin_cpu_supports("popcnt")) {
		count_popcnt(b, x, from, to, ret_right, ret_wrong);
		return;
	}
#endif
	choose(b, x, from, to, ret_right, ret_wrong);
}
