/* The table of a case, who may take which step, and what a step does to the certificate. */
#include "base/civil.h"
#include "domain/certificate/certificate.h"
#include "domain/certificate/follow.h"
#include "domain/certificate/revocation_impl.h"
#include "domain/certificate/revocation.h"
#include "query/certificate.h"
#include "query/revocation.h"

/* A decision is the holder's from its service on; till then, to him, his case waits for one. */
static void hide_unserved(struct q_revocation_find *v)
{
	if (v->served_at)
		return;
	v->decided_by = v->decided_at = 0;
	v->decided_name = v->decision_no = v->decision_text = "";
	v->state = revocation_state_shown(v->state);
}

const char *revocation_state_shown(const char *state)
{
	return streq(state, "decided") ? "heard" : state;
}

/* What has not been served on the holder is not there for him. */
static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	bool is_holder = cx->actor.role == ROLE_WORKER;
	struct q_revocation_find *v = arena_make(cx->arena, struct q_revocation_find);
	int r = q_revocation_find(cx->db, v, .person_id = person_id, .id = id,
		.scope = scope_of_person(cx, person_id));
	if (r == ERR_NOTFOUND || (r == 0 && is_holder && !v->noticed_at))
		return fail(cx, ERR_NOTFOUND, "revocation.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	if (is_holder)
		hide_unserved(v);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = v->state,
		.region = v->region, .title = text_of(cx, "%s %s", v->name, v->number),
		.body_id = v->body_id, .row = v};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	const struct q_revocation_find *v = s->row;
	return q_revocation_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to,
		.until_on = streq(s->state, to) ? v->until_on : 0);
}

/* ---- who ---- */

static bool is_me(const struct ctx *cx, int64_t account_id)
{
	return account_id && account_id == cx->actor.account_id && cx->actor.role != ROLE_SYSTEM;
}

static int guard_not_handler(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	if (is_me(cx, v->opened_by) || is_me(cx, v->noticed_by) || is_me(cx, v->heard_by))
		return fail(cx, ERR_DENIED, "revocation.handled_yourself");
	return 0;
}

static int guard_not_decider(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	if (is_me(cx, v->decided_by))
		return fail(cx, ERR_DENIED, "revocation.decided_yourself");
	return guard_not_handler(cx, run);
}

/* The holder himself, within his term; the day is counted to its end. */
static int guard_in_term(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	if (cx->actor.role != ROLE_WORKER || cx->actor.person_id != v->person_id)
		return fail(cx, ERR_DENIED, "revocation.holder_only");
	if (v->until_on && ctx_today(cx) > v->until_on)
		return fail(cx, ERR_STATE, "revocation.term_over",
			civil_day_text_zh(cx->arena, v->until_on));
	return 0;
}

static int guard_may_opine(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	return revocation_may_opine(cx, v) ? 0 : fail(cx, ERR_STATE, "revocation.term_over",
		civil_day_text_zh(cx->arena, v->notice_until_on));
}

/* While the holder may still speak, nobody cuts him short. */
static int guard_term_over(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	if (v->until_on && ctx_today(cx) <= v->until_on)
		return fail(cx, ERR_STATE, "revocation.term_runs",
			civil_day_text_zh(cx->arena, v->until_on));
	return 0;
}

/* ---- what a step does ---- */

/* The end of a case moves the certificate, whoever ends it. */
static int on_certificate(struct ctx *cx, const struct q_revocation_find *v, const char *action,
	const char *reason)
{
	enum role role = cx->actor.role;
	struct scope scope = cx->scope;
	cx->actor.role = ROLE_SYSTEM;
	cx->scope = scope_all();
	int r = flow_run(cx, &certificate_flow, v->person_id, v->certificate_id, action, reason,
		NULL);
	cx->actor.role = role;
	cx->scope = scope;
	return r;
}

