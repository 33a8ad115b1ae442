/* The audit trail: every important act and every reading of personal data, with its purpose. Append
 * only. */
#ifndef LUBAN_CORE_AUDIT_H
#define LUBAN_CORE_AUDIT_H

#include "core/ctx.h"

/* action: "account.reset", "person.reveal"…; purpose: why, in the actor's words, "" when the act
 * speaks for itself; detail: no personal identifiers in the clear. */
int audit_note(struct ctx *cx, const char *action, const char *kind, int64_t subject_id,
	const char *purpose, const char *detail) MUST_CHECK;

#endif
