#include "core/audit.h"

#include "core/audit_seal.h"

int audit_note(struct ctx *cx, const char *action, const char *kind, int64_t subject_id,
	const char *purpose, const char *detail)
{
	const struct actor *who = &cx->actor;
	struct q_audit_insert_in row = {.id = ctx_id(cx), .at = ctx_now(cx),
		.account_id = who->account_id, .actor_name = who->name,
		.role = role_code(who->role), .ip = who->ip, .action = action, .kind = kind,
		.subject_id = subject_id, .purpose = purpose, .detail = detail};
	row.seal = audit_seal(cx, &row);
	int r = q_audit_insert_(cx->db, &row);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
