/* Forms that arrived after their session had ended, kept for 15 minutes until their author has
 * logged in again. In memory, bounded in number and bytes, oldest out first. */
#ifndef LUBAN_WEB_STASH_H
#define LUBAN_WEB_STASH_H

#include "web/exchange.h"

struct stash;

struct stash *stash_new(void);
void stash_free(struct stash *s);
/* Copies path and values without the files; owner is the browser's token. false: too big to
 * keep. */
bool stash_put(struct stash *s, const char *id, const char *owner, const char *path,
	const struct values *v, int64_t now);
/* Copied into the arena; taken out when take. false: gone, or another browser's. */
bool stash_get(struct stash *s, struct arena *a, const char *id, const char *owner, int64_t now,
	bool take, const char **ret_path, struct values *ret_values);

#endif
