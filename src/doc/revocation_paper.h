/* The papers of a case: 撤销证书告知书, 撤销证书决定书, 复核决定书. Drawn from what was kept when
 * they were served, dated that day: the same paper each time. */
#ifndef LUBAN_DOC_REVOCATION_PAPER_H
#define LUBAN_DOC_REVOCATION_PAPER_H

#include "base/str.h"
#include "core/ctx.h"

struct q_revocation_find; /* query/revocation.h */

enum revocation_paper { PAPER_NOTICE, PAPER_DECISION, PAPER_REVIEW };

/* ERR_NOTFOUND when the case has no such paper yet. The caller has the case within his scope. */
int revocation_paper(struct ctx *cx, const struct q_revocation_find *v, enum revocation_paper paper,
	struct str *ret_pdf) MUST_CHECK;

#endif
