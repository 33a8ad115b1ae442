/* registry: evaluating bodies, what they are filed for, where and with whom they work.
 * Filing follows 人社鉴〔2019〕3号 and the provincial filing guides; every time limit is a setting. */
#ifndef LUBAN_REGISTRY_REGISTRY_H
#define LUBAN_REGISTRY_REGISTRY_H

#include "core/ctx.h"
#include "core/flow.h"

/* 备案: draft → submitted → accepted (formal check passed) → site (on-site check passed) → reviewed (expert review
 * passed) → publicity → filed; returned (mend and submit again); refused; withdrawn by the body.
 * Kinds: initial, extension (增项), change (变更), renewal (续期), withdrawal (注销). Filing one makes it effective:
 * the code is given, scope rows appear with their validity, changes are applied. */
extern const struct flow filing_flow;

/* A body's standing: registered → filed ⇄ suspended, rectifying; withdrawn, removed, blacklisted. */
extern const struct flow body_flow;

struct body_in {
	const char *name, *uscc, *body_kind, *region, *legal_person, *address, *contact, *phone, *website;
};
/* Registers an organisation (USCC checked and unique). ERR_CONFLICT "body.uscc_taken". */
int body_register(struct ctx *cx, const struct body_in *in, int64_t *ret_id) MUST_CHECK;

/* What a plan may rest on: the body is filed (not suspended) and has the item valid on the day.
 * 0, or ERR_STATE with the reason in words: not filed, suspended, not in scope, item expired on …. */
int registry_may_plan(struct ctx *cx, int64_t body_id, int64_t occupation_id, int64_t work_type_id,
	int64_t special_project_id, int64_t grade, int64_t on) MUST_CHECK;

/* Does a staff member hold a card valid on the day for this occupation and grade? 0, or ERR_STATE with the reason. */
int registry_card_valid(struct ctx *cx, int64_t staff_id, int64_t occupation_id, int64_t grade, int64_t on) MUST_CHECK;

#endif
