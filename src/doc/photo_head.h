/* The head of a JPEG (ITU-T T.81 annex B) or PNG (ISO/IEC 15948, 11.2.2) file: what can be known
 * before decoding. */
#ifndef LUBAN_DOC_PHOTO_HEAD_H
#define LUBAN_DOC_PHOTO_HEAD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct photo_head {
	unsigned width, height; /* as stored */
	bool is_png;
	bool is_turned; /* an EXIF orientation swaps width and height */
};

/* ERR_NOTFOUND: neither of them. ERR_INVALID: one of them, but cut off or with no size. */
int photo_head_read(struct str in, struct photo_head *ret_head) MUST_CHECK;

#endif
