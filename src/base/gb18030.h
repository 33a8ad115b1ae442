/* Text files as people bring them: UTF-8 with or without its mark, or GB 18030-2022 (and so GBK and
 * GB 2312). They are turned into UTF-8 once, here; everything behind sees UTF-8 only. */
#ifndef LUBAN_BASE_GB18030_H
#define LUBAN_BASE_GB18030_H

#include "base/err.h"
#include "base/str.h"

enum text_encoding { TEXT_UTF8, TEXT_UTF8_BOM, TEXT_GB18030 };

/* Appends s as UTF-8. ERR_INVALID when s is not GB 18030, ERR_LIMIT when it does not fit into out;
 * then out is as it was. */
int gb18030_to_utf8(struct str s, struct buf *out) MUST_CHECK;

/* The other way, for files that others want so. ERR_INVALID when s is not UTF-8, ERR_LIMIT as
 * above. */
int gb18030_from_utf8(struct str s, struct buf *out) MUST_CHECK;

/* Appends s as UTF-8 without a byte order mark: taken as UTF-8 where it is valid UTF-8, else as GB
 * 18030. ERR_INVALID when it is neither or holds control characters (see utf8_is_text), ERR_LIMIT
 * as above. */
int text_to_utf8(struct str s, struct buf *out, enum text_encoding *ret_encoding) MUST_CHECK;

#endif
