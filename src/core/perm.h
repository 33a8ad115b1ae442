/* Roles and what each may do. One row of perm.def per permission says which roles hold it; a route
 * names exactly one permission. Which rows a role may touch is the scope's business
 * (store/query.h). */
#ifndef LUBAN_CORE_PERM_H
#define LUBAN_CORE_PERM_H

#include <stdbool.h>
#include <stdint.h>

enum role {
	ROLE_PUBLIC,         /* 公众, not logged in */
	ROLE_WORKER,         /* 劳动者 */
	ROLE_BODY_CLERK,     /* 评价机构经办人 */
	ROLE_BODY_MANAGER,   /* 评价机构负责人 */
	ROLE_EXAMINER,       /* 考评员 */
	ROLE_INVIGILATOR,    /* 监考员 */
	ROLE_SUPERVISOR,     /* 督导员 */
	ROLE_AUTHORITY,      /* 人社部门经办 of a province, city or county: the region says which */
	ROLE_AUTHORITY_HEAD, /* 人社部门负责人 */
	ROLE_ADMIN_SYSTEM,   /* 系统管理员: settings, jobs, accounts' existence */
	ROLE_ADMIN_SECURITY, /* 安全管理员: roles, permissions, tokens, resets */
	ROLE_ADMIN_AUDIT,    /* 审计管理员: reads the audit trail, changes nothing */
	ROLE_SYSTEM,         /* the program itself */
	ROLE_COUNT
};

enum perm {
	PERM_NONE, /* a route without a permission stops the server at start-up */
#define PERM(id, code, label, roles) PERM_##id,
#include "core/perm.def"
#undef PERM
	PERM_COUNT
};

bool role_may(enum role role, enum perm perm);
/* One of the three administrators. */
bool role_is_admin(enum role role);
/* "batch.edit"; "" for PERM_NONE. */
const char *perm_code(enum perm perm);
const char *perm_label(enum perm perm); /* Chinese */
enum perm perm_of(const char *code);    /* PERM_NONE when unknown */
const char *role_code(enum role role);  /* "body_clerk" */
const char *role_label(enum role role); /* Chinese */
enum role role_of(const char *code);    /* ROLE_COUNT when unknown */

#endif