static int close_case(struct ctx *cx, const struct q_revocation_find *v)
{
	int r = q_revocation_close(cx->db, .person_id = v->person_id, .id = v->id,
		.closed_at = ctx_now(cx));
	if (r >= 0)
		r = q_certificate_set_in_review(cx->db, .person_id = v->person_id,
			.id = v->certificate_id, .in_review = 0);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* What was suspended for the case stands again. */
static int set_free(struct ctx *cx, const struct q_revocation_find *v, const char *why)
{
	int r = close_case(cx, v);
	if (r < 0 || !streq(v->certificate_state, "suspended"))
		return r;
	return on_certificate(cx, v, "resume", why);
}

static int on_drop(struct ctx *cx, const struct flow_run *run)
{
	return set_free(cx, run->subject->row, "案件已结，不予撤销");
}

static int on_final(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	const char *words = revocation_reason_label(v->reason_kind);
	int r = close_case(cx, v);
	if (r < 0 || (r = on_certificate(cx, v, "revoke", text_of(cx, "%s（%s）", words,
		v->decision_no))) < 0)
		return r;
	return recall_offer(cx, v);
}

static int keep_review(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	const char *number;
	int r = revocation_paper_no(cx, "证撤复", v->region, &number);
	if (r < 0)
		return r;
	r = q_revocation_set_reviewed(cx->db, .person_id = v->person_id, .id = v->id,
		.reviewed_by = cx->actor.account_id, .reviewed_at = ctx_now(cx),
		.review_no = number, .review_decision = run->reason);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_uphold(struct ctx *cx, const struct flow_run *run)
{
	int r = keep_review(cx, run);
	return r < 0 ? r : on_final(cx, run);
}

static int on_overturn(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	int r = keep_review(cx, run);
	if (r < 0 || (r = set_free(cx, v, "复核决定：撤销原决定")) < 0)
		return r;
	return follow_tell(cx, v->person_id, v->certificate_id, "overturned");
}

/* What came on paper: the row is held by now, and read again. */
static int on_file_statement(struct ctx *cx, const struct flow_run *run)
{
	struct flow_subject now;
	int r = load(cx, run->subject->person_id, run->subject->id, &now);
	return r < 0 ? r : revocation_stated(cx, &now, run->reason, 0);
}

static int on_ask_hearing(struct ctx *cx, const struct flow_run *run)
{
	int r = q_revocation_set_hearing_asked(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .hearing_asked_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_heard(struct ctx *cx, const struct flow_run *run)
{
	int r = q_revocation_set_heard(cx->db, .person_id = run->subject->person_id,
		.id = run->subject->id, .hearing_text = run->reason,
		.heard_by = cx->actor.account_id, .heard_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int on_ask_review(struct ctx *cx, const struct flow_run *run)
{
	const struct q_revocation_find *v = run->subject->row;
	int r = q_revocation_set_review_asked(cx->db, .person_id = v->person_id, .id = v->id,
		.review_text = run->reason, .review_asked_at = ctx_now(cx));
	if (r >= 0)
		r = q_certificate_set_in_review(cx->db, .person_id = v->person_id,
			.id = v->certificate_id, .in_review = 1);
	return r < 0 ? ctx_pass(cx, r) : follow_tell(cx, v->person_id, v->certificate_id,
		"reviewing");
}

static const struct flow_state states[] = {
	{"opened", "已立案", TONE_WAIT},
	{"noticed", "已告知，等待陈述申辩", TONE_WAIT},
	{"hearing", "已申请听证", TONE_WAIT},
	{"heard", "已听取意见，待决定", TONE_WAIT},
	{"decided", "已决定撤销，待送达", TONE_WAIT},
	{"served", "决定已送达，复核申请期内", TONE_WAIT},
	{"reviewing", "复核中", TONE_WAIT},
	{"final", "撤销已生效", TONE_BAD},
	{"dropped", "结案：不予撤销", TONE_GOOD},
	{"overturned", "复核：撤销原决定", TONE_GOOD},
	{0},
};

#define HANDLE PERM_REVOCATION_HANDLE
#define DECIDE PERM_CERTIFICATE_REVOKE
#define HOLDER PERM_CERTIFICATE_SELF

static const struct flow_step steps[] = {
	{"opened", "notice", "noticed", "送达告知书", HANDLE, NULL, NULL, "revocation.statement_wd",
		FLOW_HIDDEN},
	{"opened", "drop", "dropped", "不予撤销，结案", DECIDE, guard_not_handler, on_drop,
		.flags = FLOW_REASON},
	{"noticed", "say", "noticed", "提交陈述申辩", HOLDER, guard_in_term, NULL,
		.flags = FLOW_HIDDEN},
	{"noticed", "opine", "noticed", "陈述机构意见", PERM_REVOCATION_OPINE, guard_may_opine,
		NULL, .flags = FLOW_HIDDEN},
	{"noticed", "ask_hearing", "hearing", "申请听证", HOLDER, guard_in_term, on_ask_hearing,
		"revocation.hearing_wd", FLOW_REASON},
	/* The notice lets him write to the office, too. */
	{"noticed", "file_statement", "noticed", "登记书面陈述申辩", HANDLE, NULL,
		on_file_statement, .flags = FLOW_REASON},
	{"noticed", "file_hearing", "hearing", "登记书面听证申请", HANDLE, NULL, on_ask_hearing,
		"revocation.hearing_wd", FLOW_REASON},
	{"heard", "file_statement", "heard", "登记期内寄出的书面陈述申辩", HANDLE, NULL,
		on_file_statement, .flags = FLOW_REASON},
	{"noticed", "finish", "heard", "不再陈述，也不申请听证", HOLDER, guard_in_term, NULL,
		"revocation.decide_wd", FLOW_DANGER},
	{"noticed", "record", "heard", "期满，记录陈述情况", HANDLE, guard_term_over, on_heard,
		"revocation.decide_wd", FLOW_REASON},
	{"noticed", "lapse", "heard", "陈述申辩期满", HANDLE, guard_term_over, NULL,
		"revocation.decide_wd", FLOW_HIDDEN},
	{"hearing", "schedule", "hearing", "通知听证时间地点", HANDLE, NULL, NULL,
		.flags = FLOW_REASON},
	{"hearing", "opine", "hearing", "陈述机构意见", PERM_REVOCATION_OPINE, guard_may_opine,
		NULL, .flags = FLOW_HIDDEN},
	{"hearing", "hear", "heard", "记录听证", HANDLE, NULL, on_heard, "revocation.decide_wd",
		FLOW_REASON},
	{"hearing", "waive", "heard", "撤回听证申请", HOLDER, guard_in_term, NULL,
		"revocation.decide_wd", FLOW_REASON},
	{"heard", "opine", "heard", "陈述机构意见", PERM_REVOCATION_OPINE, guard_may_opine, NULL,
		.flags = FLOW_HIDDEN},
	{"heard", "decide", "decided", "决定撤销", DECIDE, guard_not_handler, NULL,
		"revocation.serve_wd", FLOW_HIDDEN},
	{"heard", "drop", "dropped", "不予撤销，结案", DECIDE, guard_not_handler, on_drop,
		.flags = FLOW_REASON},
	{"decided", "serve", "served", "送达决定书", HANDLE, NULL, NULL, "revocation.review_ask_wd",
		FLOW_HIDDEN},
	{"served", "ask_review", "reviewing", "申请复核", HOLDER, guard_in_term, on_ask_review,
		"revocation.review_wd", FLOW_REASON},
	{"served", "lapse", "final", "复核申请期满，决定生效", HANDLE, guard_term_over, on_final,
		.flags = FLOW_HIDDEN},
	{"reviewing", "uphold", "final", "维持原决定", DECIDE, guard_not_decider, on_uphold,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"reviewing", "overturn", "overturned", "撤销原决定", DECIDE, guard_not_decider,
		on_overturn, .flags = FLOW_REASON},
	{0},
};

const struct flow revocation_flow = {.kind = "revocation", .title = "证书撤销案件",
	.states = states, .steps = steps, .load = load, .move = move};
