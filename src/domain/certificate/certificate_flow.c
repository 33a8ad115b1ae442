/* What may become of a certificate. */
#include "base/civil.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/follow.h"
#include "domain/certificate/proof.h"
#include "query/certificate.h"
#include "query/core.h"

int certificate_hold(struct ctx *cx, int64_t person_id, int64_t id, struct scope scope,
	struct q_certificate_find *ret_certificate)
{
	int r = q_certificate_hold(cx->db, .person_id = person_id, .id = id, .scope = scope);
	if (r >= 0)
		r = q_certificate_find(cx->db, ret_certificate, .person_id = person_id, .id = id,
			.scope = scope);
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (streq(ret_certificate->state, "revoked"))
		return fail(cx, ERR_STATE, "certificate.revoked_already");
	return 0;
}

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_certificate_find *c = arena_make(cx->arena, struct q_certificate_find);
	int r = q_certificate_find(cx->db, c, .person_id = person_id, .id = id,
		.scope = scope_of_person(cx, person_id));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "certificate.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = c->state,
		.region = c->region, .title = c->number, .body_id = c->body_id, .row = c};
	return 0;
}

/* The reason becomes public with the state, by the step's effect. */
static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	const struct q_certificate_find *c = s->row;
	return q_certificate_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to, .state_reason = c->state_reason);
}

static enum certificate_event event_of(const char *state)
{
	if (streq(state, "revoked"))
		return CERTIFICATE_REVOKED;
	return streq(state, "suspended") ? CERTIFICATE_SUSPENDED : CERTIFICATE_REINSTATED;
}

static const char *told_as(const char *state)
{
	return streq(state, "valid") ? "reinstated" : state;
}

/* Employers who watch the certificate are told in the same transaction. */
static int keep_reason(struct ctx *cx, const struct flow_run *run)
{
	int r = q_certificate_move(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .from_state = run->step->to, .state = run->step->to,
		.state_reason = streq(run->step->to, "valid") ? "" : run->reason);
	if (r >= 0)
		r = follow_tell(cx, run->subject->person_id, run->subject->id,
			told_as(run->step->to));
	if (r < 0)
		return ctx_pass(cx, r);
	return certificate_leaf(
		cx, event_of(run->step->to), run->subject->person_id, run->subject->id, 0);
}

/* The word of a second person: the suspension no longer ends by itself. */
static int on_confirm(struct ctx *cx, const struct flow_run *run)
{
	int r = q_deadline_close(cx->db, .closed_at = ctx_now(cx), .subject_id = run->subject->id,
		.kind = run->flow->kind);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int guard_unconfirmed(struct ctx *cx, const struct flow_run *run)
{
	int64_t due;
	int r = flow_due(cx, run->flow, run->subject->id, &due);
	return r < 0 ? r : due ? 0 : fail(cx, ERR_STATE, "certificate.confirmed_already");
}

static int on_revoke(struct ctx *cx, const struct flow_run *run)
{
	const struct q_certificate_find *c = run->subject->row;
	struct civil date = civil_of(c->issued_on);
	int r = keep_reason(cx, run);
	if (r < 0)
		return r;
	r = q_certificate_tally_add(cx->db, .region = c->region, .body_kind = c->body_kind,
		.grade = c->grade, .month = date.year * 100 + date.month, .n_revoked = 1);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"valid", "有效", TONE_GOOD},
	{"suspended", "暂停（调查中）", TONE_WAIT},
	{"revoked", "已撤销", TONE_BAD},
	{0},
};

static const struct flow_step steps[] = {
	/* At once, by one; it ends by itself unless another confirms it or a case is opened. */
	{"valid", "suspend", "suspended", "暂停使用", PERM_CERTIFICATE_REVOKE, NULL, keep_reason,
		"certificate.confirm_wd", FLOW_REASON | FLOW_DANGER},
	{"suspended", "confirm", "suspended", "确认暂停", PERM_REVOCATION_HANDLE,
		guard_unconfirmed, on_confirm, .flags = FLOW_OTHER},
	{"suspended", "resume", "valid", "恢复有效", PERM_CERTIFICATE_REVOKE, NULL, keep_reason,
		.flags = FLOW_REASON},
	/* Only the end of a case (revocation.h) revokes. */
	{"valid", "revoke", "revoked", "撤销", PERM_CERTIFICATE_REVOKE, NULL, on_revoke,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{"suspended", "revoke", "revoked", "撤销", PERM_CERTIFICATE_REVOKE, NULL, on_revoke,
		.flags = FLOW_REASON | FLOW_HIDDEN},
	{0},
};

const struct flow certificate_flow = {.kind = "certificate", .title = "证书", .states = states,
	.steps = steps, .load = load, .move = move};
