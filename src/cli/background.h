/* What runs behind the pages: jobs, and what is due by the clock. `luban worker` is nothing else;
 * `luban serve` has it inside unless told otherwise. Several processes may run it on one
 * PostgreSQL.
 *
 * A room's jobs are a line in the first table of background.c, what it does by the clock one in the
 * second. */
#ifndef LUBAN_CLI_BACKGROUND_H
#define LUBAN_CLI_BACKGROUND_H

#include "base/crypto.h"
#include "base/err.h"

struct background;

enum { BACKGROUND_JOBS_MAX = 64 };

/* Makes every kind of job known, so that it can be asked for; background_start() does it too. */
void background_register(void);
/* jobs: how many at the same time. database and keys must outlive it. ERR_IO: no thread to be
 * had. */
int background_start(const char *database, const struct keyring *keys, int jobs,
	struct background **ret_background) MUST_CHECK;
/* Asks everything to stop after the step at hand, waits for it, frees. NULL is fine. */
void background_stop(struct background *b);

#endif
