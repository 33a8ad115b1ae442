/* Inside the room: issuing in pieces, for whoever keeps how far it got. */
#ifndef LUBAN_CERTIFICATE_ISSUE_H
#define LUBAN_CERTIFICATE_ISSUE_H

#include "core/ctx.h"

enum { ISSUE_PIECE = 500 };

/* In the caller's transaction: certificates for the next people of a confirmed batch who passed and
 * have none yet, `most` at most, in the order of the result list; *ret_n of them. The last piece
 * takes the batch's step "issue" (*ret_over). */
int certificate_issue_piece(struct ctx *cx, int64_t batch_id, int64_t most, int64_t *ret_n,
	bool *ret_over) MUST_CHECK;

#endif
