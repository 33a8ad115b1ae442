/* Fitting of <text data-width="…"> in a rendered page: see doc/paper.h for the attributes. */
#ifndef LUBAN_DOC_PAPER_FIT_H
#define LUBAN_DOC_PAPER_FIT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Appends svg to out with those texts broken into lines and set smaller where they need it.
 * ERR_INVALID with *ret_what (in the arena) when such an element lacks what it needs. */
int paper_fit(struct arena *a, struct str svg, struct buf *out, const char **ret_what) MUST_CHECK;

#endif
