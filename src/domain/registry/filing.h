/* Inside the registry: what filing.c and filing_flow.c share. */
#ifndef LUBAN_REGISTRY_FILING_H
#define LUBAN_REGISTRY_FILING_H

#include "domain/registry/registry.h"
#include "query/registry.h"

/* Within the actor's scope; ERR_NOTFOUND with words. */
int filing_find(struct ctx *cx, int64_t id, struct q_filing_find *ret_filing) MUST_CHECK;
/* Removed or blacklisted: nothing is filed any more. Whoever withdrew by himself may begin anew. */
bool filing_is_barred(const char *body_state, const char *filing_kind);
/* Is the item asked of this kind of body? */
bool filing_item_applies(const struct filing_item *item, const char *body_kind);

#endif
