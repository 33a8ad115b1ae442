/* The lifecycle of an enrolment. */
#include <string.h>

#include "base/civil.h"
#include "core/setting.h"
#include "domain/evaluation/batch.h"
#include "domain/evaluation/enrolment_row.h"
#include "query/batch.h"
#include "query/core.h"
#include "query/enrolment.h"
#include "query/person.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	struct q_enrolment_find *e = arena_make(cx->arena, struct q_enrolment_find);
	int r = q_enrolment_find(cx->db, e, .person_id = person_id, .id = id,
		.scope = scope_of_person(cx, person_id));
	if (r == ERR_NOTFOUND)
		return fail(cx, r, "enrolment.not_found");
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_subject = (struct flow_subject){.id = id, .person_id = person_id, .state = e->state,
		.region = e->region, .title = e->name, .body_id = e->body_id, .row = e};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_enrolment_move(cx->db, .person_id = s->person_id, .id = s->id,
		.from_state = s->state, .state = to);
}

static int guard_open(struct ctx *cx, const struct flow_run *run)
{
	const struct q_enrolment_find *e = run->subject->row;
	if (streq(e->batch_state, "enrolling") || streq(e->batch_state, "closed"))
		return 0;
	return fail(cx, ERR_STATE, "enrolment.review_over",
		flow_state(&batch_flow, e->batch_state)->label);
}

