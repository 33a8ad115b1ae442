/* A form sent twice (double click, reload) acts once: the second sending waits for the first and
 * gets its answer. A table of fixed size; entries live 15 minutes. What failed may be sent
 * again. */
#ifndef LUBAN_WEB_ONCE_H
#define LUBAN_WEB_ONCE_H

#include <stdbool.h>
#include <stdint.h>

struct once;

enum { ONCE_KEY = 32 };

enum once_state {
	ONCE_RUN,    /* the caller acts and must call once_done() */
	ONCE_REPEAT, /* somebody did: *ret_answer is what he answered */
	ONCE_BUSY,   /* somebody still does, for too long to wait */
};

struct once *once_new(void);
void once_free(struct once *o);
/* ret_answer: malloc()ed, for ONCE_REPEAT only. */
enum once_state once_begin(struct once *o, const uint8_t key[ONCE_KEY], int64_t now,
	char **ret_answer);
/* answer NULL: it failed, forget it. */
void once_done(struct once *o, const uint8_t key[ONCE_KEY], int64_t now, const char *answer);

#endif
