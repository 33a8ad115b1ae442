/* Inside of watch/audit.h. */
#ifndef LUBAN_WATCH_AUDIT_IMPL_H
#define LUBAN_WATCH_AUDIT_IMPL_H

#include "watch/audit.h"

struct audit_run {
	struct source *source;
	const struct audit_options *options;
	struct audit *audit;
	struct merkle_range range;
	bool is_awaited; /* the tree of last time is still to come by */
	/* the hashes that the leaves make, of the tile being filled of each level */
	struct merkle_hash hashes[TILE_LEVELS][TILE_WIDTH];
};

struct audit_finding *audit_find(struct audit *a, enum audit_fault fault);
struct audit_finding *audit_find_at(struct audit *a, enum audit_fault fault, uint64_t at);

void audit_find_fork(struct audit_run *run, const struct merkle_head *found);

/* Reads every leaf and tile. ERR_IO. */
int audit_read(struct audit_run *run);
/* A leaf figures.published, compared with what was counted until it. */
void audit_figures(struct audit *a, uint64_t index, const struct leaf *leaf);

#endif
