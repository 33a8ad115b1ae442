/* The lifecycle of a batch, and the calendar that moves it. */
#include "base/civil.h"
#include "core/message.h"
#include "domain/evaluation/draw.h"
#include "domain/evaluation/batch_plan.h"
#include "domain/evaluation/result_list.h"
#include "domain/registry/registry.h"
#include "query/arrange.h"
#include "query/batch.h"
#include "query/registry.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	(void)person_id;
	struct q_batch_find *b = arena_make(cx->arena, struct q_batch_find);
	int r = batch_get(cx, id, b);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = b->state, .region = b->region,
		.title = b->title, .body_id = b->body_id, .row = b};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_batch_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

/* Plans compete for rooms and people: they are filed one after the other, and while one is checked
 * it cannot change. */
static int lock_plans(struct ctx *cx, int64_t id)
{
	struct q_body_serial_next next;
	struct q_batch_find batch;
	int r = q_body_serial_next(cx->db, &next, .prefix = "batch.submit");
	return r < 0 ? ctx_pass(cx, r) : batch_open_plan(cx, id, &batch);
}

/* Every rule that is broken, in words; "" when none is. */
static int faults_of(struct ctx *cx, int64_t id, const char **ret_all)
{
	struct plan_finding *findings;
	size_t n;
	bool ok;
	int r = batch_plan_check(cx, id, &findings, &n, &ok);
	if (r < 0)
		return r;
	const char *all = "";
	for (size_t i = 0; i < n; i++)
		if (!findings[i].ok)
			all = text_of(cx, "%s%s%s：%s", all, *all ? "；" : "", findings[i].label,
				findings[i].text);
	*ret_all = all;
	return 0;
}

static int guard_plan(struct ctx *cx, const struct flow_run *run)
{
	const char *all;
	int r = lock_plans(cx, run->subject->id);
	if (r < 0 || (r = faults_of(cx, run->subject->id, &all)) < 0)
		return r;
	return *all ? fail(cx, ERR_STATE, "batch.plan_not_ready", all) : 0;
}

/* What held when it was filed must hold still, and people must have the time to enrol. */
static int guard_acknowledge(struct ctx *cx, const struct flow_run *run)
{
	const struct q_batch_find *b = run->subject->row;
	const char *all;
	if (ctx_today(cx) > b->enrol_to_on)
		return fail(cx, ERR_STATE, "batch.enrol_gone",
			civil_day_text_zh(cx->arena, b->enrol_to_on));
	int r = faults_of(cx, b->id, &all);
	if (r < 0)
		return r;
	return *all ? fail(cx, ERR_STATE, "batch.plan_fell", all) : 0;
}

static int on_submit(struct ctx *cx, const struct flow_run *run)
{
	int r = q_batch_set_filed(cx->db, .id = run->subject->id, .filed_at = ctx_now(cx));
	return r < 0 ? ctx_pass(cx, r) : 0;
}

int batch_may_go_on(struct ctx *cx, const struct q_batch_find *b)
{
	int r = registry_may_go_on(cx, b->body_state);
	return r < 0 ? r : registry_item_may_go_on(cx, b->body_id, b->occupation_id,
		b->work_type_id, b->special_project_id, b->grade);
}

static int guard_enrol_begins(struct ctx *cx, const struct flow_run *run)
{
	const struct q_batch_find *b = run->subject->row;
	if (ctx_today(cx) >= b->enrol_from_on)
		return batch_may_go_on(cx, b);
	return fail(cx, ERR_STATE, "batch.enrol_not_yet",
		civil_day_text_zh(cx->arena, b->enrol_from_on));
}

static int guard_last_sitting_over(struct ctx *cx, const struct flow_run *run)
{
	const struct q_batch_find *b = run->subject->row;
	if (ctx_now(cx) >= b->last_at)
		return 0;
	return fail(cx, ERR_STATE, "batch.still_testing", civil_time_text(cx->arena, b->last_at));
}

