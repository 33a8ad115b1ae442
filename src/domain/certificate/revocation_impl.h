/* Inside the room: what cases and recalls share. */
#ifndef LUBAN_CERTIFICATE_REVOCATION_IMPL_H
#define LUBAN_CERTIFICATE_REVOCATION_IMPL_H

#include "core/flow.h"

struct q_revocation_find; /* query/revocation.h */

/* The next number of a kind of paper: "证撤告〔2026〕3710-000012号". */
int revocation_paper_no(struct ctx *cx, const char *kind, const char *region,
	const char **ret_number) MUST_CHECK;
/* Adds to what the holder has said; s was loaded behind the step that holds its row. */
int revocation_stated(struct ctx *cx, const struct flow_subject *s, const char *text,
	int64_t file_id) MUST_CHECK;
/* A case that has ended in revocation and came from a recall: the offer to be assessed again, when
 * the recall makes one. */
int recall_offer(struct ctx *cx, const struct q_revocation_find *v) MUST_CHECK;

#endif
