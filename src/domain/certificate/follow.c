#include "domain/certificate/follow.h"

#include "base/civil.h"
#include "core/audit.h"
#include "core/setting.h"
#include "domain/certificate/certificate.h"
#include "query/certificate.h"
#include "query/follow.h"
#include "query/registry.h"

const struct choice follow_purposes[] = {
	{"hire", "录用核验"}, {"post", "在岗资格管理"}, {"bid", "投标和项目人员备案"},
	{"allowance", "技能津贴发放"}, {0}};

const struct choice follow_states[] = {
	{"active", "关注中"}, {"objected", "持证人不同意"}, {"ended", "已停止"}, {0}};

const struct choice follow_changes[] = {
	{"corrected", "票面已更正"}, {"reissued", "已补发"}, {"suspended", "已暂停使用"},
	{"reinstated", "已恢复有效"}, {"revoked", "已撤销"}, {"reviewing", "撤销决定复核中"},
	{"upheld", "复核维持撤销"}, {"overturned", "撤销决定已被撤销"}, {0}};

/* Number and name must both fit; what does not is answered alike. */
static int match(struct ctx *cx, const char *number, const char *name, int64_t *ret_person_id,
	int64_t *ret_id)
{
	enum verify_outcome outcome;
	struct q_certificate_face *faces;
	size_t n;
	int r = certificate_verify(cx, number, "", name, &outcome, &faces, &n);
	if (r < 0)
		return r;
	if (n != 1)
		return fail(cx, ERR_NOTFOUND, "follow.no_match");
	if (outcome == VERIFY_REVOKED)
		return fail(cx, ERR_STATE, "certificate.revoked_already");
	*ret_person_id = faces->person_id;
	*ret_id = faces->id;
	return 0;
}

static int begin_anew(struct ctx *cx, int64_t person_id, const struct q_follow_of_body *old,
	const char *purpose, const char *body_name, int64_t until_on, int64_t *ret_id)
{
	if (streq(old->state, "objected"))
		return fail(cx, ERR_DENIED, "follow.objected");
	int r = q_follow_again(cx->db, .person_id = person_id, .id = old->id, .purpose = purpose,
		.until_on = until_on, .body_name = body_name, .created_by = cx->actor.account_id);
	if (r < 0)
		return ctx_pass(cx, r);
	if (!r)
		return fail(cx, ERR_DENIED, "follow.objected");
	*ret_id = old->id;
	return 0;
}

static int begin_new(struct ctx *cx, int64_t person_id, int64_t certificate_id,
	const char *purpose, const char *body_name, int64_t until_on, int64_t *ret_id)
{
	int64_t id = ctx_id(cx);
	int r = q_follow_insert(cx->db, .person_id = person_id, .id = id,
		.certificate_id = certificate_id, .body_id = cx->actor.body_id,
		.region = cx->actor.region, .body_name = body_name, .purpose = purpose,
		.until_on = until_on, .created_by = cx->actor.account_id,
		.created_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_id = id;
	return 0;
}

int follow_begin(struct ctx *cx, const char *number, const char *name, const char *purpose,
	int64_t *ret_person_id, int64_t *ret_id)
{
	struct q_follow_of_body old;
	struct q_body_find body;
	int64_t person_id, certificate_id, id, months, until;
	auto_tx tx = {0};
	int r = ctx_need(cx, PERM_CERTIFICATE_FOLLOW);
	if (r < 0)
		return r;
	if ((r = tx_begin(&tx, cx->db)) < 0)
		return ctx_pass(cx, r);
	if ((r = match(cx, number, name, &person_id, &certificate_id)) < 0)
		return r;
	if ((r = q_body_find(cx->db, &body, .id = cx->actor.body_id,
		.own_id = cx->actor.body_id, .scope_lo = cx->scope.lo,
		.scope_hi = cx->scope.hi)) < 0)
		return ctx_pass(cx, r);
	if ((r = setting_get(cx, "follow.months", cx->actor.region, 0, &months)) < 0)
		return r;
	until = civil_add_months(ctx_today(cx), months);
	r = q_follow_of_body(cx->db, &old, .person_id = person_id,
		.certificate_id = certificate_id, .body_id = cx->actor.body_id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	r = r == 0 ? begin_anew(cx, person_id, &old, purpose, body.name, until, &id)
		: begin_new(cx, person_id, certificate_id, purpose, body.name, until, &id);
	if (r < 0 || (r = audit_note(cx, "follow.begin", "certificate", certificate_id, purpose,
		"")) < 0)
		return r;
	if ((r = tx_commit(&tx)) < 0)
		return ctx_pass(cx, r);
	*ret_person_id = person_id;
	*ret_id = id;
	return 0;
}

static int find(struct ctx *cx, int64_t person_id, int64_t id)
{
	struct q_follow_find row;
	int r = ctx_need(cx, PERM_CERTIFICATE_FOLLOW);
	if (r < 0)
		return r;
	r = q_follow_find(cx->db, &row, .person_id = person_id, .id = id, .scope = cx->scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "follow.not_found");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int follow_end(struct ctx *cx, int64_t person_id, int64_t id)
{
	int r = find(cx, person_id, id);
	if (r < 0)
		return r;
	r = q_follow_end(cx->db, .person_id = person_id, .id = id, .ended_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "follow.ended");
}

int follow_seen(struct ctx *cx, int64_t person_id, int64_t id)
{
	int r = find(cx, person_id, id);
	if (r < 0)
		return r;
	r = q_follow_seen(cx->db, .person_id = person_id, .id = id, .seen_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int follow_object(struct ctx *cx, int64_t id)
{
	struct q_follow_find row;
	int64_t person_id = cx->actor.person_id;
	int r = ctx_need(cx, PERM_CERTIFICATE_SELF);
	if (r < 0)
		return r;
	r = q_follow_find(cx->db, &row, .person_id = person_id, .id = id, .scope = scope_all());
	if (r == ERR_NOTFOUND || !person_id)
		return fail(cx, ERR_NOTFOUND, "follow.not_found");
	if (r >= 0)
		r = q_follow_object(cx->db, .person_id = person_id, .id = id,
			.ended_at = ctx_now(cx));
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "follow.ended");
}

int follow_tell(struct ctx *cx, int64_t person_id, int64_t certificate_id, const char *change)
{
	int r = q_follow_tell(cx->db, .person_id = person_id, .certificate_id = certificate_id,
		.change_kind = change, .changed_at = ctx_now(cx), .today = ctx_today(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}