/* A body that was suspended on the day would find everybody absent when it may go on: the calendar
 * starts nothing then. A person still may, or plans anew. */
static int check_missed(struct ctx *cx, const struct q_batch_find *b)
{
	struct q_body_back_since back;
	if (cx->actor.role != ROLE_SYSTEM || ctx_now(cx) < b->last_at)
		return 0;
	int r = q_body_back_since(cx->db, &back, .body_id = b->body_id, .since = b->first_at);
	if (r < 0)
		return r == ERR_NOTFOUND ? 0 : ctx_pass(cx, r);
	return fail(cx, ERR_STATE, "batch.missed", civil_time_text(cx->arena, b->last_at));
}

static int guard_first_day(struct ctx *cx, const struct flow_run *run)
{
	const struct q_batch_find *b = run->subject->row;
	int r = check_missed(cx, b);
	if (r < 0)
		return r;
	if (ctx_today(cx) >= civil_day_at(b->first_at))
		return batch_may_go_on(cx, b);
	return fail(cx, ERR_STATE, "batch.too_early", civil_time_text(cx->arena, b->first_at));
}

/* Enrolment that was closed early may go on until the day that was announced, not longer. */
static int guard_enrol_goes_on(struct ctx *cx, const struct flow_run *run)
{
	const struct q_batch_find *b = run->subject->row;
	if (ctx_today(cx) <= b->enrol_to_on)
		return batch_may_go_on(cx, b);
	return fail(cx, ERR_STATE, "batch.enrol_over",
		civil_day_text_zh(cx->arena, b->enrol_to_on));
}

/* The seats and tickets belong to a plan that is gone. */
static int on_postpone(struct ctx *cx, const struct flow_run *run)
{
	int r = q_arrange_clear(cx->db, .batch_id = run->subject->id);
	if (r >= 0)
		r = q_arrange_clear_tickets(cx->db, .batch_id = run->subject->id);
	if (r >= 0)
		r = q_batch_set_arranged(cx->db, .id = run->subject->id, .seed = "",
			.arranged_hash = "");
	return r < 0 ? ctx_pass(cx, r) : 0;
}

bool batch_is_before_tests(const char *state)
{
	return streq(state, "enrolling") || streq(state, "closed") || streq(state, "arranged");
}

/* A batch comes back only to where it was held; when its examination has passed meanwhile, or its
 * days are to be others, to be planned anew. */
static int guard_held_here(struct ctx *cx, const struct flow_run *run)
{
	struct q_batch_held_from held;
	const struct q_batch_find *b = run->subject->row;
	int r = q_batch_held_from(cx->db, &held, .subject_id = run->subject->id);
	if (r < 0)
		return ctx_pass(cx, r);
	bool is_early = batch_is_before_tests(held.from_state);
	bool is_plan = streq(run->step->to, "postponed");
	if (is_plan ? !is_early : !streq(held.from_state, run->step->to))
		return fail(cx, ERR_STATE, "batch.held_elsewhere",
			flow_state(&batch_flow, held.from_state)->label);
	if (!is_plan && is_early && ctx_now(cx) >= b->first_at)
		return fail(cx, ERR_STATE, "batch.held_too_long",
			civil_time_text(cx->arena, b->first_at));
	return 0;
}

/* Nobody could object while the batch was held: those days are given back. */
static int on_notice_again(struct ctx *cx, const struct flow_run *run)
{
	struct q_batch_held_from held;
	int r = q_batch_held_from(cx->db, &held, .subject_id = run->subject->id);
	if (r < 0)
		return ctx_pass(cx, r);
	return result_notice_again(cx, run->subject->row, civil_day_at(held.at));
}

