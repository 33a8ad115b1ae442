/* The lifecycle of a set. */
#include <inttypes.h>

#include "domain/exam/bank.h"
#include "domain/exam/paper.h"
#include "domain/exam/paper_seal.h"

static int load(struct ctx *cx, int64_t person_id, int64_t id, struct flow_subject *ret_subject)
{
	(void)person_id;
	struct q_paper_set_find *s = arena_make(cx->arena, struct q_paper_set_find);
	int r = paper_get(cx, id, s);
	if (r < 0)
		return r;
	*ret_subject = (struct flow_subject){.id = id, .state = s->state, .region = s->region,
		.title = s->title, .body_id = s->body_id, .row = s};
	return 0;
}

static int move(struct ctx *cx, const struct flow_subject *s, const char *to)
{
	return q_paper_set_move(cx->db, .id = s->id, .from_state = s->state, .state = to);
}

static int guard_own(struct ctx *cx, const struct flow_run *run)
{
	return bank_is_own(cx, run->subject->body_id, run->subject->region) ? 0
		: fail(cx, ERR_DENIED, "paper.not_own");
}

static int guard_approve(struct ctx *cx, const struct flow_run *run)
{
	const struct q_paper_set_find *s = run->subject->row;
	int r = guard_own(cx, run);
	if (r < 0)
		return r;
	struct q_paper_assembler last = {0};
	r = q_paper_assembler(cx->db, &last, .subject_id = s->id);
	if (r < 0 && r != ERR_NOTFOUND)
		return ctx_pass(cx, r);
	bool is_own = s->created_by == cx->actor.account_id
		|| last.account_id == cx->actor.account_id;
	struct paper_draft draft;
	return is_own ? fail(cx, ERR_DENIED, "paper.four_eyes") : draft_open(cx, s, &draft);
}

/* A job that was cancelled, or died with its worker, leaves the set behind. */
static int guard_left_behind(struct ctx *cx, const struct flow_run *run)
{
	const struct q_paper_set_find *s = run->subject->row;
	bool is_open;
	int r = guard_own(cx, run);
	if (r < 0 || (r = job_is_open(cx, s->job_id, &is_open)) < 0)
		return r;
	return is_open ? fail(cx, ERR_STATE, "paper.still_assembling") : 0;
}

/* By the blueprint as it is now, which may have been changed because of what failed, and another
 * seed: the same one would fail, or give the same forms. */
static int on_again(struct ctx *cx, const struct flow_run *run)
{
	int64_t job_id, seed = (int64_t)(ctx_random_u64(cx) % 999999999) + 1;
	const struct q_paper_set_find *s = run->subject->row;
	struct q_blueprint_find p;
	int r = blueprint_hold(cx, s->blueprint_id, &p);
	if (r < 0 || (r = job_submit(cx, "paper.assemble", text_of(cx, "%" PRId64, s->id),
		&job_id)) < 0)
		return r;
	r = q_blueprint_version_use(cx->db, .blueprint_id = p.id, .version_no = p.version_no);
	if (r >= 0)
		r = q_paper_set_again(cx->db, .id = s->id, .job_id = job_id,
			.seed = text_of(cx, "%" PRId64, seed), .n_forms = p.n_forms,
			.blueprint_version = p.version_no);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

/* While an exam runs, a form is taken out on its board, where those who sit it get another one. */
static int guard_withdraw(struct ctx *cx, const struct flow_run *run)
{
	struct q_paper_exams_running n;
	struct q_paper_set_find held;
	int r = guard_own(cx, run);
	if (r < 0 || (r = paper_hold(cx, run->subject->id, &held)) < 0)
		return r;
	if ((r = q_paper_exams_running(cx->db, &n, .paper_set_id = run->subject->id)) < 0)
		return ctx_pass(cx, r);
	return n.exams ? fail(cx, ERR_STATE, "paper.in_exam") : 0;
}

static int on_withdraw(struct ctx *cx, const struct flow_run *run)
{
	int r = q_paper_form_withdraw(cx->db, .paper_set_id = run->subject->id);
	return r < 0 ? ctx_pass(cx, r) : 0;
}

static const struct flow_state states[] = {
	{"assembling", "组卷中", TONE_WAIT},
	{"failed", "未能组成", TONE_BAD},
	{"assembled", "待批准", TONE_WAIT},
	{"approved", "待封存", TONE_WAIT},
	{"sealed", "已封存", TONE_GOOD},
	{"opened", "已启封", TONE_GOOD},
	{"withdrawn", "已停用", TONE_BAD},
	{0},
};

static const struct flow_step steps[] = {
	{"assembling", "done", "assembled", "组卷完成", PERM_PAPER_EDIT, .flags = FLOW_HIDDEN},
	{"assembling", "fail", "failed", "未能组成", PERM_PAPER_EDIT, .flags = FLOW_HIDDEN},
	{"assembling", "again", "assembling", "任务中断后重新组卷", PERM_PAPER_EDIT,
		guard_left_behind, on_again},
	{"failed", "again", "assembling", "重新组卷", PERM_PAPER_EDIT, guard_own, on_again},
	{"assembled", "again", "assembling", "换种子重新组卷", PERM_PAPER_EDIT, guard_own, on_again,
		.flags = FLOW_DANGER},
	{"failed", "drop", "withdrawn", "放弃", PERM_PAPER_EDIT, guard_own, .flags = FLOW_DANGER},
	{"assembled", "drop", "withdrawn", "放弃", PERM_PAPER_EDIT, guard_own,
		.flags = FLOW_DANGER},
	{"assembled", "approve", "approved", "批准", PERM_PAPER_APPROVE, guard_approve},
	{"approved", "back", "assembled", "退回", PERM_PAPER_APPROVE, guard_own,
		.flags = FLOW_REASON},
	{"approved", "seal", "sealed", "封存", PERM_PAPER_OPEN, .flags = FLOW_HIDDEN},
	{"sealed", "open", "opened", "启封", PERM_PAPER_OPEN, .flags = FLOW_HIDDEN},
	{"*", "withdraw", "withdrawn", "停用", PERM_PAPER_APPROVE, guard_withdraw, on_withdraw,
		.flags = FLOW_REASON | FLOW_DANGER},
	{"withdrawn", "withdraw", "withdrawn", "停用", PERM_PAPER_APPROVE, .flags = FLOW_HIDDEN},
	{0},
};

const struct flow paper_flow = {.kind = "paper_set", .title = "套卷", .states = states,
	.steps = steps, .load = load, .move = move};
