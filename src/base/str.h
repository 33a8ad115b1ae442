/* Length-carrying views of bytes that somebody else owns, and a growing buffer with a maximum. */
#ifndef LUBAN_BASE_STR_H
#define LUBAN_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE ((struct str){0})

struct str str_of(const char *z); /* NULL gives an empty view */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
bool str_starts(struct str a, const char *prefix);
bool str_ends(struct str a, const char *suffix);
/* Without ASCII white space and U+3000 at both ends. */
struct str str_trim(struct str s);
/* Cut s at the first c: returns what stands before it, leaves what follows in *s. */
struct str str_cut(struct str *s, char c);
/* Decimal with optional sign, whole string; false on anything else or overflow. */
bool str_to_i64(struct str s, int64_t *ret_value);

bool streq(const char *a, const char *b); /* NULL equals NULL only */
bool is_blank(const char *z);             /* NULL, "" or white space */

/* A buffer that never grows past max: what would not fit sets .full and is left out whole. */
struct buf {
	char *p; /* NUL-terminated once anything was put; NULL before */
	size_t n, cap, max;
	bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* empty, keeps the memory */
void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *z);
void buf_putc(struct buf *b, char c);
void buf_str(struct buf *b, struct str s);
/* Grown by n bytes, which the caller writes at once; NULL when there is no room. */
char *buf_room(struct buf *b, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
struct str buf_view(const struct buf *b);
const char *buf_z(const struct buf *b); /* "" when nothing was put */

#define auto_buf __attribute__((cleanup(buf_fini))) struct buf

#endif
