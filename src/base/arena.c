/* Chained blocks, each twice the size of the one before up to a limit. */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { FIRST_BLOCK = 16 * 1024, LARGEST_STEP = 1024 * 1024, ALIGN = 16 };

struct block {
	struct block *next;
	size_t cap, used;
	_Alignas(ALIGN) char data[];
};

struct arena {
	struct block *first, *last;
	size_t max, used;
};

static struct block *block_new(size_t cap)
{
	struct block *b = malloc(sizeof *b + cap);
	if (!b)
		log_die("out of memory: %zu bytes", cap);
	b->next = NULL;
	b->cap = cap;
	b->used = 0;
	return b;
}

struct arena *arena_new(size_t max)
{
	struct arena *a = malloc(sizeof *a);
	if (!a)
		log_die("out of memory");
	a->first = a->last = block_new(FIRST_BLOCK);
	a->max = max;
	a->used = 0;
	return a;
}

static void free_chain(struct block *b)
{
	while (b) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_chain(a->first);
	free(a);
}

void arena_cleanup(struct arena **a)
{
	arena_free(*a);
}

void arena_reset(struct arena *a)
{
	free_chain(a->first->next);
	a->first->next = NULL;
	a->first->used = 0;
	a->last = a->first;
	a->used = 0;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

size_t arena_max(const struct arena *a)
{
	return a->max;
}

static void grow(struct arena *a, size_t size)
{
	size_t cap = a->last->cap * 2;
	if (cap > LARGEST_STEP)
		cap = LARGEST_STEP;
	if (cap < size)
		cap = size;
	a->last = a->last->next = block_new(cap);
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > a->max || a->used > a->max - size)
		log_die("arena limit of %zu bytes exceeded by a request for %zu", a->max, size);
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (a->last->cap - a->last->used < size)
		grow(a, size);
	char *p = a->last->data + a->last->used;
	a->last->used += size;
	a->used += size;
	return memset(p, 0, size);
}

void *arena_copy(struct arena *a, const void *p, size_t n)
{
	void *q = arena_alloc(a, n + 1);
	if (n)
		memcpy(q, p, n);
	return q;
}

char *arena_dup(struct arena *a, const char *z)
{
	return z ? arena_copy(a, z, strlen(z)) : NULL;
}

char *arena_str(struct arena *a, struct str s)
{
	return arena_copy(a, s.p, s.n);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	char *p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}
