/* SplitMix64 (public domain, Sebastiano Vigna). */
#include "domain/demo/chance.h"

#include <string.h>

void chance_init(struct chance *c, const char *seed)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
	for (const char *p = seed; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
	c->state = h;
}

uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int64_t chance_below(struct chance *c, int64_t n)
{
	return n > 0 ? (int64_t)(chance_next(c) >> 1) % n : 0;
}

int64_t chance_between(struct chance *c, int64_t lo, int64_t hi)
{
	return lo + chance_below(c, hi - lo + 1);
}

bool chance_is(struct chance *c, int percent)
{
	return chance_below(c, 100) < percent;
}

/* Three even draws added up are nearly a normal one of that spread. */
int64_t chance_bell(struct chance *c, int64_t mean, int64_t spread)
{
	int64_t sum = 0;
	for (int i = 0; i < 3; i++)
		sum += chance_between(c, -spread, spread);
	return mean + sum;
}

void chance_fill(void *self, void *p, size_t n)
{
	unsigned char *at = p;
	while (n) {
		uint64_t value = chance_next(self);
		size_t part = n < sizeof value ? n : sizeof value;
		memcpy(at, &value, part);
		at += part;
		n -= part;
	}
}
