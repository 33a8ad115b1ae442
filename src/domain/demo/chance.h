/* The generator's own randomness: SplitMix64 from a seed text, the same on every machine. */
#ifndef LUBAN_DEMO_CHANCE_H
#define LUBAN_DEMO_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

void chance_init(struct chance *c, const char *seed);
uint64_t chance_next(struct chance *c);
int64_t chance_below(struct chance *c, int64_t n);                  /* 0 … n-1 */
int64_t chance_between(struct chance *c, int64_t lo, int64_t hi);   /* both may come */
bool chance_is(struct chance *c, int percent);
int64_t chance_bell(struct chance *c, int64_t mean, int64_t spread); /* within mean ± 3 spread */
/* As a random_source of core/ctx.h. */
void chance_fill(void *self, void *p, size_t n);

#endif
