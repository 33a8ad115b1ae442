#include "domain/evaluation/lot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"

uint64_t lot_key(const char *seed, const char *label, int64_t id)
{
	char text[256];
	uint8_t digest[DIGEST_BYTES];
	uint64_t key = 0;
	snprintf(text, sizeof text, "%s\n%s\n%" PRId64, seed, label, id);
	crypto_sm3(str_of(text), digest);
	for (int i = 0; i < 8; i++)
		key = key << 8 | digest[i];
	return key;
}

static int by_key(const void *a, const void *b)
{
	const struct lot *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

void lot_draw(struct lot *lots, size_t n, const char *seed, const char *label)
{
	for (size_t i = 0; i < n; i++)
		lots[i].key = lot_key(seed, label, lots[i].id);
	qsort(lots, n, sizeof *lots, by_key);
}
