/* A copy of a log as files, in its own layout (base/tile.h), so that whoever has the folder can
 * audit it or serve it as it is. Says nothing of whether the log is sound: watch/audit.h does. */
#ifndef LUBAN_WATCH_COPY_H
#define LUBAN_WATCH_COPY_H

#include <stdint.h>

#include "watch/source.h"

struct copy_result {
	uint64_t from, to; /* leaves that the folder had, and has now */
	uint64_t files;    /* fetched */
	char problem[SOURCE_PROBLEM];
};

/* Fetches what the folder lacks and, last of all, the checkpoint: what it has is complete as far as
 * its checkpoint says, also when this was cut short; then it goes on where it was. Full tiles are
 * fetched once. ERR_STATE: the log has fewer leaves than the folder, or another name;
 * ERR_INVALID: no checkpoint, or a tile of the wrong shape; ERR_NOTFOUND: one that is not there;
 * ERR_IO; problem says what. */
int copy_run(struct source *source, const char *dir, struct copy_result *ret_result) MUST_CHECK;

#endif
