/* The public log held against itself: for `luban check`. What outsiders check with a monitor
 * (`luban log audit`) is checked here from within, with what only the database knows. */
#ifndef LUBAN_CORE_TLOG_CHECK_H
#define LUBAN_CORE_TLOG_CHECK_H

#include "core/tlog.h"

struct tlog_check {
	void (*alarm)(void *arg, const char *text);
	/* hears of every leaf that has a place, in order; may be NULL */
	int (*leaf)(void *arg, uint64_t index, struct str entry);
	void *arg;
};

/* Bundles make the tree again; tiles, places, checkpoints and their signatures must be those of
 * that tree; what waits must be leaves. Memory is constant. */
int tlog_check(struct ctx *cx, const struct tlog_check *c) MUST_CHECK;

/* The leaf of this id wherever it is, signed or not: *ret_index is UINT64_MAX while it waits.
 * ERR_NOTFOUND: there is none. */
int tlog_leaf(struct ctx *cx, int64_t id, uint64_t *ret_index, struct str *ret_entry) MUST_CHECK;

/* The same for many leaves that stand near each other: a few bundles are kept. The entry is good
 * until the next call. */
enum { TLOG_KEPT = 16 };
struct tlog_kept {
	struct kept_bundle {
		uint64_t index;
		bool is_filled;
		struct buf bytes;
	} at[TLOG_KEPT];
};
void tlog_kept_init(struct tlog_kept *k);
void tlog_kept_fini(struct tlog_kept *k);
int tlog_leaf_kept(struct ctx *cx, struct tlog_kept *k, int64_t id, uint64_t *ret_index,
	struct str *ret_entry) MUST_CHECK;
/* Of one whose place is known. ERR_NOTFOUND: there is no such place. */
int tlog_entry_kept(struct ctx *cx, struct tlog_kept *k, uint64_t index,
	struct str *ret_entry) MUST_CHECK;

#endif