/* A step that counts in the batch holds it before the row, as a draw and arranging do. */
static int guard_counted(struct ctx *cx, const struct flow_run *run)
{
	const struct q_enrolment_find *e = run->subject->row;
	int r = guard_open(cx, run);
	if (r < 0)
		return r;
	r = q_batch_lock(cx->db, .id = e->batch_id, .scope = scope_all());
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Is there a record with both in the kept facts? */
static bool has_record(struct ctx *cx, const char *facts, const char *a, const char *b)
{
	const char *from = *facts ? strchr(facts + 1, '{') : NULL;
	for (; from; from = strchr(from + 1, '{')) {
		const char *z = arena_str(cx->arena, (struct str){from, strcspn(from, "}")});
		if (strstr(z, a) && strstr(z, b))
			return true;
	}
	return false;
}

int enrolment_fallen(struct ctx *cx, const struct q_enrolment_find *e, const char **ret_number)
{
	struct q_certificates_fallen_rows fallen;
	int r = q_certificates_fallen(cx->db, &fallen, .person_id = e->person_id);
	if (r < 0)
		return ctx_pass(cx, r);
	*ret_number = NULL;
	for (size_t i = 0; i < fallen.n && !*ret_number; i++) {
		const char *grade = text_of(cx, "\"grade\":%d", (int)fallen.at[i].grade);
		const char *day = text_of(cx, "\"issued_on\":\"%s\"",
			civil_day_text(cx->arena, fallen.at[i].issued_on));
		if (has_record(cx, e->facts, grade, day))
			*ret_number = fallen.at[i].number;
	}
	return 0;
}

/* Nobody is accepted against the rule engine's verdict, on a certificate that has fallen since, or
 * against a spot check that found fault. */
static int may_accept(struct ctx *cx, const struct q_enrolment_find *e)
{
	const char *fallen;
	int r = enrolment_fallen(cx, e, &fallen);
	if (r < 0)
		return r;
	if (fallen)
		return fail(cx, ERR_STATE, "enrolment.certificate_fell", fallen);
	if (!streq(e->verdict, "met"))
		return fail(cx, ERR_STATE, "enrolment.not_eligible", e->verdict_text);
	if (streq(e->spot_check, "bad"))
		return fail(cx, ERR_STATE, "enrolment.spot_bad");
	return 0;
}

static int guard_accept(struct ctx *cx, const struct flow_run *run)
{
	int r = guard_counted(cx, run);
	return r < 0 ? r : may_accept(cx, run->subject->row);
}

/* What a spot check found wrong is looked at again after it was mended. */
static int on_resubmit(struct ctx *cx, const struct flow_run *run)
{
	const struct q_enrolment_find *e = run->subject->row;
	if (!streq(e->spot_check, "bad"))
		return 0;
	int r = q_enrolment_set_spot_check(cx->db, .person_id = e->person_id, .id = e->id,
		.spot_check = "drawn", .scope = scope_all());
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static int count_accepted(struct ctx *cx, const struct flow_run *run, int64_t more)
{
	const struct q_enrolment_find *e = run->subject->row;
	int r = q_batch_count_accepted(cx->db, .id = e->batch_id, .more = more);
	if (r < 0)
		return ctx_pass(cx, r);
	return r ? 0 : fail(cx, ERR_STATE, "enrolment.overtaken");
}

/* The row is locked now: what was judged since it was looked at counts. */
static int on_accept(struct ctx *cx, const struct flow_run *run)
{
	struct q_enrolment_find now;
	int r = q_enrolment_find(cx->db, &now, .person_id = run->subject->person_id,
		.id = run->subject->id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	return (r = may_accept(cx, &now)) < 0 ? r : count_accepted(cx, run, 1);
}

static int on_unaccept(struct ctx *cx, const struct flow_run *run)
{
	return count_accepted(cx, run, -1);
}

static int on_withdraw(struct ctx *cx, const struct flow_run *run)
{
	const struct q_enrolment_find *e = run->subject->row;
	int r = q_batch_count_enrolled(cx->db, .id = e->batch_id, .more = -1);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* Whoever withdrew comes back as anybody comes: while there is room, and nowhere else that day. */
static int guard_again(struct ctx *cx, const struct flow_run *run)
{
	struct q_batch_find batch;
	const struct q_enrolment_find *e = run->subject->row;
	int r = q_batch_lock(cx->db, .id = e->batch_id, .scope = scope_all());
	if (r >= 0)
		r = q_batch_find(cx->db, &batch, .id = e->batch_id, .scope = scope_all());
	if (r < 0)
		return ctx_pass(cx, r);
	if ((r = enrolment_batch_takes(cx, &batch)) < 0 ||
		(r = enrolment_hold_person(cx, e->person_id)) < 0)
		return r;
	return enrolment_clashes(cx, &batch, e->person_id);
}

/* Nor is anybody taken back who enrolled elsewhere for that day meanwhile. */
static int guard_reconsider(struct ctx *cx, const struct flow_run *run)
{
	struct q_batch_find batch;
	const struct q_enrolment_find *e = run->subject->row;
	int r = guard_counted(cx, run);
	if (r < 0 || (r = enrolment_hold_person(cx, e->person_id)) < 0)
		return r;
	r = q_batch_find(cx->db, &batch, .id = e->batch_id, .scope = scope_all());
	return r < 0 ? ctx_pass(cx, r) : enrolment_clashes(cx, &batch, e->person_id);
}

static int on_again(struct ctx *cx, const struct flow_run *run)
{
	const struct q_enrolment_find *e = run->subject->row;
	int r = q_batch_count_enrolled(cx->db, .id = e->batch_id, .more = 1);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"submitted", "待审核", TONE_WAIT},
	{"mend", "材料待补", TONE_WAIT},
	{"accepted", "审核通过", TONE_GOOD},
	{"rejected", "不符合条件", TONE_BAD},
	{"withdrawn", "已撤回", TONE_PLAIN},
	{"passed", "成绩合格", TONE_GOOD},
	{"failed", "成绩不合格", TONE_BAD},
	{"certified", "已发证", TONE_GOOD},
	{0},
};

static const struct flow_step steps[] = {
	{"submitted", "accept", "accepted", "审核通过", PERM_ENROLMENT_REVIEW, guard_accept,
		on_accept},
	{"submitted", "ask", "mend", "要求补材料", PERM_ENROLMENT_REVIEW, guard_open, NULL,
		"enrolment.mend_wd", FLOW_REASON},
	{"submitted", "reject", "rejected", "不予通过", PERM_ENROLMENT_REVIEW,
		.flags = FLOW_REASON},
	{"mend", "resubmit", "submitted", "材料已补", PERM_ENROLMENT_EDIT, guard_open, on_resubmit,
		"enrolment.review_wd"},
	{"mend", "resubmit_self", "submitted", "材料已补", PERM_ENROLMENT_SELF, guard_open,
		on_resubmit, "enrolment.review_wd"},
	{"mend", "reject", "rejected", "不予通过", PERM_ENROLMENT_REVIEW, .flags = FLOW_REASON},
	{"rejected", "reconsider", "submitted", "重新审核", PERM_ENROLMENT_REVIEW,
		guard_reconsider, NULL, "enrolment.review_wd", FLOW_REASON},
	{"accepted", "unaccept", "submitted", "撤销通过", PERM_ENROLMENT_REVIEW, guard_counted,
		on_unaccept, .flags = FLOW_REASON},
	{"accepted", "recall", "mend", "抽查退回", PERM_ENROLMENT_CHECK, guard_counted,
		on_unaccept, "enrolment.mend_wd", FLOW_REASON | FLOW_HIDDEN},
	{"submitted", "withdraw", "withdrawn", "撤回报名", PERM_ENROLMENT_SELF, guard_counted,
		on_withdraw, .flags = FLOW_DANGER},
	{"mend", "withdraw", "withdrawn", "撤回报名", PERM_ENROLMENT_SELF, guard_counted,
		on_withdraw, .flags = FLOW_DANGER},
	{"withdrawn", "again", "submitted", "重新报名", PERM_ENROLMENT_SELF, guard_again, on_again,
		"enrolment.review_wd"},
	{"accepted", "pass", "passed", "成绩合格", PERM_RESULT_REVIEW, .flags = FLOW_HIDDEN},
	{"accepted", "fail", "failed", "成绩不合格", PERM_RESULT_REVIEW, .flags = FLOW_HIDDEN},
	{"passed", "certify", "certified", "颁发证书", PERM_CERTIFICATE_ISSUE,
		.flags = FLOW_HIDDEN},
	{0},
};

const struct flow enrolment_flow = {.kind = "enrolment", .title = "报名", .states = states,
	.steps = steps, .load = load, .move = move};

static int certify_events(struct ctx *cx, const struct enrolment_certified *list, size_t n)
{
	const struct actor *who = &cx->actor;
	struct q_event_insert_in *in = arena_array(cx->arena, struct q_event_insert_in, n);
	int64_t at = ctx_now(cx);
	for (size_t i = 0; i < n; i++)
		in[i] = (struct q_event_insert_in){.person_id = list[i].person_id, .id = ctx_id(cx),
			.kind = "enrolment", .subject_id = list[i].id, .at = at,
			.account_id = who->account_id, .actor_name = who->name,
			.role = role_code(who->role), .action = "certify", .from_state = "passed",
			.to_state = "certified", .reason = list[i].number};
	return q_event_insert_bulk(cx->db, in, n, NULL);
}

int enrolment_certify_many(struct ctx *cx, const struct enrolment_certified *list, size_t n)
{
	struct q_enrolment_certify_in *in = arena_array(cx->arena, struct q_enrolment_certify_in,
		n);
	int *changed = arena_array(cx->arena, int, n);
	int r = ctx_need(cx, PERM_CERTIFICATE_ISSUE);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		in[i] = (struct q_enrolment_certify_in){.person_id = list[i].person_id,
			.id = list[i].id, .certificate_id = list[i].certificate_id};
	r = q_enrolment_certify_bulk(cx->db, in, n, changed);
	for (size_t i = 0; i < n && r >= 0; i++)
		if (!changed[i])
			return fail(cx, ERR_STATE, "flow.overtaken", enrolment_flow.title,
				list[i].name);
	if (r >= 0)
		r = certify_events(cx, list, n);
	return r < 0 ? ctx_pass(cx, r) : 0;
}