static const struct flow_state states[] = {
	{"draft", "草稿", TONE_PLAIN},
	{"filed", "待审核", TONE_WAIT},
	{"returned", "退回修改", TONE_BAD},
	{"postponed", "延期", TONE_WAIT},
	{"announced", "已公告", TONE_GOOD},
	{"enrolling", "报名中", TONE_GOOD},
	{"closed", "报名截止", TONE_WAIT},
	{"arranged", "已编排", TONE_GOOD},
	{"testing", "考试中", TONE_WAIT},
	{"marking", "评分中", TONE_WAIT},
	{"publicity", "成绩公示", TONE_WAIT},
	{"confirmed", "成绩已核准", TONE_GOOD},
	{"certified", "已发证", TONE_GOOD},
	{"archived", "已归档", TONE_PLAIN},
	{"cancelled", "已取消", TONE_PLAIN},
	{"held", "异常冻结", TONE_BAD},
	{0},
};

#define SUBMIT(state) \
	{state, "submit", "filed", "报备计划", PERM_BATCH_FILE, guard_plan, on_submit, \
	"batch.review_wd"}
#define CANCEL(state) \
	{state, "cancel", "cancelled", "取消批次", PERM_BATCH_FILE, \
	.flags = FLOW_REASON | FLOW_DANGER}
#define POSTPONE(state) \
	{state, "postpone", "postponed", "延期", PERM_BATCH_FILE, NULL, on_postpone, \
	.flags = FLOW_REASON}
/* Before anybody has enrolled. */
static int commit_draws(struct ctx *cx, const struct flow_run *run)
{
	const struct flow_subject *s = run->subject;
	struct draw_of seats = {s->id, s->body_id, s->region, DRAW_SEATING};
	struct draw_of spot = {s->id, s->body_id, s->region, DRAW_SPOT_CHECK};
	int r = draw_commit(cx, &seats);
	return r < 0 ? r : draw_commit(cx, &spot);
}

/* Released, the time for what is to be done in a state begins anew. */
#define HOLD(state, due) \
	{state, "hold", "held", "异常冻结", PERM_BATCH_REVIEW, \
	.flags = FLOW_REASON | FLOW_DANGER}, \
	{"held", "release_" state, state, "解除冻结", PERM_BATCH_REVIEW, guard_held_here, \
		.deadline = due, .flags = FLOW_REASON}

static const struct flow_step steps[] = {
	SUBMIT("draft"),
	SUBMIT("returned"),
	SUBMIT("postponed"),
	{"filed", "acknowledge", "announced", "审核通过", PERM_BATCH_REVIEW, guard_acknowledge,
		commit_draws},
	{"filed", "return", "returned", "退回修改", PERM_BATCH_REVIEW, .deadline = "batch.mend_wd",
		.flags = FLOW_REASON},
	{"announced", "open", "enrolling", "开始报名", PERM_BATCH_EDIT, guard_enrol_begins},
	{"enrolling", "close", "closed", "截止报名", PERM_BATCH_EDIT,
		.deadline = "enrolment.review_wd"},
	{"closed", "reopen", "enrolling", "重新开放报名", PERM_BATCH_FILE, guard_enrol_goes_on,
		.flags = FLOW_REASON},
	{"closed", "arrange", "arranged", "编排", PERM_ARRANGE, .flags = FLOW_HIDDEN},
	{"arranged", "arrange", "arranged", "重新编排", PERM_ARRANGE, .flags = FLOW_HIDDEN},
	{"arranged", "start", "testing", "开考", PERM_ARRANGE, guard_first_day},
	{"testing", "finish", "marking", "考试结束", PERM_ARRANGE, guard_last_sitting_over, NULL,
		"result.report_wd"},
	{"marking", "freeze", "publicity", "冻结并公示成绩", PERM_RESULT_FREEZE,
		.deadline = "result.publicity_wd", .flags = FLOW_HIDDEN},
	{"publicity", "confirm", "confirmed", "核准成绩", PERM_RESULT_REVIEW,
		.deadline = "certificate.issue_wd", .flags = FLOW_HIDDEN},
	{"confirmed", "issue", "certified", "颁发证书", PERM_CERTIFICATE_ISSUE,
		.deadline = "archive.close_wd", .flags = FLOW_HIDDEN},
	{"certified", "archive", "archived", "归档", PERM_RESULT_COMPILE, .flags = FLOW_HIDDEN},
	CANCEL("draft"),
	CANCEL("returned"),
	CANCEL("postponed"),
	CANCEL("announced"),
	CANCEL("enrolling"),
	CANCEL("closed"),
	CANCEL("arranged"),
	POSTPONE("announced"),
	POSTPONE("enrolling"),
	POSTPONE("closed"),
	POSTPONE("arranged"),
	HOLD("enrolling", NULL),
	HOLD("closed", "enrolment.review_wd"),
	HOLD("arranged", NULL),
	{"held", "release_postponed", "postponed", "解除冻结并延期", PERM_BATCH_REVIEW,
		guard_held_here, on_postpone, .flags = FLOW_REASON},
	HOLD("testing", NULL),
	HOLD("marking", "result.report_wd"),
	{"publicity", "hold", "held", "异常冻结", PERM_BATCH_REVIEW,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"held", "release_publicity", "publicity", "解除冻结", PERM_BATCH_REVIEW, guard_held_here,
		on_notice_again, .flags = FLOW_REASON},
	HOLD("confirmed", "certificate.issue_wd"),
	{0},
};

