/* A zip file in memory, for packages to download. The same calls give the same bytes. */
#ifndef LUBAN_DOC_PACK_H
#define LUBAN_DOC_PACK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct pack;
/* at: the time that every file in it bears. */
int pack_new(int64_t at, struct pack **ret_pack) MUST_CHECK;
/* path: UTF-8, with / between folders. bytes must live until pack_finish(). */
int pack_put(struct pack *p, const char *path, struct str bytes) MUST_CHECK;
/* A text as one part of a path: what would be another part, or no name on some system, is _. */
const char *pack_part(struct arena *a, const char *text);
/* Closes and frees, whatever it returns. */
int pack_finish(struct pack *p, struct arena *a, struct str *ret_bytes) MUST_CHECK;
void pack_free(struct pack *p);

#endif
