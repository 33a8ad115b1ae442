/* Drawing lots that anybody can draw again: every choice is decided by SM3(seed, label, id), so the
 * same seed and the same ids give the same order on any machine, with a pocket calculator's worth
 * of code. */
#ifndef LUBAN_EVALUATION_LOT_H
#define LUBAN_EVALUATION_LOT_H

#include <stddef.h>
#include <stdint.h>

/* One who takes part in a draw. */
struct lot {
	int64_t id;
	uint64_t key;  /* first eight bytes, big-endian, of SM3("seed\nlabel\nid") */
	size_t index;  /* where it stood before */
};

uint64_t lot_key(const char *seed, const char *label, int64_t id);
/* Fills the keys and sorts by key, ties by id. */
void lot_draw(struct lot *lots, size_t n, const char *seed, const char *label);

#endif
