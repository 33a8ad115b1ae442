/* Handles (base/leaf.h) and the numbers they get, in the order in which they come: 0, 1, 2… Grows
 * without moving what it holds; some 22 bytes for each. Whoever chooses the handles cannot make
 * finding one slow: the hash has a key of each run's own. */
#ifndef LUBAN_WATCH_HANDLES_H
#define LUBAN_WATCH_HANDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { HANDLE_BYTES = 16, CHUNK = 1 << 12 };

/* Things of one size, by number. */
struct chunks {
	size_t size, n_of, room;
	void **of;
};
/* The i-th, zeroed when it is new; all before it exist too. */
void *chunks_at(struct chunks *c, size_t i);
void chunks_free(struct chunks *c);

struct handles;
struct handles *handles_new(void);
void handles_free(struct handles *h);
size_t handles_count(const struct handles *h);
/* 32 hex digits. false: it is new, and *ret_number is what it was given. */
bool handles_meet(struct handles *h, struct str handle, size_t *ret_number);
bool handles_find(const struct handles *h, struct str handle, size_t *ret_number);

#endif
