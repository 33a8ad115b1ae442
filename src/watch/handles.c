#include "watch/handles.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hex.h"
#include "base/log.h"

enum { SLOTS_FIRST = 1024 };

struct handles {
	struct chunks list;
	size_t n, slots; /* a power of two */
	uint32_t *table; /* number + 1; 0: free */
	uint64_t key[2];
};

static void add_chunk(struct chunks *c)
{
	if (c->n_of == c->room) {
		c->room = c->room ? 2 * c->room : 16;
		c->of = realloc(c->of, c->room * sizeof *c->of);
	}
	if (!c->of || !(c->of[c->n_of] = calloc(CHUNK, c->size)))
		log_die("out of memory");
	c->n_of++;
}

void *chunks_at(struct chunks *c, size_t i)
{
	while (i / CHUNK >= c->n_of)
		add_chunk(c);
	return (char *)c->of[i / CHUNK] + i % CHUNK * c->size;
}

void chunks_free(struct chunks *c)
{
	for (size_t k = 0; k < c->n_of; k++)
		free(c->of[k]);
	free(c->of);
}

struct handles *handles_new(void)
{
	struct handles *h = calloc(1, sizeof *h);
	if (!h || !(h->table = calloc(SLOTS_FIRST, sizeof *h->table)))
		log_die("out of memory");
	h->slots = SLOTS_FIRST;
	h->list.size = HANDLE_BYTES;
	crypto_random(h->key, sizeof h->key);
	return h;
}

void handles_free(struct handles *h)
{
	if (!h)
		return;
	chunks_free(&h->list);
	free(h->table);
	free(h);
}

size_t handles_count(const struct handles *h)
{
	return h->n;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	return x ^ x >> 32;
}

static size_t place_of(const struct handles *h, const uint8_t *handle)
{
	uint64_t half[2];
	memcpy(half, handle, sizeof half);
	return mix(mix(half[0] ^ h->key[0]) * UINT64_C(0x9e3779b97f4a7c15) + (half[1] ^ h->key[1]));
}

static const uint8_t *handle_at(const struct handles *h, size_t i)
{
	return (const uint8_t *)h->list.of[i / CHUNK] + i % CHUNK * HANDLE_BYTES;
}

/* Where it is, or where it would be. */
static uint32_t *slot_of(const struct handles *h, const uint8_t *handle)
{
	size_t i = place_of(h, handle) & (h->slots - 1);
	while (h->table[i] && memcmp(handle_at(h, h->table[i] - 1), handle, HANDLE_BYTES) != 0)
		i = (i + 1) & (h->slots - 1);
	return &h->table[i];
}

static void grow(struct handles *h)
{
	free(h->table);
	h->slots *= 2;
	h->table = calloc(h->slots, sizeof *h->table);
	if (!h->table)
		log_die("out of memory");
	for (size_t i = 0; i < h->n; i++)
		*slot_of(h, handle_at(h, i)) = (uint32_t)(i + 1);
}

bool handles_meet(struct handles *h, struct str handle, size_t *ret_number)
{
	uint8_t bytes[HANDLE_BYTES] = {0};
	if (!hex_read(handle, bytes, sizeof bytes))
		log_die("no handle");
	if (4 * h->n >= 3 * h->slots)
		grow(h);
	uint32_t *slot = slot_of(h, bytes);
	if (*slot) {
		*ret_number = *slot - 1;
		return true;
	}
	memcpy(chunks_at(&h->list, h->n), bytes, sizeof bytes);
	*ret_number = h->n++;
	*slot = (uint32_t)h->n;
	return false;
}

bool handles_find(const struct handles *h, struct str handle, size_t *ret_number)
{
	uint8_t bytes[HANDLE_BYTES];
	if (!hex_read(handle, bytes, sizeof bytes))
		return false;
	uint32_t *slot = slot_of(h, bytes);
	if (!*slot)
		return false;
	*ret_number = *slot - 1;
	return true;
}
