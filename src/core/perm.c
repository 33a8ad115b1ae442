#include "core/perm.h"

#include <stddef.h>

#include "base/str.h"

static const struct {
	const char *code, *label;
	uint32_t roles; /* a bit per enum role */
} perms[PERM_COUNT] = {
	[PERM_NONE] = {"", "", 0},
#define PERM(id, p_code, p_label, p_roles) [PERM_##id] = {p_code, p_label, p_roles},
#include "core/perm.def"
#undef PERM
};

static const struct {
	const char *code, *label;
} roles[ROLE_COUNT] = {
	[ROLE_PUBLIC] = {"public", "公众"},
	[ROLE_WORKER] = {"worker", "劳动者"},
	[ROLE_BODY_CLERK] = {"body_clerk", "评价机构经办人"},
	[ROLE_BODY_MANAGER] = {"body_manager", "评价机构负责人"},
	[ROLE_EXAMINER] = {"examiner", "考评员"},
	[ROLE_INVIGILATOR] = {"invigilator", "监考员"},
	[ROLE_SUPERVISOR] = {"supervisor", "督导员"},
	[ROLE_AUTHORITY] = {"authority", "人社部门经办人"},
	[ROLE_AUTHORITY_HEAD] = {"authority_head", "人社部门负责人"},
	[ROLE_ADMIN_SYSTEM] = {"admin_system", "系统管理员"},
	[ROLE_ADMIN_SECURITY] = {"admin_security", "安全管理员"},
	[ROLE_ADMIN_AUDIT] = {"admin_audit", "审计管理员"},
	[ROLE_SYSTEM] = {"system", "系统"},
};

static bool is_perm(enum perm perm)
{
	return perm > PERM_NONE && perm < PERM_COUNT;
}

bool role_may(enum role role, enum perm perm)
{
	if (!is_perm(perm) || role >= ROLE_COUNT)
		return false;
	return role == ROLE_SYSTEM || (perms[perm].roles >> role & 1u);
}

bool role_is_admin(enum role role)
{
	return role == ROLE_ADMIN_SYSTEM || role == ROLE_ADMIN_SECURITY || role == ROLE_ADMIN_AUDIT;
}

const char *perm_code(enum perm perm)
{
	return is_perm(perm) ? perms[perm].code : "";
}

const char *perm_label(enum perm perm)
{
	return is_perm(perm) ? perms[perm].label : "";
}

enum perm perm_of(const char *code)
{
	for (int p = PERM_NONE + 1; p < PERM_COUNT; p++) {
		if (streq(perms[p].code, code))
			return (enum perm)p;
	}
	return PERM_NONE;
}

const char *role_code(enum role role)
{
	return role < ROLE_COUNT ? roles[role].code : "";
}

const char *role_label(enum role role)
{
	return role < ROLE_COUNT ? roles[role].label : "";
}

enum role role_of(const char *code)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		if (streq(roles[r].code, code))
			return (enum role)r;
	}
	return ROLE_COUNT;
}
