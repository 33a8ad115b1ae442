/* Inside handover: what collecting, moving and answers share. */
#ifndef LUBAN_CERTIFICATE_HANDOVER_IMPL_H
#define LUBAN_CERTIFICATE_HANDOVER_IMPL_H

#include "domain/certificate/handover.h"

/* Jobs act for whoever asked; undone by setting cx->actor again. */
void handover_act_for(struct ctx *cx, int64_t account_id, const char *name);
/* Any package, whoever acts. */
int handover_package_any(struct ctx *cx, int64_t id,
	struct q_handover_package_find *ret_package) MUST_CHECK;
/* A step that nobody takes by hand, in a transaction of its own. */
int handover_package_step(struct ctx *cx, int64_t id, const char *action) MUST_CHECK;
/* Whose rows a package takes. */
struct scope handover_scope(struct ctx *cx, const struct q_handover_package_find *package);

#endif