const struct flow batch_flow = {.kind = "batch", .title = "评价批次", .states = states,
	.steps = steps, .load = load, .move = move};

/* A batch that cannot move now (somebody was faster, a guard says no) waits for the next round. */
static int step(struct ctx *cx, const char *action, const char *why, int64_t id, int *moved)
{
	int r = flow_run(cx, &batch_flow, 0, id, action, why, NULL);
	if (r == ERR_STATE || r == ERR_NOTFOUND) {
		ctx_clear(cx);
		return 0;
	}
	if (r == 0)
		++*moved;
	return r;
}

/* A body whose filing has ended, wholly or in this item, examines nobody: its candidates are free
 * to go elsewhere. */
static int cancel_of_gone(struct ctx *cx, int *moved)
{
	struct q_batch_to_cancel_rows gone;
	struct q_batch_to_cancel_item_rows ended;
	int r = q_batch_to_cancel(cx->db, &gone);
	if (r >= 0)
		r = q_batch_to_cancel_item(cx->db, &ended);
	if (r < 0)
		return ctx_pass(cx, r);
	for (size_t i = 0; i < gone.n && r >= 0; i++)
		r = step(cx, "cancel", "评价机构的备案已经终止，不再组织考试", gone.at[i].id,
			moved);
	for (size_t i = 0; i < ended.n && r >= 0; i++)
		r = step(cx, "cancel", "评价机构该职业等级的备案已经取消，不再组织考试",
			ended.at[i].id, moved);
	return r;
}

#define EACH(query, action, ...) \
	do { \
		struct q_##query##_rows rows; \
		int r = q_##query(cx->db, &rows, __VA_ARGS__); \
		if (r < 0) \
			return ctx_pass(cx, r); \
		for (size_t i = 0; i < rows.n; i++) \
			if ((r = step(cx, action, "按日程", rows.at[i].id, \
				ret_moved)) < 0) \
				return r; \
	} while (0)

int batch_tick(struct ctx *cx, int *ret_moved)
{
	*ret_moved = 0;
	EACH(batch_to_open, "open", .today = ctx_today(cx));
	EACH(batch_to_close, "close", .today = ctx_today(cx));
	EACH(batch_to_start, "start", .now = ctx_now(cx));
	EACH(batch_to_finish, "finish", .now = ctx_now(cx));
	int gone = cancel_of_gone(cx, ret_moved);
	return gone < 0 ? gone : result_notices_tick(cx);
}
