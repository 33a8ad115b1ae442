/* What a log says about itself: C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint). It is the
 * text of a signed note (base/note.h):
 *
 *   rencai.example.cn/log                             the origin: which log
 *   20852163                                          how many leaves
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=      the root, base64
 *   …                                                 further lines, of no meaning here */
#ifndef LUBAN_BASE_CHECKPOINT_H
#define LUBAN_BASE_CHECKPOINT_H

#include "base/err.h"
#include "base/merkle.h"
#include "base/str.h"

enum { CHECKPOINT_ORIGIN_MAX = 255 };

struct checkpoint {
	struct str origin; /* not empty, one line */
	struct merkle_head head;
	struct str more; /* the lines after the third, each with its line feed; or none */
};

void checkpoint_put(struct buf *out, const struct checkpoint *c);
/* The views are into text. ERR_INVALID for anything but what checkpoint_put() writes. */
int checkpoint_parse(struct str text, struct checkpoint *ret_checkpoint) MUST_CHECK;

#endif
