/* Pictures as people send them: what a PNG or JPEG holds besides the picture (place and time of the
 * photo, camera, author, comments, previews, whatever follows its end) is left out, without
 * touching the picture. How a JPEG is to be turned stays, for it is part of how it looks. */
#ifndef LUBAN_BASE_PICTURE_H
#define LUBAN_BASE_PICTURE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

/* ERR_NOTFOUND: neither PNG nor JPEG; ERR_INVALID: not whole. Stripping again changes nothing. */
int picture_strip(struct arena *a, struct str in, struct str *ret_bytes, bool *ret_is_png)
	MUST_CHECK;

#endif
