/* A region of memory that is freed at once: what one request, job or command builds lives in one.
 * Memory is zeroed and aligned for any type. Running out of memory aborts; a request for more than
 * the arena's maximum aborts too, so sizes that a user controls are capped before. */
#ifndef LUBAN_BASE_ARENA_H
#define LUBAN_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

/* max: bytes this arena may hold in all. */
struct arena *arena_new(size_t max);
void arena_free(struct arena *a);
/* Forget everything, keep the first block. */
void arena_reset(struct arena *a);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);
size_t arena_max(const struct arena *a);

void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));
void *arena_copy(struct arena *a, const void *p, size_t n);
/* NUL-terminated copies. */
char *arena_dup(struct arena *a, const char *z);
char *arena_str(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);

#define arena_make(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

void arena_cleanup(struct arena **a);
#define auto_arena __attribute__((cleanup(arena_cleanup))) struct arena *

#endif
